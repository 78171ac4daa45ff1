"""The page of a customer: person, addresses, and what the apps above add."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import Address, CustomerProfile, User
from accounts.tests.factories import (
    AddressFactory,
    CustomerProfileFactory,
    SellerUserFactory,
    StaffFactory,
    UserFactory,
)
from backoffice.kernel.transfers.models import Export
from cart.owners import CartOwner
from cart.services.carts import cart_for
from cart.services.lines import cart_line_add
from finance.models import Payment
from finance.services.events import payment_settle
from finance.services.refunds import refund_create, refund_succeed
from invoices.services.following import invoice_issue_for_order
from invoices.tests.factories import IssuerFactory
from orders.models import Order
from orders.services.drafts import order_create
from orders.services.lines import NewLine, order_lines_add
from orders.services.placing import order_place
from orders.tests.factories import placed_order, stocked_variant

pytestmark = pytest.mark.django_db


def browser(role: str) -> Client:
    user = StaffFactory()
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def change_url(customer: CustomerProfile) -> str:
    return reverse("admin:accounts_customerprofile_change", args=[customer.pk])


def step_url(customer: CustomerProfile, step: str) -> str:
    return reverse("admin:accounts_customerprofile_step", args=[customer.pk, step])


def posted(client: Client, customer: CustomerProfile, **changed: object) -> dict[str, object]:
    """Return the page's form as it would be posted unchanged, with some fields changed."""
    page = client.get(change_url(customer))
    data: dict[str, object] = {"_version": page.context["version_token"]}
    form = page.context["adminform"].form
    formsets = [entry.formset for entry in page.context["inline_admin_formsets"]]
    for part in [form, *(formset.management_form for formset in formsets), *(f for s in formsets for f in s.forms)]:
        for name in part.fields:
            value = part.get_initial_for_field(part.fields[name], name)
            if value not in (None, False):
                data[part.add_prefix(name)] = "on" if value is True else value
    return {**data, **changed}


@pytest.fixture
def customer() -> CustomerProfile:
    customer = CustomerProfileFactory(
        user__email="kim@example.com", user__first_name="Kim", user__last_name="Example", company="Example Ltd"
    )
    AddressFactory(user=customer.user, city="Dresden", is_default_billing=True, is_default_shipping=True)
    return customer


# Person --------------------------------------------------------------------------


def test_name_and_email_are_changed_here_and_history_tells_of_both(customer: CustomerProfile):
    client = browser("Order desk")

    answer = client.post(
        change_url(customer), posted(client, customer, email="Kim@New.example", last_name="Sample", phone="0351 1")
    )

    assert answer.status_code == 302
    customer.refresh_from_db()
    customer.user.refresh_from_db()
    assert (customer.user.email, customer.user.last_name, customer.phone) == ("kim@new.example", "Sample", "0351 1")
    told = client.get(reverse("admin:accounts_customerprofile_history", args=[customer.pk])).content.decode()
    assert "kim@example.com" in told
    assert "kim@new.example" in told
    assert "Dresden" in told


def test_an_unchanged_log_in_leaves_no_history(customer: CustomerProfile):
    client, before = browser("Order desk"), customer.user.history.count()

    client.post(change_url(customer), posted(client, customer, note="Likes tea"))

    assert CustomerProfile.objects.get().note == "Likes tea"
    assert customer.user.history.count() == before


def test_an_email_that_somebody_has_is_refused(customer: CustomerProfile):
    UserFactory(email="taken@example.com")
    client = browser("Order desk")

    answer = client.post(change_url(customer), posted(client, customer, email="TAKEN@example.com"))

    assert answer.context["adminform"].form.errors == {"email": ["Somebody with this email is there already."]}
    assert User.objects.get(pk=customer.user_id).email == "kim@example.com"


def test_a_customer_is_made_in_one_go():
    client = browser("Order desk")

    answer = client.post(
        reverse("admin:accounts_customerprofile_add"),
        {"email": "New@Example.com", "first_name": "Nell", "last_name": "New", "language": "de", "company": "New Ltd"},
    )

    made = CustomerProfile.objects.get(user__email="new@example.com")
    assert answer["Location"] == reverse("admin:accounts_customerprofile_changelist")
    assert (made.user.get_full_name(), made.language, made.company) == ("Nell New", "de", "New Ltd")
    assert (made.user.user_type, made.user.is_staff, made.user.has_usable_password()) == ("customer", False, False)


def test_two_stale_edits_of_the_name_are_not_both_saved(customer: CustomerProfile):
    client = browser("Order desk")
    mine = posted(client, customer, last_name="Mine")
    client.post(change_url(customer), posted(client, customer, last_name="Theirs"))

    answer = client.post(change_url(customer), mine)

    assert answer.status_code == 200
    assert "Somebody saved this page after you opened it" in answer.content.decode()
    assert User.objects.get(pk=customer.user_id).last_name == "Theirs"


# Addresses -----------------------------------------------------------------------


