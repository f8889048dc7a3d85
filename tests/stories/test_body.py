"""Stories of the body: a fall and what follows it, a heart, a bracelet that lies about."""

from datetime import timedelta

import msgspec
from msgspec import structs

from edge.household import Household
from edge.model import (
    After,
    Home,
    Kind,
    Outcome,
    Reason,
    Sensed,
    Severity,
    Silence,
    State,
    Unworn,
    Vital,
    Wear,
)
from tests.edge.bodies import BRACELET, THERMOMETER
from tests.homes import DEVICES, home
from tests.stories.story import Story

WITH_BRACELET = home(devices=(*DEVICES, BRACELET, THERMOMETER))


def wears(of: Home = WITH_BRACELET, days: int = 21) -> Story:
    """A home that has lived here for three weeks, bracelet on."""
    return Story(of).lives(days=days).reads("bracelet", Kind.STEPS, 1000)


def fallen(story: Story) -> Sensed:
    because = story.alert("fall").finding.because
    assert isinstance(because, Sensed)
    return because


def beats(story: Story, *values: float, minutes: float = 5) -> Story:
    """The heart beats so fast, once in so many minutes."""
    for value in values:
        story.reads("bracelet", Kind.HEART_RATE, value).after(minutes=minutes)
    return story


def silence(story: Story) -> Silence:
    because = story.alert("inactivity").finding.because
    assert isinstance(because, Silence)
    return because


# -- a fall


def test_law_1_a_fall_is_told_to_everybody_at_once() -> None:
    story = wears().lives_until("10:00")
    began = story.now
    story.reads("bracelet", Kind.FALL, True)
    told = story.told(began)
    assert {n.recipient for n in told} == {"daughter", "duty"}
    assert all(n.due.since(began) < timedelta(seconds=1) for n in told)
    assert all(n.severity is Severity.EMERGENCY for n in told)


def test_a_fall_and_then_nothing_is_told_again_even_to_who_has_taken_it() -> None:
    story = wears().lives_until("10:00").reads("bracelet", Kind.FALL, True)
    story.after(minutes=1).takes("fall", by="daughter", hours=1).after(minutes=8)
    taken = story.now
    story.after(minutes=2)
    again = [n for n in story.told(taken) if n.reason is Reason.REPEATED]
    assert {n.recipient for n in again} == {"daughter", "duty"}
    after = fallen(story).after
    assert after is not None and after.after is After.STILL
    story.expects("fall")


def test_who_gets_up_after_a_fall_is_asked_about_less_often() -> None:
    story = wears().lives_until("10:00").reads("bracelet", Kind.FALL, True)
    story.reads("bracelet", Kind.STEPS, 1000).after(minutes=4)
    story.reads("bracelet", Kind.STEPS, 1045).after(minutes=5)
    assert story.alert("fall").finding.severity is Severity.URGENT
    calm = story.now
    story.after(minutes=30)
    rounds = {n.due for n in story.told(calm)}
    assert 1 <= len(rounds) <= 2
    assert story.alert("fall").state is State.RAISED


def test_a_fall_stays_until_a_person_has_seen_to_it() -> None:
    story = wears().lives_until("10:00").reads("bracelet", Kind.FALL, True)
    story.reads("bracelet", Kind.STEPS, 1000).after(minutes=4)
    story.reads("bracelet", Kind.STEPS, 1045).lives(1)
    assert story.alert("fall").holds
    story.ends("fall", Outcome.WELL)
    assert not story.alert("fall").holds


def test_a_restart_between_the_fall_and_the_stillness_changes_nothing() -> None:
    story = wears().lives_until("10:00").reads("bracelet", Kind.FALL, True).after(minutes=5)
    after = story.restarts().after(minutes=6)
    known = fallen(after).after
    assert known is not None and known.after is After.STILL
    story.expects("fall")


# -- a heart


def test_a_heart_that_races_at_rest_calls_somebody() -> None:
    story = beats(wears().lives_until("10:00"), *[142] * 7)
    story.expects("heart_rate")
    alert = story.alert("heart_rate")
    assert alert.finding.severity is Severity.URGENT
    assert isinstance(alert.finding.because, Vital)
    assert "daughter" in {n.recipient for n in story.told()}


def test_three_weeks_with_an_ordinary_heart_raise_nothing() -> None:
    story = Story(WITH_BRACELET)
    for day in range(21):
        for hour in range(0, 24, 2):
            story.at(f"{hour:02}:30").motion("bedroom" if hour < 7 else "kitchen").reports()
            beats(story, 62 + hour % 7, 64 + day % 5, 63 + hour % 5)
    story.expects()


def test_a_bracelet_on_the_table_has_no_pulse_and_that_is_no_emergency() -> None:
    story = wears().lives_until("10:00").reads("bracelet", Kind.WORN, False)
    beats(story, *[22] * 12)
    story.expects()


