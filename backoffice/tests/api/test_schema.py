"""The description of the API and its page."""

from __future__ import annotations

import re
from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from django.urls import reverse

from accounts.tests.factories import UserFactory
from backoffice.api import router
from backoffice.tests.api.world import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema() -> dict[str, object]:
    """Return the schema; a warning or an invalid one fails."""
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return yaml.safe_load(out.getvalue())


def test_the_schema_is_valid_and_whole(schema):
    paths = set(schema["paths"])

    for prefix, _view, _name in router.registry:
        assert f"/api/{prefix}/" in paths
    assert {"/api/session/", "/api/cart/", "/api/cart/lines/", "/api/cart/checkout/"} <= paths
    assert {"/api/orders/{number}/place/", "/api/orders/{number}/cancel/", "/api/orders/{number}/ship/"} <= paths


def test_the_schema_names_the_face_of_each_audience(schema):
    faces = schema["components"]["schemas"]["OrderDetailFace"]["oneOf"]

    assert [face["$ref"].rpartition("/")[2] for face in faces] == [
        "HouseOrderDetail",
        "SellerOrder",
        "CustomerOrderDetail",
    ]


def test_checkout_asks_for_a_key(schema):
    parameters = schema["paths"]["/api/cart/checkout/"]["post"]["parameters"]

    assert [(item["name"], item["in"], item["required"]) for item in parameters] == [
        ("Idempotency-Key", "header", True)
    ]


def test_the_page_loads_nothing_from_elsewhere():
    client = client_of(UserFactory())

    page = client.get(reverse("api-docs"))

    text = page.content.decode()
    assert page.status_code == 200
    assert "swagger-ui" in text
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//[^\"]*", text) == []
    assert client.get(reverse("api-schema")).status_code == 200


def test_the_page_is_for_people_who_are_logged_in():
    assert client_of().get(reverse("api-docs")).status_code == 401
    assert client_of().get(reverse("api-schema")).status_code == 401
