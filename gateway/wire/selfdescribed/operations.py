"""What the filters, functions and signs of a value template do with values.

They follow Home Assistant's templates where these are plain; where a value is missing or of the
wrong kind, the outcome is missing too, and nobody guesses.
"""

import math
import operator
from collections.abc import Callable
from typing import Final

# No reading is larger; beyond it arithmetic would only cost time and memory.
_LARGEST = 1e15


class _Missing:
    """Stands where a template found nothing."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
Operation = Callable[..., object]


def as_text(value: object) -> str:
    """Give the text that a template's outcome becomes: a JSON true becomes "True"."""
    return "" if value is MISSING else str(value)[:1_000]


def truth(value: object) -> object:
    """Give whether a value counts as true in a condition: True, False or MISSING."""
    return value if value is MISSING else bool(value)


def negation(value: object) -> object:
    """Give the opposite: True, False or MISSING."""
    return value if value is MISSING else not value


def as_number(value: object) -> int | float | None:
    """Give a value as a number: numbers, and texts that are one; None for everything else."""
    if isinstance(value, str):
        try:
            value = float(value[:40])
        except ValueError:
            return None
    if not isinstance(value, int | float) or not -_LARGEST < value < _LARGEST:
        return None
    return value


def _float(value: object, _default: object = None) -> object:
    number = as_number(value)
    return MISSING if number is None else float(number)


def _int(value: object, _default: object = None) -> object:
    number = as_number(value)
    return MISSING if number is None else int(number)


def _round(value: object, digits: object = 0, method: object = "common") -> object:
    number = as_number(value)
    if number is None or not isinstance(digits, int) or not 0 <= digits <= 9:
        return MISSING
    if method == "floor":
        return math.floor(number * 10**digits) / 10**digits
    if method == "ceil":
        return math.ceil(number * 10**digits) / 10**digits
    return round(float(number), digits)


def _default(value: object, *_: object) -> object:
    return value


def _iif(value: object, then: object = True, otherwise: object = False) -> object:
    held = truth(value)
    return held if held is MISSING else (then if held else otherwise)


def _word(change: Callable[[str], str]) -> Operation:
    return lambda value: MISSING if value is MISSING else change(as_text(value))


def _arithmetic(operation: Callable[[float, float], float]) -> Operation:
    def apply(left: object, right: object) -> object:
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            return MISSING
        if not abs(left) < _LARGEST or not abs(right) < _LARGEST:
            return MISSING
        return operation(left, right)

    return apply


def _ordered(operation: Callable[[float, float], bool]) -> Operation:
    def apply(left: object, right: object) -> object:
        if isinstance(left, int | float) and isinstance(right, int | float):
            return operation(left, right)
        return MISSING

    return apply


def _equal(left: object, right: object) -> object:
    return MISSING if left is MISSING or right is MISSING else left == right


def _within(left: object, right: object) -> object:
    if left is MISSING or right is MISSING:
        return MISSING
    if isinstance(right, str):
        return isinstance(left, str) and left in right
    return isinstance(right, list | dict) and left in list(right)


FILTERS: dict[str, Operation] = {
    "float": _float,
    "int": _int,
    "round": _round,
    "default": _default,
    "d": _default,
    "iif": _iif,
    "abs": lambda value: MISSING if (number := as_number(value)) is None else abs(number),
    "lower": _word(str.lower),
    "upper": _word(str.upper),
    "trim": _word(str.strip),
    "string": _word(str),
}
FUNCTIONS: dict[str, Operation] = {"float": _float, "int": _int, "iif": _iif}
SUMS: dict[str, Operation] = {
    "+": _arithmetic(operator.add),
    "-": _arithmetic(operator.sub),
}
PRODUCTS: dict[str, Operation] = {
    "*": _arithmetic(operator.mul),
    "/": _arithmetic(operator.truediv),
    "//": _arithmetic(operator.floordiv),
    "%": _arithmetic(operator.mod),
}
COMPARISONS: dict[str, Operation] = {
    "==": _equal,
    "!=": lambda left, right: negation(_equal(left, right)),
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
    "in": _within,
    "not in": lambda left, right: negation(_within(left, right)),
}
