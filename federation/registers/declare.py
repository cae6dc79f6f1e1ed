"""What an app declares so that the platform's registers find it."""

from rest_framework.viewsets import GenericViewSet

from federation.declarations import Registry

#: viewsets of the read-only API, declared in ``<app>/api.py``; ``route`` is the path below api/v1/
api_rooms: Registry[type[GenericViewSet]] = Registry("api", key="route")
