"""What `pair` and `swap` say to whoever installs a home, and the help of all who do so."""

PHRASES: dict[str, tuple[str, str]] = {
    # --- help
    "help.pair": (
        "Set up a device that is heard: pick it from a live list, give it a room and a name, try "
        "it. Writes it into the household's file and has the daemon take it up.",
        "登记一台听得到的设备：从实时列表中选出，定房间和名称，再试一试。"
        "结果写入住户配置文件，并让守护程序启用。",
    ),
    "help.swap": (
        "Let new hardware take a device's role over: room, name and all that was learned stay.",
        "用新硬件接替一台设备：房间、名称和已学到的作息都不变。",
    ),
    "help.walk-test": (
        "Walk through a home and let every device speak, room by room. What is sensed meanwhile is "
        "a drill; the first real alarm ends it.",
        "逐个房间走测，让每台设备都发出消息。期间的读数按演练处理；一有真实报警，测试即结束。",
    ),
    "help.report": (
        "Write the installation report of a home, to print and sign.",
        "生成住户的安装验收单，可打印签字。",
    ),
    # --- options
    "option.household_of": (
        "The household that the device is for; needless where there is only one.",
        "设备所属住户；只有一户时可不写。",
    ),
    "option.address": (
        "The device's address as `shouhu devices --all` shows it; without it pick from a list.",
        "设备地址，以 `shouhu devices --all` 所示为准；不写则从列表中选。",
    ),
    "option.profile": (
        "The device's profile; without it the one by which it is recognised.",
        "设备的型号档；不写则用识别出的型号档。",
    ),
    "option.room": (
        "The room by id or name; a new one may be written as ID=NAME.",
        "房间的标识或名称；新房间可写作 ID=名称。",
    ),
    "option.id": ("The id of the role; else made of room and kind.", "设备标识；不写则自动取名。"),
    "option.name": ("The name that people use.", "人们用的名称。"),
    "option.outer_door": ("It hangs on the front door.", "装在入户门上。"),
    "option.bindkey_file": (
        "The file with the key of an encrypted device, 32 hex digits.",
        "存放加密设备密钥的文件（32 位十六进制）。",
    ),
    "option.wait": ("How long to wait for the device.", "等待设备的秒数。"),
    "option.no_test": ("Do not try the device.", "不做触发测试。"),
    "option.yes": (
        "Ask nothing; needs --address and --room.",
        "不提问；需要 --address 和 --room。",
    ),
    "option.only_room": ("Only this room.", "只测这个房间。"),
    "option.only_device": ("Only this device.", "只测这台设备。"),
    "option.walk_wait": (
        "Without a terminal: how long to wait for all devices.",
        "不在终端时：最多等待的秒数。",
    ),
    "option.output": (
        "Where to write it; else to standard output.",
        "写到哪个文件；不写则输出到标准输出。",
    ),
    "option.reach": (
        "Send a marked test to every contact, and note what came of it.",
        "向每位联系人发送带标记的测试，并记录结果。",
    ),
    # --- questions
    "ask.suffix": (": ", "："),
    "ask.number": ("number", "编号"),
    "ask.yes": ("[Y/n]", "[Y/n]"),
    "ask.no": ("[y/N]", "[y/N]"),
    # --- the list
    "column.key": ("KEY", "键"),
    "choose.pair": (
        "{home}: which device? Press its button or make it measure: it comes to the top",
        "{home}：登记哪台设备？请按一下它的按键或触发它，它会排到最前",
    ),
    "choose.swap": (
        "Which device takes the place of {device}? Press its button: it comes to the top",
        "用哪台设备接替“{device}”？请按一下它的按键，它会排到最前",
    ),
    "choose.nobody": (
        "no stranger is heard yet; put the device into pairing at its bridge, or press its button",
        "还没有听到陌生设备；请在网桥上允许入网，或按一下设备的按键",
    ),
    "choose.keys": (
        "1-9 pick   / filter   arrows scroll   q quit",
        "1-9 选择   / 筛选   方向键滚动   q 退出",
    ),
    "choose.filter": ("filter: {text}   (Enter ends it)", "筛选：{text}   （回车结束）"),
    # --- pair
    "pair.picked": ("{address}", "已选：{address}"),
    "pair.which_household": ("Which household?", "哪一户？"),
    "pair.which_profile": ("Which profile? The first fits best", "哪个型号档？第一个最合适"),
    "pair.profile_name": ("Nothing recognises it. Its profile", "没有型号档认识它。型号档名称"),
    "pair.which_room": ("Which room?", "在哪个房间？"),
    "pair.new_room": ("a new room", "新房间"),
    "pair.room_name": ("Name of the room", "房间名称"),
    "pair.name": ("Name of the device", "设备名称"),
    "pair.outer_door": ("Is it on the front door?", "是装在入户门上吗？"),
    "pair.encrypted": (
        "It sends encrypted. The maker's app, or its label, has the key",
        "它的消息已加密。密钥见厂家 App 或设备标签",
    ),
    "pair.key": (
        "Key, 32 hex digits, or a file with it (Enter: none):",
        "密钥（32 位十六进制）或存放密钥的文件（回车跳过）：",
    ),
    "pair.which_wired": (
        "The board says only that it is there. What is wired to its switch?",
        "这块板只报告自己在线。它的开关量输入接了什么？",
    ),
    "pair.unwatched": (
        "{address} measures nothing that is watched; it cannot be set up",
        "{address} 不提供可看护的读数，无需登记",
    ),
    "pair.which_sort": (
        "Many sorts of sensors speak like this one. Which is it?",
        "多种传感器都用这种格式，这台是哪一种？",
    ),
    "pair.no_sort": ("not known", "不清楚"),
    "pair.no_key": (
        "that is neither a key of 32 hex digits nor a file",
        "既不是 32 位十六进制密钥，也不是文件",
    ),
    "pair.write": ("Write it into {file}?", "写入 {file} 吗？"),
    "pair.written": ("{device} stands in {file}", "{device} 已写入 {file}"),
    "pair.undone": ("{device} is taken out again", "{device} 已撤销"),
    "pair.what_now": ("What now?", "接下来？"),
    "pair.again": ("try again", "再试一次"),
    "pair.keep": ("keep it as it is", "就这样保留"),
    "pair.undo": ("take it out again", "撤销登记"),
    "pair.another": ("Another device?", "再登记一台吗？"),
    "pair.no_address": (
        "without a terminal, and with --yes or --json, name the device: --address",
        "不在终端时，或用了 --yes、--json，请用 --address 指明设备",
    ),
    "pair.no_household": (
        "say for which household: --household ID",
        "请用 --household ID 指明住户",
    ),
    "pair.no_room": (
        "say in which room: --room ROOM, a new one as --room ID=NAME",
        "请用 --room 指明房间，新房间写作 --room ID=名称",
    ),
    "pair.listening": ("listening for {address}", "正在听取 {address}"),
    "pair.not_heard": (
        "{address} was not heard, or nothing recognises it; make it send, or name its --profile",
        "没有听到 {address}，或没有型号档认识它；请触发设备，或用 --profile 指明",
    ),
    "pair.known": (
        "{address} is {role} already; new hardware for a role: shouhu swap",
        "{address} 已登记为 {role}；更换硬件请用 shouhu swap",
    ),
    # --- swap
    "swap.no_device": (
        "{household} has no device {device}; {mend}",
        "住户 {household} 没有设备 {device}；{mend}",
    ),
    "swap.loses": (
        "the new device does not measure {kinds}; what hangs on it ends",
        "新设备测不了“{kinds}”，与之相关的看护会中断",
    ),
    "swap.write": (
        "Let {address} ({profile}) take the place of {device}?",
        "让 {address}（{profile}）接替“{device}”吗？",
    ),
    "swap.written": (
        "{device} has new hardware; its room, name and all that was learned stay ({file})",
        "{device} 已换成新硬件，房间、名称和已学到的作息不变（{file}）",
    ),
    # --- the plan
    "plan.name": ("name", "名称"),
    "plan.room": ("room", "房间"),
    "plan.profile": ("profile", "型号档"),
    "plan.address": ("address", "地址"),
    "plan.outer_door": ("front door", "入户门"),
    # --- the household's file
    "file.faulty": (
        "{file} would have {count} new faults; it was left as it is",
        "若写入，{file} 会新增 {count} 处错误；未作改动",
    ),
    "file.no_household": (
        'unknown household "{name}"; {mend}',
        "不认识的住户 {name}；{mend}",
    ),
    "file.changed": (
        "somebody has changed {file} meanwhile; it was left as it is, begin again",
        "{file} 刚刚被他人改过；未作改动，请重新开始",
    ),
    "file.unwritable": (
        "{file} cannot be written: {why}; use sudo?",
        "{file} 无法写入（{why}），是否需要 sudo？",
    ),
    "file.unusual": (
        "{file} is written so that no program should change it ({why}); change it by hand",
        "{file} 的写法特殊，不宜由程序改动（{why}）；请手工修改",
    ),
}

EXAMPLES: dict[str, tuple[str, ...]] = {
    "pair": (
        "shouhu pair",
        "shouhu pair --household wang --address zigbee2mqtt/0x00158d0001a2b3c4 "
        "--room bathroom=卫生间 --yes",
    ),
    "swap": (
        "shouhu swap wang bathroom-motion",
        "shouhu swap wang bathroom-motion --address zigbee2mqtt/0x00158d0001ffffff --yes",
    ),
    "walk-test": (
        "shouhu walk-test wang",
        "shouhu walk-test wang --room kitchen",
        "shouhu walk-test wang --device kitchen-smoke --wait 60 --json",
    ),
    "report": ("shouhu report wang --output wang.html --by 李工",),
}
