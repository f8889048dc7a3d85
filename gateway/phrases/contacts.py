"""What `shouhu contacts` says: English, then Chinese."""

PHRASES: dict[str, tuple[str, str]] = {
    "help.contacts": (
        "See who is told, whether somebody is reached at every hour, and who has answered.",
        "查看通知谁、每个钟点是否都有人接到、谁回应过联络测试。",
    ),
    "help.contacts.list": (
        "List the contacts: their channels, whether they are there now, their last monthly test.",
        "列出联系人：通知方式、此刻在不在、最近一次每月联络测试。",
    ),
    "help.contacts.check": (
        "Prove that each kind of alert reaches somebody who is there, at every hour of the coming "
        "week, with everybody's hours, leave and quiet hours. Exit code 1 where one does not. "
        "Reads the configuration only.",
        "按每个人的时段、请假和免打扰时间，逐时检查今后一周每种告警是否都有在岗的人接到；"
        "有空档时退出码为 1。只读配置。",
    ),
    "help.contacts.answered": (
        "Note that a contact has answered the monthly test in another way, as by telephone.",
        "记下某位联系人已用别的方式（例如电话）回应了每月联络测试。",
    ),
    "contacts.household": ("HOUSEHOLD", "住户"),
    "contacts.name": ("NAME", "姓名"),
    "contacts.role": ("ROLE", "角色"),
    "contacts.channels": ("CHANNELS", "通知方式"),
    "contacts.there": ("NOW", "此刻"),
    "contacts.asked": ("TESTED", "联络测试"),
    "contacts.answered_column": ("ANSWERED", "回应"),
    "contacts.is_free": ("there", "在"),
    "contacts.is_quiet": ("only if urgent", "急事才打扰"),
    "contacts.is_away": ("not there", "不在"),
    "contacts.none": ("no contact", "没有联系人"),
    "contacts.unknown": (
        "no contact, or more than one, is called {name}",
        "没有叫 {name} 的联系人，或不止一位",
    ),
    "contacts.not_asked": (
        "{name} has no monthly test to answer",
        "{name} 没有等待回应的联络测试",
    ),
    "contacts.answered": ("{name} has answered the monthly test", "{name} 已回应每月联络测试"),
    "contacts.week": ("{name}: {since} to {until}", "{name}：{since} 至 {until}"),
    "contacts.severity_line": (
        "{severity}: {hours} of 168 hours, {after}: {people}",
        "{severity}：168 小时中有 {hours} 小时，{after}：{people}",
    ),
    "contacts.at_once": ("told at once", "立即通知"),
    "contacts.after": ("told {wait} later at the latest", "最迟 {wait} 后通知"),
    "contacts.nobody": ("nobody", "无人"),
    "contacts.sound": (
        "somebody who is there is reached at every hour",
        "每个钟点都有在岗的人接到",
    ),
    "contacts.gaps": ("gaps:", "空档："),
    "contacts.since": ("FROM", "从"),
    "contacts.until": ("TO", "到"),
    "contacts.severity": ("SEVERITY", "级别"),
    "contacts.gap": ("WHAT HAPPENS", "会怎样"),
    "contacts.gap_nobody": ("no step tells anybody", "没有任何一级会通知人"),
    "contacts.gap_woken": (
        "nobody is there; told all the same: {people}",
        "没有人在岗，照样通知：{people}",
    ),
    "weekday.0": ("Mon", "周一"),
    "weekday.1": ("Tue", "周二"),
    "weekday.2": ("Wed", "周三"),
    "weekday.3": ("Thu", "周四"),
    "weekday.4": ("Fri", "周五"),
    "weekday.5": ("Sat", "周六"),
    "weekday.6": ("Sun", "周日"),
    # --- alerts: hand over, be there
    "help.alerts.hand-over": (
        "Give an alert that somebody has taken to somebody else. A contact of the home, named by "
        "id or name, is told; the lease begins anew and returns by itself like any other.",
        "把已有人接手的告警转交给另一人。对方若是本户联系人（写标识或姓名）会收到通知；"
        "期限重新计算，到期照样自动退回。",
    ),
    "help.alerts.on-scene": (
        "Say that somebody is with the resident. Where nobody has taken the alert, they have now.",
        "登记有人已到现场。若还没有人接手，即由此人接手。",
    ),
    "option.to": ("To whom: a contact's id or name, or anybody's.", "转给谁：联系人标识或姓名。"),
    "alerts.handed_over": (
        "{id}: {owner} has it until {until}, and is told",
        "{id}：已转交 {owner}，至 {until}，并已通知本人",
    ),
    "alerts.handed_over_untold": (
        "{id}: {owner} has it until {until}; nobody told them: that is yours to do",
        "{id}：已转交 {owner}，至 {until}；系统联系不到此人，请您自己告诉一声",
    ),
    "alerts.on_scene": ("{id}: {by} is there", "{id}：{by} 已到场"),
    "show.ladder": ("How far it has come", "送达进度"),
    "ladder.stored": ("on disk", "已存盘"),
    "ladder.platform": ("platform accepted", "平台已接收"),
    "ladder.sent": ("sent", "已发出"),
    "ladder.delivered": ("delivered", "已送达"),
    "ladder.seen": ("seen", "已查看"),
    "ladder.acknowledged": ("taken", "已接手"),
    "ladder.on_scene": ("on scene", "已到场"),
    "ladder.closed": ("closed", "已关闭"),
    "ladder.unknown": ("not known", "无法得知"),
    "ladder.not_yet": ("not yet", "还没有"),
    "ladder.journal": ("the alert's own record", "告警自己的记录"),
    "ladder.by_taking": ("who takes it has seen it", "接手即已看到"),
    "ladder.no_uplink": ("no platform is set up", "没有设置上级平台"),
}

EXAMPLES: dict[str, tuple[str, ...]] = {
    "contacts": ("shouhu contacts check", "shouhu contacts list wang"),
    "contacts.list": ("shouhu contacts list", "shouhu contacts list wang --json"),
    "contacts.check": (
        "shouhu contacts check",
        "shouhu contacts check wang --config docs/example",
    ),
    "contacts.answered": ("shouhu contacts answered wang daughter",),
    "alerts.hand-over": ("shouhu alerts hand-over 3f9a --to 李敏 --by 值班室",),
    "alerts.on-scene": ("shouhu alerts on-scene 3f9a --by 李敏",),
}
