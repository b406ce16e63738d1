//! Functions that run a function they are given somewhere else than on the event loop.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::engine::settings::Settings;

/// Where a function that is handed on runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Thread,
    Process,
}

/// A function that runs one of its arguments elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offloader {
    /// The position of the function it runs, from 0.
    pub(crate) position: usize,
    /// The keyword by which the function may be given instead; empty when there is none.
    pub(crate) keyword: &'static str,
    pub(crate) place: Place,
}

/// `(symbol, position, keyword, place)`, from the documentation of each.
const OFFLOADERS: &[(&str, usize, &str, Place)] = &[
    ("asyncio.to_thread", 0, "", Place::Thread),
    ("asyncio.threads.to_thread", 0, "", Place::Thread),
    ("asyncio.AbstractEventLoop().run_in_executor", 1, "func", Place::Thread),
    ("threading.Thread", 1, "target", Place::Thread),
    ("threading.Timer", 1, "function", Place::Thread),
    ("_thread.start_new_thread", 0, "", Place::Thread),
    ("multiprocessing.Process", 1, "target", Place::Process),
    ("multiprocessing.Pool().apply", 0, "func", Place::Process),
    ("multiprocessing.Pool().apply_async", 0, "func", Place::Process),
    ("multiprocessing.Pool().map", 0, "func", Place::Process),
    ("multiprocessing.Pool().map_async", 0, "func", Place::Process),
    ("multiprocessing.Pool().starmap", 0, "func", Place::Process),
    ("multiprocessing.Pool().starmap_async", 0, "func", Place::Process),
    ("multiprocessing.Pool().imap", 0, "func", Place::Process),
    ("multiprocessing.Pool().imap_unordered", 0, "func", Place::Process),
    ("multiprocessing.pool.ThreadPool().apply", 0, "func", Place::Thread),
    ("multiprocessing.pool.ThreadPool().apply_async", 0, "func", Place::Thread),
    ("multiprocessing.pool.ThreadPool().map", 0, "func", Place::Thread),
    ("multiprocessing.pool.ThreadPool().map_async", 0, "func", Place::Thread),
    ("concurrent.futures.ThreadPoolExecutor().submit", 0, "fn", Place::Thread),
    ("concurrent.futures.ThreadPoolExecutor().map", 0, "fn", Place::Thread),
    ("concurrent.futures.ProcessPoolExecutor().submit", 0, "fn", Place::Process),
    ("concurrent.futures.ProcessPoolExecutor().map", 0, "fn", Place::Process),
    ("concurrent.futures.Executor().submit", 0, "fn", Place::Thread),
    ("concurrent.futures.Executor().map", 0, "fn", Place::Thread),
    ("anyio.to_thread.run_sync", 0, "func", Place::Thread),
    ("anyio.to_process.run_sync", 0, "func", Place::Process),
    ("anyio.to_interpreter.run_sync", 0, "func", Place::Process),
    ("trio.to_thread.run_sync", 0, "sync_fn", Place::Thread),
    ("asgiref.sync.sync_to_async", 0, "func", Place::Thread),
    ("asgiref.sync.SyncToAsync", 0, "func", Place::Thread),
    ("channels.db.database_sync_to_async", 0, "func", Place::Thread),
    ("starlette.concurrency.run_in_threadpool", 0, "func", Place::Thread),
    ("fastapi.concurrency.run_in_threadpool", 0, "func", Place::Thread),
    ("starlette.background.BackgroundTask", 0, "func", Place::Thread),
    ("starlette.background.BackgroundTasks().add_task", 0, "func", Place::Thread),
    ("fastapi.BackgroundTasks().add_task", 0, "func", Place::Thread),
    ("aiofiles.ospath.wrap", 0, "", Place::Thread),
    ("aiofiles.os.wrap", 0, "", Place::Thread),
    ("twisted.internet.threads.deferToThread", 0, "f", Place::Thread),
    ("tornado.ioloop.IOLoop.current().run_in_executor", 1, "func", Place::Thread),
    ("gevent.get_hub().threadpool.apply", 0, "func", Place::Thread),
];

static TABLE: LazyLock<FxHashMap<&'static str, Offloader>> = LazyLock::new(|| {
    OFFLOADERS
        .iter()
        .map(|(symbol, position, keyword, place)| {
            (*symbol, Offloader { position: *position, keyword, place: *place })
        })
        .collect()
});

/// What a function given to a function of this symbol runs in, from the table and `thread-offloaders`.
pub(crate) fn offloader(symbol: &str, settings: &Settings) -> Option<Offloader> {
    if let Some(known) = TABLE.get(symbol) {
        return Some(*known);
    }
    let qualified = symbol.replace("()", "");
    settings.thread_offloaders.iter().any(|name| *name == symbol || *name == qualified).then_some(Offloader {
        position: 0,
        keyword: "",
        place: Place::Thread,
    })
}
