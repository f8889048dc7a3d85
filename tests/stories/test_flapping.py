"""A link that comes and goes: one alert that stands, and not one for each time."""

from datetime import timedelta

from edge.model import Deaf, Reason, Rule, Severity, State
from gateway.messages import render
from tests.stories.story import Story

EVERY = [device.id for device in Story().home.devices]


def comes_and_goes(story: Story, times: int, gone: float, back: float) -> Story:
    for _ in range(times):
        story.goes_deaf("mqtt", *EVERY).after(minutes=gone)
        story.hears_again("mqtt").after(minutes=back)
    return story


def blinds(story: Story) -> int:
    return len({a.id for a in story.outcome.alerts if a.finding.rule is Rule.BLIND})


def test_a_link_that_comes_and_goes_for_three_days_is_told_as_one_trouble() -> None:
    story = comes_and_goes(Story().lives(1), times=864, gone=4, back=1)
    assert blinds(story) == 2
    assert story.alert("blind").state is State.RAISED
    assert len([n for n in story.told() if n.reason is Reason.RESOLVED]) == 1


def test_a_link_that_fails_once_and_holds_is_over_at_once() -> None:
    story = comes_and_goes(Story().lives(1), times=1, gone=20, back=0)
    assert story.alert("blind").state is State.RESOLVED


def test_the_second_return_is_believed_when_the_link_has_held() -> None:
    story = comes_and_goes(Story().lives(1), times=2, gone=5, back=9)
    assert story.alert("blind").state is State.RAISED
    assert story.after(minutes=2).alert("blind").state is State.RESOLVED


def test_what_is_told_meanwhile_says_that_it_comes_and_goes() -> None:
    story = comes_and_goes(Story().lives(1), times=5, gone=5, back=3)
    because = story.alert("blind").finding.because
    assert isinstance(because, Deaf) and because.returns == 3
    alert = story.alert("blind")
    text = render(alert, story.told()[-1], story.home, [])[1]
    assert "时断时续：这期间恢复过 3 次，都没坚持多久。" in text


def test_while_the_link_is_back_the_home_is_seen() -> None:
    story = comes_and_goes(Story().lives(3), times=6, gone=5, back=3)
    story.reports().motion("kitchen").after(minutes=1)
    assert story.household.inactivity.state.quiet.age(story.now) < timedelta(minutes=5)
    story.goes_deaf("mqtt", *EVERY).after(hours=1)
    assert story.alert("blind").finding.severity is Severity.URGENT
    assert story.household.inactivity.state.quiet.age(story.now) < timedelta(minutes=5)


def test_a_restart_in_between_goes_on_with_the_same_alert() -> None:
    story = comes_and_goes(Story().lives(1), times=3, gone=5, back=2)
    before = story.alert("blind").id
    story.is_off(minutes=2)
    assert comes_and_goes(story, times=2, gone=5, back=2).alert("blind").id == before


def test_a_quiet_half_day_makes_the_next_failure_a_first_one() -> None:
    story = comes_and_goes(Story().lives(1), times=4, gone=5, back=2).after(hours=7)
    story.reports()
    assert comes_and_goes(story, times=1, gone=5, back=1).alert("blind").state is State.RESOLVED
