"""Stories of rooms: who does not come out of one, and who only crawls in it."""

from datetime import timedelta

import pytest
from msgspec import structs

from edge.model import (
    Away,
    BlindCause,
    Freshness,
    Kind,
    Outcome,
    Routine,
    Severity,
    Sparse,
    State,
    Stay,
)
from tests.homes import home
from tests.stories.days import (
    EVENING,
    KNOWN,
    MORNING,
    NIGHT,
    NOON,
    known,
    lies_still,
    live,
    live_days,
    lived_days,
    midnight,
    wait,
)
from tests.stories.story import Story

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def lived() -> bytes:
    return lived_days()


def shut_in(story: Story) -> Story:
    """Let the resident get up, wash, and go to the bathroom once more."""
    return live(story, NIGHT, MORNING, "07:40 bedroom,07:42 bathroom")


def stir(story: Story, hours: float, *, is_vouched: bool = True) -> Story:
    """Let somebody move in the bathroom each ten minutes, while the other rooms say nothing new."""
    for _ in range(round(6 * hours)):
        story.after(minutes=9).motion("bathroom")
        if is_vouched:
            story.reports()
    return story


def told_after(story: Story, rule: str, is_vouched: bool = True) -> timedelta:
    """Give how long after the present an alert of this rule comes, at most two days."""
    began = story.now
    for _ in range(96):
        if rule in story.rules():
            return story.alert(rule).opened.since(began)
        stir(story, 0.5, is_vouched=is_vouched)
    pytest.fail(f"no {rule}")


# -- too long in one room


def test_who_does_not_come_out_of_the_bathroom_is_missed_although_the_home_is_not_silent(
    lived: bytes,
) -> None:
    story = shut_in(known(lived))
    assert timedelta(hours=1) < told_after(story, "stay") < timedelta(hours=3)
    story.expects("stay")
    finding = story.alert("stay").finding
    assert finding.severity is Severity.URGENT and isinstance(finding.because, Stay)
    assert finding.because.room == finding.subject == "bathroom"
    assert finding.because.usual < timedelta(minutes=30) < finding.because.lasted
    assert finding.because.days == KNOWN - 1  # what began yesterday may go on still
    assert not finding.because.is_unsure


def test_an_afternoon_in_the_bedroom_is_no_reason_to_call_anybody(lived: bytes) -> None:
    story = live(known(lived), NIGHT, MORNING, NOON)
    for clock in ("14:40", "15:05", "15:30", "15:52", "16:10", "16:35", "16:50"):
        live(story, f"{clock} bedroom")
    live(story, "17:30 kitchen,17:40 kitchen")
    story.expects()


def test_the_usual_nights_and_days_go_on_without_any_alert(lived: bytes) -> None:
    live_days(known(lived), 5).expects()


def test_a_movement_in_another_room_ends_it(lived: bytes) -> None:
    story = stir(shut_in(known(lived)), 3).expects("stay").motion("kitchen")
    assert story.alert("stay").state is State.RESOLVED


def test_movement_in_the_same_room_does_not_end_it(lived: bytes) -> None:
    story = stir(shut_in(known(lived)), 4)
    assert story.alert("stay").state is State.RAISED


def test_one_imagined_movement_out_of_the_quiet_of_the_night_is_no_stay(lived: bytes) -> None:
    story = live(known(lived), "01:10 bathroom")
    wait(story, 3).expects()


def test_where_the_other_rooms_say_nothing_a_stay_waits_twice_as_long(lived: bytes) -> None:
    quick = told_after(shut_in(known(lived)), "stay")
    story = shut_in(known(lived))
    assert told_after(story, "stay", is_vouched=False) > 1.7 * quick
    because = story.alert("stay").finding.because
    assert isinstance(because, Stay) and because.is_unsure


def bustle(story: Story, hours: float) -> Story:
    """Let somebody move in the bathroom for four fifths of the time."""
    for _ in range(round(4 * hours)):
        story.reports().reads("bathroom_motion", Kind.MOTION, True)
        story.after(minutes=12).reads("bathroom_motion", Kind.MOTION, False).after(minutes=3)
    return story


def test_who_bustles_about_in_the_room_is_waited_for_twice_as_long(lived: bytes) -> None:
    stirring = told_after(shut_in(known(lived)), "stay")
    story = shut_in(known(lived))
    bustle(story, 1.3 * stirring / HOUR).expects()
    bustle(story, 1.2 * stirring / HOUR).expects("stay")


def test_who_stops_bustling_is_missed_soon_after(lived: bytes) -> None:
    stirring = told_after(shut_in(known(lived)), "stay")
    story = bustle(shut_in(known(lived)), stirring / HOUR)
    assert told_after(story, "stay") < HOUR


def test_whoever_comes_into_a_home_that_was_declared_empty_is_there_from_then_on(
    lived: bytes,
) -> None:
    story = live(known(lived), NIGHT, MORNING, "07:40 bedroom,07:42 bathroom")
    story.declares(Away("daughter")).after(minutes=2).door()
    wait(story, 24)
    story.after(minutes=5).motion("bathroom").after(minutes=4).door()
    stir(story, 0.7).expects()


def test_who_lies_still_in_the_bathroom_is_missed_before_the_silence_speaks(lived: bytes) -> None:
    stay = lies_still(shut_in(known(lived)), "stay")
    assert stay + timedelta(hours=1) < lies_still(shut_in(known(lived)), "inactivity")


def test_who_went_to_bed_unseen_is_not_looked_for_in_the_bathroom(lived: bytes) -> None:
    story = live(known(lived), "02:40 bedroom,02:42 bathroom,02:46 bathroom")
    wait(story, 4)
    live(story, "06:50 bedroom").expects()


