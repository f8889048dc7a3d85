"""What `devices` and `probe` say: who is heard, what was said, what is listened for."""

PHRASES: dict[str, tuple[str, str]] = {
    # --- a table of devices
    "column.device": ("DEVICE", "设备"),
    "column.room": ("ROOM", "房间"),
    "column.kinds": ("MEASURES", "类型"),
    "column.reading": ("LAST READING", "最近读数"),
    "column.age": ("AGO", "多久前"),
    "column.battery": ("BATTERY", "电量"),
    "column.signal": ("SIGNAL", "信号"),
    "column.address": ("ADDRESS", "地址"),
    "column.proposal": ("COULD BE", "可能是"),
    "column.count": ("MESSAGES", "消息数"),
    "devices.title": ("Shouhu: devices at {at}", "守护：设备 {at}"),
    "devices.keys": (
        "q quit   a strangers   arrows, blank: scroll",
        "q 退出   a 陌生设备   方向键、空格：滚动",
    ),
    "devices.none": (
        "no device is set up here; shouhu pair sets one up",
        "这里还没有登记设备；用 shouhu pair 登记",
    ),
    "devices.well": ("heard", "正常"),
    "devices.never": ("never heard", "从未收到"),
    "devices.silent": ("silent, told {since}", "失联，{since} 起告警"),
    "devices.no_key": ("encrypted, no key", "已加密，缺密钥"),
    "devices.listed": ("listed; press it", "网桥已列出，请按一下"),
    "devices.introduced": ("says itself", "自描述"),
    "devices.strangers": ("Strangers", "陌生设备"),
    "devices.no_strangers": (
        "none heard yet; press the device's button, or make it measure, and look again",
        "还没有听到；请按一下设备的按键或触发它，再看一次",
    ),
    "devices.unrecognised": (
        "{count} more addresses send what no profile recognises (--json lists them)",
        "另有 {count} 个地址发来的内容没有型号档认识（--json 可列出）",
    ),
    "devices.listening": ("listening for strangers, {seconds} s", "正在听取陌生设备，{seconds} 秒"),
    # --- the look
    "look.no_broker": (
        "strangers over MQTT are not heard: {why}",
        "听不到 MQTT 上的陌生设备（原因：{why}）",
    ),
    "look.refused": (
        "the broker's ACL does not let us listen to {filters}: strangers there are not heard",
        "代理的访问控制不允许订阅 {filters}，听不到那里的陌生设备",
    ),
    "look.no_bluetooth": (
        "strangers over Bluetooth are not heard: {why}",
        "听不到蓝牙上的陌生设备（原因：{why}）",
    ),
    "look.profiles": (
        "strangers are not recognised, a profile has faults: {why}",
        "无法识别陌生设备，有型号档出错（{why}）",
    ),
    "screen.no_terminal": (
        "this needs a terminal that can move its cursor; without one: devices without --watch, "
        "the others with --json",
        "需要能移动光标的终端；没有时 devices 请不用 --watch，其他命令请加 --json",
    ),
    # --- probe
    "probe.waiting": (
        "nothing was heard of {address} yet; listening (Ctrl-C ends it)",
        "还没有收到 {address} 的消息，正在听取（Ctrl-C 结束）",
    ),
    "probe.open": (
        "{path} is open at {baud} baud as {profile}; listening (Ctrl-C ends it)",
        "已按 {profile} 以 {baud} 波特打开 {path}，正在听取（Ctrl-C 结束）",
    ),
    "probe.nothing": ("nothing was heard", "什么也没有收到"),
    "probe.noise": (
        "bytes come that make no frame: {damaged} damaged, {lost} lost; "
        "another speed or another device?",
        "收到的字节拼不成帧：损坏 {damaged}，丢弃 {lost}；是波特率不对，还是别的设备？",
    ),
    "probe.means": ("means", "含义"),
    "probe.nothing_said": ("nothing", "无"),
    "probe.retained": ("kept by the broker", "代理保留的旧消息"),
    "probe.cut": ("{count} bytes in all", "共 {count} 字节"),
    "probe.needs_profile": (
        "--port and --profile belong together: the profile says how the port is set",
        "--port 与 --profile 须一起使用：串口参数由型号档决定",
    ),
    "probe.needs_port": (
        "{path} is no port of the configuration: open it with --port {path} --profile NAME",
        "配置里没有串口 {path}：请用 --port {path} --profile 型号档 打开",
    ),
    "probe.no_address": (
        "say what to probe: either an address as `shouhu devices --all` shows it, or --port",
        "请给出要查看的地址（见 shouhu devices --all），或用 --port，二者择一",
    ),
    "probe.not_serial": (
        "{profile} is no device of a serial port",
        "{profile} 不是串口设备",
    ),
    "port.missing": (
        "{path} is not there: plug it in, or take its path from ls -l /dev/serial/by-id",
        "{path} 不存在：请插上设备，或从 ls -l /dev/serial/by-id 查到路径",
    ),
    "port.denied": (
        "{path} may not be opened: add the user to the group dialout and log in again",
        "没有权限打开 {path}：请把用户加入 dialout 组并重新登录",
    ),
    "port.busy": (
        "{path} is in use: of a port that the daemon has, probe its id instead",
        "{path} 正被占用：若是守护程序在用，请改用端口标识查看",
    ),
    "port.gone": (
        "{path} does not answer: unplug it and plug it in again",
        "{path} 没有反应：请拔下再插上",
    ),
    "port.speed": ("{path} cannot be set to {baud} baud", "{path} 不能设为 {baud} 波特"),
    "port.no_port": (
        "{path} is no serial port; take its path from ls -l /dev/serial/by-id",
        "{path} 不是串口；请从 ls -l /dev/serial/by-id 查到路径",
    ),
    "port.other": ("{path} cannot be opened: {why}", "{path} 打不开（原因：{why}）"),
    # --- readings
    "list.comma": (", ", "、"),
    "value.yes": ("yes", "是"),
    "value.no": ("no", "否"),
    "age.s": ("{count} s", "{count} 秒"),
    "age.min": ("{count} min", "{count} 分钟"),
    "age.h": ("{count} h", "{count} 小时"),
    "age.d": ("{count} d", "{count} 天"),
    "kind.motion": ("motion", "人体移动"),
    "kind.presence": ("presence", "有人"),
    "kind.contact_open": ("open", "打开"),
    "kind.vibration": ("vibration", "震动"),
    "kind.use": ("use", "使用"),
    "kind.activity": ("activity", "活动"),
    "kind.steps": ("steps", "步数"),
    "kind.smoke": ("smoke", "烟雾"),
    "kind.co": ("carbon monoxide", "一氧化碳"),
    "kind.gas": ("gas", "燃气"),
    "kind.leak": ("water", "漏水"),
    "kind.sos": ("call for help", "呼救"),
    "kind.fall": ("fall", "跌倒"),
    "kind.tamper": ("tamper", "拆动"),
    "kind.battery": ("battery", "电量"),
    "kind.battery_low": ("battery low", "电量低"),
    "kind.fault": ("defect", "自报故障"),
    "kind.end_of_life": ("worn out", "寿命已尽"),
    "kind.muted": ("muted", "已静音"),
    "kind.temperature": ("temperature", "温度"),
    "kind.body_temperature": ("body temperature", "体温"),
    "kind.humidity": ("humidity", "湿度"),
    "kind.illuminance": ("light", "光照"),
    "kind.heart_rate": ("heart rate", "心率"),
    "kind.spo2": ("blood oxygen", "血氧"),
    "kind.worn": ("worn", "佩戴"),
    "kind.test": ("test", "测试"),
    "kind.online": ("online", "在线"),
    "kind.link_quality": ("link quality", "链路质量"),
    "kind.mains": ("mains power", "市电"),
}
