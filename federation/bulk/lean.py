"""Records read by the hundred thousand: made without what their model makes of every single one.

Of a city's posts, making the records takes longer than the database takes to find them: for each
one Django asks of every column whether it was read, and sets those that were one by one.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

from federation.bulk.ready import made_by

# Columns that a new record keeps under their own names and does nothing else about.
KEPT_AS_READ = (DeferredAttribute, ForeignKeyDeferredAttribute)


def lean(queryset: QuerySet[Any], chunk_size: int) -> Iterator[Any]:
    """The records of ``queryset.iterator(chunk_size)``, in less time."""
    asked: Any = queryset.all()
    compiler: Any = asked.query.get_compiler(asked.db)
    write = compiler.as_sql

    def as_sql(*args: Any, **kwargs: Any) -> Any:
        written = write(*args, **kwargs)
        # Known since the statement was written: how rows become records.
        if compiler.klass_info is not None:
            compiler.klass_info = made_by(compiler.klass_info, maker)
        return written

    def once(*args: Any, **kwargs: Any) -> Any:
        # A copy of the question, as some statements hold one, is written in its own way.
        del asked.query.get_compiler
        return compiler

    compiler.as_sql, asked.query.get_compiler = as_sql, once
    found: Iterator[Any] = asked.iterator(chunk_size=chunk_size)
    return found


class Lean:
    """Makes records of a model as ``Model.from_db`` does."""

    def __init__(self, model: type[Model]) -> None:
        self.model, self._meta = model, model._meta

    def from_db(self, db: str, names: list[str], values: Any) -> Any:
        """The record of these values (see ``Model.from_db``)."""
        record = self.model.__new__(self.model)
        state = ModelState()
        state.db, state.adding = db, False
        record.__dict__.update(zip(names, values, strict=True), _state=state)
        return record


def maker(model: Any) -> Any:
    """What makes the records of ``model``: itself, where anything happens when one is made."""
    is_usual = (
        model.__init__ is Model.__init__
        and model.from_db.__func__ is Model.from_db.__func__  # type: ignore[attr-defined]
        and not (pre_init.has_listeners(model) or post_init.has_listeners(model))
        and all(
            type(getattr(model, f.attname)) in KEPT_AS_READ for f in model._meta.concrete_fields
        )
    )
    return Lean(model) if is_usual else model
