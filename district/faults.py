"""What is wrong with district.toml, in Chinese and English: each fault with its place and its mend.

Which faults there are is settings.py's and checking.py's.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any

from msgspec import Struct

# By the kind of fault that pydantic names; {ge} and the like are the bounds that it gives.
KINDS: Mapping[str, tuple[str, str]] = {
    "extra_forbidden": ("没有这个键", "there is no such key"),
    "missing": ("缺少这个键", "this key is missing"),
    "string_type": ("应写成引号里的文字", "should be a text in quotes"),
    "int_type": ("应写成整数，不加引号", "should be a whole number without quotes"),
    "bool_type": ("应写成 true 或 false", "should be true or false"),
    "dict_type": ("应写成一个表", "should be a table"),
    "model_type": ("应写成一个表", "should be a table"),
    "list_type": ("应写成方括号里的列表", "should be a list in brackets"),
    "greater_than_equal": ("不能小于 {ge}", "should be {ge} or more"),
    "less_than_equal": ("不能大于 {le}", "should be {le} or less"),
    "less_than": ("应小于 {lt}", "should be less than {lt}"),
    "literal_error": ("应是 {expected} 之一", "should be one of {expected}"),
    "enum": ("应是 {expected} 之一", "should be one of {expected}"),
    "string_too_long": ("太长，最多 {max_length} 个字", "is too long: {max_length} at most"),
    "string_pattern_mismatch": ("写法应是 {pattern}", "should look like {pattern}"),
    "string_too_short": ("不能为空", "should not be empty"),
}


class Fault(Struct, frozen=True):
    """One fault: where it is, and what is wrong there and would be right."""

    place: str
    zh: str
    en: str

    def told(self, language: str) -> str:
        """Say it in a language."""
        said = self.en if language == "en" else self.zh
        return f"{self.place}: {said}" if self.place else said


class SettingsFailed(Exception):
    """A file that cannot be used; `faults` has every one."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.told("en") for fault in self.faults))

    def told(self, language: str) -> list[str]:
        """Say all of them in a language."""
        return [fault.told(language) for fault in self.faults]


def unread(path: Path, error: OSError) -> Fault:
    """Say that a file cannot be read."""
    why = error.strerror or str(error)
    return Fault(path.name, f"读不了这个文件（{why}）", f"cannot be read: {why}")


def of_toml(name: str, error: TOMLDecodeError) -> Fault:
    """Say where a file is no TOML."""
    place = re.search(r"line (\d+), column (\d+)", str(error))
    where = f"第 {place[1]} 行第 {place[2]} 列" if place else "最后一行"
    told = f"{where}附近不是 TOML 的写法：请检查引号、括号和等号"
    return Fault(name, told, f"is no TOML: {error}")


def of_shape(error: Mapping[str, Any], known: Iterable[str]) -> Fault:
    """Say what pydantic found; `known` are the keys that may stand where it found it."""
    where = ".".join(str(part) for part in error["loc"])
    words = KINDS.get(str(error["type"]))
    if words is None:
        return Fault(where, str(error["msg"]), str(error["msg"]))
    values = error.get("ctx", {})
    chinese, english = (text.format(**values) for text in words)
    chinese = chinese.replace("' or '", "' 或 '").replace(", '", "、'")
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(error["loc"][-1]), list(known), 1)
        if near:
            chinese, english = (
                f"{chinese}；是 {near[0]} 吗？",
                f"{english}; did you mean {near[0]}?",
            )
    return Fault(where, chinese, english)
