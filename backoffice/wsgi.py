"""The WSGI application, for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")

application = get_wsgi_application()

# What the program is made of is never given back. In sight of the collector, all of it is looked through again
# and again, and whichever page that falls upon takes a fifth of a second longer.
len(get_resolver().url_patterns)  # reads the addresses, with all pages of the admin, now and not for the first visitor
gc.collect()
gc.freeze()
