"""The walk on the screen, and the walk that a program only waits for."""

import time

from gateway.commands.ear import reading_text
from gateway.commands.screen import BOLD, DIM, RED, Line, Screen
from gateway.commands.walking import Walking
from gateway.heard import Walked
from gateway.language import Language, say

EVERY = 0.3  # seconds
RECENT = 5  # readings on the screen
KEYS = "123456789"


def walked(walking: Walking, language: Language) -> None:
    """Lead somebody from device to device, until all have passed or nobody wants to go on."""
    recent: list[Walked] = []
    try:
        with Screen() as screen:
            while not walking.is_ended:
                device = walking.next()
                tried = "" if device is None else device.id
                recent = [*recent, *walking.listen(tried)][-RECENT:]
                following = walking.next()
                if following is not device and not walking.is_ended:
                    continue  # the gateway hears of the next device before a person does
                body = walking.by_room(language, following)
                screen.draw(_head(walking, language), body, _foot(recent, walking, language))
                key = screen.key(EVERY)
                if key == "q":
                    break
                if key in ("n", "\r", "\n") and device is not None:
                    walking.give_up(device)
                elif key and key in KEYS[: len(walking.states)]:
                    walking.again(list(walking.states)[KEYS.index(key)])
                else:
                    screen.scroll(key)
    finally:
        walking.end()
    walking.fail_the_rest()


def listened(walking: Walking, seconds: float, *, tried: str) -> None:
    """Wait until every device has spoken, at most so long; `tried` may alarm meanwhile."""
    deadline = time.monotonic() + seconds
    try:
        while not walking.is_over and time.monotonic() < deadline:
            walking.listen(tried)
            time.sleep(EVERY)
    finally:
        walking.end()
    walking.fail_the_rest()


def _head(walking: Walking, language: Language) -> list[Line]:
    title = say(language, "walk.title", home=walking.home.home.name)
    return [Line(title, BOLD), Line(say(language, "walk.drill"), DIM), Line("")]


def _foot(recent: list[Walked], walking: Walking, language: Language) -> list[Line]:
    names = {device.id: device.name for device in walking.home.home.devices}
    lines = [
        Line(
            f"{one.at.astimezone():%H:%M:%S}  {names.get(one.device, one.device)}  "
            f"{reading_text(one.kind, one.value, language)}",
            DIM,
        )
        for one in recent
    ]
    if walking.ended_by:
        lines.append(Line(say(language, "try.real", device=walking.alarming), RED))
    if walking.is_over:
        lines.append(Line(say(language, "walk.ready"), BOLD))
    return [Line(""), *lines, Line(say(language, "walk.keys"), DIM)]
