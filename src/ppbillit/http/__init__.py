"""HTTP to one service: outcomes as types, retries as policy, nothing private in logs.

`connection` makes one exchange (the only module that imports httpx), `outcomes` classifies how it ended, `pacing`
holds the rate limit and the retry policy, `client` combines them.
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
