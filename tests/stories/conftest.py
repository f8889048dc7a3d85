"""What the stories of whole gateways share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.broker import Broker, broker, certificates, start_broker
from tests.installation import Installation
from tests.receiver import Receiver

__all__ = ["broker", "certificates", "start_broker"]

Install = Callable[..., Installation]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give a caregiver's telephone: what arrives here has been told."""
    with Receiver() as one:
        yield one


@pytest.fixture
def install(tmp_path: Path, receiver: Receiver) -> Iterator[Install]:
    """Give what sets up boxes, each ended with the test."""
    made: list[Installation] = []

    def make(broker: Broker, **wishes: str) -> Installation:
        directory = tmp_path / f"box{len(made)}"
        push = wishes.pop("push", f"json://127.0.0.1:{receiver.port}/told")
        made.append(Installation(directory, broker, push, **wishes))
        return made[-1]

    yield make
    for box in made:
        box.kill()
