"""What each reason means for which something was refused, and what to do: English, Chinese."""

PHRASES: dict[str, tuple[str, str]] = {
    "count.unknown_device": (
        "messages of devices that nobody set up: shouhu devices --all shows them",
        "未登记设备的消息：用 shouhu devices --all 查看",
    ),
    "count.empty": ("messages without content", "空消息"),
    "count.too_long": ("messages too long for any sensor", "消息过长，不像传感器发的"),
    "count.not_json": (
        "messages that are no JSON: another profile?",
        "不是 JSON：型号档选错了吗？",
    ),
    "count.not_text": ("values that are no text", "取值不是文字"),
    "count.not_a_number": ("values that are no number", "取值不是数字"),
    "count.wrong_type": (
        "values of another type: another profile?",
        "取值类型不对：型号档选错了吗？",
    ),
    "count.out_of_range": ("values that cannot be", "取值超出可能的范围"),
    "count.unknown_value": ("words that the profile does not know", "型号档不认识的取值"),
    "count.misdated": ("messages whose own time cannot be right", "自带时间不可能正确的消息"),
    "count.damaged": (
        "messages whose checksum is wrong: radio or cable",
        "校验错误：无线或接线问题",
    ),
    "count.unknown_frame": ("frames that no profile knows", "型号档不认识的帧"),
    "count.no_key": (
        "encrypted messages without a key: set bindkey_file of the device",
        "加密消息缺少密钥：请为设备设置 bindkey_file",
    ),
    "count.not_authentic": (
        "messages that do not fit the key: a wrong key, or not from the device",
        "与密钥不符：密钥错误，或不是该设备发的",
    ),
    "count.replayed": ("repeated encrypted messages", "重复的加密消息"),
    "count.counter_reset": (
        "counters that began anew: after a change of battery, shouhu trust",
        "计数重新开始：换过电池请用 shouhu trust",
    ),
    "count.downgraded": (
        "plain messages of a device that encrypts",
        "应加密的设备发来明文",
    ),
    "count.redelivered": (
        "messages that the broker brought twice; only one counted",
        "代理重复投递，只算一次",
    ),
    "count.not_kept": (
        "readings that no disk took and memory could not hold",
        "磁盘拒收、内存也放不下的读数",
    ),
    "count.snapshot_unusable": (
        "what was learned had to be learned again",
        "学到的内容需要重新学习",
    ),
    "count.clock_order_refused": ("orders of a drill's clock", "演练时钟的指令"),
    "count.serial_damaged": ("frames from a serial port that were not whole", "串口上不完整的帧"),
    "count.serial_lost_bytes": (
        "bytes from a serial port that made no frame",
        "串口上拼不成帧的字节",
    ),
    "count.serial_noise": ("times that a serial port sent nothing but noise", "串口只有杂讯的次数"),
    "count.serial_no_answer": (
        "requests on a serial port that nobody answered",
        "串口上无人应答的询问",
    ),
    "count.serial_unasked": (
        "answers on a serial port to what we did not ask",
        "串口上我们没有问过的应答",
    ),
    "count.serial_refused": (
        "requests that a device on a serial port refused",
        "串口设备拒绝的询问",
    ),
    "count.ble_flooded": ("Bluetooth messages of a device that sends too fast", "蓝牙设备发送过快"),
    "count.ble_asks_refused": ("requests that a Bluetooth device refused", "蓝牙设备拒绝的询问"),
    "count.sms_from_a_stranger": (
        "text messages of numbers that are no contact's",
        "号码不是联系人的短信",
    ),
    "count.sms_not_understood": (
        "text messages that are no answer: 1, 0, 2 or 3 is",
        "看不懂的回信；能懂的是 1、0、2、3",
    ),
    "count.sms_too_late": (
        "answers by text that were hours on their way",
        "路上耽搁了几小时的回信",
    ),
    "count.sms_about_nothing_open": (
        "answers by text while nothing was open",
        "没有未处理的警报时收到的回信",
    ),
    "count.command_not_understood": (
        "requests over MQTT that nobody may make",
        "MQTT 上不允许或看不懂的请求",
    ),
    "count.command_retained": (
        "requests over MQTT that the broker had kept: publish them without retain",
        "代理保留的 MQTT 请求：请不要用 retain 发布",
    ),
    "count.command_too_long": ("requests over MQTT of more than 4 KB", "超过 4 KB 的 MQTT 请求"),
    "count.command_late": (
        "answers of the resident over MQTT that came too late to count",
        "来得太迟、不再算数的 MQTT 回应",
    ),
}
