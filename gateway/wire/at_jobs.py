"""One command to a modem and what belongs to it, and which of those that wait goes first."""

from enum import StrEnum

from msgspec import Struct


class Phase(StrEnum):
    """What the command that is open waits for."""

    ANSWER = "answer"
    PROMPT = "prompt"
    RINGING = "ringing"


class Job(Struct):
    """One command and what belongs to it."""

    command: str
    key: str = ""  # "": ours, nobody waits for it
    body: str = ""  # sent after the prompt
    rings_for: float = 0.0  # a call
    is_urgent: bool = False  # it passes what is not
    said: list[str] = []


def rank_of(job: Job) -> int:
    """Give 0 for what goes first: what is urgent, messages before calls, which take long."""
    if not job.is_urgent:
        return 2
    return 1 if job.rings_for else 0
