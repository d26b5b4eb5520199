"""The remote Monitor of Daybook: carries its letters to QuickBooks on this PC."""

__version__ = "0.1.0"
