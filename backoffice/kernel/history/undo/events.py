"""News of undoing, for apps."""

from django.dispatch import Signal

# Rows were deleted, restored or made again by an undo, once per chunk.
# Arguments: sender (the model), ids, kind ("delete", "restore" or "recreate"), job_id (the undo's).
rows_undone = Signal()

# A job was undone. Arguments: sender (Job), job_id (what was undone), undo_job_id, result.
job_undone = Signal()
