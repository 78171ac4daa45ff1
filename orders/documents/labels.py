"""Address labels with the parcel's number as a barcode, on a roll or on sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backoffice.kernel.documents.blocks import Gap, Stack
from backoffice.kernel.documents.codes import code128
from backoffice.kernel.documents.errors import DocumentError
from backoffice.kernel.documents.labels import A4_3_BY_8, ROLL_100_BY_150, LabelSheet, draw_labels
from backoffice.kernel.documents.page import MM, Block
from backoffice.kernel.documents.pdfa import DocumentInfo
from backoffice.kernel.documents.text import GREY, Style, TextBlock
from orders.documents.snapshots import LabelSnapshot

SHEETS: dict[str, LabelSheet] = {"roll": ROLL_100_BY_150, "a4": replace(A4_3_BY_8, padding=2.5 * MM)}


@dataclass(frozen=True, slots=True)
class _Look:
    """How a label of one format looks: sizes in points, the address' to be tried from the largest on."""

    address_sizes: tuple[float, ...]
    small: float
    barcode_height: float
    barcode_module: float


_LOOKS = {
    "roll": _Look(address_sizes=(20.0, 17.0, 14.0, 11.0), small=10, barcode_height=70, barcode_module=1.9),
    "a4": _Look(address_sizes=(9.0, 8.0, 7.0, 6.0, 5.0), small=6.5, barcode_height=17, barcode_module=1.2),
}


def render_labels(snapshots: Sequence[LabelSnapshot], *, sheet: str = "roll", skip: int = 0) -> bytes:
    """Return address labels as a PDF.

    Args:
        snapshots: one per label.
        sheet: ``roll`` for labels of 100 x 150 mm, ``a4`` for sheets of 24 labels.
        skip: labels that are already gone from the first sheet.

    Raises:
        DocumentError: there is no label.
        DoesNotFit: an address is longer than its label.
        MissingGlyph: a text holds a character that cannot be printed; the message names it.
    """
    if not snapshots:
        raise DocumentError("there is no label to print")
    layout = SHEETS[sheet]
    info = DocumentInfo(
        title=f"Labels {', '.join(snapshot.number for snapshot in snapshots)}",
        author=snapshots[0].sender,
        language="en",
        created=max(snapshot.created_at for snapshot in snapshots),
    )
    return draw_labels(info, layout, [_label(snapshot, _LOOKS[sheet], layout) for snapshot in snapshots], skip=skip)


def _label(snapshot: LabelSnapshot, look: _Look, layout: LabelSheet) -> Block:
    """Return the label: the address in the largest size that fits, the barcode at the foot."""
    width = layout.label.width - 2 * layout.padding
    room = layout.label.height - 2 * layout.padding
    foot = _foot(snapshot, look)
    heads = [_head(snapshot, look, size) for size in look.address_sizes]
    free = room - foot.height(width)
    head = next((block for block in heads if block.height(width) <= free), heads[-1])
    return Stack([head, Gap(max(0.0, free - head.height(width))), foot])


def _head(snapshot: LabelSnapshot, look: _Look, size: float) -> Stack:
    small = Style(size=look.small, colour=GREY)
    return Stack(
        [
            TextBlock(snapshot.sender, small, where=f"{snapshot.number} sender"),
            TextBlock("\n".join(snapshot.address), Style(size=size), where=f"{snapshot.number} address"),
        ],
        gap=size / 2,
    )


def _foot(snapshot: LabelSnapshot, look: _Look) -> Stack:
    reference = " · ".join(filter(None, (snapshot.order, snapshot.number, snapshot.carrier)))
    return Stack(
        [
            code128(snapshot.number, height=look.barcode_height, module=look.barcode_module, caption=False),
            TextBlock(reference, Style(size=look.small), where=f"{snapshot.number} reference"),
        ],
        gap=2,
    )
