"""What the server runs: the pages, and beside them the door of the Web Connector."""

import gc

from daybook.web.wsgi import application as pages
from daybook.webconnector.door import beside

application = beside(pages)

# What is loaded by now stays. Without this each full collection during an import would walk through all of it.
gc.collect()
gc.freeze()
