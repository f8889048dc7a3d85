"""One event that the far end can never take, or two at once on a narrow path: the others go on."""

import asyncio

from gateway.store.uplink import Parcel
from gateway.uplink.path import PathFailed
from gateway.wire.uplink.event import ReplyData
from tests.gateway.test_uplink_sender import Played, Road, Shelf, parcel, play


class Stumbling(Road):
    """A far end whose program fails at some events, with an error or without a word."""

    def __init__(self, name: str, *, hangs: bool, window: int = 4) -> None:
        super().__init__(name, window=window)
        self.hangs = hangs

    async def deliver(self, parcel: Parcel) -> ReplyData:
        if not parcel.id.startswith("poison"):
            return await super().deliver(parcel)
        if self.hangs:
            await asyncio.sleep(10)
        raise PathFailed("HTTP 500: Traceback")


class Narrow(Road):
    """A path that fails what comes while something is on its way, as a fire centre's does."""

    failed = 0

    async def deliver(self, parcel: Parcel) -> ReplyData:
        if self._now:
            self.failed += 1
            raise PathFailed("an exchange is still open")
        return await super().deliver(parcel)


def goes_on(road: Stumbling) -> None:
    shelf = Shelf(parcel("poison", 0), *(parcel(f"s{n}", 1) for n in range(6)))
    played = Played(shelf, road)

    async def story() -> None:
        await played.until(lambda: len(shelf.settled) == 6)
        shelf.parcels.append(parcel("smoke", 0))
        played.sender.wake()
        await played.until(lambda: "smoke" in shelf.settled)

    play(played, story)


def test_an_event_that_the_far_end_fails_at_holds_up_no_other() -> None:
    goes_on(Stumbling("https", hangs=False))


def test_an_event_that_the_far_end_never_answers_holds_up_no_other() -> None:
    goes_on(Stumbling("mqtt", hangs=True))


def test_nor_on_a_path_that_takes_one_after_the_other() -> None:
    goes_on(Stumbling("gbt26875", hangs=False, window=1))


def test_two_emergencies_take_turns_on_the_narrow_path_that_answers() -> None:
    first, second = Road("mqtt"), Narrow("gbt26875", window=1)
    first.is_up = False
    shelf = Shelf(parcel("before", 1))
    played = Played(shelf, first, second)

    async def story() -> None:
        await played.until(lambda: "before" in shelf.settled)
        for lane in played.sender._lanes:  # the first may be tried again
            lane.rests_until = 0.0
        shelf.parcels += [parcel(f"smoke {n}", 0) for n in range(4)]
        played.sender.wake()
        await played.until(lambda: len(shelf.settled) == 5)
        assert played.states == ["gbt26875"] and second.failed == 0

    play(played, story)
