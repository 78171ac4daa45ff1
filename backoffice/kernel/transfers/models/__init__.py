"""Models of uploads and exports."""

from backoffice.kernel.transfers.models.export import Export, SavedColumns
from backoffice.kernel.transfers.models.staged import RowAction, StagedRow
from backoffice.kernel.transfers.models.upload import SavedMapping, Upload

__all__ = ["Export", "RowAction", "SavedColumns", "SavedMapping", "StagedRow", "Upload"]
