"""Questions to a person: a flag answers them beforehand, and off a terminal nothing is asked."""

from __future__ import annotations

import os
import sys
import termios
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeVar

from rich.text import Text

from ppbillit.errors import ExitCode, KeysRefused, Stopped, WrongRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ppbillit.cli.output.screen import Screen

T = TypeVar("T")

_TRIES = 3  # as many as a login gives
_YES = {"y": True, "yes": True, "j": True, "ja": True, "n": False, "no": False, "nee": False}


def stopped() -> Stopped:
    """Make the error for a person who has had enough."""
    return Stopped("Stopped.", "What was written so far is whole; run it again.", ExitCode.INTERRUPTED)


@dataclass(frozen=True)
class Question:
    """What is asked, the flag that answers it, and how an answer is judged (None: it is good)."""

    words: str
    flag: str
    problem: Callable[[str], str | None] = lambda _answer: None


class Questions:
    """Asks on standard error, so that standard output stays the result."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.is_answered_here = sys.stdin.isatty() and screen.err.is_terminal

    def say(self, words: str) -> None:
        """Explain something to the person who is asked."""
        if self.is_answered_here:
            self._screen.err.print(Text(words, style="dim"), soft_wrap=False)

    def show(self, words: Text) -> None:
        """Show something that a script may want to read too: it is part of the result."""
        self._screen.out.print(words)
        self._screen.out.file.flush()

    def text(self, question: Question, given: str | None = None, default: str | None = None) -> str:
        """Give the answer: the given one, else what is typed, else (Enter, or off a terminal) the default."""
        if given is not None:
            if problem := question.problem(given):
                raise WrongRequest(
                    f"{question.flag} is no answer: {problem}.", "Correct it, and run it again."
                )
            return given
        if not self.is_answered_here:
            return self._unasked(question) if default is None else default
        shown = f" [{default}]" if default else ""
        while True:
            with self._typing():
                typed = self._screen.err.input(Text(f"{question.words}{shown}: ")).strip()
            answer = typed or default
            problem = "an answer is needed" if answer is None else question.problem(answer)
            if answer is not None and problem is None:
                return answer
            self._screen.err.print(Text(f"  {problem}", style="yellow"), soft_wrap=False)

    def secret(self, question: Question, given: str | None = None, *, keeps: bool = False) -> str | None:
        """Give a secret, typed without showing it; None (Enter, where one `keeps` a present one): leave it."""
        if given is not None:
            if problem := question.problem(given):
                raise WrongRequest(
                    f"What {question.flag} gave is no key: {problem}.", "Copy it again, whole."
                )
            return given
        if not self.is_answered_here:
            return None if keeps else self._unasked(question)
        shown = " [Enter keeps the present one]" if keeps else ""
        with self._typing(), hidden_input() as line:
            while True:
                self._screen.err.print(Text(f"{question.words}, which is not shown{shown}: "), end="")
                answer = line().strip()
                self._screen.err.print()
                if not answer and keeps:
                    return None
                problem = question.problem(answer)
                if problem is None:
                    return answer
                self._screen.err.print(Text(f"  {problem}", style="yellow"), soft_wrap=False)

    def secret_that_opens(
        self, question: Question, given: str | None, opens: Callable[[str | None], T], *, keeps: bool = False
    ) -> tuple[str | None, T]:
        """Give a secret, as `secret` does, and what it opens; a person whose key is refused may try again.

        What was given, or is in a file, is tried once.  `opens` raises KeysRefused.
        """
        tries = _TRIES if given is None and self.is_answered_here else 1
        while True:
            tries -= 1
            secret = self.secret(question, given, keeps=keeps)
            try:
                return secret, opens(secret)
            except KeysRefused as refused:
                if not tries:
                    raise
                words = f"  {refused.message} {refused.fix}"
                self._screen.err.print(Text(words, style="yellow"), soft_wrap=False)

    def choice(
        self,
        question: Question,
        options: Sequence[str] | Mapping[str, str],
        given: str | None = None,
        default: str | None = None,
    ) -> str:
        """Give one of the options; where they are explained, the explanations are shown above the question."""
        listed = ", ".join(options)
        if not isinstance(options, list | tuple) and given is None:
            for option in options:
                self.say(f"  {option}: {options[option]}")  # type: ignore[call-overload]  # a mapping, not a list
        narrowed = Question(
            f"{question.words} ({listed})",
            question.flag,
            lambda answer: None if answer in options else f"it is one of {listed}",
        )
        return self.text(narrowed, given, default)

    def yes(self, question: Question, given: bool | None, *, default: bool) -> bool:
        """Give whether something is to be."""
        if given is not None:
            return given
        word = Question(
            f"{question.words} (yes, no)",
            question.flag,
            lambda answer: None if answer.lower() in _YES else "answer yes or no",
        )
        return _YES[self.text(word, None, "yes" if default else "no").lower()]

    @contextmanager
    def _typing(self) -> Iterator[None]:
        """Take Ctrl-C and Ctrl-D for what they are."""
        try:
            yield
        except (KeyboardInterrupt, EOFError):
            self._screen.err.print()
            raise stopped() from None

    def _unasked(self, question: Question) -> NoReturn:
        raise WrongRequest(
            f"{question.words} is not given, and off a terminal nothing is asked.",
            f"Give it with {question.flag}.",
        )


_LONGEST = 64 * 1024
_ENDS, _RUBOUT, _LINE_KILL, _END_OF_INPUT = b"\r\n", b"\x7f\x08", b"\x15", b"\x04"


@contextmanager
def hidden_input() -> Iterator[Callable[[], str]]:
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
