"""Panels on an order's page: parcels and returns here, payments and invoices from the apps above."""

from __future__ import annotations

from backoffice.kernel.admin.panels import Panel, PanelMaker, panels_for
from backoffice.kernel.admin.panels import register_panel as _register_panel

__all__ = ["Panel", "panels_for", "register_panel"]


def register_panel(maker: PanelMaker) -> PanelMaker:
    """Add a panel to every order's page; a decorator of its maker, ``maker(request, order)``.

    Panels are for the house: people outside it never see them. Parcels stand at position 20,
    returns at 30.
    """
    return _register_panel("orders.Order")(maker)
