"""One word of a home on one of its alerts, and what the incident becomes by it: no database.

Writing it is alerts.py's; whether the event was here before is taking.py's.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, to_builtins
from sqlalchemy import Row

from district.identity import derived
from district.intake.fitness import SET, onset
from district.levels import BY, ENDED, URGENT, limit_of
from district.phases import Act, Phase
from edge.model import Outcome, Severity, State
from gateway.wire.uplink.event import AlertData, Event

RANKS = {"Extreme": 0, "Severe": 1, "Moderate": 2, "Minor": 3}
SEVERITIES = {rank: severity.value for rank, severity in enumerate(Severity)}
Incident = dict[str, Any]  # a row of incidents, as it stands in a transaction
# What a later word may change.
CHANGED = (
    *("severity", "rank", "status", "told", "home_state", "epoch", "sequence"),
    *("home_by", "home_until", "home_outcome"),
    *("phase", "area", "owner", "until", "closed", "outcome", "next_due", "version"),
)
ANEW_AFTER = timedelta(minutes=10)  # many panels repeat for a while what is closed here
AHEAD = timedelta(days=1)  # a gateway's clock before ours, and still believed
LONGEST_AT_HOME = timedelta(hours=12)  # a lease there that somebody waits for here


class Word(Struct, frozen=True):
    """One word; `incident` is the id of what it is here, the same for all words on one alert."""

    home: "Row[Any]"
    event: Event
    alert: AlertData
    incident: str
    is_new: bool

    @classmethod
    def of(cls, home: "Row[Any]", event: Event, alert: AlertData, *, is_new: bool) -> "Word":
        """Make it; another box of the same home says the same id."""
        return cls(home, event, alert, derived(home.seed or home.id, alert.incident), is_new)

    @property
    def rank(self) -> int:
        """Give how grave the home calls it: 0 is the gravest."""
        return RANKS[self.alert.severity]


def opened(word: Word, area: "Row[Any]", now: datetime) -> Incident:
    """Give the row of an incident that begins with this word."""
    alert, home = word.alert, word.home
    row = {
        "id": word.incident,
        "household": home.id,
        "place": home.area,
        "gateway": home.gateway,
        "alert": alert.incident,
        "rule": alert.rule,
        "subject": alert.subject[:200],
        "room": alert.room[:80],
        "opened": _since(alert, now),
        "arrived": now,
        "because": to_builtins(alert.because),
        "phase": Phase.OPEN,
        "closed": None,
        "outcome": None,
        "area": home.area,
        "owner": None,
        "until": None,
    }
    row |= _told(word)
    row["next_due"] = now + limit_of(area, word.rank, is_over=row["home_state"] in ENDED)
    if is_over(row):
        end(row, word, now)
    return row


def _since(alert: AlertData, now: datetime) -> datetime:
    """Give when the home raised it; by a clock that is not set, when it was here."""
    said = onset(alert)
    return said if said is not None and SET <= said <= now + AHEAD else now


def is_late(word: Word, row: Incident) -> bool:
    """Say whether something newer of the same box was here before."""
    # Where numbers are times, two words may have the same one: then the order of arrival counts.
    if not word.event.epoch and word.alert.state is State.RAISED:
        return False  # a transmitter's clock that was set back must not hide a fire
    return bool(row["epoch"] == word.event.epoch and row["sequence"] > word.event.sequence)


def go_on(row: Incident, word: Word, limits: "Mapping[str, Row[Any]]", now: datetime) -> None:
    """Take over what the home says; `limits` are those of the areas where it is and happened."""
    before = dict(row)
    row |= _told(word) | {"version": row["version"] + 1}
    if _weighs_other(before, word):
        row |= {"severity": before["severity"], "rank": before["rank"]}
    if before["phase"] == Phase.CLOSED:
        if _is_again(before, word, now) or _burns_anew(before, word, now):
            row |= {"phase": Phase.OPEN, "area": row["place"], "owner": None, "until": None}
            row |= {"closed": None, "outcome": None}
            row["next_due"] = now + limit_of(limits[row["place"]], row["rank"])
    elif is_over(row):
        end(row, word, now)
    elif row["phase"] == Phase.OPEN:
        row["next_due"] = _due(before, row, limits[row["area"]], now)


def _weighs_other(before: Incident, word: Word) -> bool:
    """Say whether a word says nothing of how grave this is: it is of something else there.

    A component of the fire protocol is one incident: its fault takes nothing from its fire, and its
    end does not say of what.
    """
    if word.alert.rule == before["rule"]:
        return False
    is_less = before["phase"] != Phase.CLOSED and word.rank > before["rank"]
    return is_less or word.alert.state in ENDED


def _is_again(before: Incident, word: Word, now: datetime) -> bool:
    """Say whether the home tells something that whoever closed it here did not know.

    That it tells its own people on, having heard nothing of the end yet, is no such thing.
    """
    # Closed at a time that is not yet come: by a clock that was ahead then. Said before it was
    # opened: by a box whose clock is not set.
    is_later = word.event.time > before["closed"] or before["closed"] > now
    is_later = is_later or word.event.time < before["opened"]
    is_news = is_later and word.alert.state not in ENDED
    is_more = word.alert.anew or word.rank < before["rank"] or before["home_state"] in ENDED
    return bool(is_news and is_more)


def _burns_anew(before: Incident, word: Word, now: datetime) -> bool:
    """Say whether a component whose alarms have no marks tells of one after this one.

    Not every transmitter says that a component is restored.
    """
    is_unmarked = word.alert.because.get("mark") == "" and word.alert.state not in ENDED
    return is_unmarked and not before["closed"] <= now <= before["closed"] + ANEW_AFTER


def _due(before: Incident, row: Incident, area: "Row[Any]", now: datetime) -> datetime:
    """Give when it rises; an emergency waits for nobody at home."""
    ended = row["home_state"] in ENDED
    due: datetime = before["next_due"] or now
    limit = limit_of(area, row["rank"], is_over=ended)
    if row["rank"] == 0:
        return min(due, now + limit)
    if ended:
        return due if before["home_state"] in ENDED else now + limit
    until: datetime | None = row["home_until"]
    if until is not None:
        return max(due, min(until, now + LONGEST_AT_HOME) + limit)
    return min(due, now + limit)


def is_over(row: Incident) -> bool:
    """Say whether nobody here is asked any more.

    A device is mended, or somebody at home has said what it was. What was grave and ended by itself
    is looked at here, and what somebody here has is theirs.
    """
    is_said = row["home_outcome"] not in {None, Outcome.UNKNOWN}
    is_mended = row["rank"] > URGENT and row["home_state"] in ENDED
    return row["phase"] == Phase.OPEN and (is_mended or is_said)


def end(row: Incident, word: Word, now: datetime) -> None:
    """Close it as the home did."""
    outcome = word.alert.outcome or Outcome.UNKNOWN
    row |= {"phase": Phase.CLOSED, "closed": now, "next_due": None, "outcome": outcome}


def step(word: Word, act: Act, now: datetime) -> dict[str, Any]:
    """Give the line that says so in what happened."""
    alert = word.alert
    detail = {
        "event": word.event.id,
        "state": alert.state,
        "type": alert.msgType,
        "told": list(alert.told),
        "taken_by": alert.taken_by,
        "outcome": alert.outcome,
    }
    by = (alert.by or (BY if act is Act.CLOSE else word.event.source))[:200]
    row = {"incident": word.incident, "at": now, "what": act, "by": by}
    return row | {"account": None, "detail": to_builtins(detail)}


def _told(word: Word) -> Incident:
    alert = word.alert
    is_closed = alert.state is State.CLOSED
    is_said = is_closed and alert.outcome not in {None, Outcome.UNKNOWN}
    return {
        "home_by": (alert.by if is_closed else alert.taken_by)[:200],
        "home_until": alert.taken_until if alert.taken_by else None,
        "home_outcome": alert.outcome if is_said else None,
        "severity": SEVERITIES[word.rank],
        "rank": word.rank,
        "status": alert.status,
        "told": {each.language: [each.headline, each.description] for each in alert.info},
        "home_state": alert.state,
        "epoch": word.event.epoch,
        "sequence": word.event.sequence,
    }
