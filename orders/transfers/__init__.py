"""The files that orders take: what they hold, how they are planned, applied and exported."""
