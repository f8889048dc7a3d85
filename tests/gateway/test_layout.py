"""Tables in a terminal: Chinese takes two columns, and a narrow one shows what matters most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.commands.layout import clipped, fitted, width

ROWS = [
    ["DEVICE", "MEASURES", "AGO"],
    ["kitchen_motion 厨房红外", "人体移动、温度、光照", "5 秒"],
    ["bracelet 手环", "心率", "-"],
]
YIELDS = [(1, 0), (0, 10)]


def test_a_wide_terminal_shows_the_whole_table() -> None:
    assert fitted(ROWS, None, YIELDS) == fitted(ROWS, 200, YIELDS)
    assert "人体移动、温度、光照" in fitted(ROWS, 200, YIELDS)[1]


def test_what_matters_least_is_shortened_first_and_then_left_out() -> None:
    assert [width(line) <= 45 for line in fitted(ROWS, 45, YIELDS)] == [True] * 3
    assert "人体移动、温…" in fitted(ROWS, 45, YIELDS)[1]
    assert fitted(ROWS, 27, YIELDS)[1] == "kitchen_motion 厨房…   5 秒"


def test_columns_stand_below_one_another_in_chinese() -> None:
    head, *rows = fitted(ROWS, 27, YIELDS)
    places = [head.index("AGO"), *(width(row[: row.rindex("  ") + 2]) for row in rows)]
    assert places == [23, 23, 23]


@given(
    st.lists(st.lists(st.text(max_size=30), min_size=3, max_size=3), min_size=1, max_size=4),
    st.integers(16, 90),
)
def test_no_row_is_wider_than_the_terminal(rows: list[list[str]], columns: int) -> None:
    lines = fitted(rows, columns, [(0, 0), (1, 0), (2, 8)])
    assert all(width(line) <= columns for line in lines)


@pytest.mark.parametrize(("columns", "cut"), [(4, "厨…"), (5, "厨房…"), (8, "厨房红外")])
def test_a_chinese_text_is_cut_between_its_characters(columns: int, cut: str) -> None:
    assert clipped("厨房红外", columns) == cut
