"""What gives a foreign export away, and what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backoffice.kernel.transfers.reading.header import name_key
from backoffice.kernel.transfers.shapes.steps import Combine, Step

# What follows a heading in files that have a column per language: name:en, name:pt_BR.
_LANGUAGE = re.compile(r":[a-z]{2}(?:[_-][A-Za-z]{2,4})?$")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Describe one system's export.

    Attributes:
        name: short name, stored with the upload.
        label: what people call the system.
        signature: headings that must all be there.
        also: other headings that give it away as well: those of other versions and languages.
        by_language: its headings may be followed by a language (“name:en”); of several languages the first counts.
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
    also: tuple[tuple[str, ...], ...] = ()
    by_language: bool = False
    extras: Mapping[str, str] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    group: str = ""
    positional: tuple[str, ...] = ()
    own: bool = False

    def places(self, headings: Sequence[str]) -> dict[int, str]:
        """Return which columns fill which field; of two columns for one field the first counts."""
        return _places(self._bare(headings), self.columns)

    def extra_places(self, headings: Sequence[str]) -> dict[int, str]:
        """Return which columns only the steps read."""
        return _places(self._bare(headings), self.extras)

    def own_names_of(self, headings: Sequence[str]) -> frozenset[int]:
        """Return the columns whose names are this system's words, whatever a field of ours is called."""
        foreign = set(map(name_key, self.foreign))
        found = {place for place, heading in enumerate(headings) if name_key(heading) in foreign}
        return frozenset(found.union(self.extra_places(headings)))

    def made_fields(self) -> frozenset[str]:
        """Return what the steps fill besides the columns of the file."""
        return frozenset(name for step in self.steps for name in step.fills())

    def sources_of(self, field: str) -> tuple[str, ...]:
        """Return the columns of which a step makes a field; they are written like it."""
        return next((step.sources for step in self.steps if isinstance(step, Combine) and field in step.targets), ())

    def telling(self, headings: Sequence[str]) -> int:
        """Return how many headings give a file away as this system's; 0 where it is none of its."""
        keys = set(map(name_key, self._bare(headings)))
        found = [names for names in (self.signature, *self.also) if names and keys.issuperset(map(name_key, names))]
        return max(map(len, found), default=0)

    def _bare(self, headings: Sequence[str]) -> list[str]:
        """Return the headings without their languages."""
        return [_LANGUAGE.sub("", heading.strip()) if self.by_language else heading for heading in headings]


def _places(headings: Sequence[str], names: Mapping[str, str]) -> dict[int, str]:
    wanted = {name_key(heading): name for heading, name in names.items()}
    found: dict[int, str] = {}
    for place, heading in enumerate(headings):
        name = wanted.get(name_key(heading))
        if name and name not in found.values():
            found[place] = name
    return found


def recognise(shapes: Sequence[Shape], headings: Sequence[str]) -> Shape | None:
    """Return the shape that a file's headings give away: of several the one that most of them name."""
    found = max(shapes, key=lambda shape: shape.telling(headings), default=None)
    return found if found is not None and found.telling(headings) else None
