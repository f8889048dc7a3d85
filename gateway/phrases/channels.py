"""What is said of channels: in gateway.toml, and when they are tested."""

PHRASES: dict[str, tuple[str, str]] = {
    "fault.channel_key": (
        "a channel of type {kind} has no {key}",
        "{kind} 类型的通道没有 {key} 这一项",
    ),
    "mend.channel_key": ("it takes {names}", "可用的有 {names}"),
    "fault.channel_needs": (
        "a channel of type {kind} needs {key}",
        "{kind} 类型的通道缺少 {key}",
    ),
    "mend.channel_needs": ("add {key}", "请加上 {key}"),
    "fault.webhook_url": ("is no web address", "不是网址"),
    "mend.webhook_url": (
        'write an https address, e.g. "https://example.org/shouhu"',
        '请写 https 网址，例如 "https://example.org/shouhu"',
    ),
    "fault.webhook_plain": (
        "messages go unencrypted over the network",
        "消息会不加密地经过网络",
    ),
    "mend.webhook_plain": ("take an https address", "请改用 https 网址"),
    "fault.webhook_secret": (
        "the file holds no secret of a webhook",
        "文件里不是 webhook 的密钥",
    ),
    "mend.webhook_secret": (
        "write whsec_ and the base64 of at least 24 random bytes, on one line:"
        ' echo "whsec_$(head -c 32 /dev/urandom | base64 -w 0)"',
        "请写成一行：whsec_ 加上至少 24 个随机字节的 base64，"
        '例如 echo "whsec_$(head -c 32 /dev/urandom | base64 -w 0)"',
    ),
    "fault.no_modem": (
        "short messages and calls need a modem, and none is described",
        "短信和电话要用调制解调器，这里没有写",
    ),
    "mend.no_modem": (
        'add [modem] with port = "/dev/serial/by-id/..."',
        '请加上 [modem]，写明 port = "/dev/serial/by-id/..."',
    ),
    "fault.idle_modem": (
        "no channel uses the modem",
        "没有通道用到这个调制解调器",
    ),
    "mend.idle_modem": (
        'add a [[channel]] with type = "sms" or "call", or take [modem] out',
        '请加上 type = "sms" 或 "call" 的 [[channel]]，或删去 [modem]',
    ),
    "fault.bad_pin": ("the file holds no PIN of digits", "文件里不是数字 PIN 码"),
    "mend.bad_pin": (
        "write the card's PIN into it, 4 to 8 digits; three wrong ones lock the card",
        "请写入手机卡的 PIN 码，4 到 8 位数字；连错三次卡会锁死",
    ),
    "fault.modem_shared": (
        "the modem has the port of the sensors on {port}",
        "调制解调器和串口 {port} 上的传感器用了同一个口",
    ),
    "mend.modem_shared": ("give it a port of its own", "请给它单独的串口"),
    "fault.template": ("{why}", "{why}"),
    "fault.template_fails": (
        "fails for the message {place}: {why}",
        "用于 {place} 这类消息时出错：{why}",
    ),
    "mend.template": ("see docs/messages.md", "见 docs/messages.md"),
    "fault.template_text": ("is no UTF-8 text", "不是 UTF-8 文本"),
    "mend.template_text": ("save it as UTF-8", "请以 UTF-8 编码保存"),
    "fault.no_certificate": (
        "{path} holds no certificate in PEM",
        "{path} 里没有 PEM 格式的证书",
    ),
    "mend.no_certificate": (
        "put the certificate in that signs the receiver's",
        "请放入签发接收方证书的那张证书",
    ),
    "option.test_phone": (
        "The number for a test over the telephone; without it the first contact's.",
        "电话或短信测试用的号码；不写则用第一位联系人的。",
    ),
    "channel.needs_daemon": (
        "the modem and the siren are the running gateway's: start it, then test again",
        "调制解调器和警笛由运行中的守护程序使用：请先启动它，再测试",
    ),
    "fault.no_phone": (
        "this contact is to be reached over {channel} and has no telephone number",
        "这位联系人要用 {channel} 通知，却没有电话号码",
    ),
    "fault.bad_phone": (
        "{phone} is no telephone number, and {channel} needs one",
        "{phone} 不是电话号码，{channel} 要用电话号码",
    ),
    "mend.no_phone": (
        'write phone = "+8613800000000", or take the channel out',
        '请写 phone = "+8613800000000"，或去掉这个通道',
    ),
}
