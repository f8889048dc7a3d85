"""Puts a notice into the words of its recipient, whatever goes wrong with them.

First the house's own templates, then the words of the program, then the barest of all: a message
that cannot be worded as it should be is sent all the same.
"""

import traceback
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

import structlog
from msgspec import structs

from edge.model import Alert, Contact, Home, Notice, Reason
from gateway.bare import bare
from gateway.channels import Message
from gateway.messages import render
from gateway.short import short
from gateway.templates import TemplateFailed, Templates

log = structlog.get_logger()


class Composer:
    """Makes the messages of one box. `on_template` is told of each template that has failed."""

    def __init__(
        self,
        homes: Mapping[str, Home],
        *,
        why_deaf: Callable[[str], str] = lambda _source: "",
        link: Callable[[Notice, Alert, datetime], str] = lambda *_: "",
        templates: Templates | None = None,
        on_template: Callable[[str, str], None] = lambda *_: None,
        short_on: Collection[str] | None = None,
    ) -> None:
        """Prepare; the short form is made for the channels of `short_on` only, None: for all."""
        self._homes = homes
        self._short_on = short_on
        self._why_deaf = why_deaf
        self._link = link
        self._templates = Templates() if templates is None else templates
        self._on_template = on_template

    def recipient(self, notice: Notice) -> Contact | None:
        """Give whom a notice is for; None where nobody of that name is to be told any more."""
        home = self._homes.get(notice.household)
        contacts = () if home is None else home.contacts
        return next((each for each in contacts if each.id == notice.recipient), None)

    def message(
        self,
        alert: Alert,
        notice: Notice,
        recipient: Contact,
        now: datetime,
        *,
        reason: Reason | None = None,
        is_stored: bool = True,
    ) -> Message:
        """Word a notice; `reason` where it stands for another one, too."""
        home = self._homes[notice.household]
        names = {contact.id: contact.name for contact in home.contacts}
        told = [names[name] for name in alert.told if name in names and name != recipient.id]
        worded = structs.replace(notice, reason=notice.reason if reason is None else reason)
        link, brief = self._linked(notice, alert, now), ""
        try:
            title, text = self._full(alert, worded, home, told, is_stored=is_stored, link=link)
        except Exception as mistake:
            note("a message could not be worded", notice, mistake)
            title, text = _barely(alert, worded, home, link)
        if self._short_on is None or notice.channel in self._short_on:
            try:
                brief = self._short(alert, worded, home, told, link)
            except Exception as mistake:
                note("a short message could not be worded", notice, mistake)
                brief = title
        return Message(notice, title, text, alert, recipient, link, brief)

    def simplest(self, message: Message) -> Message:
        """Word it as barely as can be: a channel has stumbled over the proper words."""
        home = self._homes[message.notice.household]
        title, text = _barely(message.alert, message.notice, home, message.link)
        return structs.replace(message, title=title, text=text, short=title)

    def _linked(self, notice: Notice, alert: Alert, now: datetime) -> str:
        try:
            return self._link(notice, alert, now)
        except Exception as mistake:
            note("a link could not be made", notice, mistake)
            return ""

    def _full(
        self, alert: Alert, notice: Notice, home: Home, told: list[str], **details: Any
    ) -> tuple[str, str]:
        details["why_deaf"] = self._why_deaf(alert.finding.subject)
        try:
            filled = self._templates.full(alert, notice, home, told, **details)
        except TemplateFailed as failed:
            self._on_template(failed.name, str(failed))
            filled = None
        return render(alert, notice, home, told, **details) if filled is None else filled

    def _short(self, alert: Alert, notice: Notice, home: Home, told: list[str], link: str) -> str:
        try:
            filled = self._templates.short(alert, notice, home, told, link=link)
        except TemplateFailed as failed:
            self._on_template(failed.name, str(failed))
            filled = None
        return short(alert, notice, home, link=link) if filled is None else filled


def _barely(alert: Alert, notice: Notice, home: Home, link: str) -> tuple[str, str]:
    title, text = bare(alert, notice, home)
    return title, f"{text}\n{link}" if link else text


def note(what: str, notice: Notice, mistake: Exception) -> None:
    """Log a mistake of our own; its text may hold names or addresses, so where it is must do."""
    place = traceback.extract_tb(mistake.__traceback__)[-1]
    where = f"{place.filename}:{place.lineno}"
    log.error("mistake", what=what, notice=notice.id, kind=type(mistake).__name__, where=where)
