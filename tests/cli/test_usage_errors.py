"""Wrong flags are answered in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.world import World


@pytest.mark.parametrize("flag", ["--log-format", "--color"])
def test_a_flag_with_a_wrong_word_is_answered_in_plain_words(world: World, flag: str) -> None:
    refused = world.run(flag, "xml", "sync")
    assert refused.returncode == 2
    assert f"Invalid value for '{flag}': 'xml' is not one of" in refused.stderr


def test_a_mistake_behind_the_command_is_answered_in_plain_words(world: World) -> None:
    refused = world.run("export-existing", "--since", "1 January")
    assert refused.returncode == 2
    assert "Invalid value for '--since': write the day as 2026-01-31" in refused.stderr
