"""The customers' files: what they hold, how they are planned, applied and exported."""