def test_a_vital_sign_stands_over_the_loss_of_all_that_was_learned() -> None:
    story = beats(wears().lives_until("10:00"), *[142] * 7)
    lost = Household(story.home, story.household.book.alerts)
    assert [a.finding.rule for a in lost.book.alerts if a.holds] == ["heart_rate"]
    story.household = lost
    beats(story, *[141] * 3)
    assert story.alert("heart_rate").holds
    beats(story, *[70] * 8)
    assert not story.alert("heart_rate").holds
    story.expects("heart_rate")


# -- a bracelet


def alone() -> Story:
    """Somebody of whom only a bracelet knows, at ten on the last morning of three weeks."""
    story = Story(home(devices=(BRACELET, DEVICES[3])))
    for hour in [*range(24)] * 21 + [*range(10)]:
        story.at(f"{hour:02}:10").reports().reads("bracelet", Kind.WORN, True)
        if hour >= 7:
            story.reads("bracelet", Kind.STEPS, len(story.journal))
    return story.at("10:00")


def test_a_bracelet_that_is_put_aside_is_no_silence_of_its_wearer() -> None:
    story = alone().reads("bracelet", Kind.WORN, False).after(minutes=20).restarts()
    for _ in range(30):
        story.after(minutes=30).reports().reads("bracelet", Kind.WORN, False)
    story.expects("unworn")
    alert = story.alert("unworn")
    assert alert.finding.severity is Severity.URGENT
    assert isinstance(alert.finding.because, Unworn) and alert.finding.because.alone


def test_the_same_silence_with_the_bracelet_on_is_an_alert() -> None:
    story = alone()
    for _ in range(30):
        story.after(minutes=30).reports().reads("bracelet", Kind.WORN, True)
    story.expects("inactivity")


def test_steps_of_a_bracelet_on_the_table_do_not_hide_a_collapse() -> None:
    story = wears().at("03:00").motion("bathroom").reads("bracelet", Kind.WORN, False)
    for count in range(1, 20):
        story.after(minutes=30).reads("bracelet", Kind.STEPS, 1000 + 2 * count)
    story.expects("inactivity")
    assert silence(story).last_room == "bathroom"


def test_who_left_the_bracelet_on_is_not_out_while_it_is_heard() -> None:
    story = wears().lives_until("10:00").motion("kitchen").door().after(minutes=15)
    assert story.household.presence.is_away(story.now)
    beats(story, 64, 66)
    assert not story.household.presence.is_away(story.now)


def test_an_alert_says_what_the_bracelet_knows() -> None:
    story = wears().at("03:00").motion("bathroom")
    for _ in range(20):
        story.after(minutes=30).reads("bracelet", Kind.WORN, True)
        story.reads("bracelet", Kind.HEART_RATE, 51)
    wear = silence(story).wear
    assert isinstance(wear, Wear)
    assert (wear.device, wear.is_worn, wear.pulse) == ("bracelet", True, 51)


def test_what_was_kept_before_there_were_bracelets_is_read_as_it_was() -> None:
    story = wears().lives_until("10:00")
    kept = msgspec.json.decode(story.household.snapshot())
    del kept["body"]
    old = Household.restore(story.home, msgspec.json.encode(kept))
    assert old.presence.state == story.household.presence.state


def test_the_same_journal_comes_to_the_same_alerts_of_the_body() -> None:
    story = beats(wears(days=8).lives_until("10:00"), *[142] * 7)
    story.reads("bracelet", Kind.FALL, True).after(minutes=20)
    other = Household(story.home)
    for entry in story.journal:
        other.receive(entry)
    other.advance(story.now)
    assert other.book.alerts == story.household.book.alerts


def test_a_home_without_a_bracelet_remembers_nothing_of_one() -> None:
    story = Story().lives(days=3)
    kept = msgspec.json.decode(story.household.snapshot())
    assert kept["body"] == {"worn": {}, "vitals": {}, "falls": {}}


def test_a_thermometer_in_the_ear_calls_for_a_fever() -> None:
    story = wears(days=2).lives_until("10:00").reads("ear", Kind.BODY_TEMPERATURE, 39.4)
    story.expects("body_temperature")
    assert isinstance(story.alert("body_temperature").finding.because, Vital)


def test_a_bracelet_that_was_not_worn_for_a_day_is_a_fault_and_no_emergency() -> None:
    quiet = structs.replace(BRACELET, silent_after=timedelta(days=3))
    story = Story(home(devices=(*DEVICES, quiet))).lives(days=2)
    story.reads("bracelet", Kind.WORN, False)
    for _ in range(2):
        story.lives(days=1).reads("bracelet", Kind.WORN, False)
    story.expects("unworn")
    assert {n.recipient for n in story.told()} == {"technician"}
