"""How values of a wire are compared and found in a document.

It knows the forms that JSON takes; what a value means is decided in fields.py.
"""

Path = tuple[str, ...]
# The type stands with the value because in Python True == 1, and on a wire it does not.
Token = tuple[type, object]


def token(raw: object) -> Token:
    """Give what two equal values on a wire have in common: " On" and "ON", 1 and 1.0, not True."""
    if isinstance(raw, str):
        return str, raw.strip().casefold()
    if isinstance(raw, bool):
        return bool, raw
    if isinstance(raw, int | float):
        return int, raw
    return type(raw), None


def name_of_type(raw: object) -> str:
    """Give the JSON word for the type of a value."""
    names = {bool: "boolean", str: "text", dict: "object", list: "list", type(None): "null"}
    return names.get(type(raw), "number")


def dig(document: object, path: Path) -> object:
    """Follow a path into objects, and into lists by number; None where it leads nowhere.

    "*" is the first there is: some bridges put what they say under the name of the device.
    """
    for key in path:
        if isinstance(document, dict):
            document = next(iter(document.values()), None) if key == "*" else document.get(key)
        elif isinstance(document, list) and key == "*":
            document = document[0] if document else None
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return None
    return document
