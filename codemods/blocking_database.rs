//! Databases without an asynchronous client on the event loop.

use crate::engine::apis::Kind;
use crate::engine::blocked::{blocked, gone_over, says};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::Context;
use crate::engine::fix::Fixes;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "blocking-database",
    summary: "ask databases in a thread instead of on the event loop",
    rationale: "\
A query takes as long as the database takes, and a lock on the other side has no upper limit; until then the event
loop answers nobody. `psycopg2`, `pymysql`, `mysql.connector` and their like have no asynchronous methods: their
calls move into a thread. Libraries that come with an asynchronous twin are the business of `sync-client`.

A `sqlite3` connection may only be used by the thread that made it, unless it is opened with
`check_same_thread=False`: its calls are reported, and the work with it is to move into a thread as a whole. The fix is
not safe: a thread cannot be cancelled, and a connection must not be used by two threads at a time.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[],
    examples: r#"
# a query moves into a thread
! unsafe
 import asyncio
 import psycopg2


 class Store:
     def __init__(self, dsn):
         self.connection = psycopg2.connect(dsn)

     async def load(self, key):
         with self.connection.cursor() as cursor:
-            cursor.execute("select * from t where id = %s", (key,))
-            return cursor.fetchone()
+            await asyncio.to_thread(cursor.execute, "select * from t where id = %s", (key,))
+            return await asyncio.to_thread(cursor.fetchone)
# so does making the connection
! unsafe
 import asyncio
 import pymysql


 async def connect(settings):
-    return pymysql.connect(**settings)
+    return await asyncio.to_thread(pymysql.connect, **settings)
# a connection of sqlite3 stays in its thread: reported
! reported belongs to the thread that made it
 import sqlite3


 async def load(path):
     connection = sqlite3.connect(path)
     rows = connection.execute("select * from t").fetchall()
     connection.close()
     return rows
# unless it says that it may move
! unsafe
 import asyncio
 import sqlite3


 class Store:
     def __init__(self, path):
         self.connection = sqlite3.connect(path, check_same_thread=False)

     async def load(self):
-        return self.connection.execute("select * from t").fetchall()
+        return await asyncio.to_thread(lambda: self.connection.execute("select * from t").fetchall())
# going over the rows asks the database too
! reported belongs to the thread
 import sqlite3


 async def load(cursor: sqlite3.Cursor):
     return [row[0] for row in cursor]
# in trio code it is trio's thread
! unsafe
 import psycopg2
 import trio


 async def load(connection: psycopg2.extensions.connection):
-    connection.commit()
+    await trio.to_thread.run_sync(connection.commit)


 trio.run(load, None)
# other objects have methods of the same names
 async def load(cursor, pool):
     cursor.execute("select 1")
     async with pool.acquire() as connection:
         return await connection.fetch("select 1")
# a plain function may ask
 import sqlite3


 def load(path):
     with sqlite3.connect(path) as connection:
         return connection.execute("select 1").fetchone()
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let pedantic = fixes.is_pedantic();
    for found in blocked(cx, Kind::Database, pedantic) {
        found.into_thread(fixes);
    }
    for (iter, _, verdict) in gone_over(cx, Kind::Database, pedantic) {
        let reason = if verdict.is_thread_bound() {
            "the cursor belongs to the thread that made it; fetch the rows there"
        } else {
            "fetch the rows in a thread"
        };
        fixes.at(iter, says("going over these rows", &verdict)).because(reason).report();
    }
}
