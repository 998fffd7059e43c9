"""Reasons about sending and delivery.

A refused sending is not repeated by itself, so its fix ends with `ppbillit retry`.
"""

from __future__ import annotations

from ppbillit.reasons.entry import Entry

DELIVERY: dict[str, Entry] = {
    "not_on_peppol": Entry(
        message_en=(
            "it is not sent: its debtor in Billit takes no {kinds} over Peppol, by its VAT or company number"
        ),
        fix_en=(
            "nothing to do if the customer is about to join Peppol: the directory is asked again every week; "
            'else set the channel to "auto" in [sending] and run `ppbillit retry {order_id}`, '
            "which e-mails it"
        ),
        message_nl=(
            "ze wordt niet verstuurd: haar klant in Billit ontvangt geen {kinds} via Peppol, "
            "niet op btw-nummer en niet op ondernemingsnummer"
        ),
        fix_nl=(
            "niets te doen als de klant binnenkort op Peppol komt: het wordt elke week opnieuw gevraagd; "
            'zet anders het kanaal op "auto" in [sending] en voer `ppbillit retry {order_id}` uit: '
            "dat commando mailt haar"
        ),
    ),
    "never_to_be_sent": Entry(
        message_en=(
            "ppbillit does not send it: it was exported, taken over, or made while [sending] named no way"
        ),
        fix_en="send it from Billit if the customer should have it",
        message_nl=(
            "ppbillit verstuurt ze niet: ze is geëxporteerd, overgenomen, "
            "of gemaakt toen [sending] geen kanaal noemde"
        ),
        fix_nl="verstuur ze vanuit Billit als de klant ze moet krijgen",
    ),
    "sending_off": Entry(
        message_en='it is not sent: it was made to go by "{channel}", and [sending] says "none" now',
        fix_en=(
            "name a way in [sending] and run `ppbillit retry {order_id}`; "
            "or settle it with `ppbillit skip {order_id} --reason TEXT`"
        ),
        message_nl=(
            'ze wordt niet verstuurd: ze is gemaakt om via "{channel}" te gaan, en [sending] zegt nu "none"'
        ),
        fix_nl=(
            "noem een kanaal in [sending] en voer `ppbillit retry {order_id}` uit; "
            "of handel ze af met `ppbillit skip {order_id} --reason TEXT`"
        ),
    ),
    "channel_changed": Entry(
        message_en='it is not sent: it was made to go by "{channel}", and [sending] says "{today}" now',
        fix_en="run `ppbillit retry {order_id}` to send it the way [sending] says now",
        message_nl=(
            'ze wordt niet verstuurd: ze is gemaakt om via "{channel}" te gaan, '
            'en [sending] zegt nu "{today}"'
        ),
        fix_nl="voer `ppbillit retry {order_id}` uit om ze te versturen zoals [sending] nu zegt",
    ),
    "no_peppol_number": Entry(
        message_en=(
            "it is not sent: its debtor in Billit has neither a VAT number nor a company number to reach it "
            "by"
        ),
        fix_en="enter the number on the debtor in Billit, then run `ppbillit retry {order_id}`",
        message_nl=(
            "ze wordt niet verstuurd: haar klant in Billit heeft geen btw-nummer en geen ondernemingsnummer"
        ),
        fix_nl="vul het nummer in bij de klant in Billit, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "receiver_unknown": Entry(
        message_en="it is not sent: Billit could not say whether its receiver is on Peppol",
        fix_en=(
            "nothing to do: it is asked again; if it lasts, compare the debtor's numbers in Billit, "
            "or name another way in [sending] and run `ppbillit retry {order_id}`"
        ),
        message_nl="ze wordt niet verstuurd: Billit kon niet zeggen of de ontvanger op Peppol zit",
        fix_nl=(
            "niets te doen: het wordt opnieuw gevraagd; blijft het zo, "
            "vergelijk dan de nummers van de klant in Billit, "
            "of noem een ander kanaal in [sending] en voer `ppbillit retry {order_id}` uit"
        ),
    ),
    "send_no_email": Entry(
        message_en="it is not sent: its debtor in Billit has no e-mail address that can be used",
        fix_en="enter one on the debtor in Billit, then run `ppbillit retry {order_id}`",
        message_nl="ze wordt niet verstuurd: haar klant in Billit heeft geen bruikbaar e-mailadres",
        fix_nl="vul er een in bij de klant in Billit, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "send_po_number_missing": Entry(
        message_en="it was not sent: this customer wants a purchase order number (PO) on every invoice",
        fix_en=(
            "enter the customer's number as reference on the document in Billit and run `ppbillit retry "
            "{order_id}`; buyer_reference_question in [invoice] takes it from your checkout"
        ),
        message_nl="ze is niet verstuurd: deze klant wil een bestelbonnummer (PO) op elke factuur",
        fix_nl=(
            "vul het nummer van de klant in als referentie op het document in Billit en voer `ppbillit retry "
            "{order_id}` uit; buyer_reference_question in [invoice] haalt het uit uw checkout"
        ),
    ),
    "send_no_network": Entry(
        message_en="it was not sent: {problems}",
        fix_en=(
            "compare the debtor's numbers in Billit with the customer's, then run `ppbillit retry {order_id}`"
        ),
        message_nl="ze is niet verstuurd: {problems}",
        fix_nl=(
            "vergelijk de nummers in Billit met de echte van de klant, "
            "en voer dan `ppbillit retry {order_id}` uit"
        ),
    ),
    "send_too_soon": Entry(
        message_en=(
            "it was not sent again: Billit says that it was sent minutes ago, or is still in its queue"
        ),
        fix_en="run `ppbillit retry {order_id}` in a quarter of an hour",
        message_nl=(
            "ze is niet opnieuw verstuurd: volgens Billit is ze enkele minuten geleden verstuurd, "
            "of wacht ze daar nog"
        ),
        fix_nl="voer over een kwartier `ppbillit retry {order_id}` uit",
    ),
    "rule_country": Entry(
        message_en="e-invoicing does not take it: the debtor has no country ({rule})",
        fix_en="enter the country on the debtor in Billit, then run `ppbillit retry {order_id}`",
        message_nl="als e-factuur wordt ze niet aanvaard: de klant heeft geen land ({rule})",
        fix_nl="vul het land in bij de klant in Billit, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "rule_vat_number": Entry(
        message_en=(
            "e-invoicing does not take it: the VAT number of the debtor is missing or not a good one ({rule})"
        ),
        fix_en="correct the VAT number on the debtor in Billit, then run `ppbillit retry {order_id}`",
        message_nl=(
            "als e-factuur wordt ze niet aanvaard: het btw-nummer van de klant ontbreekt of is niet goed "
            "({rule})"
        ),
        fix_nl="verbeter het btw-nummer bij de klant in Billit, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "rule_reference": Entry(
        message_en="e-invoicing does not take it: it needs a reference of the buyer's ({rule})",
        fix_en="enter one on the document in Billit, then run `ppbillit retry {order_id}`",
        message_nl="als e-factuur wordt ze niet aanvaard: er moet een referentie van de koper op ({rule})",
        fix_nl="vul er een in op het document in Billit, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "rule_broken": Entry(
        message_en="it breaks the rule {rule} of e-invoices: {problems}",
        fix_en=(
            "show this line to your bookkeeper; mend the document in Billit, "
            "then run `ppbillit retry {order_id}`"
        ),
        message_nl="ze voldoet niet aan regel {rule} voor e-facturen: {problems}",
        fix_nl=(
            "toon deze regel aan uw boekhouder; verbeter het document in Billit, "
            "en voer dan `ppbillit retry {order_id}` uit"
        ),
    ),
    "send_refused": Entry(
        message_en="it is in Billit but was not sent: {problems}",
        fix_en="mend what Billit names, then run `ppbillit retry {order_id}`",
        message_nl="ze staat in Billit maar is niet verstuurd: {problems}",
        fix_nl="verbeter wat Billit noemt, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "send_unknown": Entry(
        message_en="no sound answer came from Billit, so it may or may not have been sent",
        fix_en=(
            "nothing to do: the next run looks at the document before doing anything else; "
            "if it lasts, look it up in Billit and send it there"
        ),
        message_nl="van Billit kwam geen bruikbaar antwoord; misschien is ze verstuurd, misschien niet",
        fix_nl=(
            "niets te doen: de volgende run bekijkt eerst het document; "
            "blijft het zo, zoek ze dan op in Billit en verstuur ze daar"
        ),
    ),
    "delivery_failed": Entry(
        message_en="it was sent but not delivered: {problems}",
        fix_en="mend what Billit names, then run `ppbillit retry {order_id}`, which sends it again",
        message_nl="ze is verstuurd maar niet afgeleverd: {problems}",
        fix_nl=(
            "verbeter wat Billit noemt, en voer dan `ppbillit retry {order_id}` uit, dat ze opnieuw verstuurt"
        ),
    ),
    "sent_without_trace": Entry(
        message_en="Billit calls it sent, and shows neither a way nor a delivery",
        fix_en=(
            "if the customer has it otherwise, settle it with `ppbillit skip {order_id} --reason TEXT`; "
            "else send it from Billit"
        ),
        message_nl="volgens Billit is ze verstuurd, maar er is geen kanaal en geen aflevering te zien",
        fix_nl=(
            "kreeg de klant ze op een andere manier, handel ze dan af met `ppbillit skip {order_id} --reason "
            "TEXT`; verstuur ze anders vanuit Billit"
        ),
    ),
    "delivery_slow": Entry(
        message_en="Billit took it for sending on {day} and has not delivered it yet",
        fix_en=(
            "nothing to do if Billit has a disturbance; else look the document up in Billit, "
            "or ask Billit's support"
        ),
        message_nl="Billit nam ze op {day} aan om te versturen en heeft ze nog niet afgeleverd",
        fix_nl=(
            "niets te doen als Billit een storing heeft; zoek ze anders op in Billit, "
            "of vraag het aan de support van Billit"
        ),
    ),
}
