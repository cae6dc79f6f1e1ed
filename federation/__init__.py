"""The platform: knows trees, scopes, sheets and indicators; knows no domain app."""

from federation.celery import app as celery_app

__all__ = ["celery_app"]
