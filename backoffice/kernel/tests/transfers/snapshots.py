"""The business tables as they are, to be compared with what they were."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

# Told by the ledger and by history themselves; a change that was taken back still happened.
LEFT_OUT = {"updated_at"}
APPS = ("accounts", "products", "orders")


def business_models() -> list[type[models.Model]]:
    """Return the tables that an upload of products may write, without histories and ledgers."""
    return [
        model
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        if not hasattr(model, "instance_type") and not model.__name__.startswith("Historical")
        and model._meta.label != "products.StockMovement"
    ]  # fmt: skip


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every business table, by key."""
    return {
        model._meta.label: list(
            model._default_manager.order_by("pk").values_list(
                *(field.attname for field in model._meta.concrete_fields if field.name not in LEFT_OUT)
            )
        )
        for model in business_models()
    }


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, set[Any]]:
    """Return, per table, the keys of rows that are not what they were."""
    found = {}
    for label, rows in before.items():
        # Addresses are dictionaries, which sets do not take.
        keys = {key for key, _ in {(row[0], repr(row)) for row in rows} ^ {(row[0], repr(row)) for row in after[label]}}
        if keys:
            found[label] = keys
    return found
