"""A test that a command made by itself is a proof, if the gateway would send the same way."""

from pathlib import Path

from gateway.channels.apprise import AppriseChannel
from gateway.control import Answer
from gateway.requests import ProveChannel
from tests.gateway.page_home import House


def proved(house: House, channel: str, config: str) -> Answer:
    answer = house.box().ask(ProveChannel(channel, config))
    assert isinstance(answer, Answer)
    return answer


def test_a_test_with_the_same_configuration_proves_the_channel_and_another_one_nothing(
    tmp_path: Path,
) -> None:
    house = House(tmp_path / "home").lives(0)
    house.channels["push"] = AppriseChannel("push", "json://127.0.0.1:9/push")
    assert proved(house, "push", house.config.sha256).ok
    assert house.proven == ["push"]
    assert proved(house, "push", "0" * 64).error.endswith("reload it first")
    assert not proved(house, "desk", house.config.sha256).ok
    assert house.proven == ["push"]
    house.store.close()
