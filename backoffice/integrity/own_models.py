"""The project's own models."""

from __future__ import annotations

from typing import Any

from django.apps import apps

OWN_APPS = ("kernel", "accounts", "products", "orders", "cart", "finance", "invoices")


def own_models() -> list[Any]:
    """Return the models of the project's apps, without their history."""
    return [
        model
        for label in OWN_APPS
        for model in apps.get_app_config(label).get_models()
        if not hasattr(model, "history_id")
    ]
