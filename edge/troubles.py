"""What the gateway says to be wrong with itself, kept until it takes that back."""

from collections.abc import Container

from edge.model import Broken, Finding, Moment, Rule, Severity, Trouble


def report(troubles: dict[str, Finding], what: Trouble, now: Moment) -> None:
    """Take in that something is wrong, or right again; said twice, it goes on."""
    key = f"{what.rule}/{what.subject}"
    if not what.stands:
        troubles.pop(key, None)
    elif key not in troubles:
        because = Broken(what.subject, what.detail)
        troubles[key] = Finding(what.rule, what.subject, Severity.FAULT, now, because)


def still_here(troubles: dict[str, Finding], devices: Container[str]) -> dict[str, Finding]:
    """Give those that are left when the home has these devices."""
    return {
        key: finding
        for key, finding in troubles.items()
        if finding.rule is not Rule.UNTRUSTED or finding.subject in devices
    }
