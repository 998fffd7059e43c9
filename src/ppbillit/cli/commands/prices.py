"""`ppbillit prices`: which prices of the shop cannot be written as net plus VAT, and what becomes of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from ppbillit.cli.commands.explain.as_text import FORMS, IF_IT
from ppbillit.cli.options import CommandContext, Json
from ppbillit.cli.output.words import reason_lines
from ppbillit.cli.session import Answer, answer
from ppbillit.cli.wiring import rules_of, services
from ppbillit.config import load_config
from ppbillit.mapping.billit_totals import Rounding
from ppbillit.mapping.document_texts import clean
from ppbillit.mapping.prices import JudgedPrice, judge
from ppbillit.money import euros_text
from ppbillit.plugandpay.models import PricedProduct, UnreadableProduct
from ppbillit.reasons import Language, Reason, translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ppbillit.mapping.rules import Rules
    from ppbillit.plugandpay.models import Money

All = Annotated[bool, typer.Option("--all", help="List every price, also those that fit.")]


@dataclass(frozen=True)
class Listed:
    """One price of a product, and what was found; `judged` is why it was not, where that is text."""

    product_id: int
    title: str
    which: str
    judged: JudgedPrice | str

    @property
    def is_told(self) -> bool:
        """Tell whether it is listed without `--all`."""
        return isinstance(self.judged, str) or not self.judged.fits


def prices(context: typer.Context, *, every: All = False, as_json: Json = False) -> None:
    """List the shop's products whose price cannot be written as net plus VAT, and what Billit makes of each.

    Each price is judged as sold once, by itself, at the product's own rate. Reads only.
    """
    ctx: CommandContext = context.obj

    def find_out() -> Answer:
        listed = _listed(ctx)
        told = [each for each in listed if every or each.is_told]
        return Answer([*_words(told), _summary(listed)], _document(told, listed))

    raise typer.Exit(answer(ctx, {"command": "prices"}, find_out, as_json=as_json))


def _listed(ctx: CommandContext) -> list[Listed]:
    config = load_config(ctx.config_path, os.environ).config
    with services(config, ctx.trace_path) as both:
        rules = rules_of(config, both.identity.tenant_id)
        listed = [each for product in both.shop.products() for each in _judged(product, rules)]
    return [_told(each, config.language) for each in listed]


def _told(listed: Listed, language: Language) -> Listed:
    """Give a finding with its reason, where it has one, in the language of who asked."""
    judged = listed.judged
    if isinstance(judged, str) or not isinstance(judged.form, Reason):
        return listed
    [form] = translate([judged.form], language)
    return replace(listed, judged=replace(judged, form=form))


def _judged(product: PricedProduct | UnreadableProduct, rules: Rules) -> Iterator[Listed]:
    if isinstance(product, UnreadableProduct):
        yield Listed(product.id, "", "", f"its prices cannot be read ({product.problem})")
        return
    title = clean(product.public_title or product.title)
    known = list(_amounts(product))
    tax = product.pricing.tax if product.pricing else None
    rate = tax.rate if tax else None
    if not known:
        yield Listed(product.id, title, "", "Plug&Pay shows no price of it")
    for which, money in known:
        if rate is None:
            has_profile = tax is not None and tax.profile is not None
            why = "has a VAT profile in place of a rate" if has_profile else "has no VAT rate"
            yield Listed(product.id, title, which, f"{euros_text(money.amount_with_tax)}: it {why}")
        elif rate.percentage < 0 or money.amount_with_tax < 0:
            yield Listed(product.id, title, which, "its price or its rate is negative")
        else:
            judged = judge(money.amount, money.amount_with_tax, rate.percentage, rules)
            yield Listed(product.id, title, which, judged)


def _amounts(product: PricedProduct) -> Iterator[tuple[str, Money]]:
    for price in product.pricing.prices if product.pricing else ():
        interval = clean(price.interval)
        if price.regular:
            yield interval, price.regular
        if price.first:
            yield " ".join(filter(None, (interval, "first period"))), price.first
        for tier in price.tiers:
            yield " ".join(filter(None, (interval, f"from {tier.quantity:f}"))), tier


# --- in words -----------------------------------------------------------------------------------


def _words(told: list[Listed]) -> Iterator[Text]:
    for each in told:
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


def _summary(listed: list[Listed]) -> Text:
    judged = [each.judged for each in listed if isinstance(each.judged, JudgedPrice)]
    misfits = sum(not each.fits for each in judged)
    left_out = len(listed) - len(judged)
    beside = f"; {left_out} not judged" if left_out else ""
    return Text(f"{misfits} of {len(judged)} prices cannot be written as net plus VAT{beside}")


# --- as JSON ------------------------------------------------------------------------------------


def _document(told: list[Listed], listed: list[Listed]) -> dict[str, Any]:
    judged = [each.judged for each in listed if isinstance(each.judged, JudgedPrice)]
    return {
        "counts": {
            "judged": len(judged),
            "misfits": sum(not each.fits for each in judged),
            "not_judged": len(listed) - len(judged),
        },
        "prices": [_row(each) for each in told],
    }


def _row(listed: Listed) -> dict[str, Any]:
    judged = listed.judged
    row: dict[str, Any] = {"product_id": listed.product_id, "title": listed.title, "which": listed.which}
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
