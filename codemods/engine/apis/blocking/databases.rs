//! Databases, caches and search engines.

use super::{Group, Kind, Wait};

const fn database(advice: &'static str, source: &'static str) -> Group {
    Group { advice, ..Group::new(Kind::Database, Wait::Network, source) }
}

/// A library that brings an asynchronous twin.
const fn twin(advice: &'static str, source: &'static str) -> Group {
    Group { advice, ..Group::new(Kind::SyncClient, Wait::Network, source) }
}

const PSYCOPG2: Group = database("`psycopg` 3's `AsyncConnection`", "psycopg2 2.9, psycopg2.extensions");
const PSYCOPG: Group = twin("`psycopg.AsyncConnection`", "psycopg 3.3, connection.py and cursor.py");
const PYMYSQL: Group = database("`aiomysql`", "PyMySQL 1.1, connections.py and cursors.py");
const MYSQL: Group =
    database("`mysql.connector.aio`", "mysql-connector-python 9, connection.py and cursor.py");
const MYSQLDB: Group =
    Group { checked: false, ..database("`aiomysql`", "mysqlclient 2.2, MySQLdb/connections.py") };
const SQLALCHEMY: Group = Group {
    thread_bound: true,
    ..twin("`sqlalchemy.ext.asyncio`", "SQLAlchemy 2, engine/base.py and orm/session.py")
};
const PYMONGO: Group = twin("`pymongo.AsyncMongoClient`", "pymongo 4, synchronous/");
const REDIS: Group = twin("`redis.asyncio.Redis`", "redis 6 and later, client.py and commands/");
const ELASTIC: Group = twin("`AsyncElasticsearch`", "elasticsearch 9, _sync/client");
const OPENSEARCH: Group = twin("`AsyncOpenSearch`", "opensearch-py 3, client/");
const CASSANDRA: Group = database("`execute_async`", "cassandra-driver 3.29, cluster.py");
const MEMCACHE: Group = database("`aiomcache`", "python-memcached 1.62 and pymemcache 4");
const PEEWEE: Group = database("", "peewee 3, peewee.py");
const NEO4J: Group = twin("`neo4j.AsyncGraphDatabase`", "neo4j 5 and later, _sync/");
const CLICKHOUSE: Group = database("`clickhouse_connect.get_async_client`", "clickhouse-connect 0.9");
const DUCKDB: Group = Group { wait: Wait::Disk, ..database("", "duckdb 1, DuckDBPyConnection") };
const OTHERS: Group = database("", "PEP 249");

/// Methods of a DB-API cursor that ask the server.
const CURSOR: &str = "execute executemany fetchone fetchmany fetchall __iter__";

