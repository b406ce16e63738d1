//! What is known of the standard library and of the packages people use.

mod types;

use super::settings::Settings;

pub(crate) use types::canonical;

/// Decorators after which a call still runs the function's own body, in the same colour.
pub(crate) const KEEPING_DECORATORS: &[&str] = &[
    "abc.abstractmethod",
    "abc.abstractproperty",
    "builtins.classmethod",
    "builtins.property",
    "builtins.staticmethod",
    "functools.cache",
    "functools.cached_property",
    "functools.lru_cache",
    "functools.wraps",
    "tenacity.retry",
    "typing.final",
    "typing.no_type_check",
    "typing.overload",
    "typing.override",
    "typing_extensions.deprecated",
    "typing_extensions.final",
    "typing_extensions.overload",
    "typing_extensions.override",
    "warnings.deprecated",
];

/// Decorators that make a context manager of a generator function.
pub(crate) const MANAGER_DECORATORS: &[&str] =
    &["contextlib.asynccontextmanager", "contextlib.contextmanager"];

/// Whether calling this runs an event loop until something is done.
pub(crate) fn runs_event_loop(symbol: &str) -> bool {
    matches!(
        symbol,
        "asyncio.run"
            | "asyncio.AbstractEventLoop().run_until_complete"
            | "asyncio.AbstractEventLoop().run_forever"
            | "asyncio.Runner().run"
            | "uvloop.run"
            | "anyio.run"
            | "trio.run"
    )
}

/// Whether calling this external symbol with these constant keyword arguments holds the thread up.
pub(crate) fn blocks(symbol: &str, _constants: &[(String, String)], _settings: &Settings) -> bool {
    symbol == "time.sleep" || symbol.starts_with("requests.") && !symbol.ends_with("Session")
}

/// Whether a codemod may have something to say of a call to this external symbol on the loop.
pub(crate) fn is_known(symbol: &str) -> bool {
    symbol == "time.sleep" || symbol.starts_with("requests.")
}
