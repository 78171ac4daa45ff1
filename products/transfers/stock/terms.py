"""What the quantities of a stock file mean, and what they come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from backoffice.kernel.transfers.kinds import Choice
from products.services.stock.counts import Since, stale_count
from products.services.stock.rows import StockNow, lowest_on_hand
from products.transfers.planning.variants import PROMISED
from products.transfers.stock.resource import MOST_STOCK

CHOICES = (
    Choice(
        name="quantities",
        label="What the quantities mean",
        values={"set": "The stock is set to them", "add": "They are added to the stock"},
        default="set",
        help="Added quantities may be negative. A file that is applied twice adds twice.",
    ),
    Choice(
        name="counted_at",
        label="When it was counted",
        help=(
            "For a stocktake: what was sold and received after this moment is allowed for. Left empty, the "
            "quantities hold for now."
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What was chosen for an upload.

    Attributes:
        adds: quantities are added to the stock; else it is set to them.
        counted_at: when the rows were counted that do not say so themselves; None where they were not.
    """

    adds: bool
    counted_at: dt.datetime | None

    @classmethod
    def of(cls, choices: Mapping[str, str]) -> Terms:
        """Read the answers to the kind's questions."""
        moment = choices.get("counted_at", "")
        return cls(choices.get("quantities") == "add", dt.datetime.fromisoformat(moment) if moment else None)

    def outcome(self, quantity: int, now: StockNow, since: Since | None) -> tuple[int, str]:
        """Return the pieces on hand that a row comes to, and why that cannot be; "" where it can.

        Args:
            quantity: as the row says.
            now: the stock as it is.
            since: of a count, what happened after it; None for other rows.
        """
        if since is not None and since.counted_again is not None:
            return now.on_hand, f"It was {stale_count(since.counted_again)}"
        moved = since.moved if since else 0
        after = now.on_hand + quantity if self.adds else quantity + moved
        if after < 0:
            why = f"only {now.on_hand} are there" if self.adds else f"{moved:+d} moved since the count"
            return after, f"That would leave {after} pieces: {why}."
        if after < lowest_on_hand(now):
            return after, PROMISED.format(now.allocated)
        if after > MOST_STOCK:
            return after, f"That would be {after:,} pieces; at most {MOST_STOCK:,} are kept."
        return after, ""
