"""The flags of `connect`: one for each of its questions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from ppbillit.cli.commands.connect.steps import Side
from ppbillit.cli.options import read_day

_LINE = "standard input; several such flags read a line each, in the order of this list."
_ENVIRONMENT = Literal["production", "sandbox"]
_NUMBER = Literal["invoice_number", "order_number", "billit"]
_CHANNEL = Literal["none", "auto", "peppol", "email"]

SideArgument = Annotated[
    Side | None, typer.Argument(metavar="SIDE", help="plugandpay, billit or both; left out: what is open.")
]

# --- the shop ---
PlugAndPayKeyStdin = Annotated[
    bool, typer.Option("--plugandpay-key-stdin", help=f"Read Plug&Pay's key from {_LINE}")
]
PlugAndPayKeyFile = Annotated[
    Path | None, typer.Option("--plugandpay-key-file", metavar="FILE", help="A file with Plug&Pay's key.")
]
ShopName = Annotated[
    str | None,
    typer.Option(
        "--shop", metavar="NAME", help="A name for the shop, where the key may not ask whose it is."
    ),
]

# --- Billit ---
Environment = Annotated[
    _ENVIRONMENT | None, typer.Option("--environment", help="Which Billit; a key tells by itself.")
]
BillitKeyStdin = Annotated[
    bool, typer.Option("--billit-key-stdin", help=f"Read Billit's API key from {_LINE}")
]
BillitKeyFile = Annotated[
    Path | None, typer.Option("--billit-key-file", metavar="FILE", help="A file with Billit's API key.")
]
OAuth = Annotated[
    bool | None,
    typer.Option("--oauth/--no-oauth", help="Open Billit by an application of your own, or by an API key."),
]
ClientId = Annotated[
    str | None, typer.Option("--client-id", metavar="ID", help="The id of your application at Billit.")
]
ClientSecretStdin = Annotated[
    bool, typer.Option("--client-secret-stdin", help=f"Read the secret of your application from {_LINE}")
]
ClientSecretFile = Annotated[
    Path | None, typer.Option("--client-secret-file", metavar="FILE", help="A file with its secret.")
]
RedirectUri = Annotated[
    str | None,
    typer.Option("--redirect-uri", metavar="URL", help="The redirect URI that Billit registered for it."),
]
RedirectedStdin = Annotated[
    bool,
    typer.Option(
        "--redirected-stdin", help="Read the address that Billit leads back to from standard input."
    ),
]
CompanyNumber = Annotated[
    int | None,
    typer.Option(
        "--company",
        min=1,
        metavar="NUMBER",
        help="The number (PartyID) of the company that makes the invoices.",
    ),
]

# --- the first config ---
GoLive = Annotated[
    date | None,
    typer.Option("--go-live", parser=read_day, metavar="DATE", help="The first day that is ppbillit's."),
]
Number = Annotated[_NUMBER | None, typer.Option("--number", help="Which number an invoice gets.")]
GroupLines = Annotated[
    bool | None,
    typer.Option(
        "--group-lines/--separate-lines", help="One line for all with the same VAT and account, or not."
    ),
]
DefaultDebtor = Annotated[
    str | None,
    typer.Option(
        "--default-debtor", metavar="NUMBER", help='The customer number on whom all is booked; "" for none.'
    ),
]
SendBusinesses = Annotated[
    _CHANNEL | None, typer.Option("--send-businesses", help="How invoices to businesses go.")
]
SendConsumers = Annotated[
    _CHANNEL | None, typer.Option("--send-consumers", help="How invoices to consumers go.")
]
