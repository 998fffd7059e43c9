"""The account: sequences and type codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.billit.client import Billit
    from ppbillit_emulator import Emulator


def test_the_next_number_is_read_or_consumed(world: Emulator, billit: Billit) -> None:
    def take(*, consume: bool, kind: str = "Income-Invoice") -> str:
        answer = billit.call("POST", "/v1/account/sequences", {"SequenceType": kind, "Consume": consume})
        return str(answer.json())

    first = take(consume=False)
    assert take(consume=True) == first
    assert take(consume=True) != first
    assert take(consume=False, kind="Income-CreditNote").startswith("C")
    assert world.writes()["billit"]["sequences"] == 2
    wrong = billit.call("POST", "/v1/account/sequences", {"SequenceType": "Cost-Invoice"})
    assert wrong.status_code == 400


def test_type_codes_are_listed(billit: Billit) -> None:
    items = billit.client.get("/v1/misc/typecodes/VentilationCode").json()["Items"]
    assert {"Key": "104", "Value": "104"} in items
    assert billit.client.get("/v1/misc/typecodes/Weather").status_code == 400
