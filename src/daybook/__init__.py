"""Time, expenses and projects, posted to QuickBooks through one connection."""
