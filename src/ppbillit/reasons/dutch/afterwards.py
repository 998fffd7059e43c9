"""In Dutch: what is said of an order once it is in Billit: its sending, its delivery, its payment."""

from __future__ import annotations

AFTERWARDS: dict[str, tuple[str, str]] = {
    # --- sending: a fix always ends with the retry, since a refused sending is not repeated by itself
    "not_on_peppol": (
        (
            "ze wordt niet verstuurd: haar klant in Billit ontvangt geen {kinds} via Peppol, "
            "niet op btw-nummer en niet op ondernemingsnummer"
        ),
        (
            "niets te doen als de klant binnenkort op Peppol komt: het wordt elke week opnieuw gevraagd; zet "
            'anders het kanaal op "auto" in [sending] en voer `ppbillit retry {order_id}` uit: '
            "dat commando mailt haar"
        ),
    ),
    "never_to_be_sent": (
        (
            "ppbillit verstuurt ze niet: ze is geëxporteerd, overgenomen, "
            "of gemaakt toen [sending] geen kanaal noemde"
        ),
        "verstuur ze vanuit Billit als de klant ze moet krijgen",
    ),
    "sending_off": (
        'ze wordt niet verstuurd: ze is gemaakt om via "{channel}" te gaan, en [sending] zegt nu "none"',
        (
            "noem een kanaal in [sending] en voer `ppbillit retry {order_id}` uit; "
            "of handel ze af met `ppbillit skip {order_id} --reason TEXT`"
        ),
    ),
    "channel_changed": (
        'ze wordt niet verstuurd: ze is gemaakt om via "{channel}" te gaan, en [sending] zegt nu "{today}"',
        "voer `ppbillit retry {order_id}` uit om ze te versturen zoals [sending] nu zegt",
    ),
    "no_peppol_number": (
        "ze wordt niet verstuurd: haar klant in Billit heeft geen btw-nummer en geen ondernemingsnummer",
        "vul het nummer in bij de klant in Billit, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "receiver_unknown": (
        "ze wordt niet verstuurd: Billit kon niet zeggen of de ontvanger op Peppol zit",
        (
            "niets te doen: het wordt opnieuw gevraagd; blijft het zo, vergelijk dan de nummers van de klant in "
            "Billit, of noem een ander kanaal in [sending] en voer `ppbillit retry {order_id}` uit"
        ),
    ),
    "send_no_email": (
        "ze wordt niet verstuurd: haar klant in Billit heeft geen bruikbaar e-mailadres",
        "vul er een in bij de klant in Billit, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "send_po_number_missing": (
        "ze is niet verstuurd: deze klant wil een bestelbonnummer (PO) op elke factuur",
        (
            "vul het nummer van de klant in als referentie op het document in Billit en voer "
            "`ppbillit retry {order_id}` uit; buyer_reference_question in [invoice] haalt het uit uw checkout"
        ),
    ),
    "send_no_network": (
        "ze is niet verstuurd: {problems}",
        (
            "vergelijk de nummers in Billit met de echte van de klant, "
            "en voer dan `ppbillit retry {order_id}` uit"
        ),
    ),
    "send_too_soon": (
        (
            "ze is niet opnieuw verstuurd: volgens Billit is ze enkele minuten geleden verstuurd, "
            "of wacht ze daar nog"
        ),
        "voer over een kwartier `ppbillit retry {order_id}` uit",
    ),
    "rule_country": (
        "als e-factuur wordt ze niet aanvaard: de klant heeft geen land ({rule})",
        "vul het land in bij de klant in Billit, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "rule_vat_number": (
        "als e-factuur wordt ze niet aanvaard: het btw-nummer van de klant ontbreekt of is niet goed ({rule})",
        "verbeter het btw-nummer bij de klant in Billit, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "rule_reference": (
        "als e-factuur wordt ze niet aanvaard: er moet een referentie van de koper op ({rule})",
        "vul er een in op het document in Billit, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "rule_broken": (
        "ze voldoet niet aan regel {rule} voor e-facturen: {problems}",
        (
            "toon deze regel aan uw boekhouder; verbeter het document in Billit, en voer dan "
            "`ppbillit retry {order_id}` uit"
        ),
    ),
    "send_refused": (
        "ze staat in Billit maar is niet verstuurd: {problems}",
        "verbeter wat Billit noemt, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "send_unknown": (
        "van Billit kwam geen bruikbaar antwoord; misschien is ze verstuurd, misschien niet",
        (
            "niets te doen: de volgende run bekijkt eerst het document; blijft het zo, "
            "zoek ze dan op in Billit en verstuur ze daar"
        ),
    ),
    "delivery_failed": (
        "ze is verstuurd maar niet afgeleverd: {problems}",
        "verbeter wat Billit noemt, en voer dan `ppbillit retry {order_id}` uit, dat ze opnieuw verstuurt",
    ),
    "sent_without_trace": (
        "volgens Billit is ze verstuurd, maar er is geen kanaal en geen aflevering te zien",
        (
            "kreeg de klant ze op een andere manier, handel ze dan af met "
            "`ppbillit skip {order_id} --reason TEXT`; verstuur ze anders vanuit Billit"
        ),
    ),
    "delivery_slow": (
        "Billit nam ze op {day} aan om te versturen en heeft ze nog niet afgeleverd",
        (
            "niets te doen als Billit een storing heeft; zoek ze anders op in Billit, "
            "of vraag het aan de support van Billit"
        ),
    ),
    # --- payments
    "marked_in_plugandpay": (
        "op betaald gezet in Plug&Pay, omdat haar factuur in Billit betaald is ({day})",
        "niets te doen",
    ),
    "marked_in_billit": (
        "haar factuur is in Billit als betaald gemarkeerd, omdat de bestelling in Plug&Pay betaald is ({day})",
        "niets te doen",
    ),
    "partly_paid": (
        "{paid} van {total} is betaald in Billit: in Plug&Pay verandert niets tot alles betaald is",
        "niets te doen: wat volledig betaald is, gaat vanzelf over",
    ),
    "partly_paid_in_billit": (
        "ze is betaald in Plug&Pay, maar in Billit slechts {paid} van {total}; haar factuur blijft zoals ze is",
        "vergelijk de twee, en markeer de factuur zelf als betaald in Billit als ze dat is",
    ),
    "paid_unlike_invoice": (
        (
            "ze is betaald in Plug&Pay, maar haar factuur in Billit bedraagt {billit} en niet {total}; "
            "die blijft zoals ze is"
        ),
        (
            "verbeter de factuur in Billit, dan wordt ze vanzelf als betaald gemarkeerd; of markeer ze "
            "daar zelf"
        ),
    ),
    "paid_other_total": (
        "haar factuur is betaald in Billit, met een ander totaal dan de bestelling: in Plug&Pay verandert niets",
        "vergelijk de twee, en zet de bestelling zelf op betaald in Plug&Pay als ze dat is",
    ),
    "payment_processing": (
        (
            "haar factuur is betaald in Billit, maar in Plug&Pay loopt een domiciliëring "
            "(automatische incasso): daar verandert niets"
        ),
        (
            "niets te doen: er wordt elke dag opnieuw naar gekeken; lukt de domiciliëring ook, dan is er "
            "dubbel betaald"
        ),
    ),
    "payment_credited": (
        "haar factuur is betaald in Billit, maar de bestelling is gecrediteerd in Plug&Pay: daar verandert niets",
        (
            "ga na of de klant het geld terug moet krijgen, en voer dan "
            "`ppbillit skip {order_id} --reason TEXT` uit"
        ),
    ),
    "payment_status_unknown": (
        "haar factuur is betaald in Billit, maar wat Plug&Pay over haar betaling zegt, kent ppbillit niet",
        "bekijk de bestelling in Plug&Pay, en zet ze zelf op betaald als dat moet",
    ),
    "payment_order_gone": (
        "haar factuur is betaald in Billit, maar de bestelling staat niet meer in Plug&Pay",
        (
            "voer `ppbillit skip {order_id} --reason TEXT` uit als u ze verwijderde; "
            "zoek de bestelling anders op in Plug&Pay"
        ),
    ),
    "payment_dismissed": (
        "haar betaling is met de hand overgeslagen: {words}",
        "niets te doen, of voer `ppbillit retry {order_id}` uit om ze weer op te nemen",
    ),
    "payment_undone_in_plugandpay": (
        'ze was aan beide kanten betaald, en in Plug&Pay staat ze nu op "{status}": er verandert niets',
        "zet ze zelf weer op betaald in Plug&Pay, of markeer de factuur als onbetaald in Billit",
    ),
    "payment_undone_in_billit": (
        "ze was aan beide kanten betaald, en volgens Billit nu niet meer: er verandert niets",
        "markeer ze zelf weer als betaald in Billit; Plug&Pay kan een betaling niet terugnemen",
    ),
    "payment_reversed": (
        "haar betaling is teruggeboekt in Plug&Pay, en haar factuur staat in Billit nog op betaald",
        (
            "markeer de factuur als onbetaald in Billit en vraag de klant om het geld; met "
            "reopen_reversed in [payments] wordt een factuur die aan beide kanten betaald was, vanzelf "
            "als onbetaald gemarkeerd"
        ),
    ),
    "payment_reopened": (
        "haar factuur is in Billit als onbetaald gemarkeerd, omdat haar betaling in Plug&Pay teruggeboekt is",
        "vraag de klant om het geld",
    ),
    "paid_after_reversal": (
        (
            "haar betaling in Plug&Pay is teruggeboekt of mislukt, en Billit heeft een andere betaling "
            "voor haar factuur"
        ),
        (
            "vergelijk met de bank: is het geld er, zet ze dan zelf op betaald in Plug&Pay; markeer de "
            "factuur anders als onbetaald in Billit"
        ),
    ),
    "payment_refused": (
        "{service} weigerde haar betaling over te nemen: {problems}",
        (
            "verbeter wat genoemd wordt en voer `ppbillit retry {order_id}` uit, "
            "of wijzig het daar met de hand"
        ),
    ),
    "payment_forbidden": (
        "Plug&Pay laat de sleutel van ppbillit haar niet op betaald zetten (HTTP 403)",
        (
            "maak de sleutel met een login die bestellingen mag wijzigen, of zet de bestelling zelf op "
            "betaald in Plug&Pay; het wordt elke dag opnieuw geprobeerd"
        ),
    ),
    "payment_not_readable": (
        "Plug&Pay geeft haar betaling niet in een vorm die te lezen is, zoals het andere wel geeft",
        (
            "niets te doen: er wordt elke dag opnieuw naar gekeken; blijft het duren, zoek de bestelling "
            "dan op in Plug&Pay, en vraag de helpdesk van Plug&Pay"
        ),
    ),
    "payment_unknown": (
        "van {service} kwam geen bruikbaar antwoord; misschien is haar betaling overgenomen, misschien niet",
        "niets te doen: de volgende run kijkt eerst",
    ),
}
