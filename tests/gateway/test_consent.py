"""What may leave a home is what somebody agreed to, by name and day; without that, only alerts."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from edge.model import Alert, Bound, Change, Effects, Event, Kind, Rule, Severity, Vital
from gateway.config import ConfigFaults, load
from gateway.config.explain import shaped
from gateway.config.faults import Faults, Source
from gateway.config.shape import ConsentTable
from gateway.consent import Consent, Summaries, switches
from gateway.language import Language, say
from gateway.uplink.making import Maker
from gateway.uplink.words import told
from tests.gateway.keeping import alert, raised
from tests.homes import at, home

HOME = home()
DOCS = Path(__file__).resolve().parents[2] / "docs"
AGREED = Consent(vitals=True, changes=True, by="王桂英", on=date(2026, 3, 1))
WALL = at(0).wall
FAST = Vital(
    *("bracelet", Kind.HEART_RATE, 187.0, WALL, WALL, timedelta(minutes=5), 9, Bound.HARD),
    *(True, 120.0, None, None, 30),
)


def of(rule: Rule, severity: Severity = Severity.URGENT) -> Effects:
    about: Alert = alert("a")
    finding = structs.replace(about.finding, rule=rule, severity=severity, because=FAST)
    return raised(structs.replace(about, finding=finding))


NOTHING = Consent()


def sent(effects: Effects, consent: Consent = NOTHING) -> list[dict[str, Any]]:
    maker = Maker("gw-7", {HOME.id: HOME}, told, epoch="e", consents={HOME.id: consent})
    return [json.loads(parcel.body)["data"] for parcel in maker.parcels(effects)]


def test_a_vital_sign_goes_up_without_its_figure_unless_that_was_agreed() -> None:
    [data] = sent(of(Rule.HEART_RATE))
    assert data["because"] == {}
    assert "187" not in json.dumps(data)
    assert HOME.resident in data["info"][0]["headline"]
    [data] = sent(of(Rule.HEART_RATE), AGREED)
    assert data["because"]["value"] == 187.0
    assert "187" in data["info"][0]["description"]


def test_slow_change_stays_at_home_unless_that_was_agreed() -> None:
    note = of(Rule.CHANGE, Severity.NOTE)
    assert sent(note) == []
    assert len(sent(note, AGREED)) == 1


def test_a_hazard_needs_nobodys_consent() -> None:
    smoke = raised(alert("a"))
    assert sent(smoke) == sent(smoke, AGREED)
    assert sent(smoke)[0]["because"]["kind"] == "smoke"


def test_what_ends_goes_up_as_what_began_did() -> None:
    effects = of(Rule.OXYGEN)
    about = effects.alerts[0]
    ended = Effects([Change(about.id, Event.RESOLVED, at(1), "shouhu")], [about])
    assert all(data["because"] == {} for data in sent(ended))


def written(directory: Path, consent: str) -> Path:
    (directory / "households").mkdir(exist_ok=True)
    text = (DOCS / "first-home" / "households" / "wang.toml").read_text(encoding="utf-8")
    (directory / "households" / "wang.toml").write_text(text + consent, encoding="utf-8")
    (directory / "gateway.toml").write_text(
        '[store]\ndirectory = "store"\n[[channel]]\nid = "daughter-ntfy"\ntype = "apprise"\n'
        'url = "ntfy://a.example.org/b"\n[[channel]]\nid = "daughter-wecom"\ntype = "apprise"\n'
        'url = "json://b.example.org/c"\n'
    )
    (directory / "gateway.toml").chmod(0o600)
    return directory


def test_a_home_that_says_nothing_has_agreed_to_nothing(tmp_path: Path) -> None:
    config = load(written(tmp_path, ""))
    assert config.consents == {"wang": Consent()}
    assert not any(switch.is_on for switch in switches(config.consents["wang"]))


def test_what_was_agreed_is_read_with_who_and_when(tmp_path: Path) -> None:
    table = '[consent]\nsummaries = "daily"\nby = "王桂英"\non = 2026-03-01\n'
    consent = load(written(tmp_path, table)).consents["wang"]
    assert consent == Consent(Summaries.DAILY, by="王桂英", on=date(2026, 3, 1))
    [summaries, *others] = switches(consent)
    assert summaries.is_on and not any(other.is_on for other in others)


@pytest.mark.parametrize(
    ("table", "missing"),
    [
        ('[consent]\nsummaries = "alerts"\n', ["by", "on"]),
        ('[consent]\nvitals = true\nby = "王桂英"\n', ["on"]),
        ("[consent]\nchanges = true\non = 2026-03-01\n", ["by"]),
    ],
)
def test_consent_that_nobody_gave_is_a_fault(
    tmp_path: Path, table: str, missing: list[str]
) -> None:
    with pytest.raises(ConfigFaults) as caught:
        load(written(tmp_path, table))
    told_of = [fault.told(Language.EN) for fault in caught.value.faults]
    assert len(told_of) == len(missing)
    assert all(f"consent.{key}" in line for key, line in zip(missing, told_of, strict=True))


def test_every_switch_and_level_has_its_words_and_its_line_in_the_document() -> None:
    text = (DOCS / "privacy.md").read_text(encoding="utf-8")
    for switch in switches(AGREED):
        assert f"`{switch.what}`" in text
        for language in Language:
            assert say(language, f"consent.{switch.what}")
    for level in (*Summaries, "yes", "no"):
        assert say(Language.ZH, f"consent.{level}")


def test_a_day_of_consent_that_is_none_is_explained_in_both_languages() -> None:
    faults = Faults()
    source = Source("wang.toml", faults)
    assert shaped(ConsentTable, {"vitals": True, "by": "x", "on": "gestern"}, source) is None
    assert [each.wrong.key for each in faults.grave] == ["fault.day"]
