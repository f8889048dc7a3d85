"""The tables of the district. What may be done with a row is desk's, roster's and intake's.

Times are aware UTC. A row that people act on is never deleted by the program but by erasure.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


class Utc(TypeDecorator[datetime]):
    """An aware time: timestamptz in PostgreSQL; SQLite has no zones, there it is UTC by rule."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without an offset: whose clock would it be?"""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without an offset from UTC: {value}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers only INTEGER keys by itself.
Number = BigInteger().with_variant(Integer, "sqlite")
Facts = JSON().with_variant(JSONB, "postgresql")
Id = String(64)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _only(which: str) -> dict[str, Any]:
    return {"postgresql_where": text(which), "sqlite_where": text(which)}


def _area(nullable: bool = False) -> "Column[Any]":
    return Column("area", Id, ForeignKey("areas.id"), nullable=nullable, index=True)


# City, district, street, community, or district, town, village: depth is data. `path` holds the
# ids from the top down, "/city/yuhua/", so that what lies below is one prefix.
areas = Table(
    "areas",
    metadata,
    Column("id", Id, primary_key=True),
    Column("parent", Id, ForeignKey("areas.id"), index=True),
    Column("path", String(1000), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("level", String(60), nullable=False, server_default=""),  # as people call it
    Column("time_zone", String(60), nullable=False, server_default="Asia/Shanghai"),
    # How long an incident may wait here before it rises to the area above.
    Column("emergency_limit_s", Integer, nullable=False, server_default="180"),
    Column("urgent_limit_s", Integer, nullable=False, server_default="1800"),
    Column("fault_limit_s", Integer, nullable=False, server_default="86400"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", String(80), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("phone", String(40), nullable=False, server_default=""),
    _area(),
    Column("role", String(30), nullable=False),
    Column("language", String(10), nullable=False, server_default="zh"),
    Column("password", String(300), nullable=False),  # Argon2id
    Column("totp", String(64)),
    Column("totp_last", BigInteger),  # the step that was used: each code is good once
    Column("totp_offered", String(64)),  # shown, and not yet proven by a code of it
    Column("must_change", Boolean, nullable=False, server_default=text("false")),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
)

# Guesses at passwords and codes: by login, whoever that is, and by address.
guesses = Table(
    "guesses",
    metadata,
    Column("id", Id, primary_key=True),  # SHA-256 of what is counted
    Column("failures", Integer, nullable=False),
    Column("last", Utc, nullable=False, index=True),
    Column("locked_until", Utc),
)

# What a program shows instead of a password.
tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hidden", Id, nullable=False, unique=True),  # SHA-256 of the token
    Column("account", Id, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("rights", Facts, nullable=False),
    Column("made", Utc, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("ends", Utc, nullable=False),
    Column("used", Utc),
    Column("used_from", String(200), nullable=False, server_default=""),
    Column("revoked", Utc),
    Column("revoked_by", String(200), nullable=False, server_default=""),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),  # SHA-256 of the cookie
    Column("account", Id, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("began", Utc, nullable=False),
    Column("seen", Utc, nullable=False),
    Column("ends", Utc, nullable=False),
    Column("where", String(200), nullable=False, server_default=""),
    Column("is_revoked", Boolean, nullable=False, server_default=text("false")),
)

# One-time ways in for whoever has lost their authenticator.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("id", Id, primary_key=True),  # SHA-256 of account and code
    Column("account", Id, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("used", Utc),
)

# Who is on duty each week; rota.py says what the columns mean.
rota = Table(
    "rota",
    metadata,
    Column("id", Id, primary_key=True),
    _area(),
    Column("account", Id, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("days", String(8), nullable=False),  # 1 to 7 from Monday, H: holidays
    Column("begins", Integer, nullable=False),  # minutes of the day, by the area's clock
    Column("ends", Integer, nullable=False),
    Column("since", Date),
    Column("until", Date),
)

# Besides the week's: one time only.
shifts = Table(
    "shifts",
    metadata,
    Column("id", Id, primary_key=True),
    _area(),
    Column("account", Id, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("begins", Utc, nullable=False),
    Column("ends", Utc, nullable=False, index=True),
)

# Who is away, and who stands in on every rota meanwhile.
absences = Table(
    "absences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", Id, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("begins", Utc, nullable=False),
    Column("ends", Utc, nullable=False, index=True),
    Column("stand_in", Id, ForeignKey("accounts.id")),
    Column("why", String(200), nullable=False, server_default=""),
)

# What a day of the calendar counts as, there and below: a holiday, or a weekday that is made up.
holidays = Table(
    "holidays",
    metadata,
    Column("area", Id, ForeignKey("areas.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("counts_as", String(1), nullable=False, server_default="H"),
    Column("name", String(200), nullable=False, server_default=""),
)

gateways = Table(
    "gateways",
    metadata,
    Column("id", Id, primary_key=True),
    _area(),
    Column("is_registered", Boolean, nullable=False, server_default=text("false")),
    Column("is_online", Boolean, nullable=False, server_default=text("false")),
    Column("heard", Utc),  # the last word of any kind
    Column("boot", String(80), nullable=False, server_default=""),
    Column("version", String(40), nullable=False, server_default=""),
    Column("waiting", Integer, nullable=False, server_default="0"),
    Column("oldest_s", Integer, nullable=False, server_default="0"),
    Column("health", Facts),
    Column("outage", Id),  # the incident of its area that it is part of while it is silent
    # `heard` has no index: a heartbeat then writes the row alone.
)

households = Table(
    "households",
    metadata,
    Column("id", Id, primary_key=True),
    Column("gateway", Id, ForeignKey("gateways.id"), index=True),
    Column("local", String(80), nullable=False),  # as the gateway calls it
    _area(),
    Column("is_registered", Boolean, nullable=False, server_default=text("false")),
    Column("name", String(200), nullable=False, server_default=""),
    Column("address", String(400), nullable=False, server_default=""),
    Column("door_code", String(80), nullable=False, server_default=""),
    Column("risk", String(20), nullable=False, server_default="ordinary"),
    Column("medical", Text, nullable=False, server_default=""),
    Column("plan", Text, nullable=False, server_default=""),
    Column("visits_a_month", Integer, nullable=False, server_default="2"),
    # A family care bed: so many proven visits of a carer a month; 0 where it is none.
    Column("care_a_month", Integer, nullable=False, server_default="0"),
    Column("visit_code", String(40), nullable=False, server_default=""),  # on the label there
    Column("since", Utc),  # registered
    Column("assessed", Utc),  # risk and plan, the last time
    Column("assessed_by", String(200), nullable=False, server_default=""),
    Column("ended", Utc),  # moved, died, asked to end
    Column("end_reason", String(60), nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
    # What ids of its incidents are made of instead of its own: the home's that it was joined with.
    Column("seed", Id),
    UniqueConstraint("gateway", "local"),
)

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household", Id, ForeignKey("households.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),  # resident, contact
    Column("name", String(200), nullable=False),
    Column("role", String(60), nullable=False, server_default=""),
    Column("phone", String(40), nullable=False, server_default=""),
    Column("born", Integer),
    Column("has_key", Boolean, nullable=False, server_default=text("false")),
    Column("place", Integer, nullable=False, server_default="0"),  # in the order to be called
)

# What somebody agreed to; withdrawn, it stays to be seen that it once was.
consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household", Id, ForeignKey("households.id"), nullable=False, index=True),
    Column("what", String(60), nullable=False),
    Column("given", Utc, nullable=False),
    Column("given_by", String(200), nullable=False),
    Column("withdrawn", Utc),
    Column("withdrawn_by", String(200)),
)

# The ledger of what stands in homes: from installing to giving back.
equipment = Table(
    "equipment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household", Id, ForeignKey("households.id"), nullable=False, index=True),
    Column("kind", String(60), nullable=False),
    Column("name", String(200), nullable=False),
    Column("serial", String(120), nullable=False, server_default=""),
    Column("room", String(80), nullable=False, server_default=""),
    Column("installed", Utc, nullable=False),
    Column("installed_by", String(200), nullable=False),
    Column("accepted", Utc),
    Column("accepted_by", String(200)),
    Column("returned", Utc),
    Column("returned_by", String(200)),
    Column("return_reason", String(200)),
)

# Who went there or called, and how it was; `proof` is what shows that somebody was there.
visits = Table(
    "visits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household", Id, ForeignKey("households.id"), nullable=False),
    Column("sort", String(20), nullable=False),  # visit, call, care
    Column("at", Utc, nullable=False),
    Column("by", String(200), nullable=False),
    Column("account", Id, ForeignKey("accounts.id")),
    Column("minutes", Integer),
    Column("note", Text, nullable=False, server_default=""),
    Column("proof", Facts, nullable=False),
    Column("photo", String(64), unique=True),  # SHA-256: one photo proves one visit
    Index("ix_visits_household_at", "household", "at"),
)

# Every event that was taken in, once.
events = Table(
    "events",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=True),
    Column("gateway", Id, nullable=False),
    Column("id", Id, nullable=False),
    Column("epoch", String(40), nullable=False, server_default=""),
    Column("sequence", BigInteger, nullable=False, server_default="0"),
    Column("type", String(40), nullable=False),
    Column("household", Id),
    Column("at", Utc, nullable=False),
    Column("received", Utc, nullable=False),
    Column("body", Text, nullable=False),
    Column("position", BigInteger, unique=True),  # in the feed to others: see feed.py
    UniqueConstraint("gateway", "id"),
    Index("ix_events_received", "received"),
    Index("ix_events_unplaced", "seq", **_only("position IS NULL")),
)

# What is counted one at a time.
counters = Table(
    "counters",
    metadata,
    Column("name", Id, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

# How far each receiver of the feed has come, and who of us sends to it.
pushes = Table(
    "pushes",
    metadata,
    Column("name", Id, primary_key=True),
    _area(),
    Column("position", BigInteger, nullable=False),
    Column("holder", Id, nullable=False, server_default=""),
    Column("held_until", Utc),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("next_try", Utc),
    Column("taken", Utc),  # the last success
    Column("error", String(500), nullable=False, server_default=""),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household", Id, ForeignKey("households.id"), index=True),  # None: of a whole area
    Column("place", Id, ForeignKey("areas.id"), nullable=False, index=True),  # where it happened
    Column("gateway", Id, nullable=False),
    Column("alert", Id, nullable=False),
    Column("rule", String(40), nullable=False),
    Column("subject", String(200), nullable=False, server_default=""),
    Column("room", String(80), nullable=False, server_default=""),
    Column("severity", String(20), nullable=False),
    Column("rank", Integer, nullable=False),  # 0 is the gravest
    Column("status", String(20), nullable=False),  # Actual, Exercise, Test
    Column("told", Facts, nullable=False),  # language -> [headline, description]
    Column("because", Facts, nullable=False),
    Column("opened", Utc, nullable=False),  # when the home raised it
    Column("arrived", Utc, nullable=False),  # when it was here
    Column("home_state", String(20), nullable=False),
    Column("home_by", String(200), nullable=False, server_default=""),  # who has or closed it there
    Column("home_until", Utc),  # the end of the lease there
    Column("home_outcome", String(30)),
    Column("epoch", String(40), nullable=False, server_default=""),
    Column("sequence", BigInteger, nullable=False, server_default="0"),
    Column("phase", String(20), nullable=False),
    _area(),  # who has it now; rises
    Column("rises", Integer, nullable=False, server_default="0"),
    Column("owner", Id, ForeignKey("accounts.id"), index=True),
    Column("until", Utc),  # the lease's end
    Column("answered", Utc),  # when it was first taken
    Column("next_due", Utc),  # when it rises, or the lease lapses
    Column("closed", Utc),
    Column("outcome", String(30)),
    Column("note", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
    # Partial: what is over costs the desk nothing.
    Index("ix_incidents_open", "area", "rank", "opened", **_only("closed IS NULL")),
    Index("ix_incidents_due", "next_due", **_only("closed IS NULL")),
    Index("ix_incidents_rule", "rule", "opened"),
)

# What happened to an incident; appended, never edited.
steps = Table(
    "steps",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=True),
    Column("incident", Id, ForeignKey("incidents.id"), nullable=False, index=True),
    Column("at", Utc, nullable=False),
    Column("what", String(30), nullable=False),
    Column("by", String(200), nullable=False),
    Column("account", Id),
    Column("detail", Facts, nullable=False),
)

dispatches = Table(
    "dispatches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident", Id, ForeignKey("incidents.id"), nullable=False, index=True),
    Column("whom", String(200), nullable=False),
    Column("phone", String(40), nullable=False, server_default=""),
    Column("ordered", Utc, nullable=False),
    Column("arrived", Utc),
    Column("done", Utc),
)

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("id", Id, primary_key=True),
    Column("incident", Id, ForeignKey("incidents.id"), nullable=False, index=True),
    Column("owner", Id, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("what", Text, nullable=False),
    Column("due", Utc, nullable=False),
    Column("done", Utc),
    Column("done_by", Id),
)

# What a gateway is to do; sent again until its own events show that it was done.
orders = Table(
    "orders",
    metadata,
    Column("id", Id, primary_key=True),
    Column("gateway", Id, nullable=False),
    Column("incident", Id, ForeignKey("incidents.id"), nullable=False, index=True),
    Column("sort", String(20), nullable=False),
    Column("by", String(200), nullable=False, server_default=""),  # whose lease it is
    Column("body", Text, nullable=False),
    Column("made", Utc, nullable=False),
    Column("next_try", Utc, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("fetched", Utc),  # when the gateway last fetched it over HTTPS, which has its own pace
    Column("ends", Utc, nullable=False),
    Column("is_done", Boolean, nullable=False, server_default=text("false")),
    Index("ix_orders_waiting", "next_try", **_only("NOT is_done")),
)

# A visit to a link in a message of a gateway, passed on to it; gone when its page was shown. One to
# a gateway that there is not stands here too, and is waited for like any other.
link_visits = Table(
    "link_visits",
    metadata,
    Column("id", Id, primary_key=True),  # of the event
    Column("gateway", Id, nullable=False, index=True),
    Column("visitor", Id, nullable=False, server_default=""),  # SHA-256 of the address's network
    Column("body", Text, nullable=False),
    Column("made", Utc, nullable=False),
    Column("next_try", Utc, nullable=False),
    Column("fetched", Utc),  # over HTTPS
    Column("page", Text),  # the event that came back
)

# Half hours in which somebody was seen, by consent: "1" seen, "0" not, "?" could not be seen.
summaries = Table(
    "summaries",
    metadata,
    Column("household", Id, ForeignKey("households.id"), primary_key=True),
    Column("day", String(10), primary_key=True),  # by the home's calendar
    Column("time_zone", String(60), nullable=False),
    Column("active", String(50), nullable=False),
    Column("at", Utc, nullable=False),
)

# Who watches the watchers: when each of them last looked. The intake's own row says since when
# somebody hears gateways.
INTAKE = "intake"
watchers = Table(
    "watchers",
    metadata,
    Column("name", Id, primary_key=True),  # of one process
    Column("host", String(200), nullable=False, server_default=""),
    Column("began", Utc),
    Column("looked", Utc, nullable=False),
    Column("found", Facts, nullable=False),
    Column("incident", Id),  # that it stands still
)

# Every view and change of a person's record.
audits = Table(
    "audits",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("account", Id),
    Column("who", String(200), nullable=False),
    Column("what", String(60), nullable=False),
    Column("about", String(200), nullable=False, server_default="", index=True),
    Column("area", Id, index=True),  # theirs at that time
    Column("detail", Facts, nullable=False),
)
