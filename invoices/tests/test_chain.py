"""The chain of documents shows what was done to it with force."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from backoffice.kernel.files.services import file_path, file_store
from backoffice.kernel.immutable import guards_install, guards_missing, guards_remove
from invoices.guards import invoices_guards
from invoices.models import Invoice
from invoices.selectors.chain import invoice_chain_findings
from invoices.services.credit_notes import credit_note_issue
from invoices.tests.factories import issued_invoice
from orders.tests.factories import stocked_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoices() -> list[Invoice]:
    """Return five invoices of one series."""
    variant = stocked_variant()
    return [issued_invoice(lines=[(variant, 1)]) for _ in range(5)]


def force(*statements: str) -> None:
    """Run SQL as somebody would who can drop triggers."""
    guards_remove(connection, invoices_guards())
    for statement in statements:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    guards_install(connection, invoices_guards())


def findings() -> list[tuple[str, str]]:
    return [(item.subject.rsplit("-", 1)[-1], item.message) for item in invoice_chain_findings()]


EDITED = "Its content is not what was issued."


def test_a_whole_chain_has_no_findings(invoices):
    credit_note_issue(invoice=invoices[0], reason="Sent back")

    assert findings() == []
    assert guards_missing(connection) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoices_invoice SET gross = gross + 1, net = net + 1, lines_net = lines_net + 1, due = due + 1",
        "UPDATE invoices_invoice SET issued_on = '2020-01-01'",
        "UPDATE invoices_invoice SET order_number = 'O-1'",
    ],
)
def test_an_edit_of_the_document_shows(invoices, sql):
    force(f"{sql} WHERE id = {invoices[2].pk}")

    assert findings() == [("000003", EDITED)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoices_invoiceline SET quantity = 30",
        "UPDATE invoices_invoiceline SET name = 'Something else'",
        "UPDATE invoices_taxbreakdown SET tax = 0",
        "DELETE FROM invoices_taxbreakdown",
    ],
)
def test_an_edit_of_a_row_below_shows(invoices, sql):
    force(f"{sql} WHERE invoice_id = {invoices[2].pk}")

    assert findings() == [("000003", EDITED)]


def test_an_edited_buyer_shows(invoices):
    force(f"UPDATE invoices_invoice SET buyer_snapshot = '{json.dumps({'name': 'Else'})}' WHERE id = {invoices[2].pk}")

    assert findings() == [("000003", EDITED)]


def delete(invoice: Invoice) -> list[str]:
    tables = ("invoices_invoiceline", "invoices_taxbreakdown", "invoices_invoiceadjustment")
    return [
        *(f"DELETE FROM {table} WHERE invoice_id = {invoice.pk}" for table in tables),
        f"DELETE FROM invoices_invoice WHERE id = {invoice.pk}",
    ]


def test_a_deletion_shows(invoices):
    force(*delete(invoices[2]))

    assert findings() == [("000004", f"Number 3 of series INV{invoices[0].issued_on.year} is missing before it.")]


def test_a_deletion_at_the_end_shows(invoices):
    force(*delete(invoices[4]))

    [(subject, message)] = findings()
    assert subject == f"series INV{invoices[0].issued_on.year}"
    assert message == "It ends at 4, but 5 documents were issued."


def test_a_reordering_shows(invoices):
    second, third = invoices[1], invoices[2]
    force(
        f"UPDATE invoices_invoice SET serial = 99, number = 'x' WHERE id = {second.pk}",
        f"UPDATE invoices_invoice SET serial = 2, number = '{second.number}' WHERE id = {third.pk}",
        f"UPDATE invoices_invoice SET serial = 3, number = '{third.number}' WHERE id = {second.pk}",
    )

    assert [subject for subject, _ in findings()] == ["000002", "000002", "000003", "000003", "000004"]


def test_the_command_fails_and_says_where(invoices, capsys):
    call_command("verify_chain", "--json")
    assert json.loads(capsys.readouterr().out) == {"payment_events": 5, "documents": 5, "findings": []}

    force(f"UPDATE invoices_invoice SET note = 'else' WHERE id = {invoices[2].pk}")

    with pytest.raises(CommandError, match="1 findings"):
        call_command("verify_chain", "--json")
    assert json.loads(capsys.readouterr().out)["findings"] == [
        {"subject": f"document {invoices[2].number}", "message": EDITED}
    ]


def test_a_changed_pdf_shows(invoices, capsys):
    stored = file_store(content=b"%PDF one", name="a.pdf", content_type="application/pdf", purpose="invoice_pdf")
    Invoice.objects.filter(pk=invoices[0].pk).update(pdf=stored)
    call_command("verify_chain", "--files")

    file_path(stored).write_bytes(b"%PDF two")
    with pytest.raises(CommandError):
        call_command("verify_chain", "--files", "--json")
    assert "Its PDF is not the one that was rendered." in capsys.readouterr().out

    file_path(stored).unlink()
    with pytest.raises(CommandError):
        call_command("verify_chain", "--files")
    assert "Its PDF is not on disk any more." in capsys.readouterr().out