pub(super) const GROUPS: &[Group] = &[
    // PostgreSQL
    Group { on: "psycopg2", names: "connect", ..PSYCOPG2 },
    Group { on: "psycopg2.extensions.connection()", names: "commit rollback cancel", ..PSYCOPG2 },
    Group { on: "psycopg2.extensions.cursor()", names: CURSOR, ..PSYCOPG2 },
    Group {
        on: "psycopg2.extensions.cursor()",
        names: "callproc copy_from copy_to copy_expert scroll",
        ..PSYCOPG2
    },
    Group { on: "psycopg2.extras", names: "execute_batch execute_values", ..PSYCOPG2 },
    Group { on: "psycopg2.pool.ThreadedConnectionPool()", names: "getconn", ..PSYCOPG2 },
    Group { on: "psycopg2.pool.SimpleConnectionPool()", names: "getconn", ..PSYCOPG2 },
    Group { on: "psycopg", names: "connect", ..PSYCOPG },
    Group {
        on: "psycopg.Connection()",
        names: "execute commit rollback wait notifies().__iter__",
        ..PSYCOPG
    },
    Group { on: "psycopg.Cursor()", names: CURSOR, ..PSYCOPG },
    Group { on: "psycopg.Cursor()", names: "stream().__iter__ scroll", ..PSYCOPG },
    // MySQL
    Group { on: "pymysql", names: "connect", ..PYMYSQL },
    Group {
        on: "pymysql.connections.Connection()",
        names: "commit rollback ping query select_db begin",
        ..PYMYSQL
    },
    Group { on: "pymysql.cursors.Cursor()", names: CURSOR, ..PYMYSQL },
    Group { on: "mysql.connector", names: "connect", ..MYSQL },
    Group {
        on: "mysql.connector.connection.MySQLConnection()",
        names: "commit rollback reconnect ping cmd_query start_transaction",
        ..MYSQL
    },
    Group { on: "mysql.connector.cursor.MySQLCursor()", names: CURSOR, ..MYSQL },
    Group { on: "mysql.connector.cursor.MySQLCursor()", names: "callproc", ..MYSQL },
    Group { on: "MySQLdb", names: "connect", ..MYSQLDB },
    Group { on: "MySQLdb.connect()", names: "commit rollback query ping", ..MYSQLDB },
    Group { on: "MySQLdb.connect().cursor()", names: CURSOR, ..MYSQLDB },
    // Other SQL databases
    Group { on: "pyodbc", names: "connect", checked: false, ..OTHERS },
    Group { on: "pyodbc.Connection()", names: "execute commit rollback", checked: false, ..OTHERS },
    Group { on: "pyodbc.Cursor()", names: CURSOR, checked: false, ..OTHERS },
    Group { on: "pymssql", names: "connect", checked: true, ..OTHERS },
    Group { on: "oracledb", names: "connect", advice: "`oracledb.connect_async`", ..OTHERS },
    Group {
        on: "oracledb.Connection()",
        names: "commit rollback ping",
        advice: "`oracledb.connect_async`",
        ..OTHERS
    },
    Group { on: "oracledb.Cursor()", names: CURSOR, advice: "`oracledb.connect_async`", ..OTHERS },
    Group { on: "snowflake.connector", names: "connect", checked: false, ..OTHERS },
    Group {
        on: "snowflake.connector.connection.SnowflakeConnection()",
        names: "commit rollback execute_string",
        checked: false,
        ..OTHERS
    },
    Group { on: "snowflake.connector.cursor.SnowflakeCursor()", names: CURSOR, checked: false, ..OTHERS },
    Group { on: "duckdb", names: "connect", ..DUCKDB },
    Group {
        on: "duckdb.DuckDBPyConnection()",
        names: "execute executemany fetchone fetchall fetchmany fetchdf df commit rollback",
        ..DUCKDB
    },
    // Mappers. `create_engine` connects to nothing.
    Group {
        on: "sqlalchemy.orm.Session()",
        names: "execute scalar scalars commit rollback flush refresh get get_one merge connection \
                bulk_save_objects bulk_insert_mappings bulk_update_mappings",
        ..SQLALCHEMY
    },
    Group {
        on: "sqlalchemy.orm.Query()",
        names: "all first one one_or_none scalar count delete update get __iter__",
        ..SQLALCHEMY
    },
    Group { on: "sqlalchemy.engine.Engine()", names: "connect begin raw_connection", ..SQLALCHEMY },
    Group {
        on: "sqlalchemy.engine.Connection()",
        names: "execute scalar scalars commit rollback exec_driver_sql",
        ..SQLALCHEMY
    },
    Group { on: "sqlalchemy.MetaData()", names: "create_all drop_all reflect", ..SQLALCHEMY },
    Group {
        on: "peewee.SqliteDatabase()",
        names: "connect execute_sql create_tables drop_tables commit rollback",
        ..PEEWEE
    },
    Group {
        on: "peewee.PostgresqlDatabase()",
        names: "connect execute_sql create_tables drop_tables commit rollback",
        ..PEEWEE
    },
    Group {
        on: "peewee.MySQLDatabase()",
        names: "connect execute_sql create_tables drop_tables commit rollback",
        ..PEEWEE
    },
    Group { on: "pony.orm", names: "select().__iter__ commit rollback flush", ..PEEWEE },
    Group { on: "pony.orm.Database()", names: "bind generate_mapping execute select get insert", ..PEEWEE },
    // Documents
    Group {
        on: "pymongo.MongoClient()",
        names: "server_info list_databases list_database_names drop_database",
        ..PYMONGO
    },
    Group {
        on: "pymongo.database.Database()",
        names: "command list_collections list_collection_names create_collection drop_collection aggregate",
        ..PYMONGO
    },
    Group {
        on: "pymongo.collection.Collection()",
        names: "find_one find_one_and_update find_one_and_replace find_one_and_delete insert_one insert_many \
                update_one update_many replace_one delete_one delete_many count_documents \
                estimated_document_count distinct aggregate bulk_write create_index create_indexes drop_index \
                drop_indexes list_indexes index_information drop rename find().__iter__",
        ..PYMONGO
    },
    Group { on: "pymongo.cursor.Cursor()", names: "__iter__ next to_list distinct", ..PYMONGO },
    // Key-value stores. Everything is a command but what only makes an object.
    Group { on: "redis.Redis()", names: "*", but: REDIS_LOCAL, ..REDIS },
    Group { on: "redis.client.Pipeline()", names: "execute", ..REDIS },
    Group {
        on: "redis.client.PubSub()",
        names: "subscribe psubscribe unsubscribe punsubscribe get_message listen().__iter__",
        ..REDIS
    },
    Group { on: "redis.lock.Lock()", names: "acquire release extend __enter__", ..REDIS },
    Group {
        on: "memcache.Client()",
        names: "get set add replace delete incr decr get_multi set_multi delete_multi flush_all",
        ..MEMCACHE
    },
    Group {
        on: "pymemcache.client.base.Client()",
        names: "get set add replace delete incr decr get_many set_many delete_many flush_all gets cas touch",
        ..MEMCACHE
    },
    // Search engines
    Group {
        on: "elasticsearch.Elasticsearch()",
        names: "search index get create update delete bulk count exists mget msearch scroll info ping \
                delete_by_query update_by_query reindex get_source open_point_in_time indices.create \
                indices.delete indices.exists indices.refresh indices.get indices.put_mapping \
                indices.get_mapping indices.stats cluster.health cluster.stats",
        ..ELASTIC
    },
    Group {
        on: "elasticsearch.helpers",
        names: "bulk reindex scan().__iter__ streaming_bulk().__iter__ parallel_bulk().__iter__",
        ..ELASTIC
    },
    Group {
        on: "opensearchpy.OpenSearch()",
        names: "search index get create update delete bulk count exists mget msearch scroll info ping \
                delete_by_query update_by_query reindex indices.create indices.delete indices.exists \
                indices.refresh indices.get indices.put_mapping cluster.health",
        ..OPENSEARCH
    },
    Group {
        on: "opensearchpy.helpers",
        names: "bulk reindex scan().__iter__ streaming_bulk().__iter__",
        ..OPENSEARCH
    },
    // Others
    Group { on: "cassandra.cluster.Cluster()", names: "connect shutdown", ..CASSANDRA },
    Group { on: "cassandra.cluster.Session()", names: "execute prepare", ..CASSANDRA },
    Group { on: "cassandra.cluster.ResponseFuture()", names: "result", ..CASSANDRA },
    Group {
        on: "cassandra.concurrent",
        names: "execute_concurrent execute_concurrent_with_args",
        ..CASSANDRA
    },
    Group { on: "neo4j.Driver()", names: "execute_query verify_connectivity get_server_info close", ..NEO4J },
    Group { on: "neo4j.Session()", names: "run execute_read execute_write begin_transaction close", ..NEO4J },
    Group { on: "neo4j.Transaction()", names: "run commit rollback", ..NEO4J },
    Group { on: "clickhouse_connect", names: "get_client", ..CLICKHOUSE },
    Group {
        on: "clickhouse_connect.driver.client.Client()",
        names: "query query_df query_np command insert insert_df raw_query raw_insert ping",
        ..CLICKHOUSE
    },
    Group {
        on: "clickhouse_driver.Client()",
        names: "execute execute_iter execute_with_progress insert_dataframe query_dataframe",
        ..CLICKHOUSE
    },
    Group {
        on: "influxdb_client.InfluxDBClient()",
        names: "ping health ready version",
        advice: "`influxdb_client.client.influxdb_client_async.InfluxDBClientAsync`",
        ..OTHERS
    },
];

/// Methods that only make an object.
const REDIS_LOCAL: &str = "from_url from_pool pipeline pubsub lock register_script close aclose connection_pool \
                           get_cache get_encoder get_connection_kwargs get_retry set_retry set_response_callback json ft ts \
                           bf cf cms topk tdigest load_external_module parse_response monitor client scan_iter \
                           hscan_iter sscan_iter zscan_iter hscan_no_values_iter auto_close_connection_pool";
