"""The Peppol directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.billit.client import FIRM_VAT

if TYPE_CHECKING:
    import httpx

    from ppbillit_emulator import Emulator
    from ppbillit_emulator.billit.switches import BillitSwitches


def test_the_directory_needs_no_key(anonymous: httpx.Client, switches: BillitSwitches) -> None:
    def ask(identifier: str) -> tuple[bool, str]:
        answer = anonymous.get(
            f"/v1/peppol/participantInformation/{identifier}", params={"OnlyCheckDNS": "true"}
        )
        return answer.json()["Registered"], answer.json()["Identifier"]

    assert ask(FIRM_VAT) == ask("0563846944") == ask("0208:0563846944") == (True, "0208:0563846944")
    assert ask("BE0402940374") == (False, "9925:BE0402940374")
    assert ask("NL002059999B90") == (False, "9944:NL002059999B90")
    switches.peppol_vat_finds_cbe = False
    assert ask(FIRM_VAT) == (False, f"9925:{FIRM_VAT}")
    switches.peppol_unlisted = True
    assert ask(FIRM_VAT)[0] is True
    assert anonymous.get("/v1/peppol/participantInformation/nonsense").status_code == 400


def test_a_participant_lists_its_document_types(world: Emulator, anonymous: httpx.Client) -> None:
    world.office.peppol.add("9944:NL002059999B90", ("BISv3Invoice", "IMR"))
    answer = anonymous.get("/v1/peppol/participantInformation/NL002059999B90").json()
    assert answer["DocumentTypes"] == ["BISv3Invoice", "IMR"]
    assert len(answer["ServiceDetails"]) == 1
