"""What `drill` says: before, while it goes on, and in its report."""

PHRASES: dict[str, tuple[str, str]] = {
    # --- help
    "help.drill": (
        "Drill the whole way in a real home, marked from end to end: sensor, gateway, alert, every "
        "contact on every channel, receipt, acknowledgement. Says beforehand who will be told; the "
        "first real alarm ends it.",
        "在真实住户家中全程演练，处处标明“演练”：传感器、网关、告警、每位联系人的每条通道、回执、确认。"
        "事先列出会通知谁；一有真实报警，演练立即停止。",
    ),
    "option.drill_device": (
        "Begin with this device's own alarm, set off by hand; else a list, or --ladder.",
        "从这台设备的报警开始，由人触发；不写则列表选择，或用 --ladder。",
    ),
    "option.drill_ladder": (
        "Begin at the alert, without a sensor: the ladder of this severity.",
        "不触发传感器，直接从告警开始：演练这一级别的通知。",
    ),
    "option.drill_until": (
        "The last rung: alert tells nobody, receipt waits for no answer.",
        "演练到哪一步：alert 不通知任何人，receipt 不等人确认。",
    ),
    "option.drill_contact": (
        "Tell only this contact; may be repeated.",
        "只通知这位联系人，可多次使用。",
    ),
    "option.drill_wait": (
        "How long to wait for receipts and for somebody to take it.",
        "等待回执和确认的秒数。",
    ),
    "option.drill_yes": ("Ask nothing: they know of it.", "不再询问：相关的人已知情。"),
    "option.drill_output": (
        "Also write the report, to print and sign, as an HTML file.",
        "另存一份可打印签字的 HTML 报告。",
    ),
    # --- what is to be drilled
    "drill.which": ("What is to be drilled?", "演练什么？"),
    "drill.by_sensor": ("{device}: set off by hand", "{device}：由人触发"),
    "drill.emergency": (
        "an emergency, without a sensor: all at once, on all their channels",
        "紧急告警，不触发传感器：同时通知所有人的全部通道",
    ),
    "drill.urgent": (
        "an urgent alert, without a sensor: one after the other",
        "急告警，不触发传感器：逐级通知",
    ),
    "drill.fault": ("a fault, without a sensor", "故障告警，不触发传感器"),
    "drill.name_it": (
        "without a terminal say what is to be drilled: --device ID or --ladder SEVERITY",
        "不在终端时请指明演练什么：--device 设备，或 --ladder 级别",
    ),
    "drill.either": (
        "--device or --ladder, not both",
        "--device 和 --ladder 只能用一个",
    ),
    "drill.no_yes": (
        "without a terminal, and with --json, --yes says that they know of it",
        "不在终端时，或用了 --json，请加 --yes 表示相关的人已知情",
    ),
    "drill.wait": ("--wait must be above 0", "--wait 必须大于 0"),
    "drill.no_contact": (
        "{household} has no contact {name}; {mend}",
        "住户 {household} 没有联系人 {name}；{mend}",
    ),
    "drill.no_device": (
        "{household} has no device {name} that alarms; {mend}",
        "住户 {household} 没有能报警的设备 {name}；{mend}",
    ),
    "drill.nothing_alarms": (
        "{household} has no device that alarms; right would be --ladder urgent",
        "住户 {household} 没有能报警的设备；可用 --ladder urgent",
    ),
    "drill.nobody": (
        "nobody would be told of this; right would be a step of [escalation] that tells somebody, "
        "or --until alert",
        "这一级别没有人会收到通知；请在 [escalation] 里写明通知谁，或用 --until alert",
    ),
    # --- beforehand
    "drill.plan": ("Drill at {home}: {what}", "{home} 演练：{what}"),
    "drill.told_nobody": ("Nobody is told.", "不通知任何人。"),
    "drill.will_be_told": (
        "These people are told, each message marked as a drill:",
        "下列人员会收到通知，每条都标明“演练”：",
    ),
    "drill.at_once": ("at once", "立即"),
    "drill.after": ("after {time}", "{time}后"),
    "drill.now": ("(here {seconds} s)", "（演练中 {seconds} 秒）"),
    "drill.again": (
        "Until somebody takes it all are told again every {time}, here too if it lasts so long.",
        "无人确认时，每隔 {time}再次通知所有人；演练若持续这么久也会如此。",
    ),
    "drill.not_learned": (
        "Nothing of it is learned. A real alarm ends it at once.",
        "演练内容不会计入作息。一有真实报警，演练立即停止。",
    ),
    "drill.do_they_know": (
        "Do they know of it, and may it begin?",
        "他们都已知情，可以开始了吗？",
    ),
    "drill.not_begun": ("nothing was begun", "没有开始"),
    # --- it does not begin
    "refusal.household": (
        "the running daemon does not watch {household}; restart it",
        "运行中的守护程序没有看护 {household}；请重启它",
    ),
    "refusal.drill_home": (
        "{household} is a drill home: all that it says is a drill; see shouhu simulate",
        "{household} 是演练住户，所有消息本来就是演练；请用 shouhu simulate",
    ),
    "refusal.device": (
        "the running daemon knows no such device that alarms; restart it",
        "运行中的守护程序不认识这台报警设备；请重启它",
    ),
    "refusal.alarm": (
        "a real alert stands in {household}: shouhu alerts list",
        "{household} 有真实告警未处理：shouhu alerts list",
    ),
    "refusal.busy": (
        "another drill or a walk test goes on in {household}",
        "{household} 正在进行另一次演练或走测",
    ),
    "refusal.full": ("too many drills at once", "同时进行的演练太多"),
    # --- while it goes on
    "drill.begins": (
        "The drill goes on; Ctrl-C ends it, and whoever was told hears so.",
        "演练开始。按 Ctrl-C 结束，已通知的人会收到结束消息。",
    ),
    "drill.press": ("Now: {how} ({name}, {seconds} s)", "现在请{how}（{name}，{seconds} 秒内）"),
    "drill.take": (
        "Who has it? When somebody says so, type the name and Enter (or: shouhu alerts ack {id})",
        "谁收到了？有人回话后，输入姓名并回车（或另外运行 shouhu alerts ack {id}）",
    ),
    "drill.waits": (
        "waiting for somebody to take it: shouhu alerts ack {id}",
        "等待确认：shouhu alerts ack {id}",
    ),
    # --- the rungs
    "hop.sensor": ("sensor", "传感器"),
    "hop.alert": ("alert", "告警"),
    "hop.told": ("told", "通知"),
    "hop.taken": ("taken", "确认"),
    "hop.over": ("told: over", "结束通知"),
    "came.passed": ("pass", "通过"),
    "came.failed": ("FAIL", "未通过"),
    "came.waits": ("waits", "等待中"),
    "came.left_out": ("not drilled", "未演练"),
    "drill.not_heard": ("nothing was heard of it", "没有听到它"),
    "drill.on_disk": ("on disk, marked as a drill", "已落盘，标明演练"),
    "drill.not_on_disk": ("is not on disk", "未能落盘"),
    "drill.unsent": ("not sent yet", "尚未发送"),
    "drill.attempts": ("attempt {number}", "第 {number} 次"),
    "drill.taken_before": (
        "somebody had taken it before",
        "此前已有人确认，未再升级",
    ),
    "drill.ended_before": ("the drill had ended before", "演练此前已结束"),
    "drill.nobody_took_it": ("nobody took it", "无人确认"),
    # --- how it ended
    "ending.done": ("the drill is over", "演练结束"),
    "ending.interrupted": ("interrupted with Ctrl-C", "被 Ctrl-C 中断"),
    "ending.real": (
        "A REAL ALARM ended the drill: {alarm}. People are being told of it",
        "真实报警：{alarm}。演练已停止，正在通知联系人",
    ),
    "drill.alarm": ("{rule}, {name}", "{name} {rule}"),
    "ending.closed": ("somebody closed its alert", "有人关闭了演练告警"),
    "ending.time": ("it was too long", "演练超时"),
    "ending.unknown": (
        "the daemon was started anew or stopped meanwhile; that ends a drill",
        "守护程序中途停止或重启，演练因此结束",
    ),
    "drill.passed": ("The drill passed.", "演练通过。"),
    "drill.failed": ("The drill FAILED.", "演练未通过。"),
    "drill.watched": (
        "whatever alarms from now on is real",
        "此后的报警都是真的",
    ),
    # --- the report
    "drill.title": ("Drill report", "演练记录"),
    "drill.led": ("{home}, {at}, led by {by}: {what}", "{home}，{at}，演练人 {by}：{what}"),
    "drill.household": ("Household", "住户"),
    "drill.resident": ("Resident", "老人"),
    "drill.at": ("Begun on", "开始时间"),
    "drill.by": ("Led by", "演练人"),
    "drill.what": ("Drilled", "演练内容"),
    "drill.end": ("End", "结束"),
    "drill.version": ("Software", "软件版本"),
    "drill.course": ("What happened, step by step", "逐步记录"),
    "drill.rung": ("Rung", "环节"),
    "drill.whom": ("What, who", "对象"),
    "drill.time": ("Time", "时刻"),
    "drill.took": ("Took", "用时"),
    "drill.stands": ("Result", "结果"),
    "drill.proven": ("What is proven", "已证实"),
    "drill.waits_title": ("In earnest, if nobody takes it", "真实情况下，无人确认时"),
    "drill.contact": ("Contact", "联系人"),
    "drill.channel": ("Channel", "通道"),
    "drill.in_earnest": ("In earnest", "真实间隔"),
    "drill.here": ("In this drill", "本次演练"),
    "drill.technician": ("Led by, signature", "演练人签字"),
    "drill.family": ("Resident or family, signature", "老人或家属签字"),
    "drill.seconds": ("{seconds} s", "{seconds} 秒"),
}

EXAMPLES: dict[str, tuple[str, ...]] = {
    "drill": (
        "shouhu drill wang",
        "shouhu drill wang --device kitchen-smoke --output drill.html --by 李工",
        "shouhu drill wang --ladder urgent --until receipt --yes --json",
    ),
}
