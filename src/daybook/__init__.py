"""Time, expenses and projects, posted to QuickBooks through one connection."""

__version__ = "0.1.0"
