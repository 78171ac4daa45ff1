"""Every address of the admin with what the manifest asks of those who use it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.urls import NoReverseMatch, URLPattern, reverse

from backoffice.kernel.transfers.exports import export_kinds

# What each kind of address needs, for GET and for POST: actions of which one suffices; () for nobody.
READ = ("view", "change")
NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "changelist": (READ, READ),
    "add": (("add",), ("add",)),
    "change": (READ, ("change",)),
    "delete": (("delete",), ("delete",)),
    "history": (READ, ()),
    "as_of": (READ, ()),
    "version": (READ, ()),
    "export": (("export",), ("export",)),
}
# Addresses that stand for one step of one object; each app's own tests hold them against the manifest.
STEPS = {
    "transition", "step", "bulk_action", "simple_history", "ship", "return", "shift", "move", "stock", "variants",
    "status", "mine", "cancel", "retry", "undo", "changes", "read", "map", "check", "apply", "approve", "discard",
    "errors", "keep", "choose", "help", "template",
    "pdf", "labels", "pick_list", "packing_slip", "logo", "xml", "erase", "data", "print",
    "personal_data", "orders_print", "parcel", "disable", "second_factor", "credit", "draft", "documents", "download",
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    """One address of the admin.

    Attributes:
        model_admin: whose page it is.
        view: what kind of page, as in NEEDS.
    """

    model_admin: Any
    view: str

    @property
    def label(self) -> str:
        """Model and view, for messages."""
        return f"{self.model_admin.opts.label_lower} {self.view}"

    def url(self, pk: Any, version: Any) -> str:
        """Return the address for an object."""
        options = self.model_admin.opts
        name = f"admin:{options.app_label}_{options.model_name}_{self.view}"
        if self.view in {"changelist", "add", "export"}:
            return reverse(name)
        return reverse(name, args=[pk, version] if self.view == "version" else [pk])

    def permissions(self, method: str) -> set[tuple[str, str]]:
        """Return the permissions of which one suffices, as (app label, codename)."""
        options = self.model_admin.opts
        if self.view == "export":
            found = [kind.needed_permission for kind in export_kinds() if kind.model is self.model_admin.model]
            return {(name.split(".")[0], name.split(".")[1]) for name in found[:1]}
        actions = NEEDS[self.view][0 if method == "GET" else 1]
        return {(options.app_label, f"{action}_{options.model_name}") for action in actions}


def addresses() -> Iterator[Address]:
    """Return the addresses of every registered model that NEEDS covers."""
    for model_admin in admin.site._registry.values():
        for view in NEEDS:
            options = model_admin.opts
            if any(
                pattern.name == f"{options.app_label}_{options.model_name}_{view}" for pattern in patterns(model_admin)
            ):
                yield Address(model_admin, view)


def patterns(model_admin: Any) -> list[URLPattern]:
    """Return the named addresses of a ModelAdmin."""
    return [pattern for pattern in model_admin.get_urls() if isinstance(pattern, URLPattern) and pattern.name]


def unknown_views() -> set[str]:
    """Return the kinds of addresses that neither NEEDS nor STEPS knows."""
    views = set()
    for model_admin in admin.site._registry.values():
        prefix = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}_"
        views |= {str(pattern.name).removeprefix(prefix) for pattern in patterns(model_admin)}
    return views - set(NEEDS) - STEPS


def unlikely_key() -> str:
    """Return a key that no row has."""
    return str(uuid.uuid4())


__all__ = ["Address", "NoReverseMatch", "addresses", "unknown_views", "unlikely_key"]
