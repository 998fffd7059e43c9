"""Reasons about payments, in both directions."""

from __future__ import annotations

from ppbillit.reasons.entry import Entry

PAYMENTS: dict[str, Entry] = {
    "marked_in_plugandpay": Entry(
        message_en="set to paid in Plug&Pay, since its invoice is paid in Billit ({day})",
        fix_en="nothing to do",
        message_nl="op betaald gezet in Plug&Pay, omdat haar factuur in Billit betaald is ({day})",
        fix_nl="niets te doen",
    ),
    "marked_in_billit": Entry(
        message_en="its invoice marked as paid in Billit, since the order is paid in Plug&Pay ({day})",
        fix_en="nothing to do",
        message_nl=(
            "haar factuur is in Billit als betaald gemarkeerd, "
            "omdat de bestelling in Plug&Pay betaald is ({day})"
        ),
        fix_nl="niets te doen",
    ),
    "partly_paid": Entry(
        message_en=(
            "{paid} of {total} is paid in Billit: nothing is changed in Plug&Pay before it is all of it"
        ),
        fix_en="nothing to do: what is paid in full goes over by itself",
        message_nl=(
            "{paid} van {total} is betaald in Billit: in Plug&Pay verandert niets tot alles betaald is"
        ),
        fix_nl="niets te doen: wat volledig betaald is, gaat vanzelf over",
    ),
    "partly_paid_in_billit": Entry(
        message_en=(
            "it is paid in Plug&Pay, but only {paid} of {total} in Billit, so its invoice is left alone"
        ),
        fix_en="compare the two, and mark the invoice as paid in Billit by hand if it is",
        message_nl=(
            "ze is betaald in Plug&Pay, maar in Billit slechts {paid} van {total}; "
            "haar factuur blijft zoals ze is"
        ),
        fix_nl="vergelijk de twee, en markeer de factuur zelf als betaald in Billit als ze dat is",
    ),
    "paid_unlike_invoice": Entry(
        message_en=(
            "it is paid in Plug&Pay, but its invoice in Billit is over {billit} and not {total}, "
            "so it is left alone"
        ),
        fix_en=(
            "correct the invoice in Billit, which is then marked as paid by itself; or mark it there by hand"
        ),
        message_nl=(
            "ze is betaald in Plug&Pay, maar haar factuur in Billit bedraagt {billit} en niet {total}; "
            "die blijft zoals ze is"
        ),
        fix_nl=(
            "verbeter de factuur in Billit, dan wordt ze vanzelf als betaald gemarkeerd; "
            "of markeer ze daar zelf"
        ),
    ),
    "paid_other_total": Entry(
        message_en=(
            "its invoice is paid in Billit, with a total that is not the order's: Plug&Pay is left alone"
        ),
        fix_en="compare the two, and set the order to paid in Plug&Pay by hand if it is",
        message_nl=(
            "haar factuur is betaald in Billit, met een ander totaal dan de bestelling: "
            "in Plug&Pay verandert niets"
        ),
        fix_nl="vergelijk de twee, en zet de bestelling zelf op betaald in Plug&Pay als ze dat is",
    ),
    "payment_processing": Entry(
        message_en=(
            "its invoice is paid in Billit, but a direct debit is under way in Plug&Pay, which is left alone"
        ),
        fix_en="nothing to do: it is looked at again every day; if the debit succeeds too, it was paid twice",
        message_nl=(
            "haar factuur is betaald in Billit, maar in Plug&Pay loopt een domiciliëring (automatische "
            "incasso): daar verandert niets"
        ),
        fix_nl=(
            "niets te doen: er wordt elke dag opnieuw naar gekeken; "
            "lukt de domiciliëring ook, dan is er dubbel betaald"
        ),
    ),
    "payment_credited": Entry(
        message_en=(
            "its invoice is paid in Billit, but the order was credited in Plug&Pay, which is left alone"
        ),
        fix_en=(
            "ask whether the customer is to get the money back, "
            "then run `ppbillit skip {order_id} --reason TEXT`"
        ),
        message_nl=(
            "haar factuur is betaald in Billit, maar de bestelling is gecrediteerd in Plug&Pay: "
            "daar verandert niets"
        ),
        fix_nl=(
            "ga na of de klant het geld terug moet krijgen, en voer dan `ppbillit skip {order_id} --reason "
            "TEXT` uit"
        ),
    ),
    "payment_status_unknown": Entry(
        message_en=(
            "its invoice is paid in Billit, but what Plug&Pay says of its payment is not known to ppbillit"
        ),
        fix_en="look the order up in Plug&Pay, and set it to paid by hand if it should be",
        message_nl=(
            "haar factuur is betaald in Billit, maar wat Plug&Pay over haar betaling zegt, kent ppbillit niet"
        ),
        fix_nl="bekijk de bestelling in Plug&Pay, en zet ze zelf op betaald als dat moet",
    ),
    "payment_order_gone": Entry(
        message_en="its invoice is paid in Billit, but Plug&Pay does not have the order any more",
        fix_en=(
            "if you deleted it, run `ppbillit skip {order_id} --reason TEXT`; "
            "else look for the order in Plug&Pay"
        ),
        message_nl="haar factuur is betaald in Billit, maar de bestelling staat niet meer in Plug&Pay",
        fix_nl=(
            "voer `ppbillit skip {order_id} --reason TEXT` uit als u ze verwijderde; "
            "zoek de bestelling anders op in Plug&Pay"
        ),
    ),
    "payment_dismissed": Entry(
        message_en="its payment was skipped by hand: {words}",
        fix_en="nothing to do, or run `ppbillit retry {order_id}` to take it up again",
        message_nl="haar betaling is met de hand overgeslagen: {words}",
        fix_nl="niets te doen, of voer `ppbillit retry {order_id}` uit om ze weer op te nemen",
    ),
    "payment_undone_in_plugandpay": Entry(
        message_en="it was paid on both sides, and Plug&Pay says now that it is {status}: nothing is changed",
        fix_en="set it to paid again in Plug&Pay by hand, or mark the invoice as unpaid in Billit",
        message_nl=(
            'ze was aan beide kanten betaald, en in Plug&Pay staat ze nu op "{status}": er verandert niets'
        ),
        fix_nl="zet ze zelf weer op betaald in Plug&Pay, of markeer de factuur als onbetaald in Billit",
    ),
    "payment_undone_in_billit": Entry(
        message_en="it was paid on both sides, and Billit says now that it is not: nothing is changed",
        fix_en="mark it as paid again in Billit by hand; Plug&Pay cannot take a payment back",
        message_nl="ze was aan beide kanten betaald, en volgens Billit nu niet meer: er verandert niets",
        fix_nl="markeer ze zelf weer als betaald in Billit; Plug&Pay kan een betaling niet terugnemen",
    ),
    "payment_reversed": Entry(
        message_en="its payment was charged back in Plug&Pay, and its invoice still says paid in Billit",
        fix_en=(
            "mark the invoice as unpaid in Billit and ask the customer for the money; "
            "with reopen_reversed in [payments] an invoice that both sides called paid is marked as unpaid "
            "by itself"
        ),
        message_nl=(
            "haar betaling is teruggeboekt in Plug&Pay, en haar factuur staat in Billit nog op betaald"
        ),
        fix_nl=(
            "markeer de factuur als onbetaald in Billit en vraag de klant om het geld; "
            "met reopen_reversed in [payments] wordt een factuur die aan beide kanten betaald was, "
            "vanzelf als onbetaald gemarkeerd"
        ),
    ),
    "payment_reopened": Entry(
        message_en="its invoice marked as unpaid in Billit, since its payment was charged back in Plug&Pay",
        fix_en="ask the customer for the money",
        message_nl=(
            "haar factuur is in Billit als onbetaald gemarkeerd, "
            "omdat haar betaling in Plug&Pay teruggeboekt is"
        ),
        fix_nl="vraag de klant om het geld",
    ),
    "paid_after_reversal": Entry(
        message_en=(
            "its payment in Plug&Pay was charged back or failed, and Billit holds another one for its invoice"
        ),
        fix_en=(
            "compare with the bank: if the money is there, set it to paid in Plug&Pay by hand; "
            "else mark the invoice as unpaid in Billit"
        ),
        message_nl=(
            "haar betaling in Plug&Pay is teruggeboekt of mislukt, "
            "en Billit heeft een andere betaling voor haar factuur"
        ),
        fix_nl=(
            "vergelijk met de bank: is het geld er, zet ze dan zelf op betaald in Plug&Pay; "
            "markeer de factuur anders als onbetaald in Billit"
        ),
    ),
    "payment_refused": Entry(
        message_en="{service} refused to take over its payment: {problems}",
        fix_en="mend what it names and run `ppbillit retry {order_id}`, or change it there by hand",
        message_nl="{service} weigerde haar betaling over te nemen: {problems}",
        fix_nl=(
            "verbeter wat genoemd wordt en voer `ppbillit retry {order_id}` uit, "
            "of wijzig het daar met de hand"
        ),
    ),
    "payment_forbidden": Entry(
        message_en="Plug&Pay does not let ppbillit's key set it to paid (HTTP 403)",
        fix_en=(
            "make the key with a login that may change orders, or set the order to paid in Plug&Pay by hand; "
            "it is tried again every day"
        ),
        message_nl="Plug&Pay laat de sleutel van ppbillit haar niet op betaald zetten (HTTP 403)",
        fix_nl=(
            "maak de sleutel met een login die bestellingen mag wijzigen, "
            "of zet de bestelling zelf op betaald in Plug&Pay; het wordt elke dag opnieuw geprobeerd"
        ),
    ),
    "payment_not_readable": Entry(
        message_en="Plug&Pay does not give its payment in a form that can be read, as it gives others",
        fix_en=(
            "nothing to do: it is looked at again every day; "
            "if it lasts, look the order up in Plug&Pay, and ask Plug&Pay's support"
        ),
        message_nl=(
            "Plug&Pay geeft haar betaling niet in een vorm die te lezen is, zoals het andere wel geeft"
        ),
        fix_nl=(
            "niets te doen: er wordt elke dag opnieuw naar gekeken; "
            "blijft het duren, zoek de bestelling dan op in Plug&Pay, en vraag de helpdesk van Plug&Pay"
        ),
    ),
    "payment_unknown": Entry(
        message_en="no sound answer came from {service}, so its payment may or may not have been taken over",
        fix_en="nothing to do: the next run looks before it does anything else",
        message_nl=(
            "van {service} kwam geen bruikbaar antwoord; misschien is haar betaling overgenomen, "
            "misschien niet"
        ),
        fix_nl="niets te doen: de volgende run kijkt eerst",
    ),
}
