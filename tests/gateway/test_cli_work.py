"""`decode`, `backtest`, `replay` and `channels test` through the real command."""

import json
from pathlib import Path

import pytest

from tests.broker import Broker
from tests.command_line import shouhu
from tests.receiver import Receiver, Reply

SMOKE = '{"smoke": true, "battery": 300, "tamper": false}'


# --- decode


def test_decode_shows_readings_and_refusals() -> None:
    done = shouhu("decode", "zigbee2mqtt_smoke", SMOKE)
    rows = [line.split() for line in done.out.splitlines()]
    assert done.code == 0
    assert ["reading", "smoke", "true", "live"] in rows
    assert ["reading", "tamper", "false", "live"] in rows
    assert any(row[:2] == ["refused", "out_of_range"] for row in rows)


def test_decode_tells_a_program() -> None:
    answer = shouhu("decode", "zigbee2mqtt_smoke", SMOKE, "--json", "--retained").json()
    assert isinstance(answer, dict)
    kinds = {each["kind"]: each["value"] for each in answer["readings"]}
    assert kinds == {"smoke": True, "tamper": False}
    assert {each["freshness"] for each in answer["readings"]} == {"retained"}
    assert answer["refused"][0]["reason"] == "out_of_range"


def test_decode_reads_standard_input_and_files(tmp_path: Path) -> None:
    (tmp_path / "message").write_text(SMOKE)
    typed = shouhu("decode", "zigbee2mqtt_smoke", "-", typed=SMOKE.encode() + b"\n")
    from_file = shouhu("decode", "zigbee2mqtt_smoke", f"@{tmp_path / 'message'}")
    missing = shouhu("decode", "zigbee2mqtt_smoke", f"@{tmp_path / 'none'}")
    assert typed.out == from_file.out == shouhu("decode", "zigbee2mqtt_smoke", SMOKE).out
    assert missing.code == 1
    assert "No such file" in missing.err


def test_decode_takes_the_topic_into_account() -> None:
    topic = ("--topic", "zigbee2mqtt/bridge/state")
    done = shouhu("decode", "zigbee2mqtt_smoke", '{"state":"offline"}', *topic)
    assert done.out.split() == ["bridge", "zigbee2mqtt", "false"]


@pytest.mark.parametrize("payload", ["", "hello", "[1]", "{", '{"smoke": "maybe"}', "@/dev/null"])
def test_what_says_nothing_gives_exit_code_1(payload: str) -> None:
    done = shouhu("decode", "zigbee2mqtt_smoke", payload)
    assert done.code == 1
    assert "Traceback" not in done.err
    assert done.out


def test_random_bytes_are_refused_and_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 400)
    done = shouhu("decode", "zigbee2mqtt_smoke", f"@{tmp_path / 'noise'}")
    assert done.code == 1
    assert "too_long" in done.out


def test_an_unknown_profile_is_not_found() -> None:
    done = shouhu("--lang", "zh", "decode", "zigbee2mqtt_smok", "{}")
    assert done.code == 4
    assert "是不是 zigbee2mqtt_smoke" in done.err


def test_a_third_partys_profiles_are_used_or_their_faults_told(
    tmp_path: Path, repository: Path
) -> None:
    text = (repository / "device_profiles" / "zigbee2mqtt_smoke.toml").read_text(encoding="utf-8")
    own = text.replace('id = "zigbee2mqtt_smoke"', 'id = "ours"')
    (tmp_path / "ours.toml").write_text(own, encoding="utf-8")
    assert shouhu("decode", "ours", SMOKE, "--profiles", tmp_path).code == 0
    (tmp_path / "ours.toml").write_text("profile = 1")
    done = shouhu("decode", "ours", SMOKE, "--profiles", tmp_path)
    assert done.code == 2
    assert "ours.toml" in done.err


# --- recordings


def recording(path: Path, days: int = 5) -> Path:
    """Write a recording: motion each half hour by day, for so many days."""
    rows = [
        f"2024-05-{day:02}T{hour:02}:{minute:02}:00,bedroom,motion,ON"
        for day in range(1, days + 1)
        for hour in range(7, 22)
        for minute in (0, 30)
    ]
    path.write_text("\n".join(["time,sensor,kind,value", *rows]) + "\n")
    return path


def test_backtest_prints_one_json_line_for_each_answer(tmp_path: Path) -> None:
    collapses = tmp_path / "collapses"
    collapses.write_text("2024-05-04T12:10:00\n2024-05-03 09:00:00\n")
    path = recording(tmp_path / "day.csv")
    done = shouhu("backtest", "--recording", path, "--collapses", collapses, "--budget", "1")
    answers = [json.loads(line) for line in done.out.splitlines()]
    asked = {each["collapse"]: each["alert"] for each in answers if "collapse" in each}
    assert done.code == 0
    assert set(asked) == {"2024-05-04T12:10:00", "2024-05-03 09:00:00"}
    assert asked["2024-05-04T12:10:00"] > "2024-05-04T12:10:00"
    assert all("rule" in each and "because" in each for each in answers if "collapse" not in each)


def test_backtest_answers_in_the_recordings_own_time(tmp_path: Path) -> None:
    collapses = tmp_path / "collapses"
    collapses.write_text("2024-05-04T12:10:00\n")
    arguments = ("--recording", recording(tmp_path / "day.csv"), "--collapses", collapses)
    utc = shouhu("backtest", *arguments)
    shanghai = shouhu("backtest", *arguments, "--timezone", "Asia/Shanghai")
    assert utc.out.splitlines()[-1] == shanghai.out.splitlines()[-1]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--timezone", "Mars"), 2, 'unknown time zone "Mars"'),
        (("--budget", "0"), 2, "must be above 0"),
        (("--budget", "nan"), 2, "must be above 0"),
        (("--collapses", "none"), 1, "none cannot be read"),
        (("--recording", "none"), 1, "none"),
    ],
)
def test_a_slip_in_a_backtest_is_said(
    tmp_path: Path, more: tuple[str, ...], code: int, said: str
) -> None:
    path = recording(tmp_path / "day.csv", days=1)
    done = shouhu("backtest", "--recording", path, *more)
    assert done.code == code
    assert said in done.err


