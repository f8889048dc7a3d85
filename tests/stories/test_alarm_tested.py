"""The test button of a smoke alarm, through the whole gateway: it proves the path as a test."""

from tests.broker import Broker
from tests.receiver import Receiver
from tests.stories.conftest import Install
from tests.stories.test_gateway import SMOKE, rules, text


def test_the_test_of_a_smoke_alarm_reaches_the_family_as_a_test_over_a_kill(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    box = install(broker)
    box.start()
    box.hears()
    broker.publish(SMOKE, '{"smoke": true, "test": true, "battery": 90}')
    (request,) = receiver.wait_for(1)
    for words in ("报警器测试", "不是真的报警", "这条线路是通的"):
        assert words in text(request)
    assert rules(box) == ["test"]
    box.kill()
    box.start()
    box.hears()
    broker.publish(SMOKE, '{"smoke": true, "test": false, "battery": 90}')
    assert "烟雾报警" in text(receiver.wait_for(2)[1])
