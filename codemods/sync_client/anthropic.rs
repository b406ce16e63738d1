//! The clients of Anthropic.

use crate::engine::apis::twins::{Class, How, Library, Maker, Members};
use crate::engine::twin::DATA;

/// Leaf methods that are awaited (anthropic 2, `resources/`).
const AWAITED: &str = "beta.files.delete beta.files.download beta.files.retrieve_metadata beta.files.upload \
                      beta.messages.batches.cancel beta.messages.batches.create \
                      beta.messages.batches.delete beta.messages.batches.retrieve \
                      beta.messages.count_tokens beta.messages.parse beta.models.retrieve files.delete \
                      files.download files.retrieve_metadata files.upload messages.batches.cancel \
                      messages.batches.create messages.batches.delete messages.batches.retrieve \
                      messages.count_tokens messages.parse models.retrieve";

/// Methods that give pages of results: gone over, or awaited for one page.
const PAGES: &str = "beta.files.list beta.messages.batches.list beta.models.list files.list \
                    messages.batches.list models.list";

static CLIENT: Class = Class {
    name: "anthropic.Anthropic",
    twin: "anthropic.AsyncAnthropic",
    members: MEMBERS,
    entered: Some(&CLIENT),
    ..Class::NEW
};
static BEDROCK: Class = Class {
    name: "anthropic.AnthropicBedrock",
    twin: "anthropic.AsyncAnthropicBedrock",
    members: CLOUD_MEMBERS,
    entered: Some(&BEDROCK),
    ..Class::NEW
};
static VERTEX: Class = Class {
    name: "anthropic.AnthropicVertex",
    twin: "anthropic.AsyncAnthropicVertex",
    members: CLOUD_MEMBERS,
    entered: Some(&VERTEX),
    ..Class::NEW
};

/// The clients of the library have the same members.
const MEMBERS: &[Members] = &[
    Members::of(How::Streams(&STREAM), "messages.create beta.messages.create"),
    Members::of(How::Awaited, AWAITED),
    Members::of(How::Awaited, "close"),
    Members::of(How::GivesSame, "copy with_options"),
    Members::of(How::AwaitedGives(&ITEMS), "messages.batches.results beta.messages.batches.results"),
    Members::of(How::Gives(&PAGE), PAGES),
    Members::of(How::Gives(&MANAGER), "messages.stream beta.messages.stream"),
    Members::of(How::Value, "api_key auth_token base_url default_headers max_retries timeout is_closed"),
];

/// The clients for clouds have fewer.
const CLOUD_MEMBERS: &[Members] = &[
    Members::of(How::Streams(&STREAM), "messages.create beta.messages.create"),
    Members::of(How::Awaited, "close"),
    Members::of(How::GivesSame, "copy with_options"),
    Members::of(How::Gives(&MANAGER), "messages.stream beta.messages.stream"),
    Members::of(How::Value, "base_url max_retries timeout is_closed"),
];

/// What `stream=True` gives (`anthropic.AsyncStream`).
static STREAM: Class = Class {
    name: "anthropic.Stream",
    twin: "anthropic.AsyncStream",
    members: &[Members::of(How::Awaited, "close"), Members::of(How::Value, "response")],
    entered: Some(&STREAM),
    gone_over: Some(&DATA),
    ..Class::NEW
};

/// What `messages.stream` gives: entered, it is a stream of events with helpers.
static MANAGER: Class = Class { entered: Some(&EVENTS), ..Class::NEW };

static EVENTS: Class = Class {
    members: &[
        Members::of(How::Awaited, "close get_final_message get_final_text until_done"),
        Members::of(How::Part(&ITEMS), "text_stream"),
        Members::of(How::Value, "current_message_snapshot request_id response"),
    ],
    gone_over: Some(&DATA),
    ..Class::NEW
};

static ITEMS: Class = Class { gone_over: Some(&DATA), ..Class::NEW };

static PAGE: Class = Class {
    members: &[
        Members::of(How::Plain, "has_next_page"),
        Members::of(How::AwaitedGives(&PAGE), "get_next_page"),
    ],
    others: Some(How::Value),
    gone_over: Some(&DATA),
    is_page: true,
    ..Class::NEW
};

/// They must be asynchronous ones.
const OTHER_ARGUMENTS: &[&str] = &["http_client", "middleware"];

pub(super) static ANTHROPIC: Library = Library {
    makers: &[
        Maker {
            but: OTHER_ARGUMENTS,
            ..Maker::of(&CLIENT, "anthropic.Anthropic", ("anthropic", "AsyncAnthropic", ""))
        },
        Maker {
            but: OTHER_ARGUMENTS,
            ..Maker::of(&BEDROCK, "anthropic.AnthropicBedrock", ("anthropic", "AsyncAnthropicBedrock", ""))
        },
        Maker {
            but: OTHER_ARGUMENTS,
            ..Maker::of(&VERTEX, "anthropic.AnthropicVertex", ("anthropic", "AsyncAnthropicVertex", ""))
        },
    ],
    classes: &[&STREAM],
    ..Library::NEW
};
