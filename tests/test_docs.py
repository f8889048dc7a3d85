"""The documents say what is there, all of it, and nothing that is not."""

import inspect
import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import click
import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.fields import FieldInfo

from district.settings import File as DistrictFile
from gateway.cli import COMMANDS
from gateway.commands.exits import Exit
from gateway.config import load
from gateway.config.shape import GatewayFile, HouseholdFile
from gateway.config.values import written
from gateway.phrases.examples import EXAMPLES

DOCS = Path(__file__).resolve().parent.parent / "docs"
ROW = re.compile(r"^\| `([a-z_.\[\]]+)` \| (.+?) \| (.+?) \| `(.+?)` \| (.+) \|$", re.MULTILINE)


# --- configuration


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Give every key of a file as the document writes it."""
    for name, field in model.model_fields.items():
        inner = [each for each in (field.annotation, *get_args(field.annotation)) if is_table(each)]
        is_list = get_origin(field.annotation) is list
        if inner:
            yield from keys(inner[0], f"{prefix}{name}{'[]' if is_list else ''}.")
        else:
            yield f"{prefix}{name}", field


def is_table(annotation: object) -> bool:
    """Say whether an annotation is a table of the file."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def documented(document: str = "configuration.md") -> dict[str, tuple[str, str, str, str]]:
    """Give type, default, example and meaning of every documented key."""
    text = (DOCS / document).read_text(encoding="utf-8")
    return {
        key: (kind, default, example, said)
        for key, kind, default, example, said in ROW.findall(text)
    }


KEYS = dict([*keys(GatewayFile), *keys(HouseholdFile)])
DISTRICT = dict(keys(DistrictFile))


def shown(field: FieldInfo) -> str:
    """Give a default as the document has it."""
    default = field.default
    if field.is_required():
        return "-"
    if default is None:
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, timedelta):
        return f'`"{written(default)}"`'
    if isinstance(default, str):
        return f'`"{default}"`'
    return f"`{default}`".replace("'", '"')


def test_every_key_of_the_configuration_is_documented_and_no_other() -> None:
    assert list(documented()) == list(KEYS)


def test_every_key_of_a_district_is_documented_and_no_other() -> None:
    assert list(documented("district.md")) == list(DISTRICT)


@pytest.mark.parametrize("key", DISTRICT)
def test_default_and_example_of_a_district_s_key_are_right(key: str) -> None:
    kind, default, example, _ = documented("district.md")[key]
    assert default == shown(DISTRICT[key])
    accepted(DISTRICT[key], example)
    ends = [str(end) for end in limits(DISTRICT[key])]
    assert re.findall(r"\d+", kind) == ends


def limits(field: FieldInfo) -> list[object]:
    """Give the lowest and the highest number that a field of pydantic's own takes."""
    return [
        end
        for each in field.metadata
        for name in ("ge", "le")
        if (end := getattr(each, name, None)) is not None
    ]


@pytest.mark.parametrize("key", KEYS)
def test_the_documented_default_is_the_real_one(key: str) -> None:
    assert documented()[key][1] == shown(KEYS[key])


@pytest.mark.parametrize("key", KEYS)
def test_the_documented_example_is_accepted(key: str) -> None:
    accepted(KEYS[key], documented()[key][2])


def accepted(field: FieldInfo, example: str) -> None:
    """Let a key take its documented example."""
    value = tomllib.loads(f"value = {example}")["value"]
    kind: Any = field.annotation
    kind = Annotated[(kind, *field.metadata)] if field.metadata else kind
    TypeAdapter(kind, config=ConfigDict(strict=True)).validate_python(value)


@pytest.mark.parametrize("key", KEYS)
def test_the_documented_bounds_are_the_real_ones(key: str) -> None:
    found = re.search(r", (\S+) to (\S+)$", documented()[key][0])
    low_high = [] if found is None else list(found.groups())
    assert low_high == [str(end).removesuffix(".0") for end in bounds(KEYS[key])]


