"""One stream of what happened to an object and its children, newest first.

Reading it costs a number of queries that depends on how many kinds of rows are in the stream, never
on how many events or rows there are.
"""

from backoffice.kernel.history.timeline.asof import AsOf, as_of
from backoffice.kernel.history.timeline.events import Change, Event, TimelinePage, events_since, timeline_page
from backoffice.kernel.history.timeline.sources import Source, job_source, object_source, sources_of

__all__ = [
    "AsOf",
    "Change",
    "Event",
    "Source",
    "TimelinePage",
    "as_of",
    "events_since",
    "job_source",
    "object_source",
    "sources_of",
    "timeline_page",
]
