"""The shapes of other systems' exports, each described in a few lines.

A shape names the headings that give it away, the field that each of its columns fills, and the
steps that turn its rows into plain ones, a column at a time. To add one, write a ``Shape`` next to
the others of its kind and list it there; ``Shape`` and the steps say what each part does. A column
that only the steps need gets a name that begins with “~” among the shape's ``extras``.
"""

from backoffice.kernel.transfers.shapes.cells import (
    FirstOfKey,
    OnePath,
    OnlyKnown,
    OnlyOf,
    Shorten,
    SplitOptions,
)
from backoffice.kernel.transfers.shapes.families import ParentChild, VariationList
from backoffice.kernel.transfers.shapes.pairs import FromPairs, SumOfPairs
from backoffice.kernel.transfers.shapes.pictures import GatherPictures, JoinCells
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
    "FirstOfKey",
    "FromPairs",
    "GatherPictures",
    "JoinCells",
    "OneCurrency",
    "OnePath",
    "OnlyKnown",
    "OnlyOf",
    "OptionlessRowsAreParents",
    "ParentChild",
    "Pick",
    "Shape",
    "Shorten",
    "SkipRows",
    "SkipWithout",
    "SplitOptions",
    "Step",
    "SumOfPairs",
    "Translate",
    "VariationList",
    "recognise",
]
