"""Who may import whom, by the table of the design, read from the source and not from a run."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
OURS = {"edge", "gateway", "simulator", "district", "device_profiles"}
STANDARD = frozenset(sys.stdlib_module_names)

# The most specific package that holds a file decides what it may import.
MAY_IMPORT = {
    "edge": {"edge", "numpy", "msgspec"},
    "gateway.wire": {"edge.model", "gateway.wire", "msgspec", "cryptography"},
    "gateway": {"edge", "gateway", "device_profiles", "*"},
    "gateway.cli": {"edge", "gateway", "simulator", "device_profiles", "*"},
    "gateway.commands": {"edge", "gateway", "simulator", "district", "device_profiles", "*"},
    "simulator": {"edge", "gateway.wire", "simulator"},
    "simulator.drivers": {"edge", "gateway.wire", "simulator", "*"},
    "district": {"edge.model", "gateway.wire", "district", "*"},
    "device_profiles": set(),
}

# Pure code is given the time and its input; it fetches neither, and does the same every time.
PURE = ("edge", "gateway.wire")
IMPURE_MODULES = frozenset(
    {
        *("asyncio", "concurrent", "multiprocessing", "subprocess", "threading", "signal"),
        *("select", "selectors", "socket", "socketserver", "ssl", "http", "urllib", "smtplib"),
        *("os", "io", "pathlib", "shutil", "tempfile", "glob", "sqlite3", "logging"),
        *("time", "sched", "random", "secrets", "uuid"),
    }
)
IMPURE_CALLS = {"open", "print", "input"}
CLOCK_CALLS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}


def sources() -> list[Path]:
    folders = (TOP / name for name in OURS)
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(TOP).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def rule_for(module: str) -> set[str]:
    holders = [name for name in MAY_IMPORT if is_within(module, name)]
    return MAY_IMPORT[max(holders, key=len)]


def is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give each import's line and module, also those inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            # `from gateway import wire` imports gateway.wire.
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def is_allowed(imported: str, allowed: set[str]) -> bool:
    top = imported.partition(".")[0]
    if top in STANDARD or any(is_within(imported, name) for name in allowed):
        return True
    return "*" in allowed and top not in OURS


def clock_calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in IMPURE_CALLS:
            yield node.lineno, f"{called.id}()"
        if (
            isinstance(called, ast.Attribute)
            and called.attr in CLOCK_CALLS
            and isinstance(called.value, ast.Name)
            and called.value.id in {"datetime", "date", "time", "dt"}
        ):
            yield node.lineno, f"{called.value.id}.{called.attr}()"


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    allowed = rule_for(module_name(path))
    found = imports(ast.parse(path.read_text()))
    faults = [f"{path}:{line}: {name}" for line, name in found if not is_allowed(name, allowed)]
    assert faults == []


@pytest.mark.parametrize(
    "path",
    [path for path in sources() if any(is_within(module_name(path), p) for p in PURE)],
    ids=module_name,
)
def test_what_decides_knows_no_clock_file_or_socket(path: Path) -> None:
    tree = ast.parse(path.read_text())
    modules = [
        (line, name) for line, name in imports(tree) if name.partition(".")[0] in IMPURE_MODULES
    ]
    assert [f"{path}:{line}: {what}" for line, what in [*modules, *clock_calls(tree)]] == []


def test_only_the_clock_of_the_gateway_asks_the_system_for_the_date() -> None:
    # A command that is typed asks for itself; nothing of the daemon does.
    free = {TOP / "gateway/clock.py", *(TOP / "gateway/commands").glob("*.py")}
    others = [path for path in (TOP / "gateway").rglob("*.py") if path not in free]
    calls = [
        f"{path}:{line}: {what}"
        for path in others
        for line, what in clock_calls(ast.parse(path.read_text()))
        if what in {"datetime.now()", "datetime.utcnow()", "date.today()", "time.time()"}
    ]
    assert calls == []


def test_device_profiles_hold_no_python() -> None:
    python = [path.name for path in (TOP / "device_profiles").rglob("*.py")]
    assert python == ["__init__.py"]
    body = ast.parse((TOP / "device_profiles/__init__.py").read_text()).body
    assert all(isinstance(node, ast.Expr) for node in body)
