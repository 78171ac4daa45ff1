"""Tracking numbers from the files of carriers and warehouses."""

from orders.transfers.tracking.kind import TRACKING, TRACKING_EXPORT

__all__ = ["TRACKING", "TRACKING_EXPORT"]
