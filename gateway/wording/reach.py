"""The monthly test of who can be reached: what is said to them, and of who does not answer."""

from edge.model import Asked
from gateway.wording.plain import plain
from gateway.wording.telling import Telling

PHRASES = {
    "zh": {
        "test": "这是每月一次的联络测试，什么事都没有发生，只是看看真有事时您能不能收到。",
        "late": "“{name}”没有回应 {time} 发出的每月联络测试：真有事的时候，消息可能到不了。",
    },
    "en": {
        "test": "This is the monthly test: nothing has happened. It shows whether a message would"
        " reach you in earnest.",
        "late": "“{name}” has not answered the monthly test of {time}: in earnest a message may"
        " not get through.",
    },
}


def lines(because: Asked, telling: Telling) -> list[str]:
    """Say that it is a test, or who has not answered it."""
    phrases = PHRASES[telling.language]
    if not because.is_late:
        return [phrases["test"]]
    people = (each.name for each in telling.home.contacts if each.id == because.contact)
    name = plain(next(people, because.contact))
    return [phrases["late"].format(name=name, time=telling.times.at(because.at))]
