//! Connections of psycopg 3.

use crate::engine::apis::twins::{Class, How, Library, Maker, Members};
use crate::engine::twin::DATA;

static CONNECTION: Class = Class {
    name: "psycopg.Connection",
    twin: "psycopg.AsyncConnection",
    members: &[
        Members::of(How::Awaited, "close commit rollback set_autocommit set_isolation_level set_read_only"),
        Members::of(How::AwaitedGives(&CURSOR), "execute"),
        Members::of(How::Gives(&CURSOR), "cursor"),
        Members::of(How::Gives(&BLOCK), "transaction pipeline"),
        Members::of(How::Plain, "add_notice_handler remove_notice_handler"),
        Members::of(How::SetBy("set_autocommit"), "autocommit"),
        Members::of(How::SetBy("set_isolation_level"), "isolation_level"),
        Members::of(How::SetBy("set_read_only"), "read_only"),
        Members::of(How::Value, "adapters broken closed info"),
    ],
    entered: Some(&CONNECTION),
    ..Class::NEW
};

static CURSOR: Class = Class {
    name: "psycopg.Cursor",
    twin: "psycopg.AsyncCursor",
    members: &[
        Members::of(How::Awaited, "close executemany fetchall fetchmany fetchone scroll"),
        Members::of(How::AwaitedGives(&CURSOR), "execute"),
        Members::of(How::Gives(&COPY), "copy"),
        Members::of(How::Gives(&ROWS), "stream"),
        Members::of(How::Plain, "nextset"),
        Members::of(How::Value, "closed description rowcount rownumber statusmessage"),
    ],
    entered: Some(&CURSOR),
    gone_over: Some(&DATA),
    ..Class::NEW
};

static BLOCK: Class = Class { entered: Some(&DATA), ..Class::NEW };

static ROWS: Class = Class { gone_over: Some(&DATA), ..Class::NEW };

static COPY: Class = Class {
    name: "psycopg.Copy",
    twin: "psycopg.AsyncCopy",
    members: &[
        Members::of(How::Awaited, "read read_row write write_row"),
        Members::of(How::Gives(&ROWS), "rows"),
        Members::of(How::Plain, "set_types"),
    ],
    entered: Some(&COPY),
    gone_over: Some(&DATA),
    ..Class::NEW
};

/// A cursor class or factory must be an asynchronous one.
const OTHER_ARGUMENTS: &[&str] = &["cursor_factory"];

pub(super) static PSYCOPG: Library = Library {
    makers: &[
        Maker {
            but: OTHER_ARGUMENTS,
            is_awaited: true,
            ..Maker::of(&CONNECTION, "psycopg.connect", ("psycopg", "AsyncConnection", ".connect"))
        },
        Maker {
            but: OTHER_ARGUMENTS,
            is_awaited: true,
            ..Maker::of(&CONNECTION, "psycopg.Connection.connect", ("psycopg", "AsyncConnection", ".connect"))
        },
    ],
    classes: &[&CURSOR, &COPY],
    ..Library::NEW
};
