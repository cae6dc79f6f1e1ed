"""Questions that are asked again and again: their SQL is written once.

Django writes the SQL of a queryset anew every time it is asked, which for the small answers of
every page (who is asking, the fifty rows of a list) costs more than the answer does. What is kept
here is the statement; records are read every time. It is made from a queryset and answers as the
queryset would.
"""

from copy import copy
from typing import Any

from django.db import connections
from django.db.models import QuerySet, Value


class Slot(Value):
    """A value that is named now and given whenever the question is asked.

    ``field`` makes the given value fit for the database, as it does in a filter.
    """

    def __init__(self, name: str, field: Any) -> None:
        super().__init__(name, output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (self,)

    def filled(self, given: dict[str, Any], connection: Any) -> Any:
        """What stands here when ``given`` is asked for. Raises KeyError."""
        return self.output_field.get_db_prep_value(given[self.name], connection, prepared=False)


class Ready:
    """The question of a queryset, ready to be asked by any thread.

    The queryset has no limits: a part of the answer is asked for with ``window``. Records that
    belong to several records of one answer (fifty posts in one village) are made once and shared.
    Raises EmptyResultSet when the queryset can be seen to hold nothing.
    """

    def __init__(self, queryset: QuerySet[Any]) -> None:
        self._queryset = queryset.all()
        self._using = queryset.db
        self._compiler: Any = self._queryset.query.get_compiler(self._using)
        self._sql, self._values = self._compiler.as_sql()
        # Of the thread that wrote it; whoever asks puts her own in.
        self._compiler.connection = None

    def ask(self, window: tuple[int, int] | None = None, **given: Any) -> list[Any]:
        """The records, or those from the first to before the second number of ``window``."""
        connection = connections[self._using]
        sql = self._sql
        if window is not None:
            sql += f" {connection.ops.limit_offset_sql(*window)}"
        values = tuple(
            value.filled(given, connection) if isinstance(value, Slot) else value
            for value in self._values
        )
        compiler: Any = copy(self._compiler)
        compiler.connection = connection
        if compiler.klass_info is not None:
            compiler.klass_info = _sharing(compiler.klass_info)
        compiler.as_sql = lambda *args, **kwargs: (sql, values)
        asked: Any = self._queryset.all()
        asked.query.get_compiler = lambda *args, **kwargs: compiler
        return list(asked)


class Shared:
    """Makes the records of a model for one answer: those with the same key only once."""

    def __init__(self, model: Any) -> None:
        self.model, self._meta = model, model._meta
        self.made: dict[Any, Any] = {}

    def from_db(self, db: str, names: list[str], values: Any) -> Any:
        """The record of these values (see ``Model.from_db``)."""
        key = values[names.index(self._meta.pk.attname)]
        if key not in self.made:
            self.made[key] = self.model.from_db(db, names, values)
        return self.made[key]


def made_by(info: Any, maker: Any) -> Any:
    """``info`` (how a compiler makes records of rows) with what ``maker`` gives for each model."""
    related = [made_by(one, maker) for one in info.get("related_klass_infos", ())]
    return {**info, "model": maker(info["model"]), "related_klass_infos": related}


def _sharing(info: Any) -> Any:
    """``info`` with the related records shared."""
    related = [made_by(one, Shared) for one in info.get("related_klass_infos", ())]
    return {**info, "related_klass_infos": related}
