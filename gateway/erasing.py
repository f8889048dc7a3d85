"""Erases a household: what is to go is written down first, and gone before the next watching.

So a power cut in the middle costs nothing but time. What else people have of a home (messages, the
district's incidents, exports) is theirs to erase.
"""

import time
from pathlib import Path

import msgspec
import structlog

from gateway import tested
from gateway.files import alone, put
from gateway.store import Store, StoreFailed

PENDING = "erase.pending"
TRACES = "erase.traces"  # the same once all is removed: only what is left in free places is to go
_LONGEST = 1 << 20
log = structlog.get_logger()


def order(directory: Path, household: str) -> None:
    """Write down that this household is to go. Raises OSError where the disk does not take it."""
    with alone(directory):
        names = {*_named(directory / PENDING), household}
        put(directory / PENDING, msgspec.json.encode(sorted(names)))


def pending(directory: Path) -> list[str]:
    """Give the households that are to go, or left traces; what cannot be read names none."""
    return sorted({*_named(directory / PENDING), *_named(directory / TRACES)})


def carry_out(store: Store, directory: Path, patience: float | None) -> bool:
    """Erase what is to go; say whether nothing is left to do. The next start tries again.

    With a patience in seconds no home waits longer to be watched: what is removed by then may
    still stand in free places of large files. What a home gathers after that is not to go.
    """
    until = None if patience is None else time.monotonic() + patience
    to_go, traces = directory / PENDING, directory / TRACES
    try:
        for household in (found := _named(to_go)):
            store.remove(household)
            tested.forget(directory, household)
        if found:
            to_go.replace(traces)  # takes no room on a full disk
        if traces.exists():
            store.wipe(until)
            traces.unlink()
    except (StoreFailed, OSError) as error:
        log.error("erase", left=len(pending(directory)), why=str(error))
        return False
    return True


def _named(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(_LONGEST), type=list[str])
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        log.error("erase", unreadable=str(error))
        return []
