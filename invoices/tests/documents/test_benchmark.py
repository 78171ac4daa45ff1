"""The benchmark's peer prints what the renderer prints, and the table is a table."""

import re

import pytest

from backoffice.benchmarks import __main__ as benchmarks
from backoffice.benchmarks.bench_invoice_pdf import register, straight
from backoffice.benchmarks.invoice_samples import invoice_sample
from invoices.documents import check_document, document_text, render_invoice

from .samples import pdf_text


def amounts(text: str) -> list[str]:
    return sorted(re.findall(r"\d[\d,]*\.\d\d\b", text))


@pytest.mark.parametrize("is_paid", [True, False])
def test_the_peer_prints_the_same_lines_and_totals(is_paid):
    register()
    document = invoice_sample(7, is_paid=is_paid)
    ours, peer = pdf_text(render_invoice(document)), pdf_text(straight(document))
    named_in_sentence = [] if is_paid else amounts(f"{document.totals.due:,.2f}")
    assert sorted(amounts(peer) + named_in_sentence) == amounts(ours)
    for line in document.lines:
        assert line.name in peer
        assert line.sku in peer


def test_samples_are_right_and_differ():
    first, second = (invoice_sample(number, count=3, is_paid=number == 1) for number in (1, 2))
    assert check_document(first, document_text(render_invoice(first))) == ()
    assert check_document(second, document_text(render_invoice(second))) == ()
    assert first.buyer != second.buyer
    assert invoice_sample(1, count=3) == first


def test_the_table_has_every_column_that_a_row_has():
    table = benchmarks.markdown([{"Work": "a", "Ratio": "1|2"}, {"Work": "b", "Goal": "3"}])
    assert table.split("\n") == ["| Work | Ratio | Goal |", "| --- | --- | --- |", "| a | 1¦2 |  |", "| b |  | 3 |"]


def test_benchmarks_are_found_by_their_names(capsys):
    assert "invoice_pdf" in benchmarks.names()
    assert benchmarks.main(["nothing"]) == 2
    assert "No benchmark named nothing. There are: " in capsys.readouterr().err
