"""Foreign keys of tables that grow by the hundred thousand, checked once for each statement.

PostgreSQL asks after every reference of every row by itself: for a city's roster one and a half
million times, mostly after the same few thousand organisations. Where a migration says so, the
constraint gives way to triggers that look up all that a statement refers to in one question. They
promise what the constraint promised, to everybody who writes at the same moment, too:

- What is referred to is locked FOR KEY SHARE. Whoever is about to delete it is waited for, and
  when she has done so the reference is refused. What the same (sub)transaction has just written
  itself needs no lock: nobody else can take it away before both are committed.
- Whoever deletes waits in the same way for those who refer to it, and only then looks, with eyes
  that see what they have written. Her looking is a statement of its own, which under READ
  COMMITTED sees all that is committed by then. Other levels would not: there nothing goes.

The difference: a reference is checked when its statement ends, not when the transaction does. What
is referred to is written first and goes last. The error is the same (IntegrityError).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models
from django.db.backends.utils import truncate_name
from django.db.migrations.operations.base import Operation

# Both look up by index, whatever is believed of the size of a table: one that is just being filled
# passes for empty, and reading it whole for twenty thousand keys took minutes.
# A backup of a release before them, put back over their tables, leaves the functions behind.
# Of a row that is changed only a reference that is another one than before is checked; such rows
# are few, and a trigger for each of them costs the others nothing.
COMING = """
CREATE OR REPLACE FUNCTION {coming}() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
DECLARE
    told {sort}[];
    mine xid;
    standing integer := 0;
    locked integer;
BEGIN
    IF TG_LEVEL = 'ROW' THEN
        told := array_remove(ARRAY[NEW.{column}], NULL);
    ELSE
        told := ARRAY(SELECT DISTINCT {column} FROM coming WHERE {column} IS NOT NULL);
        SELECT xmin INTO mine FROM {table} WHERE {own} = (SELECT {own} FROM coming LIMIT 1);
        SELECT count(*) INTO standing FROM {parent} WHERE {key} = ANY (told) AND xmin = mine;
    END IF;
    IF standing < cardinality(told) THEN
        PERFORM 1 FROM {parent}
            WHERE {key} = ANY (told) AND xmin IS DISTINCT FROM mine FOR KEY SHARE;
        GET DIAGNOSTICS locked = ROW_COUNT;
        standing := standing + locked;
    END IF;
    IF standing < cardinality(told) THEN
        RAISE foreign_key_violation USING
            MESSAGE = '{table}.{column} refers to what is not in {parent}',
            SCHEMA = TG_TABLE_SCHEMA, TABLE = '{table}', COLUMN = '{column}',
            CONSTRAINT = '{coming}';
    END IF;
    RETURN NULL;
END $$
"""
GOING = """
CREATE OR REPLACE FUNCTION {going}() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
DECLARE
    gone {sort}[];
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE feature_not_supported USING
            MESSAGE = 'what {table}.{column} may refer to goes under READ COMMITTED alone';
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1;
    ELSE
        IF TG_LEVEL = 'ROW' THEN
            gone := ARRAY[OLD.{key}];
        ELSE
            gone := ARRAY(SELECT {key} FROM going);
        END IF;
        PERFORM 1 FROM {table} WHERE {column} = ANY (gone) LIMIT 1 FOR KEY SHARE;
    END IF;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = '{table}.{column} still refers to {parent}',
            SCHEMA = TG_TABLE_SCHEMA, TABLE = '{table}', COLUMN = '{column}',
            CONSTRAINT = '{going}';
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER {coming} AFTER INSERT ON {table} REFERENCING NEW TABLE AS coming"
    " FOR EACH STATEMENT EXECUTE FUNCTION {coming}()",
    "CREATE TRIGGER {coming}_changed AFTER UPDATE OF {column} ON {table} FOR EACH ROW"
    " WHEN (NEW.{column} IS DISTINCT FROM OLD.{column}) EXECUTE FUNCTION {coming}()",
    "CREATE TRIGGER {going} AFTER DELETE ON {parent} REFERENCING OLD TABLE AS going"
    " FOR EACH STATEMENT EXECUTE FUNCTION {going}()",
    # Keys never change; should somebody try, those that are needed stay.
    "CREATE TRIGGER {going}_changed AFTER UPDATE OF {key} ON {parent} FOR EACH ROW"
    " WHEN (NEW.{key} IS DISTINCT FROM OLD.{key}) EXECUTE FUNCTION {going}()",
    "CREATE TRIGGER {going}_emptied AFTER TRUNCATE ON {parent}"
    " FOR EACH STATEMENT EXECUTE FUNCTION {going}()",
)
# A function takes its triggers along.
UNDONE = ("DROP FUNCTION {coming}() CASCADE", "DROP FUNCTION {going}() CASCADE")


