"""What is a telephone number, as contacts have it in their file. Pure."""

import re

_NUMBER = re.compile(r"\+?[0-9]{3,20}", re.ASCII)


def dialled(phone: str) -> str:
    """Give a number without the signs that people part it by."""
    return re.sub(r"[\s()./-]", "", phone)


def is_number(phone: str) -> bool:
    """Say whether a modem can dial it: 3 to 20 digits, with or without a plus."""
    return _NUMBER.fullmatch(dialled(phone)) is not None
