"""What docs/profiles.md says, and the profiles that it shows."""

import re
from pathlib import Path

DOCUMENT = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text()
# By the id that stands in each.
SHOWN = {
    re.findall(r'^id = "(\w+)"', text, re.MULTILINE)[0]: text
    for text in re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
}
