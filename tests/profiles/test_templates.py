"""What value templates say, which are refused, and that none of them fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.selfdescribed.operations import MISSING
from gateway.wire.selfdescribed.templates import parse
from gateway.wire.selfdescribed.tokens import LONGEST_TEMPLATE, TemplateRefused
from tests.profiles.introduced import JSON

PIECES = st.sampled_from(
    [
        "value_json",
        "value",
        ".",
        "[",
        "]",
        "(",
        ")",
        "|",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "==",
        "!=",
        "<",
        "in",
        "not",
        "and",
        "or",
        "if",
        "else",
        "is",
        "defined",
        "none",
        "float",
        "int",
        "round",
        "default",
        "lower",
        "is_defined",
        "get",
        "iif",
        "'x'",
        "1",
        "0",
        "0.5",
        ",",
        "{{",
        "}}",
        "{%",
        "true",
        "é",
    ]
)


@pytest.mark.parametrize(
    ("template", "document", "outcome"),
    [
        ("{{ value_json.x }}", {"x": 3}, 3),
        ("{{ value_json['a']['b'] }}", {"a": {"b": "c"}}, "c"),
        ("{{value_json.a[0].b}}", {"a": [{"b": 1}]}, 1),
        ("{{ value_json.get('x', 5) }}", {"x": 3}, 3),
        ("{{ value_json.x | is_defined }}", {"x": True}, True),
        ("{{ value | float | round(1) }}", None, 0.5),
        ("{{ value_json.x | int - 2 * (3 + 1) }}", {"x": "9"}, 1),
        ("{{ -value_json.x / 4 }}", {"x": 2}, -0.5),
        ("{{ 'ON' if value_json.x in ['a', 'b'] else 'OFF' }}", {"x": "b"}, "ON"),
        ("{{ 'ON' if value_json.x > 3 and not value_json.y else 'OFF' }}", {"x": 4, "y": 0}, "ON"),
        ("{{ value_json.x == 'Open' | lower }}", {"x": "open"}, True),
        ("{{ value_json.x | float(default=0) | round(precision=1) }}", {"x": "2.26"}, 2.3),
        ("{{ iif(value_json.x, 'ON', 'OFF') }}", {"x": 0}, "OFF"),
    ],
)
def test_a_template_says(template: str, document: object, outcome: object) -> None:
    assert parse(template).render("0.46", document) == outcome


@pytest.mark.parametrize(
    "template",
    [
        "{{ value_json.x }}",
        "{{ value_json.x | default('OFF') }}",
        "{{ value_json.get('x', 'OFF') }}",
        "{{ 'ON' if value_json.x == 1 else 'OFF' }}",
        "{{ 'ON' if value_json.x != 0 else 'OFF' }}",
        "{{ 'ON' if not value_json.x else 'OFF' }}",
        "{{ 'ON' if value_json.x is defined and value_json.x == 1 else 'OFF' }}",
        "{{ value_json.x | float(0) + 1 }}",
        "{{ 1 / 0 }}",
    ],
)
@pytest.mark.parametrize("document", [{}, {"x": None}, None, [], "x"])
def test_what_hangs_on_something_absent_is_neither_yes_nor_no(
    template: str, document: object
) -> None:
    assert parse(template).render("text", document) is MISSING


def test_one_alarm_of_two_is_enough_though_the_other_is_absent() -> None:
    template = parse("{{ 'ON' if value_json.smoke == 1 or value_json.co == 1 else 'OFF' }}")
    assert template.render("", {"co": 1}) == "ON"
    assert template.render("", {"co": 0}) is MISSING


@pytest.mark.parametrize(
    "template",
    [
        *("", "x", "{{ }}", "{{ value_json.x", "{% set x = 1 %}{{ x }}", "{{ a }}{{ b }}"),
        *("{{ states('x') }}", "{{ value_json.x.y() }}", "{{ value.__class__ }}", "{{ ''.join }}"),
        *("{{ value_json[value] }}", "{{ value_json.x | tojson }}", "{{ 'a' * 9 ** 9 }}"),
        *("{{ " + "(" * 400 + "1" + ")" * 400 + " }}", "{{ " + "not " * 200 + "1 }}"),
        *("{{ 1" + "+1" * 200 + " }}", "{{ '" + "x" * LONGEST_TEMPLATE + "' }}"),
    ],
)
def test_every_other_template_is_refused(template: str) -> None:
    with pytest.raises(TemplateRefused):
        parse(template)


@given(st.lists(PIECES, max_size=30), JSON)
def test_a_template_is_refused_or_renders_and_never_fails(pieces: list[str], x: object) -> None:
    try:
        template = parse("{{ " + " ".join(pieces) + " }}")
    except TemplateRefused:
        return
    template.render("12", {"x": x})


@given(st.integers(-999, 999), st.integers(-999, 999), st.integers(1, 99))
def test_a_template_reckons_as_python_does(a: int, b: int, c: int) -> None:
    template = parse("{{ (value_json.a - 2 * value_json.b) / value_json.c + 1 }}")
    assert template.render("", {"a": a, "b": b, "c": c}) == (a - 2 * b) / c + 1
