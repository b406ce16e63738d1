//! `pymongo.MongoClient` and what it gives.

use crate::engine::apis::twins::{Class, How, Library, Maker, Members};
use crate::engine::twin::DATA;

static CLIENT: Class = Class {
    name: "pymongo.MongoClient",
    twin: "pymongo.AsyncMongoClient",
    members: &[
        Members::of(How::Awaited, "bulk_write close drop_database list_database_names server_info"),
        Members::of(How::AwaitedGives(&COMMAND_CURSOR), "list_databases"),
        Members::of(How::Gives(&DATABASE), "get_database get_default_database"),
        Members::of(How::Value, "codec_options options read_concern read_preference write_concern"),
    ],
    others: Some(How::Part(&DATABASE)),
    item: Some(How::Part(&DATABASE)),
    entered: Some(&CLIENT),
    ..Class::NEW
};

static DATABASE: Class = Class {
    name: "pymongo.database.Database",
    twin: "pymongo.asynchronous.database.AsyncDatabase",
    members: &[
        Members::of(How::Awaited, "command drop_collection list_collection_names validate_collection"),
        Members::of(How::AwaitedGives(&COLLECTION), "create_collection"),
        Members::of(How::AwaitedGives(&COMMAND_CURSOR), "aggregate list_collections"),
        Members::of(How::Gives(&COLLECTION), "get_collection"),
        Members::of(How::Gives(&DATABASE), "with_options"),
        Members::of(How::Value, "name codec_options read_concern read_preference write_concern"),
    ],
    others: Some(How::Part(&COLLECTION)),
    item: Some(How::Part(&COLLECTION)),
    ..Class::NEW
};

static COLLECTION: Class = Class {
    name: "pymongo.collection.Collection",
    twin: "pymongo.asynchronous.collection.AsyncCollection",
    members: &[
        Members::of(
            How::Awaited,
            "bulk_write count_documents create_index create_indexes create_search_index create_search_indexes \
             delete_many delete_one distinct drop drop_index drop_indexes drop_search_index \
             estimated_document_count find_one find_one_and_delete find_one_and_replace find_one_and_update \
             index_information insert_many insert_one options rename replace_one update_many update_one \
             update_search_index",
        ),
        Members::of(How::AwaitedGives(&COMMAND_CURSOR), "aggregate list_indexes list_search_indexes"),
        Members::of(How::Gives(&CURSOR), "find"),
        Members::of(How::Gives(&COLLECTION), "with_options"),
        Members::of(How::Value, "name full_name codec_options read_concern read_preference write_concern"),
    ],
    item: Some(How::Part(&COLLECTION)),
    ..Class::NEW
};

static CURSOR: Class = Class {
    name: "pymongo.cursor.Cursor",
    twin: "pymongo.asynchronous.cursor.AsyncCursor",
    members: &[
        Members::of(
            How::Gives(&CURSOR),
            "allow_disk_use batch_size clone collation comment hint limit max max_await_time_ms max_time_ms min \
             skip sort where",
        ),
        Members::of(How::Awaited, "close distinct explain to_list"),
        Members::of(How::Value, "alive cursor_id retrieved"),
    ],
    entered: Some(&CURSOR),
    gone_over: Some(&DATA),
    listed: Some("to_list"),
    ..Class::NEW
};

static COMMAND_CURSOR: Class = Class {
    name: "pymongo.command_cursor.CommandCursor",
    twin: "pymongo.asynchronous.command_cursor.AsyncCommandCursor",
    members: &[
        Members::of(How::Awaited, "close to_list try_next"),
        Members::of(How::Gives(&COMMAND_CURSOR), "batch_size"),
        Members::of(How::Value, "alive cursor_id"),
    ],
    entered: Some(&COMMAND_CURSOR),
    gone_over: Some(&DATA),
    listed: Some("to_list"),
    ..Class::NEW
};

pub(super) static PYMONGO: Library = Library {
    makers: &[Maker::of(&CLIENT, "pymongo.MongoClient", ("pymongo", "AsyncMongoClient", ""))],
    classes: &[&DATABASE, &COLLECTION, &CURSOR, &COMMAND_CURSOR],
    ..Library::NEW
};
