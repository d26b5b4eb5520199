"""The firm's clock on every page."""

from types import SimpleNamespace

import pytest
from django.test import Client

from daybook.connections.models import CompanyFile
from daybook.notices import operations
from tests.web.transactions.test_transactions import NOW, posted

pytestmark = pytest.mark.django_db


def test_a_page_without_javascript_shows_the_firms_time(cast_client: Client, cast: SimpleNamespace) -> None:
    file = CompanyFile.objects.create(name="Rock Castle", path="/books/rock.qbw", made_at=NOW, is_default=True)
    posting = posted(file, cast.mia, "Northwind:Quay", "queued")
    assert ", 14:00" in cast_client.get(f"/transactions/{posting.pk}/").content.decode()
    operations.change_firm(cast.ada, name="Harbour & Co", time_zone="America/New_York")
    assert ", 09:00" in cast_client.get(f"/transactions/{posting.pk}/").content.decode()
