"""The catalogue of reasons: everything the tool says about a single order, as code, sentence and fix.

A reason belongs to an order in a report, in the state file and in `--json`; its code is stable, its words may
improve.  Trouble that ends a whole run is in `errors`.  A new reason is a new line here and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reason:
    """Why an order is where it is, and what a person can do about it."""

    code: str
    message: str
    fix: str


def reason(code: str, **facts: Any) -> Reason:
    """Fill in a line of the catalogue; an unknown code or a missing fact is a bug (KeyError)."""
    message, fix = CATALOGUE[code]
    return Reason(code, message.format(**facts), fix.format(**facts))


# A sentence names the order's own facts (amounts, numbers, fields), never a person.
CATALOGUE: dict[str, tuple[str, str]] = {
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
        "delete or credit all but one in Billit, then run `ppbillit sync --order {order_id}`",
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
        "it was set aside by hand: {why}",
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
    # --- sending: a fix always ends with the retry, since a refused sending is not repeated by itself
    "not_on_peppol": (
        "it was not sent: its debtor in Billit takes no {kinds} over Peppol, by its VAT or company number",
        (
            "nothing to do if the customer is about to join Peppol: the directory is asked again every week; "
            'else set the channel to "auto" in [sending] and run `ppbillit retry {order_id}`, which e-mails it'
        ),
    ),
    "never_to_be_sent": (
        "ppbillit does not send it: it was exported, taken over, or made while [sending] named no way",
        "send it from Billit if the customer should have it",
    ),
    "sending_off": (
        'it was not sent: it was made to go by "{channel}", and [sending] says "none" now',
        (
            "name a way in [sending] and run `ppbillit retry {order_id}`; "
            "or settle it with `ppbillit skip {order_id} --reason TEXT`"
        ),
    ),
    "channel_changed": (
        'it was not sent: it was made to go by "{channel}", and [sending] says "{today}" now',
        "run `ppbillit retry {order_id}` to send it the way [sending] says now",
    ),
    "no_peppol_number": (
        "it was not sent: its debtor in Billit has neither a VAT number nor a company number to reach it by",
        "enter the number on the debtor in Billit, then run `ppbillit retry {order_id}`",
    ),
    "receiver_unknown": (
        "it was not sent: Billit could not say whether its receiver is on Peppol",
        (
            "nothing to do: it is asked again; if it lasts, compare the debtor's numbers in Billit, or name "
            "another way in [sending] and run `ppbillit retry {order_id}`"
        ),
    ),
    "send_no_email": (
        "it was not sent: its debtor in Billit has no e-mail address that can be used",
        "enter one on the debtor in Billit, then run `ppbillit retry {order_id}`",
    ),
    "send_po_number_missing": (
        "it was not sent: this customer wants a purchase order number (PO) on every invoice",
        (
            "enter the customer's number as reference on the document in Billit and run "
            "`ppbillit retry {order_id}`; buyer_reference_question in [invoice] takes it from your checkout"
        ),
    ),
    "send_no_network": (
        "it was not sent: {problems}",
        "compare the debtor's numbers in Billit with the customer's, then run `ppbillit retry {order_id}`",
    ),
    "send_too_soon": (
        "it was not sent again: Billit says that it was sent minutes ago, or is still in its queue",
        "run `ppbillit retry {order_id}` in a quarter of an hour",
    ),
    "rule_country": (
        "e-invoicing does not take it: the debtor has no country ({rule})",
        "enter the country on the debtor in Billit, then run `ppbillit retry {order_id}`",
    ),
    "rule_vat_number": (
        "e-invoicing does not take it: the VAT number of the debtor is missing or not a good one ({rule})",
        "correct the VAT number on the debtor in Billit, then run `ppbillit retry {order_id}`",
    ),
    "rule_reference": (
        "e-invoicing does not take it: it needs a reference of the buyer's ({rule})",
        "enter one on the document in Billit, then run `ppbillit retry {order_id}`",
    ),
    "rule_broken": (
        "it breaks the rule {rule} of e-invoices: {problems}",
        "show this line to your bookkeeper; mend the document in Billit, then run `ppbillit retry {order_id}`",
    ),
    "send_refused": (
        "it is in Billit but was not sent: {problems}",
        "mend what Billit names, then run `ppbillit retry {order_id}`",
    ),
    "send_unknown": (
        "no sound answer came from Billit, so it may or may not have been sent",
        (
            "nothing to do: the next run looks at the document before doing anything else; if it lasts, look it "
            "up in Billit and send it there"
        ),
    ),
    "delivery_failed": (
        "it was sent but not delivered: {problems}",
        "mend what Billit names, then run `ppbillit retry {order_id}`, which sends it again",
    ),
    "sent_without_trace": (
        "Billit calls it sent, and shows neither a way nor a delivery",
        (
            "if the customer has it otherwise, settle it with `ppbillit skip {order_id} --reason TEXT`; "
            "else send it from Billit"
        ),
    ),
    "delivery_slow": (
        "Billit took it for sending on {day} and has not delivered it yet",
        "nothing to do if Billit has a disturbance; else look the document up in Billit, or ask Billit's support",
    ),
    # --- payments
    "marked_in_plugandpay": (
        "set to paid in Plug&Pay, since its invoice is paid in Billit ({day})",
        "nothing to do",
    ),
    "marked_in_billit": (
        "its invoice marked as paid in Billit, since the order is paid in Plug&Pay ({day})",
        "nothing to do",
    ),
    "partly_paid": (
        "{paid} of {total} is paid in Billit: nothing is changed in Plug&Pay before it is all of it",
        "nothing to do: what is paid in full goes over by itself",
    ),
    "partly_paid_in_billit": (
        "it is paid in Plug&Pay, but only {paid} of {total} in Billit, so its invoice is left alone",
        "compare the two, and mark the invoice as paid in Billit by hand if it is",
    ),
    "paid_unlike_invoice": (
        "it is paid in Plug&Pay, but its invoice in Billit is over {billit} and not {total}, so it is left alone",
        "correct the invoice in Billit, which is then marked as paid by itself; or mark it there by hand",
    ),
    "paid_other_total": (
        "its invoice is paid in Billit, with a total that is not the order's: Plug&Pay is left alone",
        "compare the two, and set the order to paid in Plug&Pay by hand if it is",
    ),
    "payment_processing": (
        "its invoice is paid in Billit, but a direct debit is under way in Plug&Pay, which is left alone",
        "nothing to do: it is looked at again every day; if the debit succeeds too, it was paid twice",
    ),
    "payment_credited": (
        "its invoice is paid in Billit, but the order was credited in Plug&Pay, which is left alone",
        "ask whether the customer is to get the money back, then run `ppbillit skip {order_id} --reason TEXT`",
    ),
    "payment_status_unknown": (
        "its invoice is paid in Billit, but what Plug&Pay says of its payment is not known to ppbillit",
        "look the order up in Plug&Pay, and set it to paid by hand if it should be",
    ),
    "payment_order_gone": (
        "its invoice is paid in Billit, but Plug&Pay does not have the order any more",
        "if you deleted it, run `ppbillit skip {order_id} --reason TEXT`; else look for the order in Plug&Pay",
    ),
    "payment_undone_in_plugandpay": (
        "it was paid on both sides, and Plug&Pay says now that it is {status}: nothing is changed",
        "set it to paid again in Plug&Pay by hand, or mark the invoice as unpaid in Billit",
    ),
    "payment_undone_in_billit": (
        "it was paid on both sides, and Billit says now that it is not: nothing is changed",
        "mark it as paid again in Billit by hand; Plug&Pay cannot take a payment back",
    ),
    "payment_reversed": (
        "its payment was charged back in Plug&Pay, and its invoice still says paid in Billit",
        (
            "mark the invoice as unpaid in Billit and ask the customer for the money; with reopen_reversed in "
            "[payments] an invoice that both sides called paid is marked as unpaid by itself"
        ),
    ),
    "payment_reopened": (
        "its invoice marked as unpaid in Billit, since its payment was charged back in Plug&Pay",
        "ask the customer for the money",
    ),
    "paid_after_reversal": (
        "its payment in Plug&Pay was charged back or failed, and Billit holds another one for its invoice",
        (
            "compare with the bank: if the money is there, set it to paid in Plug&Pay by hand; "
            "else mark the invoice as unpaid in Billit"
        ),
    ),
    "payment_refused": (
        "{service} refused to take over its payment: {problems}",
        "mend what it names and run `ppbillit retry {order_id}`, or change it there by hand",
    ),
    "payment_forbidden": (
        "Plug&Pay does not let ppbillit's key set it to paid (HTTP 403)",
        (
            "make the key with a login that may change orders, or set the order to paid in Plug&Pay by hand; "
            "it is tried again every day"
        ),
    ),
    "payment_not_readable": (
        "Plug&Pay does not give its payment in a form that can be read, as it gives others",
        (
            "nothing to do: it is looked at again every day; if it lasts, look the order up in Plug&Pay, "
            "and ask Plug&Pay's support"
        ),
    ),
    "payment_unknown": (
        "no sound answer came from {service}, so its payment may or may not have been taken over",
        "nothing to do: the next run looks before it does anything else",
    ),
}
