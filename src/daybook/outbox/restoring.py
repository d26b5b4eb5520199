"""What becomes of waiting postings when Daybook itself comes back from a backup."""

from datetime import datetime

from django.db.models import F

from daybook.outbox.models import Posting

SENTENCE = "Daybook was restored from a backup. It may have been posted since, so QuickBooks is asked first."


def look_before_sending(now: datetime) -> int:
    """Have every queued posting looked for before it is sent: what the backup calls queued may stand in the books.

    What the backup calls sent is in doubt by itself, because its letter has no answer.
    """
    queued = Posting.objects.filter(state=Posting.State.QUEUED)
    asked = {"problem": SENTENCE, "not_before": None, "version": F("version") + 1}
    added = queued.filter(action=Posting.Action.ADD).update(look=Posting.Look.NAME, **asked)
    return added + queued.exclude(action=Posting.Action.ADD).update(look=Posting.Look.STALE, **asked)
