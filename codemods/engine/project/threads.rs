//! What a plain function can do only in the thread that calls it now, so that it must not move into another.

use rustc_hash::FxHashSet;

use super::facts::{self, Target};
use super::reduce::{FunctionId, Meaning, World};
use super::summary::conduct::Conduct;
use super::summary::{CallSummary, Usage};
use crate::engine::apis;
use crate::engine::settings::{PythonVersion, Settings};

/// How many functions are looked into for one call.
const MAX_FUNCTIONS: usize = 256;

/// What ties a function to its thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tie {
    /// It calls this, which only works, or only wakes anybody up, in the thread of the event loop.
    Loop(String),
    /// It calls this, which changes what only its own thread or task sees.
    Own(String),
    /// It uses a connection of `sqlite3` that lives on, and that only the thread which made it may use.
    Connection,
    /// It uses an object of Playwright's synchronous API that was there before: only the thread which made it may.
    Page,
}

impl Tie {
    /// Why the function stays, for people.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Loop(symbol) => {
                format!("it gets to `{}`, which belongs into the thread of the event loop", plain(symbol))
            }
            Self::Own(symbol) => format!("it gets to `{}`, which is for this thread only", plain(symbol)),
            Self::Connection => {
                "a `sqlite3` connection belongs to the thread that made it; open and close it in what \
                                 runs in the thread, or use `aiosqlite`"
                    .to_owned()
            }
            Self::Page => "what Playwright's synchronous API gives belongs to the thread that made it; use \
                           `playwright.async_api`, or open and close the browser in what runs in the thread"
                .to_owned(),
        }
    }
}

fn plain(symbol: &str) -> String {
    symbol.replace("()", "")
}

impl World<'_> {
    /// What ties a plain function, or one that it calls, to its thread.
    pub(crate) fn tie(&self, id: FunctionId, settings: &Settings) -> Option<Tie> {
        let locks_need_loop = settings.target < PythonVersion::py3(10);
        if self.gives_connection(id) {
            return Some(Tie::Connection);
        }
        let mut seen = FxHashSet::from_iter([id]);
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let function = self.function(id);
            let does_without = function.conduct.contains(&Conduct::CopesWithoutLoop)
                || function.calls.iter().any(|call| {
                    matches!(
                        &*call.symbol,
                        "asyncio.new_event_loop" | "asyncio.run" | "asyncio.set_event_loop"
                    )
                });
            for call in &function.calls {
                match facts::target(self, call, id.file) {
                    Ok(Some(Target::External(symbol))) => {
                        let found =
                            own_state(&symbol, call.usage).then(|| Tie::Own(symbol.clone())).or_else(|| {
                                (!does_without && of_the_loop(&symbol, locks_need_loop))
                                    .then(|| Tie::Loop(symbol.clone()))
                            });
                        if found.is_some() {
                            return found;
                        }
                        if symbol.starts_with("sqlite3.") && self.is_kept_connection(id, call) {
                            return Some(Tie::Connection);
                        }
                        // One that the function makes itself comes from `sync_playwright()`.
                        if symbol.starts_with("playwright.sync_api.")
                            && !call.symbol.contains("sync_playwright")
                        {
                            return Some(Tie::Page);
                        }
                    }
                    Ok(Some(Target::Function(callee))) => {
                        let is_plain = !self.function(callee).is_async;
                        if is_plain && seen.len() < MAX_FUNCTIONS && seen.insert(callee) {
                            open.push(callee);
                        }
                    }
                    Ok(None) | Err(_) => {}
                }
            }
        }
        None
    }

    /// Whether a function hands out a connection of `sqlite3` that it has made.
    fn gives_connection(&self, id: FunctionId) -> bool {
        let function = self.function(id);
        let gives = |symbol: &Option<String>| {
            matches!(symbol.as_deref(), Some("sqlite3.connect()" | "sqlite3.connect().__enter__()"))
        };
        !self.is_free_of_threads(id.file) && (gives(&function.returns) || gives(&function.yields))
    }

    /// Whether a call has to do with a connection of `sqlite3` that was there before the function was called, or that
    /// it leaves behind: one in an attribute or of a module. One that the function makes, or has made for itself by
    /// another, lives and ends in one thread.
    fn is_kept_connection(&self, id: FunctionId, call: &CallSummary) -> bool {
        if self.is_free_of_threads(id.file) {
            return false;
        }
        if &*call.symbol == "sqlite3.connect" {
            // `self.connection = sqlite3.connect(path)`
            let function = self.function(id);
            let Some((class, _)) = function.qualname.rsplit_once('.') else { return false };
            let class = self
                .summary(id.file)
                .and_then(|summary| summary.classes.iter().find(|each| each.qualname == class));
            return class.is_some_and(|class| {
                let mut kept = class.attributes.values().flatten();
                kept.any(|symbol| symbol.starts_with("sqlite3.connect()"))
            });
        }
        let made_here = call.symbol.starts_with("sqlite3.");
        let is_made_for_it = || {
            call.symbol.match_indices("()").any(|(at, _)| match self.meaning(&call.symbol[..at], id.file) {
                Meaning::Function(maker) => self.gives_connection(maker),
                _ => false,
            })
        };
        !made_here && !is_made_for_it()
    }

    /// Whether all connections of `sqlite3` that a file makes may be used by any thread.
    fn is_free_of_threads(&self, file: u32) -> bool {
        let functions = self.summary(file).into_iter().flat_map(|summary| &summary.functions);
        let mut made = functions
            .flat_map(|function| &function.calls)
            .filter(|call| &*call.symbol == "sqlite3.connect")
            .peekable();
        made.peek().is_some()
            && made.all(|call| {
                call.constants.iter().any(|(name, value)| name == "check_same_thread" && value == "False")
            })
    }
}

/// Whether a function of asyncio, or a method of one of its objects, fails in a thread without the event loop, or is not
/// made for being called from there. Before Python 3.10 locks and queues asked for the loop when they were made.
fn of_the_loop(symbol: &str, locks_need_loop: bool) -> bool {
    const NAMES: &[&str] = &[
        "Future",
        "Task",
        "add_reader",
        "add_signal_handler",
        "add_writer",
        "all_tasks",
        "call_at",
        "call_later",
        "call_soon",
        "cancel",
        "create_future",
        "create_task",
        "current_task",
        "ensure_future",
        "gather",
        "get_event_loop",
        "get_nowait",
        "get_running_loop",
        "notify",
        "notify_all",
        "put_nowait",
        "release",
        "remove_reader",
        "remove_signal_handler",
        "remove_writer",
        "run_in_executor",
        "set",
        "set_exception",
        "set_result",
        "shield",
        "task_done",
        "wrap_future",
    ];
    let Some((object, name)) = symbol.rsplit_once('.') else { return false };
    match object.split(['.', '(']).next() {
        Some("asyncio") => NAMES.contains(&name) || locks_need_loop && apis::BOUND_EARLY.contains(&name),
        Some("tornado") => object.starts_with("tornado.ioloop.IOLoop") && name != "add_callback",
        Some("anyio" | "trio") => {
            matches!(
                name,
                "current_task" | "current_time" | "set" | "start_soon" | "send_nowait" | "spawn_system_task"
            )
        }
        _ => false,
    }
}

/// Whether it changes what belongs to the thread or task that calls it. Who keeps the token of a context variable sets it
/// back.
fn own_state(symbol: &str, usage: Usage) -> bool {
    if symbol == apis::SETS_CONTEXT {
        return usage != Usage::Other;
    }
    matches!(symbol, "signal.signal" | "signal.set_wakeup_fd" | "signal.setitimer")
}
