"""district.toml: every fault at once, in Chinese and English, each with its place."""

from datetime import timedelta
from pathlib import Path

import pytest

from district.faults import SettingsFailed
from district.settings import load

BAD = """\
[database]
url = "mysql://shouhu:secret@db/district"

[web]
prot = 8330
host = "0.0.0.0"

[mqtt]
port = "1883"
password_file = "secrets/mqtt"

[https]
host = "0.0.0.0"
port = 8350
key = "https.key"

[gbt]
gateways = { yuhua-7 = 889, yuhua-8 = 889 }

[keep]
audits_days = 30

[wbe]
"""
PLACES = [
    "database.url",
    "database.url",
    "gbt.gateways.yuhua-8",
    "gbt.port",
    "https.host",
    "https.key",
    "https.key",
    "keep.audits_days",
    "mqtt.password_file",
    "mqtt.password_file",
    "mqtt.port",
    "wbe",
    "web.host",
    "web.prot",
]


def failed(tmp_path: Path, text: str) -> SettingsFailed:
    path = tmp_path / "district.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsFailed) as caught:
        load(path)
    return caught.value


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    assert sorted(fault.place for fault in failed(tmp_path, BAD).faults) == PLACES


def test_each_is_told_in_both_languages_with_what_would_be_right(tmp_path: Path) -> None:
    wrong = failed(tmp_path, BAD)
    english, chinese = wrong.told("en"), wrong.told("zh")
    assert "web.prot: there is no such key; did you mean port?" in english
    assert "web.prot: 没有这个键；是 port 吗？" in chinese
    assert "keep.audits_days: 不能小于 183" in chinese
    assert "gbt.port: 8350 is taken by https already" in english
    assert not {"secret"} & set("".join(english))
    assert "secret@" not in "".join([*english, *chinese, str(wrong)])


def test_who_needs_a_second_factor_and_where_the_desk_is_are_read(tmp_path: Path) -> None:
    path = tmp_path / "district.toml"
    assert (load(path).second_factor, load(path).address) == (frozenset(), "")
    path.write_text(
        '[web]\nbehind_tls = true\naddress = "https://desk.example.org:8443"\n'
        'second_factor = ["admin", "duty"]\n'
    )
    found = load(path)
    assert found.second_factor == {"admin", "duty"}
    assert found.address == "https://desk.example.org:8443"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[web]\nbehind_tls = true\naddress = "http://desk.example.org"', "web.address"),
        ('[web]\naddress = "desk.example.org"', "web.address"),
        ('[web]\naddress = "https://desk.example.org/x?"', "web.address"),
        ('[web]\nproxies = ["127.0.0.1", "10.0.0.5/33"]', "web.proxies.1"),
        ('[web]\nsecond_factor = ["platform"]', "web.second_factor.0"),
        ("database = 7", "database"),
        ("[web\n", ""),
        ('[database]\nurl = "not an address"', "database.url"),
        ('[database]\nurl_file = "none"', "database.url_file"),
        ('[database]\nurl = "sqlite://"\nurl_file = "x"', "database.url"),
        ("[gbt]\naddress = 281474976710656", "gbt.address"),
        ('[mqtt]\nhost = ""', "mqtt.host"),
        ("[web]\nbehind_tls = 1", "web.behind_tls"),
        ('[mqtt]\ntls_key = "k"', "mqtt.tls_key"),
    ],
)
def test_what_is_wrong_has_its_place(tmp_path: Path, text: str, place: str) -> None:
    found = failed(tmp_path, text).faults
    assert place in {fault.place for fault in found} | {""}
    assert all(fault.zh and fault.en for fault in found)


def test_a_fault_is_told_once(tmp_path: Path) -> None:
    for line in ('type = "ftp"', 'kind = "webhook"', "type = 7"):
        wrong = failed(tmp_path, f'[[push]]\nname = "city"\n{line}\n')
        places = [fault.place for fault in wrong.faults]
        assert places.count("push.0.type") == 1, wrong.told("zh")
    assert "push.0.type: 应是 'webhook' 或 'mqtt' 之一" in wrong.told("zh")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web\n", "district.toml: 第 1 行第 5 列附近不是 TOML 的写法：请检查引号、括号和等号"),
        ("[web]\nport = ", "district.toml: 最后一行附近不是 TOML 的写法：请检查引号、括号和等号"),
    ],
)
def test_what_is_no_toml_is_told_in_chinese_with_its_place(
    tmp_path: Path, text: str, said: str
) -> None:
    assert failed(tmp_path, text).told("zh") == [said]


def test_without_a_file_there_is_a_desk_on_this_machine(tmp_path: Path) -> None:
    settings = load(tmp_path / "district.toml")
    assert settings.database == f"sqlite:///{tmp_path / 'district.db'}"
    assert (settings.host, settings.port, settings.is_secure) == ("127.0.0.1", 8330, False)
    assert (settings.mqtt, settings.https, settings.gbt) == (None, None, None)


def test_the_database_s_address_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "where").write_text("postgresql://shouhu:secret@db/district\n")
    (tmp_path / "district.toml").write_text('[database]\nurl_file = "where"\n')
    settings = load(tmp_path / "district.toml")
    assert settings.database == "postgresql://shouhu:secret@db/district"


def test_files_are_sought_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("secret\n")
    text = '[mqtt]\nusername = "district"\npassword_file = "word"\n[keep]\nevents_days = 90\n'
    (tmp_path / "district.toml").write_text(text, encoding="utf-8-sig")
    settings = load(tmp_path / "district.toml")
    assert settings.mqtt is not None and settings.mqtt.password_file == tmp_path / "word"
    assert settings.kept.events == timedelta(days=90)
