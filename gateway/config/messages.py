"""The templates of gateway.toml: read, and tried on every kind of message before one is needed."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge.model import (
    Alert,
    Contact,
    Finding,
    Home,
    Kind,
    Moment,
    Notice,
    Reason,
    Room,
    Rule,
    Sensed,
    Severity,
    State,
)
from gateway.config.faults import Faults, Source
from gateway.config.read import Tables, why
from gateway.config.references import table, word
from gateway.language import Phrase
from gateway.templates import (
    FORMS,
    LONGEST_FILE,
    TemplateFailed,
    Templates,
    TemplateWrong,
    compiled,
)

AT = datetime(2026, 3, 2, 19, 12, tzinfo=UTC)
_NAMES = {"zh": ("王桂兰", "幸福里 3-502", "厨房"), "en": ("Mary Wang", "Willow Lane 5", "Kitchen")}
_LINK = "https://shouhu.example.org/a/AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def check_messages(tables: Tables, directory: Path, source: Source, faults: Faults) -> None:
    """Report everything that is wrong with every template."""
    named = table(tables, "messages")
    for form in FORMS:
        name = word(named, form)
        text = None if name is None else _read(directory / name, f"messages.{form}", source)
        if name is not None and text is not None:
            _check(form, text, Source(name, faults))


def templates(tables: Tables, directory: Path) -> Templates:
    """Give the templates of tables in which no fault was found."""
    named, sources = table(tables, "messages"), {}
    for form in FORMS:
        if (name := word(named, form)) is not None:
            # One that has vanished since it was checked is the program's words again.
            with suppress(OSError, UnicodeDecodeError):
                sources[form] = (directory / name).read_text(encoding="utf-8-sig")
    return Templates(sources)


def _read(path: Path, place: str, source: Source) -> str | None:
    try:
        with path.open("rb") as file:
            raw = file.read(4 * LONGEST_FILE + 1)
        return raw.decode("utf-8-sig")
    except OSError as error:
        wrong = Phrase("fault.unreadable", {"why": why(error)})
        source.fault(place, wrong, Phrase("mend.file_missing"))
    except UnicodeDecodeError:
        source.fault(place, Phrase("fault.template_text"), Phrase("mend.template_text"))
    return None


def _check(form: str, text: str, source: Source) -> None:
    try:
        compiled(text)
    except TemplateWrong as error:
        wrong = Phrase("fault.template", {"why": error.why})
        source.fault("", wrong, Phrase("mend.template"), error.line)
        return
    ready, told = Templates({form: text}), set()
    for place, alert, notice, home in examples(form.partition("_")[0]):
        fill = ready.short if form.endswith("_short") else ready.full
        told_too, link = ([], "") if alert.drill else ([home.resident], _LINK)
        try:
            fill(alert, notice, home, told_too, link=link)
        except TemplateFailed as failed:
            if str(failed) not in told:
                told.add(str(failed))
                wrong = Phrase("fault.template_fails", {"place": place, "why": str(failed)})
                source.fault(place, wrong, Phrase("mend.template"))


def examples(language: str) -> Iterator[tuple[str, Alert, Notice, Home]]:
    """Give one message of every rule, for every reason, real and drilled, and what it is."""
    now = Moment.of(AT)
    since = Moment.of(AT - timedelta(minutes=12))
    resident, name, room = _NAMES[language]
    person = Contact("one", resident, "", "", language, ("one",))
    device = "kitchen"
    home = Home("h", name, resident, "Asia/Shanghai", (Room("r", room),), (), (person,))
    for rule in Rule:
        for reason in Reason:
            for drill in (False, True):
                because = Sensed(device, "r" if drill else "", Kind.SMOKE, True, AT)
                severity = Severity.FAULT if drill else Severity.EMERGENCY
                finding = Finding(rule, device, severity, since, because)
                alert = Alert("0" * 20, "h", finding, State.RAISED, since, drill=drill)
                notice = Notice("0" * 20, alert.id, "h", "one", "c", reason, severity, now, drill)
                yield f"{rule}.{reason}" + (".drill" if drill else ""), alert, notice, home
