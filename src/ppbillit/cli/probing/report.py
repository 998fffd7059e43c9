"""What a probe found: answers, shapes, headers; in words and as JSON, without a value of anybody's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ppbillit import __version__
from ppbillit.cli.probing.shapes import Shapes, add_shapes, header_names, rate_limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Found:
    """One question that the documentation leaves open, and what the service showed."""

    question: str
    answer: str


@dataclass
class Report:
    """The findings at one service."""

    service: str
    answers: list[Found] = field(default_factory=list)
    shapes: Shapes = field(default_factory=dict)
    headers: set[str] = field(default_factory=set)
    limits: dict[str, str] = field(default_factory=dict)

    def answer(self, question: str, answer: str) -> None:
        """Note an answer."""
        self.answers.append(Found(question, answer))

    def look(self, name: str, value: Any) -> None:
        """Note what an answer is made of."""
        add_shapes(self.shapes, value, name)

    def note_headers(self, headers: Mapping[str, str]) -> None:
        """Note which headers an answer carries."""
        self.headers |= set(header_names(headers))
        self.limits |= rate_limits(headers)

    def words(self, *, whole: bool) -> Iterator[Text]:
        """Write it line by line: the answers, and if it is to be `whole`, what they were found in."""
        yield Text(f"== {self.service}: what its documentation leaves open", style="bold")
        yield from (Text(f"{each.question}: {each.answer}") for each in self.answers)
        if not whole:
            return
        yield Text(f"== {self.service}: headers", style="bold")
        yield Text(", ".join(sorted(self.headers)))
        yield Text(f"== {self.service}: keys and types", style="bold")
        yield from (Text(f"{path}: {' | '.join(sorted(kinds))}") for path, kinds in self.shapes.items())

    def document(self) -> dict[str, Any]:
        """Give it as a part of the JSON document."""
        return {
            "answers": [vars(each) for each in self.answers],
            "headers": sorted(self.headers),
            "rate_limits": self.limits,
            "shapes": {path: sorted(kinds) for path, kinds in self.shapes.items()},
        }


def opening() -> Text:
    """Write the first line."""
    return Text(
        f"ppbillit {__version__} probe: names of keys, kinds of values, counts of orders; no names, no amounts, "
        "no keys of yours. It can be sent to anybody."
    )
