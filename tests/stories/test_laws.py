"""A story for each law of the design that the foundation has to keep."""

from datetime import timedelta

from edge.household import Household
from edge.model import (
    BlindCause,
    Deaf,
    Effects,
    Freshness,
    Kind,
    Limit,
    Moment,
    Outcome,
    Patience,
    Reason,
    Silence,
    State,
)
from tests.homes import home
from tests.stories.story import Story


def settled() -> Story:
    """A home that has lived here for three weeks."""
    return Story().lives(days=21)


def silence(story: Story) -> Silence:
    because = story.alert("inactivity").finding.because
    assert isinstance(because, Silence)
    return because


def test_an_ordinary_month_raises_nothing() -> None:
    Story().lives(days=30).expects()


def test_a_collapse_in_the_bathroom_at_night_is_noticed_by_the_morning() -> None:
    story = settled().at("03:00").motion("bathroom").at("12:00").expects("inactivity")
    because = silence(story)
    assert because.last_room == "bathroom" and because.limit is Limit.LEARNED
    assert because.silent_for < timedelta(hours=9)
    assert [n.recipient for n in story.told()][:2] == ["daughter", "duty"]


def test_law_1_smoke_is_told_at_once_whatever_else_is_going_on() -> None:
    story = settled().goes_blind().after(minutes=30)
    began = story.now
    story.smoke()
    assert {n.recipient for n in story.told(began)} == {"daughter", "duty"}


def test_law_2_a_blind_home_is_not_called_quiet() -> None:
    story = settled().lives_until("08:00").goes_blind().after(hours=20).expects("blind")
    because = story.alert("blind").finding.because
    assert isinstance(because, Deaf) and because.cause is BlindCause.BRIDGE_OFFLINE


def test_law_2_blindness_never_closes_or_hides_what_stands() -> None:
    story = settled().lives_until("12:00").smoke().goes_blind().after(hours=5)
    assert story.alert("smoke").state is State.RAISED
    story = settled().at("03:00").motion("bathroom").at("13:00").goes_blind().after(hours=5)
    assert story.alert("inactivity").state is State.RAISED


def test_law_3_what_the_broker_remembers_is_no_sign_of_life() -> None:
    story = settled().at("03:00").motion("bathroom").at("06:00")
    for freshness in (Freshness.RETAINED, Freshness.BUFFERED):
        story.reads("kitchen_motion", Kind.MOTION, True, freshness)
        story.after(hours=1).reads("kitchen_motion", Kind.MOTION, False, freshness)
    assert silence(story.at("12:00").expects("inactivity")).last_room == "bathroom"


def test_law_3_smoke_that_stood_before_we_listened_is_an_alert_at_once() -> None:
    Story().smoke(freshness=Freshness.RETAINED).expects("smoke")


def test_law_4_the_same_journal_comes_to_the_same_alerts() -> None:
    story = settled().at("03:00").motion("bathroom").at("12:00").smoke()
    again, outcome = Household(story.home), Effects()
    for entry in story.journal:
        outcome.extend(again.receive(entry))
    outcome.extend(again.advance(story.now))
    assert [c.id for c in outcome.changes] == [c.id for c in story.outcome.changes]
    assert [n.id for n in outcome.notices] == [n.id for n in story.outcome.notices]


def test_law_5_a_silence_goes_on_over_a_restart() -> None:
    plain = settled().at("03:00").motion("bathroom").at("12:00")
    restarted = settled().at("03:00").motion("bathroom").at("05:00").restarts().at("12:00")
    assert silence(restarted).silent_for == silence(plain).silent_for


def test_law_5_downtime_is_blind_time_not_quiet_time() -> None:
    story = settled().at("03:00").motion("bathroom").at("04:00").is_off(hours=7).expects()
    because = silence(story.at("20:00").expects("inactivity"))
    assert round(because.blind_for / timedelta(hours=1), 3) == 7


def test_law_5_a_lease_that_ran_out_while_the_box_was_off_returns_at_once() -> None:
    story = (
        settled()
        .lives_until("12:00")
        .smoke()
        .after(minutes=1)
        .takes("smoke", minutes=30)
        .is_off(hours=2)
    )
    began = story.now
    story.after(seconds=1)
    assert {n.reason for n in story.told(began)} == {Reason.RETURNED}


