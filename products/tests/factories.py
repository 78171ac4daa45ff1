"""A made-up catalogue for tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import factory

from accounts.tests.factories import SellerFactory
from products.models import Location, Product, Stock, TaxClass, TaxRate, Variant
from products.states import ProductStatus


class TaxClassFactory(factory.django.DjangoModelFactory):
    """The standard tax class, with no rates yet."""

    class Meta:
        model = TaxClass
        django_get_or_create = ("code",)

    code = "standard"
    name = "Standard"


class TaxRateFactory(factory.django.DjangoModelFactory):
    """The German standard rate."""

    class Meta:
        model = TaxRate
        django_get_or_create = ("tax_class", "country", "valid_from")

    tax_class = factory.SubFactory(TaxClassFactory)
    country = "DE"
    rate = Decimal("19.00")
    category = "S"
    valid_from = dt.date(2021, 1, 1)


class ProductFactory(factory.django.DjangoModelFactory):
    """An active product without variants."""

    class Meta:
        model = Product

    seller = factory.SubFactory(SellerFactory)
    tax_class = factory.SubFactory(TaxClassFactory)
    handle = factory.Sequence(lambda n: f"product-{n}")
    name = factory.Sequence(lambda n: f"Product {n}")
    status = ProductStatus.ACTIVE


class VariantFactory(factory.django.DjangoModelFactory):
    """A variant for 10.00, with a product of its own."""

    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory)
    sku = factory.Sequence(lambda n: f"SKU-{n:05}")
    price = Decimal("10.00")


class LocationFactory(factory.django.DjangoModelFactory):
    """The main warehouse."""

    class Meta:
        model = Location
        django_get_or_create = ("code",)

    code = "main"
    name = "Main warehouse"


class StockFactory(factory.django.DjangoModelFactory):
    """An empty stock row; put goods in with the stock service, as the books demand a movement."""

    class Meta:
        model = Stock

    variant = factory.SubFactory(VariantFactory)
    location = factory.SubFactory(LocationFactory)
