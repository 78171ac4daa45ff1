"""Who may see and touch which rows."""
