"""Every page of the admin for every role, with GET and POST, against the roles manifest."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.permissions import ROLES, Role
from accounts.services.roles import permission_codenames
from accounts.tests.factories import UserFactory
from backoffice.seed.people import LOG_INS
from backoffice.seed.scale import Scale
from backoffice.seed.shop import demo_make
from backoffice.tests.roles.addresses import Address, addresses, unknown_views

pytestmark = pytest.mark.django_db

# Granted by the manifest for a part of the work, but not as a page of its own: rows that only
# services write, and singletons.
STRICTER = frozenset({"add", "delete", "change"})


@pytest.fixture
def shop(db: None) -> None:
    call_command("setup_reference_data", verbosity=0)
    demo_make(scale=Scale(products=16, customers=3, orders=8))


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=True)
    if user is not None:
        client.force_login(user)
    return client


def an_object(address: Address, user: Any) -> tuple[Any, bool]:
    """Return a row that the user may see, or any row where there is none; and whether it is in sight."""
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    visible = address.model_admin.get_queryset(request).order_by("pk").first()
    return visible or address.model_admin.model._default_manager.order_by("pk").first(), visible is not None


def let_in(response: Any) -> bool:
    """Say whether a page let somebody in, rather than refusing or asking for a log-in."""
    if response.status_code == 302:
        return "/login" not in response["Location"] and "second-factor" not in response["Location"]
    return response.status_code == 200


def ask(client: Client, address: Address, row: Any, method: str) -> bool | None:
    if row is None and address.view not in {"changelist", "add", "export"}:
        return None
    history = getattr(type(row), "history", None)
    newest = (
        history.filter(**{row._meta.pk.attname: row.pk}).first() if row is not None and history is not None else None
    )
    if address.view in {"history", "as_of", "version"} and newest is None:
        return None
    url = address.url(getattr(row, "pk", None), getattr(newest, "history_id", 0))
    response = client.get(url) if method == "GET" else client.post(url, {})
    if response.streaming:
        for _piece in response.streaming_content:  # read to its end: that is when the client closes it
            pass
    return let_in(response)


def differences(user: User | None, granted: set[tuple[str, str]]) -> tuple[list[str], list[str], int]:
    """Return what is let in against the manifest, what is refused though granted, and how many were asked."""
    client = client_of(user)
    leaks, refusals, asked = [], [], 0
    for address in addresses():
        for method in ("GET", "POST"):
            allowed = bool(address.permissions(method) & granted)
            row, in_sight = an_object(address, user)
            actual = ask(client, address, row, method)
            if actual is None:
                continue
            asked += 1
            if actual and not allowed:
                leaks.append(f"{method} {address.label}")
            # On some days the demo shop has no parcel of this seller: another one's is rightly refused.
            refusable = row is None or in_sight
            if allowed and not actual and refusable and address.view not in STRICTER:
                refusals.append(f"{method} {address.label}")
    return leaks, refusals, asked


def test_each_role_is_let_in_where_the_manifest_says_and_nowhere_else(shop: None) -> None:
    people: list[tuple[str, User | None, set[tuple[str, str]]]] = [
        (role.name, User.objects.get(email=_email_of(role)), permission_codenames(role)) for role in ROLES
    ]
    people += [("nobody", None, set()), ("a customer", UserFactory(), set())]
    leaks, refusals, asked = [], [], 0
    for name, user, granted in people:
        let, refused, count = differences(user, granted)
        leaks += [f"{name}: {item}" for item in let]
        refusals += [f"{name}: {item}" for item in refused]
        asked += count

    assert leaks == []
    assert "; ".join(refusals) == ""
    assert asked > 3_000, "the walk must reach every page for everybody"


def _email_of(role: Role) -> str:
    return next(item.email for item in LOG_INS if item.role == role.name)


def test_each_kind_of_address_is_known_here() -> None:
    assert unknown_views() == set(), "state in addresses.py what a new kind of page needs"
