"""The catalogue: everything the tool says about a single order, as code, sentence and fix.

A code is stable, its words may improve.  A new reason is a new line here, and the same in `dutch`; nothing else.
A sentence names the order's own facts (amounts, numbers, fields), never a person.
"""

from __future__ import annotations

from ppbillit.reasons.english.afterwards import AFTERWARDS
from ppbillit.reasons.english.making import MAKING

ENGLISH: dict[str, tuple[str, str]] = {**MAKING, **AFTERWARDS}
