"""What the site serves beside its pages: compressed, and under names that change with their content."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.conf import settings

from tests.waiting import wait_for


@pytest.mark.django_db(transaction=True)
def test_styles_and_scripts_are_compressed_and_kept_by_the_browser_for_good(
    start_process: Callable[..., Any],
) -> None:
    noted = settings.HOME / "web.json"
    noted.unlink(missing_ok=True)
    start_process("serve", "--port", "0")
    wait_for(noted.exists, seconds=60, what="the site's address")
    url = json.loads(noted.read_text())["url"]

    def page() -> str:
        try:
            return httpx.get(f"{url}/account/login/").text
        except httpx.TransportError:
            return ""

    wait_for(lambda: "daybook." in page(), seconds=60, what="the page to sign in")
    found = re.findall(r"/static/[\w./-]+\.(?:css|js)", page())
    assert len(found) >= 4
    for path in found:
        answer = httpx.get(url + path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, path
        assert answer.headers["Content-Encoding"] == "gzip", path
        assert "immutable" in answer.headers["Cache-Control"], path
