"""The rows of every list are, letter for letter, those that Django's own tag would write."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import results
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from backoffice.kernel.admin.rows import result_rows
from backoffice.seed.scale import Scale
from backoffice.seed.shop import demo_make

pytestmark = pytest.mark.django_db

WAYS = (("", "en"), ("?pk__gte=1&o=1", "ar"))


@pytest.fixture
def shop(client: Any) -> Any:
    """Return the client of somebody who may see every list of a small shop."""
    call_command("setup_reference_data", verbosity=0)
    demo_make(scale=Scale(products=16, customers=3, orders=8))
    client.force_login(User.objects.create_superuser(email="reader@demo.example"))
    return client


def test_every_list_writes_its_rows_as_django_does(shop):
    compared = 0
    for page in admin.site._registry.values():
        address = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
        for way, language in WAYS:
            # A page that is not a list, as that of the shop's settings, leads elsewhere.
            cl = getattr(shop.get(f"{address}{way}"), "context_data", {}).get("cl")
            if cl is None:
                continue
            with override(language):
                found = list(result_rows(cl))
                assert found == ["".join(cells) for cells in results(cl)], f"{address}{way}"
            compared += bool(found)
    assert compared > 50
