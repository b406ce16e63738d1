//! What is known of the standard library and of the packages people use.

mod blocking;
mod coroutines;
mod offload;
mod parts;
mod protocols;
mod remote;
mod resources;
mod returns;
mod standard_library;
pub(crate) mod twins;
mod types;

use super::settings::Settings;

pub use blocking::blocking_table;
pub(crate) use blocking::{
    FILE_CONSUMERS, Kind, Shape, Verdict, Wait, blocking, is_property_name, may_change_verdict, may_free,
    memory_argument, minds_memory_files, verdict,
};
/// What is entered and iterated over in one way only, and what must be closed, as text: sorted, one a line. See
/// `tests/apis/protocols.py`, which checks it against the packages.
#[must_use]
pub fn protocol_table() -> String {
    let mut lines = protocols::protocols();
    lines.extend(resources::resources());
    lines.sort_unstable();
    lines.join("\n") + "\n"
}

pub(crate) use coroutines::{Pending, may_be_pending, pending};
pub(crate) use offload::{Place, offloader};
pub(crate) use protocols::{Colour, Protocol, only_protocol};
pub(crate) use remote::{batch, is_shared_client, only_asks, remote};
pub(crate) use resources::{Entering, OPENERS, Resource, resource};
pub(crate) use standard_library::is_standard_library;
pub(crate) use types::{canonical, is_canonical};

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
            | "asgiref.sync.async_to_sync()"
    )
}

/// Whether calling this lets event loops run inside one another from then on.
pub(crate) fn nests_loops(symbol: &str) -> bool {
    matches!(symbol, "nest_asyncio.apply" | "nest_asyncio2.apply")
}

/// Whether calling this external symbol with these constant arguments holds the thread up, for longer than a look
/// at the file system or a piece of work does.
pub(crate) fn blocks(symbol: &str, constants: &[(String, String)], settings: &Settings) -> bool {
    verdict(symbol, settings).is_some_and(|verdict| {
        verdict.shape() == Shape::Call
            && verdict.wait != Wait::Cpu
            && !verdict.is_pedantic()
            && verdict.waits_with_constants(constants)
    })
}

/// Whether the way to a call of this external symbol is worth keeping: a codemod that is on may have something to
/// say of it.
pub(crate) fn matters(symbol: &str, settings: &Settings) -> bool {
    runs_event_loop(symbol) || verdict(symbol, settings).is_some_and(|verdict| !verdict.is_pedantic())
}

/// What a thread that runs in a copy of the context does for nobody.
pub(crate) const SETS_CONTEXT: &str = "contextvars.ContextVar().set";

/// The classes of asyncio whose objects belonged to a loop as soon as they were made, before Python 3.10: they took a
/// `loop=`, or asked for the loop of their thread. Checked on CPython 3.8 to 3.13.
pub(crate) const BOUND_EARLY: &[&str] =
    &["BoundedSemaphore", "Condition", "Event", "LifoQueue", "Lock", "PriorityQueue", "Queue", "Semaphore"];

/// Whether a call of this external symbol starts a task that nobody but its caller keeps.
pub(crate) fn starts_task(symbol: &str) -> bool {
    matches!(
        symbol,
        "asyncio.create_task" | "asyncio.ensure_future" | "asyncio.AbstractEventLoop().create_task"
    )
}

/// Which positional argument of a loop's or task's method is a function that the loop calls later.
pub(crate) fn loop_callback(method: &str) -> Option<usize> {
    match method {
        "call_soon" | "call_soon_threadsafe" | "add_done_callback" => Some(0),
        "call_later" | "call_at" | "add_signal_handler" | "add_reader" | "add_writer" => Some(1),
        _ => None,
    }
}

/// Whether a builtin of this name goes over its first argument.
pub(crate) fn is_consumer(name: &str) -> bool {
    matches!(
        name,
        "list" | "tuple" | "set" | "sorted" | "sum" | "any" | "all" | "max" | "min" | "next" | "dict"
    )
}

/// Whether a top-level module has anything that a codemod asks about.
pub(crate) fn is_known_module(head: &str) -> bool {
    matches!(head, "asyncio" | "contextlib" | "concurrent" | "functools") || blocking::is_known_module(head)
}

/// Whether a raw symbol leads into a part of the standard library that no codemod asks about: it is canonical as
/// it is, and no call of it leads anywhere.
pub(crate) fn is_quiet(symbol: &str) -> bool {
    let head = &symbol[..symbol.find(['.', '(', '[']).unwrap_or(symbol.len())];
    head != "builtins" && is_standard_library(head) && !is_known_module(head)
}
