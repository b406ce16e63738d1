//! Databases, caches and search engines.

use super::{Group, Kind, Wait};

const PSYCOPG2: Group = Group {
    advice: "`psycopg` 3's `AsyncConnection`",
    ..Group::new(Kind::Database, Wait::Network, "psycopg2 2.9, psycopg2.extensions")
};
const PYMYSQL: Group = Group {
    advice: "`aiomysql`",
    ..Group::new(Kind::Database, Wait::Network, "PyMySQL 1.1, connections.py and cursors.py")
};

/// Methods of a DB-API cursor that ask the server.
const CURSOR: &str = "execute executemany callproc fetchone fetchmany fetchall __iter__";

pub(super) const GROUPS: &[Group] = &[
    Group { on: "psycopg2", names: "connect", ..PSYCOPG2 },
    Group { on: "psycopg2.extensions.connection()", names: "commit rollback cancel", ..PSYCOPG2 },
    Group { on: "psycopg2.extensions.cursor()", names: CURSOR, ..PSYCOPG2 },
    Group { on: "psycopg2.extensions.cursor()", names: "copy_from copy_to copy_expert scroll", ..PSYCOPG2 },
    Group { on: "psycopg2.extras", names: "execute_batch execute_values", ..PSYCOPG2 },
    Group { on: "psycopg2.pool.ThreadedConnectionPool()", names: "getconn", ..PSYCOPG2 },
    Group { on: "psycopg2.pool.SimpleConnectionPool()", names: "getconn", ..PSYCOPG2 },
    Group { on: "pymysql", names: "connect", ..PYMYSQL },
    Group {
        on: "pymysql.connections.Connection()",
        names: "commit rollback ping query select_db begin",
        ..PYMYSQL
    },
    Group { on: "pymysql.cursors.Cursor()", names: CURSOR, ..PYMYSQL },
];
