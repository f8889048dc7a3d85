"""Stories of mornings, nights and the bed: where each rule alone speaks, and where not."""

from datetime import timedelta

import pytest
from msgspec import structs

from edge.model import (
    Abed,
    Kind,
    Missed,
    Outcome,
    Roaming,
    Routine,
    Severity,
    State,
)
from tests.homes import home
from tests.stories.days import (
    EVENING,
    KNOWN,
    MORNING,
    NIGHT,
    NOON,
    home_with_a_bed,
    known,
    lies_still,
    live,
    live_days,
    lived_days,
    midnight,
    move_to,
    wait,
)
from tests.stories.story import Story


@pytest.fixture(scope="module")
def lived() -> bytes:
    return lived_days()


# -- a missed anchor


def morning_without(story: Story, room: str) -> Story:
    """Live the morning until noon, but never be in one room."""
    events = [e for e in f"{NIGHT}{MORNING}{NOON}".split(",") if e and not e.endswith(room)]
    return live(story, ",".join(events))


def test_a_morning_without_the_kitchen_is_a_note_by_itself(lived: bytes) -> None:
    story = morning_without(known(lived), "kitchen").expects("routine")
    finding = story.alert("routine").finding
    assert finding.severity is Severity.NOTE and isinstance(finding.because, Missed)
    assert finding.because.room == "kitchen"
    assert finding.because.on_days == finding.because.of_days == KNOWN
    assert (
        finding.because.usually_at < finding.because.latest_at < story.alert("routine").opened.wall
    )


def test_a_late_breakfast_ends_the_note(lived: bytes) -> None:
    story = morning_without(known(lived), "kitchen").motion("kitchen")
    assert story.alert("routine").state is State.CLOSED


def test_a_kitchen_that_cannot_be_seen_is_not_missed(lived: bytes) -> None:
    story = known(lived)
    for event in f"{NIGHT}{MORNING}{NOON}".rstrip(",").split(","):
        clock, room = event.split()
        if room != "kitchen":
            move_to(story, clock).motion(room)
    assert "routine" not in story.rules()


def test_who_goes_out_before_breakfast_misses_nothing(lived: bytes) -> None:
    story = live(known(lived), NIGHT, "06:50 bedroom").door()
    wait(story, 4)
    assert "routine" not in story.rules()


def test_in_the_first_two_weeks_no_morning_is_unusual() -> None:
    story = live_days(Story(home()), 12)
    assert "routine" not in morning_without(story, "kitchen").rules()


# -- nights


def roams(story: Story, clock: str, hours: float) -> Story:
    """Let somebody get up and walk from room to room."""
    rooms = ("bathroom", "kitchen", "bedroom")
    move_to(story, clock)
    for number in range(round(hours * 12)):
        story.reports().motion(rooms[number % 3]).after(minutes=4)
    return story


def test_who_walks_about_at_night_for_long_is_told_of(lived: bytes) -> None:
    story = roams(known(lived), "01:30", 2.5).expects("wandering")
    alert = story.alert("wandering")
    assert isinstance(alert.finding.because, Roaming)
    assert alert.finding.because.door_at is None
    assert set(alert.finding.because.rooms) == {"bathroom", "kitchen", "bedroom"}
    assert timedelta(minutes=45) <= alert.finding.because.lasted <= timedelta(hours=2)


def test_two_ways_to_the_bathroom_in_one_night_are_no_wandering(lived: bytes) -> None:
    live(known(lived), "00:50 bedroom,00:52 bathroom,00:57 bedroom", NIGHT, MORNING).expects()


def test_who_sits_in_the_kitchen_for_part_of_the_night_does_not_wander(lived: bytes) -> None:
    story = live(known(lived), "01:30 bedroom,01:32 bathroom,01:36 kitchen")
    for _ in range(12):
        story.after(minutes=9).reports().motion("kitchen")
    live(story, "03:55 bedroom,03:58 bedroom").expects()


