//! Classes any attribute of which is a part of them, but what they have themselves: `client.shop.orders`.

/// `(class, part, members)`: the symbol of an instance, that of a part, and the names that are the class's own.
/// Introspected on pymongo 4.20, with what pymongo 3 had besides.
const PARTS: &[(&str, &str, &str)] = &[
    (
        "pymongo.MongoClient()",
        "pymongo.database.Database()",
        "HOST PORT address append_metadata arbiters bulk_write close close_cursor codec_options database_names \
         drop_database eq_props event_listeners fsync get_database get_default_database is_locked is_mongos \
         is_primary kill_cursors list_database_names list_databases local_threshold_ms max_bson_size \
         max_idle_time_ms max_message_size max_pool_size max_write_batch_size min_pool_size next nodes options \
         primary read_concern read_preference retry_reads retry_writes secondaries server_info \
         server_selection_timeout set_cursor_manager start_session topology_description unlock watch \
         write_concern",
    ),
    (
        "pymongo.database.Database()",
        "pymongo.collection.Collection()",
        "add_son_manipulator add_user aggregate authenticate client codec_options collection_names command \
         create_collection current_op cursor_command dereference drop_collection error eval get_collection \
         incoming_copying_manipulators incoming_manipulators last_status list_collection_names list_collections \
         logout name next outgoing_copying_manipulators outgoing_manipulators previous_error profiling_info \
         profiling_level read_concern read_preference remove_user reset_error_history set_profiling_level \
         system_js validate_collection watch with_options write_concern",
    ),
];

/// What an attribute is a part of its object for: `pymongo.MongoClient().shop` is a database.
pub(super) fn part(symbol: &str) -> Option<&'static str> {
    if !symbol.starts_with("pymongo.") {
        return None;
    }
    let (object, name) = symbol.rsplit_once('.')?;
    let (_, part, members) = PARTS.iter().find(|(class, ..)| *class == object)?;
    let is_plain =
        !name.starts_with('_') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_plain && !members.split_ascii_whitespace().any(|member| member == name)).then_some(part)
}
