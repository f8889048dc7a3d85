"""Who of many is due: whoever has moved on in the meantime disturbs nobody."""

from edge.agenda import Agenda
from edge.model import Moment
from tests.homes import at


class Asked:
    """Dues by name, and how often each was asked for its own."""

    def __init__(self, **dues: list[Moment]) -> None:
        self.dues = dues
        self.asked: list[str] = []

    def __call__(self, name: str) -> list[Moment]:
        self.asked.append(name)
        return self.dues[name]


def test_who_was_heard_in_the_meantime_is_waited_for_anew_without_asking_the_others() -> None:
    dues = Asked(radar=[at(1)], door=[at(24)])
    agenda = Agenda(dues)
    agenda.settle(("radar", "door"), at(0))
    dues.dues["radar"] = [at(2)]
    dues.asked.clear()
    assert not agenda.is_due(at(1))
    assert agenda.due == at(2)
    assert dues.asked == ["radar"]


def test_who_was_not_heard_is_due() -> None:
    agenda = Agenda(Asked(radar=[at(1)], door=[at(24)]))
    agenda.settle(("radar", "door"), at(0))
    assert not agenda.is_due(at(0.9))
    assert agenda.is_due(at(1))


def test_what_was_due_when_all_were_asked_is_done_and_comes_no_more() -> None:
    agenda = Agenda(Asked(lost=[at(1), at(30)], door=[at(24)]))
    agenda.settle(("lost", "door"), at(2))
    assert agenda.due == at(24)
    assert not agenda.is_due(at(3))


def test_several_that_have_moved_on_are_all_passed_over_at_once() -> None:
    dues = Asked(one=[at(1)], other=[at(1.5)], last=[at(9)])
    agenda = Agenda(dues)
    agenda.settle(("one", "other", "last"), at(0))
    dues.dues |= {"one": [at(5)], "other": []}
    assert not agenda.is_due(at(4))
    assert agenda.due == at(5)


def test_with_nobody_to_wait_for_nothing_is_due() -> None:
    agenda = Agenda(Asked())
    agenda.settle((), at(0))
    assert agenda.due is None and not agenda.is_due(at(100))
