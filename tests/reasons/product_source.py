"""The source of the product, parsed: what the tests of reasons and words look for in it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import ppbillit

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(ppbillit.__file__).parent


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the product, by its path."""
    return {
        path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
    }


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Yield every call: its place, the call, and the name of what is called."""
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                yield f"{path}:{node.lineno}", node, ast.unparse(node.func).rpartition(".")[2]


def texts(node: ast.AST) -> Iterator[str]:
    """Yield every text that is written out in a part of the source."""
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value
