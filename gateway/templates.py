"""The house's own words for its messages: templates of a file each, checked when they are read.

Their language is a part of Jinja: facts, conditions, loops over the given lines, a few filters.
Nothing in it can call, assign or include, so whatever a file holds it ends soon. What the program
says without templates is messages.py's.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from edge.model import Alert, Home, Notice
from gateway.messages import Facts, facts, language_of
from gateway.short import MOST_PARTS, short_facts
from gateway.wire.sms import parts_of
from gateway.wording import LANGUAGES
from gateway.wording.plain import plain

if TYPE_CHECKING:
    from jinja2 import Environment, Template

LONGEST_FILE = 16 << 10  # characters
LONGEST_TITLE = 80
LONGEST_TEXT = 1600  # bytes of UTF-8: what the narrowest receiver takes, and something to spare
DEEPEST, MOST_LOOPS = 2, 20  # loops within each other, and in one template
FILTERS = frozenset({"upper", "lower", "trim", "length", "default", "first", "last", "join"})
TESTS = frozenset({"defined", "none", "equalto", "eq", "in", "ne"})
FORMS = ("zh", "en", "zh_short", "en_short")


class TemplateFailed(Exception):
    """A template that says nothing useful for one message; `name` is its key."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


class TemplateWrong(Exception):
    """A template that cannot be used at all, and the line where that shows."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.why, self.line = why, line


class Templates(Struct, frozen=True):
    """The sources by key: "zh", "en", "zh_short", "en_short"; what is missing is the program's."""

    sources: Mapping[str, str] = {}

    def full(
        self,
        alert: Alert,
        notice: Notice,
        home: Home,
        told: Sequence[str],
        *,
        is_stored: bool = True,
        why_deaf: str = "",
        link: str = "",
    ) -> tuple[str, str] | None:
        """Give title and text; None where there is no template. Raises TemplateFailed."""
        name = language_of(notice, home)
        if name not in self.sources:
            return None
        known = facts(alert, notice, home, told, is_stored=is_stored, why_deaf=why_deaf, link=link)
        title, _, text = self._filled(name, known).partition("\n")
        if len(title) > LONGEST_TITLE:
            raise TemplateFailed(name, f"its first line is longer than {LONGEST_TITLE} characters")
        text = text.strip()
        if len(text.encode()) > LONGEST_TEXT:
            raise TemplateFailed(name, f"its text is longer than {LONGEST_TEXT} bytes")
        return _marked(title, known, name), text or title

    def short(
        self, alert: Alert, notice: Notice, home: Home, told: Sequence[str], *, link: str = ""
    ) -> str | None:
        """Give the short form; None where there is no template. Raises TemplateFailed."""
        name = f"{language_of(notice, home)}_short"
        if name not in self.sources:
            return None
        known = short_facts(alert, notice, home, told, link=link)
        text = _marked(self._filled(name, known), known, name)
        if parts_of(text) > MOST_PARTS:
            raise TemplateFailed(name, f"it takes more than {MOST_PARTS} short messages")
        return text

    def _filled(self, name: str, known: Facts) -> str:
        from jinja2 import TemplateError  # noqa: PLC0415  only homes with templates pay for it

        try:
            text = compiled(self.sources[name]).render(known)
        except (TemplateError, TemplateWrong, TypeError, ValueError, ArithmeticError) as error:
            raise TemplateFailed(name, plain(str(error), 200)) from error
        lines = (plain(line, 400) for line in text.splitlines())
        text = "\n".join(line for line in lines if line)
        if str(known["resident"]) not in text:
            raise TemplateFailed(name, "it does not say who it is about: {{ resident }}")
        return text


@lru_cache(maxsize=16)
def compiled(source: str) -> "Template":
    """Give the template. Raises TemplateWrong for what is none, or not of the allowed part."""
    from jinja2 import TemplateSyntaxError, nodes  # noqa: PLC0415

    if len(source) > LONGEST_FILE:
        raise TemplateWrong(f"is longer than {LONGEST_FILE} characters")
    environment = _environment()
    try:
        tree = environment.parse(source)
        _check(tree, 0)
        if sum(1 for _ in tree.find_all(nodes.For)) > MOST_LOOPS:
            raise TemplateWrong(f"has more than {MOST_LOOPS} loops")
        return environment.from_string(tree)
    except TemplateSyntaxError as error:
        raise TemplateWrong(error.message or "cannot be read", error.lineno) from error
    except RecursionError as error:
        raise TemplateWrong("is nested too deeply") from error


def _environment() -> "Environment":
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.clear()
    return environment


def _check(node: object, depth: int) -> None:
    """Refuse what is not of the allowed part of the language."""
    for child, name in _children(node):
        if name not in _ALLOWED:
            raise TemplateWrong(
                f"{_WORDS.get(name, name.lower())} is not allowed here", _line(child)
            )
        is_loop = name == "For"
        if is_loop and (depth >= DEEPEST or getattr(child, "recursive", False)):
            raise TemplateWrong(f"more than {DEEPEST} loops within each other", _line(child))
        if is_loop and type(getattr(child, "iter", None)).__name__ != "Name":
            raise TemplateWrong("a loop goes over a list by its name", _line(child))
        _check_named(child, name)
        _check(child, depth + is_loop)


_ALLOWED = frozenset(
    [
        *("Output", "TemplateData", "Name", "Const", "Tuple", "List", "Concat"),
        *("If", "CondExpr", "For", "Compare", "Operand", "Not", "And", "Or", "Filter", "Test"),
    ]
)
_WORDS = {"Call": "a call", "Assign": "set", "Getattr": "a dot", "Getitem": "an index"}


def _check_named(node: object, kind: str) -> None:
    name = getattr(node, "name", "")
    if kind == "Filter" and name not in FILTERS:
        raise TemplateWrong(f"the filter {name} is not known here", _line(node))
    if kind == "Filter" and name == "join":
        _check_join(node)
    if kind == "Test" and name not in TESTS:
        raise TemplateWrong(f"the test {name} is not known here", _line(node))


def _check_join(node: object) -> None:
    """Refuse to join anything but a given list by a given word: joins of joins have no bound."""
    joined = type(getattr(node, "node", None)).__name__
    by = [type(each).__name__ for each in getattr(node, "args", ())]
    if joined != "Name" or by not in ([], ["Const"]) or getattr(node, "kwargs", None):
        raise TemplateWrong("join takes a list by its name, and one text", _line(node))


def _children(node: object) -> Iterator[tuple[object, str]]:
    for child in node.iter_child_nodes():  # type: ignore[attr-defined]
        yield child, type(child).__name__


def _line(node: object) -> int | None:
    return getattr(node, "lineno", None)


def _marked(text: str, known: Facts, name: str) -> str:
    """Mark a drill where the template does not: nobody may take one for an alarm."""
    mark = LANGUAGES[name.partition("_")[0]].drill
    is_marked = not known["drill"] or mark.strip() in text.partition("\n")[0]
    return text if is_marked else mark + text
