"""The question in the home and the press that answers it: English, then Chinese."""

PHRASES: dict[str, tuple[str, str]] = {
    # --- what is spoken to the resident
    "asked.move": (
        "Hello, are you all right? You have not been seen moving for a while. If you are well, "
        "please get up and walk a few steps. Otherwise somebody will look in on you.",
        "您好，您还好吗？好一阵子没看到您走动了。没事的话，请起来走几步。要是没有动静，会请人来看您。",
    ),
    "asked.press": (
        "Hello, are you all right? You have not been seen moving for a while. If you are well, "
        "please press the button, or walk a few steps. Otherwise somebody will look in on you.",
        "您好，您还好吗？好一阵子没看到您走动了。没事的话，请按一下按钮，或者走几步。"
        "要是没有动静，会请人来看您。",
    ),
    "asked.drill": ("This is a drill. {text}", "这是演练。{text}"),
    # --- faults
    "fault.question_mute": ("nothing asks", "没有写用什么来问"),
    "mend.question_mute": (
        'name in [question] what asks: topic = "zigbee2mqtt/siren/set", or '
        'command = ["espeak-ng", "{{text}}"]',
        '请在 [question] 里写明用什么来问：topic = "zigbee2mqtt/siren/set"，或 '
        'command = ["espeak-ng", "-v", "cmn", "{{text}}"]',
    ),
    "fault.question_siren": (
        "a siren for alarms hangs on this topic: the end of a question would silence it",
        "报警用的警号也用这个主题：询问一结束就会把警报关掉",
    ),
    "mend.question_siren": (
        "let the question have a chime or a speaker of its own",
        "请让询问另用一个门铃或喇叭",
    ),
    "fault.question_nobody": (
        "an answer is waited for, and nothing in the home asks",
        "会等待回应，但家里没有设备发问",
    ),
    "fault.question_program": (
        'there is no program "{name}" here',
        "这里没有程序 {name}",
    ),
    "mend.question_program": (
        "install it, or write its whole path; it needs no shell",
        "请安装它，或写出完整路径；不经过 shell",
    ),
    "fault.answer_sos": (
        "a call for help is never the answer that all is well",
        "呼救按钮不能用来表示没事",
    ),
    "mend.answer_sos": (
        "give the answer a button of its own",
        "请另用一个按钮来表示没事",
    ),
    "fault.answer_kind": ("this device is no button", "这个设备不是按钮"),
    "mend.answer_kind": (
        'only a device that measures "use" can be pressed; remove answers here',
        "只有能测 use 的设备才能按；请删去这里的 answers",
    ),
    "fault.answer_level": (
        "this device tells a state, not a press",
        "这个设备报告的是开关状态，不是按下",
    ),
    "mend.answer_level": (
        'if each "on" is a press, write clears_after = "5s"; else use a button',
        '若每次“开”都是一次按下，请写 clears_after = "5s"；否则请换成按钮',
    ),
    # --- the commands
    "help.answer": (
        "Say that the resident is well, as they said at the door or by telephone: a question in "
        "the home ends, and the silence counts anew.",
        "转告老人亲口说的“我没事”（当面或电话里）：家里的询问随即停止，安静时间重新计算。",
    ),
    "answer.done": ("{household}: noted that the resident is well", "{household}：已记下老人没事"),
    "help.question": (
        "Let what asks in a home sound once, so that somebody there hears whether it is loud "
        "enough. It is no question: nothing waits for an answer.",
        "让家里的询问响一次，请在场的人听听够不够响。这不是真的询问，不等回应。",
    ),
    "ask.sounded": ("{way}: it has sounded", "{way}：已响"),
    "ask.failed": ("{way}: it cannot sound: {why}", "{way}：响不了：{why}"),
    "ask.nothing": (
        "nothing asks in {household}: its file has no [question]",
        "{household}没有设置询问：住户文件里没有 [question]",
    ),
    "help.links": ("See to the links in messages.", "管理消息里的链接。"),
    "help.links.renew": (
        "Sign the links in messages with a new secret. Those already sent stay good until they "
        "expire, 72 hours at most.",
        "用新密钥给消息里的链接签名。已发出的链接到期前仍然有效，最长 72 小时。",
    ),
    "option.revoke": (
        "Those already sent open nothing any more, at once.",
        "已发出的链接立即全部失效。",
    ),
    "links.renewed": (
        "new links have a new secret; those already sent stay good until they expire",
        "新链接已用新密钥；已发出的到期前仍然有效",
    ),
    "links.revoked": (
        "no link that was sent before opens anything any more",
        "此前发出的链接已全部失效",
    ),
}

EXAMPLES: dict[str, tuple[str, ...]] = {
    "answer": ("shouhu answer wang --by 王芳",),
    "question": ("shouhu question wang",),
    "links": ("shouhu links renew",),
    "links.renew": ("shouhu links renew", "shouhu links renew --revoke"),
}
