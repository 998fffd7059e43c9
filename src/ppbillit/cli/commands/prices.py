"""`ppbillit prices`: list the prices that cannot be written as net plus VAT, and what Billit makes of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from ppbillit.cli.commands.explain.as_text import FORMS, IF_IT
from ppbillit.cli.options import CommandContext, Json
from ppbillit.cli.output.words import reason_lines
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import rules_of, services
from ppbillit.mapping.billit_totals import Rounding
from ppbillit.mapping.document_texts import clean
from ppbillit.mapping.prices import JudgedPrice, judge_price
from ppbillit.money import euros_text
from ppbillit.plugandpay.models import PricedProduct, UnreadableProduct
from ppbillit.reasons import Language, Reason, translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.mapping.rules import Rules
    from ppbillit.plugandpay.models import Money

EveryPrice = Annotated[bool, typer.Option("--all", help="List every price, also those that fit.")]


@dataclass(frozen=True)
class ListedPrice:
    """One price of a product and what was found; `judged` is a text where it could not be judged."""

    product_id: int
    title: str
    which: str
    judged: JudgedPrice | str

    @property
    def is_odd(self) -> bool:
        """Check whether it is listed without `--all`."""
        return isinstance(self.judged, str) or not self.judged.fits


def prices(context: typer.Context, *, every: EveryPrice = False, as_json: Json = False) -> None:
    """List the shop's products whose price cannot be written as net plus VAT, and what Billit makes of each.

    Each price is judged as sold once, by itself, at the product's own rate. Reads only.
    """
    ctx: CommandContext = context.obj

    def judge_prices() -> Answer:
        found = _judged_prices(ctx)
        listed = [each for each in found if every or each.is_odd]
        judged = [each.judged for each in found if isinstance(each.judged, JudgedPrice)]
        counts = {
            "judged": len(judged),
            "misfits": sum(not each.fits for each in judged),
            "not_judged": len(found) - len(judged),
        }
        document = {"counts": counts, "prices": [_as_json(each) for each in listed]}
        return Answer([*_lines(listed), _summary(counts)], document)

    raise typer.Exit(answer(ctx, {"command": "prices"}, judge_prices, as_json=as_json))


def _judged_prices(ctx: CommandContext) -> list[ListedPrice]:
    config = ctx.load_config()
    with services(config, ctx.trace_path) as both:
        rules = rules_of(config, both.identity.tenant_id)
        found = [each for product in both.shop.products() for each in _judged(product, rules)]
    return [_in_language(each, config.language) for each in found]


def _in_language(price: ListedPrice, language: Language) -> ListedPrice:
    judged = price.judged
    if isinstance(judged, str) or not isinstance(judged.form, Reason):
        return price
    [form] = translate([judged.form], language)
    return replace(price, judged=replace(judged, form=form))


def _judged(product: PricedProduct | UnreadableProduct, rules: Rules) -> Iterator[ListedPrice]:
    if isinstance(product, UnreadableProduct):
        yield ListedPrice(product.id, "", "", f"its prices cannot be read ({product.problem})")
        return
    title = clean(product.public_title or product.title)
    known = list(_amounts(product))
    tax = product.pricing.tax if product.pricing else None
    rate = tax.rate if tax else None
    if not known:
        yield ListedPrice(product.id, title, "", "Plug&Pay shows no price of it")
    for which, money in known:
        if rate is None:
            has_profile = tax is not None and tax.profile is not None
            why = "has a VAT profile in place of a rate" if has_profile else "has no VAT rate"
            yield ListedPrice(product.id, title, which, f"{euros_text(money.amount_with_tax)}: it {why}")
        elif rate.percentage < 0 or money.amount_with_tax < 0:
            yield ListedPrice(product.id, title, which, "its price or its rate is negative")
        else:
            judged = judge_price(money.amount, money.amount_with_tax, rate.percentage, rules)
            yield ListedPrice(product.id, title, which, judged)


def _amounts(product: PricedProduct) -> Iterator[tuple[str, Money]]:
    for price in product.pricing.prices if product.pricing else ():
        interval = clean(price.interval)
        if price.regular:
            yield interval, price.regular
        if price.first:
            yield " ".join(filter(None, (interval, "first period"))), price.first
        for tier in price.tiers:
            yield " ".join(filter(None, (interval, f"from {tier.quantity:f}"))), tier


# --- lines for a person -------------------------------------------------------------------------


def _lines(listed: list[ListedPrice]) -> Iterator[Text]:
    for each in listed:
        which = f", {each.which}" if each.which else ""
        title = f" {each.title}" if each.title else ""
        yield Text(f"product {each.product_id}{title}{which}: {_finding(each.judged)}")
        if isinstance(each.judged, JudgedPrice) and isinstance(each.judged.form, Reason):
            yield from reason_lines([each.judged.form])


def _finding(judged: JudgedPrice | str) -> str:
    if isinstance(judged, str):
        return f"not judged: {judged}"
    price = f"{euros_text(judged.gross)} at {judged.percentage:f} %"
    if judged.fits:
        return f"{price}: can be written as net plus VAT; {_form(judged)}"
    around = " or ".join(euros_text(amount) for amount in judged.net_led)
    return (
        f"{price}: {FORMS['net lines']} give {around}; {FORMS['gross-led lines']} give "
        f"{', '.join(f'{euros_text(judged.gross_led[each])} {IF_IT[each]}' for each in Rounding)}; "
        f"{_form(judged)}"
    )


def _form(judged: JudgedPrice) -> str:
    if isinstance(judged.form, Reason):
        return "ppbillit does not write it:"
    return f"ppbillit writes it as {FORMS[judged.form.name]}"


def _summary(counts: dict[str, int]) -> Text:
    beside = f"; {counts['not_judged']} not judged" if counts["not_judged"] else ""
    return Text(f"{counts['misfits']} of {counts['judged']} prices cannot be written as net plus VAT{beside}")


# --- as JSON ------------------------------------------------------------------------------------


def _as_json(price: ListedPrice) -> dict[str, Any]:
    judged = price.judged
    row: dict[str, Any] = {"product_id": price.product_id, "title": price.title, "which": price.which}
    if isinstance(judged, str):
        return {**row, "not_judged": judged}
    refused = judged.form if isinstance(judged.form, Reason) else None
    return {
        **row,
        "gross": euros_text(judged.gross),
        "percentage": f"{judged.percentage:f}",
        "fits": judged.fits,
        "net_led": [euros_text(amount) for amount in judged.net_led],
        "gross_led": {rounding.name.lower(): euros_text(made) for rounding, made in judged.gross_led.items()},
        "form": None if isinstance(judged.form, Reason) else judged.form.name,
        "reason": refused.json() if refused else None,
    }
