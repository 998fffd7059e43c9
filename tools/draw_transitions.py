"""Draw the order's state machine from its table, for docs/exactly-once.md.

Run it without a word to see the drawing; with `--write` it takes the place of the one in the page.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from ppbillit.state import IN_BILLIT, Stage
from ppbillit.state.transitions import TABLE

PAGE = Path(__file__).parents[1] / "docs" / "exactly-once.md"
BEGIN, END = "<!-- drawn by tools/draw_transitions.py -->", "<!-- end of the drawing -->"
NO_DOCUMENT = (Stage.WAITING, Stage.PARKED, Stage.SKIPPED, Stage.CREATING)


def diagram() -> list[str]:
    """Return the drawing as Mermaid, which code hosts and editors show as a picture."""
    edges: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in TABLE:
        starts = (
            ("no_document",) if row.whole_row else ("in_billit",) if row.leaves == IN_BILLIT else row.leaves
        )
        for start in starts:
            edges[str(start), str(row.enters)].append(row.name)
    return [
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> no_document",
        '    state "no document" as no_document {',
        *(f"        {stage}" for stage in NO_DOCUMENT),
        "    }",
        '    state "in Billit" as in_billit {',
        *(f"        {stage}" for stage in Stage if stage in IN_BILLIT),
        "    }",
        *(f"    {start} --> {end} : {', '.join(names)}" for (start, end), names in edges.items()),
        "```",
    ]


def table() -> list[str]:
    """Return the table as Markdown."""
    rows = ["| transition | from | to | its attempt | the run reports |", "|---|---|---|---|---|"]
    for row in TABLE:
        start = "new, " * row.whole_row + ", ".join(sorted(row.leaves))
        subject, change = row.attempt or ("", "")
        attempt = {"": "", "begin": f"{subject}: opened", "forget": f"{subject}: deleted"}.get(
            change, f"{subject}: {change}"
        )
        rows.append(f"| {row.name} | {start} | {row.enters} | {attempt} | {row.outcome or ''} |")
    return rows


def drawn_page(page: str) -> str:
    """Return the page with today's drawing in it."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return "\n".join([f"{head}{BEGIN}", "", *diagram(), "", *table(), "", f"{END}{tail}"])


def main() -> None:
    """Print the drawing, or write it into the page."""
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(drawn_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print("\n".join([*diagram(), "", *table()]))


if __name__ == "__main__":
    main()
