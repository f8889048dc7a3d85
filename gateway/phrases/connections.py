"""What can be wrong with the secrets, the broker and the uplink: English, then Chinese."""

PHRASES: dict[str, tuple[str, str]] = {
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
