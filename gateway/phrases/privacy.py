"""What may leave a home, its copy for those who own it, and its end: the words of privacy."""

PHRASES: dict[str, tuple[str, str]] = {
    "consent.summaries": (
        "Half hours in which somebody was up and about",
        "每半小时家里有没有人活动",
    ),
    "consent.vitals": (
        "Measured figures of heart, oxygen and temperature",
        "心率、血氧、体温的具体数值",
    ),
    "consent.changes": (
        "Slow changes in the resident's days",
        "老人作息的缓慢变化",
    ),
    "consent.never": ("does not leave the home", "不出家门"),
    "consent.alerts": ("goes to the district while an alert is open", "有未了结的警报时上报"),
    "consent.daily": ("goes to the district every day", "每天上报"),
    "consent.yes": ("goes to the district with its alert", "随警报上报"),
    "consent.no": ("does not leave the home", "不出家门"),
    "consent.given": ("agreed by {by} on {on}", "{by} 于 {on} 同意"),
    "fault.consent": ("{switch} is on, and {key} is missing", "{switch} 已打开，但没写 {key}"),
    "mend.consent_by": (
        'say who agreed, as in by = "王桂英"; without consent take the switch out',
        '请写明是谁同意的，如 by = "王桂英"；没有征得同意就删去这个开关',
    ),
    "mend.consent_on": (
        "say when, as in on = 2026-03-01; without consent take the switch out",
        "请写明哪天同意的，如 on = 2026-03-01；没有征得同意就删去这个开关",
    ),
    # --- help
    "help.export": (
        "Write everything that is kept of a household to a directory, or to a .zip file: readings, "
        "alerts with all their changes, what was learned, its configuration without secrets. Reads "
        "the store; the daemon need not run.",
        "把一户的全部记录写到一个目录或 .zip 文件：读数、警报的全部经过、学到的作息、"
        "不含密钥的配置。只读存储，不需要守护程序。",
    ),
    "help.erase": (
        "Erase everything that is kept of a household, for good: readings, alerts, what was "
        "learned, what still waits for the district. Other households are left as they are.",
        "彻底删除一户的全部记录：读数、警报、学到的作息、还没上报的内容。其他住户不受影响。",
    ),
    "option.erase_yes": (
        "Do not ask again.",
        "不再确认。",
    ),
    # --- export
    "export.done": (
        "{household}: {readings} readings and {alerts} alerts written to {place}",
        "{household}：已写出 {readings} 条读数、{alerts} 条警报，在 {place}",
    ),
    "export.there": (
        "{place} is there already; name one that is not",
        "{place} 已经存在，请换一个还没有的名字",
    ),
    "export.unwritable": ("{place} cannot be written: {why}", "{place} 写不进去：{why}"),
    "export.nothing": (
        "nothing is kept of a household {name}, and none is configured",
        "没有 {name} 这户的任何记录，配置里也没有这户",
    ),
    # --- erase
    "erase.sure": (
        "This removes everything kept of {name}: {alerts} alerts, all readings, all that was "
        "learned. It cannot be undone. Type {name} to go on",
        "将删除 {name} 这户的全部记录：{alerts} 条警报、所有读数、学到的作息，无法恢复。"
        "确定的话请输入 {name}",
    ),
    "erase.not_sure": ("nothing was erased", "没有删除任何东西"),
    "erase.done": ("{name}: everything kept here is erased", "{name}：这里的记录已全部删除"),
    "erase.stays": (
        "What stays: the household's file and its secrets in the configuration, messages already "
        "sent, what the district was told, the system's log, exports and backups made by people.",
        "以下不在此列：配置目录里这户的文件和密钥、已经发出的消息、已上报区级平台的内容、"
        "系统日志、人工导出和备份的文件。",
    ),
    "erase.watched": (
        "{name} is still configured: from now on it is watched and learned anew",
        "{name} 仍在配置里：从现在起重新守护、重新学习",
    ),
    "erase.slow": (
        "the gateway has not finished yet; it goes on by itself, also after a power cut",
        "网关还没删完；它会自己继续，断电后也会接着删",
    ),
}

EXAMPLES: dict[str, tuple[str, ...]] = {
    "export": (
        "shouhu export wang /media/usb/wang",
        "shouhu export wang wang.zip --json",
    ),
    "erase": ("shouhu erase wang", "shouhu erase wang --yes"),
}
