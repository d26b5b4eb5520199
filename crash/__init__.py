"""kill -9 of the real programs at random moments, a full disk, a backup brought back (docs/why/exactly-once.md)."""
