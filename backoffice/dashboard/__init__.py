"""The first page: queues and figures."""
