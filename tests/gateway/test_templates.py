"""The house's own words: tried before they are needed, harmless, and never the last resort."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from edge.model import Reason
from gateway.composing import Composer
from gateway.config.faults import Faults, Source
from gateway.config.messages import check_messages, examples, templates
from gateway.language import Language
from gateway.messages import render
from gateway.templates import TemplateFailed, Templates, TemplateWrong, compiled
from gateway.wording import LANGUAGES
from tests.gateway.test_messages import NOW, SMOKE, alert, home, notice

GOOD = "{{ title }}\n{{ home }}\n{% for line in said %}\n· {{ line }}\n{% endfor %}\n{{ advice }}"
LINK = "https://example.org/a/x"


def faults_of(directory: Path, text: str, form: str = "zh") -> list[str]:
    (directory / "own.txt").write_text(text, encoding="utf-8")
    found = Faults()
    source = Source("gateway.toml", found)
    check_messages({"messages": {form: "own.txt"}}, directory, source, found)
    return [fault.told(Language.EN) for fault in found.grave]


def test_a_template_takes_the_place_of_the_programs_words() -> None:
    said = Templates({"zh": "【社区】" + GOOD}).full(
        alert(SMOKE), notice(), home(), ["张三"], link=LINK
    )
    assert said is not None
    title, text = said
    assert title == "【社区】烟雾报警：王秀英，厨房"
    assert text.startswith("幸福里 3-502\n· ") and "119" in text and LINK not in text


def test_the_other_language_and_the_other_form_keep_the_programs_words() -> None:
    ready = Templates({"zh": GOOD})
    assert ready.full(alert(SMOKE), notice("ann"), home(False), []) is None
    assert ready.short(alert(SMOKE), notice("li"), home(), []) is None


def test_the_shipped_example_is_sound(repository: Path, tmp_path: Path) -> None:
    text = (repository / "docs/example/messages/zh_short.txt").read_text(encoding="utf-8")
    assert faults_of(tmp_path, text, "zh_short") == []


@pytest.mark.parametrize(
    ("text", "where", "wrong"),
    [
        ("{{ title }}\n{{ advise }}", "own.txt: smoke.first", "'advise' is undefined"),
        ("{{ title }}\n{% if over %}", "own.txt:2", "end of template"),
        ("{{ title }\n{{ home }}", "own.txt:1", "unexpected '}'"),
        ("{{ title.upper() }}", "own.txt:1", "a call is not allowed"),
        ("{{ title.__class__ }}", "own.txt:1", "a dot is not allowed"),
        ("{{ ''['x'] }}", "own.txt:1", "an index is not allowed"),
        ("{% set a = title %}{{ a }}", "own.txt:1", "set is not allowed"),
        ("{{ title }}\n{% include '/etc/passwd' %}", "own.txt:2", "include is not allowed"),
        ("{% extends 'x' %}", "own.txt:1", "extends is not allowed"),
        ("{% macro a() %}{% endmacro %}{{ title }}", "own.txt:1", "macro is not allowed"),
        ("{{ title * 99999999 }}", "own.txt:1", "mul is not allowed"),
        ("{{ '%099999999d' % 1 }}", "own.txt:1", "mod is not allowed"),
        ("{{ title|center(99999999) }}", "own.txt:1", "the filter center is not known"),
        ("{{ said|join(title)|join(title) }}", "own.txt:1", "join takes a list"),
        ("{{ title is callable }}", "own.txt:1", "the test callable is not known"),
        ("{% for a in told recursive %}{{ a }}{% endfor %}", "own.txt:1", "loops within"),
        ("{% for a in said|join %}{{ a }}{% endfor %}", "own.txt:1", "over a list by its name"),
        ("{% for a in told %}{% endfor %}" * 21, "own.txt:", "more than 20 loops"),
        ("{{ title }}{{ told|first }}", "own.txt: smoke.first.drill", "No first item"),
        ("x" * 20000, "own.txt:", "longer than 16384"),
        ("Something has happened.", "own.txt: smoke.first", "who it is about"),
        ("", "own.txt: smoke.first", "who it is about"),
        ("{{ title }}{{ title }}{{ title }}{{ title }}{{ title }}", "own.txt: ", "80 characters"),
    ],
)  # fmt: skip
def test_a_faulty_template_is_refused_where_it_is_wrong(
    tmp_path: Path, text: str, where: str, wrong: str
) -> None:
    told = faults_of(tmp_path, text)
    assert told and told[0].startswith(where) and wrong in told[0], told


def test_every_fault_of_a_template_is_told_at_once_and_each_once(tmp_path: Path) -> None:
    text = "{{ title }}\n{% if over %}{{ one }}{% endif %}{% if drill %}{{ two }}{% endif %}"
    told = faults_of(tmp_path, text)
    assert len(told) == 2 and "'two'" in "".join(told) and "'one'" in "".join(told)


def test_a_template_that_is_not_there_or_no_text_is_a_fault(tmp_path: Path) -> None:
    found = Faults()
    source = Source("gateway.toml", found)
    (tmp_path / "gbk.txt").write_bytes("烟雾".encode("gbk"))
    tables: dict[str, object] = {"messages": {"zh": "none.txt", "en": "gbk.txt"}}
    check_messages(tables, tmp_path, source, found)
    assert [fault.place for fault in found.grave] == ["messages.zh", "messages.en"]


def test_what_is_allowed_ends_soon_whatever_it_says() -> None:
    loops = "{% for a in title %}{% for b in title %}{{ said|join(' ') }}{% endfor %}{% endfor %}"
    began = time.process_time()
    with pytest.raises(TemplateFailed):
        Templates({"zh": "{{ resident }}" + loops}).full(alert(SMOKE), notice(), home(), [])
    assert time.process_time() - began < 5
    deep = "{% for a in title %}" * 3 + "{% endfor %}" * 3
    with pytest.raises(TemplateWrong):
        compiled(deep)
    with pytest.raises(TemplateWrong):
        compiled("{% if drill %}" * 900 + "{% endif %}" * 900)


@given(st.text(st.sampled_from("{}%#'\"|.()[]*~ \nifelsforndtiax0"), max_size=60))
def test_whatever_stands_in_a_file_it_is_a_template_or_is_refused(text: str) -> None:
    try:
        Templates({"zh": text}).full(alert(SMOKE), notice(), home(), [])
    except TemplateFailed as failed:
        assert failed.name == "zh" and str(failed)


def test_names_are_never_read_as_markup_or_as_a_template() -> None:
    place = home(resident="{{ 7*7 }}<b>")
    said = Templates({"zh": GOOD}).full(alert(SMOKE), notice(), place, [])
    assert said is not None and "{{ 7*7 }}<b>" in said[0]


@pytest.mark.parametrize("form", ["zh", "zh_short"])
def test_a_drill_is_marked_though_the_template_says_nothing_of_it(form: str) -> None:
    ready = Templates({form: "{{ resident }}\n{{ advice }}"})
    drilled = alert(SMOKE, drill=True)
    fill = ready.full if form == "zh" else ready.short
    said = fill(drilled, notice(drill=True), home(), [])
    assert said is not None
    assert "".join(said).startswith(LANGUAGES["zh"].drill)


# -- where one fails all the same

FAILS = "{{ title }}\n{% if over %}{{ nothing }}{% endif %}"


def composer(told: list[tuple[str, str]], sources: dict[str, str]) -> Composer:
    return Composer(
        {"h1": home()},
        templates=Templates(sources),
        on_template=lambda name, why: told.append((name, why)),
    )


def test_a_template_that_fails_at_sending_leaves_the_programs_words_and_is_told() -> None:
    told: list[tuple[str, str]] = []
    about, owed = alert(SMOKE), notice(reason=Reason.RESOLVED)
    [person, _] = home().contacts
    ready = composer(told, {"zh": FAILS, "zh_short": "{{ resident }}" + "{{ nothing }}"})
    made = ready.message(about, owed, person, NOW)
    assert (made.title, made.text) == render(about, owed, home(), [])
    assert made.short.startswith("【解除】烟雾报警")
    assert [name for name, _ in told] == ["zh", "zh_short"]


def test_a_message_that_cannot_be_worded_at_all_is_sent_barely() -> None:
    broken = structs.replace(home(), zone_name="Nowhere/At_All")
    ready = Composer({"h1": broken}, link=lambda *_: LINK)
    made = ready.message(alert(SMOKE), notice(), broken.contacts[0], NOW)
    assert "烟雾报警" in made.title and "UTC" in made.text and made.text.endswith(LINK)
    assert "烟雾报警" in made.short


def test_a_link_that_cannot_be_made_costs_no_message() -> None:
    def fails(*_: object) -> str:
        raise ValueError

    made = Composer({"h1": home()}, link=fails, short_on=["sms"]).message(
        alert(SMOKE), notice(), home().contacts[0], NOW
    )
    assert "烟雾报警" in made.title and made.link == made.short == ""


def test_the_templates_are_read_as_they_were_checked(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("\ufeff" + GOOD, encoding="utf-8")
    ready = templates({"messages": {"zh": "own.txt"}}, tmp_path)
    assert ready.sources == {"zh": GOOD}
    for _, about, owed, place in examples("zh"):
        assert ready.full(about, owed, place, [], link=LINK) is not None
