"""What the pages say, in both languages: Chinese, then English."""

WORDS: dict[str, tuple[str, str]] = {
    "take": ("我来处理", "I will see to it"),
    "got_it": ("收到了", "I got it"),
    "take_hint": (
        "按下后，{minutes} 分钟内不再打扰其他人；到时仍未结束，会再次通知。",
        "For {minutes} minutes nobody else is disturbed; if it is not over by then, people are told"
        " again.",
    ),
    "close": ("已经处理好了，结果是：", "It is over; it was:"),
    "helped": ("确有急事，已得到帮助", "a real emergency; help has come"),
    "well": ("老人平安，虚惊一场", "all is well; a false alarm"),
    "sensor": ("设备故障", "a faulty device"),
    "test": ("只是测试", "only a test"),
    "taken": ("{name} 正在处理，到 {until} 为止。", "{name} is seeing to it until {until}."),
    "taken_by_you": ("您已接手，到 {until} 为止。", "You have taken it, until {until}."),
    "closed": ("这次警报已经结束：{outcome}。", "This alert is over: {outcome}."),
    "resolved": (
        "警报已自行解除。请说明当时的情况：",
        "It has ended by itself. Please say what it was:",
    ),
    "expired": ("这个链接已过期。", "This link has expired."),
    "unknown": (
        "这个链接无效。请用最新一条消息里的链接。",
        "This link is not good. Please use the one in the latest message.",
    ),
    "not_stored": (
        "已收到，但网关的存储有故障，重启后可能丢失。",
        "Taken, but the gateway cannot write to its disk: a restart may lose it.",
    ),
    "sms_taken": (
        "{what}：已由您接手，到 {until} 为止。处理好后请回复：0 平安，2 已得到帮助，3 设备故障。",
        "{what}: yours until {until}. When it is over, reply 0 (all is well), 2 (help has come) or "
        "3 (a faulty device).",
    ),
    "sms_got_it": ("收到，谢谢您。", "Received. Thank you."),
    "sms_closed": ("{what}：已结束，谢谢您。", "{what}: over. Thank you."),
    "drill": ("演练", "DRILL"),
    "nothing_left": ("不用再做什么。", "There is nothing left to do."),
    "call": ("打电话 {phone}", "Call {phone}"),
}
LANGUAGES = ("zh", "en")


def word(key: str, language: str, **values: object) -> str:
    """Give a phrase in a language, with its blanks filled in."""
    return WORDS[key][language == "en"].format(**values)
