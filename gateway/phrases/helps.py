"""What `--help` says of each command and option, in two languages."""

PHRASES: dict[str, tuple[str, str]] = {
    "help.usage": ("Usage:", "用法："),
    "help.commands": ("Commands:", "命令："),
    "help.options": ("Options:", "选项："),
    "help.examples": ("Examples:", "示例："),
    "help.default": ("[default: {value}]", "[默认：{value}]"),
    "help.required": ("[required]", "[必填]"),
    "help.exits": (
        "Exit codes: 0 done, 1 failed, 2 fault in configuration or usage, 3 no daemon runs, "
        "4 not found.",
        "退出码：0 完成，1 失败，2 配置或用法有误，3 守护程序未运行，4 未找到。",
    ),
    "help.shouhu": (
        "Watch over elders who live alone: hear the sensors, learn the rhythm, tell people.",
        "守护独居老人：听取传感器，学习作息，通知亲友与值班人员。",
    ),
    "help.run": (
        "Watch the homes of a configuration until told to stop.",
        "按配置守护各住户，直到被要求停止。",
    ),
    "help.check": (
        "Check a configuration: every fault at once, each with its place and its mend.",
        "检查配置：一次列出全部错误，逐条指出位置和改法。",
    ),
    "help.decode": (
        "Decode one message of a device by its profile and show the readings and the refusals. "
        "PAYLOAD is the message itself, @FILE or - for standard input.",
        "按设备型号档解码一条消息，显示读数与被拒绝的内容。"
        "PAYLOAD 为消息本身，或 @文件，或 - 表示标准输入。",
    ),
    "help.replay": (
        "Play a recording into an MQTT broker as the devices would have published it, as a drill.",
        "把一份记录按设备原样发布到 MQTT 代理，作为演练。",
    ),
    "help.simulate": (
        "Play a simulated home with somebody in it, with a gateway and phones of its own or into a "
        "broker, or a street of homes. HOME is the name of one that comes along (farmhouse, flat, "
        "flat_bracelet, flat_plain, flat_radar), or a file.",
        "模拟一个有人居住的家，自带网关和手机，或接入 MQTT 代理；也可模拟一整条街。"
        "HOME 为自带的家（farmhouse、flat、flat_bracelet、flat_plain、flat_radar）或一个文件。",
    ),
    "help.backtest": (
        "Say when a recording would have alerted, and how soon after each collapse: one JSON line "
        "for each answer. With --household: what a home's past days would have brought with other "
        "settings, beside what they really brought; from the store, which it leaves as it is.",
        "计算一份记录会在何时告警，以及每次倒下后多久会被发现，每个答案输出一行 JSON。"
        "用 --household 时：按存储重过这户过去的日子，看换一种设置会怎样，并与实际对照；"
        "不改动存储。",
    ),
    "help.outcomes": (
        "Count the alerts of each home in the last 30 and 90 days by what they turned out to be: "
        "how many were false, and by which rule. Reads the store; the daemon need not run.",
        "按实情统计各住户最近 30 天和 90 天的告警：多少误报、由哪条规则引起。"
        "只读存储，不需要守护程序。",
    ),
    "help.actogram": (
        "Draw a home's days on one sheet: a row a day with life, absences, blind time and alerts, "
        "the learned rhythm as a heat map, and slow changes. SVG or PNG, by the name of --out.",
        "把一个家的日子画在一张图上：每天一行，标出动静、外出、看不到的时间和告警，"
        "并画出学到的作息（热图）和慢慢的变化。按 --out 的文件名存为 SVG 或 PNG。",
    ),
    "help.status": (
        "Ask the running daemon how it does.",
        "询问正在运行的守护程序的状况。",
    ),
    "help.doctor": (
        "Look at everything that can be wrong with this gateway, and say how to mend it. "
        "Exit code 1 if anything is. Works without a daemon as far as it can.",
        "检查本网关可能出问题的每一处，并说明怎样修好。有问题时退出码为 1。"
        "守护程序未运行时，能查的照样查。",
    ),
    "help.devices": (
        "Show what is heard: every device with its last reading, battery and signal. "
        "With --all also devices that nobody has set up, with the profile that fits.",
        "显示收到的设备：每台的最近读数、电量和信号。"
        "加 --all 时也显示尚未登记的设备，以及合适的型号档。",
    ),
    "help.probe": (
        "Show what a device sends, raw, beside what it means, live until Ctrl-C. "
        "ADDRESS is a topic, a serial port's id, a Bluetooth address, or HOUSEHOLD/DEVICE.",
        "实时显示一台设备发来的原始内容及其含义，按 Ctrl-C 结束。"
        "ADDRESS 为主题、串口标识、蓝牙地址，或 住户/设备。",
    ),
    "help.trust": (
        "Believe an encrypted device again after its battery was changed: what it counts from now "
        "on is accepted.",
        "给加密设备换过电池后重新采信它：从现在起接受它的计数。",
    ),
    "help.away": (
        "Say that nobody will be at home: silence alarms nobody until then, or until somebody is "
        "there again. Smoke, gas and calls for help are told as ever.",
        "声明家里将没有人：到期之前，或有人回来之前，没有动静不会告警。烟雾、燃气和呼救照常告警。",
    ),
    "help.back": (
        "End a declared absence: the home is watched as ever from now on.",
        "结束声明的外出：从现在起照常守护。",
    ),
    "help.alerts": (
        "See, take and close alerts.",
        "查看、接手和关闭告警。",
    ),
    "help.alerts.list": (
        "List the open alerts, the gravest first.",
        "列出未关闭的告警，最严重的在前。",
    ),
    "help.alerts.show": (
        "Show one alert: why, every change, every notice and what came of it. "
        "ID may be shortened as long as only one alert begins with it.",
        "显示一条告警：原因、全部变更、每份通知及其结果。ID 可缩写，只要不与其他告警混淆。",
    ),
    "help.alerts.ack": (
        "Take an alert for a while: nobody else is told until the lease ends.",
        "接手一条告警：在期限内不再通知其他人。",
    ),
    "help.alerts.close": (
        "Close an alert and say what it was.",
        "关闭一条告警，并说明实情。",
    ),
    "help.channels": (
        "See to the channels by which people are told.",
        "检查通知通道。",
    ),
    "help.channels.test": (
        "Send a marked test through one channel, or through all, and show what the receiver said.",
        "经一个或全部通道发送带标记的测试，并显示接收方的答复。",
    ),
    # --- options
    "option.help": ("Show this and exit.", "显示本说明并退出。"),
    "option.lang": (
        "Language of the output; else the locale decides.",
        "输出语言；不写则由系统区域设置决定。",
    ),
    "option.version": ("Show the version and exit.", "显示版本并退出。"),
    "option.drill_clock": (
        "Take the time from the driver of a drill; only where every home is a drill home.",
        "由演练驱动方给出时间；仅当全部住户都是演练住户时可用。",
    ),
    "option.config": (
        "Directory with gateway.toml and households/.",
        "gateway.toml 与 households/ 所在目录。",
    ),
    "option.store": (
        "Directory of the store; else as the configuration has it.",
        "存储目录；不写则按配置。",
    ),
    "option.json": ("Print JSON for a program.", "输出供程序读取的 JSON。"),
    "option.topic": (
        "Topic that the message came on; else the device's first one.",
        "消息的主题；不写则用该设备的第一个主题。",
    ),
    "option.profiles": (
        "Further directory of device profiles; may be repeated.",
        "另外的设备型号档目录，可多次使用。",
    ),
    "option.jsonl": (
        "Read cases from standard input, a line of JSON each, and recognise the devices by what "
        "they send; PROFILE and PAYLOAD are not given.",
        "从标准输入逐行读取 JSON 用例，按消息本身识别设备；此时不写 PROFILE 和 PAYLOAD。",
    ),
    "option.retained": ("The broker had kept the message.", "该消息是代理保留的。"),
    "option.recording": (
        "Recording: CSV with time,sensor,kind,value, plain or gzip.",
        "记录文件：列为 time,sensor,kind,value 的 CSV，可用 gzip 压缩。",
    ),
    "option.shown_days": ("Show the last so many days.", "显示最近多少天。"),
    "option.out": (
        "File to write, .svg or .png; else SVG goes to standard output.",
        "写入的文件，.svg 或 .png；不写则把 SVG 输出到标准输出。",
    ),
    "option.collapses": (
        "File with one local time a line: everything stops then.",
        "每行一个当地时间的文件：届时一切活动停止。",
    ),
    "option.budget": (
        "False alerts per 30 days that are allowed.",
        "每 30 天允许的误报次数。",
    ),
    "option.past_household": (
        "Live through this home's past days once more, from the store.",
        "从存储中重过这户过去的日子。",
    ),
    "option.past_days": ("Days to compare.", "对照多少天。"),
    "option.set": (
        "Try a setting, written as in the household's file; may be repeated.",
        "试用一项设置，写法同住户文件，可多次使用。",
    ),
    "option.timezone": ("Time zone of the recording.", "记录所在的时区。"),
    "option.speed": (
        "So many times faster than life.",
        "比真实时间快多少倍。",
    ),
    "option.in_step": (
        "Lead the clock of a drill gateway: as fast as it follows.",
        "带动演练网关的时钟：它跟得上多快就多快。",
    ),
    "option.host": ("Host of the broker.", "MQTT 代理的主机。"),
    "option.port": ("Port of the broker.", "MQTT 代理的端口。"),
    "option.username": ("User at the broker.", "MQTT 代理的用户名。"),
    "option.password_file": ("File with the password.", "存放密码的文件。"),
    "option.tls_ca": (
        "CA that signed the broker's certificate; means TLS.",
        "签发代理证书的 CA；写了即用 TLS。",
    ),
    "option.home": (
        "Play nothing, but write the drill household that hears this recording to FILE.",
        "不播放，只把能接收此记录的演练住户配置写入 FILE。",
    ),
    "option.channel": (
        "Channel of that household's contact, as in gateway.toml.",
        "该住户联系人的通道，即 gateway.toml 中的标识。",
    ),
    "option.person": (
        "Who lives there: one that comes along or a file; else one of the population.",
        "住户：自带的人物或一个文件；不写则从人群中抽取一位。",
    ),
    "option.seed": ("The same number gives the same life.", "相同的数字得到相同的生活。"),
    "option.days": ("Days of life.", "过多少天。"),
    "option.begin": (
        "Local time at which it begins, e.g. 2026-03-02T06:00; else that, or now into a broker.",
        "从当地哪个时刻开始，例如 2026-03-02T06:00；不写则用该时刻，接入代理时从现在开始。",
    ),
    "option.fast": (
        "As fast as the gateway follows, its clock led; it must run with --drill-clock.",
        "网关跟得上多快就多快，并带动其时钟；网关须以 --drill-clock 运行。",
    ),
    "option.street": (
        "So many such homes from this process into a broker.",
        "由本进程把这么多户同时接入一个代理。",
    ),
    "option.faults": (
        "Share of a street's homes in which something happens.",
        "一条街中发生意外的住户所占比例。",
    ),
    "option.ledger": (
        "File to which a line of JSON is added for each thing that truly happens in a street.",
        "记录一条街中真实发生之事的文件，每件一行 JSON。",
    ),
    "option.write": (
        "Play nothing, but write the drill households that hear it to DIR/households.",
        "不播放，只把能接收它的演练住户配置写入 DIR/households。",
    ),
    "option.simulate_host": (
        "Host of a broker to play into; without it a home has a gateway of its own.",
        "接入的 MQTT 代理主机；不写则自带网关。",
    ),
    "option.all": ("Also the closed ones.", "也包括已关闭的。"),
    "option.household": ("Only of this household.", "只看这一户。"),
    "option.by": ("Who does it; else the user's name.", "由谁处理；不写则用登录用户名。"),
    "option.until": (
        "To the end of this day, or to this time of it, as in the home; without it until somebody "
        "is there again, 30 days at most.",
        "到这一天结束，或到这一天的某个时刻，按住户当地时间；不写则到有人回来为止，最长 30 天。",
    ),
    "option.lease": (
        "For how long, e.g. 30m; else as the household has it.",
        "多长时间，例如 30m；不写则按住户配置。",
    ),
    "option.strangers": (
        "Also strangers: they are listened for from now on for ten minutes.",
        "也显示陌生设备：从现在起听取十分钟。",
    ),
    "option.listen": (
        "With --all: listen so long before the answer.",
        "与 --all 合用：先听这么多秒再显示。",
    ),
    "option.watch": ("A live table; keys: q, a, arrows.", "实时表格；按键：q、a、方向键。"),
    "option.probe_port": (
        "Open this serial port directly; the daemon must not have it.",
        "直接打开此串口；守护程序不可占用它。",
    ),
    "option.probe_profile": (
        "Profile of what hangs on the port, with --port.",
        "与 --port 合用：串口上设备的型号档。",
    ),
    "option.count": ("End after so many messages.", "收到这么多条消息后结束。"),
    "option.seconds": ("End after so many seconds.", "这么多秒后结束。"),
    "option.outcome": ("What it was.", "实情是什么。"),
}
