"""A district's first day: its top area, who sets the rest up, and what is set up by hand."""

import re
import secrets
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import Role, Who
from district.accounts import audit, create
from district.database import insert_once
from district.passwords import WeakPassword
from district.schema import accounts, areas, gateways

TOP, FIRST = "top", "admin"
# Said aloud and typed without mistakes: nothing in it looks like something else.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
# Names stand in addresses, paths and topics.
NAMES = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
BY_HAND = Who("", "command line", Role.ADMIN, TOP, "/")


class NotSetUp(Exception):
    """What cannot be set up, and why."""

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en)
        self._zh = zh or en

    def told(self, language: str) -> str:
        """Say it in a language."""
        return str(self) if language == "en" else self._zh


async def begin(connection: AsyncConnection) -> str | None:
    """Make the top area and the first account where there is nothing; give its password, once."""
    if (await connection.execute(select(areas.c.id).limit(1))).one_or_none() is not None:
        return None
    row = {"id": TOP, "parent": None, "path": f"/{TOP}/", "name": "district"}
    await connection.execute(insert(areas).values(**row))
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))
    await create(connection, FIRST, password, name="admin", area=TOP, role=Role.ADMIN)
    return password


async def add_area(
    connection: AsyncConnection, name: str, title: str, parent: str, now: datetime
) -> None:
    """Add an area below another one. Raises NotSetUp."""
    _must_be_a_name(name)
    found = await connection.execute(select(areas.c.path).where(areas.c.id == parent))
    if (path := found.scalar_one_or_none()) is None:
        raise NotSetUp(f"there is no area {parent}", f"没有这个区域：{parent}")
    row = {"id": name, "parent": parent, "path": f"{path}{name}/", "name": title}
    if not await insert_once(connection, areas, row):
        raise NotSetUp(f"there is an area {name} already", f"已有区域 {name}")
    await audit(connection, BY_HAND, "area added", name, now)


async def add_account(
    connection: AsyncConnection,
    login: str,
    password: str,
    *,
    name: str,
    area: str,
    role: Role,
    now: datetime,
    language: str = "zh",
    must_change: bool = True,
) -> None:
    """Add somebody who works here. Raises NotSetUp.

    `must_change`: the password is not theirs, they choose another one at their first login.
    """
    _must_be_a_name(login)
    taken = await connection.execute(select(accounts.c.id).where(accounts.c.login == login))
    if taken.one_or_none() is not None:
        raise NotSetUp(f"there is an account {login} already", f"已有账号 {login}")
    await _must_be(connection, area)
    values = {"name": name, "area": area, "language": language}
    try:
        account = await create(
            connection, login, password, **values, role=role, must_change=must_change
        )
    except WeakPassword as weak:
        raise NotSetUp(str(weak), weak.chinese) from weak
    await audit(connection, BY_HAND, "account added", account, now, login=login, role=role)


async def add_gateway(connection: AsyncConnection, name: str, area: str, now: datetime) -> None:
    """Register a gateway, or move it to another area. Raises NotSetUp."""
    _must_be_a_name(name)
    await _must_be(connection, area)
    await insert_once(connection, gateways, {"id": name, "area": area})
    known = update(gateways).where(gateways.c.id == name)
    await connection.execute(known.values(area=area, is_registered=True))
    await audit(connection, BY_HAND, "gateway registered", name, now, area=area)


def _must_be_a_name(name: str) -> None:
    if not NAMES.fullmatch(name):
        raise NotSetUp(
            f"{name}: letters, digits, dot, underscore and hyphen; 64 at most",
            f"{name}：只能用字母、数字、点、下划线和连字符，最多 64 个",
        )


async def _must_be(connection: AsyncConnection, area: str) -> None:
    found = await connection.execute(select(areas.c.id).where(areas.c.id == area))
    if found.one_or_none() is None:
        raise NotSetUp(f"there is no area {area}", f"没有这个区域：{area}")
