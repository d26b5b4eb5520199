"""The door of the agents: an ASGI app of its own, which a remote Monitor asks for work and brings answers to."""

AGENT_VERSION = "0.1.0"  # of the agent that belongs to this Daybook
