"""The part of the config that says who is told how a run went."""

from __future__ import annotations

from pydantic import Field

from ppbillit.config.kinds import Addresses, HeartbeatUrl  # noqa: TC001  (pydantic looks them up)
from ppbillit.config.section import Section


class Notify(Section):
    """Who is told how `ppbillit sync` went, beside cron: nobody, unless you say so.

    Addresses are secrets, so this file must be yours alone.
    """

    heartbeat_url: HeartbeatUrl | None = Field(
        default=None,
        description="An address that is asked when a run begins and when it ends, and raises the alarm when that "
        "stops: the ping address of a check at healthchecks.io, or of what works like it.",
        examples=["https://hc-ping.com/your-uuid"],
    )
    urls: Addresses = Field(
        default=(),
        description="Where a message goes when an order needs you, or a run fails; each news is told once. "
        "Addresses of Apprise, which knows mail and some hundred services more. Needs the extra "
        "`ppbillit[notify]`; try them with `ppbillit notify-test`.",
        examples=[["mailto://user:password@example.com", "ntfy://your-topic"]],
    )
