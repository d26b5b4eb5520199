"""Text to values and back: the qbXML messages that Daybook speaks, versions 13.0 to 16.0."""
