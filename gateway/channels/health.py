"""Whether each channel works, as its own sends show: it went down, or it came back.

What is done about it is for whoever is told; a channel that is never used is not judged here.
"""

from collections import Counter
from collections.abc import Callable

DOWN_AFTER = 2  # failures in a row before a channel counts as down


class Health:
    """Tells of every change once: channel, the receiver's words, and whether the trouble stands.

    The first success of a process is told too: what was reported before a restart may still stand.
    """

    def __init__(self, tell: Callable[[str, str, bool], None]) -> None:
        self._tell = tell
        self._failures: Counter[str] = Counter()
        self._is_down: dict[str, bool] = {}

    def succeeded(self, channel: str) -> None:
        """Note that a message was taken."""
        self._failures[channel] = 0
        self._set(channel, "", is_down=False)

    def failed(self, channel: str, reason: str, *, is_lasting: bool) -> None:
        """Note that one was not."""
        self._failures[channel] += 1
        if is_lasting or self._failures[channel] >= DOWN_AFTER:
            self._set(channel, reason, is_down=True)

    def _set(self, channel: str, reason: str, *, is_down: bool) -> None:
        if self._is_down.get(channel) is not is_down:
            self._is_down[channel] = is_down
            self._tell(channel, reason, is_down)
