"""Panels on an object's page: apps above the object's own app add what they know of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.http import HttpRequest


@dataclass(frozen=True)
class Panel:
    """A card below an object's fields.

    Attributes:
        title: its heading.
        template: name of the template of its body, which finds what it shows in ``panel.context``.
            Text is escaped by the template as always.
        context: what the template shows.
        position: cards stand in the order of this number.
    """

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    position: int = 50


@dataclass(frozen=True)
class Cell:
    """One cell of a panel's table.

    Attributes:
        text: what it says.
        url: where it leads; empty for nowhere.
        is_amount: set flush right, as amounts are.
    """

    text: str
    url: str = ""
    is_amount: bool = False


@dataclass(frozen=True)
class Figure:
    """A number with its name, shown large above a panel's table."""

    label: str
    text: str


TABLE_TEMPLATE = "admin/panels/table.html"

# Called as maker(request, object). Returns None where there is nothing to show, or where the user may
# not see it: a maker checks permission and row scope itself.
PanelMaker = Callable[[HttpRequest, Any], Panel | None]
M = TypeVar("M", bound=PanelMaker)

_makers: dict[str, list[PanelMaker]] = {}


def register_panel(label: str) -> Callable[[M], M]:
    """Add a panel to the pages of a model's objects; a decorator of its maker.

    Args:
        label: the model, for example ``accounts.CustomerProfile``.
    """

    def register(maker: M) -> M:
        known = _makers.setdefault(label.lower(), [])
        if maker not in known:
            known.append(maker)
        return maker

    return register


def panels_for(request: HttpRequest, obj: Any) -> list[Panel]:
    """Return the panels of an object's page, in order."""
    found = (maker(request, obj) for maker in _makers.get(obj._meta.label_lower, ()))
    return sorted((panel for panel in found if panel is not None), key=lambda panel: panel.position)


def table_panel(
    title: str,
    *,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    figures: Sequence[Figure] = (),
    all_url: str = "",
    empty: str = "",
    position: int = 50,
) -> Panel:
    """Return a panel with figures above a table.

    Args:
        title: its heading.
        columns: headings of the table.
        rows: cells in the order of the columns.
        figures: numbers above the table.
        all_url: list of all rows, where the table only shows the latest.
        empty: what is said where there are no rows.
        position: cards stand in the order of this number.
    """
    heads = [Cell(name, is_amount=bool(rows) and rows[0][place].is_amount) for place, name in enumerate(columns)]
    context = {"columns": heads, "rows": rows, "figures": figures, "all_url": all_url, "empty": empty}
    return Panel(title, TABLE_TEMPLATE, context, position)


class PanelsMixin:
    """Shows an object's panels below its fields, with ``admin/includes/panels.html``."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Hand the panels to the page."""
        obj = kwargs.get("obj")
        if obj is not None:
            context["panels"] = panels_for(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]
