"""What `shouhu district` says."""

PHRASES: dict[str, tuple[str, str]] = {
    "help.district": (
        "Run the other end of the line: take in events of gateways, and show the duty desk.",
        "运行区级平台：接收各网关的事件，打开值班台。",
    ),
    "help.district.run": (
        "Run a district until told to stop: SQLite and a desk on this machine, unless "
        "district.toml says otherwise.",
        "运行区级平台，直到被要求停止。没有 district.toml 时：SQLite，值班台只在本机。",
    ),
    "help.district.area": (
        "Add an area below another one: a street, a community, a village.",
        "在某个区域之下增加一个区域：街道、社区、村。",
    ),
    "help.district.account": (
        "Add somebody who works at a desk; asks for the password.",
        "增加一个值班账号；会询问密码。",
    ),
    "help.district.gateway": (
        "Register a gateway in an area, or move it to another one.",
        "把网关登记到某个区域，或移到另一个区域。",
    ),
    "help.district.set-up": (
        "Add many areas, accounts and gateways from a TOML file, all or none. What is there "
        "already stays as it is.",
        "从一个 TOML 文件一次增加许多区域、账号和网关，要么全部成功，要么一个不加。已有的不变。",
    ),
    "help.district.check": (
        "Check district.toml, every fault at once, and whether its database answers. Changes "
        "nothing.",
        "检查 district.toml：一次列出全部错误，并看数据库通不通。什么也不改。",
    ),
    "help.district.backup": (
        "Copy the embedded database (SQLite) to a new file while the district runs. PostgreSQL "
        "has pg_dump for that.",
        "区级平台运行时把内置数据库（SQLite）备份到一个新文件。PostgreSQL 请用 pg_dump。",
    ),
    "help.district.token": (
        "Make a token for a program: an account of the role platform. It goes to standard output, "
        "this once.",
        "为程序（角色为 platform 的账号）生成令牌。令牌只在标准输出显示这一次。",
    ),
    "help.district.tokens": (
        "Show the tokens of programs: for what, until when, used when.",
        "列出各程序的令牌：能做什么、到期日、最近使用日。",
    ),
    "help.district.revoke": (
        "Make a token worthless, at once.",
        "立即作废一个令牌。",
    ),
    "help.district.openapi": (
        "Print the description of the HTTP interface (OpenAPI 3.1, JSON).",
        "输出 HTTP 接口的描述（OpenAPI 3.1，JSON）。",
    ),
    "option.token_name": ("What people call it: for whom it is.", "令牌的名称：给谁用的。"),
    "option.token_right": (
        "What it is for; may stand several times. Without it: feed.",
        "能做什么；可写多次。不写则为 feed。",
    ),
    "option.token_days": ("After how many days it ends.", "多少天后到期。"),
    "district.token_once": (
        "This is shown once; keep it in a file that only the program can read.",
        "只显示这一次，请存进只有该程序能读的文件。",
    ),
    "district.no_tokens": ("There are no tokens.", "没有令牌。"),
    "district.token_good": ("good", "有效"),
    "district.token_over": ("over", "已到期"),
    "district.token_revoked": ("revoked", "已作废"),
    "district.token_line": (
        "{id}  {state}  {login}  {name}  {rights}  until {ends}, used {used}",
        "{id}  {state}  {login}  {name}  {rights}  到期 {ends}，最近使用 {used}",
    ),
    "district.token_ended": ("{token} opens nothing any more.", "{token} 已作废。"),
    "option.district_config": ("The district's file.", "区级平台的配置文件。"),
    "option.only": (
        "Do this part only; may stand several times.",
        "只运行这一部分；可写多次。",
    ),
    "option.parent": ("The area above it.", "上一级区域。"),
    "option.area": ("The area.", "所属区域。"),
    "option.name": ("The name that people read.", "显示的名称。"),
    "option.role": ("What they may do.", "角色。"),
    "option.reads": ("The language of their desk.", "值班台对他显示的语言。"),
    "option.own_password": (
        "They have chosen it themselves: it is not to be changed at the first login.",
        "密码是本人自己设的，首次登录不用再改。",
    ),
    "district.no_file": ("{file}: there is no such file.", "{file}：没有这个文件。"),
    "district.ready": (
        "The duty desk is open at {address} (Ctrl-C ends it).",
        "值班台已打开：{address}（按 Ctrl-C 结束）。",
    ),
    "district.first": (
        'Log in as "admin" with the password {password} - it is shown this once.',
        "用账号 admin 登录，密码 {password}（只显示这一次）。",
    ),
    "district.faults": ("{faults}", "{faults}"),
    "district.missing": (
        "The district's libraries are not installed: pip install 'shouhu[district]'",
        "没有安装区级平台所需的库：pip install 'shouhu[district]'",
    ),
    "district.password": ("Password", "密码"),
    "district.added": ("{what} is there.", "已增加 {what}。"),
    "district.refused": ("{why}", "{why}"),
    "district.database": ("The database cannot be used: {why}", "数据库用不了：{why}"),
    "district.stopped": ("The district cannot run: {why}", "区级平台运行不了：{why}"),
    "district.set_up": (
        "{areas} areas, {accounts} accounts and {gateways} gateways.",
        "区域 {areas} 个，账号 {accounts} 个，网关 {gateways} 个。",
    ),
    "district.sound": ("No faults; the database answers.", "没有错误，数据库正常。"),
    "district.copied": ("Copied to {file}.", "已备份到 {file}。"),
}
EXAMPLES: dict[str, tuple[str, ...]] = {
    "district": ("shouhu district run", "shouhu district account lin --name 林静 --area ninghai"),
    "district.run": (
        "shouhu district run",
        "shouhu district run --config /etc/shouhu/district.toml --only intake",
    ),
    "district.set-up": ("shouhu district set-up yuhua.toml --config /etc/shouhu/district.toml",),
    "district.check": ("shouhu district check --config /etc/shouhu/district.toml",),
    "district.backup": (
        "shouhu district backup /var/backups/district-2026-11-02.db --config "
        "/etc/shouhu/district.toml",
    ),
    "district.area": ("shouhu district area ninghai --name 宁海路社区 --parent top",),
    "district.account": ("shouhu district account lin --name 林静 --area ninghai --role duty",),
    "district.token": ("shouhu district token cityplatform --name 2026 --right feed --days 365",),
    "district.tokens": ("shouhu district tokens",),
    "district.revoke": ("shouhu district revoke 3f9c2a51d08e7b64aa10",),
    "district.openapi": ("shouhu district openapi",),
    "district.gateway": ("shouhu district gateway yuhua-3-201 --area ninghai",),
}
