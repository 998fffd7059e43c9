"""Reasons about the document in Billit: creating it, adopting it, its total, finding it again."""

from __future__ import annotations

from ppbillit.reasons.entry import Entry

DOCUMENTS: dict[str, Entry] = {
    "number_taken": Entry(
        message_en=(
            "Billit already has {what} {number} for {total}, made elsewhere (by hand, "
            "or by another connector)"
        ),
        fix_en=(
            "if that is this order's invoice, run `ppbillit {verb} --order {order_id} --adopt`; "
            "else give one of the two another number"
        ),
        message_nl=(
            "Billit heeft al {what} {number} van {total}, elders gemaakt (met de hand, "
            "of door een andere koppeling)"
        ),
        fix_nl=(
            "is dat de factuur van deze bestelling, voer dan `ppbillit {verb} --order {order_id} --adopt` "
            "uit; geef anders een van de twee een ander nummer"
        ),
    ),
    "not_adopted": Entry(
        message_en=(
            "document {number} for {total} is not taken over: "
            "it is another order's, or not the {paid} that was paid"
        ),
        fix_en="compare the two; correct the one that is wrong, or give one of them another number",
        message_nl=(
            "document {number} van {total} wordt niet overgenomen: "
            "het is van een andere bestelling, of niet van de betaalde {paid}"
        ),
        fix_nl="vergelijk de twee; verbeter wat fout is, of geef een van de twee een ander nummer",
    ),
    "key_taken_twice": Entry(
        message_en="Billit holds {count} documents with this order's key: {documents}",
        fix_en=(
            "delete all but one in Billit, then run `ppbillit sync --order {order_id}`; "
            "where that cannot be, put it right in Billit and run `ppbillit skip {order_id} --reason TEXT`"
        ),
        message_nl="Billit heeft {count} documenten met de sleutel van deze bestelling: {documents}",
        fix_nl=(
            "verwijder er in Billit alle op één na, en voer dan `ppbillit sync --order {order_id}` uit; "
            "kan dat niet, zet het dan recht in Billit en voer `ppbillit skip {order_id} --reason TEXT` uit"
        ),
    ),
    "billit_refused": Entry(
        message_en="Billit refused it: {problems}",
        fix_en="mend what Billit names, in Plug&Pay or in the config; it is tried again when either changed",
        message_nl="Billit weigerde ze: {problems}",
        fix_nl=(
            "verbeter wat Billit noemt, in Plug&Pay of in het configuratiebestand; "
            "zodra een van beide wijzigt wordt het opnieuw geprobeerd"
        ),
    ),
    "debtor_refused": Entry(
        message_en="Billit refused its debtor: {problems}",
        fix_en="mend the order's contact details in Plug&Pay, or make the debtor in Billit by hand",
        message_nl="Billit weigerde haar klant: {problems}",
        fix_nl="verbeter de contactgegevens van de bestelling in Plug&Pay, of maak de klant zelf in Billit",
    ),
    "debtor_written_over": Entry(
        message_en=(
            "Billit took its new debtor for debtor {party_id}, and changed that one instead of making one"
        ),
        fix_en=(
            "put debtor {party_id} right in Billit, make the new debtor there by hand, then retry the order"
        ),
        message_nl=(
            "Billit zag haar nieuwe klant aan voor klant {party_id}, "
            "en wijzigde die in plaats van er een te maken"
        ),
        fix_nl=(
            "zet klant {party_id} recht in Billit, maak daar de nieuwe klant zelf, "
            "en probeer de bestelling dan opnieuw"
        ),
    ),
    "debtor_unknown": Entry(
        message_en="no sound answer came from Billit about its new debtor ({why})",
        fix_en="nothing to do: the next run looks for the debtor before doing anything else",
        message_nl="van Billit kwam geen bruikbaar antwoord over haar nieuwe klant ({why})",
        fix_nl="niets te doen: de volgende run zoekt eerst de klant op",
    ),
    "outcome_unknown": Entry(
        message_en="no sound answer came from Billit ({why}), so it may or may not have been made",
        fix_en="nothing to do: the next run looks it up before doing anything else",
        message_nl="van Billit kwam geen bruikbaar antwoord ({why}); misschien is ze gemaakt, misschien niet",
        fix_nl="niets te doen: de volgende run zoekt ze eerst op",
    ),
    "not_sent_to_billit": Entry(
        message_en="Billit {why}, so it was not made yet",
        fix_en="nothing to do: the next run tries again",
        message_nl="Billit {why}, dus is ze nog niet gemaakt",
        fix_nl="niets te doen: de volgende run probeert het opnieuw",
    ),
    "totals_differ": Entry(
        message_en=(
            "Billit made {billit} of it, the customer paid {shop} (difference {difference}): it is not sent"
        ),
        fix_en="correct the document in Billit, or delete it there and invoice the order by hand",
        message_nl=(
            "Billit maakte er {billit} van, de klant betaalde {shop} (verschil {difference}): "
            "ze wordt niet verstuurd"
        ),
        fix_nl="verbeter het document in Billit, of verwijder het daar en factureer de bestelling zelf",
    ),
    "not_shown": Entry(
        message_en=(
            "Billit does not show its document {billit_id} now, and does not list it as deleted either"
        ),
        fix_en=(
            "nothing to do: it is looked at again on the next runs; "
            "if it lasts, look the document up in Billit"
        ),
        message_nl="Billit toont haar document {billit_id} nu niet, en zegt ook niet dat het verwijderd is",
        fix_nl=(
            "niets te doen: de volgende runs kijken opnieuw; "
            "blijft het zo, zoek het document dan op in Billit"
        ),
    ),
    "not_readable": Entry(
        message_en=(
            "Billit does not give its document {billit_id} in a form that can be read, as it gives others"
        ),
        fix_en=(
            "nothing to do: it is looked at again on the next runs; "
            "if it lasts, look the document up in Billit, and ask Billit's support"
        ),
        message_nl="Billit geeft haar document {billit_id} niet in een leesbare vorm, en andere wel",
        fix_nl=(
            "niets te doen: de volgende runs kijken opnieuw; "
            "blijft het zo, zoek het document dan op in Billit, en vraag het aan de support van Billit"
        ),
    ),
    "sent_with_other_total": Entry(
        message_en=(
            "it was sent from Billit over {billit}, and the customer paid {shop} (difference {difference})"
        ),
        fix_en="ask your bookkeeper how to put it right, then run `ppbillit skip {order_id} --reason TEXT`",
        message_nl=(
            "ze is vanuit Billit verstuurd voor {billit}, en de klant betaalde {shop} (verschil {difference})"
        ),
        fix_nl=(
            "vraag uw boekhouder hoe dat recht te zetten is, "
            "en voer dan `ppbillit skip {order_id} --reason TEXT` uit"
        ),
    ),
    "number_twice": Entry(
        message_en="order {other} has the same number {number}, and is invoiced with it",
        fix_en="correct the number of one of the two in Plug&Pay, or make this invoice by hand",
        message_nl="bestelling {other} heeft hetzelfde nummer {number}, en is daarmee gefactureerd",
        fix_nl="verbeter het nummer van een van de twee in Plug&Pay, of maak deze factuur zelf",
    ),
    "dismissed": Entry(
        message_en="it was skipped by hand: {words}",
        fix_en="nothing to do, or run `ppbillit retry {order_id}` to take it up again",
        message_nl="ze is met de hand overgeslagen: {words}",
        fix_nl="niets te doen, of voer `ppbillit retry {order_id}` uit om ze weer op te nemen",
    ),
    "gone_from_shop": Entry(
        message_en="Plug&Pay does not have it any more",
        fix_en="nothing to do",
        message_nl="ze staat niet meer in Plug&Pay",
        fix_nl="niets te doen",
    ),
    "adopted_unsent": Entry(
        message_en="Billit does not show it as sent, and ppbillit does not send what it did not make",
        fix_en="send it from Billit if the customer should have it",
        message_nl="volgens Billit is ze niet verstuurd, en ppbillit verstuurt niet wat het niet zelf maakte",
        fix_nl="verstuur ze vanuit Billit als de klant ze moet krijgen",
    ),
    "vanished": Entry(
        message_en="it was in Billit as document {billit_id} and is not there any more",
        fix_en="nothing to do if you deleted it: it is never made again by itself",
        message_nl="ze stond in Billit als document {billit_id} en staat er niet meer",
        fix_nl="niets te doen als u ze verwijderde: ze wordt nooit vanzelf opnieuw gemaakt",
    ),
}
