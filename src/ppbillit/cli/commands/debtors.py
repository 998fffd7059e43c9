"""`ppbillit debtors`: list what is odd among Billit's debtors, for a person to correct there."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from ppbillit.cli.options import CommandContext, Json
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import services
from ppbillit.debtors.card import shows_address
from ppbillit.mapping.document_texts import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.billit.models import Debtor
    from ppbillit.debtors.review import Oddity, OddityKind

# Heading and advice for each kind of oddity.
_KINDS: dict[OddityKind, tuple[str, str]] = {
    "same VAT number": ("Several debtors with one VAT number", "merge them in Billit; the oldest is used"),
    "same e-mail address": (
        "Several debtors with one e-mail address",
        "merge them in Billit if they are one; where the VAT number does not tell, the oldest is used",
    ),
    "similar name": (
        "Names that are much alike (only a hint: names are never used to recognise anybody)",
        "merge them in Billit if they are one",
    ),
    "looks like a firm": (
        "Debtors without VAT number whose name is that of a firm",
        "enter the VAT number in Billit if it is one: e-invoices over Peppol need it",
    ),
    "no country": (
        "Debtors without a country",
        "enter the country in Billit: e-invoices need it (rule BR-11)",
    ),
}

_NO_COUNTRIES = (
    "Billit lists no addresses, so nobody can be said to be without a country: look there, one by one"
)


def debtors(context: typer.Context, *, as_json: Json = False) -> None:
    """List what is odd among Billit's customers: doubles, firms without VAT number, missing countries.

    Reads only. It names the customers.
    """
    # It loads rapidfuzz, which no run from cron needs.
    from ppbillit.debtors.review import find_oddities  # noqa: PLC0415

    ctx: CommandContext = context.obj

    def review() -> Answer:
        with services(ctx.load_config(), ctx.trace_path) as both:
            all_debtors = both.billit.debtors()
        # To read each debtor by its id would show its country, and cost a request for each.
        countries_are_shown = not all_debtors or any(shows_address(debtor) for debtor in all_debtors)
        found = find_oddities(all_debtors, countries_are_shown=countries_are_shown)
        document = {
            "debtors": len(all_debtors),
            "countries_are_shown": countries_are_shown,
            "oddities": [_as_json(oddity) for oddity in found],
        }
        remarks = [] if countries_are_shown else [Text(_NO_COUNTRIES)]
        return Answer([*_lines(found, len(all_debtors)), *remarks], document)

    raise typer.Exit(answer(ctx, {"command": "debtors"}, review, as_json=as_json))


def _lines(found: list[Oddity], count: int) -> Iterator[Text]:
    for what, alike in groupby(found, key=lambda oddity: oddity.what):
        heading, advice = _KINDS[what]
        yield Text(heading, style="bold")
        yield Text(f"  → {advice}", style="dim")
        for oddity in alike:
            shared = f"{clean(oddity.shared)}: " if oddity.shared else ""
            yield Text(f"    {shared}{', '.join(_name(debtor) for debtor in oddity.debtors)}")
    odd = f"{_count(len(found), 'thing')} to look at" if found else "nothing odd"
    yield Text(f"{_count(count, 'debtor')}, {odd}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _name(debtor: Debtor) -> str:
    name = clean(debtor.name or debtor.display_name or "without name")
    return f"{debtor.party_id} {name}{f' ({clean(debtor.nr)})' if debtor.nr else ''}"


def _as_json(oddity: Oddity) -> dict[str, Any]:
    return {
        "what": oddity.what,
        "shared": oddity.shared or None,
        "debtors": [
            {"party_id": debtor.party_id, "nr": debtor.nr, "name": debtor.name or debtor.display_name}
            for debtor in oddity.debtors
        ],
    }
