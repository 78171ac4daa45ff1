"""Barcodes and QR codes, drawn as rectangles: sharp at any size, and small in the file."""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import segno
import segno.helpers
from reportlab.graphics.barcode.code128 import Code128Auto
from reportlab.graphics.barcode.eanbc import Ean13BarcodeWidget
from stdnum import ean, iban
from stdnum.exceptions import ValidationError

from backoffice.kernel.documents.errors import CodeRefused, DoesNotFit
from backoffice.kernel.documents.text import BLACK, Line, Style, single_line

if TYPE_CHECKING:
    from backoffice.kernel.documents.page import Page

# A mark is (x, y, width, height) in modules, from the upper left corner.
Mark = tuple[int, int, int, int]
_QUIET = 10  # modules free of print beside a barcode (ISO/IEC 15417)
_QUIET_QR = 4  # modules around a QR code (ISO/IEC 18004)
_LEAST_MODULE = 0.19 * 72 / 25.4  # points; thinner bars do not scan reliably
_EAN_DIGITS = 13
_KEPT = 512


class Barcode:
    """Bars with the value in clear below them.

    Args:
        marks: the bars; their height is set here.
        modules: width of the code without its quiet zones.
        text: printed below; empty for none.
        height: of the bars in points.
        module: width of the narrowest bar in points; the code shrinks to the
            place it gets, but never below what scanners read.
    """

    __slots__ = ("_caption", "_height", "_marks", "_module", "_modules", "_style")

    def __init__(self, marks: tuple[Mark, ...], modules: int, *, text: str, height: float, module: float) -> None:
        self._marks = marks
        self._modules = modules + 2 * _QUIET
        self._style = Style(size=8, align="centre")
        self._caption: Line | None = single_line(text, style=self._style, where="barcode") if text else None
        self._height = height
        self._module = module

    def _module_at(self, width: float) -> float:
        module = min(self._module, width / self._modules)
        if module < _LEAST_MODULE:
            needed = _LEAST_MODULE * self._modules
            raise DoesNotFit(f"the barcode needs {needed:.0f} points of width to be readable; it has {width:.0f}")
        return module

    def height(self, width: float) -> float:
        """Return the height of bars and caption in points."""
        self._module_at(width)
        return self._height + (self._style.line_height if self._caption else 0.0)

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw the code with its upper start corner at (x, top).

        Raises:
            DoesNotFit: the bars would be too thin for a scanner.
        """
        module = self._module_at(width)
        drawn = self._modules * module
        rects = [((_QUIET + bar) * module, 0.0, wide * module, self._height) for bar, _, wide, _ in self._marks]
        page.rects(rects, x=x, top=top, width=drawn, colour=BLACK)
        if self._caption:
            page.lines((self._caption,), x=x, top=top + self._height, width=drawn, style=self._style)

    def split(self, width: float, room: float) -> None:
        """Codes do not break."""
        del width, room


class QrCode:
    """A QR code in a square.

    Args:
        marks: dark modules, joined to horizontal runs.
        modules: modules along one side.
        side: length of the square in points, quiet zone included.
    """

    __slots__ = ("_marks", "_modules", "_side")

    def __init__(self, marks: tuple[Mark, ...], modules: int, *, side: float) -> None:
        self._marks = marks
        self._modules = modules + 2 * _QUIET_QR
        self._side = side

    def height(self, width: float) -> float:
        """Return the side of the square in points."""
        return min(self._side, width)

    def draw(self, page: Page, x: float, top: float, width: float) -> None:
        """Draw the code with its upper start corner at (x, top)."""
        side = min(self._side, width)
        module = side / self._modules
        rects = [
            ((_QUIET_QR + mark_x) * module, (_QUIET_QR + mark_y) * module, wide * module, high * module)
            for mark_x, mark_y, wide, high in self._marks
        ]
        page.rects(rects, x=x, top=top, width=side, colour=BLACK)

    def split(self, width: float, room: float) -> None:
        """Codes do not break."""
        del width, room


def code128(value: str, *, height: float = 36.0, module: float = 1.0, caption: bool = True) -> Barcode:
    """Return a Code 128 barcode, for order numbers, SKUs and tracking numbers.

    Raises:
        CodeRefused: the value is empty or holds anything but printable ASCII.
    """
    if not value or not value.isascii() or not value.isprintable():
        raise CodeRefused(f"a Code 128 barcode holds letters, digits and signs of ASCII only, not {value!r}")
    marks, modules = _code128_marks(value)
    return Barcode(marks, modules, text=value if caption else "", height=height, module=module)


@functools.lru_cache(maxsize=_KEPT)
def _code128_marks(value: str) -> tuple[tuple[Mark, ...], int]:
    code: Any = Code128Auto(value, quiet=0)
    code.validate()
    code.encode()
    marks: list[Mark] = []
    position = 0
    for letter in code.decompose():  # A to D is a bar of 1 to 4 modules, a to d a space
        wide = ord(letter.lower()) - ord("a") + 1
        if letter.isupper():
            marks.append((position, 0, wide, 1))
        position += wide
    return tuple(marks), position


def ean13(value: str, *, height: float = 36.0, module: float = 0.94, caption: bool = True) -> Barcode:
    """Return an EAN-13 (GTIN-13) barcode of a product.

    Args:
        value: 13 digits with a valid check digit.
        height: of the bars in points.
        module: width of the narrowest bar in points; 0.94 is the standard's 0.33 mm.
        caption: print the digits below.

    Raises:
        CodeRefused: not 13 digits, or the check digit is wrong.
    """
    digits = value.isascii() and value.isdigit()
    if not digits or len(value) != _EAN_DIGITS or not ean.is_valid(value):
        raise CodeRefused(f"{value!r} is not an EAN-13: it needs 13 digits, the last of them the check digit")
    marks, modules = _ean13_marks(value)
    return Barcode(marks, modules, text=value if caption else "", height=height, module=module)


@functools.lru_cache(maxsize=_KEPT)
def _ean13_marks(value: str) -> tuple[tuple[Mark, ...], int]:
    widget: Any = Ean13BarcodeWidget(value[:-1], quiet=0, humanReadable=0, barWidth=1)
    frame, *bars = widget.draw().contents
    return tuple((int(bar.x), 0, int(bar.width), 1) for bar in bars), int(frame.width)


def qr_code(text: str, *, side: float = 85.0) -> QrCode:
    """Return a QR code of any text, error correction level M.

    Raises:
        CodeRefused: the text is empty or too long.
    """
    if not text:
        raise CodeRefused("a QR code needs a text")
    try:
        code = segno.make_qr(text, error="m", boost_error=False)
    except segno.DataOverflowError:
        raise CodeRefused(f"a QR code cannot hold {len(text)} characters") from None
    return _drawn(code, side)


def giro_code(
    *, name: str, account: str, amount: Decimal, text: str = "", reference: str = "", bic: str = "", side: float = 85.0
) -> QrCode:
    """Return the QR code by which a bank app fills in a SEPA transfer (EPC069-12, version 002).

    Args:
        name: of the recipient, at most 70 characters.
        account: IBAN, spaces allowed.
        amount: in EUR, 0.01 to 999,999,999.99, at most two decimals.
        text: remittance text, at most 140 characters; instead of ``reference``.
        reference: structured creditor reference (ISO 11649).
        bic: only needed outside the European Economic Area.
        side: length of the square in points.

    Raises:
        CodeRefused: a field is missing, too long or not valid; the message says which.
    """
    if not isinstance(amount, Decimal):
        raise CodeRefused(f"the amount of a GiroCode is a Decimal, not {amount!r}")
    try:
        number = iban.validate(account)
    except ValidationError as error:
        raise CodeRefused(f"a GiroCode needs a valid IBAN, not {account!r}: {error}") from None
    if not amount.is_finite() or amount != round(amount, 2):
        raise CodeRefused(f"the amount of a GiroCode has at most two decimals, not {amount}")
    try:
        code = segno.helpers.make_epc_qr(
            name=name, iban=number, amount=amount, text=text or None, reference=reference or None, bic=bic or None
        )
    except ValueError as error:
        raise CodeRefused(f"no GiroCode: {error}") from None
    return _drawn(code, side)


def _drawn(code: segno.QRCode, side: float) -> QrCode:
    marks: list[Mark] = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                marks.append((start, y, x - start, 1))
            x += 1
    return QrCode(tuple(marks), len(code.matrix), side=side)
