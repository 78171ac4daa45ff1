"""Staff enter and change drafts on the order's page."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.tests.factories import AddressFactory, StaffFactory, UserFactory
from orders.models import Order, OrderLine, OrderNote
from orders.tests.asserts import assert_books_tie, assert_history_is_true, snapshot
from orders.tests.factories import draft_order, placed_order, stocked_variant

pytestmark = pytest.mark.django_db
D = Decimal
ADD = "/admin/orders/order/add/"


def line_data(*rows, initial=0):
    """Return the fields of the table of lines; each row is a dict of its fields."""
    data = {"lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return data


def note_data(text=""):
    data = {"notes-TOTAL_FORMS": 0, "notes-INITIAL_FORMS": 0}
    return data if not text else {**data, "notes-TOTAL_FORMS": 1, "notes-0-text": text}


def page_of(order):
    return reverse("admin:orders_order_change", args=[order.pk])


def form_of(client, order):
    """Return what the page of a draft would post if nothing were changed."""
    form = client.get(page_of(order)).context["adminform"].form
    data = {name: form.initial.get(name) for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()}
    lines = [
        {"id": line.pk, "quantity": line.quantity, "unit_price": line.unit_price, "discount": line.discount}
        for line in order.lines.all()
    ]
    return data, lines


def errors_of(response):
    context = response.context
    return [
        *(message for messages in context["adminform"].form.errors.values() for message in messages),
        *(message for formset in context["inline_admin_formsets"] for message in formset.formset.non_form_errors()),
        *(
            message
            for formset in context["inline_admin_formsets"]
            for form in formset.formset.forms
            for messages in form.errors.values()
            for message in messages
        ),
    ]


def test_customer_and_lines_are_enough(desk):
    customer = UserFactory(email="kim@example.com")
    AddressFactory(user=customer, name="Kim Example", is_default_shipping=True, is_default_billing=True)
    kettle, mug = stocked_variant(price="79.20"), stocked_variant(price="12.00")

    response = desk.post(
        ADD,
        {
            "customer": customer.pk,
            **line_data(
                {"variant": kettle.pk, "quantity": 1},
                {"variant": mug.pk, "quantity": 2, "unit_price": "11.00", "discount": "2.00"},
                {"quantity": 1, "discount": "0.00"},
            ),
        },
    )

    assert response.status_code == 302, errors_of(response)
    order = Order.objects.get()
    assert (order.status, order.channel, order.email) == ("draft", "staff", "kim@example.com")
    assert order.shipping_address["name"] == "Kim Example"
    assert list(order.lines.values_list("sku", "quantity", "unit_price", "discount")) == [
        (kettle.sku, 1, D("79.20"), D("0.00")),
        (mug.sku, 2, D("11.00"), D("2.00")),
    ]
    assert order.total == D("99.20")
    assert order.history.latest().history_user == response.wsgi_request.user
    assert_books_tie()
    assert_history_is_true()


def test_guest_with_an_address(desk):
    variant = stocked_variant(rate="19.00")

    response = desk.post(
        ADD,
        {
            "email": "guest@example.com",
            "language": "de",
            "shipping_name": "Gast Haus",
            "shipping_line1": "Weg 2",
            "shipping_postcode": "01067",
            "shipping_city": "Dresden",
            "shipping_country": "de",
            "shipping_price": "4.90",
            "discount": "1.00",
            "discount_reason": "Sorry",
            **line_data({"variant": variant.pk, "quantity": 1}),
        },
    )

    assert response.status_code == 302, errors_of(response)
    order = Order.objects.get()
    assert (order.customer, order.language) == (None, "de")
    assert order.shipping_address["country"] == "DE"
    assert order.billing_address == order.shipping_address
    assert (order.shipping_price, order.discount, order.total) == (D("4.90"), D("1.00"), D("13.90"))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"shipping_name": "Gast"}, "An address needs this."),
        (
            {"shipping_name": "G", "shipping_line1": "W", "shipping_city": "D", "shipping_country": "XX"},
            "“XX” is not a country code. Use two capital letters, such as DE.",
        ),
        ({"vat_id": "DE123"}, "“DE123” is not a valid VAT id: The number has an invalid length."),
        ({"discount": "10.01"}, "A discount of 10.01 cannot be taken off goods for 10.00 EUR."),
        ({"discount": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"lines-0-discount": "11"}, "A discount of 11.00 cannot be taken off 1 × 10.00."),
        ({"lines-0-quantity": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"lines-0-variant": ""}, "This field is required."),
    ],
)
def test_refusals_are_shown_and_nothing_is_saved(desk, data, error):
    variant = stocked_variant(price="10.00")
    before = snapshot()

    response = desk.post(ADD, {**line_data({"variant": variant.pk, "quantity": 1, "discount": ""}), **data})

    assert response.status_code == 200
    assert error in errors_of(response)
    assert snapshot() == before


def test_what_is_not_on_sale_is_said_above_the_lines(desk):
    variant = stocked_variant()
    variant.is_active = False
    variant.save()

    response = desk.post(ADD, line_data({"variant": variant.pk, "quantity": 1}))

    assert errors_of(response) == [f"{variant.sku} is not on sale."]
    assert not Order.objects.exists()


def test_staff_are_no_customers(desk):
    response = desk.post(ADD, {"customer": StaffFactory().pk, **line_data()})

    assert response.status_code == 200
    assert not Order.objects.exists()


def test_everything_changes_in_one_save(desk):
    keep, gone, new = stocked_variant(), stocked_variant(), stocked_variant(price="7.00")
    order = draft_order(lines=[(keep, 1), (gone, 1)])
    rows = order.history.count()
    data, lines = form_of(desk, order)
    lines[0]["quantity"] = 3
    lines[1]["DELETE"] = "on"

    response = desk.post(
        page_of(order),
        {
            **data,
            # More than the goods cost before: only the outcome counts.
            "discount": "25.00",
            **line_data(*lines, {"variant": new.pk, "quantity": 1}, initial=2),
            **note_data("Called back"),
        },
    )

    assert response.status_code == 302, errors_of(response)
    order.refresh_from_db()
    assert list(order.lines.values_list("sku", "quantity")) == [(keep.sku, 3), (new.sku, 1)]
    assert order.total == D("12.00")
    assert order.history.count() == rows + 1
    note = OrderNote.objects.get()
    assert (note.text, note.author, note.visible_to_customer) == ("Called back", response.wsgi_request.user, False)
    assert_books_tie()
    assert_history_is_true()


def test_saving_without_a_change_writes_nothing(desk):
    order = draft_order()
    data, lines = form_of(desk, order)
    before = snapshot()

    response = desk.post(page_of(order), {**data, **line_data(*lines, initial=1), **note_data()})

    assert response.status_code == 302, errors_of(response)
    assert snapshot() == before


def test_new_customer_brings_the_address(desk):
    order = draft_order()
    customer = UserFactory(email="new@example.com")
    AddressFactory(user=customer, name="New Person")
    data, lines = form_of(desk, order)

    desk.post(page_of(order), {**data, "customer": customer.pk, **line_data(*lines, initial=1), **note_data()})

    order.refresh_from_db()
    assert (order.customer, order.email, order.shipping_address["name"]) == (customer, "new@example.com", "New Person")


@pytest.mark.parametrize(
    "forged",
    [
        {"status": "completed"},
        {"total": "0.01", "lines_net": "0.01"},
        {"number": "O-1", "paid_total": "20.00", "payment_status": "paid"},
        {"lines-0-net": "0.01", "lines-0-tax_rate": "0", "lines-0-allocated": "2", "lines-0-seller": "1"},
        {"currency": "USD", "prices_include_tax": "", "idempotency_key": "x", "placed_at": "2020-01-01"},
    ],
)
def test_forged_fields_are_never_read(desk, forged):
    order = draft_order()
    data, lines = form_of(desk, order)
    before = snapshot()

    response = desk.post(page_of(order), {**data, **line_data(*lines, initial=1), **note_data(), **forged})

    assert response.status_code == 302
    assert snapshot() == before


def test_line_of_another_order_cannot_be_taken_over(desk):
    order, other = draft_order(), draft_order()
    data, _ = form_of(desk, order)
    foreign = {"id": other.lines.get().pk, "quantity": 9, "unit_price": "1.00", "discount": ""}
    before = snapshot(OrderLine)

    desk.post(page_of(order), {**data, **line_data(foreign, initial=1), **note_data()})

    assert snapshot(OrderLine) == before


def test_placed_lines_and_fields_are_only_shown(desk):
    order = placed_order()
    line = order.lines.get()
    before = snapshot()

    response = desk.post(
        page_of(order),
        {
            "discount": "5.00",
            "email": "x@example.com",
            "shipping_name": "Thief",
            **line_data({"id": line.pk, "quantity": 9, "unit_price": "1.00"}, initial=1),
            **note_data("Still fine"),
        },
    )

    assert response.status_code == 302
    assert snapshot() == before
    assert OrderNote.objects.get().text == "Still fine"
    page = desk.get(page_of(order)).content.decode()
    assert 'name="lines-0-quantity"' not in page
    assert "Still fine" in page


def test_orders_are_never_deleted(boss):
    order = draft_order()

    assert boss.post(reverse("admin:orders_order_delete", args=[order.pk]), {"post": "yes"}).status_code == 403
    assert Order.objects.filter(pk=order.pk).exists()
