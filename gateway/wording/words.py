"""What a language must be able to say to a caregiver at three in the morning.

Only the shape; every field is required, so that a language cannot lack one.
"""

from msgspec import Struct

from edge.model import After, BlindCause, Oddity, Outcome, Reason, Rule
from gateway.wire.profile import Transport


class Words(Struct, frozen=True):
    """The phrases of one language; `sensed` and `recovered` fall back to their `other_` phrase."""

    # the title
    drill: str
    title: str  # {reason} {rule} {resident}
    title_room: str  # {title} {room}
    reasons: dict[Reason, str]
    rules: dict[Rule, str]

    # who, and what a sensor said
    who: str  # {resident} {home}
    device: str  # {device}
    device_in: str  # {device} {room}
    sensed: dict[Rule, str]  # {device}
    other_sensed: str
    percent: str  # {percent}
    standing: str
    since: str  # {since}
    ago: str  # {time} {age}
    latest: str  # {time}

    # what watches the watchers
    lost: str  # {device} {duration}
    last_heard: str  # {time}
    never_heard: str
    said_offline: str
    alone: str
    weak_link: str
    room: str  # {room}
    odd: dict[Oddity, str]  # {device}
    not_seen: str
    ebbing: str  # {device} {percent} {days}
    deaf: dict[BlindCause, str]
    deaf_source: dict[Transport, str]  # {port}, of a serial port
    deaf_each: str
    partly_deaf: str  # the title where others still see the home
    deaf_devices: str  # {devices}
    comes_and_goes: str  # {count}
    storage: str
    channel: str  # {subject}
    template: str  # {name}
    template_failed: str  # the title of it
    advice_template: str
    question_mute: str
    untrusted: str  # {device}
    other_broken: str
    detail: str  # {detail}

    # why it comes now, what to do, who else knows
    why_now: dict[Reason, str]
    say_away: str  # {home}
    do: str  # {advice}
    do_in_drill: str  # {advice}
    advice: dict[Rule, str]  # {resident}
    advice_refused: str
    advice_deaf: dict[Transport, str]  # {resident} {port}
    advice_unanswered: str
    advice_own: str  # {resident}, of a vital sign that is unusual, not beyond a limit
    advice_fall: dict[After, str]  # {resident}
    advice_away: str  # {resident}
    advice_not_home: str  # {resident}
    advice_lost_alarm: str  # {resident}
    advice_odd: dict[Oddity, str]
    unanswered: str
    missed: str  # {names}, of those who were told in vain
    told: str  # {names}
    told_nobody: str
    undated: str
    not_stored: str
    reference: str  # {alert} {notice}
    link: str  # {link}
    link_after: str  # {link}

    # the end
    outcomes: dict[Outcome, str]  # {resident}
    recovered: dict[Rule, str]
    taken_out: str  # {device}
    other_recovered: str
    partly_recovered: str
    template_recovered: str
    lasted: str  # {since} {until}
    do_after: str  # {resident}
    nothing_to_do: str

    # time and lists
    today: str  # {clock}
    yesterday: str  # {clock}
    date: str  # {month} {day} {clock}
    date_year: str  # {year} {month} {day} {clock}
    months: str  # twelve, parted by spaces
    days: str  # {count}
    hours: str
    minutes: str
    moment: str
    join: str  # between names
    more: str  # {names} {count}
    gap: str  # between sentences
