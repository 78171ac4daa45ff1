"""Panels below an order's fields: a small registry, so that apps above can add what they know of an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.http import HttpRequest

from orders.models import Order


@dataclass(frozen=True)
class Panel:
    """A card on an order's page.

    Attributes:
        title: its heading.
        template: name of the template of its body; the context is available as ``panel.context``.
        context: what the template shows. Text is escaped by the template as always.
        position: cards stand in the order of this number; parcels are 20, returns 30.
    """

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    position: int = 50


# Returns None where there is nothing to show, or the user may not see it.
PanelMaker = Callable[[HttpRequest, Order], "Panel | None"]
P = TypeVar("P", bound=PanelMaker)

_makers: list[PanelMaker] = []


def register_panel(maker: P) -> P:
    """Add a panel to every order's page; usable as a decorator.

    Panels are for the house: people outside it never see them.

    Args:
        maker: called as ``maker(request, order)`` for each page; it checks the user's permission itself.
    """
    if maker not in _makers:
        _makers.append(maker)
    return maker


def panels_for(request: HttpRequest, order: Order) -> list[Panel]:
    """Return the panels of an order's page."""
    found = (maker(request, order) for maker in _makers)
    return sorted((panel for panel in found if panel is not None), key=lambda panel: panel.position)
