"""The door of the agents: an ASGI app of its own, which a remote Monitor asks for work and brings answers to."""
