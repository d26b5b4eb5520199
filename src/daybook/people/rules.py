"""One rule a right, for templates and for anything that asks Django whether somebody may do something."""

from rules.permissions import set_perm
from rules.predicates import Predicate, predicate

from daybook.people.models import User
from daybook.people.queries import has_right
from daybook.people.rights import Right


def _rule(right: Right) -> Predicate:
    def holds(user: User) -> bool:
        return has_right(user, right)

    made: Predicate = predicate(holds, name=right.value)  # type: ignore[no-untyped-call]
    return made


for _right in Right:
    set_perm(f"daybook.{_right.value}", _rule(_right))  # type: ignore[no-untyped-call]