def test_law_6_an_acknowledgement_stops_the_ladder_and_returns_by_itself() -> None:
    story = settled().lives_until("12:00").smoke().after(minutes=1).takes("smoke", minutes=30)
    began = story.after(seconds=1).now
    assert not story.after(minutes=29).told(began)
    told = story.after(minutes=2).told(began)
    first = min(notice.due.monotonic for notice in told)
    assert {n.reason for n in told if n.due.monotonic == first} == {Reason.RETURNED}


def test_law_8_a_sensor_that_fell_silent_is_told_to_the_technician_not_to_the_family() -> None:
    story = Story(home(drill=True)).lives(days=3)
    for _ in range(30):
        story.after(hours=1).motion("kitchen").reads("bedroom_motion", Kind.LINK_QUALITY, 200)
    silent = [n for n in story.told() if n.severity == "fault"]
    assert {n.recipient for n in silent} == {"technician"}


def test_law_12_a_drill_home_learns_but_everything_that_it_says_is_marked() -> None:
    story = Story(home(drill=True)).lives(days=21).at("03:00").motion("bathroom").at("12:00")
    assert "inactivity" in story.rules()
    assert all(n.drill for n in story.told()) and story.told()


def test_law_13_a_false_alert_that_somebody_closed_as_well_teaches_the_next_night() -> None:
    story = settled().at("03:00").motion("bathroom").at("08:30")
    first = silence(story)
    story.ends("inactivity", Outcome.WELL)
    assert story.alert("inactivity").state is State.CLOSED
    story.lives(days=7).at("03:00").motion("bathroom").at("16:00")
    assert silence(story).silent_for > first.silent_for


def test_while_the_door_says_away_people_are_told_later_but_not_by_the_ceiling_alone() -> None:
    inside = settled().lives_until("09:00").motion("kitchen").after(minutes=2).motion("bathroom")
    story = settled().lives_until("09:00").motion("kitchen").after(minutes=2).door()
    story.after(hours=23)
    inside.after(hours=23)
    assert silence(story).is_away and silence(story).limit is Limit.LEARNED
    assert silence(story).silent_for > silence(inside).silent_for


def test_a_collapse_beside_the_door_is_not_away() -> None:
    story = (
        settled().lives_until("09:00").motion("kitchen").after(minutes=2).door().at("11:00").door()
    )
    story.at("23:00").expects("inactivity")
    assert not silence(story).is_away


def test_a_stricter_ceiling_where_it_is_configured() -> None:
    strict = home(patience=Patience(ceiling=timedelta(hours=6)))
    story = Story(strict).at("08:00").motion("kitchen").after(hours=7)
    assert silence(story).silent_for <= timedelta(hours=6)


def test_a_home_in_which_nothing_was_ever_heard_is_told_by_the_ceiling() -> None:
    story = Story().after(hours=25)
    assert "inactivity" in story.rules()
    assert silence(story).last_at is None


def test_life_ends_the_alert_and_everyone_who_was_told_hears_it() -> None:
    story = settled().at("03:00").motion("bathroom").at("12:00")
    began = story.now
    story.motion("kitchen")
    assert story.alert("inactivity").state is State.RESOLVED
    assert {n.reason for n in story.told(began)} == {Reason.RESOLVED}


def test_a_clock_that_is_set_by_hours_makes_nobody_silent() -> None:
    story = settled().lives_until("10:00")
    set_ahead = Moment(story.now.wall + timedelta(hours=9), story.now.monotonic + 1)
    story.now = set_ahead
    story.goes_blind(BlindCause.CLOCK_UNTRUSTED).sees_again(BlindCause.CLOCK_UNTRUSTED)
    story.after(minutes=20).expects()


def test_a_box_whose_clock_is_never_set_still_tells_of_a_day_without_life() -> None:
    story = settled().lives_until("10:00").goes_blind(BlindCause.CLOCK_UNTRUSTED)
    story.motion("kitchen").after(hours=23)
    assert "inactivity" not in story.rules()
    story.after(hours=1)
    assert "inactivity" in story.rules() and silence(story).limit is Limit.CEILING


def test_a_broker_that_restarts_every_night_does_not_hide_that_the_night_is_quiet() -> None:
    story = Story()
    for _ in range(4):
        story.at("01:00").goes_blind().after(minutes=1).sees_again().lives(1)
    rows = story.household.inactivity.state.rhythm.rows
    assert max(max(row) for row in rows.values()) > timedelta(hours=4).total_seconds()
