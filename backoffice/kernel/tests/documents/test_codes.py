"""Barcodes and QR codes: what is drawn is what was asked for."""

from decimal import Decimal
from itertools import pairwise

import pytest
import segno
import segno.helpers

from backoffice.kernel.documents.codes import Barcode, QrCode, code128, ean13, giro_code, qr_code
from backoffice.kernel.documents.errors import CodeRefused, DoesNotFit
from backoffice.kernel.documents.page import A4, Page, RectsOp, TextOp

IBAN = "DE02 1203 0000 0000 2020 51"
# Module patterns of the digits in the right half of an EAN (ISO/IEC 15420, set C).
RIGHT = ["1110010", "1100110", "1101100", "1000010", "1011100", "1001110", "1010000", "1000100", "1001000", "1110100"]
LEFT_ODD = ["".join("10"[int(bit)] for bit in pattern) for pattern in RIGHT]
LEFT_EVEN = [pattern[::-1] for pattern in RIGHT]
FIRST = ["LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL"]


def bars(code: Barcode, width: float = 400) -> list[tuple[float, float]]:
    """Return left edge and width of each bar as drawn, in modules."""
    page = Page(A4)
    code.draw(page, 0, 0, width)
    (op,) = (op for op in page.ops if isinstance(op, RectsOp))
    module = min(rect[2] for rect in op.rects)
    return [(round(x / module), round(wide / module)) for x, _, wide, _ in op.rects]


def modules(code: Barcode) -> str:
    found = bars(code)
    end = found[-1][0] + found[-1][1]
    dark = {start + offset for start, wide in found for offset in range(wide)}
    return "".join("1" if position in dark else "0" for position in range(found[0][0], end))


def test_an_ean_13_decodes_to_its_digits():
    drawn = modules(ean13("4006381333931"))
    assert len(drawn) == 95
    assert (drawn[:3], drawn[45:50], drawn[-3:]) == ("101", "01010", "101")
    left = [drawn[3 + 7 * n : 10 + 7 * n] for n in range(6)]
    right = [drawn[50 + 7 * n : 57 + 7 * n] for n in range(6)]
    kinds = "".join("L" if pattern in LEFT_ODD else "G" for pattern in left)
    digits = [str((LEFT_ODD if kind == "L" else LEFT_EVEN).index(p)) for kind, p in zip(kinds, left, strict=True)]
    digits += [str(RIGHT.index(pattern)) for pattern in right]
    assert f"{FIRST.index(kinds)}{''.join(digits)}" == "4006381333931"


@pytest.mark.parametrize(
    "value", ["4006381333932", "400638133393", "40063813339311", "400638133393x", "", "４006381333931"]
)
def test_what_is_no_ean_13_is_refused(value):
    with pytest.raises(CodeRefused, match="it needs 13 digits, the last of them the check digit"):
        ean13(value)


def test_code_128_has_start_check_and_stop():
    drawn = modules(code128("SKU-1"))
    # Start B, S, K, U, -, 1, check, stop (ISO/IEC 15417, table 1)
    assert drawn[:11] == "11010010000"
    assert drawn[11:22] == "11011101000"
    assert drawn[-13:] == "1100011101011"
    assert len(drawn) == 7 * 11 + 13


def test_code_128_packs_digits():
    assert len(modules(code128("12345678"))) < len(modules(code128("ABCDEFGH")))


@pytest.mark.parametrize("value", ["", "Straße", "a\nb", "عربي"])
def test_what_code_128_cannot_hold_is_refused(value):
    with pytest.raises(CodeRefused, match="letters, digits and signs of ASCII only"):
        code128(value)


