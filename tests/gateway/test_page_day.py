"""The last day as the page draws it: from the store alone, on the home's clock, DST and all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge.model import Moment
from gateway.page.day import BINS, Day, bars, day_of, entries_since, hours, spans
from gateway.store import Store
from tests.gateway.page_home import NIGHT, House
from tests.homes import home


def test_who_went_out_in_the_morning_is_shown_to_have_been_out(tmp_path: Path) -> None:
    house = House(tmp_path).lives(3)
    day = day_of(house.config.settings.store.directory, house.node.homes["wang"], NIGHT)
    [(left, came)] = day.away
    assert timedelta(hours=1) < timedelta(seconds=came - left) < timedelta(hours=2)
    assert day.rooms.keys() == {"bedroom", "bathroom", "kitchen", "living", "hall"}
    assert NIGHT - day.last["bathroom"] < timedelta(hours=2)
    assert bars(day, "bathroom").startswith("M") and spans(day, day.away)
    house.store.close()


def test_the_last_hours_are_found_in_a_long_journal(tmp_path: Path) -> None:
    house = House(tmp_path).lives(8)
    since = NIGHT.astimezone(UTC) - timedelta(hours=5)
    directory = house.config.settings.store.directory
    reading = Store.read_only(directory)
    everything = [entry for _, entry in reading.entries(0, "wang")]
    reading.close()
    assert len(everything) > 1500
    wanted = [entry for entry in everything if entry.at.wall >= since]
    assert list(entries_since(directory, "wang", since)) == wanted != []
    house.store.close()


def test_an_empty_journal_is_an_empty_day(tmp_path: Path) -> None:
    house = House(tmp_path)
    day = day_of(house.config.settings.store.directory, house.node.homes["wang"], NIGHT)
    assert day.rooms == {} and bars(day, "kitchen") == "" and day.away == []
    house.store.close()


def test_the_hours_below_are_those_of_the_clock_on_the_wall() -> None:
    berlin = home(zone="Europe/Berlin")
    ends = datetime(2026, 3, 29, 10, 0, tzinfo=UTC)  # that night 2 o'clock became 3
    labels = [hour for _, hour in hours(_day(ends), berlin, every=1)]
    assert "02" not in labels and {"01", "03", "11"} <= set(labels)
    ends = datetime(2026, 10, 25, 10, 0, tzinfo=UTC)  # and here 3 became 2
    labels = [hour for _, hour in hours(_day(ends), berlin, every=1)]
    assert labels.count("02") == 2


def test_what_began_before_or_goes_on_is_cut_at_the_edge() -> None:
    day = _day(datetime(2026, 3, 2, tzinfo=UTC))
    assert spans(day, [(day.begins - 9999, day.ends + 9999)]) == f"M0.0 0h{BINS}.0v20h-{BINS}.0z"
    assert spans(day, [(day.ends + 1, day.ends + 2)]) == ""


def _day(ends: datetime) -> Day:
    now = Moment.of(ends)
    return Day((ends - timedelta(hours=24)).timestamp(), ends.timestamp(), now.wall.timestamp())