def test_staying_up_late_is_no_wandering(lived: bytes) -> None:
    story = live(known(lived), NIGHT, MORNING, NOON, EVENING)
    for number in range(24):
        story.after(minutes=8).reports().motion(("kitchen", "bedroom")[number % 2])
    assert "wandering" not in story.rules()


def test_who_comes_home_late_and_puts_things_away_has_not_got_up(lived: bytes) -> None:
    story = live(known(lived), NIGHT, MORNING, NOON, "19:00 bedroom").door()
    move_to(story, "23:10").reports().door()
    for number in range(12):
        story.motion(("kitchen", "bathroom")[number % 2]).after(minutes=3).reports()
    assert "wandering" not in story.rules()


def take_turns(story: Story, minutes: int) -> Story:
    """Let somebody stir in bed, and somebody else or the same person walk about in between."""
    move_to(story, "01:30")
    for number in range(minutes // 5):
        story.reports().motion(("bathroom", "bedroom", "kitchen", "bedroom")[number % 4])
        story.after(minutes=4)
    return story


def test_a_sleeper_who_stirs_while_another_is_up_is_told_of_later(lived: bytes) -> None:
    story = take_turns(known(lived), 90)
    assert "wandering" not in story.rules()


def test_who_paces_between_the_bed_and_the_kitchen_is_told_of_in_the_end(lived: bytes) -> None:
    assert "wandering" in take_turns(known(lived), 150).rules()


def test_who_is_known_to_wander_and_paces_is_told_of_at_once(lived: bytes) -> None:
    story = known(lived, structs.replace(home(), routine=Routine(wanders=True)))
    assert "wandering" in take_turns(story, 90).rules()


def visited(story: Story) -> Story:
    """Let somebody come in by the door in the evening while the resident is at home."""
    live(story, NIGHT, MORNING, NOON, "20:40 kitchen").door().after(seconds=30).motion("kitchen")
    live(story, "20:55 kitchen,21:30 bathroom,21:40 bedroom,21:50 bedroom")
    midnight(story)
    return story


def test_while_a_guest_stays_overnight_who_walks_about_is_told_of_later(lived: bytes) -> None:
    alone = roams(known(lived), "01:30", 2.5).alert("wandering").finding.because
    guest = roams(visited(known(lived)), "01:30", 2.5).alert("wandering").finding.because
    assert isinstance(alone, Roaming) and isinstance(guest, Roaming)
    assert guest.lasted > 1.7 * alone.lasted


def test_a_guest_who_was_seen_off_changes_nothing(lived: bytes) -> None:
    story = known(lived)
    live(story, NIGHT, MORNING, NOON, "18:00 kitchen").door().after(seconds=30).motion("kitchen")
    live(story, "18:20 kitchen,19:30 bedroom,20:30 kitchen").door().after(seconds=30).motion(
        "kitchen"
    )
    live(story, "20:55 kitchen,21:30 bathroom,21:40 bedroom,21:50 bedroom")
    midnight(story)
    because = roams(story, "01:30", 2.5).alert("wandering").finding.because
    assert isinstance(because, Roaming) and because.lasted < timedelta(minutes=80)


def test_who_leaves_at_night_is_missed_within_a_quarter_of_an_hour(lived: bytes) -> None:
    story = live(known(lived), "02:20 bedroom,02:22 bathroom").after(minutes=3).door()
    story.after(minutes=15).expects("wandering")
    finding = story.alert("wandering").finding
    assert finding.subject == "front_door"
    assert isinstance(finding.because, Roaming) and finding.because.door_at is not None
    story.after(minutes=40).door().motion("bedroom")
    assert story.alert("wandering").state is State.RESOLVED


def test_who_leaves_in_the_morning_is_not_wandering(lived: bytes) -> None:
    story = live(known(lived), NIGHT, MORNING).door().after(minutes=40)
    assert "wandering" not in story.rules()


def test_a_walk_that_somebody_knows_of_teaches_that_nights_are_like_that(lived: bytes) -> None:
    story = live(known(lived), "03:20 bedroom").after(minutes=3).door().after(minutes=40)
    story.ends("wandering", Outcome.WELL).door().motion("kitchen")
    live(story, "07:10 kitchen", NOON, EVENING)
    midnight(story)
    story.outcome.alerts.clear()
    live(story, "03:22 bedroom").after(minutes=3).door().after(minutes=40)
    assert "wandering" not in story.rules()


def test_where_it_is_known_that_somebody_wanders_every_night_counts(lived: bytes) -> None:
    story = known(lived, structs.replace(home(), routine=Routine(wanders=True)))
    for _ in range(3):
        live(story, "03:20 bedroom").after(minutes=3).door().after(minutes=40)
        assert story.rules()[-1] == "wandering"
        story.ends("wandering", Outcome.WELL).door().motion("kitchen")
        live(story, "07:10 kitchen", NOON, EVENING)
        midnight(story)
        story.outcome.alerts.clear()


# -- bed


def sleeps(story: Story, days: int) -> Story:
    """Live days with a bed that tells: in it from ten to seven, up once at night."""
    for number in range(days):
        shift = (5 * number) % 9
        move_to(story, "02:40", shift).reads("mat", Kind.PRESENCE, False)
        live(story, NIGHT, shift=shift).reads("mat", Kind.PRESENCE, True)
        move_to(story, "06:50", shift).reads("mat", Kind.PRESENCE, False)
        live(story, MORNING, NOON, EVENING, shift=shift).reads("mat", Kind.PRESENCE, True)
        midnight(story)
    return story


@pytest.fixture(scope="module")
def slept() -> bytes:
    """Give what a household with a bed remembers of twenty ordinary days."""
    story = Story(home_with_a_bed())
    story.reads("mat", Kind.PRESENCE, False).reads("mat", Kind.PRESENCE, True)
    return sleeps(story, KNOWN).expects().household.snapshot()


def test_who_gets_up_at_night_and_does_not_come_back_to_bed_is_missed(slept: bytes) -> None:
    story = known(slept, home_with_a_bed())
    move_to(story, "02:40").reads("mat", Kind.PRESENCE, False)
    live(story, "02:41 bedroom")
    assert lies_still(story, "bed") < timedelta(hours=2)
    because = story.alert("bed").finding.because
    assert isinstance(because, Abed) and not because.is_in
    assert because.last_room == "bedroom"


def test_who_was_missed_in_bed_and_has_breakfast_is_missed_no_more(slept: bytes) -> None:
    story = known(slept, home_with_a_bed())
    move_to(story, "02:40").reads("mat", Kind.PRESENCE, False)
    wait(live(story, "02:41 bedroom"), 2).expects("bed")
    live(story, "05:10 bedroom,05:40 bedroom,06:10 bathroom")
    assert story.alert("bed").state is State.RAISED
    live(story, MORNING)
    assert story.alert("bed").state is State.RESOLVED


def test_who_is_up_and_about_is_not_missed_in_bed(slept: bytes) -> None:
    story = known(slept, home_with_a_bed())
    move_to(story, "02:40").reads("mat", Kind.PRESENCE, False)
    for _ in range(14):
        story.after(minutes=9).reports().motion("kitchen")
    assert "bed" not in story.rules()


def test_who_does_not_get_up_in_the_morning_is_missed(slept: bytes) -> None:
    story = known(slept, structs.replace(home_with_a_bed(), routine=Routine(stay=False)))
    live(story, NIGHT)
    move_to(story, "03:00").reads("mat", Kind.PRESENCE, False)
    story.after(minutes=5).reads("mat", Kind.PRESENCE, True)
    for _ in range(220):
        story.after(minutes=5).reports().motion("bedroom")
    assert "bed" in story.rules()
    because = story.alert("bed").finding.because
    assert isinstance(because, Abed) and because.is_in


def test_a_bed_that_calls_itself_taken_while_somebody_cooks_is_not_believed(slept: bytes) -> None:
    story = known(slept, home_with_a_bed())
    move_to(story, "06:50")
    for _ in range(60):
        story.after(minutes=20).reports().motion("kitchen")
    assert "bed" not in story.rules()
