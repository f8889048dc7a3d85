"""The words of the messages to caregivers, one file a language, held against each other at load.

How they are put together is messages.py's. Placeholders stand in braces; values never do.
"""

import string
from enum import StrEnum

from msgspec import structs

from gateway.wording.chinese import CHINESE
from gateway.wording.english import ENGLISH
from gateway.wording.words import Words

LANGUAGES = {"zh": CHINESE, "en": ENGLISH}


class WordsMissing(Exception):
    """A language says less than another, or something else."""


def faults(one: Words, other: Words) -> list[str]:
    """Give every difference in what two languages can say, and every empty phrase."""
    found = []
    for name in one.__struct_fields__:
        here, there = getattr(one, name), getattr(other, name)
        phrases = here if isinstance(here, dict) else {"": here}
        others = there if isinstance(there, dict) else {"": there}
        for key in phrases.keys() | others.keys():
            place = f"{name}.{key}" if key else name
            if key not in phrases or key not in others:
                found.append(f"{place}: one language lacks it")
            elif _places(phrases[key]) != _places(others[key]):
                found.append(f"{place}: the placeholders differ")
    return found


def gaps(words: Words) -> list[str]:
    """Give every member of a closed set that a language cannot name."""
    found = []
    for name, members in structs.asdict(words).items():
        if isinstance(members, dict) and name not in ("sensed", "recovered"):
            kind: type[StrEnum] = type(next(iter(members)))
            found += [f"{name}.{member}: missing" for member in kind if member not in members]
    return found


def _places(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}


def _check() -> None:
    found = [*faults(CHINESE, ENGLISH), *gaps(CHINESE), *gaps(ENGLISH)]
    if found:
        raise WordsMissing("; ".join(found))


_check()