def test_a_bad_line_is_told_with_its_number(tmp_path: Path) -> None:
    collapses = tmp_path / "collapses"
    collapses.write_text("2024-05-04T12:10:00\n\nnoon\n")
    path = recording(tmp_path / "day.csv", days=1)
    done = shouhu("backtest", "--recording", path, "--collapses", collapses)
    assert done.code == 2
    assert 'line 3: "noon" is no local time' in done.err
    path.write_text("time,sensor,kind,value\nnoon,a,b,c\n")
    done = shouhu("backtest", "--recording", path)
    assert done.code == 1
    assert "line 2" in done.err


def test_replay_publishes_a_recording_to_the_broker(tmp_path: Path, broker: Broker) -> None:
    path = recording(tmp_path / "day.csv", days=1)
    done = shouhu("replay", path, "--speed", "1e6", "--port", str(broker.port))
    assert done.code == 0
    assert done.out.endswith(" messages published\n")
    assert int(done.out.split()[0]) >= 30


def test_replay_writes_the_drill_household_that_hears_it(tmp_path: Path) -> None:
    path = recording(tmp_path / "day.csv", days=1)
    (tmp_path / "households").mkdir()
    home = tmp_path / "households" / "recording.toml"
    done = shouhu("replay", path, "--home", home, "--channel", "push")
    assert done.code == 0
    channel = '[[channel]]\nid = "push"\ntype = "apprise"\nurl = "json://127.0.0.1/"\n'
    (tmp_path / "gateway.toml").write_text(channel)
    assert shouhu("check", "--config", tmp_path).code == 0


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--port", "1"), 1, "no broker at 127.0.0.1:1"),
        (("--speed", "0"), 2, "must be above 0"),
        (("--timezone", "Mars"), 2, "unknown time zone"),
        (("--username", "u", "--password-file", "none"), 1, "none"),
    ],
)
def test_a_replay_that_cannot_be_is_said(
    tmp_path: Path, more: tuple[str, ...], code: int, said: str
) -> None:
    done = shouhu("replay", recording(tmp_path / "day.csv", days=1), *more)
    assert done.code == code
    assert said in done.err


# --- channels test


def configured(directory: Path, **channels: str) -> Path:
    """Write a configuration with these channels and no household."""
    sections = [
        f'[[channel]]\nid = "{name}"\ntype = "apprise"\nurl = "{url}"\n'
        for name, url in channels.items()
    ]
    (directory / "gateway.toml").write_text("\n".join(sections))
    (directory / "gateway.toml").chmod(0o600)
    return directory


def test_a_marked_test_goes_through_every_channel(tmp_path: Path) -> None:
    with Receiver() as receiver:
        url = f"json://127.0.0.1:{receiver.port}"
        done = shouhu("channels", "test", "--config", configured(tmp_path, a=f"{url}/a", b=url))
        messages = [request.json() for request in receiver.wait_for(2)]
    assert done.code == 0
    assert [line.split()[:2] for line in done.out.splitlines()] == [["a", "sent,"], ["b", "sent,"]]
    assert all("[TEST]" in str(message["title"]) for message in messages)
    assert all("Nothing has happened" in str(message["message"]) for message in messages)


def test_one_channel_is_tested_in_chinese(tmp_path: Path) -> None:
    with Receiver() as receiver:
        directory = configured(tmp_path, a=f"json://127.0.0.1:{receiver.port}", b="json://x/")
        done = shouhu("--lang", "zh", "channels", "test", "a", "--config", directory)
        (request,) = receiver.wait_for(1)
    assert done.code == 0
    assert "已发出，未证实" in done.out
    assert "[测试]" in str(request.json()["title"])


def test_a_channel_that_fails_gives_exit_code_1_and_hinders_no_other(tmp_path: Path) -> None:
    with Receiver() as good, Receiver(Reply(status=500)) as bad:
        ports = {"good": f"json://127.0.0.1:{good.port}", "bad": f"json://127.0.0.1:{bad.port}"}
        directory = configured(tmp_path, **ports)
        done = shouhu("channels", "test", "--json", "--config", directory)
    answer = done.json()
    assert isinstance(answer, list)
    assert done.code == 1
    assert {each["channel"]: each["rung"] for each in answer} == {"good": "sent", "bad": "refused"}
    assert "500" in next(each["evidence"] for each in answer if each["channel"] == "bad")


def test_a_receiver_that_is_away_fails_with_its_reason_and_without_its_secret(
    tmp_path: Path,
) -> None:
    directory = configured(tmp_path, a="json://127.0.0.1:1/sesame-token")
    done = shouhu("channels", "test", "--config", directory)
    assert done.code == 1
    assert "refused" in done.out
    assert "sesame" not in done.out + done.err


def test_an_unknown_channel_is_not_found(tmp_path: Path) -> None:
    directory = configured(tmp_path, daughter="json://127.0.0.1:1")
    done = shouhu("channels", "test", "dauhgter", "--config", directory)
    assert done.code == 4
    assert 'did you mean "daughter"?' in done.err
    assert shouhu("channels", "test", "--config", configured(tmp_path)).code == 4
