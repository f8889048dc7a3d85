"""`shouhu drill` at a real home: daemon, broker, telephones and terminal are real."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.model import Alert, Outcome, State
from gateway.tested import records
from tests.broker import Broker
from tests.receiver import Receiver, Reply
from tests.stories.conftest import Install
from tests.stories.drilled_home import MOTION, PEOPLE, DrilledHome

DRILL = "【演练】"
REPORTED = (
    *("演练记录", "Drill report", "厨房 烟雾报警器", "李站长 · desk", "演练通过", "李工"),
    *("签字", "立即"),
)
Drilled = Callable[[], DrilledHome]


@pytest.fixture
def home(install: Install, broker: Broker, receiver: Receiver) -> Iterator[DrilledHome]:
    """Give a home that is watched, with two people to be told."""
    home = DrilledHome(install(broker, more=PEOPLE), broker, receiver)
    yield home
    home.close()


def alerts(home: DrilledHome, *, drill: bool) -> list[Alert]:
    return [alert for alert in home.box.alerts() if alert.drill is drill]


def begun(home: DrilledHome, *words: str) -> None:
    """Begin at the smoke alarm, and set it off by its button."""
    terminal = home.types("--device", "kitchen_smoke", *words)
    terminal.sees("可以开始了吗")
    terminal.types("y\r")
    terminal.sees("现在请按住报警器的测试键")
    home.says(test=True, battery=88)
    terminal.sees("谁收到了")


def test_every_rung_from_the_sensor_to_the_hand_that_takes_it_is_drilled_and_reported(
    home: DrilledHome, tmp_path: Path
) -> None:
    page = tmp_path / "演练.html"
    begun(home, "--output", str(page))
    (terminal,) = home.terminals
    terminal.types("王芳\r")
    terminal.sees("演练通过")
    assert terminal.ends() == 0

    marked = home.waits(5, DRILL)
    assert len(marked) == len(home.receiver.requests) == 5
    assert len(home.told("/desk", "烟雾报警")) == 2
    (alert,) = home.box.alerts()
    assert (alert.drill, alert.state, alert.outcome) == (True, State.CLOSED, Outcome.TEST)
    text = page.read_text(encoding="utf-8")
    for words in (
        "演练记录",
        "Drill report",
        "厨房 烟雾报警器",
        "李站长 · desk",
        "演练通过",
        "李工",
    ):
        assert words in text
    assert "http" not in text.replace("HTTP", "")
    kept = records(home.box.store)["wang"]
    assert {what for what, record in kept.items() if record.passed} == {
        *("kitchen_smoke", "channel:push", "channel:desk")
    }


def test_a_real_alarm_ends_the_drill_and_is_told_unmarked(home: DrilledHome) -> None:
    terminal = home.types("--ladder", "urgent", "--yes")
    terminal.sees("谁收到了")
    home.broker.publish("bracelet/王桂英", '{"sos": true}')
    terminal.sees("真实报警")
    assert terminal.ends() == 1
    for told in home.waits(3, "求助"):
        assert DRILL not in told
    assert [alert.state for alert in alerts(home, drill=True)] == [State.CLOSED]
    assert [alert.state for alert in alerts(home, drill=False)] == [State.RAISED]
    # Who was to be told later of the drill is told of the real alarm alone.
    assert not home.told("/desk", DRILL) and not home.told("解除")


def test_the_sensor_that_was_tried_can_still_alarm_in_earnest(home: DrilledHome) -> None:
    begun(home)
    home.says(test=False, smoke=False)
    home.says(smoke=True)
    (terminal,) = home.terminals
    terminal.sees("真实报警")
    assert terminal.ends() == 1
    assert [alert.state for alert in alerts(home, drill=False)] == [State.RAISED]
    real = home.waits(3, "烟雾报警", "请做")
    assert not [told for told in real if DRILL in told]


def test_a_call_for_help_is_drilled_by_pressing_twice_as_people_do(home: DrilledHome) -> None:
    terminal = home.types("--device", "bracelet", "--until", "receipt", "--yes")
    terminal.sees("像呼救那样按下按钮")
    for _ in range(2):
        home.broker.publish("bracelet/王桂英", '{"sos": true}')
    terminal.sees("演练通过")
    assert terminal.ends() == 0
    assert all(DRILL in told for told in home.waits(5, "求助"))
    assert [alert.finding.rule for alert in home.box.alerts()] == ["sos"]


def test_ctrl_c_ends_it_and_those_who_were_told_hear_so(home: DrilledHome) -> None:
    begun(home)
    (terminal,) = home.terminals
    terminal.signals(signal.SIGINT)
    terminal.sees("Ctrl-C 中断")
    assert terminal.ends() == 130
    home.waits(2, DRILL, "解除")
    assert [alert.state for alert in home.box.alerts()] == [State.CLOSED]


def test_when_the_terminal_is_closed_the_drill_ends_with_it(home: DrilledHome) -> None:
    begun(home)
    (terminal,) = home.terminals
    terminal.signals(signal.SIGHUP)
    assert terminal.ends(5) == 128 + signal.SIGHUP
    assert [alert.state for alert in home.box.alerts()] == [State.CLOSED]
    home.waits(2, DRILL, "解除")


@pytest.mark.soak  # it waits for a quarter of a minute, as tests/gateway/test_drills.py does not
def test_when_the_command_is_killed_the_gateway_ends_the_drill_by_itself(
    home: DrilledHome,
) -> None:
    begun(home)
    (terminal,) = home.terminals
    terminal.signals(signal.SIGKILL)
    home.box.until(lambda: home.box.alerts()[0].state is State.CLOSED, 30)
    home.waits(2, DRILL, "解除")


def test_when_the_gateway_is_killed_the_drill_is_over_and_no_more_is_told(
    home: DrilledHome,
) -> None:
    home.receiver.standing = Reply(status=503)
    terminal = home.types("--ladder", "emergency", "--yes")
    terminal.sees("未通过")
    home.box.kill()
    terminal.sees("演练因此结束")
    assert terminal.ends() == 1
    told = len(home.receiver.requests)
    home.receiver.standing = Reply()
    home.box.start()
    assert [alert.state for alert in home.box.alerts()] == [State.CLOSED]
    home.says(smoke=True)
    assert len(home.waits(3, "请做")) == len(home.receiver.requests) - told
    assert DRILL not in str(home.told("请做"))


def test_a_ladder_without_a_sensor_is_walked_while_the_resident_lives_on(
    home: DrilledHome,
) -> None:
    words = ("drill", "wang", "--ladder", "urgent", "--until", "receipt", "--yes", "--json")
    home.broker.publish(MOTION, '{"occupancy": true}')
    done = home.box.shouhu(*words)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert [hop["rung"] for hop in facts["hops"]] == ["alert", "told", "told", "over", "over"]
    assert [hop["result"] for hop in facts["hops"]] == ["passed"] * 5
    assert [(wait["in_earnest_s"], wait["here_s"]) for wait in facts["waits"]] == [
        (0, 0),
        (600, 5),
    ]
    first, second = facts["hops"][1:3]
    assert (first["what"], second["what"]) == ("王芳 · push", "李站长 · desk")
    assert all(DRILL in told for told in home.waits(4))


def test_up_to_the_alert_nobody_is_told(home: DrilledHome) -> None:
    terminal = home.types("--device", "kitchen_smoke", "--until", "alert", "--yes")
    terminal.sees("不通知任何人")
    terminal.sees("现在请")
    home.says(test=True)
    terminal.sees("演练通过")
    assert terminal.ends() == 0
    assert home.receiver.requests == []


def test_a_channel_that_refuses_fails_the_drill_and_is_no_trouble_of_the_gateway(
    home: DrilledHome,
) -> None:
    home.receiver.standing = Reply(status=500)
    done = home.box.shouhu(
        *("drill", "wang", "--ladder", "emergency", "--until", "receipt", "--yes", "--json")
    )
    assert done.returncode == 1
    hops = json.loads(done.stdout)["hops"]
    assert {hop["result"] for hop in hops if hop["rung"] == "told"} == {"failed"}
    assert alerts(home, drill=False) == []


def test_somebody_may_take_it_at_another_place(home: DrilledHome) -> None:
    terminal = home.types("--ladder", "emergency", "--yes", lang="en")
    terminal.sees("Who has it?")
    home.takes()
    terminal.sees("王芳")
    terminal.sees("The drill passed")
    assert terminal.ends() == 0


def test_nothing_begins_without_a_yes(home: DrilledHome) -> None:
    asked = home.box.shouhu("drill", "wang", "--ladder", "emergency")
    assert asked.returncode == 2
    terminal = home.types()
    terminal.sees("演练什么")
    terminal.types("1\r")
    terminal.sees("可以开始了吗")
    terminal.types("\r")
    terminal.sees("没有开始")
    assert terminal.ends() == 1
    assert home.box.alerts() == [] and home.receiver.requests == []


def test_none_begins_while_a_real_alarm_stands(home: DrilledHome) -> None:
    home.says(smoke=True)
    home.waits(3, "请做")
    terminal = home.types("--ladder", "urgent", "--yes")
    terminal.sees("有真实告警未处理")
    assert terminal.ends() == 1
    assert alerts(home, drill=True) == []
