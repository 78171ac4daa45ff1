"""What the warehouse prints: pick list, packing slips, address labels.

Each is a pure function from a frozen snapshot to the bytes of a PDF: the same input, the same bytes.
"""

from orders.documents.labels import render_labels
from orders.documents.packing_slip import render_packing_slips
from orders.documents.pick_list import render_pick_list
from orders.documents.snapshots import (
    LabelSnapshot,
    PackingSlipSnapshot,
    PickListSnapshot,
    PickRow,
    SlipLine,
)

__all__ = [
    "LabelSnapshot",
    "PackingSlipSnapshot",
    "PickListSnapshot",
    "PickRow",
    "SlipLine",
    "render_labels",
    "render_packing_slips",
    "render_pick_list",
]
