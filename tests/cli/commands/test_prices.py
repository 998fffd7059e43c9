"""`prices` lists the shop's prices that cannot be written as net plus VAT, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ppbillit_emulator import Fault, FaultKind
from support.shop_orders import stock

if TYPE_CHECKING:
    from support.world import World


def listed(world: World, *flags: str) -> dict[str, Any]:
    result = world.run("prices", "--json", *flags)
    assert (result.returncode, result.stderr) == (0, "")
    return result.json


def test_prices_that_net_lines_cannot_give_are_listed_with_what_becomes_of_them(world: World) -> None:
    """Otherwise: the bookkeeper finds invoices of 97.01 and wonders where they come from."""
    odd, _, _ = stock(world, ("97.00", "21"), ("121.00", "21"), ("49.00", "6"))
    document = listed(world)
    assert document["counts"] == {"judged": 3, "misfits": 1, "not_judged": 0}
    [row] = document["prices"]
    assert (row["product_id"], row["gross"], row["percentage"], row["fits"]) == (odd, "97.00", "21", False)
    assert row["net_led"] == ["96.99", "97.01"]
    assert row["gross_led"] == {"kept": "97.00", "recomputed": "97.01"}
    assert row["form"] == "gross-led lines"
    result = world.run("prices")
    listing, summary = result.stdout.splitlines()
    assert listing == (
        f"product {odd} Product 0: 97.00 at 21 %: lines priced without VAT give 96.99 or 97.01; lines priced with "
        "VAT give 97.00 if Billit keeps amounts with VAT as they are, 97.01 if it works out the VAT again from "
        "amounts without; ppbillit writes it as lines priced with VAT"
    )
    assert summary == "1 of 3 prices cannot be written as net plus VAT"


def test_all_prices_are_listed_on_request(world: World) -> None:
    """Otherwise: one has to trust that the others were looked at."""
    ids = stock(world, ("97.00", "21"), ("121.00", "21"))
    assert [row["product_id"] for row in listed(world, "--all")["prices"]] == ids
    said = world.run("prices", "--all").stdout
    assert (
        "121.00 at 21 %: can be written as net plus VAT; ppbillit writes it as lines priced without VAT"
        in said
    )


def test_each_price_of_a_product_is_judged(world: World) -> None:
    """Otherwise: the price of three, or of the first month, is the one that is off."""
    stock(
        world, ("121.00", "21"), first_price="49.00", tiers=((3, "97.00"), (10, "96.80")), type="subscription"
    )
    assert [(row["which"], row["gross"]) for row in listed(world)["prices"]] == [
        ("monthly first period", "49.00"),
        ("monthly from 3", "97.00"),
    ]


def test_a_product_without_a_readable_price_or_rate_is_listed_as_not_judged(world: World) -> None:
    """Otherwise: silence about a product is taken for "it is fine"."""
    profile, nameless = stock(world, ("97.00", None), ("97.00", "21"))
    [bare] = stock(world, ("1.00", "21"))
    products = world.emulator.shop.products
    products[nameless]["_pricing"]["tax"] = None
    products[bare]["_pricing"]["prices"] = []
    [odd] = stock(world, ("1.00", "21"))
    products[odd]["_pricing"]["prices"][0]["regular"]["amount_with_tax"] = "gratis"
    rows = {row["product_id"]: row["not_judged"] for row in listed(world)["prices"]}
    assert "VAT profile in place of a rate" in rows[profile]
    assert "no VAT rate" in rows[nameless]
    assert "shows no price" in rows[bare]
    assert "cannot be read" in rows[odd]
    assert "gratis" not in rows[odd]
    assert "; 4 not judged" in world.run("prices").stdout


def test_every_page_is_read_and_each_product_once(world: World) -> None:
    """Otherwise: a shop of a hundred products looks like one of twenty-five."""
    ids = stock(world, *[("97.00", "21")] * 33)
    world.emulator.shop.switches.update(max_page_size=10, links_host="https://api.plugandpay.invalid")
    assert [row["product_id"] for row in listed(world)["prices"]] == ids


def test_a_shop_without_products_says_so_in_one_line(world: World) -> None:
    """Otherwise: nothing on the screen, and nobody knows whether it worked."""
    assert world.run("prices").stdout == "0 of 0 prices cannot be written as net plus VAT\n"


def test_the_config_decides_the_form(world: World) -> None:
    """Otherwise: the list says one thing and the invoices another."""
    stock(world, ("97.00", "21"))
    world.configure(invoice={"on_cent_difference": "rounding_line"})
    assert listed(world)["prices"][0]["form"] == "net lines and a rounding line"


def test_what_the_shop_says_is_printed_as_it_is(world: World) -> None:
    """Otherwise: a product's name colours the terminal or breaks the list."""
    stock(world, ("97.00", "21"))
    world.emulator.shop.products[301]["public_title"] = "[red]Boek[/red]\n\x1b[31m"
    assert "product 301 [red]Boek[/red] [31m: 97.00" in world.run("prices").stdout


def test_nothing_is_written(world: World) -> None:
    """Otherwise: looking at prices makes a state file, or changes one."""
    stock(world, ("97.00", "21"))
    world.run("prices")
    assert (world.writes(), world.state_file.parent.exists()) == (0, False)


@pytest.mark.parametrize(
    "trouble, code",
    [
        (Fault(FaultKind.REFUSE, path="/v2/products", status=403, body={"message": "No."}), 77),
        (Fault(FaultKind.REFUSE, path="/v2/products", status=404, body={"message": "No."}), 69),
        (Fault(FaultKind.HTML_200_BEFORE, path="/v2/products", times=None), 69),
    ],
)
def test_trouble_is_said_in_words_and_in_the_exit_code(world: World, trouble: Fault, code: int) -> None:
    """Otherwise: a script takes a refusal for a shop without odd prices."""
    world.emulator.arm(trouble)
    result = world.run("prices", "--json")
    assert (result.returncode, result.json["exit_code"]) == (code, code)
    assert result.json["error"]["fix"]
    assert result.stderr.startswith("ppbillit: ")
    assert "Traceback" not in result.stderr


def test_a_bad_key_is_said_to_be_one(world: World) -> None:
    """Otherwise: the owner looks for the mistake among the products."""
    world.configure(plugandpay={"api_key": "wrong"})
    result = world.run("prices")
    assert (result.returncode, result.stdout) == (77, "")
    assert "does not accept the key" in result.stderr
