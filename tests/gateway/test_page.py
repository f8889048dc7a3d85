"""The page of a home over a real socket: what it says, and what comes of a press."""

from pathlib import Path

from edge.model import BlindCause, Outcome, Rule, Rung, State
from gateway.channels import Message, Sent
from tests.gateway.page_home import House
from tests.gateway.page_visits import pressed, seen


async def test_a_quiet_night_says_that_nothing_needs_anybody(tmp_path: Path) -> None:
    house = House(tmp_path).lives(2)
    async with house.served() as visitor:
        page = await seen(visitor)
    assert "现在没有要处理的事" in page and "在家" in page
    assert "卫生间" in page and "最后一次动静" in page and "78%" in page


async def test_smoke_at_night_stands_on_the_page_at_once_with_what_to_do(tmp_path: Path) -> None:
    house = House(tmp_path).lives(2)
    async with house.served() as visitor:
        house.says("kitchen-smoke", smoke=True)
        house.settle()
        page = await seen(visitor)
        assert "有急事，还没有人处理" in page and "烟雾报警" in page and "119" in page
        assert 'href="tel:02586000001"' in page
        english = await seen(visitor, "/", params={"lang": "en"})
    assert "An alert, and nobody sees to it" in english and "Smoke" in english


async def test_who_presses_has_it_and_nobody_else_is_told_any_more(tmp_path: Path) -> None:
    house = House(tmp_path).lives(2)
    async with house.served() as visitor:
        house.says("kitchen-smoke", smoke=True)
        house.settle()
        [alert] = house.alerts()
        status, page = await pressed(visitor, f"/h/wang/alerts/{alert.id}", do="take")
        assert status == 200 and "王芳正在处理" in page and "已完成" in page
        [taken] = house.alerts()
        assert taken.state is State.ACKNOWLEDGED and taken.lease is not None
        assert taken.lease.owner == "王芳"
        assert [o for o in house.store.pending() if o.notice.alert == alert.id] == []


