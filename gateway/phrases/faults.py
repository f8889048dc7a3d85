"""What can be wrong with a configuration, and what would be right: English, then Chinese."""

PHRASES: dict[str, tuple[str, str]] = {
    # --- the files themselves
    "fault.no_directory": (
        "there is no such directory",
        "没有这个目录",
    ),
    "mend.no_directory": (
        "name the directory that holds gateway.toml: --config DIR",
        "用 --config DIR 指明 gateway.toml 所在的目录",
    ),
    "fault.no_file": ("this file is missing", "缺少这个文件"),
    "mend.no_gateway": (
        "create it; an empty one is enough for a broker on this machine",
        "请创建；若 MQTT 代理就在本机，空文件即可",
    ),
    "fault.no_household": ("no household is described here", "这里没有任何住户的配置"),
    "mend.no_household": (
        "put one file for each household into households/, e.g. households/wang.toml",
        "每户一个文件，放在 households/ 下，例如 households/wang.toml",
    ),
    "fault.kinds": (
        "no device of this profile measures {kinds}",
        "该型号档的设备测不了 {kinds}",
    ),
    "mend.kinds": (
        "list only what this one of the profile's devices measures, or leave it out",
        "只写这台设备实际能测的，或整项删去",
    ),
    "fault.no_kinds": (
        "it is not said what this device measures",
        "没写这个设备能测什么",
    ),
    "mend.no_kinds": (
        'write e.g. kinds = ["motion", "battery"], as `shouhu devices` shows them',
        '请写例如 kinds = ["motion", "battery"]，以 `shouhu devices` 所示为准',
    ),
    "fault.not_introduced": (
        "not the address of a device that introduces itself",
        "不是自描述设备的地址",
    ),
    "mend.not_introduced": (
        'write it as `shouhu devices` shows it, e.g. "zigbee2mqtt/0x00158d0001a2b3c4"',
        '请按 `shouhu devices` 所示书写，例如 "zigbee2mqtt/0x00158d0001a2b3c4"',
    ),
    "fault.unreadable": ("cannot be read: {why}", "无法读取：{why}"),
    "mend.unreadable": (
        "let the user that runs shouhu read it",
        "请让运行 shouhu 的用户有权读取",
    ),
    "why.forbidden": ("permission denied", "没有权限"),
    "why.missing": ("no such file", "没有这个文件"),
    "why.directory": ("it is a directory", "它是一个目录"),
    "why.loop": ("its symbolic links go in a circle", "符号链接成环"),
    "why.disk": ("the disk reports an error", "磁盘读取出错"),
    "fault.too_large": ("is larger than {limit}", "超过 {limit}"),
    "mend.too_large": (
        "a configuration file is a few kilobytes; is it the right file?",
        "配置文件只有几 KB，是不是放错了文件？",
    ),
    "fault.encoding": (
        "is not UTF-8: byte {byte} in line {line}, column {column}",
        "不是 UTF-8 编码：第 {line} 行第 {column} 列有字节 {byte}",
    ),
    "mend.encoding": ("save it as UTF-8", "请另存为 UTF-8 编码"),
    "mend.encoding_seems": (
        "it looks like {encoding}; save it as UTF-8",
        "看起来是 {encoding} 编码，请另存为 UTF-8",
    ),
    "fault.syntax": (
        "line {line}, column {column}: not TOML: {why}",
        "第 {line} 行第 {column} 列不是有效的 TOML：{why}",
    ),
    "fault.nested": ("is nested too deeply", "嵌套过深"),
    "mend.nested": ("see docs/configuration.md for its shape", "格式见 docs/configuration.md"),
    "mend.syntax": ("the line reads: {text}", "这一行是：{text}"),
    "mend.wide": (
        'use the half-width "{right}" instead of the full-width "{wrong}": {text}',
        "请用半角的 {right}，不要用全角的 {wrong}：{text}",
    ),
    "mend.quote": (
        "put text between double quotes: {text}",
        "文字要放在半角双引号里：{text}",
    ),
    # --- keys and values
    "fault.unknown_key": ('unknown key "{key}"', "不认识的键 {key}"),
    "fault.missing": ("is missing", "缺少此项"),
    "mend.missing": ("add {key} = {example}", "请加上 {key} = {example}"),
    "mend.missing_table": ("add the section [{key}]", "请加上小节 [{key}]"),
    "mend.table_one": ("write it as the section [{key}]", "请写成小节 [{key}]"),
    "mend.table_many": ("write each as a section [[{key}]]", "请每项写成一个小节 [[{key}]]"),
    "fault.text": ("{value} is not text", "{value} 不是文字"),
    "mend.text": ('write it between quotes: "{value}"', '请加半角引号："{value}"'),
    "fault.whole": ("{value} is not a whole number", "{value} 不是整数"),
    "fault.day": ("{value} is no day", "{value} 不是日期"),
    "mend.day": (
        "write year, month and day without quotes, e.g. 2026-03-01",
        "请写年月日，不加引号，例如 2026-03-01",
    ),
    "mend.whole": ("write a whole number without quotes", "请写整数，不加引号"),
    "fault.number": ("{value} is not a number", "{value} 不是数字"),
    "mend.number": ("write a number without quotes", "请写数字，不加引号"),
    "fault.yes_no": ("{value} is neither true nor false", "{value} 既不是 true 也不是 false"),
    "mend.yes_no": ("write true or false without quotes", "请写 true 或 false，不加引号"),
    "fault.list": ("{value} is not a list", "{value} 不是列表"),
    "mend.list": ('write a list: ["a", "b"]', '请写成列表：["a", "b"]'),
    "fault.table": ("{value} is not a section", "{value} 不是一个小节"),
    "fault.choice": ("{value} is not one of the choices", "{value} 不在可选值之中"),
    "mend.choice": ("one of: {choices}", "可选：{choices}"),
    "fault.range": ("{value} is outside {low} to {high}", "{value} 超出 {low} 到 {high}"),
    "mend.range": ("choose a value from {low} to {high}", "请在 {low} 到 {high} 之间取值"),
    "fault.duration": ("{value} is not a duration", "{value} 不是时长"),
    "mend.duration": (
        'write a number with s, m, h or d between quotes: "30s", "10m", "24h", "1h30m", "7d"',
        '请写数字加 s、m、h 或 d 并加引号，如 "30s"、"10m"、"24h"、"1h30m"、"7d"',
    ),
    "fault.bad_id": ("{value} cannot be an id", "{value} 不能作标识"),
    "mend.bad_id": (
        "use 1 to 63 of a-z 0-9 - _, a letter or digit first; names for people go into `name`",
        "请用 1 到 63 个 a-z 0-9 - _ 字符，以字母或数字开头；给人看的名称写在 name 里",
    ),
    "fault.bad_name": (
        "is empty, too long or holds control characters",
        "为空、过长或含有控制字符",
    ),
    "mend.bad_name": (
        "write 1 to {limit} characters on one line",
        "请写 1 到 {limit} 个字，不换行",
    ),
    "fault.bad_address": ("{value} cannot be an address", "{value} 不能作地址"),
    "mend.bad_address": (
        "write the device's topic without +, # and control characters, "
        'e.g. "zigbee2mqtt/bathroom motion"',
        '请写设备的主题，不含 +、# 和控制字符，例如 "zigbee2mqtt/卫生间红外"',
    ),
    "fault.bad_filter": ("{value} is not an MQTT filter", "{value} 不是 MQTT 订阅过滤器"),
    "mend.bad_filter": (
        '+ stands alone between slashes, # stands alone at the end: "zigbee2mqtt/#"',
        '+ 独占一级，# 独占末级，例如 "zigbee2mqtt/#"',
    ),
    "fault.bad_hours": ("{value} are no hours", "{value} 不是时段"),
    "mend.bad_hours": (
        'write them as "09:00-17:00", with days "Mon-Fri 09:00-17:00"; "22:00-07:00" goes past '
        "midnight",
        '请写成 "09:00-17:00"，带星期则 "周一至周五 09:00-17:00"；"22:00-07:00" 表示过夜',
    ),
    "fault.bad_leave": ("{value} is no day and no days", "{value} 不是日期"),
    "mend.bad_leave": (
        'write a day "2026-10-01", or the first and the last "2026-10-01/2026-10-07"',
        '请写一天 "2026-10-01"，或头尾两天 "2026-10-01/2026-10-07"',
    ),
    "fault.other": ("{why}", "{why}"),
    "mend.other": ("see docs/configuration.md", "见 docs/configuration.md"),
    # --- what names what
    "fault.unknown": ('unknown {sort} "{value}"', "不认识的{sort} {value}"),
    "sort.profile": ("profile", "设备型号档"),
    "sort.room": ("room", "房间"),
    "sort.contact": ("contact", "联系人"),
    "sort.channel": ("channel", "通道"),
    "sort.role": ("role", "角色"),
    "sort.zone": ("time zone", "时区"),
    "sort.key": ("key", "键"),
    "sort.household": ("household", "住户"),
    "sort.device": ("device", "设备"),
    "sort.address": ("address", "地址"),
    "mend.did_you_mean": ('did you mean "{near}"?', "是不是 {near}？"),
    "mend.known": ("known here: {names}", "这里已有：{names}"),
    "mend.none_known": ("none is described yet", "这里还没有任何一项"),
    "fault.duplicate": (
        '{sort} "{value}" stands already at {first}',
        "{sort} {value} 已在 {first} 出现过",
    ),
    "mend.duplicate": ("give each its own", "每项须各不相同"),
    "fault.tells_nobody": ("this step tells nobody", "这一级没有通知任何人"),
    "mend.tells_nobody": ("name at least one contact in tell", "请在 tell 里写至少一位联系人"),
    "fault.untold": (
        "no step tells anybody of severity {severity}",
        "没有任何一级会通知 {severity} 级别的告警",
    ),
    "mend.untold": (
        'add "{severity}" to the severities of a step',
        '请在某一级的 severities 里加上 "{severity}"',
    ),
    "fault.no_contact": (
        "the household has no contact: nobody would be told",
        "这户没有联系人：出了事没有人会知道",
    ),
    "mend.no_contact": ("add a [[contact]] with its channels", "请加上 [[contact]] 及其 channels"),
    "fault.no_channel": ("this contact has no channel", "这位联系人没有通知通道"),
    "mend.no_channel": (
        "name at least one of the channels of gateway.toml",
        "请写 gateway.toml 中至少一个通道",
    ),
    "fault.one_channel": (
        "only one channel: when it fails this contact hears nothing",
        "只有一个通道：它一旦失效，这位联系人就收不到",
    ),
    "mend.one_channel": ("add a second channel of another kind", "请再加一个不同种类的通道"),
    "fault.never_told": ("no step tells this contact", "没有任何一级通知这位联系人"),
    "mend.never_told": (
        "name it in tell of an [[escalation.step]], or remove it",
        "请在某个 [[escalation.step]] 的 tell 里写上，或删去此人",
    ),
    "fault.no_life": (
        "no device here can show that the resident is well",
        "这户没有一台设备能看出老人是否安好",
    ),
    "mend.no_life": (
        "add a motion, presence, door, vibration or use sensor, or a bracelet that counts steps",
        "请加上红外、存在、门磁、振动、用水用电等传感器，或计步手环",
    ),
    "fault.mixed_drill": (
        "a drill home cannot share a gateway with real homes",
        "演练住户不能与真实住户共用一个网关",
    ),
    "mend.mixed_drill": (
        "give the drill home a configuration directory and a store of its own",
        "请为演练住户单独建一个配置目录和存储目录",
    ),
    "fault.not_door": (
        "outer_door is set, but the profile {profile} reports no door",
        "设了 outer_door，但型号档 {profile} 不报告门的开合",
    ),
    "mend.not_door": (
        "set outer_door only on the sensor of the front door",
        "outer_door 只用于入户门上的门磁",
    ),
    "fault.profile": ("{why}", "{why}"),
    "mend.profile": ("see docs/profiles.md", "见 docs/profiles.md"),
    "fault.example": (
        "this example does not hold: expected {expected}; got {got}",
        "这个示例与实际结果不符：应为 {expected}；实际为 {got}",
    ),
    "mend.example": (
        "correct the example, or the profile that reads it",
        "请更正示例，或更正读取它的型号档",
    ),
    "fault.not_mac": (
        "device {device}: {address} is not the address of a Bluetooth device",
        "设备 {device}：{address} 不是蓝牙设备的地址",
    ),
    "mend.not_mac": ("write it as A4:C1:38:8D:18:B2", "应写成 A4:C1:38:8D:18:B2 的形式"),
    "fault.no_port": (
        'device {device} hangs on the serial port "{port}", which is not described here',
        "设备 {device} 接在串口 {port} 上，这里没有这个串口",
    ),
    "mend.no_port": (
        'add [[serial]] with id = "{port}" and port = "/dev/serial/by-id/..."',
        '请添加 [[serial]]，写上 id = "{port}" 和 port = "/dev/serial/by-id/..."',
    ),
    "fault.port_shared": (
        "device {device} needs other settings of the port {port} than the devices before it",
        "设备 {device} 对串口 {port} 的设置与同口的其他设备不同",
    ),
    "mend.port_shared": (
        "give it a port of its own",
        "请给它单独的串口",
    ),
    "fault.no_who": (
        "device {device}: its address does not say which device on the port {port} it is",
        "设备 {device}：地址没有说明是串口 {port} 上的哪一个",
    ),
    "mend.no_who": (
        'write address = "{port}/" and its own number behind it',
        '请写成 address = "{port}/" 加上它自己的编号',
    ),
    "fault.bad_who": (
        "device {device}: {address} can be no device on this port",
        "设备 {device}：串口上不会有 {address} 这样的设备",
    ),
    "mend.bad_who": ("write it as {like}", "应写成 {like} 的形式"),
    "fault.port_twice": (
        "the ports {first} and {port} are the same: {path}",
        "串口 {first} 和 {port} 是同一个：{path}",
    ),
    "mend.port_twice": (
        "take {port} out and let its devices hang on {first}",
        "请删去 {port}，把它的设备改接到 {first}",
    ),
    "fault.mac_twice": (
        "device {device}: {address} stands already on another device, in other letters",
        "设备 {device}：{address} 已用于另一个设备，只是大小写不同",
    ),
    "fault.idle_port": ("no device hangs on the port {port}", "串口 {port} 上没有任何设备"),
    "mend.idle_port": ("it is not opened; take it out", "它不会被打开，可以删掉"),
    "fault.bindkey": ("is no key of a device: {why}", "不是设备密钥：{why}"),
    "mend.bindkey": (
        "put the key into it as the maker's app or pairing shows it, 32 hex digits",
        "请写入厂家应用或配对时给出的密钥，共 32 个十六进制数字",
    ),
    "fault.not_covered": (
        'the topic "{topic}" of {device} is not among the filters',
        "{device} 的主题 {topic} 不在订阅过滤器之内",
    ),
    "mend.not_covered": (
        "add a filter that covers it, or leave subscribe out: it follows from the devices",
        "请加上包含它的过滤器，或删去 subscribe：它会由设备自动得出",
    ),
    # --- secrets and the connection
    "fault.secret_missing": ("{path}: no such file", "{path}：没有这个文件"),
    "mend.secret_missing": (
        "put the secret there, or pass it as a systemd credential of that name",
        "请把密钥放在那里，或以同名 systemd 凭据传入",
    ),
    "fault.secret_unreadable": ("{path} cannot be read: {why}", "{path} 无法读取：{why}"),
    "fault.secret_empty": ("{path} holds no single line of text", "{path} 中没有一行文字"),
    "mend.secret_empty": ("write the secret into it as one line", "请把密钥写成其中的一行"),
    "fault.secret_open": ("{path} can be read by every user", "{path} 所有用户都能读"),
    "mend.secret_open": (
        "chmod 0640 {path}, and on a box chgrp shouhu {path}, or the daemon cannot read it",
        "chmod 0640 {path}；盒子上再 chgrp shouhu {path}，否则守护程序读不到",
    ),
    "fault.file_missing": ("{path}: no such file", "{path}：没有这个文件"),
    "mend.file_missing": ("write the path of an existing file", "请写一个存在的文件的路径"),
    "fault.directory_missing": ("{path}: no such directory", "{path}：没有这个目录"),
    "mend.directory_missing": ("write the path of an existing directory", "请写存在的目录的路径"),
    "fault.url_both": ("url and url_file both stand here", "url 与 url_file 同时出现"),
    "fault.url_none": ("neither url nor url_file stands here", "url 与 url_file 都没有"),
    "mend.url_one": (
        "write one of them; url_file keeps the secret apart",
        "请只写其一；url_file 可把密钥分开存放",
    ),
    "fault.bad_url": ("is not a notification address", "不是通知地址"),
    "mend.bad_url": (
        'write an apprise address with a scheme, e.g. "wecombot://KEY"',
        '请写带协议的 apprise 地址，例如 "wecombot://密钥"',
    ),
    "fault.needs": ("{key} needs {other} too", "有 {key} 就必须有 {other}"),
    "mend.needs": ("add {other}", "请加上 {other}"),
    "fault.plain_password": (
        "the password goes unencrypted over the network to {host}",
        "密码将不加密地经网络发往 {host}",
    ),
    "mend.plain_password": ("set tls = true or tls_ca", "请设 tls = true 或 tls_ca"),
    # --- the uplink
    "fault.uplink_gateway": (
        "“{name}” is no name for a gateway: it becomes part of a topic and an address",
        "“{name}”不能作为网关的名字：它会成为 MQTT 主题和网址的一部分",
    ),
    "mend.uplink_gateway": (
        "letters, digits, dots, dashes and underscores, at most 63, e.g. yuhua-0007",
        "请用字母、数字、点、短横线和下划线，最多 63 个，例如 yuhua-0007",
    ),
    "fault.uplink_no_path": ("an uplink without a path", "上行没有任何通路"),
    "mend.uplink_no_path": (
        "add [[uplink.path]] with an id, a type and where it leads; or take [uplink] out",
        "请加上 [[uplink.path]]，写明 id、type 和地址；不用上行就删去 [uplink]",
    ),
    "fault.uplink_key": (
        "a path of type {kind} has no {key}",
        "{kind} 类型的通路没有 {key} 这一项",
    ),
    "mend.uplink_key": ("it takes {names}", "可用的有 {names}"),
    "fault.uplink_needs": (
        "a path of type {kind} needs {key}",
        "{kind} 类型的通路缺少 {key}",
    ),
    "mend.uplink_needs": ("add {key}", "请加上 {key}"),
    "fault.uplink_url": (
        "{url} is no https address",
        "{url} 不是 https 地址",
    ),
    "mend.uplink_url": (
        'write e.g. url = "https://district.example.org/events"',
        '请写例如 url = "https://district.example.org/events"',
    ),
}
