"""The project around the apps: settings, URLs, admin site, dashboard; and, under the apps, the kernel."""

__version__ = "0.1.0"
