"""Fixtures of the tests of uploads and exports."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import SellerProfile
from accounts.tests.factories import SellerFactory
from products.models import Location
from products.tests.factories import LocationFactory, TaxClassFactory


@pytest.fixture
def shop(db: Any) -> SellerProfile:
    """A shop with tax classes, a location and one seller, to whom new products go."""
    TaxClassFactory(code="standard", name="Standard rate")
    TaxClassFactory(code="reduced", name="Reduced rate")
    LocationFactory(code="main", name="Main warehouse", priority=10)
    return SellerFactory(code="north", store_name="North Trade")


@pytest.fixture
def main(shop: SellerProfile) -> Location:
    """The location that stock goes to where none is named."""
    return Location.objects.get(code="main")
