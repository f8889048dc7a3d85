"""What somebody reads whose link cannot be shown: in Chinese, and in English."""

NOT_DONE = (
    "家里没有回应：您刚才按的可能没有送到，请当作没有按。",
    "No answer came from the home: take what you pressed as not done.",
)
AGAIN = ("再试一次", "Try again")
WORDS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "unreachable": (
        ("现在联系不上家里的设备", "The home cannot be reached now"),
        (
            "可能是断网或停电。警报的情况在这里看不到，也接不了手。\n"
            "请直接给老人打电话，或联系社区值班室。家里恢复联网后，这个链接还能用。\n"
            "也可能是链接不完整：请打开最近一条消息里的链接。",
            "Its network or its power may be down. The alert cannot be shown here, nor taken.\n"
            "Please call the resident, or the duty desk. The link works again later.\n"
            "Or a part of the link is missing: please open the one in the latest message.",
        ),
    ),
    "crowded": (
        ("现在打开的人太多", "Too many are looking just now"),
        ("请过几秒再试一次。", "Please try again in a few seconds."),
    ),
}


def said(why: str, language: str, part: str) -> str:
    """Give the title, the text, or the words of a button."""
    title, text = WORDS[why]
    parts = {"title": title, "text": text, "not_done": NOT_DONE, "again": AGAIN}
    chinese, english = parts[part]
    return english if language == "en" else chinese
