"""The question in the home: what sounds or speaks, in which words.

When it is asked is decided by the rule of inactivity; how it sounds, by gateway/question.py.
"""

import shutil
from datetime import timedelta

from msgspec import Struct

from edge.model import ZERO
from gateway.config.faults import Source
from gateway.config.read import Tables
from gateway.config.references import rows, table, word, words
from gateway.config.shape import HouseholdFile
from gateway.language import Language, Phrase, say

PRE_ALARM = timedelta(minutes=10)  # for the answer, where something asks and the file says nothing


class QuestionSettings(Struct, frozen=True):
    """What asks in one home; an empty topic or command: not that way."""

    topic: str
    on: bytes
    off: bytes  # empty: it ends by itself
    command: tuple[str, ...]  # its arguments, with the text in its place already
    repeat_every: timedelta


def subject_of(home_id: str) -> str:
    """Name the question of a home where its failure is told, as a channel is named."""
    return f"question/{home_id}"


def question_settings(file: HouseholdFile) -> QuestionSettings | None:
    """Turn a table without faults into settings; None where nothing asks."""
    question = file.question
    if not (question.topic or question.command):
        return None
    text = question.text or _text(file)
    return QuestionSettings(
        topic=question.topic or "",
        on=question.on.encode(),
        off=question.off.encode(),
        command=tuple(each.replace("{text}", text) for each in question.command),
        repeat_every=question.repeat_every,
    )


def pre_alarm_of(file: HouseholdFile) -> timedelta:
    """Give how long an answer is awaited; zero where nobody asks."""
    if file.inactivity.pre_alarm is not None:
        return file.inactivity.pre_alarm
    return PRE_ALARM if question_settings(file) is not None else ZERO


def check_question(tables: Tables, source: Source, gateway: Tables) -> None:
    """Report a question that nothing asks, or that ends an alarm with itself."""
    question = table(tables, "question")
    command = words(question.get("command"))
    asks = "topic" in question or bool(command)
    if question and not asks:
        source.fault("question", Phrase("fault.question_mute"), Phrase("mend.question_mute"))
    if command and shutil.which(command[0]) is None:
        wrong = Phrase("fault.question_program", {"name": command[0]})
        source.warn("question.command[0]", wrong, Phrase("mend.question_program"))
    sirens = {word(row, "topic") for _, row in rows(gateway, "channel")} - {None}
    if word(question, "topic") in sirens:
        wrong = Phrase("fault.question_siren")
        source.fault("question.topic", wrong, Phrase("mend.question_siren"))
    waits = word(table(tables, "inactivity"), "pre_alarm")
    if not asks and waits is not None and waits.strip() not in ("0s", "0m", "0h"):
        wrong = Phrase("fault.question_nobody")
        source.warn("inactivity.pre_alarm", wrong, Phrase("mend.question_mute"))


def _text(file: HouseholdFile) -> str:
    language = Language(file.household.language)
    has_button = any(device.answers for device in file.device)
    text = say(language, "asked.press" if has_button else "asked.move")
    return say(language, "asked.drill", text=text) if file.household.drill else text
