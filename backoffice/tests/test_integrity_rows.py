"""What works twice, does not load or is not valid is found."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.utils import timezone

from accounts.tests.factories import AddressFactory, SellerFactory
from backoffice.kernel.files.services import file_store
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.transfers.models import StagedRow, Upload
from backoffice.kernel.transfers.states import UploadState
from backoffice.tests.breaking import change, copy, execute, found, relax
from finance.models import BankStatement, Match, Refund, StatementLine
from finance.services.refunds import refund_create
from finance.tests.factories import BankAccountFactory, settled_payment
from orders.models import Order
from orders.tests.factories import OrderFactory, placed_order
from products.models import Stock, Variant
from products.tests.factories import VariantFactory

pytestmark = pytest.mark.usefixtures("breakable")


def statement_line(*, amount: str = "50.00") -> StatementLine:
    account = BankAccountFactory()
    statement = BankStatement.objects.create(account=account, format="csv")
    return StatementLine.objects.create(
        statement=statement, account=account, fingerprint="A-1", booked_on="2026-03-02", amount=amount, currency="EUR"
    )


def upload(**values: object) -> Upload:
    file = file_store(content=b"sku\n", name="prices.csv", content_type="text/csv", purpose="upload")
    return Upload.objects.create(kind="products", file=file, digest=file.digest, name="prices.csv", size=4, **values)


# Once --------------------------------------------------------------------------


def test_an_order_key_that_stands_twice():
    order = OrderFactory()
    change(order, idempotency_key="cart:7")
    relax(Order)
    copy(order, number="O-COPY")

    assert found(11) == [("orders.Order cart:7", "2 rows carry this key.")]


def test_a_refund_key_that_stands_twice():
    refund = refund_create(payment=settled_payment(), amount=1, reason="Late", idempotency_key="return:9")
    relax(Refund)
    copy(refund)

    assert found(11) == [("finance.Refund return:9", "2 rows carry this key.")]


def test_a_statement_line_that_landed_twice():
    line = statement_line()
    relax(StatementLine)
    copy(line)

    assert found(11) == [(f"account {line.account.iban}", "Entry A-1 of its statements stands 2 times.")]


def test_a_statement_line_matched_beyond_its_amount():
    line, payment = statement_line(), settled_payment()
    match = Match.objects.create(line=line, payment=payment, amount="50.00")
    assert found(11) == []

    change(match, amount="50.01")

    assert found(11) == [(f"statement line {line.pk}", "50.01 of its 50.00 are matched.")]


def test_a_match_that_was_undone_does_not_count():
    line, payment = statement_line(), settled_payment()
    Match.objects.create(line=line, payment=payment, amount="50.00", undone_at=timezone.now())
    Match.objects.create(line=line, payment=payment, amount="50.00")

    assert found(11) == []


def test_a_row_of_a_file_that_is_staged_twice():
    row = StagedRow.objects.create(upload=upload(), number=2, action="create")
    relax(StagedRow)
    copy(row)

    assert found(11) == [(f"upload {row.upload_id}", "Row 2 of its file stands 2 times.")]


def test_an_applied_upload_whose_counts_do_not_add_up():
    applied = upload(state=UploadState.APPLIED, rows=10, created=3, updated=2, unchanged=1, failed=2, skipped=1)
    upload(state=UploadState.PLANNED, rows=10)

    assert found(11) == [(f"upload {applied.pk}", "Its file has 10 rows, but 9 were accounted for.")]


def test_a_job_that_applied_two_uploads():
    job = Job.objects.create(kind="upload.apply", state=JobState.SUCCEEDED)
    upload(apply_job=job)
    upload(apply_job=job)

    assert found(11) == [(f"job {job.pk}", "It applied 2 uploads.")]


def test_a_running_job_that_is_silent():
    last = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
    silent = Job.objects.create(kind="render", state=JobState.RUNNING, heartbeat_at=last)
    Job.objects.create(kind="render", state=JobState.RUNNING, heartbeat_at=timezone.now())

    assert found(11) == [
        (f"job {silent.pk}", "It says it is running, but its last sign of life was 2026-03-02 09:00 UTC.")
    ]


def test_a_running_job_that_never_showed_life():
    job = Job.objects.create(kind="render", state=JobState.QUEUED)
    relax(Job)
    change(job, state="running")

    findings = [item for item in found(11) if item[0].startswith("job ")]
    assert findings == [(f"job {job.pk}", "It says it is running, but its last sign of life was never.")]


# Valid -------------------------------------------------------------------------


def test_a_value_that_is_no_choice():
    order = OrderFactory()
    change(order, channel="telegram")

    assert found(12) == [(f"orders.Order {order.pk}", "channel: Value 'telegram' is not a valid choice.")]


def test_values_that_validators_refuse():
    seller = SellerFactory()
    change(seller, iban="DE00", country="XX")

    iban = "iban: “DE00” is not a valid IBAN: The number's checksum or check digit is invalid."
    country = "country: “XX” is not a country code. Use two capital letters, such as DE."
    assert found(12) == [(f"accounts.SellerProfile {seller.pk}", f"{iban}; {country}")]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL's columns hold no such values")
def test_rows_that_do_not_load_are_named_one_by_one():
    variants = VariantFactory.create_batch(4)
    relax(Variant)
    change(variants[1], price=1e30)
    change(variants[3], price=-5)
    lost = [f"Its constraint {item.name} is gone." for item in Variant._meta.constraints]

    assert found(12) == [
        *(("table products_variant", message) for message in lost),
        (
            f"products.Variant {variants[1].pk}",
            "The row does not load: InvalidOperation([<class 'decimal.InvalidOperation'>])",
        ),
        (f"products.Variant {variants[3].pk}", "price: Ensure this value is greater than or equal to 0."),
    ]


def test_a_reference_to_a_row_that_does_not_exist():
    address = AddressFactory()
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute("SET CONSTRAINTS ALL DEFERRED")
        execute("ALTER TABLE accounts_address DISABLE TRIGGER ALL")
    change(address, user_id=987_654)

    assert found(12) == [(f"accounts.Address {address.pk}", "It names user 987654, which does not exist.")]


def test_a_constraint_that_was_dropped():
    placed_order()
    relax(Stock)

    assert found(12) == [
        ("table products_stock", f"Its constraint {item.name} is gone.") for item in Stock._meta.constraints
    ]


def test_a_group_with_a_permission_outside_the_manifest():
    Group.objects.get(name="Auditor").permissions.add(Permission.objects.get(codename="change_order"))

    assert found(12) == [("groups", "Auditor holds orders.change_order, which the manifest does not grant.")]
