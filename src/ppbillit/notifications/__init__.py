"""Notifications of how a run went: pings to a heartbeat monitor, and messages to people.

`heartbeat` pings, `apprise` sends messages, `news` decides what is new, `sent_file` stores what was sent;
`notifier` does all of it for one run. A notification that fails is a warning: it changes no exit code,
and delays a run by seconds at most.
"""

from ppbillit.notifications.apprise import Delivery, Message, send
from ppbillit.notifications.heartbeat import Heartbeat
from ppbillit.notifications.notifier import Notifier, NullNotifier
from ppbillit.notifications.sent_file import SentFile

__all__ = ["Delivery", "Heartbeat", "Message", "Notifier", "NullNotifier", "SentFile", "send"]
