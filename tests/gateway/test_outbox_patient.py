"""Channels that take their time, and failures that are one person's: nobody else waits for them."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from edge.model import Reason, Rung, Severity
from gateway.channels import Message, SendFailed, Sent
from gateway.channels.modem import ModemLine, ModemSettings
from gateway.channels.phone import MOST_RINGS, CallChannel, SmsChannel
from gateway.store import Store
from tests.gateway.outbox_rig import Bench, Way, a_notice, opened_store, settled, until
from tests.gateway.test_modem import MESSAGE

store = pytest.fixture(opened_store)


class Slow(Way):
    """A channel whose sends take long, and longer than others are waited for."""

    patience = timedelta(seconds=20)


async def test_an_emergency_does_not_wait_for_a_slow_channel_which_goes_on(store: Store) -> None:
    slow, quick = Slow(), Way()
    slow.gate.clear()
    bench = Bench(store, one=slow, two=quick)
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: len(quick.sent) == 1)
        assert slow.busy == 1
        slow.gate.set()
        await until(lambda: store.pending() == [])
    assert len(slow.sent) == len(quick.sent) == 1
    assert {rung for _, _, rung, _ in bench.receipts()} == {Rung.ACCEPTED}


async def test_what_is_no_emergency_waits_for_it(store: Store) -> None:
    slow, quick = Slow(), Way()
    slow.gate.clear()
    bench = Bench(store, one=slow, two=quick)
    async with bench.running():
        bench.owe(a_notice("n", Severity.FAULT), a_notice("m", about="b", to="ann"))
        await until(lambda: slow.busy == 2)
        bench.owe(a_notice("other", channel="two", about="c"))
        await until(lambda: "other" in quick.sent)
        slow.gate.set()
        await until(lambda: store.pending() == [])
    assert quick.sent == ["other"]


async def test_somebody_who_does_not_pick_up_is_no_trouble_of_the_channel(store: Store) -> None:
    failure = SendFailed("nobody picked up", permanent=True, spares_channel=True)
    bench = Bench(store, one=Way(standing=failure), two=Way())
    async with bench.running():
        for number in range(4):
            bench.owe(a_notice(f"n{number}", about=f"a{number}"))
        await until(lambda: store.pending() == [])
        await settled()
    assert len(bench.ways["two"].sent) == 4
    assert [each for each in bench.troubles if each[2]] == []


class Ringing(ModemLine):
    """A line on which nobody picks up."""

    async def ring(self, number: str, *, is_urgent: bool = False) -> bool:
        return False


def test_one_message_rings_three_times_at_most(tmp_path: Path) -> None:
    call = CallChannel(Ringing(ModemSettings(str(tmp_path))))
    lasting = []
    for _ in range(MOST_RINGS):
        with pytest.raises(SendFailed) as failed:
            asyncio.run(call.send(MESSAGE))
        lasting.append(failed.value.permanent)
        assert failed.value.spares_channel
    assert lasting == [False, False, True]
    over = structs.replace(MESSAGE, notice=structs.replace(MESSAGE.notice, reason=Reason.RESOLVED))
    assert asyncio.run(call.send(over)).evidence == "not called: it is over"


async def test_a_proof_is_noted_for_what_was_taken_and_for_nothing_else(store: Store) -> None:
    taken: list[str] = []
    bench = Bench(store, one=Way(standing=SendFailed("no", permanent=True)), two=Way())
    bench.outbox._on_taken = taken.append
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    assert taken == ["two"]


def test_a_message_holds_its_short_form_for_whoever_needs_it(tmp_path: Path) -> None:
    kept: list[str] = []

    class Kept(ModemLine):
        async def send_text(self, notice: str, number: str, text: str, **_: Any) -> str:
            kept.append(text)
            return "+CMGS 1"

    sms = SmsChannel(Kept(ModemSettings(str(tmp_path))))
    brief: Message = structs.replace(MESSAGE, short="短")
    assert asyncio.run(sms.send(brief)) == Sent(Rung.ACCEPTED, "+CMGS 1")
    asyncio.run(sms.send(MESSAGE))
    assert kept == ["短", f"{MESSAGE.title}\n{MESSAGE.text}"]
