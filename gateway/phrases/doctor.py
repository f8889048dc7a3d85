"""What `doctor` finds, and the mend of each thing: English, then Chinese."""

PHRASES: dict[str, tuple[str, str]] = {
    "doctor.ok": ("ok", "正常"),
    "doctor.wrong": ("WRONG", "异常"),
    "doctor.sound": ("everything is well", "一切正常"),
    "doctor.faults": ("{count} things to mend", "共 {count} 处需要处理"),
    # --- what is looked at
    "part.daemon": ("daemon", "守护程序"),
    "part.config": ("configuration", "配置"),
    "part.broker": ("MQTT broker", "MQTT 代理"),
    "part.port": ("serial port", "串口"),
    "part.adapter": ("Bluetooth", "蓝牙"),
    "part.page": ("page", "家中页面"),
    "part.metrics": ("metrics", "运行指标"),
    "part.clock": ("clock", "时钟"),
    "part.disk": ("disk", "磁盘"),
    "part.store": ("store", "存储"),
    "part.channel": ("channel", "通知通道"),
    "part.device": ("device", "设备"),
    "part.smoke": ("smoke alarm", "烟感"),
    "part.count": ("refused", "拒收计数"),
    # --- the daemon and its configuration
    "doctor.daemon_runs": ("a daemon runs", "守护程序正在运行"),
    "doctor.daemon_none": (
        "no daemon runs: nobody watches; what follows was looked at without it",
        "守护程序没有运行，无人看护；以下各项是在没有它的情况下检查的",
    ),
    "cure.daemon_none": (
        "systemctl start shouhu; why it stopped: journalctl -u shouhu",
        "systemctl start shouhu；停止原因见 journalctl -u shouhu",
    ),
    "doctor.daemon_deaf": (
        "a daemon runs and does not answer: {why}",
        "守护程序在运行但没有应答（原因：{why}）",
    ),
    "cure.daemon_deaf": (
        "run this as root or as a member of the daemon's group; else systemctl restart shouhu",
        "请用 root 或守护程序所在组的用户运行；不行再 systemctl restart shouhu",
    ),
    "doctor.config_sound": (
        "sound: households {homes}, devices {devices}, channels {channels}",
        "无误：住户 {homes}，设备 {devices}，通道 {channels}",
    ),
    "doctor.config_faults": (
        "{count} faults; the first: {first}",
        "有 {count} 处错误，第一处：{first}",
    ),
    "cure.config_faults": ("shouhu check lists them all", "用 shouhu check 查看全部"),
    "doctor.config_closed": (
        "the daemon's user {user} may not read {files}",
        "守护程序的用户 {user} 无权读取 {files}",
    ),
    "cure.config_closed": (
        "chown -R root:{group} {path}; chmod -R u=rwX,g=rX,o= {path}",
        "chown -R root:{group} {path}；chmod -R u=rwX,g=rX,o= {path}",
    ),
    "doctor.daemon_not_enabled": (
        "it does not start with the box: after a power cut nobody watches",
        "没有设为开机启动：停电后无人看护",
    ),
    "cure.daemon_not_enabled": (
        "systemctl enable shouhu",
        "systemctl enable shouhu（设为开机启动）",
    ),
    # --- the broker
    "doctor.broker_heard": ("connected and subscribed", "已连接并已订阅"),
    "doctor.broker_reached": (
        "{host}:{port} takes us and every subscription",
        "{host}:{port} 接受连接和全部订阅",
    ),
    "doctor.broker_idle": ("no device needs one", "没有设备用到"),
    "doctor.broker_partly": (
        "connected, but not all is as it should be: {why}",
        "已连接，但有问题（{why}）",
    ),
    "cure.broker_partly": (
        "let the broker's ACL allow this client the topics named",
        "请在代理的访问控制中为本客户端放行所列主题",
    ),
    "doctor.broker_lost": ("not connected: {why}", "未连接（原因：{why}）"),
    "cure.broker": (
        "see that the broker runs and that [mqtt] in gateway.toml names it rightly",
        "请确认代理在运行，且 gateway.toml 的 [mqtt] 填写无误",
    ),
    "doctor.broker_unknown": ("the name {host} cannot be resolved", "无法解析主机名 {host}"),
    "cure.broker_unknown": (
        "correct mqtt.host in gateway.toml, or write the broker's number",
        "请改正 gateway.toml 里的 mqtt.host，或直接写 IP 地址",
    ),
    "doctor.broker_refused": (
        "nothing listens at {host}:{port}",
        "{host}:{port} 没有程序在监听",
    ),
    "cure.broker_refused": (
        "start the broker: systemctl start mosquitto; or correct mqtt.port",
        "请启动代理：systemctl start mosquitto；或改正 mqtt.port",
    ),
    "doctor.broker_silent": ("{host}:{port} does not answer", "{host}:{port} 没有应答"),
    "cure.broker_silent": (
        "look at the network between, and at a firewall",
        "请检查中间的网络和防火墙",
    ),
    "doctor.broker_denied": (
        "{host}:{port} answers, and does not take us: {why}",
        "{host}:{port} 有应答，但不接受连接（原因：{why}）",
    ),
    "cure.broker_denied": (
        "correct user, password file and certificates under [mqtt] in gateway.toml",
        "请检查 gateway.toml 中 [mqtt] 的用户名、密码文件和证书",
    ),
    "doctor.broker_acl": (
        "the broker refuses the subscription to {filters}",
        "代理拒绝订阅 {filters}",
    ),
    # --- ports and Bluetooth
    "doctor.port_heard": ("{port}: open", "{port}：已打开"),
    "doctor.port_lost": ("{port}: not open: {why}", "{port}：未打开（{why}）"),
    "cure.port": (
        "plug the device in, and compare its path with ls -l /dev/serial/by-id",
        "请插好设备，并与 ls -l /dev/serial/by-id 核对路径",
    ),
    "doctor.port_fault": ("{port}: {path} cannot be opened", "{port}：{path} 打不开"),
    "doctor.port_there": ("{port}: {path} is there", "{port}：{path} 存在"),
    "doctor.adapter_heard": ("scanning", "正在扫描"),
    "doctor.adapter_there": ("the adapter {name} is there and on", "适配器 {name} 在且已开启"),
    "doctor.adapter_off": ("the adapter {name} is off", "适配器 {name} 已关闭"),
    "doctor.adapter_lost": ("hears nothing: {why}", "听不到（原因：{why}）"),
    "cure.adapter": (
        "bluetoothctl list names the adapters; bluetoothctl power on; systemctl status bluetooth",
        "bluetoothctl list 列出适配器；bluetoothctl power on 打开；systemctl status bluetooth",
    ),
    "doctor.adapter_service": ("no Bluetooth service answers", "蓝牙服务没有应答"),
    "cure.adapter_service": (
        "systemctl enable --now bluetooth",
        "systemctl enable --now bluetooth（启动蓝牙服务）",
    ),
    "doctor.adapter_none": ("no adapter is there", "没有蓝牙适配器"),
    "cure.adapter_none": (
        "plug one in: bluetoothctl list",
        "请插上适配器，用 bluetoothctl list 确认",
    ),
    "doctor.adapter_blocked": ("the adapter is blocked", "蓝牙适配器被禁用"),
    "cure.adapter_blocked": ("rfkill unblock bluetooth", "rfkill unblock bluetooth（解除禁用）"),
    "doctor.adapter_denied": ("we may not use Bluetooth", "没有使用蓝牙的权限"),
    "cure.adapter_denied": (
        "usermod -aG bluetooth shouhu, then restart the daemon",
        "usermod -aG bluetooth shouhu，然后重启守护程序",
    ),
    "doctor.adapter_unready": ("the adapter is off", "蓝牙适配器已关闭"),
    "cure.adapter_unready": (
        "bluetoothctl power on",
        "bluetoothctl power on（打开适配器）",
    ),
    "doctor.adapter_busy": ("the adapter is busy", "蓝牙适配器正忙"),
    "cure.adapter_busy": (
        "wait; where it stays so: systemctl restart bluetooth",
        "请稍等；一直如此则 systemctl restart bluetooth",
    ),
    # --- clock
    "doctor.clock_trusted": ("the daemon believes the clock", "守护程序信任时钟"),
    "doctor.clock_doubted": (
        "the daemon does not believe the clock: it was never set since the start",
        "守护程序不信任时钟：启动后从未校准",
    ),
    "cure.clock": (
        "let the box reach a time server: timedatectl set-ntp true, timedatectl status",
        "请让主机能连上时间服务器：timedatectl set-ntp true，timedatectl status 查看",
    ),
    "doctor.clock_synced": (
        "set by the network, wrong by at most {error} ms",
        "已由网络校准，误差不超过 {error} 毫秒",
    ),
    "doctor.clock_loose": (
        "the system does not set it by the network: it drifts by seconds a day",
        "系统没有用网络校准时钟，每天会偏差数秒",
    ),
    "doctor.clock_unknown": ("the system does not say how exact it is", "系统没有说明时钟有多准"),
    "doctor.clock_wrong": ("it says {at}, which cannot be", "时间为 {at}，不可能正确"),
    # --- disk and store
    "doctor.disk_room": (
        "{free} MB free ({percent} %), a write took {sync} ms",
        "剩余 {free} MB（{percent}%），写入耗时 {sync} 毫秒",
    ),
    "doctor.disk_room_only": ("{free} MB free ({percent} %)", "剩余 {free} MB（{percent}%）"),
    "doctor.disk_full": (
        "nearly full: {free} MB free ({percent} %)",
        "快满了：剩余 {free} MB（{percent}%）",
    ),
    "cure.disk_full": (
        "free some space on {path}: journalctl --vacuum-size=50M; du -xh / | sort -h | tail",
        "请清理 {path} 所在磁盘：journalctl --vacuum-size=50M；du -xh / | sort -h | tail",
    ),
    "doctor.disk_slow": (
        "a write took {sync} ms; a sound one takes less than 1000",
        "一次写入耗时 {sync} 毫秒；正常的卡不到 1000",
    ),
    "cure.disk_slow": (
        "the card is worn out or cheap: replace it, best by one for constant writing",
        "存储卡老化或质量差，请更换，最好用高耐久型",
    ),
    "doctor.disk_refuses": ("a write failed: {why}", "写入失败（原因：{why}）"),
    "cure.disk_refuses": (
        "see whether the disk is mounted read-only: mount | grep {path}; dmesg | tail",
        "请看磁盘是否只读：mount | grep {path}；dmesg | tail",
    ),
    "doctor.serves": ("port {port} is open", "端口 {port} 已打开"),
    "doctor.shut": ("port {port} cannot be opened: {why}", "端口 {port} 打不开（原因：{why}）"),
    "cure.shut": (
        "see what else has the port: ss -ltnp | grep :{port}; or give another in gateway.toml",
        "请看端口被谁占用：ss -ltnp | grep :{port}；或在 gateway.toml 里换一个端口",
    ),
    "doctor.store_written": ("readings and alerts get to the disk", "读数与告警都写入了磁盘"),
    "doctor.store_refuses": ("the disk refuses what is to be kept: {why}", "磁盘拒绝写入（{why}）"),
    "cure.store_refuses": (
        "see the disk above; until then alerts are sent all the same, and kept in memory only",
        "请先处理上面的磁盘问题；此前告警照常发送，但只存在内存里",
    ),
    "doctor.store_sound": ("both files are sound", "两个文件完好"),
    "doctor.store_none": ("none yet: no daemon has run here", "还没有：这里未曾运行守护程序"),
    "doctor.store_unchecked": (
        "large; the part that could be looked at in {seconds} s is sound",
        "文件较大，{seconds} 秒内查到的部分完好",
    ),
    "doctor.store_bad": ("{file}: {why}", "{file}：{why}"),
    "cure.store_bad": (
        "restart the daemon: it sets a damaged file aside and saves what can be read",
        "请重启守护程序：它会把损坏的文件放到一边，能读的都保留",
    ),
    "cure.store_closed": (
        "run this as root or as a member of the daemon's group",
        "请用 root 或守护程序所在组的用户运行",
    ),
    "doctor.store_aside": (
        "damaged files were set aside: {files}",
        "有损坏的文件被放到一边：{files}",
    ),
    "cure.store_aside": (
        "copy them away if their history is wanted, then delete them; if it happens again, "
        "replace the card",
        "如需其中的历史请先拷走，然后删除；再次发生请更换存储卡",
    ),
    # --- channels
    "doctor.channel_well": ("{channel}: last taken {at}", "{channel}：最近成功 {at}"),
    "doctor.channel_unused": (
        "{channel}: nothing was sent yet; try it: shouhu channels test {channel}",
        "{channel}：还没有发送过；可试：shouhu channels test {channel}",
    ),
    "doctor.channel_failing": (
        "{channel}: refused since {at}: {why}",
        "{channel}：自 {at} 起发送失败（{why}）",
    ),
    "cure.channel": (
        "shouhu channels test {channel} shows the receiver's answer; correct its url",
        "shouhu channels test {channel} 可看到接收方的答复；请改正其 url",
    ),
    # --- devices
    "doctor.devices_well": ("{count} devices, none is silent", "{count} 台设备，没有失联"),
    "doctor.device_stands": (
        "{home}, {device}: {rule} since {since}",
        "{home} {device}：{rule}，自 {since}",
    ),
    "cure.silent": (
        "change its battery, bring it nearer; shouhu devices shows when it was heard",
        "请换电池或移近；用 shouhu devices 看最近何时收到",
    ),
    "cure.battery": ("change its battery", "请更换电池"),
    "cure.untrusted": (
        "after a change of battery: shouhu trust {household} {device}; else see its bindkey_file",
        "若刚换过电池：shouhu trust {household} {device}；否则请检查 bindkey_file",
    ),
    "cure.other": ("shouhu alerts list says more", "详见 shouhu alerts list"),
    "doctor.smoke_tested": ("{home}, {device}: tested {at}", "{home} {device}：{at} 测试过"),
    "doctor.smoke_untested": (
        "{home}, {device}: no test of it was ever heard in the time that is kept",
        "{home} {device}：保存的记录中没有测试过",
    ),
    "cure.smoke": (
        "press its test button and wait for the message; do so every month",
        "请按一下它的测试键，等到消息为止；以后每月一次",
    ),
    # --- counters
    "doctor.count": ("{count} times since the daemon's start", "守护程序启动以来 {count} 次"),
}
