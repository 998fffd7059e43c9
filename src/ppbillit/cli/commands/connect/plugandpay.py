"""Connect the shop: its key, and which shop the key opens."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from ppbillit.cli.prompts import Question
from ppbillit.cli.wiring import shop_service
from ppbillit.config.problems import problem_with
from ppbillit.http import HttpClient
from ppbillit.plugandpay.client import PlugAndPayClient

if TYPE_CHECKING:
    from ppbillit.cli.commands.connect.answers import ShopAnswers
    from ppbillit.cli.prompts import Prompter
    from ppbillit.config import StartedConfig
    from ppbillit.plugandpay.models import Shop

_KEY = ("plugandpay", "api_key")
_NAME = ("plugandpay", "shop")


def connect_shop(
    started: StartedConfig, prompter: Prompter, answers: ShopAnswers
) -> tuple[dict[str, Any], str]:
    """Return the new values for [plugandpay], if any, and a line that says which shop the key opens."""
    config = started.config.plugandpay
    has_key = _KEY not in started.missing
    prompter.say(
        "In Plug&Pay: Settings → Developers → Add new API key. It is shown once. (The webhook key on the same "
        "page is something else.)"
    )
    question = Question("The API key of Plug&Pay", answers.key.flags, lambda key: problem_with(_KEY, key))

    def use(key: str | None) -> Shop | None:
        with ExitStack() as stack:
            service = shop_service(started.config, key or config.api_key.get_secret_value())
            client = stack.enter_context(PlugAndPayClient(HttpClient(service), started.config.zone))
            return client.shop()

    key, shop = prompter.working_secret(question, answers.key.read(), use, has_one=has_key)
    name = config.shop
    if answers.name is not None or (shop is None and not name):
        prompter.say(
            "This key may not ask which shop it belongs to, so give the shop a name of your own. It is written on "
            "every invoice, where ppbillit knows its own by it: never change it."
        )
        asked = Question("A name for the shop", "--shop", lambda text: problem_with(_NAME, text))
        name = prompter.text(asked, answers.name)
    opened = f"{shop.name} (shop {shop.tenant_id}), plan {shop.plan or 'not told'}" if shop else name
    values = {**({"api_key": key} if key else {}), **({"shop": name} if name != config.shop else {})}
    return values, f"Plug&Pay: {opened}"
