"""Ask a person at a terminal. A flag answers a question beforehand; off a terminal nothing is asked."""

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

_TRIES = 3  # for a key that is refused, as at a login
_YES = {"y": True, "yes": True, "j": True, "ja": True, "n": False, "no": False, "nee": False}


def stopped_by_user() -> Stopped:
    """Return the error for Ctrl-C or Ctrl-D at a question."""
    return Stopped("Stopped.", "What was written so far is whole; run it again.", ExitCode.INTERRUPTED)


@dataclass(frozen=True)
class Question:
    """A question, the flag that answers it, and a function that says what is wrong with an answer, or None."""

    words: str
    flag: str
    problem: Callable[[str], str | None] = lambda _answer: None


class Prompter:
    """Ask questions on standard error, so that standard output holds only the result."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.can_ask = sys.stdin.isatty() and screen.err.is_terminal

    def say(self, words: str) -> None:
        """Explain something to the person who is asked."""
        if self.can_ask:
            self._screen.err.print(Text(words, style="dim"), soft_wrap=False)

    def show(self, words: Text) -> None:
        """Print something on standard output, where a script can read it too."""
        self._screen.out.print(words)
        self._screen.out.file.flush()

    # --- questions ------------------------------------------------------------------------------

    def text(self, question: Question, given: str | None = None, default: str | None = None) -> str:
        """Return the given answer, else what is typed, else (for Enter, or off a terminal) the default."""
        if given is not None:
            if problem := question.problem(given):
                raise WrongRequest(
                    f"{question.flag} is no answer: {problem}.", "Correct it, and run it again."
                )
            return given
        if not self.can_ask:
            return self._not_given(question) if default is None else default
        shown = f" [{default}]" if default else ""
        while True:
            with self._typing():
                typed = self._screen.err.input(Text(f"{question.words}{shown}: ")).strip()
            answer = typed or default
            problem = "an answer is needed" if answer is None else question.problem(answer)
            if answer is not None and problem is None:
                return answer
            self._complain(problem)

    def secret(self, question: Question, given: str | None = None, *, has_one: bool = False) -> str | None:
        """Return a secret, which is not shown while it is typed.

        Where there `has_one` already, Enter keeps it, and None is returned.
        """
        if given is not None:
            if problem := question.problem(given):
                raise WrongRequest(
                    f"What {question.flag} gave is no key: {problem}.", "Copy it again, whole."
                )
            return given
        if not self.can_ask:
            return None if has_one else self._not_given(question)
        shown = " [Enter keeps the present one]" if has_one else ""
        with self._typing(), hidden_input() as read_line:
            while True:
                self._screen.err.print(Text(f"{question.words}, which is not shown{shown}: "), end="")
                answer = read_line().strip()
                self._screen.err.print()
                if not answer and has_one:
                    return None
                problem = question.problem(answer)
                if problem is None:
                    return answer
                self._complain(problem)

    def working_secret(
        self, question: Question, given: str | None, use: Callable[[str | None], T], *, has_one: bool = False
    ) -> tuple[str | None, T]:
        """Return a secret, as `secret` does, and the result of `use`, which raises KeysRefused.

        A person may try again then; a secret that was given, or is kept, is tried once.
        """
        tries = _TRIES if given is None and self.can_ask else 1
        while True:
            tries -= 1
            secret = self.secret(question, given, has_one=has_one)
            try:
                return secret, use(secret)
            except KeysRefused as refused:
                if not tries:
                    raise
                self._complain(f"{refused.message} {refused.fix}")

    def choice(
        self,
        question: Question,
        options: Sequence[str] | Mapping[str, str],
        given: str | None = None,
        default: str | None = None,
    ) -> str:
        """Return one of the options; the explanations of options, if any, are shown above the question."""
        listed = ", ".join(options)
        if not isinstance(options, list | tuple) and given is None:
            for option in options:
                self.say(f"  {option}: {options[option]}")  # type: ignore[call-overload]  # a mapping, not a list
        one_of_them = Question(
            f"{question.words} ({listed})",
            question.flag,
            lambda answer: None if answer in options else f"it is one of {listed}",
        )
        return self.text(one_of_them, given, default)

    def yes(self, question: Question, given: bool | None, *, default: bool) -> bool:
        """Return whether the answer is yes."""
        if given is not None:
            return given
        yes_or_no = Question(
            f"{question.words} (yes, no)",
            question.flag,
            lambda answer: None if answer.lower() in _YES else "answer yes or no",
        )
        return _YES[self.text(yes_or_no, None, "yes" if default else "no").lower()]

    def _complain(self, problem: str | None) -> None:
        self._screen.err.print(Text(f"  {problem}", style="yellow"), soft_wrap=False)

    @contextmanager
    def _typing(self) -> Iterator[None]:
        """Raise Stopped at Ctrl-C and Ctrl-D."""
        try:
            yield
        except (KeyboardInterrupt, EOFError):
            self._screen.err.print()
            raise stopped_by_user() from None

    def _not_given(self, question: Question) -> NoReturn:
        raise WrongRequest(
            f"{question.words} is not given, and off a terminal nothing is asked.",
            f"Give it with {question.flag}.",
        )


# --- hidden input -------------------------------------------------------------------------------

_LONGEST = 64 * 1024
_ENTER, _BACKSPACE, _CTRL_U, _CTRL_D = b"\r\n", b"\x7f\x08", b"\x15", b"\x04"


@contextmanager
def hidden_input() -> Iterator[Callable[[], str]]:
    """Yield a function that reads a line from the terminal, which does not show what is typed meanwhile."""
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    hidden = termios.tcgetattr(terminal)
    hidden[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(terminal, termios.TCSADRAIN, hidden)
    try:
        yield lambda: _read_line(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _read_line(terminal: int) -> str:
    typed = b""
    while len(typed) < _LONGEST:
        key = os.read(terminal, 1)
        if key in _ENTER and key:
            break
        if not key or (key == _CTRL_D and not typed):
            raise EOFError
        if key in _BACKSPACE:
            typed = typed[:-1]
        elif key == _CTRL_U:
            typed = b""
        else:
            typed += key
    return typed.decode("utf-8", "replace")
