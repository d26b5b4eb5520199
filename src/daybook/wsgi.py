"""What the server runs: the pages, and beside them the door of the Web Connector."""

import gc

from daybook.web.wsgi import application as pages  # sets Django up, which the others need

# isort: split
from django.utils import timezone

from daybook.monitor.engine import Engine
from daybook.monitor.ids import RandomIds
from daybook.webconnector.door import Door
from daybook.webconnector.service import Service

application = Door(Service(Engine(timezone.now, RandomIds()))).beside(pages)

# What is loaded by now stays. Without this each full collection during an import would walk through all of it.
gc.collect()
gc.freeze()