class CheckReferencesTogether(Operation):
    """Foreign keys of a model get the triggers above on PostgreSQL; nothing happens elsewhere.

    To Django they are foreign keys as before, and a later change of their indexes or options leaves
    the triggers as they are. A column that is renamed or removed is given its constraint back
    first: the same operation with ``is_undoing``.
    """

    reduces_to_sql = True

    def __init__(self, model_name: str, names: Sequence[str], is_undoing: bool = False) -> None:
        self.model_name, self.names, self.is_undoing = model_name, tuple(names), is_undoing

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How it is written into a migration."""
        rest = {"is_undoing": True} if self.is_undoing else {}
        return type(self).__name__, [self.model_name, self.names], rest

    def state_forwards(self, app_label: str, state: Any) -> None:
        """To Django nothing changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        """Triggers in place of the constraint, or back."""
        self._turn(app_label, schema_editor, states[1], to_triggers=not self.is_undoing)

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        """The other way; every reference is looked up as the constraint is made."""
        self._turn(app_label, schema_editor, states[1], to_triggers=self.is_undoing)

    def describe(self) -> str:
        """One line for whoever migrates."""
        return f"Check {', '.join(self.names)} of {self.model_name} once for each statement"

    def _turn(self, app_label: str, editor: Any, state: Any, to_triggers: bool) -> None:
        model = state.apps.get_model(app_label, self.model_name)
        is_allowed = self.allow_migrate_model(editor.connection.alias, model)
        if editor.connection.vendor != "postgresql" or not is_allowed:
            return
        turned = _triggers if to_triggers else _constraint
        for name in self.names:
            for statement in turned(model._meta.get_field(name), editor):
                # Without parameters percent signs mean nothing.
                editor.execute(statement, None)


def trigger_names(field: Any) -> dict[str, str]:
    """What stands for a foreign key: the names of both functions, and so of their triggers."""
    both = f"{field.model._meta.db_table}_{field.column}"
    # The longest ending of a trigger has eight letters.
    return {what: truncate_name(f"{both}_{what}", 63 - 8) for what in ("coming", "going")}


def _filled(template: str, field: Any, editor: Any) -> str:
    """A statement about one foreign key, whose names all come from the model."""
    target = field.target_field
    return template.format(
        table=field.model._meta.db_table,
        column=field.column,
        parent=target.model._meta.db_table,
        key=target.column,
        own=field.model._meta.pk.column,
        sort=field.db_type(editor.connection),
        **trigger_names(field),
    )


def _triggers(field: models.ForeignKey[Any], editor: Any) -> Iterator[Any]:
    held = editor._constraint_names(field.model, [field.column], foreign_key=True)
    for constraint in held:
        yield editor._delete_fk_sql(field.model, constraint)
    for template in (COMING, GOING, *TRIGGERS):
        yield _filled(template, field, editor)


def _constraint(field: models.ForeignKey[Any], editor: Any) -> Iterator[Any]:
    for template in UNDONE:
        yield _filled(template, field, editor)
    yield editor._create_fk_sql(field.model, field, "_fk_%(to_table)s_%(to_column)s")
