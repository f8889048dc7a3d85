"""What the page of tokens says, in both languages."""

from collections.abc import Mapping

TOKENS: Mapping[str, tuple[str, str]] = {
    "nav.tokens": ("令牌", "Tokens"),
    "tokens.hint": (
        "平台程序用令牌代替密码。同一程序可有两个令牌同时有效，方便更换。",
        "A program shows a token instead of a password. Two may be good at the same time, so that "
        "one can follow the other.",
    ),
    "tokens.none": ("还没有令牌。", "No tokens yet."),
    "tokens.no_programs": (
        "还没有平台程序的账号：先新建一个角色是“平台程序”的账号。",
        "There is no account of a program yet: make one of the role Program first.",
    ),
    "tokens.new": ("发放令牌", "New token"),
    "tokens.make": ("发放", "Make it"),
    "tokens.is": ("{login} 的令牌", "The token of {login}"),
    "tokens.once": (
        "只显示这一次，请马上抄到程序的密钥文件里。不要用聊天软件发送。",
        "It is shown this once: put it into the program's file of secrets now, and send it by no "
        "messenger.",
    ),
    "tokens.rights": ("可用于", "For"),
    "tokens.state": ("状态", "State"),
    "tokens.good": ("有效", "good"),
    "tokens.over": ("已到期", "over"),
    "tokens.revoked": ("{by} 吊销", "revoked by {by}"),
    "tokens.ends": ("到期", "Ends"),
    "tokens.used": ("最近使用", "Last used"),
    "tokens.used_from": ("{at}，来自 {address}", "{at}, from {address}"),
    "tokens.never": ("从未使用", "never"),
    "tokens.made_by": ("发放人", "Made by"),
    "tokens.revoke": ("吊销", "Revoke"),
    "tokens.right.feed": ("事件推送", "the feed of events"),
    "tokens.right.figures": ("统计", "figures"),
    "field.token_name": ("名称（给谁用）", "Name (whose it is)"),
    "field.program": ("平台程序", "Program"),
    "field.feed": ("事件推送", "the feed of events"),
    "field.figures": ("统计", "figures"),
    "field.good_for": ("有效天数", "Good for days"),
    "said.revoked": ("令牌已吊销。", "The token is worthless now."),
    "refused.token_rights": ("至少选一项用途。", "Choose at least one thing that it is for."),
    "refused.token_days": ("有效期要在 1 到 1098 天之间。", "A token is good for 1 to 1098 days."),
    "refused.token_person": (
        "令牌只发给平台程序，不发给人。",
        "Tokens are for programs, not for people.",
    ),
}
