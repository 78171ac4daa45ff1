"""An order becomes an invoice, to the cent, with its number."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from backoffice.kernel.jobs.models import Job
from backoffice.kernel.shop.services import shop_settings_row
from backoffice.kernel.states.machine import TransitionRefused
from finance.exceptions import PeriodClosed
from finance.services.events import payment_settle
from finance.services.periods import period_close
from finance.tests.factories import pending_payment
from invoices.exceptions import InvoiceRefused
from invoices.models import Invoice, IssuePolicy, Series
from invoices.selectors.snapshots import invoice_snapshot
from invoices.services.drafts import invoice_draft_for_order
from invoices.services.issuing import invoice_issue
from invoices.snapshot import snapshot_hash
from invoices.tests.factories import IssuerFactory, issued_invoice
from orders.tests.factories import ADDRESS, customer_with_profile, draft_order, placed_order, stocked_variant

pytestmark = pytest.mark.django_db

TOTALS = ("lines_net", "allowances_net", "charges_net", "net", "tax", "gross", "rounding", "due")


def totals(invoice: Invoice) -> dict[str, str]:
    return {name: str(getattr(invoice, name)) for name in TOTALS}


def groups(invoice: Invoice) -> list[tuple[str, str, str, str]]:
    rows = invoice.tax_breakdown.order_by("-rate")
    return [(row.category, str(row.rate), str(row.taxable), str(row.tax)) for row in rows]


def test_a_gross_price_keeps_its_cent():
    invoice = issued_invoice(lines=[(stocked_variant(price="79.20"), 1)])

    assert totals(invoice) == {
        "lines_net": "66.55",
        "allowances_net": "0.00",
        "charges_net": "0.00",
        "net": "66.55",
        "tax": "12.64",
        "gross": "79.19",
        "rounding": "0.01",
        "due": "79.20",
    }
    assert groups(invoice) == [("S", "19.00", "66.55", "12.64")]
    line = invoice.lines.get()
    assert (line.unit_price_net, line.quantity, line.net) == (Decimal("66.5546"), Decimal(1), Decimal("66.55"))


def test_two_rates_a_discount_over_both_and_shipping():
    invoice = issued_invoice(
        lines=[(stocked_variant(price="33.33"), 3), (stocked_variant(price="10.00", rate="7.00"), 1)],
        discount=Decimal("5.00"),
        discount_reason="Spring",
        shipping_price=Decimal("4.90"),
    )

    assert totals(invoice) == {
        "lines_net": "93.38",
        "allowances_net": "4.24",
        "charges_net": "4.12",
        "net": "93.26",
        "tax": "16.65",
        "gross": "109.91",
        "rounding": "-0.02",
        "due": "109.89",
    }
    assert groups(invoice) == [("S", "19.00", "84.33", "16.02"), ("S", "7.00", "8.93", "0.63")]
    adjustments = [
        (item.kind, item.is_charge, item.reason, str(item.net), str(item.tax_rate))
        for item in invoice.adjustments.all()
    ]
    assert adjustments == [
        ("discount", False, "Spring", "3.82", "19.00"),
        ("discount", False, "Spring", "0.42", "7.00"),
        ("shipping", True, "Shipping", "4.12", "19.00"),
    ]


def test_net_prices_have_nothing_to_round():
    shop = shop_settings_row()
    shop.prices_include_tax = False
    shop.save()

    invoice = issued_invoice(lines=[(stocked_variant(price="66.55"), 1)], prices_include_tax=False)

    assert (invoice.net, invoice.tax, invoice.gross) == (Decimal("66.55"), Decimal("12.64"), Decimal("79.19"))
    assert (invoice.rounding, invoice.due) == (Decimal("0.00"), Decimal("79.19"))


def test_an_export_says_why_it_bears_no_tax():
    address = {**ADDRESS, "country": "CH"}
    invoice = issued_invoice(
        lines=[(stocked_variant(price="119.00"), 1)], shipping_address=address, billing_address=address, language="de"
    )

    group = invoice.tax_breakdown.get()
    assert (group.category, group.taxable, group.tax) == ("G", Decimal("100.00"), Decimal("0.00"))
    assert group.exemption_reason == "Steuerfreie Ausfuhrlieferung"
    assert invoice.due == Decimal("100.00")


def test_an_intra_community_supply_names_both_ids():
    address = {**ADDRESS, "country": "FR"}
    invoice = issued_invoice(
        lines=[(stocked_variant(price="119.00"), 1)],
        shipping_address=address,
        billing_address=address,
        vat_id="FR40303265045",
    )

    assert invoice.tax_breakdown.get().category == "K"
    assert invoice.buyer_snapshot["vat_id"] == "FR40303265045"
    assert invoice.seller_snapshot["vat_id"] == "DE100000008"
    assert invoice.delivered_on == invoice.issued_on


@time_machine.travel(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), tick=False)
def test_issuing_numbers_dates_and_chains():
    first, second = issued_invoice(), issued_invoice()

    assert [first.number, second.number] == ["INV-2026-000001", "INV-2026-000002"]
    assert (first.issued_on, first.delivered_on, first.due_on) == (
        dt.date(2026, 3, 2),
        dt.date(2026, 3, 2),
        dt.date(2026, 3, 16),
    )
    assert (first.previous_hash, second.previous_hash) == ("", first.content_hash)
    assert first.content_hash == snapshot_hash(invoice_snapshot(first), previous_hash="")
    series = Series.objects.get()
    assert (series.counter, series.last_hash, series.last_issued_on) == (2, second.content_hash, dt.date(2026, 3, 2))


def test_each_year_counts_from_one():
    with time_machine.travel(dt.datetime(2025, 12, 31, 12, tzinfo=dt.UTC), tick=False):
        old = issued_invoice()
    with time_machine.travel(dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC), tick=False):
        new = issued_invoice()

    assert [old.number, new.number] == ["INV-2025-000001", "INV-2026-000001"]


def test_the_parties_are_copied_and_stay_as_they_were():
    customer = customer_with_profile(company="Werkstatt KG")
    issuer = IssuerFactory()
    invoice = issued_invoice(order=placed_order(customer=customer, language="fr"))
    before = invoice_snapshot(invoice)

    issuer.name, issuer.iban = "Other Trade GmbH", "DE89370400440532013000"
    issuer.save()
    variant = invoice.lines.get().order_line.variant
    variant.product.name = "Something else"
    variant.product.save()
    address = customer.addresses.get()
    address.line1 = "Elsewhere 9"
    address.save()

    invoice = Invoice.objects.get(pk=invoice.pk)
    assert invoice_snapshot(invoice) == before
    assert (before.issuer.address.name, before.payment.iban) == ("Example Trade GmbH", "DE02120300000000202051")
    assert (before.buyer.address.line1, before.meta.language) == ("Musterweg 1", "fr")


def test_what_was_paid_before_is_on_the_invoice():
    IssuerFactory()
    payment = pending_payment(lines=[(stocked_variant(price="79.20"), 1)])
    payment_settle(payment=payment, amount=Decimal("29.20"))

    invoice = issued_invoice(order=payment.order)

    assert (invoice.prepaid, invoice.due, invoice.status) == (Decimal("29.20"), Decimal("50.00"), "issued")
    assert (invoice.payment_method, invoice.payment_means_code) == ("Bank transfer", "58")


def test_issuing_queues_one_job_for_the_pdf():
    invoice = issued_invoice()

    job = Job.objects.get(kind="invoice.render")
    assert (job.params, job.idempotency_key) == ({"invoice_id": invoice.pk}, f"invoice.render:{invoice.pk}")


def test_one_order_has_one_live_invoice():
    invoice = issued_invoice()

    assert invoice_draft_for_order(order=invoice.order) == invoice
    assert Invoice.objects.count() == 1


def test_an_issued_document_is_not_issued_again():
    invoice = issued_invoice()

    with pytest.raises(TransitionRefused, match="it would have to be draft"):
        invoice_issue(invoice=invoice)

    assert Series.objects.get().counter == 1


class TestRefusals:
    """Each leaves no number behind."""

    @pytest.fixture
    def draft(self) -> Invoice:
        IssuerFactory()
        return invoice_draft_for_order(order=placed_order())

    @pytest.fixture(autouse=True)
    def nothing_is_numbered(self):
        yield
        assert Invoice.objects.filter(number__isnull=False).count() == 0
        assert sum(Series.objects.values_list("counter", flat=True)) == 0

    def test_a_draft_order(self):
        IssuerFactory()
        with pytest.raises(InvoiceRefused, match="is draft; only placed orders are invoiced"):
            invoice_draft_for_order(order=draft_order())

    def test_no_issuer(self):
        with pytest.raises(InvoiceRefused, match="No issuer is set up yet"):
            invoice_draft_for_order(order=placed_order())

    def test_a_date_in_the_future(self, draft):
        with pytest.raises(InvoiceRefused, match="lies in the future"):
            invoice_issue(invoice=draft, on=dt.date(2099, 1, 1))

    @time_machine.travel(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), tick=False)
    def test_a_closed_day(self, draft):
        period_close(date_from=dt.date(2026, 1, 1), date_to=dt.date(2026, 1, 31))
        with pytest.raises(PeriodClosed, match="is closed"):
            invoice_issue(invoice=draft, on=dt.date(2026, 1, 15))

    def test_an_issuer_without_an_address(self, draft):
        draft.issuer.city = ""
        draft.issuer.save()
        with pytest.raises(InvoiceRefused, match="The issuer's city is missing"):
            invoice_issue(invoice=draft)

    def test_a_line_that_was_changed_alone(self, draft):
        line = draft.lines.get()
        line.net += 1
        line.save()
        with pytest.raises(InvoiceRefused, match="do not follow from its lines"):
            invoice_issue(invoice=draft)

    def test_no_lines(self, draft):
        draft.lines.get().delete()
        with pytest.raises(InvoiceRefused, match="has no lines"):
            invoice_issue(invoice=draft)


def test_dates_never_go_back():
    with time_machine.travel(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), tick=False):
        issued_invoice()
        draft = invoice_draft_for_order(order=placed_order())

        with pytest.raises(InvoiceRefused, match="is dated 2026-03-02; 2026-03-01 would be earlier"):
            invoice_issue(invoice=draft, on=dt.date(2026, 3, 1))

    assert Series.objects.get().counter == 1


def test_the_policy_decides_when():
    IssuerFactory(policy=IssuePolicy.ON_ORDER)

    order = placed_order()

    assert Invoice.objects.get(order=order).number.endswith("-000001")
