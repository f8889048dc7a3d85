"""What somebody who looks on at a simulated home reads, in English and in Chinese."""

from edge.model import Kind, Value
from simulator.life import Doing

DOINGS: dict[Doing, tuple[str, str]] = {
    Doing.SLEEP: ("asleep", "睡觉"),
    Doing.REST: ("resting", "休息"),
    Doing.NAP: ("napping", "小睡"),
    Doing.BATHROOM: ("in the bathroom", "上卫生间"),
    Doing.MEAL: ("eating", "吃饭"),
    Doing.COOK: ("cooking", "做饭"),
    Doing.WASH: ("washing", "洗漱"),
    Doing.TELEVISION: ("watching television", "看电视"),
    Doing.HOUSEWORK: ("doing housework", "做家务"),
    Doing.VISITOR: ("with a visitor", "会客"),
    Doing.OUT: ("out", "外出"),
    Doing.ILL: ("ill", "卧病"),
    Doing.LIE: ("lying on the floor", "倒地不起"),
    Doing.CRAWL: ("on the floor, crawling", "倒地爬行"),
    Doing.WANDER: ("wandering", "徘徊"),
}

KINDS: dict[Kind, tuple[str, str]] = {
    Kind.MOTION: ("motion", "活动"),
    Kind.PRESENCE: ("presence", "有人"),
    Kind.CONTACT_OPEN: ("open", "打开"),
    Kind.USE: ("on", "开启"),
    Kind.ACTIVITY: ("activity", "活动"),
    Kind.STEPS: ("steps", "步数"),
    Kind.SMOKE: ("smoke", "烟雾"),
    Kind.CO: ("carbon monoxide", "一氧化碳"),
    Kind.GAS: ("gas", "燃气"),
    Kind.LEAK: ("water", "漏水"),
    Kind.SOS: ("SOS", "呼叫"),
    Kind.FALL: ("fall", "跌倒"),
    Kind.BATTERY: ("battery", "电量"),
    Kind.BATTERY_LOW: ("battery low", "电量低"),
    Kind.HEART_RATE: ("heart rate", "心率"),
    Kind.WORN: ("worn", "佩戴"),
}

WORDS: dict[str, tuple[str, str]] = {
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "outside": ("outside", "户外"),
    "resident": ("resident", "住户"),
    "other": ("visitor", "访客"),
    "signals": ("Last signals", "最近的传感器消息"),
    "phones": ("What the phones received", "手机收到"),
    "nothing": ("nothing yet", "暂无"),
    "day": ("day {day}", "第 {day} 天"),
    "speed": ("x{speed:g}", "{speed:g} 倍速"),
    "fast": ("as fast as the gateway follows", "全速"),
    "paused": ("paused", "已暂停"),
    "counts": (
        "{signals} signals, {messages} messages, {notices} notifications",
        "信号 {signals}，消息 {messages}，通知 {notices}",
    ),
    "keys": (
        "space pause  +/- speed  c collapse  u get up  s SOS  f smoke  q quit",
        "空格 暂停  +/- 变速  c 倒下  u 起身  s 呼叫  f 烟雾  q 退出",
    ),
    "is": ("{who}: {room}, {doing}", "{who}：{room}，{doing}"),
    "received": ("{phone} received:", "{phone} 收到："),
    "day_over": (
        "day {day} is over: {signals} signals, {notices} notifications so far",
        "第 {day} 天结束：至此信号 {signals}，通知 {notices}",
    ),
    "end": (
        "played {days:.1f} days in {seconds:.0f} s: {signals} signals, {messages} messages, "
        "{notices} notifications",
        "{seconds:.0f} 秒内过完 {days:.1f} 天：信号 {signals}，消息 {messages}，通知 {notices}",
    ),
    "phone-daughter": ("daughter's phone", "女儿手机"),
    "phone-neighbour": ("neighbour's phone", "邻居手机"),
    "phone-duty": ("duty desk", "值班台"),
}


class Words:
    """The words in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._place = 1 if language == "zh" else 0

    def say(self, key: str, **values: object) -> str:
        """Give a phrase; a key without one stands for itself."""
        pair = WORDS.get(key)
        return key if pair is None else pair[self._place].format(**values)

    def doing(self, doing: Doing) -> str:
        """Say what somebody does."""
        return DOINGS[doing][self._place]

    def value(self, kind: Kind, value: Value) -> str:
        """Say what a sensor says of one thing."""
        name = KINDS[kind][self._place] if kind in KINDS else kind.value
        if isinstance(value, bool):
            return f"{name}={self.say('yes' if value else 'no')}"
        return f"{name}={value:g}"
