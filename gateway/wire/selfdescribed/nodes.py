"""The pieces of a value template: pointers into a payload, branches, or, and.

Absent and null are not known, here as everywhere: what hangs on them is MISSING, and `or` is true
where one side is, whatever is missing on the other. How a template is read, templates.py says.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from gateway.wire.selfdescribed.operations import MISSING, truth
from gateway.wire.selfdescribed.tokens import TemplateRefused
from gateway.wire.tokens import dig

JSON: Final = "value_json"
TEXT: Final = "value"


class Scope(NamedTuple):
    """One payload under a template, as text and as a document."""

    text: str
    document: object


Node = Callable[[Scope], object]


class Pointer:
    """A path into the document, or the payload's text."""

    __slots__ = ("_root", "keys")

    def __init__(self, root: str, keys: tuple[str, ...] = ()) -> None:
        self._root = root
        self.keys = keys if root == JSON else None

    def __call__(self, scope: Scope) -> object:
        if self.keys is None:
            return scope.text
        found = dig(scope.document, self.keys)
        return MISSING if found is None else found

    def step(self, key: str) -> "Pointer":
        """Point one step further."""
        if self.keys is None:
            raise TemplateRefused(f'".{key}" of the text')
        return Pointer(self._root, (*self.keys, key))


def constant(value: object) -> Node:
    """Give a node that is always the same."""
    return lambda _: value


def applied(operation: Callable[..., object], arguments: tuple[Node, ...]) -> Node:
    """Give an operation on what the arguments turn out to be."""
    return lambda scope: operation(*[argument(scope) for argument in arguments])


def branch(condition: Node, then: Node, otherwise: Node) -> Node:
    """Give `then if condition else otherwise`."""

    def choose(scope: Scope) -> object:
        held = truth(condition(scope))
        return held if held is MISSING else (then if held else otherwise)(scope)

    return choose


def either(left: Node, right: Node) -> Node:
    """Give `left or right`."""

    def apply(scope: Scope) -> object:
        first = truth(left(scope))
        second = first if first is True else truth(right(scope))
        return second if second is True else (MISSING if MISSING in (first, second) else False)

    return apply


def both(left: Node, right: Node) -> Node:
    """Give `left and right`."""

    def apply(scope: Scope) -> object:
        first = truth(left(scope))
        second = first if first is False else truth(right(scope))
        return second if second is False else (MISSING if MISSING in (first, second) else True)

    return apply
