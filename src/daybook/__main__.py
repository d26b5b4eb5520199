"""`python -m daybook` is the `daybook` command."""

from daybook.cli.main import run

if __name__ == "__main__":
    run()
