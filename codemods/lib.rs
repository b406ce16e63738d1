//! The codemods of asyncfix: Python text in, findings and text edits out.
//!
//! This crate is pure. It reads no file, no clock and no environment, starts no thread and prints nothing
//! (`clippy.toml` beside this file holds it to that), so everything it does can be tested with strings.
//!
//! The way through it:
//!
//! * [`Scan`] says from its bytes whether a file can matter at all.
//! * [`summarize`] turns one file into a small [`Summary`]; [`Link`] says which further files are needed
//!   and makes a [`Project`] of all of them.
//! * [`examine`] runs the codemods over one file with the project's facts and returns its findings;
//!   [`rewrite`] applies their fixes until nothing changes.
//!
//! A codemod is one file in this folder: its documentation, its examples and one function.

mod engine;
pub mod examples;

mod await_cycle;
mod await_outside_async;
mod blocking_call;
mod blocking_context_manager;
mod blocking_database;
mod blocking_fd;
mod blocking_file_io;
mod blocking_input;
mod blocking_socket;
mod blocking_subprocess;
mod blocking_thread_wait;
mod deprecated_asyncio;
mod event_loop_starvation;
mod fire_and_forget;
mod gather_exceptions;
mod gather_to_taskgroup;
mod get_event_loop;
mod lock_order;
mod make_async;
mod manual_cleanup;
mod missing_await;
mod missing_rate_limit;
mod missing_timeout;
mod multiple_asyncio_run;
mod nested_event_loop;
mod notebook_asyncio_run;
mod pipe_nonblocking;
mod race_across_await;
mod redundant_pytest_asyncio;
mod requests_to_httpx;
mod sequential_await;
mod swallowed_cancellation;
mod sync_client;
mod time_sleep;
mod transitive_blocking;
mod unbatched_api_calls;
mod unbounded_gather;
mod uncancelled_task;
mod unclosed_resource;

pub use engine::apis::{blocking_table, protocol_table};
use engine::project::shares::Sharing;
use engine::project::summary::alike::Common;
use engine::twin::OwnPlan;

pub use engine::apply::{Merged, apply, is_sorted_and_disjoint, merge};
pub use engine::codemod::{Codemod, Enabled};
pub use engine::convert::{Mentions, Planner};
pub use engine::finding::{Applicability, ChainStep, Edit, Finding, Fix, Position};
pub use engine::inventory::{Kind, Stock, Thing, take_stock};
pub use engine::notebook::{Cell, Notebook, NotebookError};
pub use engine::project::{Each, Link, ModuleFile, Project, Summary};
pub use engine::rewrite::{Rewritten, examine, find_mentions, rewrite, summarize};
pub use engine::scan::Scan;
pub use engine::settings::{HttpClient, PytestAsyncio, PythonVersion, Selection, Settings};
pub use engine::source::{Problem, SourceFile};
pub use engine::suppress::{Unheeded, UnheededComment, unheeded_comments};

/// Every codemod, in the order of `--list`.
pub const CODEMODS: &[&Codemod] = &[
    &await_cycle::CODEMOD,
    &await_outside_async::CODEMOD,
    &blocking_call::CODEMOD,
    &blocking_context_manager::CODEMOD,
    &blocking_database::CODEMOD,
    &blocking_fd::CODEMOD,
    &blocking_file_io::CODEMOD,
    &blocking_input::CODEMOD,
    &blocking_socket::CODEMOD,
    &blocking_subprocess::CODEMOD,
    &blocking_thread_wait::CODEMOD,
    &deprecated_asyncio::CODEMOD,
    &event_loop_starvation::CODEMOD,
    &fire_and_forget::CODEMOD,
    &gather_exceptions::CODEMOD,
    &gather_to_taskgroup::CODEMOD,
    &get_event_loop::CODEMOD,
    &lock_order::CODEMOD,
    &make_async::CODEMOD,
    &manual_cleanup::CODEMOD,
    &missing_await::CODEMOD,
    &missing_rate_limit::CODEMOD,
    &missing_timeout::CODEMOD,
    &multiple_asyncio_run::CODEMOD,
    &nested_event_loop::CODEMOD,
    &notebook_asyncio_run::CODEMOD,
    &pipe_nonblocking::CODEMOD,
    &race_across_await::CODEMOD,
    &redundant_pytest_asyncio::CODEMOD,
    &requests_to_httpx::CODEMOD,
    &sequential_await::CODEMOD,
    &swallowed_cancellation::CODEMOD,
    &sync_client::CODEMOD,
    &time_sleep::CODEMOD,
    &transitive_blocking::CODEMOD,
    &unbatched_api_calls::CODEMOD,
    &unbounded_gather::CODEMOD,
    &uncancelled_task::CODEMOD,
    &unclosed_resource::CODEMOD,
];

/// The codemod that asks for functions to be converted; the engine plans them for the whole program.
pub(crate) const CONVERTING: &Codemod = &make_async::CODEMOD;

/// Codemods that ask, of the plain functions that call this, whether only coroutines call them.
pub(crate) const WATCHING: &[(&Codemod, &str)] = &[(&get_event_loop::CODEMOD, "asyncio.get_event_loop")];

/// Codemods that give objects their twins in several files at once, with the libraries they know.
pub(crate) const SHARING: &[Sharing] = &[
    Sharing {
        codemod: sync_client::CODEMOD.name,
        libraries: sync_client::LIBRARIES,
        instead: None,
        follows_arguments: true,
    },
    requests_to_httpx::ACROSS,
    requests_to_httpx::ACROSS_2,
];

/// Those of them that plan themselves what becomes of the uses.
pub(crate) const OWN_PLANS: &[OwnPlan] =
    &[OwnPlan { codemod: requests_to_httpx::CODEMOD.name, plan: requests_to_httpx::plan_across }];

/// What mends the blocking calls that a converted function is made of, chains of the project's own functions left out.
pub(crate) const CONVERTED_BY: &[&Codemod] = make_async::DIRECT;

/// What classes that a codemod puts in each other's place have in common: who uses no more need not know.
pub(crate) const ALIKE: &[(&str, Common)] = requests_to_httpx::ALIKE;

/// What only the first of such classes has: who uses that cannot get the other.
pub(crate) const UNLIKE: &[&str] = requests_to_httpx::UNLIKE;

/// Every object with an asynchronous twin that codemods know, and how it is used: a line each.
#[must_use]
pub fn twin_table() -> String {
    let tables = [sync_client::table(), requests_to_httpx::twin_table(), blocking_thread_wait::table()];
    tables.join("\n") + "\n"
}

/// The position of the codemod of this name in [`CODEMODS`].
#[must_use]
pub fn position(name: &str) -> Option<usize> {
    CODEMODS.iter().position(|codemod| codemod.name == name)
}

/// The codemod of this name.
#[must_use]
pub fn codemod(name: &str) -> Option<&'static Codemod> {
    position(name).map(|index| CODEMODS[index])
}
