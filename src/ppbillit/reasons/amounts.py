"""Reasons about amounts: the order's lines, its total, and the total that Billit will compute."""

from __future__ import annotations

from ppbillit.reasons.entry import Entry

AMOUNTS: dict[str, Entry] = {
    "amounts_unexplained": Entry(
        message_en="its lines do not add up to its total {net} net, {gross} gross; tried: {tried}",
        fix_en="compare the order's lines with its total in Plug&Pay, and make this invoice by hand",
        message_nl=(
            "de som van haar regels is niet haar totaal van {net} excl. btw, {gross} incl. btw; "
            "geprobeerd: {tried}"
        ),
        fix_nl="vergelijk de regels van de bestelling met haar totaal in Plug&Pay, en maak deze factuur zelf",
    ),
    "amounts_ambiguous": Entry(
        message_en="its lines can be read in more than one way that meets its total: {tried}",
        fix_en="make this invoice by hand; the figures of each reading are above",
        message_nl="haar regels zijn op meer dan één manier te lezen waarbij haar totaal klopt: {tried}",
        fix_nl="maak deze factuur zelf; de cijfers van elke lezing staan hierboven",
    ),
    "signs_mixed": Entry(
        message_en="it is a {kind} with a total of {gross}, which has the wrong sign",
        fix_en="check the order in Plug&Pay, and make this document by hand",
        message_nl="het is een {kind} met een totaal van {gross}, en dat heeft het verkeerde teken",
        fix_nl="controleer de bestelling in Plug&Pay, en maak dit document zelf",
    ),
    "total_unreachable": Entry(
        message_en="no form of invoice lines gives {gross} in Billit; closest: {closest}",
        fix_en=(
            "make this invoice by hand, with a rounding line of your bookkeeper's choice; "
            "on_cent_difference in [invoice] can take a difference of some cents for all orders"
        ),
        message_nl=(
            "met geen enkele vorm van factuurregels komt Billit uit op {gross}; het dichtst komt {closest}"
        ),
        fix_nl=(
            "maak deze factuur zelf, met een afrondingsregel naar keuze van uw boekhouder; "
            "on_cent_difference in [invoice] kan voor alle bestellingen een verschil van enkele centen "
            "aanvaarden"
        ),
    ),
    "cents_accepted": Entry(
        message_en="the customer paid {gross}, and Billit makes {made} of it (difference {difference})",
        fix_en='nothing to do: on_cent_difference = "accept" in [invoice] allows a cent per VAT rate',
        message_nl="de klant betaalde {gross}, en Billit maakt er {made} van (verschil {difference})",
        fix_nl='niets te doen: on_cent_difference = "accept" in [invoice] laat een cent per btw-tarief toe',
    ),
    "unlike_probe": Entry(
        message_en="in this order {here}, and in the shop's others, as `ppbillit probe` found, {settled}",
        fix_en=(
            "compare the invoice with the order in Plug&Pay; if all is well there, run `ppbillit probe` again"
        ),
        message_nl=(
            "in deze bestelling geldt: {here}; in de andere van de winkel, zo vond `ppbillit probe`: "
            "{settled}"
        ),
        fix_nl=(
            "vergelijk de factuur met de bestelling in Plug&Pay; "
            "klopt alles, voer dan `ppbillit probe` opnieuw uit"
        ),
    ),
}
