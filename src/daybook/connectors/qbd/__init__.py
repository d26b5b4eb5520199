"""QuickBooks Desktop: our values to qbXML requests, and its records to our values."""