def test_who_was_last_seen_at_the_door_is_in_no_room(lived: bytes) -> None:
    story = live(known(lived), NIGHT, MORNING, "07:40 bedroom,07:42 bathroom").door()
    assert "stay" not in wait(story, 4).rules()


def test_a_stay_that_a_person_called_usual_is_waited_for_longer_the_next_time(
    lived: bytes,
) -> None:
    def again(outcome: Outcome) -> timedelta:
        story = stir(shut_in(known(lived)), 4).ends("stay", outcome)
        live(story, "13:00 kitchen", EVENING)
        live_days(midnight(story), 1)
        story.outcome.alerts.clear()
        return told_after(shut_in(story), "stay")

    assert again(Outcome.WELL) > again(Outcome.HELPED) + timedelta(minutes=20)


def test_after_blind_time_a_stay_begins_anew(lived: bytes) -> None:
    story = shut_in(known(lived)).after(minutes=30)
    story.goes_blind().after(hours=3).sees_again().reports()
    assert "stay" not in stir(story, 1).rules()
    assert "stay" in stir(story, 1.5).rules()


def test_a_blip_of_the_bridge_changes_nothing(lived: bytes) -> None:
    story = shut_in(known(lived)).after(minutes=30)
    story.goes_blind().after(minutes=2).sees_again().reports()
    assert "stay" in stir(story, 2).rules()


def test_a_standing_stay_is_not_hidden_by_blind_time(lived: bytes) -> None:
    story = stir(shut_in(known(lived)), 3).expects("stay")
    story.goes_blind(BlindCause.SOURCE_LOST).after(hours=2)
    assert story.alert("stay").state is State.RAISED


def test_nobody_is_missed_in_a_room_while_nobody_is_at_home_by_word(lived: bytes) -> None:
    story = shut_in(known(lived)).declares(Away("daughter")).after(minutes=2).door()
    story.expects()
    assert story.household.presence.is_declared(story.after(minutes=30).now)
    wait(story, 30).expects()


def test_the_rule_can_be_switched_off(lived: bytes) -> None:
    off = structs.replace(home(), routine=Routine(stay=False))
    assert "stay" not in stir(shut_in(known(lived, off)), 4).rules()


@pytest.mark.parametrize("freshness", [Freshness.RETAINED, Freshness.BUFFERED])
def test_what_a_broker_kept_is_no_way_out_of_the_room(lived: bytes, freshness: Freshness) -> None:
    story = shut_in(known(lived)).after(minutes=30)
    story.reads("kitchen_motion", Kind.MOTION, True, freshness)
    assert "stay" in stir(story, 2.5).rules()


# -- only now and then a movement


def lies_in_the_bedroom(story: Story, hours: float) -> Story:
    """Let somebody lie on the floor; twice an hour a sensor sees it, once in four hours a ghost."""
    live(story, NIGHT, MORNING, "08:30 kitchen,08:36 bedroom,08:41 bedroom")
    for number in range(round(2 * hours)):
        story.after(minutes=28 + 3 * (number % 2)).reports().motion("bedroom")
        if number % 8 == 5:
            story.after(minutes=4).motion("kitchen")
    return story


def test_who_crawls_is_found_although_every_movement_ends_the_silence(lived: bytes) -> None:
    story = lies_in_the_bedroom(known(lived), 14)
    assert story.rules()[0] == "crawling"
    assert "inactivity" not in story.rules()
    finding = story.alert("crawling").finding
    assert isinstance(finding.because, Sparse)
    assert finding.because.room == "bedroom"
    assert finding.because.moves >= 6


def test_total_silence_is_left_to_the_alert_of_silence(lived: bytes) -> None:
    story = live(known(lived), NIGHT, MORNING, NOON)
    assert "crawling" not in wait(story, 12).rules()


def test_an_evening_in_front_of_the_television_is_no_crawling(lived: bytes) -> None:
    story = live(known(lived), NIGHT, MORNING, NOON)
    for number in range(40):
        story.after(minutes=6 + number % 3).reports().motion("bedroom")
    assert "crawling" not in story.rules()


def test_back_on_the_feet_ends_it(lived: bytes) -> None:
    story = lies_in_the_bedroom(known(lived), 14)
    for room in ("bathroom", "kitchen", "bedroom"):
        story.after(minutes=3).motion(room)
    assert story.alert("crawling").state is State.RESOLVED


# -- one journal, one end


@pytest.mark.parametrize("every", [1, 7])
def test_restarts_over_midnight_change_nothing(lived: bytes, every: int) -> None:
    def play(story: Story, is_restarted: bool) -> list[tuple[str, object]]:
        live(story, NIGHT, MORNING, NOON, EVENING)
        for number in range(70):
            story.after(minutes=17).reports().motion("bedroom")
            if is_restarted and number % every == 0:
                story.restarts()
        return [(a.id, a.opened) for a in story.outcome.alerts]

    told = play(known(lived), False)
    assert told
    assert told == play(known(lived), True)


@pytest.mark.parametrize("every", [1, 7])
def test_restarts_change_nothing(lived: bytes, every: int) -> None:
    def play(story: Story, is_restarted: bool) -> list[tuple[str, object]]:
        live(story, "02:20 bedroom,02:22 bathroom").after(minutes=3).door()
        for number in range(60):
            story.after(minutes=11).reports()
            if number == 30:
                live(story, "09:00 bedroom,09:02 bathroom")
            if is_restarted and number % every == 0:
                story.household = story.household.restore(
                    story.home, story.household.snapshot(), story.household.book.alerts
                )
        return [(a.id, a.opened) for a in story.outcome.alerts]

    assert play(known(lived), False) == play(known(lived), True)
