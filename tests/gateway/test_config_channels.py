"""The channels and the modem in gateway.toml: what fits together, and what is said if not."""

import base64
from pathlib import Path

import pytest

from gateway.channels.apprise import AppriseChannel
from gateway.channels.phone import CallChannel, SmsChannel
from gateway.channels.siren import SirenChannel
from gateway.channels.webhook import WebhookChannel
from gateway.config import examine, load
from gateway.language import Language
from gateway.parts import channels
from tests.gateway.test_config import GATEWAY, HOME, Write, write
from tests.homes import at

__all__ = ["write"]

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
MODEM = '[modem]\nport = "/dev/modem"\n'
SMS = '[[channel]]\nid = "sms"\ntype = "sms"\n'
CALL = '[[channel]]\nid = "call"\ntype = "call"\n'
HOOK = '[[channel]]\nid = "hook"\ntype = "webhook"\n'
POST = 'url = "https://example.org/h"\nsecret_file = "key"\n'
SIREN = '[[channel]]\nid = "siren"\ntype = "siren"\n'
TOPIC = 'topic = "home/siren/set"\n'
CALLED = HOME.replace('channels = ["push", "desk"]', 'channels = ["push", "sms"]\nphone = "{}"')


def told(write: Write, *more: str, home: str = HOME) -> str:
    directory = write(home, GATEWAY + "".join(more))
    _secret(directory / "key", SECRET)
    _secret(directory / "bad", "whsec_c2hvcnQ=")
    _secret(directory / "pin", "12x4")
    (directory / "no.pem").write_text("no certificate")
    found = examine(directory)
    faults = (*found.faults, *found.warnings)
    return "\n".join(fault.told(Language.EN) for fault in faults)


def _secret(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)


def test_each_kind_of_channel_is_built_and_texts_and_calls_share_one_modem(write: Write) -> None:
    directory = write(HOME, GATEWAY + MODEM + SMS + CALL + HOOK + POST + SIREN + TOPIC)
    _secret(directory / "key", SECRET)
    settings = load(directory).settings
    ways = channels(settings, lambda *_: True, at)
    kinds = (AppriseChannel, AppriseChannel, SmsChannel, CallChannel, WebhookChannel, SirenChannel)
    assert tuple(type(way) for way in ways.values()) == kinds
    sms, call = ways["sms"], ways["call"]
    assert isinstance(sms, SmsChannel) and isinstance(call, CallChannel)
    assert sms.line is call.line
    assert SECRET not in repr(settings) and "example.org/h" not in repr(ways["hook"])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((SMS,), "need a modem, and none is described; add [modem]"),
        ((MODEM,), "no channel uses the modem"),
        ((MODEM, 'pin_file = "pin"\n', SMS), "holds no PIN of digits"),
        ((MODEM, 'pin_file = "none"\n', SMS), "no such file"),
        ((MODEM, '[[serial]]\nid = "bus"\nport = "/dev/modem"\n', SMS), "the sensors on bus"),
        ((MODEM, SMS, 'url = "x://y"\n'), "a channel of type sms has no url; it takes id, type"),
        ((HOOK, 'url = "https://example.org/h"\n'), "a channel of type webhook needs secret_file"),
        ((HOOK, 'secret_file = "key"\n'), "neither url nor url_file"),
        ((HOOK, 'url = "ftp://example.org"\nsecret_file = "key"\n'), "is no web address"),
        ((HOOK, 'url = "https://[::1"\nsecret_file = "key"\n'), "is no web address"),
        ((HOOK, 'url = "http://example.org/h"\nsecret_file = "key"\n'), "go unencrypted"),
        ((HOOK, 'url = "https://example.org"\nsecret_file = "bad"\n'), "no secret of a webhook"),
        ((HOOK, POST, 'tls_ca = "none.pem"\n'), "no such file"),
        ((HOOK, POST, 'tls_ca = "no.pem"\n'), "holds no certificate"),
        ((SIREN,), "a channel of type siren needs topic"),
        ((SIREN, 'topic = "home/+/set"\n'), "cannot be an address"),
        ((SIREN, TOPIC, 'sounds_for = "2h"\n'), "outside 10s to 1h"),
        ((SIREN, TOPIC, 'url = "a://b"\n'), "it takes topic, on, off, drill, sounds_for"),
        (('[[channel]]\nid = "x"\ntype = "fax"\n',), '"apprise", "sms", "call", "webhook", "si'),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_told_with_its_mend(
    write: Write, more: tuple[str, ...], said: str
) -> None:
    assert said in told(write, *more)


def test_a_secret_of_a_webhook_stands_in_no_fault(write: Write) -> None:
    found = told(write, HOOK, 'url = "sesame"\nsecret_file = "bad"\n')
    assert found and "sesame" not in found and "c2hvcnQ" not in found


@pytest.mark.parametrize("phone", ["", "call me", "12"])
def test_who_is_reached_by_telephone_needs_a_number(write: Write, phone: str) -> None:
    found = told(write, MODEM, SMS, home=CALLED.format(phone))
    assert "households/wang.toml:24: contact[0].phone" in found
    assert "write phone =" in found


def test_a_number_may_be_parted_as_people_write_it(write: Write) -> None:
    assert "phone" not in told(write, MODEM, SMS, home=CALLED.format("+86 138-0000 (0001)"))
