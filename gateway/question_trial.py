"""A trial of the question: it sounds once, and somebody in the home hears whether it can be heard.

It is no question: nothing waits for an answer, nothing is recorded. The question is question.py's.
"""

import asyncio
from collections.abc import Mapping
from functools import partial

from gateway.channels.siren import UNREACHED, Post
from gateway.config.question import QuestionSettings
from gateway.control import Answer
from gateway.requests import TryQuestion
from gateway.speaking import spoken

SOUNDS_FOR = 5.0  # seconds, what hangs on a topic


class QuestionTrials:
    """Sounds the questions of one gateway on request."""

    def __init__(self, questions: Mapping[str, QuestionSettings], post: Post) -> None:
        self._questions = questions
        self._post = post

    async def handle(self, request: TryQuestion) -> Answer:
        """Sound once in every way; the answer's "ways" say why one could not, or nothing."""
        settings = self._questions.get(request.household)
        if settings is None:
            return Answer(False, "nothing asks in this home")
        both = asyncio.gather(self._rung(settings), self._said(settings))
        ways: dict[str, object] = {}
        for found in await both:
            ways |= found
        return Answer(True, facts={"household": request.household, "ways": ways})

    async def _rung(self, settings: QuestionSettings) -> dict[str, str]:
        if not settings.topic:
            return {}
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        if not self._post(settings.topic, settings.on, partial(_settle, answer)):
            return {"mqtt": UNREACHED}
        try:
            if why := await answer:
                return {"mqtt": why}
            await asyncio.sleep(SOUNDS_FOR)
        finally:
            if settings.off:
                self._post(settings.topic, settings.off, lambda _: None)
        return {"mqtt": ""}

    async def _said(self, settings: QuestionSettings) -> dict[str, str]:
        return {"command": await spoken(settings.command)} if settings.command else {}


def _settle(answer: asyncio.Future[str], why: str) -> None:
    if not answer.done():
        answer.set_result(why)
