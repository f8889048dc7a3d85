"""What can be wrong with a home as it is described: who and what is named, English, Chinese."""

PHRASES: dict[str, tuple[str, str]] = {
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
}
