"""Each history table stands on its own."""

from __future__ import annotations

import pytest
from django.apps import apps

from accounts.models import Address, SellerProfile
from accounts.tests.factories import AddressFactory, SellerFactory
from backoffice.kernel.history.timeline.sources import history_manager, is_tracked

TRACKED = [model for model in apps.get_models() if is_tracked(model)]


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model._meta.label)
def test_no_field_of_a_history_table_belongs_to_another(model):
    history = history_manager(model).model

    assert [field.name for field in history._meta.concrete_fields if field.model is not history] == []


@pytest.mark.django_db
def test_changing_reasons_of_one_table_leaves_the_others_alone():
    AddressFactory()
    SellerFactory()

    assert SellerProfile.history.update(history_change_reason="Mended") == 1

    assert set(SellerProfile.history.values_list("history_change_reason", flat=True)) == {"Mended"}
    assert set(Address.history.values_list("history_change_reason", flat=True)) == {""}
