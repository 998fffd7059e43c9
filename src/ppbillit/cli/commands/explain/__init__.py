"""One order explained: `explanation` gathers the decisions, `words` and `as_json` tell them."""
