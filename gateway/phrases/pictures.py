"""What stands on the pictures, and what `actogram` says."""

PHRASES: dict[str, tuple[str, str]] = {
    "picture.title": (
        "{name}: {days} days, {first} to {last}",
        "{name}：{first} 至 {last}，{days} 天",
    ),
    "picture.days": (
        "Each row shows a day and, to its right, the next one. A bar: signs of life in 10 minutes.",
        "每行先画当天，右边接着画第二天。竖条越高，那 10 分钟里动静越多。",
    ),
    "picture.life": ("life", "有动静"),
    "picture.away": ("out", "外出"),
    "picture.blind": ("not seen", "看不到"),
    "picture.alert": ("alert", "告警"),
    "picture.note": ("note, fault", "提示或故障"),
    "picture.weekdays": ("Mo Tu We Th Fr Sa Su", "一 二 三 四 五 六 日"),
    "picture.alerts": ("Alerts", "告警"),
    "picture.no_alerts": ("No alerts in these days.", "这些天没有告警。"),
    "picture.more": ("and {count} more", "另有 {count} 条"),
    "picture.rhythm": (
        "The longest quiet that was reached in each half hour, day by day",
        "每天每半小时里，安静持续得最久到多少小时",
    ),
    "picture.line": (
        "Below: how long it is usually quiet at most at that hour (hours)",
        "下方曲线：这个时段平时最多安静多久（小时）",
    ),
    "picture.hours": ("{count} h", "{count} 小时"),
    "picture.no_rhythm": (
        "Nothing is learned of this home's rhythm yet.",
        "还没有学到这个家的作息。",
    ),
    "picture.changes": ("Slow change, a dot a day", "慢慢的变化（每点一天）"),
    "picture.rising": ("up at", "起床时间"),
    "picture.night_visits": ("bathroom visits at night", "夜里去卫生间（次）"),
    "picture.outings": ("outings a day", "每天外出（次）"),
    "picture.activity": ("active minutes an hour at home", "在家每小时活动（分钟）"),
    "picture.room_changes": ("changes of room an hour at home", "在家每小时换房间（次）"),
    "picture.longest_quiet": ("longest quiet by day (min)", "白天最长安静（分钟）"),
    "actogram.which": (
        "either --recording FILE or --household ID",
        "请给出 --recording 文件 或 --household 住户，二者选一",
    ),
    "actogram.format": (
        "{file}: the name must end in .svg or .png",
        "{file}：文件名须以 .svg 或 .png 结尾",
    ),
    "actogram.nothing": ("{name}: nothing was heard in these days", "{name}：这些天没有任何记录"),
    "actogram.unwritable": ("{file} cannot be written: {why}", "{file} 无法写入：{why}"),
    "actogram.done": ("{file}: written", "已写入 {file}"),
}
