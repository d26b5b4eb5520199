"""The figures that Daybook promises, measured: `make bench`, or `python -m bench told idle` for some of them."""
