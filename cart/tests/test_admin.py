"""The pages on carts."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import SellerUserFactory, StaffFactory, SuperuserFactory
from backoffice.kernel.states.machine import apply_transition
from cart.models import Cart
from cart.services.lines import cart_line_add
from cart.states import CART_MACHINE
from cart.tests.factories import contents, customer, filled_cart, guest, left_alone
from products.tests.factories import VariantFactory

pytestmark = pytest.mark.django_db

LIST = "admin:cart_cart_changelist"


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk() -> Client:
    user = StaffFactory()
    user.groups.add(Group.objects.get(name="Order desk"))
    return logged_in(user)


@pytest.fixture
def mug():
    return VariantFactory(sku="MUG")


def shown(client: Client, **query: str) -> list[int]:
    """Return the carts that the list shows."""
    response = client.get(reverse(LIST), query)
    assert response.status_code == 200
    return sorted(row.pk for row in response.context["cl"].result_list)


def test_the_list_says_whose_and_how_much(desk, mug):
    filled_cart(customer(email="kim@example.com"), (mug, 3))
    filled_cart(guest("secret-name-of-a-session"), (mug, 1))

    page = desk.get(reverse(LIST)).content.decode()

    assert "kim@example.com" in page
    assert "30.00 EUR" in page
    assert "Guest" in page
    assert "secret-name-of-a-session" not in page


def test_the_queues(desk, mug):
    open_cart = filled_cart(guest("a"), (mug, 1))
    guests, kims = filled_cart(guest("b"), (mug, 1)), filled_cart(customer(), (mug, 1))
    old = left_alone(filled_cart(guest("c"), (mug, 1)), hours=28 * 24)
    for cart in (guests, kims):
        apply_transition(cart, CART_MACHINE, "abandon")

    assert shown(desk) == [open_cart.pk, guests.pk, kims.pk, old.pk]
    assert shown(desk, queue="abandoned") == [guests.pk, kims.pk]
    assert shown(desk, queue="reachable") == [kims.pk]
    assert shown(desk, queue="guests") == [guests.pk]
    assert shown(desk, queue="expiring") == [old.pk]
    assert shown(desk, queue="nonsense") == [open_cart.pk, guests.pk, kims.pk, old.pk]


def test_a_search_finds_customers_by_the_beginning_of_their_email(desk, mug):
    kims = filled_cart(customer(email="kim@example.com"), (mug, 1))
    filled_cart(customer(email="anna@example.com"), (mug, 1))

    assert shown(desk, q="kim@") == [kims.pk]


def test_a_cart_is_looked_at_not_changed(desk, mug):
    cart = filled_cart(guest("secret-name-of-a-session"), (mug, 2))
    page = reverse("admin:cart_cart_change", args=[cart.pk])
    line = cart.lines.get()

    html = desk.get(page).content.decode()
    response = desk.post(
        page,
        {
            "session_id": "forged",
            "status": "converted",
            "lines-TOTAL_FORMS": "1",
            "lines-INITIAL_FORMS": "1",
            "lines-0-id": line.pk,
            "lines-0-cart": cart.pk,
            "lines-0-quantity": "99",
            "lines-0-DELETE": "on",
        },
    )

    assert "MUG" in html
    assert "20.00 EUR" in html
    assert "secret-name-of-a-session" not in html
    assert response.status_code in {200, 302, 403}
    cart.refresh_from_db()
    assert (cart.status, cart.session_id) == ("open", "secret-name-of-a-session")
    assert contents(cart) == {"MUG": 2}


@pytest.mark.parametrize("page", ["admin:cart_cart_add", "admin:cart_cart_delete"])
def test_nobody_adds_or_deletes_carts(page, mug):
    cart = filled_cart(guest(), (mug, 1))
    client = logged_in(SuperuserFactory())
    url = reverse(page, args=[cart.pk] if "delete" in page else [])

    assert client.get(url).status_code == 403
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert Cart.objects.count() == 1


def previewed(response) -> str:
    """Return the mark of what a confirm page shows."""
    return response.content.decode().split('name="previewed" value="')[1].split('"')[0]


def test_bulk_expire_shows_what_it_applies_to_and_does_it(desk, mug):
    first, second, gone = (filled_cart(guest(name), (mug, 1)) for name in "abc")
    apply_transition(gone, CART_MACHINE, "merge")
    chosen = {"action": "cart_expire", "_selected_action": [first.pk, second.pk, gone.pk]}

    response = desk.post(reverse(LIST), chosen, follow=True)

    assert "2 of the 3" in response.content.decode()
    page = response.redirect_chain[-1][0]
    response = desk.post(page, {"reason": "spring cleaning"})
    desk.post(page, {"reason": "spring cleaning", "apply": "1", "previewed": previewed(response)})
    states = dict(Cart.objects.values_list("pk", "status"))
    assert states == {first.pk: "expired", second.pk: "expired", gone.pk: "merged"}
    assert first.history.latest().history_change_reason == "spring cleaning"
    assert first.history.latest().history_job_id is not None


def test_roles(mug):
    cart = filled_cart(guest(), (mug, 1))
    allowed = {"Administrator", "Operations lead", "Order desk", "Auditor"}
    for group in Group.objects.all():
        user = SellerUserFactory() if group.name == "Seller" else StaffFactory()
        user.groups.add(group)
        client = logged_in(user)
        expected = 200 if group.name in allowed else 403

        assert client.get(reverse(LIST)).status_code == expected, group.name
        assert client.get(reverse("admin:cart_cart_change", args=[cart.pk])).status_code == expected, group.name


def queries(client: Client, url: str) -> int:
    """Count the queries of a page."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_queries_do_not_grow_with_the_rows(desk, mug):
    cart = filled_cart(customer(), (mug, 1))
    page = reverse("admin:cart_cart_change", args=[cart.pk])
    queries(desk, reverse(LIST))
    one, one_line = queries(desk, reverse(LIST)), queries(desk, page)
    for _ in range(49):
        variant = VariantFactory(product=mug.product)
        filled_cart(customer(), (variant, 1))
        cart_line_add(cart=cart, variant=variant)

    assert (queries(desk, reverse(LIST)), queries(desk, page)) == (one, one_line)
