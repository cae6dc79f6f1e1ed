"""The entry of the web server."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")

application = get_wsgi_application()
# A wrong key ring ends the server here, before the first page. The guard brings models along,
# which cannot be imported before the line above.
import_module("federation.sealing.guard").check_ring()
# The first visitor need not wait for the pages to be loaded.
import_module("federation.urls")
