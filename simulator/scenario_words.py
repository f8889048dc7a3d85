"""What is said of a scenario: the faults of its file, and what came of it, in both languages.

Each phrase stands as a pair, English and Chinese; who says it fills in the blanks.
"""

from typing import NamedTuple

WORDS: dict[str, tuple[str, str]] = {
    # faults of a file: what is wrong, what would be right
    "no_toml": ("is not TOML: {why}", "不是 TOML：{why}"),
    "unknown_key": ("is no key here; there are {names}", "此处没有这个键；可用的有 {names}"),
    "meant": ("is no key here; did you mean {near}?", "此处没有这个键；是否想写 {near}？"),
    "missing": ("is missing; write for example {example}", "缺少；例如 {example}"),
    "wrong_type": ("is {value}; write for example {example}", "写的是 {value}；例如 {example}"),
    "not_one_of": ("{value} is not known; there are {names}", "不认识 {value}；可用的有 {names}"),
    "did_you_mean": (
        "{value} is not known; did you mean {near}?",
        "不认识 {value}；是否想写 {near}？",
    ),
    "out_of_range": (
        "is {value}; from {low} to {high} is right",
        "是 {value}；应在 {low} 到 {high} 之间",
    ),
    "not_for": ("{what} takes no {key}; it takes {names}", "{what} 不用 {key}；它用 {names}"),
    "needs": ("{what} needs {key}", "{what} 需要 {key}"),
    "no_way": (
        "no way leads from the entrance to {room}; say in beside how far it is",
        "从入口走不到 {room}；请在 beside 中写明",
    ),
    "no_sense": (
        "{value} says nothing that such a sensor notices ({names})",
        "{value} 说不出这类传感器能察觉的内容（{names}）",
    ),
    "no_profile": ("{value} cannot be used: {why}", "{value} 无法使用：{why}"),
    "no_zone": ("{value} is no time zone", "没有时区 {value}"),
    "no_happening": (
        "there is no happening {value}; they are 0 to {high}",
        "没有第 {value} 件事；只有 0 到 {high}",
    ),
    "never_passed": (
        "a scenario that allows nothing and asks for nothing; add must or must_not",
        "既不要求也不禁止任何警报；请写 must 或 must_not",
    ),
    "awaited_rule": (
        "{value} is a rule that is still to come; say waits_for",
        "{value} 是将来的规则；请写 waits_for",
    ),
    "contradicts": (
        "{value} stands in must_not and in {other}; keep one of them",
        "{value} 同时写在 must_not 和 {other} 中；请保留一处",
    ),
    # what came of it
    "not_told": (
        "{rule}: {who} was not told by {by}",
        "{rule}：到 {by} 为止没有告知 {who}",
    ),
    "told_late": (
        "{rule}: {who} was told at {at}, due by {by}",
        "{rule}：{at} 才告知 {who}，应在 {by} 之前",
    ),
    "told_early": (
        "{rule}: {who} was told at {at}, before anything had happened ({begins})",
        "{rule}：{at} 就告知了 {who}，当时还没有发生任何事({begins})",
    ),
    "not_cleared": (
        "{rule}: {who} was not told by {by} that it is over",
        "{rule}：到 {by} 为止没有告知 {who} 已经结束",
    ),
    "cleared_early": (
        "{rule}: {who} was told at {at} that it is over, but it lasted until {ends}",
        "{rule}：{at} 就告知 {who} 已经结束，其实持续到 {ends}",
    ),
    "too_many": (
        "{rule}: {count} alerts, at most {most}",
        "{rule}：{count} 次警报，最多 {most} 次",
    ),
    "must_not": (
        "{rule}: must not be told here; {who} was at {at}: {title}",
        "{rule}：不该告知，却在 {at} 告知了 {who}：{title}",
    ),
    "unexpected": (
        "{rule}: nobody expects it; {who} was told at {at}: {title}",
        "{rule}：意外的警报，{at} 告知了 {who}：{title}",
    ),
    "unsigned": (
        "a message without a known reference came to {who} at {at}: {title}",
        "{at} {who} 收到一条没有编号的消息：{title}",
    ),
    # the table of a run
    "passes": ("as promised", "符合预期"),
    "fails": ("NOT as promised", "不符合预期"),
    "waits": ("waits for {rule}", "等待规则 {rule}"),
    "no_longer_waits": (
        "passes although it says that it waits for {rule}: take waits_for out",
        "已经通过，却仍写着等待规则 {rule}：请删去 waits_for",
    ),
    "told_line": ("{at}  {who}: {title}", "{at}  {who}：{title}"),
    "nothing_told": ("nobody was told anything", "没有告知任何人"),
    "prepares": (
        "{count} scenarios ({homes}), {days} ordinary days first",
        "{count} 个情景（{homes}），先过 {days} 天平常日子",
    ),
    "help_what": (
        "Play scenarios through the real daemon and show who was told what.",
        "让真实的守护进程走完各个情景，显示告知了谁、什么内容。",
    ),
    "help_names": (
        "scenarios to play; without any, all that are short",
        "要走的情景；不写则为全部短情景",
    ),
    "help_list": ("list the scenarios and play none", "只列出情景，不执行"),
    "unknown_scenario": (
        "no scenario {name}; there are {names}",
        "没有情景 {name}；可用的有 {names}",
    ),
    "sum": (
        "{passed} as promised, {waiting} wait, {failed} not",
        "{passed} 个符合，{waiting} 个等待，{failed} 个不符",
    ),
}


class Said(NamedTuple):
    """Something to say, not yet in any language."""

    key: str
    values: dict[str, object]

    def told(self, language: str) -> str:
        """Put it into words."""
        return WORDS[self.key][language == "zh"].format(**self.values)


def said(key: str, /, **values: object) -> Said:
    """Give something to say."""
    return Said(key, values)
