"""What gives a foreign export away, and what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backoffice.kernel.transfers.reading.header import name_key
from backoffice.kernel.transfers.shapes.steps import Step


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Describe one system's export.

    Attributes:
        name: short name, stored with the upload.
        label: what people call the system.
        signature: headings that must all be there.
        columns: heading → field of the kind.
        extras: heading → name that only the steps read (the unit of a weight, the type of a row).
        foreign: headings that bear a field's own name but mean something else here.
        steps: run over each chunk of rows, in this order.
        group: field by which rows belong together; such rows are planned together.
        positional: fields by place, for files without headings ("" leaves a column out).
        own: whether it is an export of ours.
    """

    name: str
    label: str
    signature: tuple[str, ...]
    columns: Mapping[str, str]
    extras: Mapping[str, str] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    group: str = ""
    positional: tuple[str, ...] = ()
    own: bool = False

    def places(self, headings: Sequence[str]) -> dict[int, str]:
        """Return which columns fill which field; of two columns for one field the first counts."""
        return _places(headings, self.columns)

    def extra_places(self, headings: Sequence[str]) -> dict[int, str]:
        """Return which columns only the steps read."""
        return _places(headings, self.extras)

    def own_names_of(self, headings: Sequence[str]) -> frozenset[int]:
        """Return the columns whose names are this system's words, whatever a field of ours is called."""
        foreign = set(map(name_key, self.foreign))
        found = {place for place, heading in enumerate(headings) if name_key(heading) in foreign}
        return frozenset(found.union(self.extra_places(headings)))

    def made_fields(self) -> frozenset[str]:
        """Return what the steps fill besides the columns of the file."""
        return frozenset(name for step in self.steps for name in step.fills())

    def fits(self, headings: Sequence[str]) -> bool:
        """Say whether a file's headings are this system's."""
        keys = set(map(name_key, headings))
        return bool(self.signature) and all(name_key(heading) in keys for heading in self.signature)


def _places(headings: Sequence[str], names: Mapping[str, str]) -> dict[int, str]:
    wanted = {name_key(heading): name for heading, name in names.items()}
    found: dict[int, str] = {}
    for place, heading in enumerate(headings):
        name = wanted.get(name_key(heading))
        if name and name not in found.values():
            found[place] = name
    return found


def recognise(shapes: Sequence[Shape], headings: Sequence[str]) -> Shape | None:
    """Return the shape that a file's headings give away: of several the one with the longest signature."""
    fitting = [shape for shape in shapes if shape.fits(headings)]
    return max(fitting, key=lambda shape: len(shape.signature), default=None)
