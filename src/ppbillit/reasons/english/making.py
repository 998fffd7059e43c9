"""In English: what is said of an order until it is in Billit, with the right total."""

from __future__ import annotations

MAKING: dict[str, tuple[str, str]] = {
    # --- the shop's order is not (yet) something to invoice
    "test_order": ("it is a test order", "nothing to do: test orders are never invoiced"),
    "deleted_order": ("it was deleted in Plug&Pay", "nothing to do"),
    "concept": (
        "its invoice is still a concept in Plug&Pay",
        "nothing to do: it is looked at again on every run until it is final",
    ),
    "before_go_live": (
        "its invoice date is before the go-live date, {go_live}: it is never invoiced by a sync, nor sent",
        "if it should be in Billit, run `ppbillit export-existing --since {day} --order {order_id}`",
    ),
    "not_existing": (
        "its invoice date is not before the go-live date, {go_live}",
        "nothing to do: `ppbillit sync` takes it",
    ),
    "zero_total": (
        "its total is 0.00",
        'nothing to do, or set zero_total = "export" in [invoice] to make such invoices',
    ),
    "unreadable": (
        "Plug&Pay's answer about it cannot be read ({problem})",
        "look the order up in Plug&Pay; if it looks ordinary there, report this line as a bug",
    ),
    "date_missing": (
        "it has no invoice date that can be read",
        "open the order in Plug&Pay and check its invoice",
    ),
    "number_missing": (
        "Plug&Pay gave it no invoice number",
        'wait for the number, or set number = "order_number" in [invoice]',
    ),
    "no_lines": ("it has no lines", "open the order in Plug&Pay and check its lines"),
    # --- money
    "amounts_unexplained": (
        "its lines do not add up to its total {net} net, {gross} gross; tried: {tried}",
        "compare the order's lines with its total in Plug&Pay, and make this invoice by hand",
    ),
    "amounts_ambiguous": (
        "its lines can be read in more than one way that meets its total: {tried}",
        "make this invoice by hand; the figures of each reading are above",
    ),
    "signs_mixed": (
        "it is a {kind} with a total of {gross}, which has the wrong sign",
        "check the order in Plug&Pay, and make this document by hand",
    ),
    "total_unreachable": (
        "no form of invoice lines gives {gross} in Billit; closest: {closest}",
        (
            "make this invoice by hand, with a rounding line of your bookkeeper's choice; on_cent_difference in "
            "[invoice] can take a difference of some cents for all orders"
        ),
    ),
    "cents_accepted": (
        "the customer paid {gross}, and Billit makes {made} of it (difference {difference})",
        'nothing to do: on_cent_difference = "accept" in [invoice] allows a cent per VAT rate',
    ),
    "unlike_probe": (
        "in this order {here}, and in the shop's others, as `ppbillit probe` found, {settled}",
        "compare the invoice with the order in Plug&Pay; if all is well there, run `ppbillit probe` again",
    ),
    # --- VAT
    "vat_rate_missing": (
        'the line "{line}" carries VAT, but no single rate',
        "check the VAT rate of the product in Plug&Pay",
    ),
    "vat_rate_mismatch": (
        'the line "{line}" says {rate} % but its amounts are {net} net and {gross} gross',
        "check the VAT of this order in Plug&Pay, and make this invoice by hand",
    ),
    "vat_rate_country_unknown": (
        'the line "{line}" has {rate} % VAT of no named country, and the buyer is in {country}',
        "check the VAT profile of the product in Plug&Pay",
    ),
    "vat_foreign_outside_eu": (
        'the line "{line}" charges VAT of {country}, which is outside the EU',
        "check the VAT rate of the product in Plug&Pay",
    ),
    "vat_countries_mixed": (
        "it charges VAT of several countries ({countries}), which one Billit invoice cannot hold",
        "split the order into one invoice per country by hand",
    ),
    "discount_over_several_rates": (
        'the discount "{line}" is off the whole order, whose lines are taxed in several ways',
        "make this invoice by hand, with the discount split over the VAT rates",
    ),
    "vat_code_missing": (
        'the line "{line}" is {treatment}, for which {key} in [vat] names no code',
        "set {key} in [vat] to the code your bookkeeper names",
    ),
    "vat_zero_unexplained": (
        'the line "{line}" has no VAT, and nothing in the order says why',
        (
            "if such lines are exempt, set zero_rate in [vat] to the code your bookkeeper names; "
            "else correct the VAT in Plug&Pay"
        ),
    ),
    "reverse_charge_without_vat_number": (
        "the VAT is reverse charged, but the order has no VAT number",
        "ask the buyer for the VAT number and enter it in the order's contact details in Plug&Pay",
    ),
    "reverse_charge_vat_number_invalid": (
        "the VAT is reverse charged, but the VAT number on the order is not valid",
        "correct the VAT number in the order's contact details in Plug&Pay",
    ),
    "vat_number_not_checked": (
        "the VAT number on the order is not of the EU, which cannot be checked, so it is left off the invoice",
        "nothing to do",
    ),
    "vat_number_left_off": (
        "the VAT number on the order is no valid one of an EU country, so it is left off the invoice",
        "if the buyer is a business, correct the number in Plug&Pay and in Billit",
    ),
    "oss_for_business": (
        "it charges VAT of {country} by the One Stop Shop, which is for consumers, to a buyer with a VAT number",
        "ask your bookkeeper whether the VAT should have been reverse charged; if so, credit it in Plug&Pay",
    ),
    # --- ledger, buyer, original
    "ledger_not_a_number": (
        'the ledger account of the line "{line}" is not a number of at most nine digits',
        "correct it on the product in Plug&Pay, or name the account in [ledger.products]",
    ),
    "buyer_nameless": (
        "it has neither a company, a name nor an e-mail address",
        "enter the buyer in the order's contact details in Plug&Pay",
    ),
    "debtor_ambiguous": (
        "{count} debtors in Billit match the buyer's {by}; the oldest, debtor {party_id}, is used",
        "merge the doubles in Billit",
    ),
    "debtor_differs": (
        "its debtor {party_id} in Billit has another {what} than the order",
        "nothing to do if Billit is right; else run `ppbillit sync --update-debtors`, or change it in Billit",
    ),
    "debtor_without_vat_number": (
        "the VAT is reverse charged, but its debtor {party_id} in Billit has no VAT number",
        "enter the VAT number on debtor {party_id} in Billit: such an invoice needs it",
    ),
    "debtor_to_update": (
        "debtor {party_id} in Billit would be given the order's {what}",
        "nothing to do: the same command without --dry-run does it",
    ),
    "debtor_updated": ("debtor {party_id} in Billit now has the order's {what}", "nothing to do"),
    "debtor_not_updated": (
        "debtor {party_id} in Billit still has another {what} than the order, though Billit was told",
        "change it in Billit by hand",
    ),
    "debtor_left": (
        "debtor {party_id} in Billit was given the order's {what} before, and was changed since: it is left",
        "nothing to do if Billit is right; else run `ppbillit sync --update-debtors --order {order_id}`",
    ),
    "debtor_not_readable": (
        "Billit does not give debtor {party_id} in a form that can be read, so it is not compared with the order",
        "nothing to do: it is tried again the next time; if it lasts, look the debtor up in Billit",
    ),
    "debtor_update_refused": (
        "Billit refused to change debtor {party_id}: {problems}",
        "mend what Billit names in the order's contact details, or change the debtor in Billit by hand",
    ),
    "default_debtor_missing": (
        "Billit has no customer with the number {number}, which default_debtor in [customers] names",
        "give a customer in Billit that number, or correct default_debtor",
    ),
    "default_debtor_unsent": (
        "it is booked on the default debtor, who is not the buyer, so it is not sent",
        'nothing to do, or send it from Billit; default_debtor_for = "consumers" in [customers] leaves firms out',
    ),
    "original_unsettled": (
        "it credits order {original}, which is not in Billit yet",
        "settle order {original} first; this credit note then follows by itself",
    ),
    "original_dismissed": (
        "it credits order {original}, which was skipped by hand, so that its invoice is not made",
        (
            "if that invoice was made otherwise, run `ppbillit retry {order_id}`, which makes this credit note; "
            "else settle this one too, with `ppbillit skip {order_id} --reason TEXT`"
        ),
    ),
    "original_unknown": (
        "the invoice it credits is not known here, so the credit note names none",
        "nothing to do, or link the two in Billit by hand",
    ),
    # --- Billit
    "number_taken": (
        "Billit already has {what} {number} for {total}, made elsewhere (by hand, or by another connector)",
        (
            "if that is this order's invoice, run `ppbillit {verb} --order {order_id} --adopt`; "
            "else give one of the two another number"
        ),
    ),
    "not_adopted": (
        "document {number} for {total} is not taken over: it is another order's, or not the {paid} that was paid",
        "compare the two; correct the one that is wrong, or give one of them another number",
    ),
    "key_taken_twice": (
        "Billit holds {count} documents with this order's key: {documents}",
        (
            "delete all but one in Billit, then run `ppbillit sync --order {order_id}`; where that cannot be, "
            "put it right in Billit and run `ppbillit skip {order_id} --reason TEXT`"
        ),
    ),
    "billit_refused": (
        "Billit refused it: {problems}",
        "mend what Billit names, in Plug&Pay or in the config; it is tried again when either changed",
    ),
    "debtor_refused": (
        "Billit refused its debtor: {problems}",
        "mend the order's contact details in Plug&Pay, or make the debtor in Billit by hand",
    ),
    "debtor_written_over": (
        "Billit took its new debtor for debtor {party_id}, and changed that one instead of making one",
        "put debtor {party_id} right in Billit, make the new debtor there by hand, then retry the order",
    ),
    "debtor_unknown": (
        "no sound answer came from Billit about its new debtor ({why})",
        "nothing to do: the next run looks for the debtor before doing anything else",
    ),
    "outcome_unknown": (
        "no sound answer came from Billit ({why}), so it may or may not have been made",
        "nothing to do: the next run looks it up before doing anything else",
    ),
    "not_sent_to_billit": (
        "Billit {why}, so it was not made yet",
        "nothing to do: the next run tries again",
    ),
    "totals_differ": (
        "Billit made {billit} of it, the customer paid {shop} (difference {difference}): it is not sent",
        "correct the document in Billit, or delete it there and invoice the order by hand",
    ),
    "not_shown": (
        "Billit does not show its document {billit_id} now, and does not list it as deleted either",
        "nothing to do: it is looked at again on the next runs; if it lasts, look the document up in Billit",
    ),
    "not_readable": (
        "Billit does not give its document {billit_id} in a form that can be read, as it gives others",
        (
            "nothing to do: it is looked at again on the next runs; if it lasts, look the document up in Billit, "
            "and ask Billit's support"
        ),
    ),
    "sent_with_other_total": (
        "it was sent from Billit over {billit}, and the customer paid {shop} (difference {difference})",
        "ask your bookkeeper how to put it right, then run `ppbillit skip {order_id} --reason TEXT`",
    ),
    "number_twice": (
        "order {other} has the same number {number}, and is invoiced with it",
        "correct the number of one of the two in Plug&Pay, or make this invoice by hand",
    ),
    "dismissed": (
        "it was skipped by hand: {words}",
        "nothing to do, or run `ppbillit retry {order_id}` to take it up again",
    ),
    "gone_from_shop": ("Plug&Pay does not have it any more", "nothing to do"),
    "adopted_unsent": (
        "Billit does not show it as sent, and ppbillit does not send what it did not make",
        "send it from Billit if the customer should have it",
    ),
    "vanished": (
        "it was in Billit as document {billit_id} and is not there any more",
        "nothing to do if you deleted it: it is never made again by itself",
    ),
}
