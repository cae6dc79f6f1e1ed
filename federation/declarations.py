"""Declare, don't wire: registries of classes that the platform finds by file name."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Generic, TypeVar

from django.apps import apps

T = TypeVar("T")


class AlreadyDeclared(Exception):
    """Two declarations carry the same key."""


class Registry(Generic[T]):
    """Declared things by key, found in ``<app>/<room>.py`` of every installed app.

    ``key`` names the attribute of a declared class that identifies it. Order: as declared, classes
    in the order of the installed apps, whichever of them was imported first.
    """

    def __init__(self, room: str, key: str) -> None:
        self.room, self.key = room, key
        self._declared: dict[str, T] = {}
        self._discovered = False

    def register(self, thing: T) -> T:
        """Add a declaration (usable as a decorator). Raises AlreadyDeclared."""
        key = getattr(thing, self.key)
        if key in self._declared:
            raise AlreadyDeclared(f"{self.room}: {key} is declared twice")
        self._declared[key] = thing
        return thing

    def discover(self) -> None:
        """Import the room of every installed app, once."""
        if self._discovered:
            return
        for config in apps.get_app_configs():
            name = f"{config.name}.{self.room}"
            if find_spec(name) is not None:
                import_module(name)
        places = {config.name: place for place, config in enumerate(apps.get_app_configs())}
        ordered = sorted(self._declared.items(), key=lambda one: _place_of(one[1], places))
        self._declared = dict(ordered)
        # Only now: a room that cannot be imported must fail every time, not just the first.
        self._discovered = True

    def __iter__(self) -> Iterator[T]:
        self.discover()
        return iter(list(self._declared.values()))

    def __len__(self) -> int:
        self.discover()
        return len(self._declared)

    def get(self, key: str) -> T | None:
        """The declaration of ``key``, or None."""
        self.discover()
        return self._declared.get(key)

    def keys(self) -> list[str]:
        """The keys, as declared."""
        self.discover()
        return list(self._declared)


def _place_of(thing: object, places: Mapping[str, int]) -> int:
    """The place of the app that a class is declared in; instances stay where they are."""
    module = thing.__module__ if isinstance(thing, type) else ""
    while module and module not in places:
        module = module.rpartition(".")[0]
    return places.get(module, -1)
