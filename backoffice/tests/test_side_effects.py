"""docs/side_effects.md says what follows from what; these tests hold it against the receivers that are connected."""

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
import weakref
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.dispatch import Signal

OWN = ("accounts", "backoffice", "cart", "finance", "invoices", "orders", "products")
LIBRARY = {
    "django.contrib.auth.signals": ["user_logged_in", "user_logged_out", "user_login_failed"],
    "django.db.backends.signals": ["connection_created"],
    "django.db.models.signals": [
        *("pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete"),
        *("m2m_changed", "pre_migrate", "post_migrate"),
    ],
    "django.core.signals": ["request_started", "request_finished", "got_request_exception", "setting_changed"],
    "simple_history.signals": ["pre_create_historical_record", "post_create_historical_record"],
}


class Line(NamedTuple):
    signal: str
    receiver: str


def domain_signals() -> dict[str, Signal]:
    """Return every signal that a module ``events`` of the project defines."""
    found = {}
    for package in map(importlib.import_module, OWN):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(".events") and not {"services", "tests"} & set(module.name.split(".")):
                names = vars(importlib.import_module(module.name))
                found |= {f"{module.name}.{name}": item for name, item in names.items() if isinstance(item, Signal)}
    return found


def library_signals() -> dict[str, Signal]:
    return {
        f"{module}.{name}": getattr(importlib.import_module(module), name)
        for module, names in LIBRARY.items()
        for name in names
    }


def receivers_of(signal: Signal) -> list[tuple[object, object]]:
    """Return (dispatch_uid, function) of the project's own receivers."""
    found = []
    for key, reference, *_ in signal.receivers:
        function = reference() if isinstance(reference, weakref.ReferenceType) else reference
        module = getattr(function, "__module__", "") or ""
        if module.split(".")[0] in OWN and ".tests" not in module and module != "backoffice.kernel.history.records":
            found.append((key[0], function))
    return found


def live() -> dict[Line, list[tuple[object, object]]]:
    lines: dict[Line, list[tuple[object, object]]] = {}
    for name, signal in (domain_signals() | library_signals()).items():
        for uid, function in receivers_of(signal):
            lines.setdefault(Line(name, f"{function.__module__}.{function.__qualname__}"), []).append((uid, function))
    return lines


def written() -> list[tuple[Line, str]]:
    text = (Path(settings.BASE_DIR) / "backoffice" / "docs" / "side_effects.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \| (.+) \|$", text, re.MULTILINE)
    return [(Line(signal, receiver), service) for signal, receiver, service, _ in rows]


def test_the_map_has_a_line_for_each_receiver_and_none_too_many():
    lines = [line for line, _ in written()]

    assert len(lines) == len(set(lines))
    assert set(lines) == set(live())


@pytest.mark.parametrize(("line", "service"), written(), ids=lambda value: str(getattr(value, "receiver", value)))
def test_each_receiver_calls_the_service_named(line, service):
    for uid, function in live()[line]:
        body = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        called = {
            node.func.id for node in ast.walk(body) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert service in called
        assert isinstance(uid, str), f"{line.receiver} has no dispatch_uid"


@pytest.mark.parametrize("line", sorted(live()), ids=lambda line: line.receiver)
def test_each_receiver_is_at_most_three_lines_long(line):
    for _, function in live()[line]:
        statements = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0].body
        assert (
            len(
                [
                    item
                    for item in statements
                    if not isinstance(item, ast.Expr) or not isinstance(item.value, ast.Constant)
                ]
            )
            <= 3
        )


def test_the_test_sees_receivers_that_are_added():
    signal = domain_signals()["orders.events.orders_placed"]
    before = set(live())

    def stray(**_):
        """Stand for a receiver that nobody wrote down."""

    stray.__module__ = "orders.signals"
    signal.connect(stray, dispatch_uid="stray")
    try:
        added = set(live()) - before
    finally:
        signal.disconnect(dispatch_uid="stray")

    assert {line.signal for line in added} == {"orders.events.orders_placed"}
