"""The seven services that answer 200 on failure: where they are, and what they were seen to say.

Sources: the services' documents, the sources of the PushDeer and Bark servers, and answers that
users of the others have recorded.
"""

from typing import NamedTuple

TOKEN = "abcdef0123456789"
PATIENCE = "?cto=9&rto={patience}"


class Service(NamedTuple):
    """One of the seven: its address, its plugin's fixed address, and how it answers."""

    url: str
    plugin: str
    fixed: str
    success: object
    errors: tuple[tuple[object, int, str, bool], ...]  # body, status, expected words, permanent


OK = {"errcode": 0, "errmsg": "ok"}
FEISHU_OK = {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}
FEISHU_ERRORS = (
    ({"code": 19024, "msg": "Key Words Not Found"}, 200, "19024: Key Words Not Found", True),
    (
        {"code": 19001, "data": {}, "msg": "param invalid: incoming webhook access token invalid"},
        200,
        "token invalid",
        True,
    ),
    ({"code": 9499, "msg": "Bad Request", "data": {}}, 200, "9499: Bad Request", False),
    ({"code": 9499, "msg": "Bad Request", "data": {}}, 400, "9499: Bad Request", False),
    ({"code": 11232, "data": {}, "msg": "frequency limited psm"}, 200, "frequency", False),
)
PUSHED = '{"counts":1,"logs":[],"success":"ok"}'
UNPUSHED = '{"counts":1,"logs":[{"type":"failed-push","error":"BadDeviceToken"}],"success":"ok"}'

SEVEN = {
    "dingtalk": Service(
        f"dingtalk://{TOKEN}/{PATIENCE}",
        "dingtalk.NotifyDingTalk.notify_url",
        "http://{host}/robot/send?access_token={{token}}",
        OK,
        (
            (
                {"errcode": 310000, "errmsg": "keywords not in content"},
                200,
                "310000: keywords not in content",
                True,
            ),
            ({"errcode": 310000, "errmsg": "invalid timestamp"}, 200, "timestamp", False),
            ({"errcode": 300001, "errmsg": "token is not exist"}, 200, "300001", True),
            ({"errcode": 130101, "errmsg": "send too fast, exceed 20"}, 200, "130101", False),
            ({"errcode": -1, "errmsg": "系统繁忙"}, 200, "-1: 系统繁忙", False),
        ),
    ),
    "wecom": Service(
        f"wecombot://{TOKEN}/{PATIENCE}",
        "wecombot.NotifyWeComBot.notify_url",
        "http://{host}/cgi-bin/webhook/send?key={{key}}",
        OK,
        (
            ({"errcode": 93000, "errmsg": "invalid webhook url, hint: [1]"}, 200, "93000", True),
            ({"errcode": 45009, "errmsg": "api freq out of limit"}, 200, "45009", False),
        ),
    ),
    "feishu": Service(
        f"feishu://{TOKEN}/{PATIENCE}",
        "feishu.NotifyFeishu.notify_url",
        "http://{host}/open-apis/bot/v2/hook/{{token}}/",
        FEISHU_OK,
        FEISHU_ERRORS,
    ),
    "lark": Service(
        f"lark://{TOKEN}/{PATIENCE}",
        "lark.NotifyLark.notify_url",
        "http://{host}/open-apis/bot/v2/hook/",
        FEISHU_OK,
        FEISHU_ERRORS,
    ),
    "serverchan": Service(
        f"schan://{TOKEN}/{PATIENCE}",
        "serverchan.NotifyServerChan.notify_url",
        "http://{host}/{{token}}.send",
        {"code": 0, "message": "", "data": {"pushid": "1", "error": "SUCCESS", "errno": 0}},
        (
            ({"code": 40001, "message": "[AUTH]错误的Key"}, 200, "40001: [AUTH]错误的Key", True),
            ({"code": 40001, "message": "[AUTH]错误的Key", "scode": 461}, 400, "40001", True),
            (
                {"code": 40001, "message": "[AUTH]超过当天的发送次数限制[5]"},
                400,
                "次数限制",
                False,
            ),
            ({"code": 0, "message": "", "data": {"errno": 7, "error": "X"}}, 200, "errno 7", False),
        ),
    ),
    "bark": Service(
        f"bark://{{host}}/{TOKEN}{PATIENCE}",
        "",
        "",
        {"code": 200, "message": "success", "timestamp": 1763867520},
        (
            (
                {"code": 400, "message": "failed to get device token: not in database"},
                200,
                "400: failed to get device token",
                True,
            ),
            ({"code": 400, "message": "request bind failed"}, 400, "400: request bind", False),
            ({"code": 500, "message": "push failed: BadDeviceToken"}, 500, "500: push", True),
            ({"code": 500, "message": "push failed: i/o timeout"}, 500, "500: push", False),
        ),
    ),
    "pushdeer": Service(
        f"pushdeer://{{host}}/{TOKEN}{PATIENCE}",
        "",
        "",
        {"code": 0, "content": {"result": [PUSHED]}},
        (
            (
                {"code": 80501, "error": "没有可用的设备，请先注册"},
                200,
                "80501: 没有可用的设备",
                True,
            ),
            ({"code": 80502, "error": "remote"}, 200, "80502: remote", False),
            ({"code": "9999", "error": "?"}, 200, "9999: ?", False),
            ({"code": 0, "content": {"result": False}}, 200, "no device has this push key", True),
            ({"code": 0, "content": {"result": []}}, 200, "no device has this push key", True),
            ({"code": 0, "content": {"result": [UNPUSHED]}}, 200, "BadDeviceToken", True),
        ),
    ),
}


class Error(NamedTuple):
    """One error that one service was seen to give, and how it is to be read."""

    service: str
    body: object
    status: int
    words: str
    permanent: bool


ERRORS = [Error(name, *error) for name, service in SEVEN.items() for error in service.errors]
