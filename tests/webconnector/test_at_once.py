"""Calls of one session that come at the same moment, to a real site with several threads: nothing goes twice."""

from concurrent.futures import ThreadPoolExecutor

from daybook.companyfile import RequestProcessor
from daybook.companyfile.webconnector import Service
from daybook.connections.models import Lease
from tests.monitor.harness import State
from tests.waiting import wait_for
from tests.webconnector.served import Site, cast, path, sample_file, site

__all__ = ["cast", "path", "sample_file", "site"]

AT_ONCE = 6


def test_calls_of_a_session_that_come_at_once_send_nothing_twice(site: Site) -> None:
    postings = [site.house.ask(f"Client {number:03d}") for number in range(70)]
    service = Service(site.address)
    ticket, file = service.call("authenticate", strUserName=site.user, strPassword=site.password)
    processor = RequestProcessor()
    processor.open_connection("", "at once")
    open_file = processor.begin_session(file, "do_not_care")

    def one(operation: str, **given: str) -> str:
        return "".join(Service(site.address).call(operation, ticket=ticket, **given)[:1])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(2):
            texts = list(pool.map(lambda _: one("sendRequestXML", strHCPResponse=""), range(AT_ONCE)))
            for text in filter(None, texts):
                answer = processor.process_request(open_file, text)
                list(pool.map(lambda _, answer=answer: one("receiveResponseXML", response=answer), range(3)))
    one("closeConnection")
    processor.close_connection()

    def done() -> bool:
        site.connector("--once").wait(60)
        Lease.objects.update(expires_at=site.house.clock().replace(year=2020))
        return all(site.house.state(posting) == State.POSTED for posting in postings)

    wait_for(done, seconds=120, every=2.5, what="all postings")
    with site.house.books() as books:
        there = [entry.name for entry in books.entries("customer", show="all", text="Client ", limit=9999)]
    assert sorted(there) == sorted(posting.title for posting in postings)
