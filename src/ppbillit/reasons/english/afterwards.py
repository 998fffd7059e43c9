"""In English: what is said of an order once it is in Billit: its sending, its delivery, its payment."""

from __future__ import annotations

AFTERWARDS: dict[str, tuple[str, str]] = {
    # --- sending: a fix always ends with the retry, since a refused sending is not repeated by itself
    "not_on_peppol": (
        "it is not sent: its debtor in Billit takes no {kinds} over Peppol, by its VAT or company number",
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
        'it is not sent: it was made to go by "{channel}", and [sending] says "none" now',
        (
            "name a way in [sending] and run `ppbillit retry {order_id}`; "
            "or settle it with `ppbillit skip {order_id} --reason TEXT`"
        ),
    ),
    "channel_changed": (
        'it is not sent: it was made to go by "{channel}", and [sending] says "{today}" now',
        "run `ppbillit retry {order_id}` to send it the way [sending] says now",
    ),
    "no_peppol_number": (
        "it is not sent: its debtor in Billit has neither a VAT number nor a company number to reach it by",
        "enter the number on the debtor in Billit, then run `ppbillit retry {order_id}`",
    ),
    "receiver_unknown": (
        "it is not sent: Billit could not say whether its receiver is on Peppol",
        (
            "nothing to do: it is asked again; if it lasts, compare the debtor's numbers in Billit, or name "
            "another way in [sending] and run `ppbillit retry {order_id}`"
        ),
    ),
    "send_no_email": (
        "it is not sent: its debtor in Billit has no e-mail address that can be used",
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
    "payment_dismissed": (
        "its payment was skipped by hand: {words}",
        "nothing to do, or run `ppbillit retry {order_id}` to take it up again",
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
