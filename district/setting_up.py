"""Many areas, accounts and gateways from one file, all or none: a district is set up in one go.

What is there already stays as it is, so that the same file with more lines may be taken again; a
gateway is moved to where the file has it.
"""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from district.access import Role
from district.beginning import TOP, NotSetUp, add_account, add_area, add_gateway
from district.faults import Fault, SettingsFailed, of_shape, of_toml, unread
from district.schema import accounts, areas

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AreaRow(Row):
    id: Id
    name: Name
    parent: Id = TOP


class AccountRow(Row):
    login: Id
    name: Name
    area: Id = TOP
    role: Role = Role.DUTY
    password_file: str | None = None
    must_change: bool = True  # at the first login: whoever wrote this file knows the password
    language: Literal["zh", "en"] = "zh"


class GatewayRow(Row):
    id: Id
    area: Id = TOP


class Sheet(Row):
    """Everything in the file."""

    area: list[AreaRow] = []
    account: list[AccountRow] = []
    gateway: list[GatewayRow] = []


class Done(Struct, frozen=True):
    """How many were new, or moved."""

    areas: int
    accounts: int
    gateways: int


def read(path: Path) -> Sheet:
    """Read a file. Raises SettingsFailed with every fault of its shape."""
    try:
        sheet = Sheet.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except tomllib.TOMLDecodeError as error:
        raise SettingsFailed([of_toml(path.name, error)]) from error
    except UnicodeDecodeError as error:
        told = ("应存为 UTF-8 编码", "should be saved as UTF-8")
        raise SettingsFailed([Fault(path.name, *told)]) from error
    except OSError as error:
        raise SettingsFailed([unread(path, error)]) from error
    except ValidationError as error:
        faults = [of_shape(dict(each), _known(each["loc"])) for each in error.errors()]
        raise SettingsFailed(faults) from error
    if faults := [fault for row in sheet.account for fault in _passwordless(row, path.parent)]:
        raise SettingsFailed(faults)
    return sheet


async def set_up(connection: AsyncConnection, sheet: Sheet, directory: Path, now: datetime) -> Done:
    """Add what is not there yet. Raises NotSetUp; then nothing was."""
    known = set((await connection.execute(select(areas.c.id))).scalars())
    there = set((await connection.execute(select(accounts.c.login))).scalars())
    new = [row for row in sheet.area if row.id not in known]
    waiting = {row.id: row for row in new}
    while waiting:
        ready = [row for row in waiting.values() if row.parent not in waiting]
        if not ready:
            circle = ", ".join(sorted(waiting))
            raise NotSetUp(f"areas above one another: {circle}", f"区域互为上级：{circle}")
        for row in ready:
            await add_area(connection, row.id, row.name, row.parent, now)
            del waiting[row.id]
    people = [row for row in sheet.account if row.login not in there]
    for each in people:
        values: dict[str, Any] = {"name": each.name, "area": each.area, "role": each.role}
        values |= {"language": each.language, "must_change": each.must_change}
        password = _password(each, directory)
        await add_account(connection, each.login, password, **values, now=now)
    for gateway in sheet.gateway:
        await add_gateway(connection, gateway.id, gateway.area, now)
    return Done(len(new), len(people), len(sheet.gateway))


def _password(row: AccountRow, directory: Path) -> str:
    """Give the password; a program has none. Raises OSError."""
    if row.password_file is None:
        return ""
    return (directory / row.password_file).read_text(encoding="utf-8").strip()


def _passwordless(row: AccountRow, directory: Path) -> list[Fault]:
    place = f"account.{row.login}.password_file"
    if row.role is Role.PLATFORM:
        return []
    if row.password_file is None:
        return [Fault(place, "要写密码文件", "needs a file with the password")]
    try:
        _password(row, directory)
    except (OSError, UnicodeDecodeError) as error:
        why = f"{directory / row.password_file}: {error}"
        return [Fault(place, f"读不了这个文件（{why}）", f"cannot be read: {why}")]
    return []


def _known(where: tuple[int | str, ...]) -> list[str]:
    kinds: dict[str, type[Row]] = {"area": AreaRow, "account": AccountRow, "gateway": GatewayRow}
    row = kinds.get(str(where[0])) if len(where) > 1 else None
    return list((row or Sheet).model_fields)