def test_a_barcode_has_quiet_zones_and_its_value_in_clear():
    page = Page(A4)
    code = code128("ABC", height=30, module=1.5)
    code.draw(page, 100, 50, 300)
    rects, caption = page.ops
    assert isinstance(rects, RectsOp)
    assert isinstance(caption, TextOp)
    assert rects.rects[0][0] == pytest.approx(100 + 10 * 1.5)
    assert {rect[3] for rect in rects.rects} == {30}
    assert caption.glyphs == "ABC"
    assert caption.y < A4.height - 50 - 30


def test_a_barcode_without_room_is_refused_rather_than_unreadable():
    code = code128("A-LONG-TRACKING-NUMBER-0123456789")
    with pytest.raises(DoesNotFit, match="to be readable"):
        code.height(100)
    assert code.height(400) > 36


def test_bars_do_not_touch():
    for (start, wide), (following, _) in pairwise(bars(code128("Order 2026-000123"))):
        assert start + wide < following


def dark_modules(code: QrCode, side: float) -> tuple[int, set[tuple[int, int]]]:
    page = Page(A4)
    code.draw(page, 0, 0, 500)
    (op,) = page.ops
    assert isinstance(op, RectsOp)
    height = min(rect[3] for rect in op.rects)
    dark = set()
    for x, y, wide, _ in op.rects:
        row = round((A4.height - y - height) / height)
        dark |= {(round(x / height) + offset, row) for offset in range(round(wide / height))}
    return round(side / height), dark


@pytest.mark.parametrize("text", ["https://shop.example.com/o/1", "Grüße aus Łódź", "x" * 300])
def test_a_qr_code_draws_the_modules_of_its_text(text):
    expected = segno.make_qr(text, error="m", boost_error=False)
    modules_, dark = dark_modules(qr_code(text, side=120), 120)
    assert modules_ == expected.symbol_size(border=4)[0]
    assert dark == {(x + 4, y + 4) for y, row in enumerate(expected.matrix) for x, bit in enumerate(row) if bit}


def test_a_giro_code_is_the_transfer():
    expected = segno.helpers.make_epc_qr(
        name="Example GmbH", iban="DE02120300000000202051", amount=Decimal("12.30"), text="INV-1"
    )
    _, dark = dark_modules(
        giro_code(name="Example GmbH", account=IBAN, amount=Decimal("12.30"), text="INV-1", side=100), 100
    )
    assert dark == {(x + 4, y + 4) for y, row in enumerate(expected.matrix) for x, bit in enumerate(row) if bit}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"account": "DE02 1203 0000 0000 2020 52"}, "needs a valid IBAN, not 'DE02 1203 0000 0000 2020 52'"),
        ({"account": ""}, "needs a valid IBAN"),
        ({"amount": Decimal("0")}, "no GiroCode: .*[Aa]mount"),
        ({"amount": Decimal("1E+10")}, "no GiroCode: .*[Aa]mount"),
        ({"amount": Decimal("1.005")}, "at most two decimals, not 1.005"),
        ({"amount": Decimal("NaN")}, "at most two decimals, not NaN"),
        ({"amount": 12.3}, "is a Decimal, not 12.3"),
        ({"name": ""}, "no GiroCode: .*name"),
        ({"name": "x" * 71}, "no GiroCode: .*name"),
        ({"text": "x" * 141}, "no GiroCode: .*text"),
        ({"reference": "RF18539007547034"}, "no GiroCode: .*text"),
        ({"text": ""}, "no GiroCode: "),
        ({"bic": "X"}, "no GiroCode: .*BIC"),
    ],
)
def test_what_is_no_transfer_is_refused(change, message):
    fields = {"name": "Example GmbH", "account": IBAN, "amount": Decimal("12.30"), "text": "INV-1", **change}
    with pytest.raises(CodeRefused, match=message):
        giro_code(**fields)


@pytest.mark.parametrize(("text", "message"), [("", "needs a text"), ("x" * 5000, "cannot hold 5000 characters")])
def test_what_a_qr_code_cannot_hold_is_refused(text, message):
    with pytest.raises(CodeRefused, match=message):
        qr_code(text)
