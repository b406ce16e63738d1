//! What a project has of asyncio, counted: for people who plan a migration. Made only when it is asked for.

use std::collections::VecDeque;

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::apis;
use super::project::facts::{self, Edges, Target};
use super::project::reduce::{FunctionId, Meaning, World};
use super::project::summary::Usage;
use super::project::{Link, Summary};
use super::semantic::Semantic;
use super::settings::Settings;
use super::source::Source;
use super::source::{Problem, SourceFile};

/// A kind of thing that an inventory counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A coroutine function or asynchronous generator.
    AsyncFunction,
    /// A place where a coroutine may be suspended: `await`, `async with`, `async for`.
    Await,
    /// `asyncio.gather`.
    Gather,
    /// A task group, or what trio and anyio have for it.
    TaskGroup,
    /// A task made by `create_task` or `ensure_future`.
    CreateTask,
    /// A call that runs an event loop: `asyncio.run`, `run_until_complete`, ….
    Run,
    /// A lock, semaphore or condition of asyncio, trio or anyio.
    Lock,
    /// A call that holds its thread, and so the event loop if it is made there; in plain functions too.
    BlockingCall,
}

impl Kind {
    /// Every kind, in the order of the columns.
    pub const ALL: [Self; 8] = [
        Self::AsyncFunction,
        Self::Await,
        Self::Gather,
        Self::TaskGroup,
        Self::CreateTask,
        Self::Run,
        Self::Lock,
        Self::BlockingCall,
    ];

    /// The word over its column.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::AsyncFunction => "async def",
            Self::Await => "await",
            Self::Gather => "gather",
            Self::TaskGroup => "TaskGroup",
            Self::CreateTask => "task",
            Self::Run => "run",
            Self::Lock => "lock",
            Self::BlockingCall => "blocking",
        }
    }

    /// What the call of a canonical symbol is counted as, blocking calls apart.
    fn of_call(symbol: &str) -> Option<Self> {
        if apis::runs_event_loop(symbol) {
            return Some(Self::Run);
        }
        Some(match symbol {
            "asyncio.gather" => Self::Gather,
            "asyncio.TaskGroup" | "anyio.create_task_group" | "trio.open_nursery" => Self::TaskGroup,
            "asyncio.create_task"
            | "asyncio.ensure_future"
            | "asyncio.AbstractEventLoop().create_task"
            | "asyncio.TaskGroup().create_task" => Self::CreateTask,
            _ => {
                let (module, class) = symbol.split_once('.')?;
                let is_lock = matches!(
                    class,
                    "BoundedSemaphore" | "CapacityLimiter" | "Condition" | "Lock" | "Semaphore"
                );
                return (is_lock && matches!(module, "asyncio" | "anyio" | "trio")).then_some(Self::Lock);
            }
        })
    }
}

/// One thing in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Thing {
    /// What it is.
    pub kind: Kind,
    /// The canonical symbol of what is called, or the words that stand there.
    pub name: String,
    /// The qualified name of the function it stands in (for an async function: its own); the module at the top.
    pub function: String,
    /// Lines, from 1.
    pub row: u32,
    /// For async functions: whether something that blocks can be reached from it by calls; `None` for all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reaches_blocking: Option<bool>,
}

/// What one file holds, before calls are resolved through other files.
#[derive(Debug, Clone, Default)]
pub struct Stock {
    awaits: Vec<Entry>,
    /// With raw symbols of callees as names.
    calls: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    qualname: String,
    row: u32,
}

/// Summarizes a file and takes stock of it.
///
/// # Errors
/// [`Problem::Syntax`] and [`Problem::TooDeep`].
pub fn take_stock(file: &SourceFile<'_>, settings: &Settings) -> Result<(Summary, Stock), Problem> {
    let source = Source::parse(file)?;
    let semantic = Semantic::new(&source);
    let summary = Summary::new(&source, &semantic, settings);
    let mut stock = Stock::default();
    let entry = |name: &str, scope, at| {
        let qualname = semantic.scope(semantic.frame(scope)).qualname.clone();
        Entry { name: name.to_owned(), qualname, row: source.row(at) }
    };
    for node in &semantic.nodes {
        let words = match node.ast {
            AnyNodeRef::ExprAwait(_) => "await",
            AnyNodeRef::StmtWith(statement) if statement.is_async => "async with",
            AnyNodeRef::StmtFor(statement) if statement.is_async => "async for",
            AnyNodeRef::Comprehension(part) if part.is_async => "async for",
            _ => continue,
        };
        stock.awaits.push(entry(words, node.scope, node.ast.start()));
    }
    for (_, call) in &semantic.calls {
        let scope = semantic.scope_of(*call);
        let symbol = semantic.symbol(&call.func, scope);
        let Some(symbol) = symbol.filter(|raw| !raw.starts_with("builtins.") && !apis::is_quiet(raw)) else {
            continue;
        };
        stock.calls.push(entry(&symbol, scope, call.start()));
    }
    Ok((summary, stock))
}

