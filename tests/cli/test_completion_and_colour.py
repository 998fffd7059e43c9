"""Shell completion, and no colour where none is wanted."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import TYPE_CHECKING

import pytest

from ppbillit.cli.main import app
from support.forked_command import fork_server
from support.shop_orders import sell
from support.world import COMMAND

if TYPE_CHECKING:
    from support.world import World

ESCAPE = "\x1b["


def completed(shell: str, words: str, world: World) -> str:
    """Ask as the shell does at a tab."""
    asked = {
        "bash": {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": words},
        "fish": {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    return answered(world, _PPBILLIT_COMPLETE=f"complete_{shell}", **asked)


def answered(world: World, **variables: str) -> str:
    """Run the command without arguments and with these variables; return what it prints."""
    process = fork_server().start([], world.folder, {**world.environment(), **variables})
    return world.finish(process).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_commands_and_flags(world: World, shell: str) -> None:
    offered = completed(shell, "ppbillit ", world)
    for command in app.registered_commands:
        assert str(command.name) in offered
    assert "export-existing" in completed(shell, "ppbillit exp", world)
    assert "sync" not in completed(shell, "ppbillit exp", world)
    assert "--dry-run" in completed(shell, "ppbillit sync --d", world)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_the_shell_can_be_shown(world: World, shell: str) -> None:
    assert "_PPBILLIT_COMPLETE" in answered(world, _PPBILLIT_COMPLETE=f"source_{shell}")


def on_a_terminal(world: World, *arguments: str, **variables: str) -> str:
    """Run the command on a terminal and give what it shows."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [COMMAND, "--config", str(world.config_file), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**world.environment(), "TERM": "xterm-256color", **variables},
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # the other end is closed: that is how a terminal ends
            pass
        finally:
            os.close(ours)
        process.wait(60)
    return shown.decode()


def colours(shown: str) -> list[str]:
    """Return the sequences that set a colour or a style; the bar moves the cursor, which is another matter."""
    return [part for part in shown.split(ESCAPE)[1:] if part.partition("m")[0].replace(";", "").isdigit()]


@pytest.mark.parametrize(
    "arguments, variables, wanted",
    [
        ((), {}, True),
        ((), {"NO_COLOR": "1"}, False),
        (("--color", "never"), {}, False),
    ],
)
def test_colour_is_for_a_terminal_that_wants_it(
    world: World, arguments: tuple[str, ...], variables: dict[str, str], *, wanted: bool
) -> None:
    """Otherwise: whoever cannot read colours, or has asked for none, gets them all the same."""
    sell(world)
    shown = on_a_terminal(world, *arguments, "sync", "--dry-run", **variables)
    assert "would be" in shown
    with_colour = [
        code for code in colours(shown) if set(code.partition("m")[0].split(";")) & {"31", "32", "33"}
    ]
    assert bool(with_colour) is wanted
