"""What the orders app refuses, in words for the person who asked."""

from __future__ import annotations

from backoffice.kernel.refusals import Refused


class OrderRefused(Refused):
    """Something cannot be done with an order, a parcel or a return; nothing was changed."""


class OrderNotDraft(OrderRefused):
    """Only drafts can be changed; what was placed is what was agreed."""


class NotOnSale(OrderRefused):
    """A variant cannot be ordered: it, its product or its seller is not active."""


class AmountRefused(OrderRefused):
    """Prices and discounts make no order."""


class NothingToShip(OrderRefused):
    """A parcel would be empty, or hold more than is allocated for it."""


class NothingToReturn(OrderRefused):
    """More pieces would come back than were delivered."""
