"""What people write back by SMS: "1" takes the alert that was last told to that number.

Only the number of somebody who was told counts. How a message comes in is the modem's.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from edge.lifecycle import TRANSITIONS, Trigger
from edge.model import Alert, Contact, Home, Notice, Outcome, Reason, Rule
from gateway.beside import Box
from gateway.messages import language_named
from gateway.page.words import word
from gateway.store import StoreFailed
from gateway.wire.sms import Incoming

TAKE = frozenset(
    ["1", "ok", "okay", "yes", "take", "收到", "好", "好的", "知道了", "我来", "我来处理"]
)
ENDS = {
    Outcome.WELL: frozenset(["0", "well", "平安", "没事", "虚惊", "误报"]),
    Outcome.HELPED: frozenset(["2", "done", "helped", "结束", "已处理", "处理好了"]),
    Outcome.SENSOR: frozenset(["3", "sensor", "设备", "设备故障"]),
}
LATE = timedelta(hours=6)  # an answer that was on its way for longer is to something else
CLOCKS_DIFFER = timedelta(minutes=5)  # ours and the network's
LEAST_DIGITS = 7  # of a number, without the code of the country
LONGEST_CODE = 3
log = structlog.get_logger()
Person = tuple[Home, Contact]


class Replies:
    """Carries out what people write back."""

    def __init__(self, box: Box) -> None:
        self._box = box

    def hear(self, incoming: Incoming) -> str | None:
        """Do what a message asks; give what to write back, None: nothing."""
        now, people = self._box.now(), list(self._people(incoming.sender))
        wish = _wish(incoming.text)
        if not people:
            self._refuse("sms from a stranger")
        elif now.trusted and incoming.at < now.wall - LATE:
            self._refuse("sms too late")
        elif wish is None or incoming.part is not None:
            self._refuse("sms not understood")
        elif found := self._last_told(people, wish, incoming.at if now.trusted else None):
            return self._do(wish, *found)
        else:
            self._refuse("sms about nothing open")
        return None

    def _refuse(self, why: str) -> None:
        # No number and no text: neither belongs into a log.
        self._box.node.counts[why] += 1
        log.info("sms", refused=why)

    def _people(self, sender: str) -> Iterator[Person]:
        for home in self._box.node.homes.values():
            for contact in home.contacts:
                if is_same_number(sender, contact.phone):
                    yield home, contact

    def _last_told(
        self, people: list[Person], wish: Trigger | Outcome, at: datetime | None
    ) -> tuple[Alert, Person] | None:
        """Give the alert that one of them was told of last before they wrote."""
        trigger = Trigger.ACKNOWLEDGE if isinstance(wish, Trigger) else Trigger.CLOSE
        found: list[tuple[datetime, Alert, Person]] = []
        for person in people:
            for alert in self._alerts(person[0].id):
                can_be = (alert.state, trigger) in TRANSITIONS
                if can_be and (told := self._told_at(alert, person[1], at)) is not None:
                    found.append((told, alert, person))
        latest = max(found, key=lambda each: each[0], default=None)
        return None if latest is None else (latest[1], latest[2])

    def _alerts(self, home_id: str) -> list[Alert]:
        """Give what is open as it stands, also what the disk has refused."""
        household = self._box.node.households.get(home_id)
        living = {} if household is None else {a.id: a for a in household.book.alerts}
        stored: list[Alert] = []
        with suppress(StoreFailed):
            stored = self._box.store.alerts(home_id)
        return [*(living.pop(alert.id, alert) for alert in stored), *living.values()]

    def _told_at(self, alert: Alert, contact: Contact, at: datetime | None) -> datetime | None:
        """Give when somebody was last told of an alert, before they wrote; None: never."""
        if contact.id not in alert.told:
            return None
        notices: list[Notice] = []
        with suppress(StoreFailed):
            notices = self._box.store.notices(alert.id)
        mine = [notice for notice in notices if notice.recipient == contact.id]
        dues = [notice.due.wall for notice in mine if notice.reason is not Reason.RESOLVED]
        if not mine:
            dues = [alert.opened.wall]  # the disk took nothing of it
        limit = None if at is None else at + CLOCKS_DIFFER
        return max((due for due in dues if limit is None or due <= limit), default=None)

    def _do(self, wish: Trigger | Outcome, alert: Alert, person: Person) -> str:
        (home, contact), now = person, self._box.now()
        language = language_named(contact.language)
        alert = self._box.node.alert(alert.id) or alert
        if isinstance(wish, Outcome):
            self._box.node.close(alert, contact.name, wish, now)
            said = word("sms_closed", language, what=home.name)
        else:
            lease = self._box.config.leases.get(home.id, timedelta(minutes=30))
            self._box.node.acknowledge(alert, contact.name, lease, now)
            until = f"{now.plus(lease).wall.astimezone(home.zone):%H:%M}"
            said = word("sms_taken", language, what=home.name, until=until)
            if alert.finding.rule is Rule.REACH:
                said = word("sms_got_it", language)
        failure = self._box.settle()
        log.info("sms", alert=alert.id, asks=str(wish), stored=not failure)
        return said


def is_same_number(one: str, other: str) -> bool:
    """Say whether two numbers are one, with or without the code of the country."""
    (first, first_is_whole), (second, second_is_whole) = _digits(one), _digits(other)
    if first_is_whole == second_is_whole:
        return first == second != ""
    whole, short = (first, second) if first_is_whole else (second, first)
    code = len(whole) - len(short)
    return len(short) >= LEAST_DIGITS and 1 <= code <= LONGEST_CODE and whole.endswith(short)


def _digits(number: str) -> tuple[str, bool]:
    """Give a number's digits without its zeros, and whether the country's code is among them."""
    plain = re.sub(r"[\s()./-]", "", number)
    if not re.fullmatch(r"\+?[0-9]+", plain):
        return "", False  # a sender's name is nobody's number
    return plain.lstrip("+0"), plain.startswith(("+", "00"))


def _wish(text: str) -> Trigger | Outcome | None:
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"[\s.,!?'\"。，！？、;；:：~]+", "", plain)
    if plain in TAKE:
        return Trigger.ACKNOWLEDGE
    return next((outcome for outcome, words in ENDS.items() if plain in words), None)
