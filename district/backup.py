"""A copy of the embedded database while it is in use. PostgreSQL brings its own: pg_dump."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

STEP = 2000  # pages; between two steps others may write


class NoBackup(Exception):
    """Nothing could be copied, and why."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self._zh = zh

    def told(self, language: str) -> str:
        """Say it in a language."""
        return str(self) if language == "en" else self._zh


def copy(url: str, to: Path) -> None:
    """Copy the SQLite database at `url` into a new file; it is whole or it is not there.

    Raises NoBackup.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        told = "this is PostgreSQL: use pg_dump --format=custom"
        raise NoBackup(told, "这是 PostgreSQL：请用 pg_dump --format=custom")
    source = Path(parsed.database or "")
    if not source.is_file():
        raise NoBackup(f"there is no database at {source}", f"{source} 没有数据库")
    if to.exists():
        raise NoBackup(f"{to} is there already", f"{to} 已经存在，不会覆盖")
    part = to.with_name(f"{to.name}.part")
    try:
        part.touch(0o600)
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(part)) as there:
            here.backup(there, pages=STEP)
            (said,) = there.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            raise NoBackup(f"the copy is damaged: {said}", f"备份是坏的，已删除：{said}")
        part.replace(to)
    except (OSError, sqlite3.Error) as error:
        raise NoBackup(str(error), f"没有备份成：{error}") from error
    finally:
        part.unlink(missing_ok=True)
