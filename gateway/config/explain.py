"""Puts what pydantic found into faults: the place as the file shows it, the wrong, the mend.

Which shape is right is decided in shape.py.
"""

from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from gateway.config.faults import Source
from gateway.config.read import Tables
from gateway.language import Phrase
from gateway.nearest import near

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[int | str, ...]

EXAMPLES = {
    "id": '"wang"',
    "name": '"王桂兰"',
    "time_zone": '"Asia/Shanghai"',
    "room": '"bathroom"',
    "profile": '"zigbee2mqtt-motion"',
    "address": '"zigbee2mqtt/卫生间红外"',
    "type": '"apprise"',
}
_SIMPLE = {
    "string_type": "text",
    "int_type": "whole",
    "int_from_float": "whole",
    "float_type": "number",
    "bool_type": "yes_no",
    "list_type": "list",
    "date_type": "day",
    "date_parsing": "day",
    "date_from_datetime_parsing": "day",
    "date_from_datetime_inexact": "day",
}
_OWN = {
    "duration",
    "range",
    "bad_id",
    "bad_name",
    "bad_address",
    "bad_filter",
    "bad_hours",
    "bad_leave",
}


def shaped(model: type[Model], tables: Tables, source: Source) -> Model | None:
    """Fit the tables into the model; None when they do not, with every fault reported."""
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            wrong, right = _explained(model, each)
            source.fault(place(each["loc"]), wrong, right)
        return None


def place(location: Location) -> str:
    """Write ("device", 2, "profile") as `device[2].profile`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def shown(value: object) -> str:
    """Give a value shortly as the file has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value[:60]}…"' if len(value) > 60 else f'"{value}"'
    if isinstance(value, dict):
        return "{…}"
    return str(value)[:60]


def _explained(model: type[BaseModel], error: Mapping[str, Any]) -> tuple[Phrase, Phrase]:
    kind, location = error["type"], error["loc"]
    key = str(location[-1]) if location else ""
    value = "…" if "url" in location else shown(error["input"])
    values = {"value": value, **error.get("ctx", {})}
    if kind == "extra_forbidden":
        return Phrase("fault.unknown_key", {"key": key}), near(key, _fields(model, location))
    if kind == "missing":
        return Phrase("fault.missing"), _mend_missing(model, location)
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return Phrase("fault.table", values), Phrase("mend.table_one", {"key": key})
    if kind == "list_type" and _table_inside(_fields(model, location).get(key)) is not None:
        return Phrase("fault.list", values), Phrase("mend.table_many", {"key": key})
    if kind == "literal_error":
        return Phrase("fault.choice", values), _choices(_fields(model, location), location)
    if kind in _SIMPLE:
        bare = "…" if "url" in location else str(error["input"])[:60]
        name = _SIMPLE[kind]
        return Phrase(f"fault.{name}", values), Phrase(f"mend.{name}", {"value": bare})
    if kind in _OWN:
        return Phrase(f"fault.{kind}", values), Phrase(f"mend.{kind}", values)
    return Phrase("fault.other", {"why": error["msg"]}), Phrase("mend.other")


def _mend_missing(model: type[BaseModel], location: Location) -> Phrase:
    key = str(location[-1])
    if _table_inside(_fields(model, location).get(key)) is not None:
        return Phrase("mend.missing_table", {"key": key})
    return Phrase("mend.missing", {"key": key, "example": EXAMPLES.get(key, "…")})


def _choices(fields: Mapping[str, FieldInfo], location: Location) -> Phrase:
    named = next((str(part) for part in reversed(location) if isinstance(part, str)), "")
    found = _literals(fields[named].annotation) if named in fields else []
    return Phrase("mend.choice", {"choices": ", ".join(f'"{choice}"' for choice in found)})


def _literals(annotation: object) -> list[str]:
    inner = get_args(annotation)
    if inner and all(isinstance(each, str) for each in inner):
        return list(inner)
    return [choice for each in inner for choice in _literals(each)]


def _fields(model: type[BaseModel], location: Location) -> Mapping[str, FieldInfo]:
    """Give the fields of the table in which the last name of a location stands."""
    names = [part for part in location if isinstance(part, str)][:-1]
    table: type[BaseModel] = model
    for name in names:
        field = table.model_fields.get(name)
        table = _table_inside(field) or table
    return table.model_fields


def _table_inside(field: FieldInfo | None) -> type[BaseModel] | None:
    annotation = None if field is None else field.annotation
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None
