//! Clients of httpx that several functions share: all of them use `AsyncClient`, or none.

use crate::engine::apis::twins::{Class, How, Library, Maker, Members, describe};
use crate::engine::context::Context;
use crate::engine::project::shares::Sharing;
use crate::engine::settings::HttpClient;
use crate::engine::twin::{DATA, Plan, plans};

/// What both packages' clients have.
const MEMBERS: &[Members] = &[
    Members::of(How::Awaited, "delete get head options patch post put request"),
    Members::of(How::Gives(&STREAM), "stream"),
    Members::of(How::AwaitedAs("aclose"), "close"),
    Members::of(How::Plain, "build_request"),
    Members::of(How::Field, "auth base_url cookies headers params timeout"),
    Members::of(How::Value, "is_closed"),
];

static CLIENT: Class = Class {
    name: "httpx.Client",
    twin: "httpx.AsyncClient",
    members: MEMBERS,
    entered: Some(&CLIENT),
    ..Class::NEW
};

static CLIENT_2: Class = Class {
    name: "httpx2.Client",
    twin: "httpx2.AsyncClient",
    members: MEMBERS,
    entered: Some(&CLIENT_2),
    ..Class::NEW
};

/// What `stream` gives: entered, it is a response whose body is yet to come.
static STREAM: Class = Class { entered: Some(&RESPONSE), ..Class::NEW };

static RESPONSE: Class = Class {
    members: &[
        Members::of(How::AwaitedAs("aread"), "read"),
        Members::of(How::AwaitedAs("aclose"), "close"),
        Members::of(How::GivesAs("aiter_bytes", &ITEMS), "iter_bytes"),
        Members::of(How::GivesAs("aiter_lines", &ITEMS), "iter_lines"),
        Members::of(How::GivesAs("aiter_raw", &ITEMS), "iter_raw"),
        Members::of(How::GivesAs("aiter_text", &ITEMS), "iter_text"),
    ],
    others: Some(How::Value),
    ..Class::NEW
};

static ITEMS: Class = Class { gone_over: Some(&DATA), ..Class::NEW };

/// What takes other objects in the asynchronous client.
const OTHER_ARGUMENTS: &[&str] = &["event_hooks", "mounts", "transport"];

static HTTPX: Library = Library {
    makers: &[
        Maker { but: OTHER_ARGUMENTS, ..Maker::of(&CLIENT, "httpx.Client", ("httpx", "AsyncClient", "")) },
        Maker {
            but: OTHER_ARGUMENTS,
            ..Maker::of(&CLIENT_2, "httpx2.Client", ("httpx2", "AsyncClient", ""))
        },
    ],
    ..Library::NEW
};

/// What sessions of requests have, and in what it is waited for: how it is written is more than a table says.
const SESSION_MEMBERS: &[Members] = &[
    Members::of(How::Awaited, "delete get head options patch post put request"),
    Members::of(How::AwaitedAs("aclose"), "close"),
    Members::of(How::Field, "auth cookies headers max_redirects params"),
];

static SESSION: Class =
    Class { name: "requests.Session", twin: "httpx.AsyncClient", members: SESSION_MEMBERS, ..Class::NEW };

static SESSION_2: Class = Class { twin: "httpx2.AsyncClient", ..SESSION };

static SESSIONS: Library = Library {
    makers: &[Maker::of(&SESSION, "requests.Session", ("httpx", "AsyncClient", ""))],
    ..Library::NEW
};

static SESSIONS_2: Library = Library {
    makers: &[Maker::of(&SESSION_2, "requests.Session", ("httpx2", "AsyncClient", ""))],
    ..Library::NEW
};

/// Sessions that become clients of httpx in all files that use them.
pub(crate) const ACROSS: Sharing = Sharing {
    codemod: super::CODEMOD.name,
    libraries: &[&SESSIONS],
    instead: Some(HttpClient::Httpx),
    follows_arguments: false,
};

/// The same, of httpx2.
pub(crate) const ACROSS_2: Sharing =
    Sharing { libraries: &[&SESSIONS_2], instead: Some(HttpClient::Httpx2), ..ACROSS };

/// The table as text.
pub(super) fn table() -> String {
    describe(&[&HTTPX])
}

/// The plans for the clients of httpx that the file makes.
pub(super) fn clients<'c, 'a>(cx: &'c Context<'a>) -> Vec<Plan<'c, 'a>> {
    plans(cx, &[&HTTPX], (super::CODEMOD.name, super::CODEMOD.aliases))
}
