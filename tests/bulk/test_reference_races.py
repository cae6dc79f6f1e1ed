"""Two at the same moment: one refers to what the other deletes, and nothing ends up nowhere.

Both have a connection of their own to two tables that are made for this module. SQLite has but one
writer, so there the second always waits; on PostgreSQL it is the triggers that make her wait.
"""

import threading
import time
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, migrations, models
from django.db.migrations.state import ProjectState

from federation.bulk.references import CheckReferencesTogether, trigger_names

KEY = ("id", models.BigAutoField(primary_key=True))
TABLES = [
    migrations.CreateModel("House", [KEY]),
    migrations.CreateModel(
        "Guest", [KEY, ("house", models.ForeignKey("races.House", models.PROTECT, null=True))]
    ),
]
TOGETHER = CheckReferencesTogether("guest", ["house"])
COMES, GOES = "INSERT INTO races_guest (id, house_id) VALUES (1, 1)", "DELETE FROM races_house"
MOVES = "UPDATE races_guest SET house_id = 1 WHERE id = 2"
# What she has just written herself she need not lock: nobody takes it away before she is done.
WRITTEN = "UPDATE races_house SET id = id WHERE id = 1"
#: what the first does, what the second does meanwhile, and both tables if the first did it
PAIRS = {
    "whoever deletes waits for one who comes": (COMES, GOES, (2, [(1, 1), (2, 2)])),
    "whoever deletes waits for one who wrote there": (
        (WRITTEN, COMES), GOES, (2, [(1, 1), (2, 2)])
    ),
    "whoever deletes waits for one who moves": (MOVES, GOES, (2, [(2, 1)])),
    "whoever comes waits for one who deletes": (GOES + " WHERE id = 1", COMES, (1, [(2, 2)])),
    "whoever moves waits for one who deletes": (GOES + " WHERE id = 1", MOVES, (1, [(2, 2)])),
}  # fmt: skip


@pytest.fixture
def both(db, tmp_path):
    """Two connections to two houses with one guest in the second."""
    made = [connection.copy(alias) for alias in ("first", "second")]
    schema = f"races_{uuid4().hex}"
    for one in made:
        connections[one.alias] = one
        if one.vendor == "sqlite":
            one.settings_dict["NAME"] = str(tmp_path / "races.sqlite3")
        one.inc_thread_sharing()
        if one.vendor == "postgresql":
            run(one, f"CREATE SCHEMA IF NOT EXISTS {schema}", f"SET search_path TO {schema}")
    state = ProjectState()
    for operation in [*TABLES, TOGETHER]:
        state = turn(made[0], operation, state)
    run(made[0], "INSERT INTO races_house (id) VALUES (1), (2)",
        "INSERT INTO races_guest (id, house_id) VALUES (2, 2)")  # fmt: skip
    made[0].state = state
    yield made
    for one in made:
        one.rollback()
    if connection.vendor == "postgresql":
        run(made[0], f"DROP SCHEMA {schema} CASCADE")
    for one in made:
        one.close()
        del connections[one.alias]


def turn(one, operation, state, back=False):
    """Migrate one operation on a connection; the state after it."""
    after = state.clone()
    operation.state_forwards("races", after)
    with one.schema_editor() as editor:
        deed = operation.database_backwards if back else operation.database_forwards
        deed("races", editor, state, after)
    return after


def run(one, *statements):
    with one.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def stands(one):
    with one.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM races_house")
        houses = cursor.fetchone()[0]
        cursor.execute("SELECT id, house_id FROM races_guest ORDER BY id")
        return houses, cursor.fetchall()


def wait_until_waiting(process):
    """Until somebody waits for a lock of ``process``; SQLite does not tell who waits."""
    if connection.vendor == "sqlite":
        time.sleep(0.1)
        return
    for _attempt in range(1000):
        with connection.cursor() as cursor:
            # What the view tells is otherwise the same throughout a transaction.
            cursor.execute("SELECT pid FROM pg_locks WHERE NOT granted AND %s = ANY"
                           " (pg_blocking_pids(pid))", [process])  # fmt: skip
            if cursor.fetchone():
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def raced(both, first, second, end):
    """``second`` begins while ``first`` is not over; what became of it: an error or None."""
    one, other = both
    found = []

    def meanwhile():
        try:
            run(other, second)
        except DatabaseError as error:
            found.append(error)

    run(one, "BEGIN", *([first] if isinstance(first, str) else first))
    process = one.connection.info.backend_pid if one.vendor == "postgresql" else None
    thread = threading.Thread(target=meanwhile)
    thread.start()
    try:
        wait_until_waiting(process)
        assert thread.is_alive()
    finally:
        run(one, end)
        thread.join(40)
    return found[0] if found else None


@pytest.mark.parametrize("first, second, after", PAIRS.values(), ids=PAIRS)
def test_the_second_waits_and_is_refused(both, first, second, after):
    assert isinstance(raced(both, first, second, "COMMIT"), IntegrityError)
    assert stands(both[0]) == after


@pytest.mark.parametrize("first, second, after", PAIRS.values(), ids=PAIRS)
def test_when_the_first_gives_up_the_second_goes_on(both, first, second, after):
    second = second + " WHERE id = 1" if second == GOES else second
    assert raced(both, first, second, "ROLLBACK") is None
    assert stands(both[0]) != after


def test_whoever_deletes_by_an_old_view_deletes_nothing(both):
    """What was committed after her first look she would not see."""
    one, other = both
    level = " ISOLATION LEVEL REPEATABLE READ" if one.vendor == "postgresql" else ""
    run(one, f"BEGIN{level}")
    stands(one)
    run(other, COMES)
    with pytest.raises(DatabaseError):
        run(one, GOES + " WHERE id = 1")
    run(one, "ROLLBACK")
    assert stands(one) == (2, [(1, 1), (2, 2)])


def test_the_constraint_comes_back_and_goes_again(both):
    one, _other = both
    for back in (True, False):
        turn(one, TOGETHER, one.state, back=back)
        with one.cursor() as cursor:
            found = one.introspection.get_relations(cursor, "races_guest")
        assert bool(found) == (back or one.vendor == "sqlite")
        for wrong in (COMES.replace(", 1)", ", 9)"), GOES):
            with pytest.raises(IntegrityError):
                run(one, wrong)
    assert stands(one) == (2, [(2, 2)])


def test_functions_that_were_left_behind_are_no_obstacle(both):
    one, _other = both
    names = trigger_names(one.state.apps.get_model("races", "guest")._meta.get_field("house"))
    turn(one, TOGETHER, one.state, back=True)
    if one.vendor == "postgresql":
        body = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        run(one, *(f"CREATE FUNCTION {name}() {body}" for name in names.values()))
    turn(one, TOGETHER, one.state)
    for wrong in (COMES.replace(", 1)", ", 9)"), GOES):
        with pytest.raises(IntegrityError):
            run(one, wrong)


def test_a_table_that_is_referred_to_is_emptied_only_with_those_who_refer(both):
    one, _other = both
    empty = "TRUNCATE {}" if one.vendor == "postgresql" else "DELETE FROM {}"
    with pytest.raises(DatabaseError):
        run(one, empty.format("races_house"))
    run(one, empty.format("races_guest"), empty.format("races_house"))
    assert stands(one) == (0, [])