async def test_a_home_of_which_nothing_was_heard_or_seen_is_never_called_calm(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    house.node.start(house.moment, "hash")
    async with house.served() as visitor:
        page = await seen(visitor)
        assert "还没有收到这家的动静" in page and "现在没有要处理的事" not in page
        house.says("kitchen-motion", occupancy=False)
        house.lets_pass(minutes=1)
        house.says("kitchen-motion", occupancy=True)
        assert "现在没有要处理的事" in await seen(visitor)
        house.node.hearing(BlindCause.SOURCE_LOST, "mqtt", False, house.moment)
        page = await seen(visitor)
    assert "现在看不到家里的情况" in page and "现在没有要处理的事" not in page


async def test_the_second_to_press_hears_that_somebody_was_quicker(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    async with house.served() as visitor:
        house.says("kitchen-smoke", smoke=True)
        house.settle()
        [alert] = house.alerts()
        path = f"/h/wang/alerts/{alert.id}"
        await pressed(visitor, path, do="close", outcome="well")
        _, page = await pressed(visitor, path, do="take", by="李站长")
        assert "可能别人已经先处理了" in page
        closed = house.store.alert(alert.id)
    assert closed is not None and closed.outcome is Outcome.WELL


async def test_a_disk_that_refuses_is_told_to_whoever_pressed(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    async with house.served() as visitor:
        house.says("kitchen-smoke", smoke=True)
        house.settle()
        [alert] = house.alerts()
        house.failure = "disk full"
        _, page = await pressed(visitor, f"/h/wang/alerts/{alert.id}", do="take")
    assert "主机的存储有故障" in page


async def test_an_open_page_hears_at_once_that_something_is_new(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    async with house.served() as visitor, visitor.get("/live") as stream:
        assert (await stream.content.readline()).startswith(b"retry")
        house.says("kitchen-smoke", smoke=True)
        house.settle()
        heard = [await stream.content.readline() for _ in range(2)]
    assert b"event: news\n" in heard


async def test_the_journal_tells_of_the_week_with_names(tmp_path: Path) -> None:
    house = House(tmp_path).lives(2)
    async with house.served() as visitor:
        house.says("sos", action="emergency")
        house.says("kitchen-smoke", smoke=True)
        house.settle()
        alert = next(a for a in house.alerts() if a.finding.rule is Rule.SMOKE)
        await pressed(visitor, f"/h/wang/alerts/{alert.id}", do="take")
        await pressed(visitor, "/h/wang/away", until="2026-11-25T18:00")
        page = await seen(visitor, "/h/wang/journal")
        story = await seen(visitor, f"/h/wang/alerts/{alert.id}")
    assert "烟雾报警" in page and "王芳" in page and "登记外出" in page
    assert "王芳（push）" in story


async def test_an_absence_is_declared_and_ended_and_a_bad_date_is_told(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    async with house.served() as visitor:
        _, page = await pressed(visitor, "/h/wang/away", until="soon")
        assert "日期时间不对" in page and house.node.absence("wang") is None
        _, page = await pressed(visitor, "/h/wang/away", until="2026-11-25T18:00")
        assert house.node.absence("wang") is not None and "已经回来了" in page
        await pressed(visitor, "/h/wang/back")
        assert house.node.absence("wang") is None


async def test_the_question_at_home_is_on_the_page_and_can_be_answered_for_the_resident(
    tmp_path: Path,
) -> None:
    house = House(tmp_path, more='\n[inactivity]\nceiling = "1h"\npre_alarm = "10m"\n')
    house.node.start(house.moment, "hash")
    for occupancy in (False, True, False):
        house.says("living-motion", occupancy=occupancy)
        house.lets_pass(minutes=1)
    async with house.served() as visitor:
        house.lets_pass(minutes=52)
        page = await seen(visitor)
        assert "正在家里询问老人" in page and "我来处理" not in page
        _, page = await pressed(visitor, "/h/wang/answer")
        assert "现在没有要处理的事" in page and "回答：没事" in await seen(
            visitor, "/h/wang/journal"
        )


async def test_a_channel_is_tested_from_the_page_once_at_a_time(tmp_path: Path) -> None:
    house = House(tmp_path).lives(1)
    sent: list[Message] = []

    class Push:
        async def send(self, message: Message) -> Sent:
            sent.append(message)
            return Sent(Rung.ACCEPTED, "200 ok")

    house.channels = {"push": Push()}
    async with house.served() as visitor:
        assert "王芳" in await seen(visitor, "/channels")
        _, first = await pressed(visitor, "/channels/push/test")
        _, second = await pressed(visitor, "/channels/push/test")
    assert "测试消息已发出" in first and "刚刚测试过" in second
    assert len(sent) == 1 and sent[0].notice.drill


async def test_homes_in_need_come_first_among_several(tmp_path: Path) -> None:
    house = House(tmp_path, homes=("li", "wang", "zhao"), li="李家", wang="王家", zhao="赵家")
    house.lives(1)
    async with house.served() as visitor:
        house.says("kitchen-smoke", home="zhao", smoke=True)
        house.settle()
        page = await seen(visitor)
        assert page.index("赵家") < page.index("李家") and "1 户有事" in page
        found = await seen(visitor, "/", params={"q": "王家"})
        assert "王家" in found and "李家" not in found
        assert "有急事" in await seen(visitor, "/h/zhao")
        alert = house.alerts()[0].id
        async with visitor.get(f"/h/li/alerts/{alert}") as answer:
            assert answer.status == 404  # of one home nothing is seen through another


async def test_a_store_that_cannot_be_read_takes_the_pictures_and_nothing_else(
    tmp_path: Path,
) -> None:
    house = House(tmp_path).lives(1)
    async with house.served() as visitor:
        house.says("kitchen-smoke", smoke=True)
        house.settle()
        for file in house.config.settings.store.directory.glob("readings.db*"):
            file.rename(file.with_suffix(".away" + file.suffix))
        page = await seen(visitor)
        assert "烟雾报警" in page and "以前的记录还没有读出来" in page
        async with visitor.get("/h/wang/weeks.svg") as answer:
            assert answer.status == 503
