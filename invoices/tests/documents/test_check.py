"""The check by recomputation: what is right passes, whatever was tampered with is named."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.kernel.document_math import PricedLine
from invoices.documents import check_document, document_text, render_invoice

from .cases import cases
from .samples import FULL, REDUCED, pdf_text, snapshot, with_line

CASES = cases()


def printed(document) -> str:
    return pdf_text(render_invoice(document))


def found(document, text) -> dict[str, tuple[Decimal, Decimal | None]]:
    return {item.where: (item.expected, item.printed) for item in check_document(document, text)}


@pytest.mark.parametrize("name", sorted(CASES))
def test_each_golden_document_passes_by_either_reader(name):
    pdf = render_invoice(CASES[name])
    assert check_document(CASES[name], pdf_text(pdf)) == ()
    assert check_document(CASES[name], document_text(pdf)) == ()


@pytest.mark.parametrize("language", ["en", "de", "fr", "ar"])
def test_a_quantity_changed_on_paper_is_found(language):
    document = snapshot(language)
    text = printed(with_line(document, 3, quantity=Decimal("30.0000")))
    assert found(document, text) == {
        "line 3 quantity": (Decimal(3), Decimal(30)),
        "line 3 net by computation": (Decimal("657.00"), Decimal("65.70")),
    }


def test_a_quantity_changed_in_paper_and_snapshot_is_found():
    document = with_line(snapshot(), 3, quantity=Decimal("30.0000"))
    assert found(document, printed(document)) == {
        "line 3 net by computation": (Decimal("657.00"), Decimal("65.70")),
    }


def test_a_line_changed_together_with_its_net_contradicts_the_totals():
    document = with_line(snapshot(rates=(FULL,)), 3, quantity=Decimal("30.0000"), net=Decimal("657.00"))
    assert found(document, printed(document)) == {
        "lines net by computation": (Decimal("718.70"), Decimal("127.40")),
        "tax S 19.00 taxable by computation": (Decimal("723.60"), Decimal("132.30")),
    }


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("lines_net", "lines net by computation"),
        ("net", "net by computation"),
        ("gross", "gross by computation"),
        ("due", "due by computation"),
    ],
)
def test_a_total_that_is_a_cent_off_is_found(name, where):
    right = snapshot("de", discount="10", prepaid="5")
    wrong = replace(right, totals=replace(right.totals, **{name: getattr(right.totals, name) + Decimal("0.01")}))
    assert where in found(wrong, printed(wrong))


def test_a_tax_that_is_a_cent_off_is_found():
    right = snapshot()
    group = replace(right.breakdown[0], tax=right.breakdown[0].tax + Decimal("0.01"))
    wrong = replace(right, breakdown=(group, *right.breakdown[1:]))
    assert found(wrong, printed(wrong)) == {
        "tax S 19.00 amount by computation": (Decimal("17.20"), Decimal("17.21")),
        "gross by computation": (Decimal("152.44"), Decimal("152.43")),
    }


def test_rounding_that_is_not_printed_is_found():
    document = CASES["gross_prices_open"]
    text = printed(replace(document, totals=replace(document.totals, rounding=Decimal("0.00"))))
    assert found(document, text) == {"Rounding": (Decimal("0.01"), None)}


def test_a_line_that_is_missing_is_found():
    document = snapshot()
    text = printed(replace(document, lines=document.lines[:2]))
    assert found(document, text) == {"line 3": (Decimal("65.70"), None)}


def test_a_line_that_was_slipped_in_is_found():
    document = snapshot()
    extra = replace(document.lines[0], position=9)
    text = printed(replace(document, lines=(document.lines[0], extra, *document.lines[1:])))
    assert found(document, text) == {
        "carried forward above line 2": (Decimal("19.90"), None),
        "brought forward above line 2": (Decimal("19.90"), None),
    }


def test_an_article_changed_on_paper_is_found():
    document = snapshot()
    text = printed(with_line(document, 2, name="Kettle, 1.8 litres"))
    assert found(document, text) == {"line 2": (Decimal("41.80"), None)}


def test_a_carried_total_that_does_not_add_up_is_found():
    document = snapshot(count=60)
    text = printed(document)
    line = next(line for line in text.split("\n") if line.startswith("Carried forward"))
    wrong = text.replace(line, "Carried forward 1.00", 1)
    ((where, (expected, said)),) = found(document, wrong).items()
    assert where.startswith("carried forward above line ")
    assert (said, f"Carried forward {expected:,.2f}") == (Decimal("1.00"), line)


def test_a_discount_changed_on_paper_is_found():
    document = snapshot("de", discounted=True)
    text = printed(with_line(document, 1, allowance_net=Decimal("5.00")))
    assert found(document, text)["line 1 discount"] == (Decimal("2.50"), Decimal("5.00"))


def test_another_document_is_not_taken_for_this_one():
    document = snapshot()
    assert found(document, "")["line 1"] == (Decimal("19.90"), None)
    assert found(document, "")["Amount due"] == (Decimal("152.43"), None)


def test_a_discrepancy_says_what_is_wrong():
    document = snapshot()
    first, *_ = check_document(document, printed(with_line(document, 1, quantity=Decimal("7.0000"))))
    assert str(first) == "line 1 quantity: 7 is printed, 1.0000 expected"
    assert str(check_document(document, "")[0]) == "line 1: is not printed, 19.90 expected"


AMOUNTS = st.decimals(min_value="0.0001", max_value="99999.9999", places=4)
LINES = st.lists(
    st.builds(
        PricedLine,
        quantity=st.decimals(min_value="0.0001", max_value="9999", places=4),
        unit_price=AMOUNTS,
        tax=st.sampled_from((FULL, REDUCED)),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(lines=LINES, language=st.sampled_from(("en", "de", "fr", "ar")), gross=st.booleans(), shipping=st.booleans())
def test_whatever_issuing_computes_comes_out_again(lines, language, gross, shipping):
    document = snapshot(
        language, lines=lines, gross_prices=gross, shipping="4.90" if shipping else "0", with_logo=False
    )
    text = document_text(render_invoice(document))
    assert [str(item) for item in check_document(document, text)] == []
