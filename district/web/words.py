"""What pages say, in Chinese and English: each part has its own words, here are those of all."""

from collections.abc import Mapping

from district.web.desk_words import DESK
from district.web.duty_words import DUTY
from district.web.roster_words import ROSTER
from district.web.staff_words import STAFF

GENERAL: Mapping[str, tuple[str, str]] = {
    "desk": ("值班台", "Duty desk"),
    "nav": ("主导航", "Pages"),
    "nav.desk": ("值班台", "Desk"),
    "nav.follow_ups": ("后续", "Follow-ups"),
    "skip": ("跳到正文", "Skip to the content"),
    "language": ("English", "中文"),
    "login": ("登录", "Log in"),
    "logout": ("退出", "Log out"),
    "user": ("用户名", "User name"),
    "password": ("密码", "Password"),
    "code": ("动态验证码", "One-time code"),
    "login.if_any": ("（没有启用验证器的不用填）", "(only with an authenticator)"),
    "login.wrong": ("用户名、密码或验证码不对。", "User name, password or code is wrong."),
    "login.locked": (
        "错误次数太多，请过几分钟再试。",
        "Too many tries. Try again in a few minutes.",
    ),
    "login.code": ("请输入验证器里的六位数。", "Enter the six digits from your authenticator."),
    "login.ended": (
        "登录已过期，刚才那一步没有做。请登录后再做一次。",
        "Your session had ended and nothing was done. Log in and do it again.",
    ),
    "login.kept": ("您刚才写的：", "What you had written:"),
    "not_found": ("没有这一页，或不归您管。", "There is no such page here."),
    "not_allowed": ("您的账号不能看这一页。", "Your account may not see this page."),
}
PARTS: tuple[Mapping[str, tuple[str, str]], ...] = (GENERAL, DESK, DUTY, ROSTER, STAFF)
WORDS = {key: text for part in PARTS for key, text in part.items()}
LANGUAGES = ("zh", "en")


def say(key: str, language: str, **values: object) -> str:
    """Give a text; one that is missing is a mistake of ours."""
    chinese, english = WORDS[key]
    return (english if language == "en" else chinese).format(**values)
