"""Which characters of a text reach the paper, and how."""

from __future__ import annotations

_SOFT_HYPHEN = "\u00ad"
_NORMAL = {
    ord("\t"): " ",
    # The font draws a soft hyphen as a visible one, in the middle of the line.
    ord(_SOFT_HYPHEN): None,
    0x2028: "\n",
    0x2029: "\n",
}


def printable(text: str) -> str:
    """Reduce a text to what a page shows: its characters, and LF for each line break.

    Tabs become spaces and soft hyphens go. Nothing else is changed: the text
    that is read back from the PDF is the text that went in.

    Raises:
        TypeError: the value is not a str; markup objects and numbers are the
            caller's to turn into text.
    """
    if type(text) is not str:
        raise TypeError(f"a document is made of plain str, not {type(text).__name__}: {text!r}")
    if text.isprintable():
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_NORMAL)
