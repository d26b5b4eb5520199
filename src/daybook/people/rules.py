"""One rule a right, for templates and for anything that asks Django whether somebody may do something."""

import rules

from daybook.people.models import User
from daybook.people.queries import has_right
from daybook.people.rights import Right


def _rule(right: Right) -> rules.Predicate:
    def holds(user: User) -> bool:
        return has_right(user, right)

    return rules.predicate(holds, name=right.value)


for _right in Right:
    rules.set_perm(f"daybook.{_right.value}", _rule(_right))
