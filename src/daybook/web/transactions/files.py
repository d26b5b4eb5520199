"""The column and the filter that tell transactions of several company files apart; a firm with one needs neither."""

from daybook.connections import queries
from daybook.web.listing import Column, Filter


def column_and_filter() -> tuple[list[Column], list[Filter]]:
    """Both, when the firm has or had more than one company file."""
    files = list(queries.files(with_disconnected=True))
    if len(files) < 2:
        return [], []
    column = Column("file", "Company file", value="company_file.name", phone="hide")
    return [column], [Filter("company_file", "Company file", [(str(file.pk), file.name) for file in files])]
