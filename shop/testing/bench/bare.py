"""The floor: pgbench writing the rows of one order of ours, statement by statement.

What an order writes is read off a real one: rows younger than a mark set before
it. Each table is copied with its indexes and checks, without its foreign keys;
each row becomes an INSERT with fresh values where they must be unique, and the
stock record an UPDATE.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from shop.embedded import postgres_program
from shop.processes import Trouble

STOCK = "partner_stockrecord"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
COLUMNS = """
SELECT attname, format_type(atttypid, NULL), attidentity <> '',
       EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND indisunique
               AND attnum = ANY (indkey)) AS unique
FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
"""
# By type: a value that no other row has.
FRESH = {
    "integer": "nextval('bare.fresh')",
    "bigint": "nextval('bare.fresh')",
    "uuid": "gen_random_uuid()",
    "character varying": "left(md5(random()::text), 12)",
}
TPS = re.compile(r"tps = ([\d.]+)")


@dataclass(frozen=True)
class Script:
    url: str
    path: Path


def prepare(shop, sample):
    """Let `sample` place one order, and write what it wrote as a script for pgbench."""
    url = shop.env["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        mark = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()[0]
        sample()
        tables = [row[0] for row in connection.execute(TABLES)]
        connection.execute("CREATE SCHEMA bare; CREATE SEQUENCE bare.fresh START 1000000")
        statements = ["BEGIN;"]
        for table in tables:
            statements += _statements(connection, table, mark)
        statements.append("COMMIT;")
    path = shop.home / "bare.sql"
    path.write_text("\n".join(statements))
    return Script(url, path)


def _statements(connection, table, mark):
    query = sql.SQL("SELECT * FROM public.{} WHERE xmin::text::bigint >= {}")
    cursor = connection.execute(query.format(sql.Identifier(table), mark))
    names = [column.name for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if not rows:
        return []
    copy = sql.SQL("CREATE TABLE bare.{0} (LIKE public.{0} INCLUDING ALL)")
    connection.execute(copy.format(sql.Identifier(table)))
    if table == STOCK:
        return _stock_update(connection)
    columns = connection.execute(COLUMNS, [f"public.{table}"]).fetchall()
    return [_insert(connection, table, columns, row) for row in rows]


def _stock_update(connection):
    connection.execute(f"INSERT INTO bare.{STOCK} SELECT * FROM public.{STOCK}")
    low, high = connection.execute(f"SELECT min(id), max(id) FROM bare.{STOCK}").fetchone()
    update = f"UPDATE bare.{STOCK} SET num_allocated = num_allocated + 1 WHERE id = :record;"
    return [f"\\set record random({low}, {high})", update]


def _insert(connection, table, columns, row):
    written = [column for column in columns if not column[2]]
    values = [_value(row[name], kind, unique) for name, kind, _identity, unique in written]
    statement = sql.SQL("INSERT INTO bare.{} ({}) VALUES ({});").format(
        sql.Identifier(table),
        sql.SQL(", ").join(sql.Identifier(column[0]) for column in written),
        sql.SQL(", ").join(values),
    )
    # A colon would begin one of pgbench's variables, were it followed by a letter.
    return re.sub(r"\s*\n\s*", " ", statement.as_string(connection))


def _value(value, kind, unique):
    if unique and value is not None and kind in FRESH:
        return sql.SQL(FRESH[kind])
    return sql.Literal(Jsonb(value) if isinstance(value, dict | list) else value)


def orders_per_second(script, clients, seconds):
    command = [postgres_program("pgbench"), "--no-vacuum", f"--client={clients}", "--jobs=2"]
    command += [f"--time={seconds}", f"--file={script.path}", script.url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = TPS.search(done.stdout)
    if done.returncode or not found:
        raise Trouble(f"pgbench failed:\n{done.stderr[-1000:]}")
    return float(found[1])
