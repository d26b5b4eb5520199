"""Every single fault at every crash point, and every ordered pair, on the decisions of the product; in seconds."""

import pytest

from daybook.monitor import recovery
from daybook.monitor.outcomes import Outcome
from daybook.outbox.models import Posting
from simulation import exhaustive


def test_every_single_fault_leaves_each_posting_in_the_books_once_or_refused() -> None:
    many, came = exhaustive.play(exhaustive.singles())
    assert many == len(exhaustive.POINTS) * len(exhaustive.KINDS) * len(exhaustive.POSITIONS) == 285
    assert sum(came.values()) == many, "some fault was planned and did not come"


def test_every_ordered_pair_of_faults_does_too() -> None:
    many, came = exhaustive.play(exhaustive.pairs())
    assert many == (len(exhaustive.POINTS) * len(exhaustive.KINDS)) ** 2 == 3249
    seldom = [fault for fault in product_of_faults() if came[fault] < 50]
    assert not seldom, "each fault comes many times"


def product_of_faults() -> list[tuple[str, str]]:
    return [(point, kind) for point in exhaustive.POINTS for kind in exhaustive.KINDS]


def test_sending_again_without_a_look_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def resend(posting: Posting, *_: object) -> Outcome:
        return Outcome(posting, Posting.State.QUEUED)

    monkeypatch.setattr(recovery, "_judge_add", resend)
    with pytest.raises(AssertionError, match="2 times in the books"):
        exhaustive.play(exhaustive.singles())
