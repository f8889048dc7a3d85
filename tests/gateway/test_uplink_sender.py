"""The uplink's loop: gravest first, once each, on the next path where one fails, and back again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import pytest

from gateway.store.failure import Cause, StoreFailed
from gateway.store.uplink import Parcel, Waiting
from gateway.uplink.path import Path, PathFailed, Patience
from gateway.uplink.sender import Sender
from gateway.wire.uplink.event import Answer, ReplyData

AT = datetime(2026, 3, 2, tzinfo=UTC)
SOON = 0.05  # seconds within which these paths answer


class Shelf:
    """A queue in memory, in place of the store."""

    def __init__(self, *parcels: Parcel) -> None:
        self.parcels = list(parcels)
        self.settled: list[str] = []
        self.is_broken = False

    def next(self, most: int, but_not: Sequence[str] = ()) -> list[Parcel]:
        if self.is_broken:
            raise StoreFailed(None, Cause.BUSY)  # type: ignore[arg-type]
        left = [each for each in self.parcels if each.id not in (*but_not, *self.settled)]
        return sorted(left, key=lambda each: each.rank)[:most]

    def settle(self, ids: Sequence[str]) -> None:
        self.settled += ids

    def waiting(self) -> Waiting:
        return Waiting(len(self.parcels) - len(self.settled), None)


class Road:
    """A path whose far end does what a test says."""

    def __init__(self, name: str, *, window: int = 4) -> None:
        self.name = name
        self.window = window
        self.arrived: list[str] = []
        self.patience = Patience(SOON)
        self.is_up = True
        self.fails_at: str | None = None
        self.loses_answers = 0
        self.most_at_once = 0
        self._now = 0

    async def run(self, on_up: Callable[[], None]) -> None:
        await asyncio.Event().wait()

    async def deliver(self, parcel: Parcel) -> ReplyData:
        if not self.is_up or parcel.id == self.fails_at:
            raise PathFailed("connection refused")
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            known = parcel.id in self.arrived
            self.arrived.append(parcel.id)
            if self.loses_answers:
                self.loses_answers -= 1
                await asyncio.sleep(10)
            await asyncio.sleep(0.001)
        finally:
            self._now -= 1
        if parcel.id.startswith("bad"):
            return ReplyData(parcel.id, Answer.REJECTED, "no such household")
        return ReplyData(parcel.id, Answer.DUPLICATE if known else Answer.ACCEPTED)

    async def beat(self, parcel: Parcel) -> ReplyData | None:
        if not self.is_up:
            raise PathFailed("connection refused")
        return ReplyData(parcel.id, Answer.ACCEPTED)


class Played:
    """A sender at work, and what it said."""

    def __init__(self, shelf: Shelf, *paths: Path) -> None:
        self.shelf = shelf
        self.answers: list[tuple[str, Answer]] = []
        self.states: list[str | None] = []
        self.sender = Sender(
            shelf,
            paths,
            lambda parcel, reply: self.answers.append((parcel.id, reply.answer)),
            self.states.append,
            beat=lambda: parcel("beat", 20),
            looks_every=SOON / 5,
            spread=0.0,
        )

    async def until(self, that: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not that():  # noqa: ASYNC110  what it waits for knows of no event
                await asyncio.sleep(0.005)


def parcel(name: str, rank: int = 1) -> Parcel:
    return Parcel(name, "wang", rank, AT, b"{}")


def play(played: Played, story: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        running = asyncio.create_task(played.sender.run())
        await story()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(whole())


@pytest.fixture(autouse=True)
def _quick_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.uplink.sender.RESTS", (0.02, 0.05))
    # On a busy machine an answer is late now and then, and looks like a parcel's own trouble.
    monkeypatch.setattr("gateway.uplink.stumbles.PAUSES", (0.05, 0.5))


def test_everything_is_taken_once_and_the_gravest_first() -> None:
    shelf = Shelf(parcel("s", 20), *(parcel(f"a{n}") for n in range(9)), parcel("fire", 0))
    road = Road("mqtt")
    played = Played(shelf, road)
    play(played, lambda: played.until(lambda: len(shelf.settled) == 11))
    assert road.arrived[0] == "fire" and road.arrived[-1] == "s"
    assert len(set(road.arrived)) == len(road.arrived) == 11
    assert road.most_at_once <= road.window
    assert played.states == ["mqtt"]


def test_an_answer_that_is_lost_sends_it_again_and_the_far_end_knows_it() -> None:
    shelf, road = Shelf(parcel("a")), Road("mqtt")
    road.loses_answers = 2
    played = Played(shelf, road)
    play(played, lambda: played.until(lambda: bool(shelf.settled)))
    assert road.arrived == ["a", "a", "a"]
    assert played.answers == [("a", Answer.DUPLICATE)]


def test_a_path_that_does_not_answer_leads_to_the_next_and_is_taken_again_when_it_is_back() -> None:
    shelf = Shelf(parcel("a"))
    first, second = Road("mqtt"), Road("https")
    first.is_up = False
    played = Played(shelf, first, second)

    async def story() -> None:
        await played.until(lambda: shelf.settled == ["a"])
        first.is_up = True
        await asyncio.sleep(0.1)
        shelf.parcels.append(parcel("b"))
        played.sender.wake()
        await played.until(lambda: shelf.settled == ["a", "b"])

    play(played, story)
    assert (first.arrived, second.arrived) == (["b"], ["a"])
    assert played.states == ["https", "mqtt"]


def test_an_emergency_takes_the_path_that_answers_and_does_not_try_out_another() -> None:
    shelf = Shelf(parcel("a"))
    first, second = Road("mqtt"), Road("https")
    first.is_up = False
    played = Played(shelf, first, second)

    async def story() -> None:
        await played.until(lambda: shelf.settled == ["a"])
        first.is_up, first.loses_answers = True, 99
        await asyncio.sleep(0.1)
        shelf.parcels.append(parcel("fire", 0))
        played.sender.wake()
        await played.until(lambda: "fire" in shelf.settled)

    play(played, story)
    assert (first.arrived, second.arrived) == ([], ["a", "fire"])


def test_nothing_is_lost_while_every_path_is_cut_and_only_one_parcel_knocks() -> None:
    shelf = Shelf(*(parcel(f"a{n}") for n in range(20)))
    road = Road("mqtt", window=8)
    played = Played(shelf, road)

    async def story() -> None:
        await played.until(lambda: bool(shelf.settled))
        road.is_up = False
        shelf.parcels += [parcel(f"b{n}") for n in range(20)]
        await played.until(lambda: played.states[-1] is None)
        knocks = len(road.arrived)
        await asyncio.sleep(0.1)
        assert len(road.arrived) == knocks
        road.is_up = True
        await played.until(lambda: len(shelf.settled) == 40)

    play(played, story)
    assert len(set(shelf.settled)) == 40
    assert played.states == ["mqtt", None, "mqtt"]


def test_a_path_that_dies_while_nothing_goes_up_is_known_to_be_dead_and_to_be_back() -> None:
    road = Road("https")
    played = Played(Shelf(), road)

    async def story() -> None:
        await played.until(lambda: played.states == ["https"])
        road.is_up = False
        await played.until(lambda: played.states == ["https", None])
        road.is_up = True
        await played.until(lambda: played.states == ["https", None, "https"])

    play(played, story)


def test_what_waits_for_the_end_of_a_rest_goes_as_soon_as_a_look_finds_the_far_end_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.uplink.sender.RESTS", (600.0, 600.0))
    shelf, road = Shelf(parcel("a")), Road("https")
    played = Played(shelf, road)

    async def story() -> None:
        await played.until(lambda: shelf.settled == ["a"])
        road.is_up = False
        await played.until(lambda: played.states[-1] is None)
        shelf.parcels.append(parcel("b"))
        played.sender.wake()
        await asyncio.sleep(0)
        road.is_up = True
        await played.until(lambda: shelf.settled == ["a", "b"])

    play(played, story)


def test_a_parcel_that_failed_by_itself_is_tried_anew_when_everything_was_cut_off_and_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.uplink.stumbles.PAUSES", (600.0, 600.0))
    shelf, road = Shelf(*(parcel(f"a{n}") for n in range(20))), Road("https")
    road.fails_at = "a3"
    played = Played(shelf, road)

    async def story() -> None:
        await played.until(lambda: len(shelf.settled) == 19)
        road.is_up, road.fails_at = False, None
        await played.until(lambda: played.states[-1] is None)
        road.is_up = True
        await played.until(lambda: len(shelf.settled) == 20)

    play(played, story)


def test_what_the_far_end_refuses_is_told_and_holds_nothing_up() -> None:
    shelf, road = Shelf(parcel("bad", 0), parcel("good")), Road("mqtt")
    played = Played(shelf, road)
    play(played, lambda: played.until(lambda: len(shelf.settled) == 2))
    assert dict(played.answers) == {"bad": Answer.REJECTED, "good": Answer.ACCEPTED}


def test_an_emergency_does_not_wait_behind_those_that_are_on_their_way() -> None:
    shelf = Shelf(*(parcel(f"s{n}", 20) for n in range(200)))
    road = Road("mqtt", window=4)
    played = Played(shelf, road)

    async def story() -> None:
        await played.until(lambda: len(shelf.settled) > 20)
        shelf.parcels.append(parcel("fire", 0))
        before = len(road.arrived)
        await played.until(lambda: "fire" in shelf.settled)
        assert road.arrived.index("fire") - before <= 2 * road.window

    play(played, story)


def test_a_store_that_cannot_be_read_for_a_while_stops_nothing() -> None:
    shelf, road = Shelf(parcel("a")), Road("mqtt")
    shelf.is_broken = True
    played = Played(shelf, road)

    async def story() -> None:
        await asyncio.sleep(0.05)
        shelf.is_broken = False
        await played.until(lambda: shelf.settled == ["a"])

    play(played, story)


def test_an_uplink_without_a_path_is_refused() -> None:
    with pytest.raises(ValueError, match="path"):
        Sender(Shelf(), [], lambda *_: None, lambda _: None)
