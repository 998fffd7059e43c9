"""The service in contrib/ runs as systemd would run it: command line, credentials, folders."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from support.shop_orders import sell

if TYPE_CHECKING:
    from support.world import World

ROOT = Path(__file__).parents[2]
SERVICE = (ROOT / "contrib" / "ppbillit.service").read_text(encoding="utf-8")
RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")


def test_the_service_finds_its_keys_its_config_and_its_state(world: World) -> None:
    """Otherwise: whoever follows the guide to the letter has a service that does not start."""
    sell(world)
    credentials = world.folder / "credentials"
    credentials.mkdir()
    for name, key in (
        ("plugandpay.key", world.emulator.plugandpay_key),
        ("billit.key", world.emulator.billit_key),
    ):
        assert f"LoadCredential={name}:/etc/ppbillit/{name}" in SERVICE
        (credentials / name).write_text(f"{key}\n")
        (credentials / name).chmod(0o440)  # as systemd's access lists make it look
    for section in ("plugandpay", "billit"):
        assert f'[{section}]\napi_key_file = "$CREDENTIALS_DIRECTORY/{section}.key"' in RUNNING
        del world.settings[section]["api_key"]
        world.configure(**{section: {"api_key_file": f"$CREDENTIALS_DIRECTORY/{section}.key"}})
    del world.settings["state_file"]
    world.configure()
    world.config_file.chmod(0o644)  # it holds no secret any more
    [line] = re.findall(r"^ExecStart=(.*)$", SERVICE, re.MULTILINE)
    arguments = shlex.split(line)[1:]
    assert arguments[:2] == ["--config", "/etc/ppbillit/config.toml"]  # which `run` puts there itself
    state = world.folder / "var-lib"
    folders = {"CREDENTIALS_DIRECTORY": str(credentials), "STATE_DIRECTORY": str(state)}
    result = world.run_installed(*arguments[2:], "--json", env=folders)
    assert (result.returncode, result.stderr) == (0, "")
    assert len(world.totals()) == 1
    assert (state / "state.sqlite3").stat().st_mode & 0o777 == 0o600
