"""What can be wrong with a file of the configuration or a value in it: English, then Chinese."""

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
}
