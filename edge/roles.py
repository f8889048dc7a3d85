"""What people are to the resident: the known roles with their names, as data.

A role is free text; one of these names in either language means that role, any other text is a role
of its own. It says who may be named together in a step; what they are told is escalation's.
"""

ELDER = "elder"
PREFIX = "role:"  # in a step: everybody of this role

# English, Chinese, then what else people write.
ROLES: dict[str, tuple[str, ...]] = {
    ELDER: ("resident", "老人本人", "elder", "self", "老人", "本人", "自己"),
    "family": (
        *("family", "家人", "relative", "son", "daughter", "spouse", "wife", "husband"),
        *("grandson", "granddaughter", "sister", "brother", "niece", "nephew"),
        *("亲属", "家属", "亲友", "子女", "儿子", "女儿", "老伴", "妻子", "丈夫", "儿媳", "女婿"),
        *("孙子", "孙女", "外孙", "外孙女", "侄子", "侄女", "外甥", "外甥女", "兄弟", "姐妹"),
        *("哥哥", "姐姐", "弟弟", "妹妹"),
    ),
    "neighbour": ("neighbour", "邻居", "neighbor", "对门", "楼上", "楼下"),
    "grid_worker": ("grid worker", "网格员", "网格长", "楼长", "楼栋长"),
    "community": (
        *("community", "社区", "community station", "duty", "duty station"),
        *("社区值班", "社区值班室", "社区工作者", "居委会", "村委会", "值班室", "值班员"),
    ),
    "property": ("property", "物业", "property management", "物业值班", "保安", "管家"),
    "volunteer": ("volunteer", "志愿者", "义工"),
    "carer": ("carer", "护工", "caregiver", "保姆", "护理员", "照护员", "家政"),
    "doctor": ("doctor", "医生", "nurse", "家庭医生", "社区医生", "护士"),
    "technician": ("technician", "维护人员", "installer", "技术员", "安装人员"),
    "district": ("district", "区级平台", "district desk", "街道", "区里", "平台"),
}
_KEYS = {name: key for key, names in ROLES.items() for name in (key, *names)}


def role_key(text: str) -> str:
    """Give the role that a text means; a text that is none of the known is a role of its own."""
    folded = " ".join(text.split()).casefold()
    return _KEYS.get(folded, _KEYS.get(folded.replace("_", " "), folded))


def role_name(text: str, language: str) -> str:
    """Give a role for people: a bare key in their language, anything else as it was written."""
    names = ROLES.get(text.strip().casefold())
    return text if names is None else names[1 if language == "zh" else 0]
