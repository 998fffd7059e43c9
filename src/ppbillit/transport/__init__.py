"""HTTP with manners: outcomes as types, retries as policy, nothing private in logs (design §7).

`wire` makes one exchange (and is the only module that imports httpx), `outcomes` says what it means, `pace`
how fast and how often, `calls` puts them together.
"""

from ppbillit.transport.calls import Service, Transport
from ppbillit.transport.outcomes import Answered, NotJson, NotSent, Outcome, Refused, Unknown
from ppbillit.transport.pace import RetryPolicy, Timing

__all__ = [
    "Answered",
    "NotJson",
    "NotSent",
    "Outcome",
    "Refused",
    "RetryPolicy",
    "Service",
    "Timing",
    "Transport",
    "Unknown",
]
