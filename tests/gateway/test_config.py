"""The configuration: everything wrong with a directory at once, each with its place and mend."""

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from edge.model import Kind, Severity, VitalLimits
from gateway.config import ConfigFaults, Fault, Secret, examine, load
from gateway.language import Language

GATEWAY = """
[store]
directory = "store"

[[channel]]
id = "push"
type = "apprise"
url_file = "push-url"

[[channel]]
id = "desk"
type = "apprise"
url_file = "push-url"
"""

HOME = """
[household]
id = "wang"
name = "王家"
time_zone = "Asia/Shanghai"

[resident]
name = "王桂兰"

[[room]]
id = "bedroom"
name = "卧室"

[[device]]
id = "motion"
room = "bedroom"
profile = "zigbee2mqtt_motion"
address = "zigbee2mqtt/王家卧室红外"

[[contact]]
id = "daughter"
name = "王芳"
channels = ["push", "desk"]
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a sound directory, some files of it replaced."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)

    def written(home: str | bytes | None = HOME, gateway: str | None = GATEWAY) -> Path:
        (tmp_path / "households").mkdir(exist_ok=True)
        secret = tmp_path / "push-url"
        secret.write_text("json://127.0.0.1/token-of-push\n")
        secret.chmod(0o600)
        if gateway is not None:
            (tmp_path / "gateway.toml").write_text(gateway, encoding="utf-8")
            (tmp_path / "gateway.toml").chmod(0o600)
        if home is not None:
            content = home.encode() if isinstance(home, str) else home
            (tmp_path / "households" / "wang.toml").write_bytes(content)
        return tmp_path

    return written


def faults(directory: Path) -> list[Fault]:
    """Give the faults of a directory."""
    return list(examine(directory).faults)


def english(directory: Path) -> str:
    """Give the faults of a directory in English, one a line."""
    return "\n".join(fault.told(Language.EN) for fault in faults(directory))


# --- what is sound


def test_a_sound_directory_becomes_homes_devices_and_settings(write: Write) -> None:
    config = load(write())
    (home,) = config.homes
    (fitted,) = config.fitted
    assert (home.id, home.resident, home.zone_name) == ("wang", "王桂兰", "Asia/Shanghai")
    assert fitted.device is home.devices[0]
    assert (fitted.household, fitted.address) == ("wang", "zigbee2mqtt/王家卧室红外")
    assert Kind.MOTION in fitted.device.kinds
    assert (fitted.device.source, fitted.device.bridge) == ("mqtt", "zigbee2mqtt")
    assert config.settings.store.directory == config.directory / "store"
    assert config.settings.mqtt.port == 1883


def test_the_profile_gives_what_the_device_leaves_out(write: Write) -> None:
    (fitted,) = load(write()).fitted
    assert fitted.device.hold == fitted.profile.hold
    assert fitted.device.silent_after == fitted.profile.silent_after


def test_a_device_may_be_stricter_than_its_profile(write: Write) -> None:
    strict = HOME.replace('room = "bedroom"', 'room = "bedroom"\nsilent_after = "90m"\nhold = "2m"')
    (fitted,) = load(write(strict)).fitted
    assert fitted.device.silent_after == timedelta(minutes=90)
    assert fitted.device.hold == timedelta(minutes=2)


def test_without_a_ladder_everybody_is_told_at_once(write: Write) -> None:
    (home,) = load(write()).homes
    (step,) = home.steps
    assert (step.after, step.tell) == (timedelta(0), ("daughter",))
    assert step.severities == set(Severity)


def test_what_a_doctor_has_said_of_the_resident_stands_in_the_file(write: Write) -> None:
    said = """
[vitals]
heart_rate_high = 110
oxygen_low = 85.5
temperature = false
own_range = false
unworn = false

