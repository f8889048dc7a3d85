"""What the story of the drill says, in Chinese and in English."""

import os

ZH = {
    "intro": "守护演练：一个独居老人的家，{days} 天在一分钟内过完。按 Ctrl-C 随时结束，不留痕迹。",
    "broker": "MQTT 服务器：{name}，127.0.0.1:{port}",
    "ready": "守护进程就绪，用时 {seconds:.1f} 秒；{devices} 个设备，演练标记贯穿始终",
    "page": "这个家的页面（随着日子自己更新）：{url}",
    "serial": "烟雾报警器接在串口上（EnOcean 电报，用伪终端代替 USB 接收棒）",
    "bluetooth": "呼叫按钮走蓝牙（BTHome 加密广播，用私有 D-Bus 上的模拟适配器代替真适配器）",
    "no_bluetooth": "这台机器上起不了 D-Bus（{reason}），呼叫按钮这一段略过",
    "lives": "住户开始过日子：起床、做饭、看电视、出门买菜、夜里上厕所……",
    "day": "第 {day} 天结束：到目前 {messages} 条传感器消息，{alerts} 条通知",
    "learned": "{days} 天过完，用时 {seconds:.0f} 秒：MQTT {messages} 条、串口 {serial} 条、"
    "蓝牙 {bluetooth} 条消息。它已经知道这个家的作息",
    "morning": "第 {day} 天早上一切如常。老人走进卫生间……",
    "falls_silent": "……之后再也没有动静。传感器都还在线，继续上报，只是什么也没有看见",
    "arrives": "手机收到（{who}）：",
    "after": "最后一次动静之后 {hours}，{who}收到了说明原因的通知",
    "acknowledge": "{who}接手：{command}",
    "quiet": "接手期间没有再打扰别人：{minutes} 分钟内 {count} 条新通知",
    "found": "女儿赶到：老人滑倒了起不来，没有大碍。家里又有了动静",
    "close": "结束并记下结果：{command}",
    "sos": "一小时后老人觉得头晕，按下了呼叫按钮（蓝牙）",
    "sos_told": "从按下按钮到第一部手机：{milliseconds:.0f} 毫秒；{count} 部手机全部收到",
    "smoke": "厨房冒烟了：烟雾报警器响（串口）",
    "smoke_told": "烟雾从报警器发出到第一部手机：{milliseconds:.0f} 毫秒；{count} 部手机全部收到",
    "clears": "烟散了",
    "journal": "这次报警的全部经过：{command}",
    "end": "演练结束，用时 {seconds:.0f} 秒。全部进程和临时文件都已清理",
    "interrupted": "已中断。全部进程和临时文件都已清理",
    "failed": "演练没有按预期进行：{reason}",
    "no_alert": "沉寂 24 小时后仍没有通知",
    "not_listed": "报警不在未结清单里",
    "no_notice": "没有等到通知：{what}",
    "log": "守护进程日志的最后几行：",
    "phone-daughter": "女儿",
    "phone-neighbour": "邻居",
    "phone-duty": "社区值班",
    "duration": "{hours} 小时 {minutes} 分钟",
}

EN = {
    "intro": "A Shouhu drill: the home of an elder who lives alone, {days} days in under a minute. "
    "Ctrl-C ends it at any moment and leaves nothing behind.",
    "broker": "MQTT broker: {name} on 127.0.0.1:{port}",
    "ready": "daemon ready after {seconds:.1f} s; {devices} devices, marked as drill throughout",
    "page": "the page of this home, renewed while the days go by: {url}",
    "serial": "the smoke alarm is on a serial port (EnOcean; a pty stands for the USB stick)",
    "bluetooth": "the SOS button speaks Bluetooth (encrypted BTHome; an adapter on a private D-Bus "
    "stands for a real one)",
    "no_bluetooth": "no D-Bus can be started here ({reason}): the SOS button is left out",
    "lives": "the resident lives: rises, cooks, watches television, goes to the market, "
    "visits the bathroom at night ...",
    "day": "day {day} is over: {messages} sensor messages so far, {alerts} notifications",
    "learned": "{days} days in {seconds:.0f} s, {messages} messages over MQTT, {serial} over the "
    "serial port, {bluetooth} over Bluetooth: the home's rhythm is known",
    "morning": "day {day}: a morning like any other. The resident goes into the bathroom ...",
    "falls_silent": "... and then nothing. The sensors are alive and report; they see nobody",
    "arrives": "a phone has it ({who}):",
    "after": "{hours} after the last sign of life, {who} has an explained notification",
    "acknowledge": "{who} takes it: {command}",
    "quiet": "nobody else is disturbed meanwhile: {count} new notifications in {minutes} minutes",
    "found": "the daughter is there: a fall, nothing broken. There is life in the home again",
    "close": "ended, with what it was: {command}",
    "sos": "an hour later she feels dizzy and presses her SOS button (Bluetooth)",
    "sos_told": "button pressed to the first phone: {milliseconds:.0f} ms; "
    "all {count} phones have it",
    "smoke": "smoke in the kitchen: the smoke alarm sounds (serial)",
    "smoke_told": "smoke alarm to the first phone: {milliseconds:.0f} ms; "
    "all {count} phones have it",
    "clears": "the smoke is gone",
    "journal": "all that happened with this alert: {command}",
    "end": "the drill is over after {seconds:.0f} s. Every process and temporary file is gone",
    "interrupted": "interrupted. Every process and temporary file is gone",
    "failed": "the drill did not go as it should: {reason}",
    "no_alert": "no notification after 24 hours of silence",
    "not_listed": "the alert is not among the open ones",
    "no_notice": "no notification: {what}",
    "log": "the last lines of the daemon's log:",
    "phone-daughter": "daughter",
    "phone-neighbour": "neighbour",
    "phone-duty": "community duty",
    "duration": "{hours} h {minutes} min",
}

LANGUAGES = {"zh": ZH, "en": EN}


def usual_language() -> str:
    """Give the language of the terminal's locale."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "zh" if locale.lower().startswith("zh") else "en"
