"""Opens a company file and closes it again, to see whether it can be opened; writes nothing down."""

from daybook.connections.models import CompanyFile
from daybook.connectors.errors import ConnectorError
from daybook.connectors.qbd.errors import from_hresult
from daybook.monitor.service import APP_NAME, Way, failure_of


def what_hinders(way: Way, company_file: CompanyFile) -> ConnectorError | None:
    """Why the file cannot be opened at this moment and who can act; None when it opens."""
    transport = way.make(company_file)
    try:
        transport.open_connection("", APP_NAME)
        transport.end_session(transport.begin_session(company_file.path, "do_not_care"))
    except way.error as error:
        failure = failure_of(error)
        return from_hresult(failure.code, failure.message)
    finally:
        transport.close_connection()
    return None
