"""What pages say, in Chinese and English: each part has its own words, here are those of all."""

from collections.abc import Mapping

from district.web.desk_words import DESK
from district.web.duty_words import DUTY
from district.web.roster_words import ROSTER
from district.web.staff_words import STAFF
from district.web.token_words import TOKENS

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
}
# What stands on the page of somebody who cannot be shown what they wanted: what it is, what to do.
PROBLEMS: Mapping[str, tuple[str, str]] = {
    "problem.desk": ("去值班台", "To the desk"),
    "problem.not_found": ("没有这一页，或不归您管。", "There is no such page here."),
    "problem.not_found.do": (
        "请核对网址，或从值班台进入。",
        "Check the address, or come in from the desk.",
    ),
    "problem.not_allowed": ("您的账号不能看这一页。", "Your account may not see this page."),
    "problem.not_allowed.do": (
        "工作上需要的话，请管理员调整您的角色。",
        "Where your work needs it, the administrator can change your role.",
    ),
    "problem.unread": ("这个网址不完整或不对。", "This address is incomplete or wrong."),
    "problem.unread.do": (
        "请从值班台重新进入。",
        "Come in from the desk again.",
    ),
    "problem.unread_form": ("没有保存：填的内容读不了。", "Not saved: this cannot be read."),
    "problem.unread_form.do": (
        "请按浏览器的“后退”，刚才填的还在；改一下再交。",
        "Go back in the browser, what you wrote is still there; correct it and send it again.",
    ),
    "problem.changed_since": (
        "没有保存：别人已经改过，或已不是刚才的样子。",
        "Not saved: somebody else was faster, or it is no longer as it was.",
    ),
    "problem.changed_since.do": (
        "请后退并刷新，看清现在的情况再做。",
        "Go back, load the page anew, and look at how it stands now.",
    ),
    "problem.too_slow": ("没有保存：网络太慢，没有传完。", "Not saved: it did not all arrive."),
    "problem.too_slow.do": (
        "请按“后退”，再交一次。",
        "Go back and send it again.",
    ),
    "problem.too_large": ("没有保存：文件或内容太大。", "Not saved: it is too large."),
    "problem.too_large.do": (
        "表格和照片最大 10 MB，其他内容最大 256 KB。",
        "Sheets and photos may have 10 MB, anything else 256 KB.",
    ),
    "problem.ours": ("系统出错了，打不开这一页。", "This page fails: the mistake is ours."),
    "problem.ours.do": (
        "错误已记录，请告诉管理员。有紧急警报请先打电话。",
        "It has been noted; tell the administrator. In an emergency use the telephone first.",
    ),
    "problem.ours_sent": (
        "系统出错了，刚才那一步可能没有做。",
        "The mistake is ours; what you did may not be done.",
    ),
    "problem.ours_sent.do": (
        "请后退并刷新，看做成了没有。错误已记录，请告诉管理员。有紧急警报请先打电话。",
        "Go back, load the page anew and see whether it is. It has been noted; tell the "
        "administrator. In an emergency use the telephone first.",
    ),
    "problem.away": ("数据库暂时连不上。", "The database cannot be reached just now."),
    "problem.away.do": (
        "本页每 5 秒自动再试。各家网关仍会通知自己的联系人。超过一分钟请告诉管理员。",
        "This page tries again every 5 seconds. Homes go on telling their own people. If it takes "
        "more than a minute, tell the administrator.",
    ),
    "problem.away_sent": (
        "数据库暂时连不上，刚才那一步没有做。",
        "The database cannot be reached just now; what you did is not done.",
    ),
    "problem.away_sent.do": (
        "请按“后退”，过几秒再做一次。有紧急警报请先打电话。",
        "Go back and do it again in a few seconds. In an emergency use the telephone first.",
    ),
}
PARTS: tuple[Mapping[str, tuple[str, str]], ...] = (
    GENERAL,
    PROBLEMS,
    DESK,
    DUTY,
    ROSTER,
    STAFF,
    TOKENS,
)
WORDS = {key: text for part in PARTS for key, text in part.items()}
LANGUAGES = ("zh", "en")


def say(key: str, language: str, **values: object) -> str:
    """Give a text; one that is missing is a mistake of ours."""
    chinese, english = WORDS[key]
    return (english if language == "en" else chinese).format(**values)
