"""Reasons as text: how the state file keeps them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from ppbillit.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable


def text_of(reasons: Iterable[Reason]) -> str:
    """Write reasons, with what they are about, so that they can be told in any language."""
    return json.dumps([asdict(reason) for reason in reasons], ensure_ascii=False)


def reasons_of(text: str) -> tuple[Reason, ...]:
    """Read what `text_of` wrote, in this version or an older one."""
    return tuple(Reason(**reason) for reason in json.loads(text))
