"""Commands that are no runs, so not in the list of runs: one answer, in words or as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import simplejson

from ppbillit.cli.funnel import funnel
from ppbillit.errors import ExitCode, PpbillitError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.text import Text

    from ppbillit.cli.options import Face


@dataclass(frozen=True)
class Answer:
    """What a command found out: line by line for a person, and as the members of its JSON document.

    `trouble` is what kept it from finding out the rest.
    """

    words: Sequence[Text]
    document: dict[str, Any]
    exit_code: ExitCode = ExitCode.DONE
    trouble: PpbillitError | None = None


def answer(face: Face, heading: dict[str, Any], find_out: Callable[[], Answer], *, as_json: bool) -> int:
    """Find out and say it, or what went wrong; give the exit code.  `heading` begins the JSON document."""
    found: list[Answer] = []

    def work() -> ExitCode:
        found.append(find_out())
        if found[0].trouble:
            raise found[0].trouble
        return found[0].exit_code

    def tell(code: ExitCode, error: PpbillitError | None) -> None:
        if as_json:
            members = found[0].document if found else {}
            trouble = {"error": {"message": error.message, "fix": error.fix}} if error else {}
            _print(face, {"schema": 1, **heading, **members, **trouble, "exit_code": int(code)})
        else:
            for line in found[0].words if found else ():
                face.screen.out.print(line)

    return funnel(face.screen, work, tell)


def _print(face: Face, document: dict[str, Any]) -> None:
    """Print amounts that are posted as JSON numbers as just these numbers, exactly."""
    text = simplejson.dumps(document, use_decimal=True, ensure_ascii=False, indent=2)
    face.screen.out.file.write(f"{text}\n")
    face.screen.out.file.flush()
