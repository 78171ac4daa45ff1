"""The shapes of other systems' exports, each described in a few lines.

A shape names the headings that give it away, the field that each of its columns fills, and the
steps that turn its rows into plain ones. To add one, write a ``Shape`` next to the others of its
kind and list it there; ``Shape`` and the steps say what each part does.
"""

from backoffice.kernel.transfers.shapes.prices import OneCurrency
from backoffice.kernel.transfers.shapes.shape import Shape, recognise
from backoffice.kernel.transfers.shapes.steps import (
    BlankOut,
    CarryDown,
    Combine,
    Derive,
    OptionlessRowsAreParents,
    Pick,
    SkipRows,
    SkipWithout,
    Step,
    Translate,
)

__all__ = [
    "BlankOut",
    "CarryDown",
    "Combine",
    "Derive",
    "OneCurrency",
    "OptionlessRowsAreParents",
    "Pick",
    "Shape",
    "SkipRows",
    "SkipWithout",
    "Step",
    "Translate",
    "recognise",
]
