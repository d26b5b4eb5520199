"""Plays Daybook, the company file and everybody around them in one process, by a seed; see docs/why/exactly-once.md."""
