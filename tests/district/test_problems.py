"""What a person sees whose page cannot be shown, in their language; programs get a problem."""

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from sqlalchemy import text, update

from district.schema import accounts
from district.web import problems, shield
from tests.district.browsing import browser
from tests.district.world import World

EYES = {"Accept": "text/html,application/xhtml+xml"}
SAID = {
    400: ("网址不完整", "incomplete or wrong"),
    403: ("您的账号不能看", "may not see"),
    404: ("没有这一页", "no such page"),
    405: ("没有这一页", "no such page"),
    408: ("没有传完", "did not all arrive"),
    409: ("没有保存", "Not saved"),
    413: ("太大", "too large"),
    422: ("网址不完整", "incomplete or wrong"),
    500: ("系统出错了", "the mistake is ours"),
    503: ("数据库暂时连不上", "cannot be reached just now"),
}
in_one_database = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


def failing(status: int) -> httpx.AsyncClient:
    """Give a browser before an application that fails so."""
    app = FastAPI()
    problems.install(app)

    @app.api_route("/{anything}", methods=["GET", "POST"])
    async def fails() -> None:
        if status == 500:
            raise RuntimeError("lin's password")
        raise HTTPException(status, "the reason")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://desk")


@pytest.mark.parametrize("status", SAID)
async def test_every_refusal_is_a_page_for_a_person_in_both_languages(status: int) -> None:
    async with failing(status) as client:
        for language, said in zip(("zh-CN,zh;q=0.9", "de, en;q=0.5"), SAID[status], strict=True):
            answer = await client.get("/x", headers=EYES | {"Accept-Language": language})
            assert answer.status_code == status
            assert answer.headers["content-type"].startswith("text/html")
            assert said in answer.text
            assert "password" not in answer.text and "the reason" not in answer.text


@pytest.mark.parametrize("status", SAID)
async def test_a_program_gets_a_problem_as_before(status: int) -> None:
    async with failing(status) as client:
        for path, headers in (("/x", {}), ("/api/x", EYES)):
            answer = await client.get(path, headers=headers)
            if answer.status_code != 404:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["status"] == status


@pytest.mark.parametrize(
    ("status", "said"), [(422, "填的内容"), (500, "可能没有做"), (503, "没有做")]
)
async def test_who_has_sent_something_is_told_what_became_of_it(status: int, said: str) -> None:
    async with failing(status) as client:
        sent = (await client.post("/x", headers=EYES)).text
        looked = (await client.get("/x", headers=EYES)).text
    assert said in sent and said not in looked
    # A desk on the wall comes back by itself; what was sent is not sent again.
    assert ('http-equiv="refresh"' in looked) is (status == 503)
    assert 'http-equiv="refresh"' not in sent


@in_one_database
async def test_it_is_said_in_the_language_of_the_account(world: World) -> None:
    async with world.database.begin() as connection:
        row = update(accounts).where(accounts.c.id == "qian").values(language="en")
        await connection.execute(row)
    async with browser(world, "qian") as client:
        headers = EYES | {"Accept-Language": "zh-CN"}
        wrong = await client.get("/audits?day=x", headers=headers)
        assert (wrong.status_code, "incomplete or wrong" in wrong.text) == (422, True)
        async with world.database.begin() as connection:
            await connection.execute(text("ALTER TABLE incidents RENAME TO elsewhere"))
        away = await client.get("/follow-ups", headers=headers)
    assert (away.status_code, away.headers["retry-after"]) == (503, "5")
    assert "The database cannot be reached" in away.text
    assert "incidents" not in away.text.replace("/incidents", "")


@in_one_database
async def test_a_sheet_that_is_too_large_is_refused_with_a_page(world: World) -> None:
    async with browser(world, "qian") as client:
        files = {"file": ("r.csv", b"x" * (shield.SHEET_BYTES + 1), "text/csv")}
        answer = await client.post("/homes/sheet", files=files, headers=EYES)
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")
    assert "最大 10 MB" in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)


@in_one_database
async def test_who_leaves_when_the_session_has_ended_is_out(world: World) -> None:
    async with browser(world, "lin") as client:
        world.later(hours=3)
        answer = await client.post("/logout", headers=EYES)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/")
