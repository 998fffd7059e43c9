"""Reasons about the order itself: it is not, or not yet, something to invoice."""

from __future__ import annotations

from ppbillit.reasons.entry import Entry

ORDERS: dict[str, Entry] = {
    "test_order": Entry(
        message_en="it is a test order",
        fix_en="nothing to do: test orders are never invoiced",
        message_nl="het is een testbestelling",
        fix_nl="niets te doen: testbestellingen worden nooit gefactureerd",
    ),
    "deleted_order": Entry(
        message_en="it was deleted in Plug&Pay",
        fix_en="nothing to do",
        message_nl="ze is verwijderd in Plug&Pay",
        fix_nl="niets te doen",
    ),
    "concept": Entry(
        message_en="its invoice is still a concept in Plug&Pay",
        fix_en="nothing to do: it is looked at again on every run until it is final",
        message_nl="haar factuur is nog een concept in Plug&Pay",
        fix_nl="niets te doen: elke run kijkt er opnieuw naar, tot de factuur definitief is",
    ),
    "before_go_live": Entry(
        message_en=(
            "its invoice date is before the go-live date, {go_live}: it is never invoiced by a sync, nor sent"
        ),
        fix_en="if it should be in Billit, run `ppbillit export-existing --since {day} --order {order_id}`",
        message_nl=(
            "haar factuurdatum ligt vóór de startdatum, {go_live}: "
            "de synchronisatie factureert of verstuurt ze nooit"
        ),
        fix_nl=(
            "moet ze in Billit staan, voer dan `ppbillit export-existing --since {day} --order {order_id}` "
            "uit"
        ),
    ),
    "not_existing": Entry(
        message_en="its invoice date is not before the go-live date, {go_live}",
        fix_en="nothing to do: `ppbillit sync` takes it",
        message_nl="haar factuurdatum ligt niet vóór de startdatum, {go_live}",
        fix_nl="niets te doen: `ppbillit sync` neemt ze mee",
    ),
    "zero_total": Entry(
        message_en="its total is 0.00",
        fix_en='nothing to do, or set zero_total = "export" in [invoice] to make such invoices',
        message_nl="haar totaal is 0.00",
        fix_nl='niets te doen, of zet zero_total = "export" in [invoice] om zulke facturen toch te maken',
    ),
    "unreadable": Entry(
        message_en="Plug&Pay's answer about it cannot be read ({problem})",
        fix_en="look the order up in Plug&Pay; if it looks ordinary there, report this line as a bug",
        message_nl="het antwoord van Plug&Pay erover is niet te lezen ({problem})",
        fix_nl=(
            "bekijk de bestelling in Plug&Pay; ziet ze er daar gewoon uit, "
            "meld deze regel dan als fout in ppbillit"
        ),
    ),
    "date_missing": Entry(
        message_en="it has no invoice date that can be read",
        fix_en="open the order in Plug&Pay and check its invoice",
        message_nl="ze heeft geen leesbare factuurdatum",
        fix_nl="open de bestelling in Plug&Pay en controleer haar factuur",
    ),
    "number_missing": Entry(
        message_en="Plug&Pay gave it no invoice number",
        fix_en='wait for the number, or set number = "order_number" in [invoice]',
        message_nl="ze kreeg van Plug&Pay geen factuurnummer",
        fix_nl='wacht op het nummer, of zet number = "order_number" in [invoice]',
    ),
    "no_lines": Entry(
        message_en="it has no lines",
        fix_en="open the order in Plug&Pay and check its lines",
        message_nl="ze heeft geen regels",
        fix_nl="open de bestelling in Plug&Pay en controleer haar regels",
    ),
}
