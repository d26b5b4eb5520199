"""What must hold once everything came to its end, looked at past the product, by the tables of both sides."""

from collections import Counter

from crash.firm import Firm

_POSTINGS = """
SELECT id, replace(lower(CAST(key AS TEXT)), '-', ''), state, list_id, title, subject_kind, subject_id
FROM outbox_posting WHERE action = 'add' ORDER BY id"""


class Broken(AssertionError):
    """A promise that was not kept."""


def hold(condition: object, sentence: str) -> None:
    """Say which promise was broken."""
    if not condition:
        raise Broken(sentence)


class Books:
    """The company file as it was before the people came."""

    def __init__(self, firm: Firm) -> None:
        self.before = {row[0] for row in firm.in_books()}

    def check(self, firm: Firm) -> int:
        """Look at everything that was ever asked for; gives how many postings there were."""
        postings = firm.rows(_POSTINGS)
        there = firm.in_books()
        self._each_once(postings, there)
        self._nobody_unasked(postings, there)
        self._nothing_lost(firm, postings)
        self._linked(firm, postings)
        self._told_once(firm, postings)
        return len(postings)

    def check_restored(self, firm: Firm, lost: Firm) -> None:
        """The same of a firm that came back from a backup; what the lost one posted after it is in the books too."""
        postings = firm.rows(_POSTINGS)
        there = firm.in_books()
        self._each_once(postings, there)
        known = {str(posting[4]).rpartition(":")[2] for posting in postings} | set(lost.accepted)
        ghosts = [row[2] for row in there if row[3] and row[0] not in self.before and row[2] not in known]
        hold(not ghosts, f"in the books, and nobody asked for it: {ghosts}")
        self._nothing_lost(firm, postings)
        self._linked(firm, postings)

    def _each_once(self, postings: list[tuple[object, ...]], there: list[tuple[object, ...]]) -> None:
        by_guid = Counter(row[3] for row in there if row[3])
        names = Counter((row[1], row[2]) for row in there if row[0] not in self.before)
        for number, key, state, list_id, title, *_ in postings:
            hold(state in ("posted", "parked", "withdrawn"), f"#{number} {title} is {state} at the end")
            hold(
                by_guid[key] == (state == "posted"), f"#{number} {title} is {state}, in the books {by_guid[key]} times"
            )
            hold(state != "posted" or list_id in {row[0] for row in there}, f"#{number} has a ListID that is not there")
        hold(max(names.values(), default=1) == 1, f"in the books twice: {[n for n, many in names.items() if many > 1]}")

    def _nobody_unasked(self, postings: list[tuple[object, ...]], there: list[tuple[object, ...]]) -> None:
        keys = {posting[1] for posting in postings}
        ghosts = [row[2] for row in there if row[3] and row[0] not in self.before and row[3] not in keys]
        hold(not ghosts, f"in the books, and nobody asked for it: {ghosts}")

    def _nothing_lost(self, firm: Firm, postings: list[tuple[object, ...]]) -> None:
        titles = Counter(str(posting[4]).rpartition(":")[2] for posting in postings)
        for name in firm.accepted:
            hold(titles[name] == 1, f"{name} was saved, and has {titles[name]} postings")
        parked = [(posting[4], posting[2]) for posting in postings if posting[2] != "posted"]
        hold(not parked, f"not in the books though nothing stood in the way: {parked}")
        saved = Counter(
            row[0]
            for row in firm.rows("SELECT name FROM directory_client UNION ALL SELECT name FROM directory_project")
        )
        twice = [name for name in firm.accepted if saved[name] != 1]
        hold(not twice, f"saved not once: {[(name, saved[name]) for name in twice]}")

    def _linked(self, firm: Firm, postings: list[tuple[object, ...]]) -> None:
        links = Counter(
            firm.rows("SELECT subject_kind, subject_id, list_id FROM outbox_link WHERE subject_id IS NOT NULL")
        )
        for number, _, state, list_id, title, kind, subject in postings:
            hold(state != "posted" or links[kind, subject, list_id] == 1, f"#{number} {title} is posted and not linked")

    def _told_once(self, firm: Firm, postings: list[tuple[object, ...]]) -> None:
        told = firm.rows("SELECT COALESCE(SUM(count), 0) FROM notices_notice WHERE kind = 'posting.done'")[0][0]
        done = sum(posting[2] == "posted" for posting in postings)
        hold(told == done, f"{done} postings are done, and people were told of {told}")
