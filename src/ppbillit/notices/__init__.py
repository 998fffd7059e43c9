"""Who is told how a run went: a heartbeat that something else watches, and messages to people.

`heartbeat` pings, `messages` sends, `digest` says what is news, `told` remembers what was said; `herald` puts them
together for one run.  A notice that fails is a warning: it changes no exit code, and delays a run by seconds at
most.
"""

from ppbillit.notices.heartbeat import Heartbeat
from ppbillit.notices.herald import Herald, Silence
from ppbillit.notices.messages import Delivery, Message, send
from ppbillit.notices.told import ToldFile

__all__ = ["Delivery", "Heartbeat", "Herald", "Message", "Silence", "ToldFile", "send"]
