"""People in the configuration: roles, hours and leave as they are written, and every slip named."""

from datetime import date
from pathlib import Path

import pytest

from edge.availability import Availability, Leave, Span
from edge.model import Home
from edge.roles import ROLES, role_key, role_name
from gateway.config import ConfigFaults, load
from gateway.config.hours import leave, span
from gateway.language import Language
from tests.gateway.test_config import GATEWAY, HOME

WEEKDAYS = frozenset(range(5))
PEOPLE = """
[[contact]]
id = "zhao"
name = "赵秀英"
role = "对门"
channels = ["push", "desk"]

[[contact]]
id = "qian"
name = "钱师傅"
role = "neighbour"
channels = ["desk", "push"]

[[contact]]
id = "self"
name = "王桂兰"
role = "老人"
phone = "02500000001"
"""


def loaded(tmp_path: Path, home: str, gateway: str = GATEWAY) -> Home:
    (tmp_path / "households").mkdir()
    (tmp_path / "push-url").write_text("json://127.0.0.1:9/x")
    (tmp_path / "push-url").chmod(0o600)
    (tmp_path / "gateway.toml").write_text(gateway)
    (tmp_path / "households" / "wang.toml").write_text(home)
    return load(tmp_path).homes[0]


def told(tmp_path: Path, home: str) -> str:
    with pytest.raises(ConfigFaults) as caught:
        loaded(tmp_path, home)
    faults = caught.value.faults
    return "\n".join(each.told(language) for each in faults for language in Language)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("09:00-17:00", Span(540, 1020)),
        ("22:00 - 7:00", Span(1320, 420)),
        ("Mon-Fri 09:00-17:00", Span(540, 1020, WEEKDAYS)),
        ("周一至周五 9:00-17:00", Span(540, 1020, WEEKDAYS)),
        ("周六、周日 00:00-24:00", Span(0, 1440, frozenset({5, 6}))),
        ("星期天：", None),
        ("fri-mon 1:00-2:00", Span(60, 120, frozenset({4, 5, 6, 0}))),
        ("Sat,Sun 10:00-12:00", Span(600, 720, frozenset({5, 6}))),
        ("9-17", None),
        ("25:00-26:00", None),
        ("24:00-01:00", None),
        ("Someday 09:00-10:00", None),
        ("Mon- 09:00-10:00", None),
        ("٠٩:٠٠-١٠:٠٠", None),
        ("", None),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, meant: Span | None) -> None:
    if meant is not None:
        assert span(text) == meant
        return
    with pytest.raises(ValueError):
        span(text)


def test_leave_is_a_day_or_the_first_and_the_last() -> None:
    assert leave("2026-10-01") == Leave(date(2026, 10, 1), date(2026, 10, 1))
    assert leave("2026-10-01/2026-10-07") == Leave(date(2026, 10, 1), date(2026, 10, 7))
    for wrong in ("2026-10-07/2026-10-01", "2026-13-01", "tomorrow", "2026-10-01/"):
        with pytest.raises(ValueError):
            leave(wrong)


def test_a_contact_has_their_hours_their_leave_and_their_quiet_hours(tmp_path: Path) -> None:
    more = 'hours = ["07:00-23:00"]\naway = ["2026-10-01"]\nquiet = ["周日 07:00-10:00"]\n'
    home = loaded(tmp_path, HOME + more)
    assert home.contacts[0].availability == Availability(
        (Span(420, 1380),),
        (Leave(date(2026, 10, 1), date(2026, 10, 1)),),
        (Span(420, 600, frozenset({6})),),
    )
    assert home.asks_contacts


def test_a_step_tells_everybody_of_a_role_in_whatever_words_it_stands(tmp_path: Path) -> None:
    steps = '[[escalation.step]]\ntell = ["role:neighbor", "daughter", "qian"]\n'
    home = loaded(tmp_path, HOME + PEOPLE + steps)
    assert home.steps[0].tell == ("zhao", "qian", "daughter")


def test_without_steps_everybody_is_told_but_who_is_watched_over(tmp_path: Path) -> None:
    home = loaded(tmp_path, HOME + PEOPLE)
    assert home.steps[0].tell == ("daughter", "zhao", "qian")


def test_a_home_in_which_only_the_resident_is_named_tells_nobody_and_is_refused(
    tmp_path: Path,
) -> None:
    alone = HOME.replace('id = "daughter"', 'id = "daughter"\nrole = "本人"')
    assert "nobody would be told" in told(tmp_path, alone)


def test_every_slip_is_named_with_its_place_and_what_would_be_right(tmp_path: Path) -> None:
    wrong = HOME + 'hours = ["9-17"]\naway = ["soon"]\nquiet = ["22:00-07:00", 7]\n'
    wrong += "[[escalation]]\n".replace("[[escalation]]", "[[escalation.step]]")
    wrong += 'tell = ["role:grid_worker", "role:", "daughter"]\n'
    said = told(tmp_path, wrong)
    for words in (
        "contact[0].hours[0]",
        "Mon-Fri 09:00-17:00",
        "周一至周五",
        "contact[0].away[0]",
        "2026-10-01/2026-10-07",
        "contact[0].quiet[1]",
        "escalation.step[0].tell[0]",
        "role:grid_worker",
    ):
        assert words in said


def test_every_name_of_a_role_means_one_role() -> None:
    names = [name for each in ROLES.values() for name in each]
    assert len(names) == len(set(names))
    assert role_key("  女儿 ") == role_key("Daughter") == "family"
    assert role_key("志愿消防队") == "志愿消防队"
    assert role_name("grid_worker", "zh") == "网格员"
    assert role_name("志愿消防队", "en") == "志愿消防队"


def test_a_siren_is_a_contact_that_nobody_answers(tmp_path: Path) -> None:
    siren = '\n[[channel]]\nid = "horn"\ntype = "siren"\ntopic = "zigbee2mqtt/horn/set"\n'
    horn = '\n[[contact]]\nid = "horn"\nname = "警笛"\nchannels = ["horn"]\n'
    home = loaded(tmp_path, HOME + horn, GATEWAY + siren)
    assert {each.id: each.is_person for each in home.contacts} == {"daughter": True, "horn": False}


def test_who_is_sent_texts_can_answer_and_who_gets_no_link_either_cannot(tmp_path: Path) -> None:
    modem = '\n[modem]\nport = "/dev/ttyUSB2"\n\n[[channel]]\nid = "text"\ntype = "sms"\n'
    son = '\n[[contact]]\nid = "son"\nname = "王强"\nphone = "13800001111"\nchannels = ["text"]\n'
    home = loaded(tmp_path, HOME + son, GATEWAY + modem)
    assert {each.id: each.can_answer for each in home.contacts} == {"daughter": False, "son": True}
