"""Reasons about the ledger account, the buyer and debtor, and the invoice that a credit note credits."""

from __future__ import annotations

from ppbillit.reasons.entry import Entry

DEBTORS: dict[str, Entry] = {
    "ledger_not_a_number": Entry(
        message_en='the ledger account of the line "{line}" is not a number of at most nine digits',
        fix_en="correct it on the product in Plug&Pay, or name the account in [ledger.products]",
        message_nl='de grootboekrekening van de regel "{line}" is geen getal van hoogstens negen cijfers',
        fix_nl="verbeter ze bij het product in Plug&Pay, of zet de rekening in [ledger.products]",
    ),
    "buyer_nameless": Entry(
        message_en="it has neither a company, a name nor an e-mail address",
        fix_en="enter the buyer in the order's contact details in Plug&Pay",
        message_nl="er staat geen bedrijf, geen naam en geen e-mailadres op",
        fix_nl="vul de koper in bij de contactgegevens van de bestelling in Plug&Pay",
    ),
    "debtor_ambiguous": Entry(
        message_en="{count} debtors in Billit match the buyer's {by}; the oldest, debtor {party_id}, is used",
        fix_en="merge the doubles in Billit",
        message_nl=(
            "{count} klanten in Billit komen overeen met de koper ({by}); "
            "de oudste, klant {party_id}, wordt gebruikt"
        ),
        fix_nl="voeg de dubbele klanten samen in Billit",
    ),
    "debtor_differs": Entry(
        message_en="its debtor {party_id} in Billit has another {what} than the order",
        fix_en=(
            "nothing to do if Billit is right; else run `ppbillit sync --update-debtors`, "
            "or change it in Billit"
        ),
        message_nl="haar klant {party_id} in Billit wijkt af van de bestelling: {what}",
        fix_nl=(
            "niets te doen als Billit juist is; voer anders `ppbillit sync --update-debtors` uit, "
            "of wijzig het in Billit"
        ),
    ),
    "debtor_without_vat_number": Entry(
        message_en="the VAT is reverse charged, but its debtor {party_id} in Billit has no VAT number",
        fix_en="enter the VAT number on debtor {party_id} in Billit: such an invoice needs it",
        message_nl="de btw is verlegd, maar haar klant {party_id} in Billit heeft geen btw-nummer",
        fix_nl="vul het btw-nummer in bij klant {party_id} in Billit: zo'n factuur heeft het nodig",
    ),
    "debtor_to_update": Entry(
        message_en="debtor {party_id} in Billit would be given the order's {what}",
        fix_en="nothing to do: the same command without --dry-run does it",
        message_nl="klant {party_id} in Billit zou aangepast worden aan de bestelling: {what}",
        fix_nl="niets te doen: hetzelfde commando zonder --dry-run doet het",
    ),
    "debtor_updated": Entry(
        message_en="debtor {party_id} in Billit now has the order's {what}",
        fix_en="nothing to do",
        message_nl="klant {party_id} in Billit is aangepast aan de bestelling: {what}",
        fix_nl="niets te doen",
    ),
    "debtor_not_updated": Entry(
        message_en=(
            "debtor {party_id} in Billit still has another {what} than the order, though Billit was told"
        ),
        fix_en="change it in Billit by hand",
        message_nl=(
            "klant {party_id} in Billit wijkt nog altijd af van de bestelling ({what}), "
            "al kreeg Billit de wijziging"
        ),
        fix_nl="wijzig het zelf in Billit",
    ),
    "debtor_left": Entry(
        message_en=(
            "debtor {party_id} in Billit was given the order's {what} before, and was changed since: "
            "it is left"
        ),
        fix_en=(
            "nothing to do if Billit is right; else run `ppbillit sync --update-debtors --order {order_id}`"
        ),
        message_nl=(
            "klant {party_id} in Billit kreeg al eens {what} van de bestelling, en werd daarna gewijzigd: "
            "dat blijft"
        ),
        fix_nl=(
            "niets te doen als Billit gelijk heeft; voer anders `ppbillit sync --update-debtors --order "
            "{order_id}` uit"
        ),
    ),
    "debtor_not_readable": Entry(
        message_en=(
            "Billit does not give debtor {party_id} in a form that can be read, "
            "so it is not compared with the order"
        ),
        fix_en="nothing to do: it is tried again the next time; if it lasts, look the debtor up in Billit",
        message_nl=(
            "Billit geeft klant {party_id} niet leesbaar terug, "
            "en dus wordt die niet met de bestelling vergeleken"
        ),
        fix_nl=(
            "niets te doen: dat wordt de volgende keer opnieuw geprobeerd; "
            "blijft het zo, zoek de klant op in Billit"
        ),
    ),
    "debtor_update_refused": Entry(
        message_en="Billit refused to change debtor {party_id}: {problems}",
        fix_en=(
            "mend what Billit names in the order's contact details, or change the debtor in Billit by hand"
        ),
        message_nl="Billit weigerde klant {party_id} te wijzigen: {problems}",
        fix_nl=(
            "verbeter wat Billit noemt bij de contactgegevens van de bestelling, "
            "of wijzig de klant zelf in Billit"
        ),
    ),
    "default_debtor_missing": Entry(
        message_en=(
            "Billit has no customer with the number {number}, which default_debtor in [customers] names"
        ),
        fix_en="give a customer in Billit that number, or correct default_debtor",
        message_nl="Billit heeft geen klant met het nummer {number}, dat default_debtor in [customers] noemt",
        fix_nl="geef een klant in Billit dat nummer, of verbeter default_debtor",
    ),
    "default_debtor_unsent": Entry(
        message_en="it is booked on the default debtor, who is not the buyer, so it is not sent",
        fix_en=(
            'nothing to do, or send it from Billit; default_debtor_for = "consumers" in [customers] leaves '
            "firms out"
        ),
        message_nl="ze is geboekt op de standaardklant, die niet de koper is, en wordt dus niet verstuurd",
        fix_nl=(
            'niets te doen, of verstuur ze vanuit Billit; default_debtor_for = "consumers" in [customers] '
            "laat bedrijven erbuiten"
        ),
    ),
    "original_unsettled": Entry(
        message_en="it credits order {original}, which is not in Billit yet",
        fix_en="settle order {original} first; this credit note then follows by itself",
        message_nl="ze crediteert bestelling {original}, die nog niet in Billit staat",
        fix_nl="breng eerst bestelling {original} in orde; deze creditnota volgt dan vanzelf",
    ),
    "original_dismissed": Entry(
        message_en="it credits order {original}, which was skipped by hand, so that its invoice is not made",
        fix_en=(
            "if that invoice was made otherwise, run `ppbillit retry {order_id}`, "
            "which makes this credit note; else settle this one too, "
            "with `ppbillit skip {order_id} --reason TEXT`"
        ),
        message_nl=(
            "ze crediteert bestelling {original}, die met de hand is overgeslagen, "
            "zodat er geen factuur van komt"
        ),
        fix_nl=(
            "is die factuur anders gemaakt, voer dan `ppbillit retry {order_id}` uit, "
            "dat deze creditnota maakt; sla anders ook deze over, "
            "met `ppbillit skip {order_id} --reason TEXT`"
        ),
    ),
    "original_unknown": Entry(
        message_en="the invoice it credits is not known here, so the credit note names none",
        fix_en="nothing to do, or link the two in Billit by hand",
        message_nl="de factuur die ze crediteert is hier niet bekend, en staat dus niet op de creditnota",
        fix_nl="niets te doen, of koppel de twee zelf in Billit",
    ),
}
