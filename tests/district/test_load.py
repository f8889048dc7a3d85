"""The measurement of a district under load, in small: two workers, one of them killed."""

from pathlib import Path

import pytest

from bench.district_load import MOSQUITTO, Load, Wish, measured
from tests.broker import Broker
from tests.postgres import Postgres


@pytest.mark.soak
async def test_a_worker_is_killed_and_nothing_is_lost_or_applied_twice(
    postgres: Postgres, tmp_path: Path
) -> None:
    wish = Wish(gateways=200, seconds=4, rate=300, workers=2, kill_one=True, again=2, settle=0.5)
    broker = Broker(tmp_path / "broker", configuration=MOSQUITTO, users={"a": "b"})
    broker.start()
    load = Load(tmp_path / "district", broker, postgres.database(), wish.workers)
    try:
        await load.settle(wish.gateways)
        load.start()
        outcome = await measured(load, wish, {})
    finally:
        load.running.stop()
        broker.kill()
    homes = outcome.homes
    assert (outcome.lost, outcome.twice, homes.unanswered, homes.rejected) == (0, 0, 0, 0)
    assert homes.sent > 1000
    assert homes.alarms
    assert outcome.unseen == 0
    assert outcome.online == [200, 0]
