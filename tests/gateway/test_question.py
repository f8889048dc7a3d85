"""The question in the home: it sounds while it stands, ends with a word, and never outlives it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec import structs

from edge.model import Event, Freshness, Outcome, Rule, State
from gateway.config.question import QuestionSettings
from gateway.control import Answer
from gateway.node import Node
from gateway.question import Questions
from gateway.question_trial import QuestionTrials
from gateway.requests import TryQuestion
from gateway.store import Store
from gateway.wire.decoder import Decoder
from tests.gateway.boxed import ASKING, Boxed

MINUTE = timedelta(minutes=1)
CHIME = QuestionSettings("home/chime", b"RING", b"STOP", (), MINUTE)
RING, STOP = ("home/chime", "RING"), ("home/chime", "STOP")
# Says into a file that it speaks, and again when it was let finish.
VOICE = """\
import pathlib, sys, time
heard = pathlib.Path(sys.argv[1])
with heard.open("a") as file: file.write(sys.argv[2] + "\\n")
time.sleep(float(sys.argv[3]))
with heard.open("a") as file: file.write("end\\n")
"""


def spoken(heard: Path, text: str, seconds: float) -> QuestionSettings:
    command = (sys.executable, "-c", VOICE, str(heard), text, str(seconds))
    return QuestionSettings("", b"", b"", command, MINUTE)


class Asked:
    """A home in which nothing has moved for so long that a question stands."""

    def __init__(self, box: Boxed, questions: Questions) -> None:
        self.box, self.questions = box, questions

    async def until(self, that: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not that():  # noqa: ASYNC110  what it waits for knows of no event
                await asyncio.sleep(0.01)

    @property
    def is_speaking(self) -> bool:
        return self.questions._askers["wang"]._speaker.is_speaking

    async def looks(self) -> None:
        """Let it look, and do what it does at once."""
        self.questions.wake()
        for _ in range(5):
            await asyncio.sleep(0)

    def falls_silent(self) -> None:
        """Let the last movement be as long ago as it takes to be asked."""
        self.box.moves()
        self.box.after(minutes=111)
        assert [alert.state for alert in self.box.alerts(Rule.INACTIVITY)] == [State.SUSPECTED]


def play(
    directory: Path, settings: QuestionSettings, story: Callable[[Asked], Awaitable[None]]
) -> Boxed:
    box = Boxed(directory, questions={"wang": settings})

    async def whole() -> None:
        questions = Questions(box.box)
        box.workers.append(questions)
        running = asyncio.create_task(questions.run())
        await asyncio.sleep(0)
        box.published.clear()  # that it was switched off at the start
        try:
            await story(Asked(box, questions))
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(whole())
    return box


def test_it_rings_again_and_again_until_the_answer_is_due_and_then_no_more(tmp_path: Path) -> None:
    async def story(asked: Asked) -> None:
        asked.falls_silent()
        await asked.looks()
        assert asked.box.published == [RING]
        for _ in range(8):
            asked.box.after(minutes=1)
            await asked.looks()
        assert asked.box.published == [RING] * 9
        asked.box.after(minutes=2)
        await asked.looks()
        assert asked.box.published == [*[RING] * 9, STOP]

    box = play(tmp_path, CHIME, story)
    (alert,) = box.alerts(Rule.INACTIVITY)
    assert alert.state is State.RAISED
    noted = [(c.what, c.detail) for c in box.changes(Rule.INACTIVITY)][:2]
    assert noted == [(Event.SUSPECTED, ""), (Event.ASKED, "mqtt")]


@pytest.mark.parametrize(
    "end",
    [
        lambda box: box.moves("kitchen_motion"),
        lambda box: box.presses(),
        lambda box: box.node.answer("wang", "王芳", box.now) or box.settle(),
    ],
    ids=["a movement", "the button", "a word"],
)
def test_any_sign_of_life_and_any_answer_silences_it_at_once(
    tmp_path: Path, end: Callable[[Boxed], None]
) -> None:
    async def story(asked: Asked) -> None:
        asked.falls_silent()
        await asked.looks()
        end(asked.box)  # not a turn of the loop later
        assert asked.box.published == [RING, STOP]

    box = play(tmp_path, CHIME, story)
    (alert,) = box.alerts(Rule.INACTIVITY)
    assert (alert.state, alert.outcome) == (State.CLOSED, Outcome.WELL)
    assert box.store.pending() == []


@pytest.mark.parametrize("freshness", [Freshness.RETAINED, Freshness.BUFFERED])
def test_a_press_that_the_broker_kept_answers_nothing(tmp_path: Path, freshness: Freshness) -> None:
    async def story(asked: Asked) -> None:
        asked.falls_silent()
        await asked.looks()
        asked.box.presses(freshness)
        assert asked.box.published == [RING]

    box = play(tmp_path, CHIME, story)
    assert box.alerts(Rule.INACTIVITY)[0].state is State.SUSPECTED


def test_smoke_and_a_call_for_help_ask_nothing_and_end_a_question_that_sounds(
    tmp_path: Path,
) -> None:
    async def story(asked: Asked) -> None:
        asked.box.says("zigbee2mqtt/kitchen_smoke", smoke=True)
        await asked.looks()
        assert asked.box.published == []
        asked.box.says("zigbee2mqtt/kitchen_smoke", smoke=False)
        asked.box.node.close(asked.box.alerts(Rule.SMOKE)[0], "x", Outcome.WELL, asked.box.now)
        asked.falls_silent()
        await asked.looks()
        asked.box.says("zigbee2mqtt/kitchen_smoke", smoke=True)
        assert asked.box.published == [RING, STOP]

    play(tmp_path, CHIME, story)


def test_the_sos_button_is_no_answer(tmp_path: Path) -> None:
    async def story(asked: Asked) -> None:
        asked.falls_silent()
        asked.box.says("zigbee2mqtt/sos_button", action="emergency")
        assert asked.box.alerts(Rule.SOS) != []
        assert Event.CLOSED not in [c.what for c in asked.box.changes(Rule.INACTIVITY)]

    play(tmp_path, CHIME, story)


def test_what_was_on_when_the_box_was_killed_is_switched_off_once_the_broker_is_there(
    tmp_path: Path,
) -> None:
    box = Boxed(tmp_path, questions={"wang": CHIME})
    box.is_reached = False

    async def story() -> None:
        questions = Questions(box.box)
        running = asyncio.create_task(questions.run())
        await asyncio.sleep(0)
        box.is_reached = True
        questions.wake()
        await asyncio.sleep(0.05)
        assert box.published == [STOP]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(story())


def test_a_question_that_stands_over_a_restart_sounds_on(tmp_path: Path) -> None:
    async def story(asked: Asked) -> None:
        asked.falls_silent()
        await asked.looks()
        again = Questions(asked.box.box)
        asked.box.after(minutes=2)
        running = asyncio.create_task(again.run())
        await asked.until(lambda: asked.box.published.count(RING) == 3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    play(tmp_path, CHIME, story)


def test_a_sounder_that_fails_twice_is_told_and_so_is_that_it_works_again(tmp_path: Path) -> None:
    async def story(asked: Asked) -> None:
        asked.box.is_reached = False
        asked.falls_silent()
        await asked.looks()
        assert asked.box.alerts(Rule.CHANNEL) == []
        asked.box.after(seconds=11)
        await asked.looks()
        (told,) = asked.box.alerts(Rule.CHANNEL)
        assert told.finding.subject == "question/wang" and told.state is State.RAISED
        asked.box.is_reached = True
        asked.box.after(seconds=61)
        await asked.looks()
        assert asked.box.alerts(Rule.CHANNEL)[0].state is State.CLOSED

    box = play(tmp_path, CHIME, story)
    details = [c.detail for c in box.changes(Rule.INACTIVITY) if c.what is Event.ASKED]
    assert details == ["mqtt: the broker cannot be reached", "mqtt"]


def test_a_program_speaks_the_words_as_they_are_and_is_cut_short_by_an_answer(
    tmp_path: Path,
) -> None:
    heard, text = tmp_path / "heard", "妈，您还好吗？; $(touch /tmp/x) `id` \"'"

    async def story(asked: Asked) -> None:
        asked.falls_silent()
        await asked.until(heard.exists)
        await asked.until(lambda: heard.read_text().endswith("\n"))
        asked.box.presses()
        assert not asked.is_speaking

    play(tmp_path / "box", spoken(heard, text, 30), story)
    assert heard.read_text() == f"{text}\n"


def test_a_program_that_is_not_there_or_fails_is_told(tmp_path: Path) -> None:
    async def story(asked: Asked) -> None:
        asked.falls_silent()
        await asked.until(lambda: bool(asked.box.changes(Rule.INACTIVITY)[1:]))
        asked.box.after(seconds=11)
        asked.questions.wake()
        await asked.until(lambda: bool(asked.box.alerts(Rule.CHANNEL)))

    silent = QuestionSettings("", b"", b"", ("/nowhere/speak", "x"), MINUTE)
    box = play(tmp_path, silent, story)
    details = [c.detail for c in box.changes(Rule.INACTIVITY) if c.what is Event.ASKED]
    assert details == ["command: No such file or directory"]


def test_a_program_that_is_done_is_noted_once_however_often_it_speaks(tmp_path: Path) -> None:
    heard = tmp_path / "heard"

    def says(end: str) -> bool:
        return heard.exists() and heard.read_text().endswith(end)

    async def story(asked: Asked) -> None:
        asked.falls_silent()
        for ended in ("end\n", "end\n您好\nend\n"):
            await asked.until(partial(says, ended))
            await asked.until(lambda: not asked.is_speaking)
            asked.box.after(minutes=1)
            asked.questions.wake()

    box = play(tmp_path / "box", spoken(heard, "您好", 0), story)
    assert [c.detail for c in box.changes(Rule.INACTIVITY) if c.what is Event.ASKED] == ["command"]
    assert box.alerts(Rule.CHANNEL) == []


def test_a_trial_sounds_once_in_every_way_and_says_what_could_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.question_trial.SOUNDS_FOR", 0.0)
    heard, published = tmp_path / "heard", list[tuple[str, bytes]]()

    def post(topic: str, payload: bytes, answered: Callable[[str], None]) -> bool:
        published.append((topic, payload))
        answered("")
        return True

    both = structs.replace(spoken(heard, "您好", 0), topic="home/chime", on=b"RING", off=b"STOP")
    broken = structs.replace(both, command=(sys.executable, "-c", "raise SystemExit(3)"))
    trials = QuestionTrials({"wang": both, "li": broken}, post)

    async def story() -> list[Answer]:
        return [await trials.handle(TryQuestion(each)) for each in ("wang", "li", "zhao")]

    wang, li, zhao = asyncio.run(story())
    assert wang.facts["ways"] == {"mqtt": "", "command": ""}
    assert heard.read_text() == "您好\nend\n"
    assert published[:2] == [("home/chime", b"RING"), ("home/chime", b"STOP")]
    assert li.facts["ways"] == {"mqtt": "", "command": "exit code 3"}
    assert (zhao.ok, zhao.error) == (False, "nothing asks in this home")


def test_the_home_whose_question_fails_is_the_one_that_tells_of_it(tmp_path: Path) -> None:
    li = structs.replace(ASKING, id="li", name="李家", devices=())
    box = Boxed(tmp_path, questions={"li": CHIME})
    box.store.close()
    store = Store.open(tmp_path, box.now)
    node = Node([box.home, li], Decoder([]), store, ["push", "question/li"])
    node.start(box.now, "hash")
    node.trouble(Rule.CHANNEL, "question/li", "no broker", True, box.now, home_id="li")
    node.trouble(Rule.CHANNEL, "push", "no uplink", True, box.now)
    node.flush(box.now)

    def told() -> set[tuple[str, str]]:
        return {(alert.household, alert.finding.subject) for alert in store.alerts()}

    assert told() == {("li", "question/li"), ("wang", "push")}
    again = Node([box.home, li], Decoder([]), store, ["push"])
    again.start(box.now.plus(MINUTE), "hash")
    again.flush(box.now.plus(MINUTE))
    assert told() == {("wang", "push")}
