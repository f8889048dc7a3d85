"""The people of the home with a page, as its file has them; `language` is filled in."""

PEOPLE = """
[[contact]]
id = "daughter"
name = "王芳"
role = "女儿"
phone = "13800000001"
language = "{language}"
channels = ["push", "desk"]

[[contact]]
id = "station"
name = "雨花社区值班室"
role = "社区值班"
phone = "02500000002"
language = "{language}"
channels = ["desk", "push"]

[[contact]]
id = "self"
name = "王桂兰"
role = "老人"
phone = "02586000001"
language = "{language}"
channels = ["push", "desk"]

[escalation]
monthly_test = false

[[escalation.step]]
after = "0s"
tell = ["daughter"]
severities = ["emergency", "urgent", "fault"]

[[escalation.step]]
after = "10m"
tell = ["station"]
severities = ["emergency", "urgent"]
"""
