"""Exports of documents tie to the ledger, and hold what was issued."""

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pikepdf
import pytest
import time_machine
from django.core.management import CommandError, call_command

from invoices.models import Invoice
from invoices.selectors.ledger import documents_issued, totals_of_ledger
from invoices.services.credit_notes import credit_note_issue
from invoices.services.exporting import documents_export
from invoices.tests.factories import IssuerFactory, issued_invoice
from orders.tests.factories import ADDRESS, placed_order, stocked_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def documents() -> list[Invoice]:
    """Return an invoice of February, one of March, and a credit note over 20.00 for the latter."""
    with time_machine.travel(dt.datetime(2026, 2, 10, 12, tzinfo=dt.UTC), tick=False):
        first = issued_invoice(lines=[(stocked_variant(price="79.20"), 1)])
    with time_machine.travel(dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC), tick=False):
        second = issued_invoice(lines=[(stocked_variant(price="100.00"), 1)])
        note = credit_note_issue(invoice=second, amount=Decimal("20.00"), reason="Scratched")
    return [first, second, note]


def export(tmp_path: Path, capsys, kind: str, *arguments: str) -> tuple[Path, dict]:
    path = tmp_path / f"out.{kind}"
    call_command("export_invoices", "--format", kind, "--out", str(path), "--json", *arguments)
    return path, json.loads(capsys.readouterr().out)


def test_csv_adds_up_to_the_ledger(documents, tmp_path, capsys):
    path, said = export(tmp_path, capsys, "csv")

    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [row["number"] for row in rows] == [document.number for document in documents]
    assert [row["gross"] for row in rows] == ["79.19", "100.00", "-20.00"]
    assert sum(Decimal(row["payable"]) for row in rows) == Decimal("159.20")
    assert said["gross"] == {"EUR": "159.19"}
    assert (said["documents"], said["ties_to_ledger"]) == (3, True)
    assert rows[2]["corrects"] == documents[1].number


def test_a_period_is_cut_out_by_date(documents, tmp_path, capsys):
    path, said = export(tmp_path, capsys, "csv", "--from", "2026-03-01", "--to", "2026-03-31")

    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [row["number"] for row in rows] == [documents[1].number, documents[2].number]
    assert said["gross"] == {"EUR": "80.00"}


def test_xlsx_keeps_amounts_and_dates_as_such(documents, tmp_path, capsys):
    path, _ = export(tmp_path, capsys, "xlsx")

    header, *rows = openpyxl.load_workbook(path).active.values
    table = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["gross"] for row in table] == [79.19, 100, -20]
    assert table[0]["date"] == dt.datetime(2026, 2, 10)  # noqa: DTZ001 - a sheet has no time zones
    assert table[0]["SHA-256"] == documents[0].content_hash


def test_text_is_never_a_formula(tmp_path, capsys):
    IssuerFactory()
    issued_invoice(order=placed_order(billing_address={**ADDRESS, "company": '=HYPERLINK("http://x")'}))

    path, _ = export(tmp_path, capsys, "csv")

    [row] = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
    assert row["customer"] == '\'=HYPERLINK("http://x")'


def test_zip_holds_each_pdf_and_a_manifest(documents, tmp_path, capsys):
    path, said = export(tmp_path, capsys, "zip")

    with zipfile.ZipFile(path) as archive:
        manifest = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
        assert archive.namelist() == [*(f"{document.number}.pdf" for document in documents), "manifest.csv"]
        assert [row["SHA-256"] for row in manifest] == [
            hashlib.sha256(archive.read(row["file"])).hexdigest() for row in manifest
        ]
    assert [row["total"] for row in manifest] == ["79.20", "100.00", "-20.00"]
    assert [row["SHA-256"] for row in manifest] == list(
        Invoice.objects.order_by("pk").values_list("pdf__digest", flat=True)
    )
    assert said["documents"] == 3


def test_the_same_documents_give_the_same_zip(documents, tmp_path):
    paths = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for path in paths:
        documents_export(documents=documents_issued(), file_format="zip", path=path)

    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_merged_pdf_has_a_bookmark_for_each(documents, tmp_path, capsys):
    path, _ = export(tmp_path, capsys, "pdf")

    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == [document.number for document in documents]
        assert len(pdf.pages) == 3


def test_drafts_are_left_out(documents, tmp_path):
    assert totals_of_ledger(documents_issued()).documents == 3
    Invoice.objects.create(issuer=documents[0].issuer, currency="EUR")

    totals = documents_export(documents=documents_issued(), file_format="csv", path=tmp_path / "x.csv")

    assert totals.documents == 3


def test_nothing_to_export_is_said(tmp_path):
    with pytest.raises(CommandError, match="There are no issued documents to export"):
        call_command("export_invoices", "--format", "csv", "--out", str(tmp_path / "x.csv"))
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("export_invoices", "--format", "csv", "--out", str(tmp_path / "no" / "x.csv"))
