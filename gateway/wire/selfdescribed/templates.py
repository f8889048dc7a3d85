"""Reads the value templates of Home Assistant's MQTT discovery, a small part of them.

It knows paths, a few filters, arithmetic, comparisons and `a if b else c`, and refuses the rest
with a reason; what an outcome means, discovery.py decides. No eval and no Jinja is in it.
"""

from collections.abc import Sequence

from gateway.wire.selfdescribed.nodes import (
    JSON,
    TEXT,
    Node,
    Pointer,
    Scope,
    applied,
    both,
    branch,
    constant,
    either,
)
from gateway.wire.selfdescribed.operations import (
    COMPARISONS,
    FILTERS,
    FUNCTIONS,
    MISSING,
    PRODUCTS,
    SUMS,
    negation,
)
from gateway.wire.selfdescribed.tokens import Mark, TemplateRefused, Token, tokens

DEEPEST = 25
_LITERALS: dict[str, object] = {
    **dict.fromkeys(("true", "True"), True),
    **dict.fromkeys(("false", "False"), False),
    **dict.fromkeys(("none", "None"), None),
}


class Template:
    """A template that was understood."""

    __slots__ = ("_node", "path")

    def __init__(self, node: Node) -> None:
        self._node = node
        # Where the value stands, if the template does nothing but point there.
        self.path = node.keys if isinstance(node, Pointer) else None

    def render(self, text: str, document: object) -> object:
        """Give the outcome; MISSING where it hangs on something that is not there."""
        try:
            return self._node(Scope(text, document))
        except (ArithmeticError, TypeError, ValueError):
            return MISSING


def parse(text: str) -> Template:
    """Read a template; raise TemplateRefused with what is not understood."""
    parser = _Parser(tokens(text))
    node = parser.choice(0)
    parser.end()
    return Template(node)


PLAIN = Template(Pointer(TEXT))


class _Parser:
    """Recursive descent, one method a level of precedence, the weakest first."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = found
        self._at = 0

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise TemplateRefused(f'"{self._tokens[self._at].text}"')

    def choice(self, depth: int) -> Node:
        """Read `a if b else c`."""
        if depth > DEEPEST:
            raise TemplateRefused("too deep")
        then = self._either(depth)
        if not self._takes("if"):
            return then
        condition = self._either(depth)
        otherwise: Node = self.choice(depth + 1) if self._takes("else") else constant(MISSING)
        return branch(condition, then, otherwise)

    def _either(self, depth: int) -> Node:
        left = self._both(depth)
        while self._takes("or"):
            left = either(left, self._both(depth))
        return left

    def _both(self, depth: int) -> Node:
        left = self._negation(depth)
        while self._takes("and"):
            left = both(left, self._negation(depth))
        return left

    def _negation(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise TemplateRefused("too deep")
        if self._takes("not"):
            return applied(negation, (self._negation(depth + 1),))
        return self._comparison(depth)

    def _comparison(self, depth: int) -> Node:
        left = self._sum(depth)
        if self._takes("is"):
            return self._test(left)
        name = self._one_of(("==", "!=", "<=", ">=", "<", ">", "in"))
        if name is None and self._takes("not"):
            self._must("in")
            name = "not in"
        return left if name is None else applied(COMPARISONS[name], (left, self._sum(depth)))

    def _test(self, left: Node) -> Node:
        is_negated = self._takes("not")
        name = self._one_of(("defined", "none"))
        if name is None:
            raise TemplateRefused('"is" with another test than "defined" and "none"')
        holds = (name == "defined") is not is_negated
        return lambda scope: MISSING if left(scope) is MISSING else holds

    def _sum(self, depth: int) -> Node:
        left = self._product(depth)
        while (name := self._one_of(tuple(SUMS))) is not None:
            left = applied(SUMS[name], (left, self._product(depth)))
        return left

    def _product(self, depth: int) -> Node:
        left = self._signed(depth)
        while (name := self._one_of(tuple(PRODUCTS))) is not None:
            left = applied(PRODUCTS[name], (left, self._signed(depth)))
        return left

    def _signed(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise TemplateRefused("too deep")
        if self._takes("-"):
            return applied(SUMS["-"], (constant(0), self._signed(depth + 1)))
        return self._filtered(depth)

    def _filtered(self, depth: int) -> Node:
        node = self._primary(depth)
        while self._takes("|"):
            name = self._word()
            arguments = self._arguments(depth) if self._takes("(") else []
            if name == "is_defined":
                continue
            if name not in FILTERS:
                raise TemplateRefused(f'filter "{name}"')
            node = applied(FILTERS[name], (node, *arguments))
        return node

    def _primary(self, depth: int) -> Node:
        if self._takes("("):
            inner = self.choice(depth + 1)
            self._must(")")
            return inner
        if self._takes("["):
            items = self._arguments(depth, "]")
            return lambda scope: [item(scope) for item in items]
        token = self._next()
        if token.mark in (Mark.TEXT, Mark.NUMBER):
            return constant(token.value)
        if token.mark is not Mark.WORD:
            raise TemplateRefused(f'"{token.text}"')
        if token.text in _LITERALS:
            return constant(_LITERALS[token.text])
        if token.text in FUNCTIONS and self._takes("("):
            return applied(FUNCTIONS[token.text], tuple(self._arguments(depth)))
        if token.text not in (JSON, TEXT):
            raise TemplateRefused(f'"{token.text}"')
        return self._steps(Pointer(token.text), depth)

    def _steps(self, pointer: Pointer, depth: int) -> Node:
        while True:
            if self._takes("."):
                name = self._word()
                if name == "get" and self._takes("("):
                    return self._get(pointer, depth)
                pointer = pointer.step(name)
            elif self._takes("["):
                token = self._next()
                if token.mark not in (Mark.TEXT, Mark.NUMBER):
                    raise TemplateRefused("a path that is worked out")
                self._must("]")
                pointer = pointer.step(str(token.value))
            else:
                return pointer

    def _get(self, pointer: Pointer, depth: int) -> Node:
        token = self._next()
        if token.mark is not Mark.TEXT:
            raise TemplateRefused("a path that is worked out")
        found = pointer.step(str(token.value))
        if self._takes(","):
            self.choice(depth + 1)
        self._must(")")
        return found

    def _arguments(self, depth: int, end: str = ")") -> list[Node]:
        found: list[Node] = []
        while not self._takes(end):
            if found:
                self._must(",")
            self._pass_name()
            found.append(self.choice(depth + 1))
        return found

    def _pass_name(self) -> None:
        """Read over the name of an argument: `float(default=0)` is `float(0)`."""
        ahead = self._tokens[self._at : self._at + 2]
        if len(ahead) == 2 and ahead[0].mark is Mark.WORD and ahead[1].text == "=":
            self._at += 2

    def _next(self) -> Token:
        if self._at >= len(self._tokens):
            raise TemplateRefused("it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _word(self) -> str:
        token = self._next()
        if token.mark is not Mark.WORD:
            raise TemplateRefused(f'"{token.text}"')
        return token.text

    def _takes(self, text: str) -> bool:
        return self._one_of((text,)) is not None

    def _one_of(self, texts: tuple[str, ...]) -> str | None:
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.mark in (Mark.WORD, Mark.SIGN) and token.text in texts:
                self._at += 1
                return token.text
        return None

    def _must(self, text: str) -> None:
        if not self._takes(text):
            raise TemplateRefused(f'no "{text}" where one belongs')
