"""Company: who is in two rooms at once is not alone."""

from datetime import timedelta

import msgspec

from edge.company import Company, CompanyState
from edge.model import Life
from edge.presence import Presence
from tests.edge.lives import HOME, life
from tests.homes import at


def ordinary(number: int) -> list[Life]:
    """Give a day of somebody who walks from bedroom to kitchen in a quarter of a minute."""
    signs = []
    for hour in range(8, 20, 2):
        signs.append(life(at(24 * number + hour), "bedroom"))
        signs.append(life(at(24 * number + hour, seconds=15), "kitchen"))
        # The bathroom is next to the bedroom: both sensors see who stands in the door.
        signs.append(life(at(24 * number + hour + 1), "bedroom"))
        signs.append(life(at(24 * number + hour + 1, seconds=1), "bathroom"))
    return signs


def visit(hour: float, one: str = "bedroom", other: str = "kitchen", times: int = 3) -> list[Life]:
    """Give movements in two rooms within a second of each other, every ten minutes."""
    pairs = [
        (life(at(hour, minutes=10 * n), one), life(at(hour, minutes=10 * n, seconds=1), other))
        for n in range(times)
    ]
    return [sign for pair in pairs for sign in pair]


def lived(days: int, *more: list[Life]) -> Company:
    company = Company(CompanyState())
    for number in range(days):
        for sign in ordinary(number):
            company.observe(sign)
    for signs in more:
        for sign in signs:
            company.observe(sign)
    return company


def test_movements_in_distant_rooms_at_the_same_time_again_and_again_are_company() -> None:
    assert lived(10, visit(24 * 10 + 15)).is_there(at(24 * 10 + 15.5))


def test_company_is_over_an_hour_after_it_was_last_seen() -> None:
    company = lived(10, visit(24 * 10 + 15))
    assert not company.is_there(at(24 * 10 + 16.5))


def test_rooms_that_two_sensors_see_at_once_every_day_show_nothing() -> None:
    company = lived(10, visit(24 * 10 + 15, "bedroom", "bathroom", 6))
    assert not company.is_there(at(24 * 10 + 16))


def test_one_radio_that_was_late_is_nobody() -> None:
    assert not lived(10, visit(24 * 10 + 15, times=2)).is_there(at(24 * 10 + 15.5))


def test_in_its_first_week_a_home_does_not_know_how_far_apart_its_rooms_are() -> None:
    assert not lived(5, visit(24 * 5 + 15)).is_there(at(24 * 5 + 15.5))


def test_a_visitor_every_week_stays_a_visitor() -> None:
    company = Company(CompanyState())
    found = []
    for number in range(56):
        signs = ordinary(number)
        if number % 7 == 6:
            signs = [s for s in signs if s.at.wall.hour < 15] + visit(24 * number + 15)
        for sign in signs:
            company.observe(sign)
        if number % 7 == 6:
            found.append(company.is_there(at(24 * number + 15.5)))
    assert found == [False, *[True] * 7]


def test_a_dog_that_is_there_every_day_is_a_part_of_the_home() -> None:
    company = Company(CompanyState())
    for number in range(20):
        for sign in [*ordinary(number), *visit(24 * number + 21)]:
            company.observe(sign)
    assert not company.is_there(at(24 * 19 + 21.5))


def test_the_silence_that_ends_in_company_is_not_one_to_learn_from() -> None:
    presence = Presence(HOME)
    for number in range(10):
        for sign in ordinary(number):
            presence.observe(sign, sign.at)
    assert not presence.was_visited
    for sign in visit(24 * 10 + 15):
        presence.observe(sign, sign.at)
    assert presence.was_visited and presence.company.is_there(at(24 * 10 + 15.5))
    later = life(at(24 * 10 + 18))
    presence.observe(later, later.at)
    assert not presence.was_visited


def test_company_changes_nothing_about_who_is_out() -> None:
    company = lived(10, visit(24 * 10 + 15))
    presence = Presence(HOME)
    presence.state.company = company.state
    assert not presence.is_away(at(24 * 10 + 20))


def test_who_comes_in_while_the_resident_is_at_home_is_a_caller_until_they_leave() -> None:
    company = Company(CompanyState())
    company.pass_door(was_home=True)
    company.stay(at(18))
    assert company.has_caller(at(23))
    company.pass_door(was_home=True)
    company.stay(at(24))
    assert not company.has_caller(at(25))


def test_who_goes_out_and_comes_home_alone_has_no_caller() -> None:
    company = Company(CompanyState())
    company.pass_door(was_home=True)
    company.leave()
    company.pass_door(was_home=False)
    company.stay(at(18))
    assert not company.has_caller(at(19))


def test_after_a_day_nobody_counts_on_a_caller_any_more() -> None:
    company = Company(CompanyState())
    company.pass_door(was_home=True)
    company.stay(at(18))
    assert not company.has_caller(at(18 + 25))


def test_a_restart_in_the_middle_of_a_visit_changes_nothing() -> None:
    signs = visit(24 * 10 + 15)
    company = lived(10, signs[:3])
    stored = msgspec.json.decode(msgspec.json.encode(company.state), type=CompanyState)
    other = Company(stored)
    for sign in signs[3:]:
        company.observe(sign)
        other.observe(sign)
    assert other.is_there(signs[-1].at.plus(timedelta(minutes=5)))
    assert other.state == company.state
