"""Fixtures of the catalogue's tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.services.roles import roles_sync
from accounts.services.users import user_set_roles
from accounts.tests.factories import SellerUserFactory, StaffFactory
from backoffice.kernel.shop.models import ShopSettings
from products.models import Category
from products.services.categories import category_create


@pytest.fixture
def entered(client: Any) -> Callable[..., Any]:
    """Return a function that logs the client in as a role and returns the user: ``entered("Warehouse")``."""

    def enter(role: str, **values: Any) -> Any:
        roles_sync()
        ShopSettings.objects.update_or_create(pk=1, defaults={"require_second_factor": False})
        user = SellerUserFactory(**values) if role == "Seller" else StaffFactory(**values)
        user_set_roles(user=user, roles=[role])
        client.force_login(user)
        return user

    return enter


@pytest.fixture
def tree(db: Any) -> dict[str, Category]:
    """Kitchen (Mugs (Big mugs), Plates) and Garden."""
    rows: dict[str, Category] = {}
    for name, parent in [
        ("Kitchen", None),
        ("Mugs", "Kitchen"),
        ("Big mugs", "Mugs"),
        ("Plates", "Kitchen"),
        ("Garden", None),
    ]:
        rows[name] = category_create(category=Category(name=name), parent=rows.get(parent or ""))
    return rows
