"""What stories of failing devices share: a home that is watched, and what was said of it."""

from datetime import timedelta

from edge.model import Device, Kind, Reason, Step
from gateway.messages import render
from tests.homes import ALL, DEVICES, home
from tests.stories.story import Story

EVERYBODY = (Step(timedelta(0), ("daughter", "technician"), ALL),)
OTHERS = tuple(device.id for device in DEVICES[1:])


def watched(devices: tuple[Device, ...] = DEVICES) -> Story:
    """A home in which everybody is told of everything."""
    return Story(home(steps=EVERYBODY, devices=devices))


def report(story: Story, *names: str) -> Story:
    """These devices send their regular report."""
    for name in names:
        story.reads(name, Kind.LINK_QUALITY, 200)
    return story


def messages(story: Story, rule: str) -> tuple[str, str]:
    """Give what the daughter reads, in Chinese, and the technician, in English."""
    alert = story.alert(rule)
    said = [n for n in story.outcome.notices if n.alert == alert.id and n.reason is Reason.FIRST]
    chinese = next(n for n in said if n.recipient == "daughter")
    english = next(n for n in said if n.recipient == "technician")
    return (
        "\n".join(render(alert, chinese, story.home, [])),
        "\n".join(render(alert, english, story.home, [])),
    )


def expect(story: Story, *rules: str) -> None:
    """These alerts about devices were raised so far; nobody lives here, which is told as well."""
    assert faults(story) == list(rules)


def faults(story: Story) -> list[str]:
    """Give the rule of each alert about devices, in order."""
    return [rule for rule in story.rules() if rule != "inactivity"]


def times_told(story: Story, rule: str) -> int:
    """Give how many alerts of a rule there were."""
    return story.rules().count(rule)


SECOND_EYE = Device(
    "bedroom_radar", "bedroom", "卧室雷达", frozenset({Kind.PRESENCE}), "serial/radar"
)
