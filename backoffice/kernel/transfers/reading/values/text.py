"""Text: cleaned but not changed in meaning, and the one pair of functions that neutralises formulas."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from backoffice.kernel.transfers.reading.errors import CellError

from .common import INVISIBLE, column_of, quoted, sheet_error

# Cells beginning so are run as formulas by spreadsheet programs (OWASP, "CSV Injection").
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r\n]")
_BREAKS = re.compile(r"[ \t]*[\r\n\t\v\f\x85\u2028\u2029]+[ \t]*")
_LINE_ENDS = re.compile(r"\r\n?")
# A code written as a formula, so that a spreadsheet keeps its zeros; and one that a spreadsheet has made a number of.
_AS_FORMULA = re.compile(r'="([^"]*)"')
_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+\d+|\d{7,}[.,]0+", re.ASCII)
# C0 without tab, LF and CR; DEL; C1, which text holds only where its encoding was taken for another.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule:
    """Say what a text may be.

    Args:
        multiline: line breaks and tabs are kept, however the file ends its lines; otherwise each becomes one space.
        max_length: characters, or None.
        code: it is a code such as a SKU or a barcode, and not what a spreadsheet makes of one.
    """

    multiline: bool = False
    max_length: int | None = None
    code: bool = False


ANY_TEXT = TextRule()


def neutralise_formula(text: str) -> str:
    """Return a text for export such that no spreadsheet program runs it: with an apostrophe in front.

    `restore_formula` undoes exactly this, for every text.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def restore_formula(text: str) -> str:
    """Return the text that `neutralise_formula` was given; other texts stay as they are."""
    return text[1:] if _NEUTRALISED.match(text) else text


def clean_text(value: str, rule: TextRule = ANY_TEXT) -> str | CellError | None:
    """Return a text as it is stored: restored, stripped, in composed Unicode (NFC).

    Args:
        value: the cell.
        rule: what it may be.

    Returns:
        The text, None if blank, or the error.
    """
    text = value
    if not (text.isascii() and text.isprintable()) or text[:1] in {"'", " ", "#"} or text[-1:] == " ":
        cleaned = _cleaned(text, rule)
        if cleaned.__class__ is CellError:
            return cleaned
        text = str(cleaned)
    if rule.code and not text.isalnum():
        if match := _AS_FORMULA.fullmatch(value.strip(INVISIBLE)):
            text = match[1].strip()
        if _SHORTENED.fullmatch(text):
            return CellError(
                "shortened_number",
                f"{quoted(text)} is a code of which a spreadsheet program has made a number; its digits are lost.",
                "Format the column as text, and type or export it again.",
            )
    if rule.max_length is not None and len(text) > rule.max_length:
        return CellError(
            "too_long", f"The text has {len(text):,} characters; at most {rule.max_length:,} fit.", "Shorten it."
        )
    return text or None


def text_column(values: Sequence[str], rule: TextRule = ANY_TEXT) -> tuple[list[str | None], dict[int, CellError]]:
    """Clean a column of texts; see `clean_text`."""
    return column_of(values, lambda value: clean_text(value, rule))


def _cleaned(value: str, rule: TextRule) -> str | CellError:
    text = unicodedata.normalize("NFC", restore_formula(value).strip(INVISIBLE))
    if text.startswith("#") and (error := sheet_error(text)):
        return error
    if found := _CONTROL.search(text):
        return CellError(
            "control_character",
            f"The text holds a character that cannot be stored (U+{ord(found[0]):04X}).",
            "Delete it. If it stands where a letter should be, the file was read in the wrong encoding.",
        )
    return _LINE_ENDS.sub("\n", text) if rule.multiline else _BREAKS.sub(" ", text)
