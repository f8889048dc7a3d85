"""What `--help` shows of each command being used: the same in both languages."""

from gateway.phrases import contacts, district, drill, install, privacy, question

EXAMPLES: dict[str, tuple[str, ...]] = {
    "shouhu": (
        "shouhu check --config docs/example",
        "shouhu --lang zh alerts list",
    ),
    "run": ("shouhu run", "shouhu run --config /etc/shouhu"),
    "check": (
        "shouhu check --config docs/example",
        "shouhu --lang zh check --config /etc/shouhu",
        "shouhu check --json | jq '.faults[].place'",
    ),
    "decode": (
        """shouhu decode zigbee2mqtt_motion '{"occupancy": true, "battery": 91}'""",
        "mosquitto_sub -C 1 -t zigbee2mqtt/door | shouhu decode zigbee2mqtt_contact - --json",
        "shouhu decode enocean_contact 55000707017ad50801825dab0001ffffffff360053",
        "shouhu decode --jsonl < cases.jsonl",
    ),
    "replay": (
        "shouhu replay day.csv.gz --speed 60",
        "shouhu replay day.csv.gz --home drill/households/recording.toml --channel daughter-wecom",
        "shouhu replay day.csv --in-step --host 127.0.0.1 --port 1883",
    ),
    "simulate": (
        "shouhu simulate flat",
        "shouhu simulate farmhouse --person frail --days 14 --fast",
        "shouhu simulate flat --write drill --channel daughter-wecom",
        "shouhu simulate flat --street 500 --host broker.lan --ledger truth.jsonl",
    ),
    "backtest": (
        "shouhu backtest --recording home.csv.gz",
        "shouhu backtest --recording home.csv --collapses falls.txt --budget 1 "
        "--timezone Asia/Shanghai",
        "shouhu backtest --household wang --days 30",
        "shouhu backtest --household wang --set inactivity.budget=1 --set device.bed.hold=5m",
    ),
    "outcomes": ("shouhu outcomes", "shouhu outcomes --household wang --json"),
    "actogram": (
        "shouhu actogram --household wang --out wang.png",
        "shouhu actogram --recording home.csv.gz --days 14 --timezone Asia/Shanghai > home.svg",
    ),
    "status": ("shouhu status", "shouhu status --json"),
    "doctor": ("shouhu doctor", "shouhu doctor --json | jq '.checks[] | select(.ok | not)'"),
    "devices": (
        "shouhu devices",
        "shouhu devices --all --watch",
        "shouhu devices --household wang --json",
    ),
    "probe": (
        "shouhu probe wang/bedroom_motion",
        "shouhu probe A4:C1:38:8D:18:B2 --count 3",
        "shouhu probe --port /dev/ttyUSB0 --profile enocean_contact",
    ),
    "trust": ("shouhu trust wang bedroom_door",),
    "away": ("shouhu away wang --until 2026-10-07", 'shouhu away wang --until "2026-10-07 18:00"'),
    "back": ("shouhu back wang",),
    "alerts": ("shouhu alerts list", "shouhu alerts ack 3f9a --by 王芳"),
    "alerts.list": (
        "shouhu alerts list",
        "shouhu alerts list --all --household wang",
        "shouhu alerts list --json",
    ),
    "alerts.show": ("shouhu alerts show 3f9a",),
    "alerts.ack": ("shouhu alerts ack 3f9a --by 王芳", "shouhu alerts ack 3f9a --lease 1h"),
    "alerts.close": (
        "shouhu alerts close 3f9a --outcome well",
        "shouhu alerts close 3f9a --outcome helped --by 李站长",
    ),
    "channels": ("shouhu channels test",),
    "channels.test": (
        "shouhu channels test",
        "shouhu channels test daughter-wecom",
        "shouhu channels test sms --phone 13800000000",
    ),
    **install.EXAMPLES,
    **contacts.EXAMPLES,
    **drill.EXAMPLES,
    **question.EXAMPLES,
    **privacy.EXAMPLES,
    **district.EXAMPLES,
}
