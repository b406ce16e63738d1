//! What must be closed again: connections, clients, pools and files, with the calls that open and close them.

/// How a resource can be put into a `with`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entering {
    /// `async with X() as x`.
    Async,
    /// `with X() as x`.
    Plain,
    /// It is no context manager.
    Never,
}

/// Something that is opened by a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resource {
    /// The canonical symbol of what is called.
    pub(crate) opened_by: &'static str,
    /// Whether the call is awaited to get it; in an `async with` it is not.
    pub(crate) is_awaited: bool,
    /// The methods that close it: one of them is enough.
    pub(crate) closes: &'static [&'static str],
    /// What closes it where there is no `with`, as statements after its name and a full stop.
    pub(crate) close: &'static [Close],
    pub(crate) entering: Entering,
    /// Keyword arguments with which it does not own what it would close, or has nothing to close.
    pub(crate) borrowed_with: &'static [&'static str],
    /// Methods that give something which goes on needing it, also when it has been awaited: a response that is not
    /// read yet.
    pub(crate) lends: &'static [&'static str],
}

/// A statement that closes something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Close {
    pub(crate) is_awaited: bool,
    pub(crate) method: &'static str,
}

const ACLOSE: &[Close] = &[Close { is_awaited: true, method: "aclose" }];
const AWAITED_CLOSE: &[Close] = &[Close { is_awaited: true, method: "close" }];
const HTTPX: Resource = Resource {
    opened_by: "httpx.AsyncClient",
    is_awaited: false,
    closes: &["aclose", "__aexit__"],
    close: ACLOSE,
    entering: Entering::Async,
    borrowed_with: &["app", "mounts", "transport"],
    lends: &["stream"],
};
const REDIS: Resource = Resource {
    opened_by: "redis.asyncio.Redis",
    is_awaited: false,
    closes: &["aclose", "close", "__aexit__"],
    close: ACLOSE,
    entering: Entering::Async,
    borrowed_with: &["auto_close_connection_pool", "connection_pool"],
    lends: &["client", "lock", "monitor", "pipeline", "pubsub"],
};
const STREAMS: Resource = Resource {
    opened_by: "asyncio.open_connection",
    is_awaited: true,
    closes: &["close"],
    close: &[Close { is_awaited: false, method: "close" }, Close { is_awaited: true, method: "wait_closed" }],
    entering: Entering::Never,
    borrowed_with: &["sock"],
    lends: &[],
};

/// From the libraries' own sources and documentation.
const RESOURCES: &[Resource] = &[
    HTTPX,
    Resource { opened_by: "httpx2.AsyncClient", ..HTTPX },
    REDIS,
    Resource { opened_by: "redis.asyncio.from_url", ..REDIS },
    Resource { opened_by: "redis.asyncio.Redis.from_url", ..REDIS },
    STREAMS,
    Resource { opened_by: "asyncio.open_unix_connection", ..STREAMS },
    Resource {
        opened_by: "aiohttp.ClientSession",
        is_awaited: false,
        closes: &["close", "detach", "__aexit__"],
        close: AWAITED_CLOSE,
        entering: Entering::Async,
        borrowed_with: &["connector_owner"],
        lends: &["delete", "get", "head", "options", "patch", "post", "put", "request", "ws_connect"],
    },
    Resource {
        opened_by: "aiofiles.open",
        is_awaited: true,
        closes: &["close"],
        close: AWAITED_CLOSE,
        entering: Entering::Async,
        borrowed_with: &["closefd"],
        lends: &[],
    },
    Resource {
        opened_by: "aiosqlite.connect",
        is_awaited: true,
        closes: &["close"],
        close: AWAITED_CLOSE,
        entering: Entering::Async,
        borrowed_with: &[],
        lends: &["cursor", "execute", "executemany", "executescript"],
    },
    Resource {
        opened_by: "asyncpg.connect",
        is_awaited: true,
        closes: &["close", "terminate"],
        close: AWAITED_CLOSE,
        entering: Entering::Never,
        borrowed_with: &[],
        lends: &["cursor", "prepare", "transaction"],
    },
    Resource {
        opened_by: "asyncpg.create_pool",
        is_awaited: true,
        closes: &["close", "terminate"],
        close: AWAITED_CLOSE,
        entering: Entering::Async,
        borrowed_with: &[],
        lends: &["acquire"],
    },
    Resource {
        opened_by: "builtins.open",
        is_awaited: false,
        closes: &["close", "detach", "__exit__"],
        close: &[Close { is_awaited: false, method: "close" }],
        entering: Entering::Plain,
        borrowed_with: &["closefd"],
        lends: &[],
    },
    Resource {
        opened_by: "websockets.connect",
        is_awaited: true,
        closes: &["close"],
        close: AWAITED_CLOSE,
        entering: Entering::Async,
        borrowed_with: &[],
        lends: &[],
    },
];

/// The last names of what opens something: a call of any other name does not.
pub(crate) const OPENERS: &[&str] = &[
    "AsyncClient",
    "ClientSession",
    "Redis",
    "connect",
    "create_pool",
    "from_url",
    "open",
    "open_connection",
    "open_unix_connection",
];

/// What a call of this canonical symbol opens.
pub(crate) fn resource(symbol: &str) -> Option<&'static Resource> {
    RESOURCES.iter().find(|resource| resource.opened_by == symbol)
}

/// The list as text, one a line: `resource`, what opens it, whether that is awaited, how it is entered; what closes it,
/// what is written to close it, with which arguments it is somebody else's, and what lends it. Lists are parted by
/// commas.
pub(super) fn resources() -> Vec<String> {
    let lines = RESOURCES.iter().map(|resource| {
        let awaited = |is_awaited: bool| if is_awaited { "awaited" } else { "called" };
        let entering = match resource.entering {
            Entering::Async => "async",
            Entering::Plain => "plain",
            Entering::Never => "never",
        };
        let close =
            resource.close.iter().map(|close| format!("{}:{}", close.method, awaited(close.is_awaited)));
        format!(
            "resource {} {} {entering} closes={} close={} borrowed={} lends={}",
            resource.opened_by,
            awaited(resource.is_awaited),
            resource.closes.join(","),
            close.collect::<Vec<_>>().join(","),
            resource.borrowed_with.join(","),
            resource.lends.join(","),
        )
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_opener_has_its_name_listed() {
        for resource in RESOURCES {
            let name = resource.opened_by.rsplit('.').next().unwrap_or_default();
            assert!(OPENERS.contains(&name), "`{name}` is missing in OPENERS");
        }
    }
}
