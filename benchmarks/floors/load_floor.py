"""The least that loading a divisions file can cost: read the CSV, write one table.

Imports nothing of the portal. The table has the shape of a stored place: the columns a register of
organisations shows and searches, the indexes and references of a tree. There is no second table
(dated links), no check of the file, no pinyin, no lock, no comparison with what stands.
"""

import csv
import gzip
import io
import sqlite3
import time
import uuid
from pathlib import Path

TABLE = """
CREATE TABLE floor_place (
    id {key}, uid {uid} NOT NULL UNIQUE, code varchar(32) NOT NULL UNIQUE,
    name varchar(120) NOT NULL, short_name varchar(80) NOT NULL, level varchar(10) NOT NULL,
    kind integer NOT NULL,
    parent_id bigint REFERENCES floor_place DEFERRABLE INITIALLY DEFERRED,
    branch_id bigint REFERENCES floor_place DEFERRABLE INITIALLY DEFERRED,
    path varchar(64){collate} NOT NULL UNIQUE, depth integer NOT NULL,
    status varchar(2) NOT NULL, initials varchar(60) NOT NULL,
    pinyin varchar(200) NOT NULL, is_expected {boolean} NOT NULL, version integer NOT NULL
)
"""
INDEXES = [
    "CREATE INDEX floor_by_parent ON floor_place (parent_id, path)",
    "CREATE INDEX floor_by_level ON floor_place (level, path)",
    "CREATE INDEX floor_by_name ON floor_place (name)",
    "CREATE INDEX floor_by_initials ON floor_place (initials)",
    "CREATE INDEX floor_by_branch ON floor_place (branch_id)",
    "CREATE INDEX floor_by_kind ON floor_place (kind)",
]
COLUMNS = (
    "id, uid, code, name, short_name, level, kind, parent_id, branch_id, path, depth, status, "
    "initials, pinyin, is_expected, version"
)
KINDS = {"province": 20, "city": 30, "district": 40, "town": 50, "village": 60}


def read(path: Path) -> list[tuple]:
    """Rows of the table from a file whose parents stand before their children."""
    known: dict[str, tuple] = {"": (None, None, "", -1)}
    rows = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        next(reader)
        for number, (code, name, level, parent_code) in enumerate(reader, start=1):
            parent, branch, above, depth = known[parent_code]
            here = f"{above}{number % 46656:04X}"
            branch = number if level == "district" else branch
            known[code] = (number, branch, here, depth + 1)
            rows.append(
                (
                    number, uuid.uuid4().hex, code, name, name, level, KINDS[level], parent,
                    branch, here, depth + 1, "00", code[-4:], code, 1, 1,
                )
            )  # fmt: skip
    return rows


def sqlite(path: Path, database: Path) -> float:
    """Seconds of one load into a new SQLite file in WAL mode."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(
        TABLE.format(key="integer PRIMARY KEY", uid="char(32)", collate="", boolean="bool")
    )
    for statement in INDEXES:
        connection.execute(statement)
    started = time.perf_counter()
    rows = read(path)
    connection.execute("BEGIN IMMEDIATE")
    marks = ", ".join(["?"] * len(rows[0]))
    connection.executemany(f"INSERT INTO floor_place ({COLUMNS}) VALUES ({marks})", rows)
    connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def postgresql(path: Path, connection) -> float:
    """Seconds of one load by COPY over an open psycopg2 connection; the table is dropped again."""
    table = TABLE.format(
        key="bigint PRIMARY KEY", uid="uuid", collate=' COLLATE "C"', boolean="boolean"
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS floor_place")
        for statement in [table, *INDEXES]:
            cursor.execute(statement)
    started = time.perf_counter()
    rows = read(path)
    lines = (
        "\t".join("\\N" if value is None else str(value) for value in row) + "\n" for row in rows
    )
    with connection, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY floor_place ({COLUMNS}) FROM STDIN", io.StringIO("".join(lines)))
    seconds = time.perf_counter() - started
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE floor_place")
    return seconds
