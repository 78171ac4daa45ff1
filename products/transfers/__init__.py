"""The catalogue's files: what they hold, how they are planned, applied and exported."""
