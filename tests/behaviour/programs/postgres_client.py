# expect: untouched-safe unsafe=sync-client min-python=3.11 needs=postgres loop=freed
"""A real PostgreSQL through psycopg 3: transactions, cursors, rows, copies, errors."""
import asyncio
import os

import psycopg

DSN = os.environ["POSTGRES_DSN"]


async def fill(connection: psycopg.Connection):
    connection.execute("create temp table people (id int primary key, name text)")
    with connection.cursor() as cursor:
        cursor.executemany("insert into people values (%s, %s)", [(1, "ada"), (2, "grace"), (3, "jean")])
        with cursor.copy("copy people from stdin") as copy:
            copy.write_row((4, "ken"))
    connection.commit()


async def look(connection: psycopg.Connection):
    names = []
    with connection.cursor() as cursor:
        cursor.execute("select name from people order by id")
        for row in cursor:
            names.append(row[0])
        cursor.execute("select count(*), pg_sleep(0.2) from people")
        count = cursor.fetchone()[0]
    return names, count, connection.execute("select max(id) from people").fetchone()[0]


async def fail(connection: psycopg.Connection):
    try:
        with connection.transaction():
            connection.execute("delete from people")
            connection.execute("insert into people values (9, 'x'), (9, 'y')")
    except psycopg.errors.UniqueViolation as error:
        code = error.sqlstate
    connection.rollback()
    return code, connection.execute("select count(*) from people").fetchone()[0]


async def main():
    with psycopg.connect(DSN) as connection:
        await fill(connection)
        print(await look(connection))
        print(await fail(connection))
    other = psycopg.connect(DSN)
    other.autocommit = True
    print(other.execute("select 6 * 7").fetchall(), other.autocommit)
    other.close()


asyncio.run(main())
