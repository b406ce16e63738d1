//! HTTP clients.

use super::{Group, Kind, Wait};

const REQUESTS: Group = Group {
    advice: "`httpx.AsyncClient`",
    noqa: &["ASYNC210", "ASYNC212"],
    ..Group::new(Kind::RequestsToHttpx, Wait::Network, "requests 2.32, api.py and sessions.py")
};
const HTTPX: Group = Group { source: "httpx 0.28, _api.py and _client.py", ..REQUESTS };
const URLLIB3: Group =
    Group { kind: Kind::Call, source: "urllib3 2.5, poolmanager.py and connectionpool.py", ..REQUESTS };
const WEBSOCKET: Group = Group {
    advice: "`websockets`",
    ..Group::new(Kind::Call, Wait::Network, "websocket-client 1.9, websocket/_core.py")
};

/// Methods of a urllib3 pool.
const POOL: &str = "request urlopen request_encode_body request_encode_url";

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
    Group { on: "urllib3", names: "request", ..URLLIB3 },
    Group { on: "urllib3.PoolManager()", names: POOL, ..URLLIB3 },
    Group { on: "urllib3.ProxyManager()", names: POOL, ..URLLIB3 },
    Group { on: "urllib3.HTTPConnectionPool()", names: POOL, ..URLLIB3 },
    Group { on: "urllib3.HTTPSConnectionPool()", names: POOL, ..URLLIB3 },
    Group { on: "websocket", names: "create_connection", ..WEBSOCKET },
    Group {
        on: "websocket.WebSocket()",
        names: "connect recv recv_data send send_text send_bytes ping close",
        ..WEBSOCKET
    },
    Group { on: "websocket.WebSocketApp()", names: "run_forever", ..WEBSOCKET },
];
