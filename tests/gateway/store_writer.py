"""A process that writes to a store until it is killed, and says what it has been promised.

After each commit it prints one line: `stored N` or `committed N`.
"""

import sys
from itertools import count
from pathlib import Path

from gateway.store import Store
from tests.gateway.keeping import NOW, alert, delivery, entries, raised

BATCH = 20


def main() -> None:
    """Write batches of readings and an alert for each, from where the store stands."""
    store = Store.open(Path(sys.argv[1]), NOW)
    done = sum(1 for _ in store.entries(0))
    for first in count(done, BATCH):
        brought = [(delivery(n % 65_535), str(n)) for n in range(first, first + BATCH)]
        store.append(entries(BATCH, start=first), brought)
        print("stored", first + BATCH, flush=True)
        store.commit(raised(alert(f"{first:06}")), store.last_seq(), NOW)
        print("committed", store.last_seq(), flush=True)


if __name__ == "__main__":
    main()
