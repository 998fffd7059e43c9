"""Typing that does not show: a key at a terminal.

`getpass` prints its question before it hides the answer, throws away what was pasted too early, and takes at most
what a terminal holds in one line: 1024 characters on a Mac, less than a key of Plug&Pay can have.
"""

from __future__ import annotations

import os
import sys
import termios
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LONGEST = 64 * 1024
_ENDS, _RUBOUT, _LINE_KILL, _END_OF_INPUT = b"\r\n", b"\x7f\x08", b"\x15", b"\x04"


@contextmanager
def unseen_typing() -> Iterator[Callable[[], str]]:
    """Give a function that reads a line of the terminal, which shows nothing of what is typed from here on."""
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    hidden = termios.tcgetattr(terminal)
    hidden[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(terminal, termios.TCSADRAIN, hidden)
    try:
        yield lambda: _line(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _line(terminal: int) -> str:
    typed = b""
    while len(typed) < _LONGEST:
        key = os.read(terminal, 1)
        if key in _ENDS and key:
            break
        if not key or (key == _END_OF_INPUT and not typed):
            raise EOFError
        if key in _RUBOUT:
            typed = typed[:-1]
        elif key == _LINE_KILL:
            typed = b""
        else:
            typed += key
    return typed.decode("utf-8", "replace")
