"""How likely this resident answers: learned by the hour, believed by the lower side."""

import msgspec
import pytest

from edge.figures import MOST_RELIABLE
from edge.reliability import Answers

NOON, NIGHT = 24, 6  # half hours of a day


def asked(days: int, slot: int, *, answered: bool, answers: Answers | None = None) -> Answers:
    answers = Answers() if answers is None else answers
    for day in range(days):
        answers.count(day * 48 + slot, is_answered=answered)
    return answers


def test_of_whom_nobody_ever_asked_nothing_follows_from_silence() -> None:
    assert Answers().likely(NOON) is None


def test_one_answer_is_little_and_ten_are_much() -> None:
    one, ten = asked(1, NOON, answered=True), asked(10, NOON, answered=True)
    few, many = one.likely(NOON), ten.likely(NOON)
    assert few is not None and many is not None
    assert few < 0.6
    assert many > 0.85


def test_whoever_never_answers_gives_no_evidence() -> None:
    assert asked(10, NOON, answered=False).likely(NOON) == pytest.approx(0.0, abs=0.05)


def test_whoever_sleeps_at_night_is_believed_by_day_only() -> None:
    answers = asked(20, NOON, answered=True)
    asked(20, NIGHT, answered=False, answers=answers)
    by_day, by_night = answers.likely(NOON), answers.likely(NIGHT)
    assert by_day is not None and by_night is not None
    assert by_night < 0.2
    assert by_day > 0.7


def test_of_an_hour_without_questions_the_resident_as_a_whole_speaks() -> None:
    answers = asked(20, NOON, answered=True)
    elsewhere = answers.likely(NIGHT)
    assert elsewhere is not None and 0.6 < elsewhere < (answers.likely(NOON) or 0)


def test_nobody_is_believed_to_answer_always() -> None:
    assert asked(3000, NOON, answered=True).likely(NOON) == MOST_RELIABLE


def test_whoever_stops_answering_is_believed_less_within_weeks() -> None:
    answers = asked(60, NOON, answered=True)
    before = answers.likely(NOON) or 0
    for day in range(60, 74):
        answers.count(day * 48 + NOON, is_answered=False)
    assert (answers.likely(NOON) or 0) < before - 0.15


def test_what_was_learned_of_answers_survives_its_encoding() -> None:
    answers = asked(7, NOON, answered=True)
    assert msgspec.json.decode(msgspec.json.encode(answers), type=Answers) == answers
