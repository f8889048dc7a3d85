"""Stories of what people say of where the resident is: it mutes nothing but what they speak of."""

from datetime import timedelta

from msgspec import structs

from edge.model import Away, Back, Outcome, Patience, State
from tests.homes import DEVICES, home
from tests.stories.story import Story
from tests.stories.test_absence import (
    HOLIDAY,
    NO_ROOMS,
    goes_on,
    leaves,
    routine,
    shopper,
    told_of,
)


def back_late() -> Story:
    """Give a home whose resident was missed yesterday and is back, which nobody has closed yet."""
    story = goes_on(leaves(shopper()), 12).door().after(minutes=1).motion("kitchen")
    return story.at("09:00").motion("kitchen").at("12:00").motion("kitchen")


def packing() -> Story:
    """Give a home on the evening before a holiday that was declared, with its resident in it."""
    story = shopper().at("20:00").motion("kitchen")
    story.declares(Away("daughter", story.now.wall + 3 * HOLIDAY))
    return story.at("22:30").motion("bedroom")


def test_what_is_said_of_yesterdays_outing_ends_no_silence_of_today() -> None:
    story = goes_on(back_late(), 20)
    assert story.alert("inactivity").holds
    story.ends("not_back")
    assert story.alert("inactivity").state is State.RAISED


def test_what_is_said_of_yesterdays_outing_empties_no_home_before_a_holiday() -> None:
    story = back_late()
    story.declares(Away("daughter", story.now.wall + 3 * HOLIDAY)).after(minutes=30)
    story.ends("not_back")
    assert not story.household.presence.is_declared(story.now)
    assert "inactivity" in told_of(goes_on(story, 24))


def test_a_power_cut_before_a_holiday_empties_no_home() -> None:
    story = packing().at("23:30").is_off(minutes=5)
    before = story.now
    assert [n for n in goes_on(story, 24).told(before) if n.alert == story.alert("inactivity").id]


def test_a_power_cut_before_a_holiday_ends_no_alert_that_stands() -> None:
    story = goes_on(packing(), 23)
    standing = story.alert("inactivity")
    assert standing.state is State.RAISED
    story.is_off(minutes=5).after(minutes=1)
    assert story.alert("inactivity").id == standing.id
    assert story.alert("inactivity").state is State.RAISED


def test_who_is_home_in_bed_at_the_end_of_a_day_out_is_not_missed() -> None:
    story = shopper().at("09:00").motion("kitchen")
    story.declares(Away("daughter", story.now.wall + timedelta(hours=14)))
    story.after(minutes=3).motion("kitchen").after(minutes=1).door()
    story.at("21:30").door().after(minutes=1).motion("kitchen").at("22:10").motion("bedroom")
    assert "not_back" not in goes_on(story, 7).rules()


def test_a_silence_that_an_outing_explained_is_not_held_back_for_ever_by_a_word() -> None:
    story = goes_on(leaves(shopper()), 24)
    assert story.alert("inactivity").inhibited_by == story.alert("not_back").id
    story.declares(Back("daughter")).after(minutes=1)
    before = story.now
    assert story.alert("not_back").state is State.RESOLVED
    assert [n for n in goes_on(story, 24).told(before) if n.alert == story.alert("inactivity").id]
    assert story.alert("inactivity").inhibited_by == ""


def test_who_is_not_back_is_told_once_although_nobody_answers_the_question_at_home() -> None:
    asking = home(patience=Patience(pre_alarm=timedelta(minutes=10)))
    story = leaves(routine(Story(structs.replace(asking, routine=NO_ROOMS)), 5))
    assert told_of(goes_on(story, 24)) == ["not_back"]
    assert story.alert("inactivity").inhibited_by == story.alert("not_back").id


def test_where_nothing_can_see_anybody_no_silence_is_told() -> None:
    smoke = tuple(device for device in DEVICES if device.id == "kitchen_smoke")
    assert "inactivity" not in goes_on(Story(home(devices=smoke)), 72).rules()


def test_whoever_ends_the_alert_that_stands_is_believed_that_the_home_is_empty() -> None:
    story = goes_on(back_late(), 20)
    story.ends("inactivity", Outcome.WELL)
    story.declares(Away("daughter", story.now.wall + HOLIDAY))
    assert story.household.presence.is_declared(story.now)
