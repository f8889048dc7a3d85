"""What a receiver's HTTP answer proves: that it took the message, that it refused it, or nothing.

Pure. Seven services answer 200 and put their error into the body, so there the body decides.
"""

import re
from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct

from edge.model import Rung

LASTING_STATUS = frozenset({401, 403, 404, 410})
EVIDENCE_LENGTH = 160

# Such words mean that the same message may be taken later, whatever the code says.
PASSING = re.compile(
    r"too fast|too many|too frequent|frequency|rate|limit|timestamp|busy|timeout|try again"
    r"|频|次数|稍后|限流|繁忙|超时",
    re.IGNORECASE,
)


class Answer(Struct, frozen=True):
    """One HTTP answer as it was heard; status 0 and `trouble` where none came."""

    status: int
    body: bytes = b""
    trouble: str = ""
    is_moved: bool = False  # it came from elsewhere, after a redirect


class Verdict(Struct, frozen=True):
    """What an answer comes to."""

    rung: Rung
    evidence: str
    permanent: bool = False


Facts = Mapping[str, object]


def _no_flaw(facts: Facts) -> str:
    return ""


class Dialect(Struct, frozen=True):
    """How one service says yes and no in the body.

    `lasting` are the codes that stay until a person mends something; `flaw` looks deeper into
    an answer whose code is good and gives words where it is no success all the same.
    """

    name: str
    codes: tuple[str, ...]
    words: tuple[str, ...]
    good: int
    lasting: frozenset[int]
    lasting_words: str = ""  # a pattern: the code says too little, the words decide
    flaw: Callable[[Facts], str] = _no_flaw


def judge(answer: Answer, dialect: Dialect | None) -> Verdict:
    """Say what this answer proves; without a dialect nothing more than SENT can be proven."""
    if answer.status == 0:
        return Verdict(Rung.REFUSED, answer.trouble)
    if dialect is None:
        return _judge_by_status(answer)
    facts = _facts(answer.body)
    name, code = _code(facts, dialect)
    if code is None:
        return _unknown(answer, dialect)
    words = _words(facts, dialect)
    evidence = tidy(f"{dialect.name} {name} {code}: {words}" if words else f"{name} {code}")
    if code != dialect.good:
        return Verdict(Rung.REFUSED, evidence, _is_lasting(code, words, dialect))
    if answer.status != 200:
        return Verdict(Rung.REFUSED, f"HTTP {answer.status}, {evidence}")
    flaw = dialect.flaw(facts)
    if flaw:
        return Verdict(Rung.REFUSED, tidy(f"{evidence}; {flaw}"), _is_lasting(code, flaw, dialect))
    return Verdict(Rung.ACCEPTED, evidence)


def _judge_by_status(answer: Answer) -> Verdict:
    is_taken = 200 <= answer.status < 300 and not answer.is_moved
    words = "" if is_taken else _excerpt(answer.body)
    moved = " after a redirect" if answer.is_moved else ""
    evidence = f"HTTP {answer.status}{moved}" + (f": {words}" if words else "")
    if is_taken:
        return Verdict(Rung.SENT, f"{evidence}, sent, not proven")
    is_lasting = answer.status in LASTING_STATUS and not answer.is_moved
    return Verdict(Rung.REFUSED, evidence, is_lasting)


def _unknown(answer: Answer, dialect: Dialect) -> Verdict:
    """A proxy, a captive portal or a changed service spoke: that proves nothing."""
    evidence = f"HTTP {answer.status}, no answer of {dialect.name}: {_excerpt(answer.body)}"
    is_lasting = answer.status in LASTING_STATUS and not answer.is_moved
    return Verdict(Rung.REFUSED, evidence, is_lasting)


def _is_lasting(code: int, words: str, dialect: Dialect) -> bool:
    if PASSING.search(words):
        return False
    named = dialect.lasting_words and re.search(dialect.lasting_words, words, re.IGNORECASE)
    return code in dialect.lasting or bool(named)


def _facts(body: bytes) -> Facts:
    try:
        decoded: object = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _code(facts: Facts, dialect: Dialect) -> tuple[str, int | None]:
    for name in dialect.codes:
        value = facts.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return name, value
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value):
            return name, int(value)
    return "", None


def _words(facts: Facts, dialect: Dialect) -> str:
    for name in dialect.words:
        value = facts.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def _excerpt(body: bytes) -> str:
    return tidy(body[:400].decode("utf-8", "replace"), 80) or "(empty)"


def tidy(text: str, length: int = EVIDENCE_LENGTH) -> str:
    """Bring a stranger's words onto one short line without control characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= length else line[: length - 1] + "…"
