"""What is said of a home's past days: by `backtest --household` and by `homes`."""

PHRASES: dict[str, tuple[str, str]] = {
    "hindsight.head": (
        "{name}: {since} to {until}, learned from {days} days before",
        "{name}：{since} 至 {until}，此前学习了 {days} 天",
    ),
    "hindsight.changed": ("{key}: {before} -> {after}", "{key}：{before} → {after}"),
    "hindsight.unset": ("not set", "未设置"),
    "hindsight.young": (
        "few days to learn from: the home was known better in truth than here",
        "可学习的天数太少：实际运行时对这个家的了解比这里多",
    ),
    "hindsight.none": ("no alert, really or otherwise", "没有告警，实际没有，回测也没有"),
    "hindsight.when": ("WHEN", "时间"),
    "hindsight.severity": ("SEVERITY", "级别"),
    "hindsight.what": ("WHAT", "事由"),
    "hindsight.where": ("WHERE", "位置"),
    "hindsight.really": ("REALLY", "实际"),
    "hindsight.as_set": ("AS SET", "现有设置"),
    "hindsight.changed_column": ("AS TRIED", "试用设置"),
    "hindsight.open": ("nobody has said", "尚无人说明"),
    "hindsight.not": ("not at all", "不告警"),
    "hindsight.new": ("new", "新增"),
    "hindsight.same": ("the same", "相同"),
    "hindsight.earlier": ("{hours} h {minutes} min earlier", "早 {hours} 小时 {minutes} 分"),
    "hindsight.later": ("{hours} h {minutes} min later", "晚 {hours} 小时 {minutes} 分"),
    "hindsight.count.past": ("EMERGENCIES AND URGENT ALERTS", "紧急和急告警"),
    "hindsight.count.told": ("TOLD", "通知"),
    "hindsight.count.false": ("FALSE", "误报"),
    "hindsight.count.real": ("REAL", "属实"),
    "hindsight.count.other": ("FAULT OR TEST", "故障或测试"),
    "hindsight.count.unknown": ("NOT KNOWN", "不明"),
    "hindsight.no_setting": (
        '"{text}" is no setting; right would be inactivity.budget=1',
        "“{text}” 不是设置；正确写法如 inactivity.budget=1",
    ),
    "hindsight.no_place": (
        "{place}: there is no such place in the household's file; right would be inactivity.budget "
        "or device.ID.hold",
        "{place}：住户文件里没有这个位置；正确写法如 inactivity.budget 或 device.ID.hold",
    ),
    "hindsight.unsound": (
        "with these settings the household's file would not be accepted",
        "按这些设置，住户文件不会被接受",
    ),
    "hindsight.empty": (
        "the store has no readings of {name}",
        "存储中没有住户 {name} 的读数",
    ),
    "outcomes.household": ("HOUSEHOLD", "住户"),
    "outcomes.days": ("DAYS", "天数"),
    "outcomes.allowed": ("ALLOWED", "允许误报"),
    "outcomes.rules": ("FALSE BY", "误报规则"),
    "outcomes.none": ("no home is known", "没有已知的住户"),
    "hindsight.which": (
        "either --recording FILE or --household ID",
        "请写 --recording FILE 或 --household ID，二者取一",
    ),
}
