"""`shouhu backtest --household`: past days of a home lived through again, as set and as tried.

It reads the store beside the daemon and writes nothing; what came of it is gateway/hindsight.py's.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import click
import msgspec
from msgspec import Struct

from edge.model import Alert, Home, Moment, State
from gateway.commands.alert_views import opened, what, where
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.homes import Known, known
from gateway.commands.layout import table
from gateway.config import examine
from gateway.config.revised import SettingRefused, revision, value_at
from gateway.hindsight import Compared, Figures, Past, Told, compared, figures, tellings
from gateway.language import Language, say
from gateway.leftovers import is_drilled
from gateway.nearest import near
from gateway.store import Store

KINDER = 10  # so much lower is its priority: the daemon beside it comes first
PASTS = ("really", "as_set", "changed")
HEADS = {"changed": "hindsight.changed_column"}  # the other is of the settings above
LEAST_DAYS = 14  # of learning; with fewer the home is young again in its own past


class Wish(Struct, frozen=True):
    """What was asked for."""

    household: str
    days: int
    settings: tuple[tuple[str, str], ...]
    config: Path
    store: Path | None
    as_json: bool


class Answer(Struct, frozen=True):
    """What came of it."""

    household: str
    since: datetime
    until: datetime
    learned_days: float  # of the journal before them
    changed: dict[str, tuple[object, object]]
    alerts: list[Compared]

    def figures(self) -> dict[str, Figures]:
        """Count the alerts of each past; without a change there are two of them."""
        pasts = PASTS if self.changed else PASTS[:2]
        return {
            past: figures((getattr(each, past), each.outcome) for each in self.alerts)
            for past in pasts
        }


def hindsight(wish: Wish, language: Language) -> None:
    """Print what these days would have brought, beside what they brought."""
    with suppress(OSError):
        os.nice(KINDER)
    homes = known(wish.config, wish.store, language)
    home = homes.homes.get(wish.household)
    if home is None:
        mend = near(wish.household, homes.homes)
        raise CommandFailed(Exit.NOT_FOUND, "file.no_household", name=wish.household, mend=mend)
    tried, changed = _tried(wish, language)
    answer = _answered(wish, homes.store, home, tried, changed)
    if wish.as_json:
        click.echo(json.dumps(_plain(answer), ensure_ascii=False))
        return
    for line in _told(answer, homes, language):
        click.echo(line)


def parted(settings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Part `key=value`, or say which is none."""
    found = [each.partition("=") for each in settings]
    for key, equals, value in found:
        # Half of a surrogate pair, as a shell of another encoding gives it, is no text.
        if not (key.strip() and equals and value.isprintable()):
            raise CommandFailed(Exit.USAGE, "hindsight.no_setting", text=key)
    return tuple((key.strip(), value.strip()) for key, _, value in found)


# -- the settings that are tried


def _tried(wish: Wish, language: Language) -> tuple[Home | None, dict[str, tuple[object, object]]]:
    """Give the home with the settings changed, checked as the real one is, and what changed."""
    if not wish.settings:
        return None, {}
    pairs: dict[str, tuple[object, object]] = {}
    revise = revision(wish.household, wish.settings)

    def watched(tables: dict[str, object]) -> dict[str, object]:
        after = revise(tables)
        if after is not tables:
            pairs.update(
                (key, (value_at(tables, key), value_at(after, key))) for key, _ in wish.settings
            )
        return after

    before = {(fault.file, fault.place) for fault in examine(wish.config).faults}
    try:
        found = examine(wish.config, revise=watched)
    except SettingRefused as refused:
        raise CommandFailed(Exit.USAGE, "hindsight.no_place", place=refused.key) from refused
    home = next((h.home for h in found.households if h.home.id == wish.household), None)
    if home is None:
        for fault in found.faults:
            if (fault.file, fault.place) not in before:
                click.echo(fault.told(language), err=True)
        raise CommandFailed(Exit.USAGE, "hindsight.unsound")
    return home, pairs


# -- the days that are lived through again


def _answered(
    wish: Wish,
    store: Path,
    home: Home,
    tried: Home | None,
    changed: dict[str, tuple[object, object]],
) -> Answer:
    pasts = [Past(home), *([Past(tried)] if tried is not None else [])]
    with opened(store) as reading:
        first, last = _relived(reading, home.id, pasts)
        if first is None or last is None:
            raise CommandFailed(Exit.FAILED, "hindsight.empty", name=home.id)
        end = reading.last_alive() or last
        end = end if last.wall <= end.wall else last
        since = end.wall - timedelta(days=wish.days)
        for past in pasts:
            past.end(end)
        really = _really(reading, home, since)
    others = pasts[1].told() if tried is not None else None
    learned = max(timedelta(0), since - first.wall) / timedelta(days=1)
    found = compared(really, pasts[0].told(), others, since)
    return Answer(home.id, since, end.wall, round(learned, 1), changed, found)


