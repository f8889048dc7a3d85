"""What can be asked of the running daemon, and what each request must look like.

How a request travels is control.py's; what it does, commanding.py's.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from edge.model import Outcome, Severity

# No control characters: names are shown in terminals and messages.
Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f-\x9f]+\Z")]


class AcknowledgeAlert(Struct, frozen=True, tag_field="do", tag="acknowledge"):
    """Take an alert for a while."""

    alert: Name
    by: Name
    lease_s: Annotated[int, Meta(ge=60, le=86400)] = 1800


class HandOverAlert(Struct, frozen=True, tag_field="do", tag="hand_over"):
    """Give an alert that somebody has taken to somebody else: a contact by id or name, or anybody.

    The answer holds "owner", and "told": whether they are a contact and a message goes to them.
    """

    alert: Name
    by: Name
    to: Name
    lease_s: Annotated[int, Meta(ge=60, le=86400)] = 1800


class ArriveOnScene(Struct, frozen=True, tag_field="do", tag="arrive"):
    """Say that somebody is with the resident; where nobody has taken the alert, they have now."""

    alert: Name
    by: Name
    lease_s: Annotated[int, Meta(ge=60, le=86400)] = 1800


class CloseAlert(Struct, frozen=True, tag_field="do", tag="close"):
    """End an alert and say what it was."""

    alert: Name
    by: Name
    outcome: Outcome


class AnswerQuestion(Struct, frozen=True, tag_field="do", tag="answer"):
    """The resident says to be well; `by` is who or what heard it."""

    household: Name
    by: Name


class DeclareAway(Struct, frozen=True, tag_field="do", tag="away"):
    """Say that nobody will be at home, until a time or until somebody is there again."""

    household: Name
    by: Name
    until: Annotated[datetime, Meta(tz=True)] | None = None


class DeclareBack(Struct, frozen=True, tag_field="do", tag="back"):
    """End a declared absence."""

    household: Name
    by: Name


class TrustDevice(Struct, frozen=True, tag_field="do", tag="trust"):
    """Believe an encrypted device again, whatever it counts: its battery was changed."""

    household: Name
    device: Name


class TryQuestion(Struct, frozen=True, tag_field="do", tag="try_question"):
    """Let the question of a home sound once; the answer's "ways" say of each why it could not."""

    household: Name


class RenewLinks(Struct, frozen=True, tag_field="do", tag="renew_links"):
    """Sign the links in messages with a new secret; `revoke`: those already sent open nothing."""

    revoke: bool = False


class TryChannel(Struct, frozen=True, tag_field="do", tag="try_channel"):
    """Send a marked test over one channel, to `phone` where it goes over the telephone.

    The answer holds "rung", an edge.model.Rung, and "evidence"; it comes when the receiver's does.
    """

    channel: Name
    phone: Annotated[str, Meta(max_length=40)] = ""
    language: Annotated[str, Meta(pattern="^(zh|en)$")] = "zh"


class ProveChannel(Struct, frozen=True, tag_field="do", tag="prove_channel"):
    """Note that a test went through, which the command made by itself from this configuration."""

    channel: Name
    config: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Status(Struct, frozen=True, tag_field="do", tag="status"):
    """Ask how the daemon does."""


class Drill(Struct, frozen=True, tag_field="do", tag="drill"):
    """Begin a drill in a real home; `GoOn` keeps it going.

    With `by_sensor` the alarm of `device` begins it, else it is taken for alarmed; without a device
    it is an example of `severity`. The answer holds "drill", its id, or "refused", why none begins.
    """

    household: Name
    by: Name
    device: str = ""
    by_sensor: bool = False
    severity: Severity = Severity.URGENT
    contacts: Annotated[tuple[str, ...], Meta(max_length=40)] = ()  # those who are told; none: all
    tells: bool = True


class GoOn(Struct, frozen=True, tag_field="do", tag="drill_on"):
    """Go on with a drill, or end it; the answer holds "stands", a gateway.drilled.Stands."""

    household: Name
    drill: Name
    ends: bool = False


class Look(Struct, frozen=True, tag_field="do", tag="look"):
    """Listen for strangers too, for so long; nothing is set up by it."""

    seconds: Annotated[int, Meta(ge=0, le=3600)] = 600


class Devices(Struct, frozen=True, tag_field="do", tag="devices"):
    """Ask for what was heard of each device, a page at a time: `first` is where it begins.

    The answer holds "devices", a list of gateway.heard.Heard; "next", where the next page begins,
    or null; and "looking", the seconds for which strangers are still listened for, with "remarks"
    on what hinders it.
    """

    first: Annotated[int, Meta(ge=0)] = 0
    strangers: bool = True


class Probe(Struct, frozen=True, tag_field="do", tag="probe"):
    """Ask for the last messages of an address, raw, after a number.

    The answer holds "messages", a list of gateway.heard.Message, and "is_known": false of an
    address on which nobody was set up or heard.
    """

    address: Annotated[str, Meta(min_length=1, max_length=512)]
    after: int = 0


class Walk(Struct, frozen=True, tag_field="do", tag="walk"):
    """Ask what was sensed in a home since a number, while somebody walks through it.

    The first request begins it, a minute without one ends it. The answer holds "readings", a list
    of gateway.heard.Walked, and "seq", the number for the next request.
    """

    household: Name
    room: str = ""
    after: int = 0


class Doctor(Struct, frozen=True, tag_field="do", tag="doctor"):
    """Ask what is wrong with the gateway; the answer holds "checks"."""


class Rehearse(Struct, frozen=True, tag_field="do", tag="rehearse"):
    """Test the devices of a home: what is sensed there is a drill until this is not said again.

    An alarm of `device`, which is tried now, is a test; any other is real and ends the drill. The
    answer holds "goes_on"; "ended_by", the device that really alarmed; "left", the seconds for
    which an alarm of `device` is still a test; "run", which is another one after each start.
    """

    household: Name
    device: str = ""
    ends: bool = False


class Tested(Struct, frozen=True):
    """What came of trying one device, or one contact's channel."""

    what: Name
    passed: bool
    said: Annotated[str, Meta(max_length=200)] = ""


class RecordTests(Struct, frozen=True, tag_field="do", tag="record_tests"):
    """Keep what was tested in a home, by whom; the daemon notes when."""

    household: Name
    by: Name
    results: Annotated[list[Tested], Meta(max_length=40)]


class Reload(Struct, frozen=True, tag_field="do", tag="reload"):
    """Begin anew with the configuration as it is on disk now; a faulty one changes nothing.

    The answer holds "run", the present one, and "ends": whether another one begins.
    """


class EraseHousehold(Struct, frozen=True, tag_field="do", tag="erase"):
    """Remove everything that is kept of a household; the gateway begins anew without it.

    The answer comes before it is done: it is, when gateway.erasing.pending names it no more.
    It holds "watched": whether the household is still configured, and begins anew.
    """

    household: Name


Watching = Look | Devices | Probe | Walk | Doctor
Absences = DeclareAway | DeclareBack
Installing = Rehearse | RecordTests | Reload | EraseHousehold
Drilling = Drill | GoOn
Asked = AcknowledgeAlert | CloseAlert | AnswerQuestion | TrustDevice | RenewLinks | Status
OfAlerts = HandOverAlert | ArriveOnScene
Trying = TryChannel | ProveChannel | TryQuestion
Request = Asked | OfAlerts | Trying | Absences | Drilling | Installing | Watching
