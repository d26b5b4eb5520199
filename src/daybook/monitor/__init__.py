"""The engine: what to send next, what an answer means, when to try again; and who may speak with a company file."""