def _relived(
    store: Store, household: str, pasts: list[Past]
) -> tuple[Moment | None, Moment | None]:
    """Feed the whole journal to each past; give its first and last moment."""
    first = last = None
    for _, entry in store.entries(0, household):
        first = first or entry.at
        last = entry.at
        for past in pasts:
            past.live(entry)
    return first, last


def _really(store: Store, home: Home, since: datetime) -> list[Told]:
    """Give what people were really told in these days; the drills of a real home are none of it."""
    found = store.alerts(home.id, open_only=False, since=since - timedelta(days=2))
    alerts = [alert for alert in found if not is_drilled(alert, home)]
    return tellings(alerts, (change for each in alerts for change in store.changes(each.id)))


# -- for people, and for programs


def _told(answer: Answer, homes: Known, language: Language) -> list[str]:
    head = say(
        language,
        "hindsight.head",
        name=homes.name(answer.household),
        since=homes.time(answer.since, answer.household)[:16],
        until=homes.time(answer.until, answer.household)[:16],
        days=round(answer.learned_days),
    )
    lines = [head]
    for key, (before, after) in answer.changed.items():
        was = say(language, "hindsight.unset") if before is None else _value(before)
        lines.append(say(language, "hindsight.changed", key=key, before=was, after=_value(after)))
    if answer.learned_days < LEAST_DAYS:
        lines.append(say(language, "hindsight.young"))
    lines.append("")
    if not answer.alerts:
        return [*lines, say(language, "hindsight.none")]
    columns = ["when", "severity", "what", "where", "really", *list(answer.figures())[1:]]
    rows = [[say(language, HEADS.get(name, f"hindsight.{name}")) for name in columns]]
    rows += [_row(each, answer, homes, language) for each in answer.alerts]
    return [*lines, *table(rows), "", *_counts(answer, language)]


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _row(each: Compared, answer: Answer, homes: Known, language: Language) -> list[str]:
    told = each.told
    alert = _as_alert(told, answer.household)
    cells = [
        homes.time(told.at, answer.household)[:16],
        say(language, f"severity.{told.finding.severity}"),
        what(alert, language),
        where(alert, homes),
        _outcome(each, language),
        _beside(each.as_set, each.really, language),
    ]
    if answer.changed:
        cells.append(_beside(each.changed, each.really or each.as_set, language))
    return cells


def _as_alert(told: Told, household: str) -> Alert:
    return Alert(told.id, household, told.finding, State.RAISED, Moment.of(told.at))


def _outcome(each: Compared, language: Language) -> str:
    if each.really is None:
        return "-"
    outcome = each.outcome
    return say(language, "hindsight.open" if outcome is None else f"outcome.{outcome}")


def _beside(told: Told | None, other: Told | None, language: Language) -> str:
    """Say how an alert of one past stands to that of another."""
    if told is None:
        return say(language, "hindsight.not")
    if other is None:
        return say(language, "hindsight.new")
    seconds = (told.at - other.at).total_seconds()
    if abs(seconds) < 60:
        return say(language, "hindsight.same")
    hours, minutes = divmod(round(abs(seconds) / 60), 60)
    key = "hindsight.earlier" if seconds < 0 else "hindsight.later"
    return say(language, key, hours=hours, minutes=minutes)


def _counts(answer: Answer, language: Language) -> list[str]:
    names = Figures.__struct_fields__
    rows = [[say(language, f"hindsight.count.{name}") for name in ("past", *names)]]
    for past, counted in answer.figures().items():
        numbers = [str(getattr(counted, name)) for name in names]
        rows.append([say(language, HEADS.get(past, f"hindsight.{past}")), *numbers])
    return table(rows)


def _plain(answer: Answer) -> dict[str, object]:
    return {
        "household": answer.household,
        "since": answer.since.isoformat(),
        "until": answer.until.isoformat(),
        "learned_days": answer.learned_days,
        "changed": {key: list(pair) for key, pair in answer.changed.items()},
        "figures": {past: msgspec.to_builtins(one) for past, one in answer.figures().items()},
        "alerts": [_plain_alert(each) for each in answer.alerts],
    }


def _plain_alert(each: Compared) -> dict[str, object]:
    finding = each.told.finding
    return {
        "rule": str(finding.rule),
        "subject": finding.subject,
        "severity": str(finding.severity),
        "since": finding.since.wall.isoformat(),
        "outcome": each.outcome,
        **{past: _plain_told(getattr(each, past)) for past in PASTS},
    }


def _plain_told(told: Told | None) -> dict[str, object] | None:
    if told is None:
        return None
    because = msgspec.to_builtins(told.finding.because)
    return {"id": told.id, "at": told.at.isoformat(), "because": because}