def test_the_default_moves_when_another_address_is_ticked(customer: CustomerProfile):
    AddressFactory(user=customer.user, city="Leipzig")
    client = browser("Order desk")
    data = posted(client, customer, **{"addresses-1-is_default_billing": "on"})
    del data["addresses-0-is_default_billing"]

    assert client.post(change_url(customer), data).status_code == 302

    rows = Address.objects.order_by("pk").values_list("city", "is_default_billing", "is_default_shipping")
    assert list(rows) == [("Dresden", False, True), ("Leipzig", True, False)]


def test_two_defaults_are_refused(customer: CustomerProfile):
    AddressFactory(user=customer.user, city="Leipzig")
    client = browser("Order desk")

    answer = client.post(change_url(customer), posted(client, customer, **{"addresses-1-is_default_shipping": "on"}))

    [formset] = [entry.formset for entry in answer.context["inline_admin_formsets"]]
    assert formset.errors == [
        {},
        {"is_default_shipping": ["Another address is ticked as the default too; choose one."]},
    ]
    assert Address.objects.filter(is_default_shipping=True).count() == 1


def test_a_new_default_on_the_address_s_own_page_takes_it_from_the_old_one(customer: CustomerProfile):
    data = {
        "user": customer.user_id,
        "name": "Kim",
        "line1": "New street 1",
        "city": "Jena",
        "country": "DE",
        "is_default_billing": "on",
    }

    answer = browser("Order desk").post(reverse("admin:accounts_address_add"), data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors

    rows = Address.objects.order_by("pk").values_list("city", "is_default_billing")
    assert list(rows) == [("Dresden", False), ("Jena", True)]


def test_addresses_are_added_and_deleted_with_the_page(customer: CustomerProfile):
    client = browser("Order desk")
    new = {"name": "Kim", "line1": "Road 2", "city": "Gera", "country": "DE", "id": "", "user": customer.user_id}
    data = posted(client, customer, **{f"addresses-1-{key}": value for key, value in new.items()})
    data |= {"addresses-TOTAL_FORMS": 2, "addresses-0-DELETE": "on"}

    assert client.post(change_url(customer), data).status_code == 302

    assert list(Address.objects.values_list("city", "user")) == [("Gera", customer.user_id)]
    assert sorted(Address.history.values_list("city", "history_type")) == [
        ("Dresden", "+"),
        ("Dresden", "-"),
        ("Gera", "+"),
    ]


def test_an_address_of_another_customer_is_out_of_reach(customer: CustomerProfile):
    foreign = AddressFactory(city="Elsewhere")
    client = browser("Order desk")

    answer = client.post(
        change_url(customer), posted(client, customer, **{"addresses-0-id": foreign.pk, "addresses-0-city": "Stolen"})
    )

    # A row that is not one of the customer's is left out, as one that somebody has deleted would be.
    assert answer.status_code == 302
    assert list(Address.objects.order_by("pk").values_list("city", "user")) == [
        ("Dresden", customer.user_id),
        ("Elsewhere", foreign.user_id),
    ]


# Panels --------------------------------------------------------------------------


def panels(client: Client, customer: CustomerProfile) -> dict[str, dict[str, object]]:
    return {panel.title: panel.context for panel in client.get(change_url(customer)).context["panels"]}


def figures(panel: dict[str, object]) -> dict[str, str]:
    return {figure.label: re.sub(r"\s", " ", figure.text) for figure in panel["figures"]}


@pytest.fixture
def trade(customer: CustomerProfile) -> list[Order]:
    """Return a paid, partly refunded and invoiced order in euro, one to be paid, and one in dollars."""
    IssuerFactory()
    euro = placed_order(customer=customer.user)
    payment_settle(payment=Payment.objects.get(order=euro))
    refund = refund_create(payment=Payment.objects.get(order=euro), amount=Decimal("5.00"), reason="Late")
    refund_succeed(refund=refund)
    open_order = placed_order(customer=customer.user, lines=[(stocked_variant(price="7.50"), 1)])
    dollars = order_create(customer=customer.user, currency="USD")
    order_lines_add(order=dollars, new=[NewLine(variant=stocked_variant(), quantity=2, unit_price=Decimal("10.00"))])
    order_place(order=dollars)
    payment_settle(payment=Payment.objects.get(order=dollars))
    invoice_issue_for_order(order=open_order)
    cart_line_add(cart=cart_for(CartOwner(customer=customer.user)), variant=stocked_variant(price="3.00"), quantity=2)
    placed_order()
    return [euro, open_order, dollars]


def test_the_page_shows_orders_payments_documents_and_carts(customer: CustomerProfile, trade: list[Order]):
    shown = panels(browser("Finance"), customer)

    assert list(shown) == ["Orders", "Payments", "Documents"]
    assert [row[0].text for row in shown["Orders"]["rows"]] == [order.number for order in reversed(trade)]
    assert [row[0].text for row in shown["Payments"]["rows"]] == [order.number for order in reversed(trade)]
    assert [row[4].text for row in shown["Documents"]["rows"]][:1] == [trade[1].number]
    everything = panels(browser("Administrator"), customer)
    assert list(everything) == ["Orders", "Payments", "Documents", "Carts"]
    assert [(row[3].text, row[4].text) for row in everything["Carts"]["rows"]] == [("1", "€6.00")]


def test_lifetime_value_is_settled_less_refunded_per_currency(customer: CustomerProfile, trade: list[Order]):
    shown = figures(panels(browser("Finance"), customer)["Payments"])

    assert shown == {
        "Lifetime value, EUR": "€15.00",
        "Expected, EUR": "€7.50",
        "Lifetime value, USD": "$20.00",
        "Expected, USD": "$0.00",
    }


def test_panels_show_nothing_that_a_role_may_not_view(customer: CustomerProfile, trade: list[Order]):
    desk = StaffFactory()
    from django.contrib.auth.models import Permission

    desk.user_permissions.add(Permission.objects.get(codename="view_customerprofile"))
    client = Client()
    client.force_login(desk)

    assert panels(client, customer) == {}
    page = client.get(change_url(customer)).content.decode()
    assert trade[0].number not in page
    assert "Dresden" not in page


def test_sellers_have_no_customers(customer: CustomerProfile, trade: list[Order]):
    seller = SellerUserFactory(seller=trade[0].lines.get().seller)
    seller.groups.add(Group.objects.get(name="Seller"))
    client = Client()
    client.force_login(seller)

    assert client.get(change_url(customer)).status_code in {403, 404}
    assert client.get(reverse("admin:accounts_customerprofile_changelist")).status_code == 403


# Data of the person --------------------------------------------------------------


def test_the_data_are_handed_over_as_a_file(customer: CustomerProfile, trade: list[Order]):
    client = browser("Administrator")

    page = client.get(step_url(customer, "personal-data"))
    answer = client.post(step_url(customer, "personal-data"))

    assert page["Content-Type"].startswith("text/html")
    assert answer["Content-Disposition"] == f'attachment; filename="personal-data-{customer.user_id}.json"'
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    data = json.loads(answer.content)
    assert data["account"][0]["email"] == "kim@example.com"
    assert [row["number"] for row in data["orders"]] == [order.number for order in trade]
    assert Export.objects.values_list("kind", "owner").get() == (
        "personal data",
        int(client.session["_auth_user_id"]),
    )


def test_a_person_is_erased_after_a_reason_and_a_tick(customer: CustomerProfile):
    client = browser("Administrator")

    assert client.post(step_url(customer, "erase"), {"reason": "Asked"}).status_code == 200
    assert client.get(step_url(customer, "erase")).status_code == 200
    assert User.objects.get(pk=customer.user_id).erased_at is None

    assert client.post(step_url(customer, "erase"), {"reason": "Asked", "is_meant": "on"}).status_code == 302

    user = User.objects.get(pk=customer.user_id)
    assert (user.first_name, user.is_active, Address.objects.count()) == ("erased", False, 0)
    page = client.get(change_url(customer))
    assert page.context["has_change_permission"] is False
    assert page.context["transition_buttons"] == []
    assert "data were erased on" in page.content.decode()


def test_what_stands_in_the_way_is_said_beforehand_and_refused(customer: CustomerProfile, trade: list[Order]):
    client = browser("Administrator")
    reason = f"Order {trade[0].number} is still open; complete or cancel it first."

    page = client.get(step_url(customer, "erase")).content.decode()
    answer = client.post(step_url(customer, "erase"), {"reason": "Asked", "is_meant": "on"})

    assert f"Not yet: {reason}" in page
    assert answer.context["form"].non_field_errors() == [reason]
    assert User.objects.get(pk=customer.user_id).erased_at is None


@pytest.mark.parametrize("role", ["Order desk", "Finance", "Auditor", "Operations lead"])
@pytest.mark.parametrize("step", ["personal-data", "erase"])
def test_other_roles_neither_take_nor_erase_a_person_s_data(customer: CustomerProfile, role: str, step: str):
    client = browser(role)

    assert client.post(step_url(customer, step), {"reason": "Asked", "is_meant": "on"}).status_code == 403

    assert [button["label"] for button in client.get(change_url(customer)).context["transition_buttons"]] == []
    assert User.objects.get(pk=customer.user_id).erased_at is None


def test_erased_people_are_found_by_the_filter(customer: CustomerProfile):
    client = browser("Administrator")
    client.post(step_url(customer, "erase"), {"reason": "Asked", "is_meant": "on"})
    kept = CustomerProfileFactory()

    url = reverse("admin:accounts_customerprofile_changelist")
    found = {
        value: [row.pk for row in client.get(f"{url}?data={value}").context["cl"].result_list]
        for value in ("kept", "erased")
    }

    assert found == {"kept": [kept.pk], "erased": [customer.pk]}
