"""In Dutch: what is said of an order from its making in Billit on: sent, delivered, paid."""

from __future__ import annotations

AFTERWARDS: dict[str, tuple[str, str]] = {
    # --- Billit
    "number_taken": (
        "Billit heeft al {what} {number} van {total}, elders gemaakt (met de hand, of door een andere koppeling)",
        (
            "is dat de factuur van deze bestelling, voer dan `ppbillit {verb} --order {order_id} --adopt` uit; "
            "geef anders een van de twee een ander nummer"
        ),
    ),
    "not_adopted": (
        (
            "document {number} van {total} wordt niet overgenomen: het is van een andere bestelling, "
            "of niet van de betaalde {paid}"
        ),
        "vergelijk de twee; verbeter wat fout is, of geef een van de twee een ander nummer",
    ),
    "key_taken_twice": (
        "Billit heeft {count} documenten met de sleutel van deze bestelling: {documents}",
        (
            "verwijder of crediteer er in Billit alle op één na, "
            "en voer dan `ppbillit sync --order {order_id}` uit"
        ),
    ),
    "billit_refused": (
        "Billit weigerde ze: {problems}",
        (
            "verbeter wat Billit noemt, in Plug&Pay of in de config; "
            "zodra een van beide wijzigt wordt het opnieuw geprobeerd"
        ),
    ),
    "debtor_refused": (
        "Billit weigerde haar klant: {problems}",
        "verbeter de contactgegevens van de bestelling in Plug&Pay, of maak de klant zelf in Billit",
    ),
    "debtor_written_over": (
        "Billit zag haar nieuwe klant aan voor klant {party_id}, en wijzigde die in plaats van er een te maken",
        (
            "zet klant {party_id} recht in Billit, maak daar de nieuwe klant zelf, "
            "en probeer de bestelling dan opnieuw"
        ),
    ),
    "debtor_unknown": (
        "van Billit kwam geen bruikbaar antwoord over haar nieuwe klant ({why})",
        "niets te doen: de volgende run zoekt eerst de klant op",
    ),
    "outcome_unknown": (
        "van Billit kwam geen bruikbaar antwoord ({why}); misschien is ze gemaakt, misschien niet",
        "niets te doen: de volgende run zoekt ze eerst op",
    ),
    "not_sent_to_billit": (
        "Billit {why}, dus is ze nog niet gemaakt",
        "niets te doen: de volgende run probeert het opnieuw",
    ),
    "totals_differ": (
        "Billit maakte er {billit} van, de klant betaalde {shop} (verschil {difference}): ze wordt niet verstuurd",
        "verbeter het document in Billit, of verwijder het daar en factureer de bestelling zelf",
    ),
    "not_shown": (
        "Billit toont haar document {billit_id} nu niet, en zegt ook niet dat het verwijderd is",
        ("niets te doen: de volgende runs kijken opnieuw; blijft het zo, zoek het document dan op in Billit"),
    ),
    "number_twice": (
        "bestelling {other} heeft hetzelfde nummer {number}, en is daarmee gefactureerd",
        "verbeter het nummer van een van de twee in Plug&Pay, of maak deze factuur zelf",
    ),
    "dismissed": (
        "ze is met de hand opzijgezet: {words}",
        "niets te doen, of voer `ppbillit retry {order_id}` uit om ze weer op te nemen",
    ),
    "gone_from_shop": ("ze staat niet meer in Plug&Pay", "niets te doen"),
    "adopted_unsent": (
        "volgens Billit is ze niet verstuurd, en ppbillit verstuurt niet wat het niet zelf maakte",
        "verstuur ze vanuit Billit als de klant ze moet krijgen",
    ),
    "vanished": (
        "ze stond in Billit als document {billit_id} en staat er niet meer",
        "niets te doen als u ze verwijderde: ze wordt nooit vanzelf opnieuw gemaakt",
    ),
    # --- sending: a fix always ends with the retry, since a refused sending is not repeated by itself
    "not_on_peppol": (
        (
            "ze is niet verstuurd: haar klant in Billit ontvangt geen {kinds} via Peppol, "
            "niet op btw-nummer en niet op ondernemingsnummer"
        ),
        (
            "niets te doen als de klant binnenkort op Peppol komt: het wordt elke week opnieuw gevraagd; zet "
            'anders het kanaal op "auto" in [sending] en voer `ppbillit retry {order_id}` uit, dat ze mailt'
        ),
    ),
    "channel_changed": (
        'ze is niet verstuurd: ze is gemaakt om via "{channel}" te gaan, en [sending] zegt nu "{today}"',
        "voer `ppbillit retry {order_id}` uit om ze te versturen zoals [sending] nu zegt",
    ),
    "no_peppol_number": (
        "ze is niet verstuurd: haar klant in Billit heeft geen btw-nummer en geen ondernemingsnummer",
        "vul het nummer in bij de klant in Billit, en voer dan `ppbillit retry {order_id}` uit",
    ),
    "receiver_unknown": (
        "ze is niet verstuurd: Billit kon niet zeggen of de ontvanger op Peppol zit",
        "niets te doen: de volgende run vraagt het opnieuw",
    ),
    "send_no_email": (
        "ze is niet verstuurd: haar klant in Billit heeft geen bruikbaar e-mailadres",
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
        "niets te doen: de volgende run bekijkt eerst het document",
    ),
    "delivery_failed": (
        "ze is verstuurd maar niet afgeleverd: {problems}",
        "verbeter wat Billit noemt, en voer dan `ppbillit retry {order_id}` uit, dat ze opnieuw verstuurt",
    ),
    "delivery_slow": (
        "Billit nam ze op {day} aan om te versturen en heeft ze nog niet afgeleverd",
        "niets te doen als Billit een storing heeft; zoek ze anders op in Billit, of vraag het Billits support",
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
        "niets te doen",
    ),
    "partly_paid_in_billit": (
        "ze is betaald in Plug&Pay, maar in Billit slechts {paid} van {total}; haar factuur blijft zoals ze is",
        "vergelijk de twee, en markeer de factuur zelf als betaald in Billit als ze dat is",
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
        "let op voor een dubbele betaling; er wordt elke dag opnieuw naar gekeken",
    ),
    "payment_credited": (
        "haar factuur is betaald in Billit, maar de bestelling is gecrediteerd in Plug&Pay: daar verandert niets",
        "ga na of de klant het geld terug moet krijgen",
    ),
    "payment_status_unknown": (
        "haar factuur is betaald in Billit, maar wat Plug&Pay over haar betaling zegt, kent ppbillit niet",
        "bekijk de bestelling in Plug&Pay, en zet ze zelf op betaald als dat moet",
    ),
    "payment_order_gone": (
        "haar factuur is betaald in Billit, maar de bestelling staat niet meer in Plug&Pay",
        "niets te doen als u ze verwijderde",
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
            "markeer de factuur als onbetaald in Billit en vraag de klant om het geld; met reopen_reversed in "
            "[payments] worden facturen vanzelf als onbetaald gemarkeerd"
        ),
    ),
    "payment_reopened": (
        "haar factuur is in Billit als onbetaald gemarkeerd, omdat haar betaling in Plug&Pay teruggeboekt is",
        "vraag de klant om het geld",
    ),
    "paid_after_reversal": (
        (
            "haar factuur is na een terugboeking weer betaald in Billit, "
            "en zo'n bestelling wordt niet vanzelf op betaald gezet"
        ),
        "zet ze zelf op betaald in Plug&Pay, als het geld er is",
    ),
    "payment_refused": (
        "{service} weigerde haar betaling over te nemen: {problems}",
        (
            "verbeter wat genoemd wordt, of wijzig het daar zelf; "
            "`ppbillit sync-payments --order {order_id}` probeert het opnieuw"
        ),
    ),
    "payment_unknown": (
        "van {service} kwam geen bruikbaar antwoord; misschien is haar betaling overgenomen, misschien niet",
        "niets te doen: de volgende run kijkt eerst",
    ),
}
