"""`ppbillit connect`: ask for keys and make a working config; run again, change one side."""

from __future__ import annotations

import typer

from ppbillit.cli.commands.connect import flags
from ppbillit.cli.commands.connect.answers import BillitAnswers, ConfigAnswers, SecretSource, ShopAnswers
from ppbillit.cli.commands.connect.steps import ConnectSteps
from ppbillit.cli.error_handler import handle_errors
from ppbillit.cli.options import CommandContext


def connect(  # noqa: PLR0913  (each is an answer to a question)
    context: typer.Context,
    side: flags.SideArgument = None,
    *,
    plugandpay_key_stdin: flags.PlugAndPayKeyStdin = False,
    plugandpay_key_file: flags.PlugAndPayKeyFile = None,
    shop: flags.ShopName = None,
    environment: flags.Environment = None,
    billit_key_stdin: flags.BillitKeyStdin = False,
    billit_key_file: flags.BillitKeyFile = None,
    oauth: flags.OAuth = None,
    client_id: flags.ClientId = None,
    client_secret_stdin: flags.ClientSecretStdin = False,
    client_secret_file: flags.ClientSecretFile = None,
    redirect_uri: flags.RedirectUri = None,
    redirected_stdin: flags.RedirectedStdin = False,
    company: flags.CompanyNumber = None,
    go_live: flags.GoLive = None,
    number: flags.Number = None,
    group_lines: flags.GroupLines = None,
    default_debtor: flags.DefaultDebtor = None,
    send_businesses: flags.SendBusinesses = None,
    send_consumers: flags.SendConsumers = None,
) -> None:
    """Connect the shop and Billit: asks for the keys, checks them, and writes them to credentials.toml.

    Where there is no config yet, it asks what only you can say and writes one. Run again, it changes one side, and
    never your config. Keys are typed unseen, or come from standard input, a file, or the variables of the config
    (PPBILLIT_PLUGANDPAY__API_KEY …); never from the command line, which others can read.
    """
    ctx: CommandContext = context.obj
    plugandpay = SecretSource(
        ("plugandpay", "api_key"), "plugandpay-key", plugandpay_key_stdin, plugandpay_key_file
    )
    billit = SecretSource(("billit", "api_key"), "billit-key", billit_key_stdin, billit_key_file)
    secret = SecretSource(
        ("billit", "client_secret"), "client-secret", client_secret_stdin, client_secret_file
    )
    steps = ConnectSteps(
        ctx,
        ShopAnswers(plugandpay, shop),
        BillitAnswers(billit, secret, environment, oauth, client_id, redirect_uri, redirected_stdin, company),
        ConfigAnswers(go_live, number, group_lines, default_debtor, send_businesses, send_consumers),
    )
    raise typer.Exit(handle_errors(ctx.screen, lambda: steps.run(side)))