def bounds(field: FieldInfo) -> list[object]:
    """Give the lowest and the highest that a field takes; nothing where it has no bounds."""
    nested = (get_args(each)[1:] for each in get_args(field.annotation))
    for check in (*field.metadata, *(each for checks in nested for each in checks)):
        function: Any = getattr(check, "func", None)
        if getattr(function, "__qualname__", "").startswith(("between.", "within.")):
            named = inspect.getclosurevars(function).nonlocals
            return [named["low"], named["high"]]
    return []


def test_every_section_has_its_heading() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    for model in (GatewayFile, HouseholdFile):
        for name, field in model.model_fields.items():
            if is_table(field.annotation):
                assert f"\n### [{name}]\n" in text
            elif any(is_table(each) for each in get_args(field.annotation)):
                assert f"\n### [[{name}]]\n" in text


def test_the_example_is_sound_and_shows_every_section() -> None:
    load(DOCS / "example")
    wang = (DOCS / "example" / "households" / "wang.toml").read_text(encoding="utf-8")
    assert tomllib.loads(wang).keys() == HouseholdFile.model_fields.keys()
    gateway = (DOCS / "example" / "gateway.toml").read_text(encoding="utf-8")
    assert tomllib.loads(gateway).keys() == GatewayFile.model_fields.keys() - {"profiles"}


# --- commands


def commands() -> Iterator[tuple[str, click.Command]]:
    """Give every command that does something, by its path."""
    for name in COMMANDS:
        command = import_module(f"gateway.commands.{name.replace('-', '_')}").command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())
        else:
            yield name, command


COMMANDED = dict(commands())


def sections() -> dict[str, str]:
    """Give each command's section of the document by the command's path."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    parts = re.split(r"^## `shouhu (.+?)`$", text, flags=re.MULTILINE)
    named = zip(parts[1::2], parts[2::2], strict=True)
    return {re.sub(r" [\[A-Z].*", "", name): section for name, section in named}


def test_every_command_is_documented_and_no_other() -> None:
    assert sections().keys() == COMMANDED.keys()


@pytest.mark.parametrize("path", COMMANDED)
def test_the_options_of_a_command_are_documented_and_no_others(path: str) -> None:
    options = [each for each in COMMANDED[path].params if isinstance(each, click.Option)]
    rows = re.findall(r"^\| `(--[a-z-]+)(?: [^`]+)?` \| (.*?) \|", sections()[path], re.MULTILINE)
    assert [name for name, _ in rows] == [each.opts[0] for each in options]
    for each, (_, default) in zip(options, rows, strict=True):
        if each.show_default:
            assert default == f"`{each.default}`"
        assert (default == "required") is each.required


@pytest.mark.parametrize("path", COMMANDED)
def test_the_arguments_of_a_command_are_documented(path: str) -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    arguments = [each for each in COMMANDED[path].params if isinstance(each, click.Argument)]
    words = [path, *((each.metavar or each.human_readable_name).upper() for each in arguments)]
    assert f"## `shouhu {' '.join(words)}`" in text


@pytest.mark.parametrize("path", COMMANDED)
def test_the_examples_of_the_help_stand_in_the_document(path: str) -> None:
    shown = [line.strip() for line in sections()[path].splitlines() if line.startswith("    ")]
    assert shown == list(EXAMPLES[path.replace(" ", ".")])


@pytest.mark.parametrize("path", COMMANDED)
def test_the_examples_name_only_options_that_there_are(path: str) -> None:
    known = {name for each in COMMANDED[path].params for name in each.opts} | {"--lang"}
    for example in EXAMPLES[path.replace(" ", ".")]:
        assert set(re.findall(r"(?<!\S)--[a-z-]+", example)) <= known


def test_every_exit_code_is_documented_and_no_other() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == list(Exit)
