"""Explain one order: `explanation` gathers what is known, `facts` is the JSON, `as_text` the text made of it."""
