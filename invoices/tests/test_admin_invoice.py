"""What finance staff do with documents in the admin, and what nobody can."""

from decimal import Decimal

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from backoffice.kernel.admin.panels import panels_for
from backoffice.kernel.files.models import FileAccess
from backoffice.kernel.jobs.models import Job
from finance.tests.browsers import browser_of
from invoices.models import Invoice
from invoices.selectors.snapshots import invoice_snapshot
from invoices.services.drafts import invoice_draft_for_order
from invoices.services.rendering import invoice_render
from invoices.tests.factories import IssuerFactory, issued_invoice, paid_invoice
from orders.tests.factories import customer_with_profile, draft_order, placed_order, stocked_variant

pytestmark = pytest.mark.django_db

LIST = "/admin/invoices/invoice/"


@pytest.fixture
def finance() -> Client:
    return browser_of("Finance")


@pytest.fixture
def invoice() -> Invoice:
    """Three pieces at 33.33 and one at 10.00, 5.00 off, 4.90 for shipping: 109.89."""
    return issued_invoice(
        lines=[(stocked_variant(price="33.33"), 3), (stocked_variant(price="10.00", rate="7.00"), 1)],
        discount=Decimal("5.00"),
        discount_reason="Spring",
        shipping_price=Decimal("4.90"),
    )


def page(invoice: Invoice, rest: str = "change/") -> str:
    return f"{LIST}{invoice.pk}/{rest}"


def status(client: Client, url: str) -> int:
    """Return how a download is answered, having read it to its end."""
    response = client.get(url)
    if response.streaming:
        assert b"".join(response.streaming_content) != b""
    # Closing the whole response would close the test's database connection with it.
    for close in response._resource_closers:
        close()
    return response.status_code


def credit(client: Client, invoice: Invoice, **data):
    seen = client.get(page(invoice, "step/credit/")).context["form"].initial["seen"]
    return client.post(page(invoice, "step/credit/"), {"seen": seen, "reason": "Came back", **data}, follow=True)


def test_the_list_shows_number_standing_and_total(finance, invoice):
    html = finance.get(LIST).content.decode()

    assert invoice.number in html
    assert "€109.89" in html
    assert "being made" in html


def test_the_page_shows_the_document_as_it_says(finance, invoice):
    response = finance.get(page(invoice))
    html = response.content.decode()

    assert response.context["has_change_permission"] is False
    for text in ("Example Trade GmbH", "Kim Example", "€93.38", "-€3.82", "-€0.42", "€16.65", "€109.91", "-€0.02"):
        assert text in html
    assert invoice.content_hash in html
    assert [button["label"] for button in response.context["transition_buttons"]] == ["Credit note", "Make the PDF"]


def test_a_document_cannot_be_edited_or_deleted(finance, invoice):
    before = invoice_snapshot(invoice)

    assert finance.post(page(invoice), {"note": "else", "gross": "1.00"}).status_code == 403
    assert finance.post(page(invoice, "delete/"), {"post": "yes"}).status_code == 403

    assert invoice_snapshot(Invoice.objects.get()) == before


def test_pieces_are_credited(finance, invoice):
    line = invoice.lines.get(position=1)

    response = credit(finance, invoice, **{f"line_{line.pk}": "1"})

    note = Invoice.objects.get(kind="credit_note")
    assert f"Credit note {note.number} over 31.82 EUR is issued." in response.content.decode()
    assert (note.payable, note.note, note.lines.get().quantity) == (Decimal("31.82"), "Came back", Decimal(1))
    assert note.number in finance.get(page(invoice)).content.decode()
    assert note.history.first().history_user == finance.user


@pytest.mark.parametrize(("data", "total"), [({"amount": "50.00"}, "50.00"), ({"everything": "on"}, "109.89")])
def test_an_amount_or_everything_is_credited(finance, invoice, data, total):
    credit(finance, invoice, **data)

    assert Invoice.objects.get(kind="credit_note").payable == Decimal(total)


@pytest.mark.parametrize("data", [{}, {"amount": "1.00", "everything": "on"}, {"amount": "109.90"}])
def test_an_unclear_or_too_large_credit_is_refused(finance, invoice, data):
    assert credit(finance, invoice, **data).status_code == 200
    assert Invoice.objects.filter(kind="credit_note").count() == 0


