"""Two rules that see the same trouble: people are told of one, and hear what is new of it."""

from datetime import timedelta

import pytest

from edge.model import Event, Outcome, Roaming, State
from tests.stories.days import known, lived_days, move_to
from tests.stories.story import ROUTINE, Story


@pytest.fixture(scope="module")
def lived() -> bytes:
    return lived_days()


# -- up at night, and then out of the door


def roams_and_leaves(lived: bytes) -> Story:
    story = known(lived)
    rooms = ("bathroom", "kitchen", "bedroom")
    move_to(story, "01:30")
    for number in range(24):
        story.reports().motion(rooms[number % 3]).after(minutes=4)
    return story.expects("wandering").door().after(minutes=16)


def test_who_walks_about_at_night_and_leaves_is_one_trouble_that_is_told_again(
    lived: bytes,
) -> None:
    story = roams_and_leaves(lived).expects("wandering")
    alert = story.alert("wandering")
    assert isinstance(alert.finding.because, Roaming)
    assert alert.finding.because.door_at is not None
    worse = [c.at for c in story.outcome.changes if c.what is Event.WORSENED]
    assert len(worse) == 1 and story.told(worse[0])


def test_who_comes_back_and_goes_to_bed_ends_it(lived: bytes) -> None:
    story = roams_and_leaves(lived).door().motion("bedroom").after(hours=3)
    assert story.alert("wandering").state is State.RESOLVED


# -- a home that by its door is empty


def young(days: int = 14) -> Story:
    """Give a home of two weeks whose resident is out for an hour and a half each morning."""
    story = Story()
    for _ in range(days):
        for number, event in enumerate(ROUTINE.split(",")):
            clock, room = event.split()
            if clock == "10:30":
                story.at("10:00").motion("kitchen").door().at("11:30").door().motion("kitchen")
            elif clock != "11:20":
                story.at(clock).motion(room)
            if number % 8 == 0:
                story.reports()
    return story


def gone() -> Story:
    story = young().lives_until("09:30").motion("kitchen").door()
    for _ in range(13):
        story.after(hours=1).reports()
    return story


def told_rules(story: Story) -> set[str]:
    of = {alert.id: alert.finding.rule for alert in story.outcome.alerts}
    return {str(of[notice.alert]) for notice in story.told()}


def test_who_is_not_back_is_told_once_whichever_rule_sees_it_first() -> None:
    story = gone().expects("inactivity", "not_back")
    assert told_rules(story) == {"inactivity"}
    assert story.alert("not_back").inhibited_by == story.alert("inactivity").id


def test_who_comes_home_ends_both_without_another_word_of_the_second() -> None:
    story = gone().door().motion("kitchen").after(hours=1)
    assert story.alert("inactivity").state is State.RESOLVED
    assert not story.alert("not_back").holds


def test_whoever_knows_where_they_are_is_not_told_of_it_by_the_other_rule() -> None:
    story = gone().ends("inactivity", Outcome.WELL).after(hours=1)
    assert told_rules(story) == {"inactivity"}


def test_an_alert_that_is_closed_without_an_answer_leaves_the_other_to_speak() -> None:
    story = gone().ends("inactivity", Outcome.UNKNOWN)
    assert "not_back" in told_rules(story)
    assert story.alert("not_back").inhibited_by == ""


def test_the_next_silence_is_not_hidden_behind_what_is_hidden_itself() -> None:
    story = gone().ends("inactivity", Outcome.WELL)
    began = story.now
    for _ in range(26):
        story.after(hours=1).reports()
    assert story.told(began.plus(timedelta(hours=1)))
