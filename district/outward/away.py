"""Receivers of the feed that take nothing any more: each an incident where its events come from.

It closes by itself when the receiver takes something again. Trying again is push.py's.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from district.database import Database, locked
from district.live import News
from district.own import Own, end_own, open_own
from district.schema import incidents, pushes
from edge.model import Severity

MANY = 12  # failures in a row: by the pauses between them, a quarter of an hour at least
AGAIN = timedelta(days=1)  # what was closed while it lasted is told again


async def look(database: Database, now: datetime) -> tuple[News, ...]:
    """Tell who stays away, and let go who is back. Raises DatabaseFailed."""
    async with database.begin() as connection:
        # Nobody pushes any more to one that was taken out of the settings: it is not missed.
        is_tried = pushes.c.held_until.is_not(None) & (pushes.c.held_until > now)
        away = (pushes.c.failures >= MANY) & is_tried
        ordered = select(pushes).where(or_(away, pushes.c.failures == 0)).order_by(pushes.c.name)
        told = await _told(connection, now)
        if not told and (await connection.execute(ordered.where(away).limit(1))).first() is None:
            return ()
        news: tuple[News, ...] = ()
        for row in (await connection.execute(locked(ordered))).all():
            # Looked at once more: two watches must not tell twice.
            known = (await _told(connection, now)).get(row.name)
            if row.failures and known is None:
                _, opened = await open_own(
                    *(connection, Own.AWAY, row.area, now),
                    severity=Severity.FAULT,
                    because={"receiver": row.name, "why": row.error},
                    receiver=row.name,
                    why=row.error,
                )
                news = (*news, opened)
            elif not row.failures and known is not None and known[1]:
                news += await end_own(connection, known[0], now)
        return news


async def _told(connection: AsyncConnection, now: datetime) -> dict[str, tuple[str, bool]]:
    """Give the incident that tells of each receiver, and whether it stands."""
    of_today = (incidents.c.closed > now - AGAIN) & (incidents.c.closed < now + AGAIN)
    wanted = select(incidents).where(
        incidents.c.rule == Own.AWAY,
        incidents.c.home_state == "raised",
        or_(incidents.c.closed.is_(None), of_today),
    )
    rows = (await connection.execute(wanted.order_by(incidents.c.opened))).all()
    return {row.because["receiver"]: (row.id, row.closed is None) for row in rows}