impl Link {
    /// What each file holds, by position and in the order of rows; nothing for a file of which no stock was taken.
    /// To be called when [`Link::wanted`] wants nothing any more.
    #[must_use]
    pub fn inventory(mut self, stocks: &[Option<Stock>]) -> Vec<Vec<Thing>> {
        self.follow_the_rest();
        let world = self.world();
        let blocked = reaching(&world, self.edges(), self.settings());
        let take = |(file, stock): (u32, &Option<Stock>)| match (stock, world.summary(file)) {
            (Some(stock), Some(summary)) => self.things(&world, file, stock, summary, &blocked),
            _ => Vec::new(),
        };
        (0..).zip(stocks).map(take).collect()
    }

    fn things(
        &self,
        world: &World<'_>,
        file: u32,
        stock: &Stock,
        summary: &Summary,
        blocked: &FxHashSet<FunctionId>,
    ) -> Vec<Thing> {
        let module = self.module(file as usize);
        let qualified = |qualname: &str| match qualname {
            "" => module.to_owned(),
            qualname => format!("{module}.{qualname}"),
        };
        let thing = |kind, name: String, qualname: &str, row| Thing {
            kind,
            name,
            function: qualified(qualname),
            row,
            reaches_blocking: None,
        };
        let mut things = Vec::new();
        for (index, function) in (0..).zip(&summary.functions).filter(|(_, function)| function.is_async) {
            let name = function.qualname.rsplit('.').next().unwrap_or_default().to_owned();
            let mut found = thing(Kind::AsyncFunction, name, &function.qualname, function.row);
            found.reaches_blocking = Some(blocked.contains(&FunctionId { file, index }));
            things.push(found);
        }
        for entry in &stock.awaits {
            things.push(thing(Kind::Await, entry.name.clone(), &entry.qualname, entry.row));
        }
        for entry in &stock.calls {
            let Some(symbol) = called(world, &entry.name, file) else { continue };
            if let Some(kind) = Kind::of_call(&symbol) {
                things.push(thing(kind, symbol, &entry.qualname, entry.row));
            }
        }
        for function in &summary.functions {
            for call in function.calls.iter().filter(|call| call.usage != Usage::Callback) {
                if let Ok(Some(Target::External(symbol))) = facts::target(world, call, file)
                    && apis::blocks(&symbol, &call.constants, self.settings())
                {
                    things.push(thing(Kind::BlockingCall, symbol, &function.qualname, call.row));
                }
            }
        }
        things.sort_by(|a, b| (a.row, a.kind, &a.name).cmp(&(b.row, b.kind, &b.name)));
        things
    }
}

/// The canonical symbol of something outside of the project that is called.
fn called(world: &World<'_>, raw: &str, file: u32) -> Option<String> {
    match world.meaning(raw, file) {
        Meaning::External(symbol) => Some(symbol),
        _ => None,
    }
}

/// The functions from which calls lead to something that blocks, through plain functions and coroutines alike.
fn reaching(world: &World<'_>, edges: &Edges, settings: &Settings) -> FxHashSet<FunctionId> {
    let mut callers: FxHashMap<FunctionId, Vec<FunctionId>> = FxHashMap::default();
    let mut found = FxHashSet::default();
    let mut queue = VecDeque::new();
    for (id, edges) in edges {
        let function = world.function(*id);
        for edge in edges {
            let call = &function.calls[edge.call as usize];
            match &edge.target {
                _ if call.usage == Usage::Callback => {}
                Target::Function(callee) => callers.entry(*callee).or_default().push(*id),
                Target::External(symbol) => {
                    if apis::blocks(symbol, &call.constants, settings) && found.insert(*id) {
                        queue.push_back(*id);
                    }
                }
            }
        }
    }
    while let Some(id) = queue.pop_front() {
        for caller in callers.get(&id).into_iter().flatten() {
            if found.insert(*caller) {
                queue.push_back(*caller);
            }
        }
    }
    found
}
