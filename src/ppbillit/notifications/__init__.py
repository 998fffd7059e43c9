"""Who is told how a run went: a heartbeat that something else watches, and messages to people.

`heartbeat` pings, `messages` sends, `digest` says what is news, `told` remembers what was said; `herald` puts them
together for one run.  A notice that fails is a warning: it changes no exit code, and delays a run by seconds at
most.
"""

from ppbillit.notifications.apprise import Delivery, Message, send
from ppbillit.notifications.heartbeat import Heartbeat
from ppbillit.notifications.notifier import Notifier, NullNotifier
from ppbillit.notifications.sent_file import SentFile

__all__ = ["Delivery", "Heartbeat", "Message", "Notifier", "NullNotifier", "SentFile", "send"]
