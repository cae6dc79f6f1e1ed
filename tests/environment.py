"""Settings of a test run: the product's own, on a folder of their own, with cheap passwords."""

import atexit
import os
import shutil
import tempfile
from importlib import import_module
from urllib.parse import urlparse

FOLDER = tempfile.mkdtemp(prefix="portal-tests-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ["VAR_DIR"] = FOLDER
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER and os.environ.get("REDIS_URL"):
    # Every test empties its cache: each process needs a Redis database of its own.
    REDIS = urlparse(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = REDIS._replace(path=f"/{1 + int(WORKER[2:]) % 5}").geturl()

# The product reads VAR_DIR while it is imported, so it is imported only now.
product = import_module("federation.settings")

globals().update({name: getattr(product, name) for name in dir(product) if name.isupper()})
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **product.STORAGES,
    # The hashed names exist only after collectstatic.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = os.path.join(FOLDER, "static")
os.makedirs(STATIC_ROOT)
