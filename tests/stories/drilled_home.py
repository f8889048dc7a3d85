"""A real home for drills: two people, each on a channel of their own, behind a real broker."""

from tests.broker import Broker
from tests.command_line import COMMAND, PLAIN
from tests.installation import Installation
from tests.receiver import Receiver, Request
from tests.terminal import Terminal

SMOKE = "zigbee2mqtt/厨房 smoke"
MOTION = "zigbee2mqtt/厨房 motion"
PEOPLE = """\
[[contact]]
id = "desk"
name = "李站长"
role = "community"
channels = ["desk", "push"]

[[escalation.step]]
after = "10m"
tell = ["desk"]
"""
DESK = """
[[channel]]
id = "desk"
type = "apprise"
url = "json://127.0.0.1:{port}/desk"
"""


class DrilledHome:
    """The box, the devices that speak, the telephones, and whoever types."""

    def __init__(self, box: Installation, broker: Broker, receiver: Receiver) -> None:
        """Start it."""
        gateway = box.directory / "gateway.toml"
        gateway.write_text(gateway.read_text() + DESK.format(port=receiver.port))
        self.box, self.broker, self.receiver = box, broker, receiver
        self.terminals: list[Terminal] = []
        box.start()
        box.hears()

    def types(self, *words: str, lang: str = "zh") -> Terminal:
        """Type `shouhu drill wang` with these words in a terminal."""
        typed = [str(COMMAND), "drill", "wang", *words, "--config", str(self.box.directory)]
        terminal = Terminal([*typed, "--lang", lang, "--by", "李工"], PLAIN)
        self.terminals.append(terminal)
        return terminal

    def says(self, **values: object) -> None:
        """Let the smoke alarm speak."""
        text = ", ".join(f'"{name}": {str(value).lower()}' for name, value in values.items())
        self.broker.publish(SMOKE, f"{{{text}}}")

    def told(self, *words: str) -> list[str]:
        """Give what arrived at the telephones so far, with all of these words."""
        return [text for text in map(written, self.receiver.requests) if all_in(words, text)]

    def waits(self, count: int, *words: str) -> list[str]:
        """Wait until so many messages with these words have arrived."""
        found = self.receiver.wait_for(count, that=lambda one: all_in(words, written(one)))
        return [written(one) for one in found]

    def takes(self) -> None:
        """Let somebody take the alert of the drill by the usual command."""
        alert = next(each for each in self.box.alerts() if each.drill)
        done = self.box.shouhu("alerts", "ack", alert.id, "--by", "王芳")
        assert done.returncode == 0, done.stderr

    def close(self) -> None:
        """End whatever is still typed."""
        for terminal in self.terminals:
            terminal.close()


def written(request: Request) -> str:
    """Give where a message arrived, with its title and text."""
    facts = request.json()
    return f"{request.path} {facts['title']}\n{facts['message']}"


def all_in(words: tuple[str, ...], text: str) -> bool:
    """Say whether all words are in it."""
    return all(word in text for word in words)
