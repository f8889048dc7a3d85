"""What a sensor has said that repeats its "true", and whether one more "true" is news.

A "clear" can be lost, and then the next alarm looks like a repetition of the last one. What the
alarm is, and what ends it, is left to the detectors.
"""

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from edge.model import Blind, BlindCause, Moment

RENEWED_AFTER = timedelta(hours=2)  # a sensor that stands at "true" repeats it more often


class Word(Struct):
    """One "true" that its sensor has not withdrawn, as far as anybody heard."""

    said: Moment  # the last time
    is_memory: bool = False  # nobody but the broker has said it
    is_missed: bool = False  # a "clear" may have been lost since
    is_ended: bool = False  # a person has ended what it was about
    hardware: str = ""  # that has said it, where that is known

    def repeat(self, now: Moment) -> None:
        """Take in that the sensor says so still."""
        self.said, self.is_memory, self.is_missed = now, False, False

    def is_over(self, now: Moment) -> bool:
        """Say whether a "true" that is heard now cannot be taken for a repetition."""
        return self.is_memory or self.is_missed or now.since(self.said) > RENEWED_AFTER


def miss(words: dict[str, Word], what: Blind) -> None:
    """Take in that these devices cannot be heard. Without the time of day they still can."""
    if what.cause is BlindCause.CLOCK_UNTRUSTED:
        return
    for key, word in words.items():
        if device_of(key) in what.devices:
            word.is_missed = True


def refit(words: dict[str, Word], hardware: Mapping[str, str]) -> None:
    """Take in which hardware is behind each device now: another one repeats nothing."""
    for key, word in words.items():
        now = hardware.get(device_of(key), "")
        if word.hardware and now and word.hardware != now:
            word.is_missed = word.is_ended = True
        word.hardware = now or word.hardware


def device_of(key: str) -> str:
    """Give the device of a key that is made of a rule and a device."""
    return key.partition("/")[2]
