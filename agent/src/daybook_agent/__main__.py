"""`python -m daybook_agent`."""

from daybook_agent.main import run

run()
