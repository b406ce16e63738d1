//! HTTP clients.

use super::{Group, Kind, Wait};

const REQUESTS: Group = Group {
    advice: "`httpx.AsyncClient`",
    noqa: &["ASYNC210", "ASYNC212"],
    ..Group::new(Kind::RequestsToHttpx, Wait::Network, "requests 2.32, api.py and sessions.py")
};
const HTTPX: Group = Group { source: "httpx 0.28, _api.py and _client.py", ..REQUESTS };

pub(super) const GROUPS: &[Group] = &[
    Group { on: "requests", names: "get post put patch delete head options request", ..REQUESTS },
    Group {
        on: "requests.Session()",
        names: "get post put patch delete head options request send",
        ..REQUESTS
    },
    Group { on: "requests.Response()", names: "iter_content().__iter__ iter_lines().__iter__", ..REQUESTS },
    Group {
        on: "httpx",
        names: "get post put patch delete head options request stream().__enter__",
        ..HTTPX
    },
    Group {
        on: "httpx.Client()",
        names: "get post put patch delete head options request send stream().__enter__",
        ..HTTPX
    },
];
