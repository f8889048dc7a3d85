"""Pictures of a home: what is drawn, in both languages, as SVG and as PNG."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from msgspec import structs
from PIL import Image, ImageFont

from edge.exercise import Exercise
from edge.household import Household
from edge.model import Away, Blind, BlindCause, Effects, Entry, Kind, Moment, Reading, Rule, Sighted
from gateway.cli import main
from gateway.language import Language
from gateway.phrases import PHRASES
from gateway.pictures import actogram, png, svg
from gateway.pictures.canvas import Anchor, Canvas
from gateway.pictures.past import Gathering, Past, learned
from gateway.pictures.sheet import sheet
from gateway.store import Store
from tests.facts import EVERYTHING
from tests.homes import DEVICES, START, home
from tests.stories.story import Story

DAYS = 30
SMOKE = DEVICES[4], Kind.SMOKE
SVG = "{http://www.w3.org/2000/svg}"
GATEWAY = """
[store]
directory = "store"
[[channel]]
id = "push"
type = "apprise"
url = "json://127.0.0.1:1/push"
"""
CONFIG = """
[household]
id = "wang"
name = "王家"
time_zone = "Asia/Shanghai"
[resident]
name = "王桂英"
[[room]]
id = "kitchen"
name = "厨房"
[[device]]
id = "kitchen_motion"
room = "kitchen"
profile = "zigbee2mqtt_motion"
address = "zigbee2mqtt/kitchen"
[[contact]]
id = "daughter"
name = "王芳"
channels = ["push"]
"""


@pytest.fixture(scope="module")
def story() -> Story:
    """Live a month with an outing, a blind night and a day on which nothing moves."""
    lived = Story().lives(DAYS)
    lived.door().after(hours=3).door().motion("kitchen")
    lived.at("23:00").goes_blind().after(hours=4).sees_again().lives(1)
    return lived.after(hours=30)


@pytest.fixture(scope="module")
def past(story: Story) -> Past:
    """Gather what happened, as the command does from the store."""
    gathering = Gathering(story.home, 14)
    for entry in story.journal:
        gathering.take(entry)
    found = gathering.past()
    found.alerts = list({alert.id: alert for alert in story.outcome.alerts}.values())
    learned(found, story.household.snapshot())
    return found


def words(drawn: str) -> list[str]:
    return [word.text or "" for word in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def test_a_day_is_drawn_on_its_own_row_and_again_beside_the_day_before(past: Past) -> None:
    canvas = Canvas(actogram.WIDTH, "")
    actogram.draw(canvas, past, Language.EN, 0)
    bars = [s for s in canvas.shapes if getattr(s, "fill", "") == actogram.LIFE][-1]
    middle = actogram.LABELS + actogram.DAY
    left = {round(x, 3) for x, *_ in bars.extents if x < middle}
    right = {round(x - actogram.DAY, 3) for x, *_ in bars.extents if x >= middle}
    assert left
    assert right <= left


def test_an_outing_and_blind_time_are_spans_of_the_homes_own_clock(past: Past) -> None:
    outing, night = past.away[0], past.blind[0]
    assert timedelta(hours=2, minutes=59) < outing[1] - outing[0] < timedelta(hours=3, minutes=5)
    assert (night[0].hour, night[1] - night[0]) == (23, timedelta(hours=4))


@pytest.mark.parametrize("language", list(Language))
def test_the_sheet_says_what_it_shows_in_the_language_asked_for(
    past: Past, language: Language
) -> None:
    said = words(svg.written(sheet(past, language)))
    place = language.place
    assert PHRASES["picture.away"][place] in said
    assert PHRASES["picture.rhythm"][place] in said
    assert PHRASES["picture.changes"][place] in said
    assert any(PHRASES["rule.inactivity"][place] in word for word in said)


def test_names_are_never_markup(past: Past) -> None:
    past.home = home("wang")
    canvas = Canvas(100, "<script>")
    canvas.word((0, 10), '</text><a href="x">\x07&', anchor=Anchor.END)
    root = ElementTree.fromstring(svg.written(canvas))
    assert [tag for tag in root.iter() if tag.tag.endswith(("script", "a"))] == []
    assert [word.text for word in root.iter(f"{SVG}text")] == ['</text><a href="x"> &']


def test_the_png_is_as_large_as_the_svg_twice_over_and_has_its_colours(past: Past) -> None:
    canvas = sheet(past, Language.ZH)
    root = ElementTree.fromstring(svg.written(canvas))
    image = Image.open(BytesIO(png.painted(canvas)))
    assert image.format == "PNG"
    assert image.size == (round(2 * float(root.attrib["width"])), image.size[1])
    assert abs(image.size[1] - 2 * float(root.attrib["height"])) <= 1
    colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20) or ()}
    for wanted in (actogram.LIFE, actogram.AWAY, actogram.BLIND, actogram.ALERT):
        assert struct.unpack("BBB", bytes.fromhex(wanted[1:])) in colours


@pytest.mark.parametrize("language", list(Language))
def test_the_longest_name_leaves_room_for_the_dates(past: Past, language: Language) -> None:
    past.home = structs.replace(home(), name="王" * 80)
    canvas = sheet(past, language)
    font = files("gateway").joinpath("pictures", "NotoSansSC.otf").read_bytes()
    drawn = ImageFont.truetype(BytesIO(font), 17, layout_engine=ImageFont.Layout.BASIC)
    assert drawn.getlength(canvas.title) <= canvas.width


def letters() -> Iterator[str]:
    """Give every character that a picture can say by itself, and some names."""
    keys = [key for key in PHRASES if key.startswith(("picture.", "rule.", "outcome."))]
    yield from {c for key in keys for phrase in PHRASES[key] for c in phrase if c.isprintable()}
    yield from "王桂英张伟李娜刘洋陈静喆玥珺堃祎淼鑫翀昇"


def test_every_letter_of_a_picture_is_in_the_font_that_comes_along() -> None:
    font = files("gateway").joinpath("pictures", "NotoSansSC.otf").read_bytes()
    drawn = ImageFont.truetype(BytesIO(font), 20, layout_engine=ImageFont.Layout.BASIC)
    nothing = bytes(drawn.getmask("\uffff"))
    missing = [c for c in letters() if not c.isspace() and bytes(drawn.getmask(c)) == nothing]
    assert missing == []


def test_a_home_of_which_nothing_is_learned_is_drawn_all_the_same() -> None:
    gathering = Gathering(home(), 3)
    now = Moment.of(START)
    gathering.take(Entry("wang", now, Reading("wang", "front_door", "hall", Kind.CONTACT_OPEN,
                                              True, START, now)))  # fmt: skip
    found = gathering.past()
    learned(found, b"not a state")
    assert PHRASES["picture.no_rhythm"][0] in words(svg.written(sheet(found, Language.EN)))


def test_a_lasting_blindness_reaches_to_the_end_of_the_picture() -> None:
    gathering = Gathering(home(), 3)
    began, later = Moment.of(START), Moment.of(START + timedelta(hours=5))
    gathering.take(Entry("wang", began, Blind(BlindCause.DOWNTIME, "shouhu", EVERYTHING, began)))
    gathering.take(Entry("wang", later, Sighted(BlindCause.SOURCE_LOST, "other")))
    (span,) = gathering.past().blind
    assert span[1] - span[0] == timedelta(hours=5)


def test_a_declared_holiday_is_drawn_as_an_absence_without_any_door() -> None:
    doorless = home(devices=tuple(device for device in DEVICES if not device.outer_door))
    story = Story(doorless).lives(3)
    gone = story.now.wall
    story._put(Away("daughter")).after(days=4)
    story.motion("kitchen").after(hours=2).motion("bedroom")
    gathering = Gathering(doorless, 14)
    for entry in story.journal:
        gathering.take(entry)
    span = gathering.past().away[0]
    assert span[1] - span[0] >= timedelta(days=4)
    assert span[0] <= gone.astimezone(story.zone).replace(tzinfo=None)


# -- the command


def recorded(path: Path) -> Path:
    begins = datetime(2026, 3, 2)  # noqa: DTZ001 - a recording's times have no zone
    rows = ["time,sensor,kind,value"]
    for minutes in range(0, 9 * 1440, 20):
        at = begins + timedelta(minutes=minutes)
        if 7 <= at.hour < 22:
            rows.append(f"{at.isoformat()},kitchen,motion,ON")
    path.write_text("\n".join([*rows, ""]))
    return path


def test_a_recording_is_drawn_to_standard_output(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = recorded(tmp_path / "flat.csv")
    assert main(["--lang", "en", "actogram", "--recording", str(file), "--days", "5"]) == 0
    said = words(capfd.readouterr().out)
    assert said[0].startswith("flat: 5 days, 2026-03-06 to 2026-03-10")


def test_a_household_is_drawn_from_its_store_beside_the_daemon(
    tmp_path: Path, story: Story, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config/households").mkdir(parents=True)
    (tmp_path / "config/gateway.toml").write_text(GATEWAY)
    (tmp_path / "config/households/wang.toml").write_text(CONFIG)
    household, effects = Household(story.home), Effects()
    with_store = Store.open(tmp_path / "config/store", Moment.of(START.replace(tzinfo=UTC)))
    with_store.append(story.journal)
    for entry in story.journal:
        effects.extend(household.receive(entry))
    with_store.commit(effects, len(story.journal), story.now)
    with_store.save_snapshots([("wang", 3, len(story.journal), household.snapshot())])
    drilled = Exercise(story.home).begin(SMOKE, story.journal[-1].at)
    with_store.commit(drilled, len(story.journal), story.now)
    out = tmp_path / "wang.png"
    arguments = ["actogram", "--household", "wang", "--config", str(tmp_path / "config")]
    assert main([*arguments, "--out", str(out)]) == 0
    assert Image.open(out).size[0] > 1000
    capfd.readouterr()
    assert main(["--lang", "en", *arguments]) == 0
    assert not any("smoke" in word for word in words(capfd.readouterr().out))  # that was a drill
    with_store.close()
    assert any(a.finding.rule is Rule.INACTIVITY for a in effects.alerts)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 2),
        (["--recording", "a.csv", "--household", "wang"], 2),
        (["--recording", "a.csv", "--out", "a.gif"], 2),
        (["--recording", "missing.csv", "--out", "a.svg"], 1),
    ],
)
def test_what_cannot_be_drawn_is_said_with_its_exit_code(
    arguments: list[str], code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["actogram", *arguments]) == code
    assert capfd.readouterr().err
