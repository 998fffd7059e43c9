"""In Dutch: what is said of an order until it is in Billit, with the right total."""

from __future__ import annotations

MAKING: dict[str, tuple[str, str]] = {
    # --- the shop's order is not (yet) something to invoice
    "test_order": ("het is een testbestelling", "niets te doen: testbestellingen worden nooit gefactureerd"),
    "deleted_order": ("ze is verwijderd in Plug&Pay", "niets te doen"),
    "concept": (
        "haar factuur is nog een concept in Plug&Pay",
        "niets te doen: elke run kijkt er opnieuw naar, tot de factuur definitief is",
    ),
    "before_go_live": (
        "haar factuurdatum ligt vóór de startdatum, {go_live}: de synchronisatie factureert of verstuurt ze nooit",
        "moet ze in Billit staan, voer dan `ppbillit export-existing --since {day} --order {order_id}` uit",
    ),
    "not_existing": (
        "haar factuurdatum ligt niet vóór de startdatum, {go_live}",
        "niets te doen: `ppbillit sync` neemt ze mee",
    ),
    "zero_total": (
        "haar totaal is 0.00",
        'niets te doen, of zet zero_total = "export" in [invoice] om zulke facturen toch te maken',
    ),
    "unreadable": (
        "het antwoord van Plug&Pay erover is niet te lezen ({problem})",
        "bekijk de bestelling in Plug&Pay; ziet ze er daar gewoon uit, meld deze regel dan als fout in ppbillit",
    ),
    "date_missing": (
        "ze heeft geen leesbare factuurdatum",
        "open de bestelling in Plug&Pay en controleer haar factuur",
    ),
    "number_missing": (
        "ze kreeg van Plug&Pay geen factuurnummer",
        'wacht op het nummer, of zet number = "order_number" in [invoice]',
    ),
    "no_lines": ("ze heeft geen regels", "open de bestelling in Plug&Pay en controleer haar regels"),
    # --- money
    "amounts_unexplained": (
        "de som van haar regels is niet haar totaal van {net} excl. btw, {gross} incl. btw; geprobeerd: {tried}",
        "vergelijk de regels van de bestelling met haar totaal in Plug&Pay, en maak deze factuur zelf",
    ),
    "amounts_ambiguous": (
        "haar regels zijn op meer dan één manier te lezen waarbij haar totaal klopt: {tried}",
        "maak deze factuur zelf; de cijfers van elke lezing staan hierboven",
    ),
    "signs_mixed": (
        "het is een {kind} met een totaal van {gross}, en dat heeft het verkeerde teken",
        "controleer de bestelling in Plug&Pay, en maak dit document zelf",
    ),
    "total_unreachable": (
        "met geen enkele vorm van factuurregels komt Billit uit op {gross}; het dichtst komt {closest}",
        (
            "maak deze factuur zelf, met een afrondingsregel naar keuze van uw boekhouder; "
            "on_cent_difference in [invoice] kan voor alle bestellingen een verschil van enkele centen aanvaarden"
        ),
    ),
    "cents_accepted": (
        "de klant betaalde {gross}, en Billit maakt er {made} van (verschil {difference})",
        'niets te doen: on_cent_difference = "accept" in [invoice] laat een cent per btw-tarief toe',
    ),
    "unlike_probe": (
        "in deze bestelling geldt: {here}; in de andere van de winkel, zo vond `ppbillit probe`: {settled}",
        "vergelijk de factuur met de bestelling in Plug&Pay; klopt alles, voer dan `ppbillit probe` opnieuw uit",
    ),
    # --- VAT
    "vat_rate_missing": (
        'op de regel "{line}" staat btw, maar niet tegen één tarief',
        "controleer het btw-tarief van het product in Plug&Pay",
    ),
    "vat_rate_mismatch": (
        'op de regel "{line}" staat {rate} %, maar de bedragen zijn {net} excl. btw en {gross} incl. btw',
        "controleer de btw van deze bestelling in Plug&Pay, en maak deze factuur zelf",
    ),
    "vat_rate_country_unknown": (
        'op de regel "{line}" staat {rate} % btw zonder land, en de koper zit in {country}',
        "controleer het btw-profiel van het product in Plug&Pay",
    ),
    "vat_foreign_outside_eu": (
        'op de regel "{line}" staat btw van {country}, dat buiten de EU ligt',
        "controleer het btw-tarief van het product in Plug&Pay",
    ),
    "vat_countries_mixed": (
        "er staat btw van verschillende landen op ({countries}), en dat past niet in één factuur van Billit",
        "splits de bestelling zelf in één factuur per land",
    ),
    "discount_over_several_rates": (
        'de korting "{line}" geldt voor de hele bestelling, waarvan de regels verschillend belast zijn',
        "maak deze factuur zelf, met de korting verdeeld over de btw-tarieven",
    ),
    "vat_code_missing": (
        'de regel "{line}" is {treatment}, en daarvoor noemt {key} in [vat] geen code',
        "zet {key} in [vat] op de code die uw boekhouder opgeeft",
    ),
    "vat_zero_unexplained": (
        'op de regel "{line}" staat geen btw, en niets in de bestelling zegt waarom',
        (
            "zijn zulke regels vrijgesteld, zet dan zero_rate in [vat] op de code die uw boekhouder opgeeft; "
            "verbeter anders de btw in Plug&Pay"
        ),
    ),
    "reverse_charge_without_vat_number": (
        "de btw is verlegd, maar op de bestelling staat geen btw-nummer",
        "vraag de koper het btw-nummer en vul het in bij de contactgegevens van de bestelling in Plug&Pay",
    ),
    "reverse_charge_vat_number_invalid": (
        "de btw is verlegd, maar het btw-nummer op de bestelling is niet geldig",
        "verbeter het btw-nummer bij de contactgegevens van de bestelling in Plug&Pay",
    ),
    "vat_number_not_checked": (
        (
            "het btw-nummer op de bestelling is er geen van de EU, en kan niet gecontroleerd worden; "
            "het komt niet op de factuur"
        ),
        "niets te doen",
    ),
    "vat_number_left_off": (
        "het btw-nummer op de bestelling is geen geldig nummer van een EU-land, en komt niet op de factuur",
        "is de koper een bedrijf, verbeter het nummer dan in Plug&Pay en in Billit",
    ),
    "oss_for_business": (
        (
            "er staat btw van {country} op volgens de One Stop Shop (OSS), die voor particulieren is, "
            "en de koper heeft een btw-nummer"
        ),
        "vraag uw boekhouder of de btw verlegd moest zijn; zo ja, crediteer de bestelling in Plug&Pay",
    ),
    # --- ledger, buyer, original
    "ledger_not_a_number": (
        'de grootboekrekening van de regel "{line}" is geen getal van hoogstens negen cijfers',
        "verbeter ze bij het product in Plug&Pay, of zet de rekening in [ledger.products]",
    ),
    "buyer_nameless": (
        "er staat geen bedrijf, geen naam en geen e-mailadres op",
        "vul de koper in bij de contactgegevens van de bestelling in Plug&Pay",
    ),
    "debtor_ambiguous": (
        "{count} klanten in Billit komen overeen met de koper ({by}); de oudste, klant {party_id}, wordt gebruikt",
        "voeg de dubbele klanten samen in Billit",
    ),
    "debtor_differs": (
        "haar klant {party_id} in Billit wijkt af van de bestelling: {what}",
        (
            "niets te doen als Billit juist is; voer anders `ppbillit sync --update-debtors` uit, "
            "of wijzig het in Billit"
        ),
    ),
    "debtor_without_vat_number": (
        "de btw is verlegd, maar haar klant {party_id} in Billit heeft geen btw-nummer",
        "vul het btw-nummer in bij klant {party_id} in Billit: zo'n factuur heeft het nodig",
    ),
    "debtor_to_update": (
        "klant {party_id} in Billit zou aangepast worden aan de bestelling: {what}",
        "niets te doen: hetzelfde commando zonder --dry-run doet het",
    ),
    "debtor_updated": ("klant {party_id} in Billit is aangepast aan de bestelling: {what}", "niets te doen"),
    "debtor_not_updated": (
        "klant {party_id} in Billit wijkt nog altijd af van de bestelling ({what}), al kreeg Billit de wijziging",
        "wijzig het zelf in Billit",
    ),
    "debtor_left": (
        "klant {party_id} in Billit kreeg al eens {what} van de bestelling, en werd daarna gewijzigd: dat blijft",
        (
            "niets te doen als Billit gelijk heeft; "
            "voer anders `ppbillit sync --update-debtors --order {order_id}` uit"
        ),
    ),
    "debtor_not_readable": (
        "Billit geeft klant {party_id} niet leesbaar terug, en dus wordt die niet met de bestelling vergeleken",
        "niets te doen: dat wordt de volgende keer opnieuw geprobeerd; blijft het zo, zoek de klant op in Billit",
    ),
    "debtor_update_refused": (
        "Billit weigerde klant {party_id} te wijzigen: {problems}",
        (
            "verbeter wat Billit noemt bij de contactgegevens van de bestelling, "
            "of wijzig de klant zelf in Billit"
        ),
    ),
    "default_debtor_missing": (
        "Billit heeft geen klant met het nummer {number}, dat default_debtor in [customers] noemt",
        "geef een klant in Billit dat nummer, of verbeter default_debtor",
    ),
    "default_debtor_unsent": (
        "ze is geboekt op de standaardklant, die niet de koper is, en wordt dus niet verstuurd",
        (
            'niets te doen, of verstuur ze vanuit Billit; default_debtor_for = "consumers" in [customers] '
            "laat bedrijven erbuiten"
        ),
    ),
    "original_unsettled": (
        "ze crediteert bestelling {original}, die nog niet in Billit staat",
        "breng eerst bestelling {original} in orde; deze creditnota volgt dan vanzelf",
    ),
    "original_dismissed": (
        "ze crediteert bestelling {original}, die met de hand is overgeslagen, zodat er geen factuur van komt",
        (
            "is die factuur anders gemaakt, voer dan `ppbillit retry {order_id}` uit, dat deze creditnota maakt; "
            "sla anders ook deze over, met `ppbillit skip {order_id} --reason TEXT`"
        ),
    ),
    "original_unknown": (
        "de factuur die ze crediteert is hier niet bekend, en staat dus niet op de creditnota",
        "niets te doen, of koppel de twee zelf in Billit",
    ),
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
            "verwijder er in Billit alle op één na, en voer dan `ppbillit sync --order {order_id}` uit; kan dat "
            "niet, zet het dan recht in Billit en voer `ppbillit skip {order_id} --reason TEXT` uit"
        ),
    ),
    "billit_refused": (
        "Billit weigerde ze: {problems}",
        (
            "verbeter wat Billit noemt, in Plug&Pay of in het configuratiebestand; "
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
    "not_readable": (
        "Billit geeft haar document {billit_id} niet in een leesbare vorm, en andere wel",
        (
            "niets te doen: de volgende runs kijken opnieuw; blijft het zo, zoek het document dan op in Billit, "
            "en vraag het aan de support van Billit"
        ),
    ),
    "sent_with_other_total": (
        "ze is vanuit Billit verstuurd voor {billit}, en de klant betaalde {shop} (verschil {difference})",
        "vraag uw boekhouder hoe dat recht te zetten is, en voer dan `ppbillit skip {order_id} --reason TEXT` uit",
    ),
    "number_twice": (
        "bestelling {other} heeft hetzelfde nummer {number}, en is daarmee gefactureerd",
        "verbeter het nummer van een van de twee in Plug&Pay, of maak deze factuur zelf",
    ),
    "dismissed": (
        "ze is met de hand overgeslagen: {words}",
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
}