[fall]
aftermath = false
"""
    (home,) = load(write(HOME + said)).homes
    assert home.vitals.watched == {Kind.HEART_RATE, Kind.SPO2}
    assert (home.vitals.heart_rate, home.vitals.spo2_low) == ((35, 110), 85.5)
    assert not (home.vitals.own_range or home.vitals.minds_unworn or home.follows_falls)


def test_without_a_word_every_vital_sign_is_watched(write: Write) -> None:
    (home,) = load(write()).homes
    assert home.vitals == VitalLimits() and home.follows_falls


def test_comments_and_spacing_do_not_change_what_a_configuration_is(write: Write) -> None:
    before = load(write()).sha256
    after = load(write("# 备注\n" + HOME.replace(" = ", "="))).sha256
    changed = load(write(HOME.replace("王芳", "王红"))).sha256
    assert before == after != changed


def test_a_file_saved_by_a_windows_editor_is_read(write: Write) -> None:
    windows = b"\xef\xbb\xbf" + HOME.replace("\n", "\r\n").encode()
    assert load(write(windows)).homes[0].name == "王家"


def test_tls_is_meant_where_a_ca_is_named(write: Write) -> None:
    directory = write(gateway=GATEWAY + '[mqtt]\ntls_ca = "ca.pem"\n')
    (directory / "ca.pem").touch()
    mqtt = load(directory).settings.mqtt
    assert (mqtt.tls, mqtt.port, mqtt.tls_ca) == (True, 8883, directory / "ca.pem")


def test_hidden_and_foreign_files_are_no_households(write: Write) -> None:
    directory = write()
    (directory / "households" / ".#wang.toml").write_text("not toml")
    (directory / "households" / "wang.toml~").write_text("not toml")
    assert len(load(directory).homes) == 1


def test_the_example_of_the_documentation_is_sound(repository: Path) -> None:
    config = load(repository / "docs" / "example")
    assert [home.resident for home in config.homes] == ["李建国", "王桂兰"]


# --- every fault at once


def test_every_fault_of_every_file_is_told_at_once(write: Write) -> None:
    broken = (
        HOME.replace('profile = "zigbee2mqtt_motion"', 'profile = "zigbee2mqtt_motoin"')
        .replace('room = "bedroom"', 'room = "bedrom"\nhold = "soon"')
        .replace('channels = ["push", "desk"]', 'channels = ["pusch", "desk"]')
        .replace("Asia/Shanghai", "Beijing")
    )
    directory = write(broken, GATEWAY.replace("[store]", "[store]\nkeep_days = 1\nkeep = 3"))
    found = {(fault.file, fault.place) for fault in faults(directory)}
    assert found == {
        ("gateway.toml", "store.keep_days"),
        ("gateway.toml", "store.keep"),
        ("households/wang.toml", "household.time_zone"),
        ("households/wang.toml", "device[0].room"),
        ("households/wang.toml", "device[0].hold"),
        ("households/wang.toml", "device[0].profile"),
        ("households/wang.toml", "contact[0].channels[0]"),
    }


def test_a_fault_says_where_what_and_what_would_be_right(write: Write) -> None:
    directory = write(HOME.replace("zigbee2mqtt_motion", "zigbee2mqtt_motoin"))
    assert english(directory) == (
        'households/wang.toml:17: device[0].profile: unknown profile "zigbee2mqtt_motoin"; '
        'did you mean "zigbee2mqtt_motion"?'
    )


def test_a_fault_is_told_in_chinese_too(write: Write) -> None:
    (fault,) = faults(write(HOME.replace("zigbee2mqtt_motion", "zigbee2mqtt_motoin")))
    assert fault.told(Language.ZH) == (
        "households/wang.toml:17: device[0].profile：不认识的设备型号档 zigbee2mqtt_motoin；"
        "是不是 zigbee2mqtt_motion？"
    )


def test_loading_raises_all_of_them(write: Write) -> None:
    directory = write(HOME.replace("bedroom", "bad room", 1), GATEWAY.replace("desk", "De sk"))
    with pytest.raises(ConfigFaults) as raised:
        load(directory)
    assert len(raised.value.faults) == 4


@pytest.mark.parametrize(
    ("written", "instead", "place", "said"),
    [
        ('id = "wang"', 'id = "老王"', "household.id", '"老王" cannot be an id'),
        ('name = "王家"', 'name = ""', "household.name", "is empty, too long"),
        ('name = "王家"', "name = 5", "household.name", "5 is not text; write it between quotes"),
        ('name = "王家"', 'nmae = "王家"', "household.nmae", 'did you mean "name"?'),
        ('name = "王家"', "", "household.name", 'is missing; add name = "王桂兰"'),
        ("[resident]", "[residents]", "residents", 'did you mean "resident"?'),
        ("[[room]]", "[room]", "room", "write each as a section [[room]]"),
        ("Asia/Shanghai", "北京", "household.time_zone", 'did you mean "Asia/Shanghai"?'),
        ("Asia/Shanghai", "Asia/Shanhai", "household.time_zone", 'did you mean "Asia/Shanghai"?'),
        ("Asia/Shanghai", "../etc", "household.time_zone", "unknown time zone"),
        ("Asia/Shanghai", "Asia", "household.time_zone", "unknown time zone"),
        ("zigbee2mqtt/王家卧室红外", "zigbee2mqtt/+", "device[0].address", "without +, #"),
        ('["push", "desk"]', "[]", "contact[0].channels", "this contact has no channel"),
        ('["push", "desk"]', '"push"', "contact[0].channels", "is not a list"),
        ('["push", "desk"]', "[1]", "contact[0].channels[0]", "1 is not text"),
        ('profile = "zigbee2mqtt_motion"', 'profile = "zigbee2mqtt_smoke"', "device", "no device"),
        (
            'room = "bedroom"',
            'room = "bedroom"\nouter_door = "yes"',
            "device[0].outer_door",
            "is neither true nor false",
        ),
        (
            'room = "bedroom"',
            'room = "bedroom"\nouter_door = true',
            "device[0].outer_door",
            "reports no door",
        ),
        (
            'room = "bedroom"',
            'room = "bedroom"\nsilent_after = "8d"',
            "device[0].silent_after",
            "outside 1m to 7d",
        ),
        (
            'room = "bedroom"',
            'room = "bedroom"\nsilent_after = 30',
            "device[0].silent_after",
            '30 is not a duration; write a number with s, m, h or d between quotes: "30s"',
        ),
        (
            'room = "bedroom"',
            'room = "bedroom"\nbattery_low_percent = 1.5',
            "device[0].battery_low_percent",
            "1.5 is not a whole number",
        ),
    ],
)
def test_each_slip_of_a_household_is_named(
    write: Write, written: str, instead: str, place: str, said: str
) -> None:
    assert written in HOME
    found = [
        fault for fault in faults(write(HOME.replace(written, instead))) if fault.place == place
    ]
    assert found
    assert said in found[0].told(Language.EN)


@pytest.mark.parametrize(
    ("more", "place", "said"),
    [
        ('[inactivity]\nceiling = "36h"', "inactivity.ceiling", "outside 1h to 24h"),
        ("[vitals]\noxygen_low = 20.0", "vitals.oxygen_low", "outside 60.0 to 96.0"),
        ("[inactivity]\nbudget = nan", "inactivity.budget", "outside 0.05 to 10"),
        ("[inactivity]\nbudget = true", "inactivity.budget", "true is not a number"),
        ('[escalation]\nlease = "0s"', "escalation.lease", "outside 1m to 24h"),
        ("[[escalation.step]]\ntell = []", "escalation.step[0].tell", "tells nobody"),
        ('[[escalation.step]]\nafter = "5m"', "escalation.step[0].tell", "tells nobody"),
        (
            '[[escalation.step]]\ntell = ["dauhgter"]',
            "escalation.step[0].tell[0]",
            'unknown contact "dauhgter"; did you mean "daughter"?',
        ),
        (
            '[[escalation.step]]\ntell = ["daughter"]\nseverities = ["urgnt"]',
            "escalation.step[0].severities[0]",
            'one of: "emergency", "urgent", "fault", "note"',
        ),
        (
            '[[escalation.step]]\ntell = ["daughter"]\nseverities = ["urgent"]',
            "escalation.step",
            "no step tells anybody of severity emergency",
        ),
        ('[[room]]\nid = "bedroom"\nname = "又一间"', "room[1].id", "stands already at"),
    ],
)
def test_each_slip_in_what_is_added_is_named(
    write: Write, more: str, place: str, said: str
) -> None:
    found = [fault for fault in faults(write(f"{HOME}\n{more}\n")) if fault.place == place]
    assert found
    assert said in found[0].told(Language.EN)


@pytest.mark.parametrize(
    ("more", "place", "said"),
    [
        ("[mqtt]\nport = 70000", "mqtt.port", "outside 1 to 65535"),
        ("[mqtt]\nversion = 5", "mqtt.version", 'one of: "5", "3.1.1"'),
        ('[mqtt]\ntls_key = "k"', "mqtt.tls_key", "needs tls_certificate too"),
        ('[mqtt]\ntls_ca = "ca.pem"', "mqtt.tls_ca", "no such file"),
        ('[mqtt]\npassword_file = "p"', "mqtt.password_file", "needs username too"),
        ('[mqtt]\nsubscribe = ["a/#/b"]', "mqtt.subscribe[0]", "is not an MQTT filter"),
        ('[mqtt]\nsubscribe = ["elsewhere/#"]', "mqtt.subscribe", "is not among the filters"),
        ('[log]\nlevel = "loud"', "log.level", 'one of: "debug", "info", "warning", "error"'),
        ('[[channel]]\nid = "push"\ntype = "apprise"\nurl = "a://b"', "channel[2].id", "stands"),
        ('[[channel]]\nid = "x"\ntype = "fax"\nurl = "a://b"', "channel[2].type", "one of"),
        ('[[channel]]\nid = "x"\ntype = "apprise"', "channel[2]", "neither url nor url_file"),
        ('[[channel]]\nid = "x"\ntype = "apprise"\nurl = "b"', "channel[2].url", "apprise address"),
    ],
)
def test_each_slip_of_the_gateway_is_named(write: Write, more: str, place: str, said: str) -> None:
    directory = write(gateway=f"{GATEWAY}\n{more}\n")
    found = [fault for fault in faults(directory) if fault.place == place]
    assert found
    assert said in " ".join(fault.told(Language.EN) for fault in found)


def test_filters_of_a_shared_subscription_cover_the_devices(write: Write) -> None:
    more = '[mqtt]\nsubscribe = ["$share/homes/zigbee2mqtt/#"]\n'
    assert load(write(gateway=GATEWAY + more)).settings.subscribe == ("$share/homes/zigbee2mqtt/#",)


def test_two_households_may_not_share_an_id_or_a_sensor(write: Write) -> None:
    directory = write()
    shutil.copy(directory / "households" / "wang.toml", directory / "households" / "xu.toml")
    found = {fault.place: fault.told(Language.EN) for fault in faults(directory)}
    assert found.keys() == {"household.id", "device[0].address"}
    assert "stands already at households/wang.toml: household.id" in found["household.id"]


def test_a_drill_home_does_not_share_a_gateway_with_real_ones(write: Write) -> None:
    directory = write()
    drill = HOME.replace('"wang"', '"drill"\ndrill = true').replace("卧室红外", "演练红外")
    (directory / "households" / "drill.toml").write_text(drill, encoding="utf-8")
    (fault,) = faults(directory)
    assert (fault.file, fault.place) == ("households/drill.toml", "household.drill")


# --- files that cannot be read


def test_a_slip_of_syntax_is_told_with_line_column_and_mend(write: Write) -> None:
    (fault,) = faults(write(HOME.replace('"Asia/Shanghai"', "Asia/Shanghai")))
    assert fault.line == 5
    told = fault.told(Language.EN)
    assert "households/wang.toml:5: line 5, column 13: not TOML" in told
    assert "put text between double quotes: time_zone = Asia/Shanghai" in told


@pytest.mark.parametrize(("wide", "narrow"), [("“", '"'), ("\uff1d", "="), ("\uff3b", "[")])
def test_a_full_width_sign_is_recognised(write: Write, wide: str, narrow: str) -> None:
    broken = HOME.replace(narrow, wide, 1) if narrow != "=" else HOME.replace("=", wide, 1)
    (fault,) = faults(write(broken))
    assert f'use the half-width "{narrow}" instead' in fault.told(Language.EN)


def test_a_file_in_gbk_is_recognised(write: Write) -> None:
    (fault,) = faults(write(HOME.encode("gbk")))
    assert fault.line == 4
    assert "it looks like GBK; save it as UTF-8" in fault.told(Language.EN)


def test_a_file_in_utf_16_is_recognised(write: Write) -> None:
    assert "it looks like UTF-16" in english(write(HOME.encode("utf-16")))


def test_random_bytes_a_huge_file_and_deep_nesting_are_faults(write: Write) -> None:
    assert "not UTF-8" in english(write(bytes(range(128, 256)) * 3))
    assert "larger than 1 MB" in english(write(b"#" * 2_000_000))
    assert "nested too deeply" in english(write(b"a = " + b"[" * 100_000))


def test_an_unreadable_file_is_a_fault(write: Write) -> None:
    directory = write(home=None)
    (directory / "households" / "wang.toml").mkdir()
    assert "it is a directory" in english(directory)
    (directory / "households" / "loop.toml").symlink_to("loop.toml")
    assert "go in a circle" in english(directory)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_a_fault(write: Write) -> None:
    directory = write()
    (directory / "households" / "wang.toml").chmod(0)
    assert "permission denied" in english(directory)


def test_a_missing_and_an_empty_directory_are_faults(tmp_path: Path) -> None:
    assert "there is no such directory" in english(tmp_path / "nowhere")
    told = english(tmp_path)
    assert "gateway.toml: this file is missing" in told
    assert "no household is described here" in told


def test_a_broken_gateway_file_hides_no_fault_of_a_household(write: Write) -> None:
    told = english(write(HOME.replace('"bedroom"\nprofile', '"bad"\nprofile'), "not toml"))
    assert "gateway.toml:1" in told
    assert 'unknown room "bad"' in told
    assert "unknown channel" not in told


def test_faults_of_a_third_partys_profile_are_told(write: Write) -> None:
    directory = write(gateway='profiles = ["extra"]\n' + GATEWAY)
    (directory / "extra").mkdir()
    (directory / "extra" / "odd.toml").write_text("profile = 1\n")
    assert "odd.toml" in english(directory)


# --- secrets


def test_a_secret_shows_in_no_repr(write: Write) -> None:
    config = load(write())
    assert config.settings.channels[0].url.reveal() == "json://127.0.0.1/token-of-push"
    assert "token-of-push" not in repr(config)
    assert "token-of-push" not in f"{config.settings.channels[0].url}"


def test_a_secret_stands_in_no_fault(write: Write) -> None:
    inline = '[[channel]]\nid = "x"\ntype = "apprise"\nurl = {}\n'
    for url in ('"sesame"', '["json://sesame"]', "json://sesame"):
        told = english(write(gateway=GATEWAY + inline.format(url)))
        assert told
        assert "sesame" not in told


def test_a_missing_or_empty_secret_is_a_fault(write: Write) -> None:
    directory = write()
    (directory / "push-url").write_text("\n")
    assert "holds no single line of text" in english(directory)
    (directory / "push-url").unlink()
    assert "no such file" in english(directory)


def test_a_secret_that_everybody_can_read_is_a_warning(write: Write) -> None:
    directory = write()
    (directory / "push-url").chmod(0o644)
    warnings = [fault.told(Language.EN) for fault in load(directory).warnings]
    assert any("can be read by every user; chmod 0640" in warning for warning in warnings)


def test_an_address_in_an_open_gateway_file_is_a_warning(write: Write) -> None:
    inline = GATEWAY.replace('url_file = "push-url"', 'url = "json://127.0.0.1/t"', 1)
    directory = write(gateway=inline)
    assert not load(directory).warnings
    (directory / "gateway.toml").chmod(0o644)
    assert len(load(directory).warnings) == 1


def test_a_systemd_credential_comes_before_a_file(
    write: Write, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = tmp_path_factory.mktemp("credentials")
    (credentials / "push-url").write_text("json://from-systemd/")
    directory = write()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert load(directory).settings.channels[0].url == Secret("json://from-systemd/")


# --- what is worth a look


def test_one_channel_and_an_unused_contact_are_warnings(write: Write) -> None:
    more = '[[contact]]\nid = "son"\nname = "王强"\nchannels = ["push"]\n'
    ladder = '[[escalation.step]]\ntell = ["daughter"]\n'
    told = " ".join(fault.told(Language.EN) for fault in load(write(HOME + more + ladder)).warnings)
    assert "only one channel" in told
    assert "no step tells this contact" in told


def test_a_password_over_the_open_network_is_a_warning(write: Write) -> None:
    more = '[mqtt]\nhost = "broker.example"\nusername = "u"\npassword_file = "push-url"\n'
    (warning,) = load(write(gateway=GATEWAY + more)).warnings
    assert "unencrypted over the network to broker.example" in warning.told(Language.EN)
