"""The services that need more than apprise gives: where their plugins are, how they answer.

Codes are from the services' own documents and from answers that they were seen to give. A code
that is not listed as lasting is tried again: that costs a little, the reverse costs an alert.
"""

import html
import re
from collections.abc import Callable

import msgspec
from msgspec import Struct

from gateway.channels.answers import Dialect, Facts, tidy


def _unchanged(text: str) -> str:
    return text


def _without_mentions(text: str) -> str:
    # Feishu and Lark read <at user_id="all"> in a plain text as a call to everybody.
    return re.sub(r"<(?=/?at\b)", "‹", text, flags=re.IGNORECASE)


def _as_markdown(text: str) -> str:
    # ServerChan always renders Markdown; a single line break would vanish there.
    escaped = re.sub(r"([\\`*_\[\]#|~])", r"\\\1", html.escape(text, quote=False))
    return "\n\n".join(re.sub(r"^([-+]|\d+(?=\.))", r"\\\1", line) for line in escaped.split("\n"))


def _serverchan_flaw(facts: Facts) -> str:
    data = facts.get("data")
    if not isinstance(data, dict) or data.get("errno", 0) in (0, "0"):
        return ""
    return tidy(f"errno {data.get('errno')}: {data.get('error')}")


def _pushdeer_flaw(facts: Facts) -> str:
    # PushDeer answers code 0 with an empty or false result when it knows no such key, and one
    # gorush report for each device otherwise.
    content = facts.get("content")
    reports = content.get("result") if isinstance(content, dict) else None
    if not isinstance(reports, list) or not reports:
        return "no device has this push key"
    failures = [_gorush_failure(report) for report in reports]
    return "" if not all(failures) else f"no device was reached: {failures[0]}"


def _gorush_failure(report: object) -> str:
    if not isinstance(report, str):
        return ""
    try:
        logs = msgspec.json.decode(report, type=_GorushReport).logs
    except (msgspec.MsgspecError, ValueError):
        return ""
    errors = [log.error for log in logs if isinstance(log, _GorushLog) and log.error]
    return tidy(errors[0]) if errors else ""


class _GorushLog(Struct):
    error: str = ""


class _GorushReport(Struct):
    logs: list[_GorushLog | str | None] = []


DINGTALK = Dialect(
    "DingTalk",
    ("errcode",),
    ("errmsg",),
    good=0,
    # 300001 and 40xxxx: no such robot, stopped, its group is gone; 310000: keyword, sign or IP.
    lasting=frozenset({300001, 310000, 400013, 400101, 400102, 400105, 400106}),
)
WECOM = Dialect(
    "WeCom",
    ("errcode",),
    ("errmsg",),
    good=0,
    lasting=frozenset({93000}),  # invalid webhook url
)
FEISHU = Dialect(
    "Feishu",
    ("code", "StatusCode"),  # the older of its two success bodies has only StatusCode
    ("msg", "StatusMessage"),
    good=0,
    # 19001 token, 19007 robot stopped, 19021 sign, 19022 IP, 19024 keyword. 9499 is said of bad
    # requests and of too many alike, 11232 of too many.
    lasting=frozenset({19001, 19007, 19021, 19022, 19024}),
)
LARK = msgspec.structs.replace(FEISHU, name="Lark")
SERVERCHAN = Dialect(
    "ServerChan",
    ("code", "errno"),
    ("message", "errmsg"),
    good=0,
    # 40001 is a wrong key, and also the day's quota: the words tell them apart.
    lasting=frozenset({40001, 20001}),
    flaw=_serverchan_flaw,
)
BARK = Dialect(
    "Bark",
    ("code",),
    ("message",),
    good=200,
    lasting=frozenset(),
    lasting_words=r"device.?(key|token)|unregistered",
)
PUSHDEER = Dialect(
    "PushDeer",
    ("code",),
    ("error", "message"),
    good=0,
    # 80403 not allowed, 80501 wrong arguments: key, account or device.
    lasting=frozenset({80403, 80501}),
    lasting_words=r"push key|device.?token|unregistered",
    flaw=_pushdeer_flaw,
)


class Service(Struct, frozen=True):
    """Where apprise keeps the plugin of a service, and what its receiver needs.

    `title_length` is in characters, `size` in UTF-8 bytes of title and text together; 0: no limit
    that a message of ours could reach. Naming the module saves the load of all 140 others.
    """

    module: str
    plugin: str
    dialect: Dialect | None = None
    title_length: int = 0
    size: int = 0
    prepare: Callable[[str], str] = _unchanged


_DINGTALK = Service("dingtalk", "NotifyDingTalk", DINGTALK)
_WECOM = Service("wecombot", "NotifyWeComBot", WECOM, size=2048)
_FEISHU = Service("feishu", "NotifyFeishu", FEISHU, prepare=_without_mentions)
_LARK = Service("lark", "NotifyLark", LARK, prepare=_without_mentions)
_SERVERCHAN = Service(
    "serverchan", "NotifyServerChan", SERVERCHAN, title_length=32, prepare=_as_markdown
)
_BARK = Service("bark", "NotifyBark", BARK, size=3000)  # Apple takes 4 KiB with all that is around
_PUSHDEER = Service("pushdeer", "NotifyPushDeer", PUSHDEER)

SERVICES = {
    "dingtalk": _DINGTALK,
    "wecombot": _WECOM,
    "feishu": _FEISHU,
    "lark": _LARK,
    "schan": _SERVERCHAN,
    "bark": _BARK,
    "barks": _BARK,
    "pushdeer": _PUSHDEER,
    "pushdeers": _PUSHDEER,
    "json": Service("custom_json", "NotifyJSON"),
    "jsons": Service("custom_json", "NotifyJSON"),
    "form": Service("custom_form", "NotifyForm"),
    "forms": Service("custom_form", "NotifyForm"),
    "xml": Service("custom_xml", "NotifyXML"),
    "xmls": Service("custom_xml", "NotifyXML"),
    "ntfy": Service("ntfy", "NotifyNtfy"),
    "ntfys": Service("ntfy", "NotifyNtfy"),
    "gotify": Service("gotify", "NotifyGotify"),
    "gotifys": Service("gotify", "NotifyGotify"),
    "pushplus": Service("pushplus", "NotifyPushplus"),
    "wxpusher": Service("wxpusher", "NotifyWxPusher"),
    "wechat": Service("wechat", "NotifyWeChat"),
    "tgram": Service("telegram", "NotifyTelegram"),
}