def test_a_second_click_credits_nothing_twice(finance, invoice):
    seen = finance.get(page(invoice, "step/credit/")).context["form"].initial["seen"]
    data = {"seen": seen, "reason": "Came back", "amount": "10.00"}
    finance.post(page(invoice, "step/credit/"), data)

    response = finance.post(page(invoice, "step/credit/"), data)

    assert "was credited after you opened the page" in response.content.decode()
    assert Invoice.objects.filter(kind="credit_note").count() == 1


def test_an_invoice_is_drafted_from_an_order_issued_and_downloaded(finance):
    IssuerFactory()
    order = placed_order()
    refused = finance.post(f"{LIST}add/", {"order": draft_order().pk})
    assert "place it first" in refused.content.decode()

    finance.post(f"{LIST}add/", {"order": order.pk})
    invoice = Invoice.objects.get()
    assert (invoice.order, invoice.number) == (order, None)
    finance.post(page(invoice, "transition/invoice/issue/"), {"reason": ""})
    finance.post(page(invoice, "step/render/"), {})

    invoice.refresh_from_db()
    assert invoice.number.endswith("-000001")
    url = reverse("file", args=[invoice.pdf_id])
    assert f'href="{url}"' in finance.get(page(invoice)).content.decode()
    response = finance.get(url)
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
    assert FileAccess.objects.get().user == finance.user


def test_a_draft_can_be_discarded_with_its_history_kept(finance):
    IssuerFactory()
    draft = invoice_draft_for_order(order=placed_order())

    finance.post(page(draft, "delete/"), {"post": "yes"})

    assert Invoice.objects.count() == 0
    assert list(Invoice.history.filter(id=draft.pk).values_list("history_type", flat=True)) == ["-", "+"]


@pytest.mark.parametrize("role", ["Auditor", "Order desk", "Operations lead", "Warehouse", "Seller"])
def test_others_issue_and_credit_nothing(role, invoice):
    client = browser_of(role)

    for rest in ("step/credit/", "step/render/", "transition/invoice/issue/"):
        assert client.post(page(invoice, rest), {"reason": "x", "everything": "on"}).status_code in {403, 404}

    assert Invoice.objects.count() == 1


def test_pdfs_open_for_those_who_may_see_the_document(invoice):
    stored = invoice_render(invoice=invoice)
    url = reverse("file", args=[stored.pk])
    owner, stranger = Client(), Client()
    owner.force_login(invoice.order.customer)
    stranger.force_login(placed_order().customer)

    assert {role: status(browser_of(role), url) for role in ("Finance", "Auditor", "Warehouse", "Seller")} == {
        "Finance": 200,
        "Auditor": 200,
        "Warehouse": 404,
        "Seller": 404,
    }
    assert (status(owner, url), status(stranger, url)) == (200, 404)


def test_the_orders_page_shows_payments_and_documents(finance):
    invoice = paid_invoice()

    html = finance.get(f"/admin/orders/order/{invoice.order_id}/change/").content.decode()

    assert f'href="{page(invoice)}"' in html
    assert "Bank transfer" in html
    html = browser_of("Warehouse").get(f"/admin/orders/order/{invoice.order_id}/change/").content.decode()
    assert invoice.number not in html


def test_the_customers_page_shows_them_too(finance):
    customer = customer_with_profile()
    invoice = issued_invoice(customer=customer)

    request = RequestFactory().get("/")
    request.user = finance.user
    panels = {panel.title: panel for panel in panels_for(request, customer.customer_profile)}
    assert panels["Documents"].context["rows"][0][0].url == page(invoice)
    assert [cell.text for cell in panels["Payments"].context["rows"][0]][:3] == [
        *(invoice.order.number, "Bank transfer"),
        "Pending",
    ]


def test_selected_documents_become_one_file(finance, invoice):
    response = finance.post(LIST, {"action": "export_documents", "_selected_action": [invoice.pk]})
    shown = finance.post(response["Location"], {"file_format": "zip", "preview": "1"})
    previewed = shown.context["previewed"]

    done = finance.post(response["Location"], {"file_format": "zip", "apply": "1", "previewed": previewed})

    job = Job.objects.get(kind="bulk_action")
    assert done.status_code == 302
    assert job.result["applied"] == 1
    assert status(finance, job.result["download"]) == 200
    assert status(browser_of("Finance"), job.result["download"]) == 404
