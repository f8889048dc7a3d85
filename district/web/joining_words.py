"""What pages say where a registered home gets its gateway, in both languages."""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

JOINING: Words = {
    "said.joined": (
        "网关已装到这一户；此前报来的警报和记录都已并入。",
        "The home has its gateway; what that had told before is here now.",
    ),
    "field.heard": ("网关报来的住户", "What gateways speak of"),
    "field.home": ("在册住户", "Registered home"),
    "field.replaces": ("替换原来的网关", "It replaces the gateway that is there"),
    "field.find": ("姓名、地址", "Name, address"),
    "join.title": ("网关", "Gateway"),
    "join.has": ("网关 {gateway}，住户编号 {local}", "Gateway {gateway}, household id {local}"),
    "join.none": (
        "还没有网关：家里的情况看不到，警报也来不了。",
        "No gateway yet: the home cannot be seen, and no alert comes from it.",
    ),
    "join.give": ("装上网关", "Give it its gateway"),
    "join.another": ("换网关", "Give it another gateway"),
    "join.not_heard": ("不在下面，请填写编号", "none of these: see the ids below"),
    "join.choice": ("{area} · {gateway} · {local}", "{area} · {gateway} · {local}"),
    "join.alerts": (" · {n} 个警报未结", " · {n} open alerts"),
    "join.some": ("共 {count} 个，只列出 {n} 个", "{n} of {count}"),
    "join.hint": (
        "选网关报来的住户：它的警报、走访、设备和记录都并入这一户，不再有两份。装好还没说过话的，"
        "填写网关和住户编号。",
        "Choose what a gateway speaks of: its alerts, visits, equipment and records come to this "
        "home, and there is one record. Where it has said nothing yet, give gateway and household "
        "id.",
    ),
    "join.is": ("这就是已登记的一户", "This is a home that is registered already"),
    "join.is_hint": (
        "名册先登记、后装网关的，请选它是哪一户，不要再登记一次。",
        "The roster came before the box? Choose which home it is; do not register it again.",
    ),
    "join.no_homes": ("没有可选的住户。", "There is no such home."),
    "join.with": ("现用网关 {gateway}", "now with gateway {gateway}"),
    "join.do_it": ("就是这一户", "This is the one"),
    "refused.unregistered": ("请先登记这一户。", "Register this home first."),
    "refused.heard": (
        "这一户已被登记或合并，请看清楚再选。",
        "That one is registered or joined already: look again.",
    ),
    "refused.has_gateway": (
        "这一户已有网关 {gateway}。要换，请勾选“替换原来的网关”。",
        "It has the gateway {gateway}. If this one replaces it, tick that.",
    ),
    "refused.pair_taken": (
        "这个网关的这个编号已经是“{name}”。",
        "That gateway and id are those of “{name}” already.",
    ),
    "refused.pair_elsewhere": (
        "这个网关的这个编号属于别的区域的住户。",
        "That gateway and id are of a home of another area.",
    ),
}
