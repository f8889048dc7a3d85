"""Where everything that must survive is kept: two SQLite files, and the only SQL of the gateway.

What to store and when is the node's and the outbox's to decide.
"""

from gateway.store.failure import Cause, StoreFailed
from gateway.store.retention import DaySummary
from gateway.store.standing import News, Owed
from gateway.store.store import Store

__all__ = ["Cause", "DaySummary", "News", "Owed", "Store", "StoreFailed"]
