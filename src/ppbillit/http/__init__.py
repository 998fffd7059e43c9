"""HTTP with manners: outcomes as types, retries as policy, nothing private in logs.

`wire` makes one exchange (and is the only module that imports httpx), `outcomes` says what it means, `pace`
how fast and how often, `calls` puts them together.
"""

from ppbillit.http.client import HttpClient, Service
from ppbillit.http.outcomes import Answered, NotJson, NotSent, Outcome, Refused, Unknown
from ppbillit.http.pacing import Clock, RetryPolicy

__all__ = [
    "Answered",
    "Clock",
    "HttpClient",
    "NotJson",
    "NotSent",
    "Outcome",
    "Refused",
    "RetryPolicy",
    "Service",
    "Unknown",
]
