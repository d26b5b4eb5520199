"""The QuickBooks side: a person plays the bookkeeper of a sandbox company file."""
