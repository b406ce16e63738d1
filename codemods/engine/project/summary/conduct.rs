//! How a coroutine behaves among its like: whether it waits for a limiter, ever ends, or waits for others.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::Summary;
use crate::engine::semantic::{BindingKind, Node, NodeId, Reaching, ScopeId, Semantic};

/// Something a function's own code does that decides whether many of it may be held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Conduct {
    /// It waits for a semaphore or rate limiter.
    Limited,
    /// It loops without a way out.
    Endless,
    /// It loops until something outside tells it to stop.
    Lingers,
    /// It waits for what other tasks do: an event, a queue, a future somebody else resolves.
    Synchronises,
    /// It has no code of its own: a stub or an abstract method.
    Abstract,
    /// It only says what others implement: it has no code, and cannot be called or fails.
    Declared,
    /// Whatever fails where it waits it catches itself.
    Catches,
    /// It looks whether an event loop is running, or whether there is a coroutine to run at all, and so may do
    /// otherwise.
    AsksForLoop,
    /// It asks so that it can do without one: behind an `except RuntimeError`, or by `is_running()`.
    CopesWithoutLoop,
    /// It returns what the whole program shares, always the same.
    HandsOutShared,
    /// The same, one for each argument.
    HandsOutByKey,
}

/// Whether a name is one people give to semaphores and rate limiters.
pub(crate) fn is_limiter_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_word = |word: &str| matches!(word, "bucket" | "rate" | "sem" | "sema" | "sems" | "slot" | "slots");
    name.split('_').any(is_word)
        || ["concurren", "limit", "semaphore", "throttl"].iter().any(|part| name.contains(part))
}

/// Whether a name can be nothing but a semaphore or rate limiter, where `limit` may be a number.
pub(crate) fn is_limiter_object(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split('_').any(|word| matches!(word, "sem" | "sema" | "sems"))
        || ["bounded", "limited", "limiter", "semaphore", "throttl"].iter().any(|part| name.contains(part))
}

/// Whether a name is that of a function that fails, or says so, where no event loop is running.
pub(crate) fn asks_for_loop(name: &str) -> bool {
    matches!(
        name,
        "is_running"
            | "get_running_loop"
            | "_get_running_loop"
            | "current_async_library"
            | "in_async_context"
    )
}

/// Whether `asyncio.run` or the like stands where there is no running loop, behind an `except RuntimeError`, or where
/// there may be nothing to run, behind an `if iscoroutine(…)`.
fn runs_if_needed(semantic: &Semantic<'_>, attribute: &ast::ExprAttribute) -> bool {
    if !matches!(attribute.attr.as_str(), "run" | "run_until_complete") {
        return false;
    }
    let names = |expr: &Expr, wanted: &[&str]| match expr {
        Expr::Tuple(tuple) => tuple.elts.iter().filter_map(last_name).any(|name| wanted.contains(&name)),
        other => last_name(other).is_some_and(|name| wanted.contains(&name)),
    };
    let Some(id) = semantic.id(attribute) else { return false };
    if closes_if_it_can(semantic, id) {
        return true;
    }
    semantic
        .ancestors(id)
        .take_while(|node| !matches!(node.ast, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_)))
        .any(|node| match node.ast {
            AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                handler.type_.as_deref().is_some_and(|kind| names(kind, &["RuntimeError"]))
            }
            AnyNodeRef::StmtIf(statement) => {
                names(&statement.test, &["iscoroutine", "isawaitable", "iscoroutinefunction"])
            }
            _ => false,
        })
}

/// Whether any failure of a node is taken as it comes in a function that closes something: what cannot be closed is left.
fn closes_if_it_can(semantic: &Semantic<'_>, id: NodeId) -> bool {
    const WORDS: &[&str] = &["aclose", "cleanup", "close", "disconnect", "shutdown", "stop", "teardown"];
    let function = semantic.ancestors(id).find_map(|around| match around.ast {
        AnyNodeRef::StmtFunctionDef(function) => Some(function),
        _ => None,
    });
    function.is_some_and(|function| function.name.split('_').any(|word| WORDS.contains(&word)))
        && is_caught(semantic, id)
}

/// Whether a call asks for the running loop, and it is seen to that there may be none.
fn copes_without_loop(semantic: &Semantic<'_>, call: &ast::ExprCall) -> bool {
    match last_name(&call.func) {
        Some("is_running" | "_get_running_loop") => return true,
        Some("get_running_loop" | "get_event_loop") => {}
        _ => return false,
    }
    let names =
        |kind: &Expr| last_name(kind).is_some_and(|name| matches!(name, "Exception" | "RuntimeError"));
    let takes_it = |handler: &ast::ExceptHandler| {
        let ast::ExceptHandler::ExceptHandler(handler) = handler;
        match handler.type_.as_deref() {
            None => true,
            Some(Expr::Tuple(kinds)) => kinds.elts.iter().any(names),
            Some(kind) => names(kind),
        }
    };
    let Some(id) = semantic.id(call) else { return false };
    let around =
        semantic.ancestors(id).map(|node| node.ast).take_while(|around| !around.is_stmt_function_def());
    around.into_iter().any(|around| match around {
        AnyNodeRef::StmtTry(attempt) => {
            let in_body = attempt.body.iter().any(|statement| statement.range().contains_range(call.range()));
            in_body && attempt.handlers.iter().any(takes_it)
        }
        _ => false,
    })
}

/// Whether a call is handed a semaphore or rate limiter.
pub(crate) fn takes_limiter(call: &ast::ExprCall) -> bool {
    let keywords = call.arguments.keywords.iter().map(|keyword| &keyword.value);
    call.arguments.args.iter().chain(keywords).any(|argument| match argument {
        Expr::Name(_) | Expr::Attribute(_) => last_name(argument).is_some_and(is_limiter_object),
        _ => false,
    })
}

/// What entering or awaiting something outside of the project, by its canonical symbol, means.
pub(crate) fn external_conduct(symbol: &str) -> Option<Conduct> {
    const LIMITERS: &[&str] = &[
        "aiolimiter.AsyncLimiter()",
        "anyio.CapacityLimiter()",
        "anyio.Semaphore()",
        "asyncio.BoundedSemaphore()",
        "asyncio.Semaphore()",
        "asyncio_throttle.Throttler()",
    ];
    const QUEUES: &[&str] = &["asyncio.LifoQueue", "asyncio.PriorityQueue", "asyncio.Queue"];
    let (object, method) = symbol.rsplit_once('.')?;
    let is_queue = || {
        let class = object.strip_suffix("()").unwrap_or(object);
        QUEUES.contains(&class.strip_suffix("[]").unwrap_or(class))
    };
    match method {
        "__aenter__" | "acquire" if LIMITERS.contains(&object) => Some(Conduct::Limited),
        "serve_forever" | "run_forever" => Some(Conduct::Endless),
        "get" | "put" | "join" if is_queue() => Some(Conduct::Synchronises),
        "wait" | "wait_for" | "__aenter__" => {
            matches!(object, "asyncio.Event()" | "asyncio.Condition()" | "asyncio.Barrier()")
                .then_some(Conduct::Synchronises)
        }
        _ => None,
    }
}

/// Whether a decorator, by its symbol, holds calls back.
pub(crate) fn is_limiting(decorator: &str) -> bool {
    let name = decorator.split('(').next().unwrap_or(decorator);
    name.rsplit('.').take(2).any(is_limiter_name)
}

impl Summary {
    /// Notes what the code of each function does; `owner` gives a scope's function.
    pub(super) fn gather_conduct(
        &mut self,
        semantic: &Semantic<'_>,
        owner: &dyn Fn(ScopeId) -> Option<usize>,
    ) {
        for (function, scope) in &semantic.functions {
            if is_stub(&function.body)
                && let Some(at) = owner(*scope)
            {
                let entry = &mut self.functions[at];
                entry.conduct.push(Conduct::Abstract);
                let mut decorators = entry.decorators.iter();
                if function.body.last().is_some_and(Stmt::is_raise_stmt)
                    || decorators.any(|decorator| decorator.starts_with("abc.abstract"))
                {
                    entry.conduct.push(Conduct::Declared);
                }
            }
        }
        self.gather_catching(semantic, owner);
        let with_conduct = |node: &Node<'_>| match node.ast {
            AnyNodeRef::StmtWith(statement) if statement.is_async => {
                let limits = |item: &ast::WithItem| is_limiter(&item.context_expr);
                (statement.items.iter().any(limits) || paces(statement)).then_some(Conduct::Limited)
            }
            AnyNodeRef::ExprAwait(awaited) => of_await(semantic, &awaited.value, node.scope),
            AnyNodeRef::StmtWhile(statement) => of_loop(statement),
            AnyNodeRef::ExprAttribute(attribute) => (asks_for_loop(attribute.attr.as_str())
                || runs_if_needed(semantic, attribute))
            .then_some(Conduct::AsksForLoop),
            AnyNodeRef::StmtFor(statement) if statement.is_async => {
                let endless = ["listen", "pubsub", "subscribe", "websocket", "ws"];
                last_name(&statement.iter)
                    .is_some_and(|name| endless.contains(&name))
                    .then_some(Conduct::Lingers)
            }
            _ => None,
        };
        let lists = [&semantic.withs, &semantic.awaits, &semantic.loops, &semantic.reads];
        let nodes = lists.into_iter().flat_map(|list| semantic.each(list));
        let of_nodes = nodes.filter_map(|node| Some((node.scope, with_conduct(node)?)));
        // Takes from a queue what others may have left.
        let takers = semantic.calls.iter().filter(|(_, call)| last_name(&call.func) == Some("get_nowait"));
        let of_calls = takers.map(|(_, call)| (semantic.scope_of(*call), Conduct::Synchronises));
        let asking = semantic.references.iter().filter(|read| asks_for_loop(read.name.id.as_str()));
        let of_names = asking.map(|read| (read.scope, Conduct::AsksForLoop));
        let asked = semantic.calls.iter().filter(|(_, call)| copes_without_loop(semantic, call));
        let of_coping = asked.map(|(_, call)| (semantic.scope_of(*call), Conduct::CopesWithoutLoop));
        for (scope, conduct) in of_nodes.chain(of_calls).chain(of_names).chain(of_coping) {
            let Some(at) = owner(scope) else { continue };
            let known = &mut self.functions[at].conduct;
            if !known.contains(&conduct) {
                known.push(conduct);
            }
        }
    }

    /// Notes the functions that catch whatever fails where they wait, and those that wait for a pool only.
    fn gather_catching(&mut self, semantic: &Semantic<'_>, owner: &dyn Fn(ScopeId) -> Option<usize>) {
        let mut caught: FxHashMap<usize, bool> = FxHashMap::default();
        let mut pooled: FxHashMap<usize, bool> = FxHashMap::default();
        let lists = [&semantic.awaits, &semantic.loops, &semantic.withs];
        for id in lists.into_iter().flatten().copied() {
            let node = semantic.node(id);
            let waits = match node.ast {
                AnyNodeRef::ExprAwait(_) => true,
                AnyNodeRef::StmtFor(each) => each.is_async,
                AnyNodeRef::StmtWith(with) => with.is_async,
                _ => false,
            };
            if waits && let Some(at) = owner(node.scope) {
                self.functions[at].waits = true;
                *pooled.entry(at).or_insert(true) &= is_for_pool(semantic, &node);
                let is_caught = is_caught(semantic, id) || returns_errors(node.ast);
                // A sleep beside what is caught takes nothing away.
                if is_caught || !is_sleep(node.ast) {
                    *caught.entry(at).or_insert(true) &= is_caught;
                }
            }
        }
        for (at, _) in caught.into_iter().filter(|(_, all)| *all) {
            self.functions[at].conduct.push(Conduct::Catches);
        }
        // A pool has as many threads as it has.
        for (at, _) in pooled.into_iter().filter(|(_, all)| *all) {
            self.functions[at].conduct.push(Conduct::Limited);
        }
    }
}

/// Whether what fails at a node is caught in its own function by a handler for everything, and not raised again.
fn is_caught(semantic: &Semantic<'_>, id: NodeId) -> bool {
    let start = semantic.node(id).ast.start();
    if is_logging(semantic.node(id).ast) {
        return true;
    }
    semantic
        .ancestors(id)
        .take_while(|around| {
            !matches!(around.ast, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_))
        })
        .any(|around| match around.ast {
            AnyNodeRef::StmtTry(statement) => {
                let in_body = statement.body.last().is_some_and(|last| start < last.end());
                in_body
                    && statement.handlers.iter().any(|handler| {
                        let ast::ExceptHandler::ExceptHandler(handler) = handler;
                        catches_all(handler) && !raises(&handler.body)
                    })
            }
            // What tells of a failure is made not to fail.
            AnyNodeRef::ExceptHandlerExceptHandler(handler) => catches_all(handler) && !raises(&handler.body),
            _ => false,
        })
}

fn catches_all(handler: &ast::ExceptHandlerExceptHandler) -> bool {
    let kind = handler.type_.as_deref();
    kind.is_none_or(|kind| matches!(last_name(kind), Some("Exception" | "BaseException")))
}

/// `semaphore`, and `semaphore or nullcontext()`: where there is none the caller wants none.
fn is_limiter(context: &Expr) -> bool {
    match context {
        Expr::BoolOp(either) => either.values.iter().any(is_limiter),
        Expr::If(choice) => is_limiter(&choice.body) || is_limiter(&choice.orelse),
        context => last_name(context).is_some_and(is_limiter_name),
    }
}

/// `async with lock: await asyncio.sleep(0.1)` lets one through at a time, with a pause.
fn paces(statement: &ast::StmtWith) -> bool {
    statement.body.iter().any(|part| match part {
        Stmt::Expr(part) => is_sleep(AnyNodeRef::from(&*part.value)),
        _ => false,
    })
}

/// `await asyncio.gather(…, return_exceptions=True)` raises nothing.
fn returns_errors(node: AnyNodeRef<'_>) -> bool {
    let AnyNodeRef::ExprAwait(awaited) = node else { return false };
    awaited.value.as_call_expr().is_some_and(|call| {
        let flag = call.arguments.find_keyword("return_exceptions").map(|keyword| &keyword.value);
        last_name(&call.func) == Some("gather")
            && matches!(flag, Some(Expr::BooleanLiteral(literal)) if literal.value)
    })
}

/// `await asyncio.to_thread(…)`: what is awaited waits for a thread or process of a pool, a limited time perhaps.
fn is_for_pool(semantic: &Semantic<'_>, node: &Node<'_>) -> bool {
    let AnyNodeRef::ExprAwait(awaited) = node.ast else { return false };
    is_of_pool(semantic, &awaited.value, node.scope, 0)
}

/// How many names a pool is followed through to where it is made.
const MAX_DEPTH: u32 = 8;

/// `loop.run_in_executor(…)`, a name for it, or `wait_for` of either.
fn is_of_pool(semantic: &Semantic<'_>, expr: &Expr, scope: ScopeId, depth: u32) -> bool {
    match expr {
        _ if depth > MAX_DEPTH => false,
        Expr::Call(call) => match last_name(&call.func) {
            Some("run_in_executor" | "run_in_threadpool" | "to_thread") => true,
            Some("wait_for" | "shield") => {
                call.arguments.args.first().is_some_and(|inner| is_of_pool(semantic, inner, scope, depth + 1))
            }
            _ => false,
        },
        Expr::Name(name) => match semantic.reaching(name.id.as_str(), semantic.id(name), scope) {
            Reaching::One(binding) => match semantic.binding(binding).kind {
                BindingKind::Assignment { value: value @ Expr::Call(_), unpacked: None } => {
                    is_of_pool(semantic, value, scope, depth + 1)
                }
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}

/// `await asyncio.sleep(1)`, which cannot fail.
fn is_sleep(node: AnyNodeRef<'_>) -> bool {
    let AnyNodeRef::ExprAwait(awaited) = node else { return false };
    matches!(&*awaited.value, Expr::Call(call) if last_name(&call.func) == Some("sleep"))
}

/// `await logger.aerror(…)`: a log is made not to fail.
fn is_logging(node: AnyNodeRef<'_>) -> bool {
    let AnyNodeRef::ExprAwait(awaited) = node else { return false };
    let Expr::Call(call) = &*awaited.value else { return false };
    let Expr::Attribute(method) = &*call.func else { return false };
    matches!(last_name(&method.value), Some("log" | "logger" | "_log" | "_logger"))
}

/// Whether a suite's own code raises.
pub(crate) fn raises(body: &[Stmt]) -> bool {
    let mut ways_out = Raises(false);
    for statement in body {
        ways_out.visit_stmt(statement);
    }
    ways_out.0
}

struct Raises(bool);

impl<'a> SourceOrderVisitor<'a> for Raises {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        match node {
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) | AnyNodeRef::ExprLambda(_) => {
                TraversalSignal::Skip
            }
            AnyNodeRef::StmtRaise(_) => {
                self.0 = true;
                TraversalSignal::Skip
            }
            // `assert False`: a test that must not come here.
            AnyNodeRef::StmtAssert(assert) if is_false(&assert.test) => {
                self.0 = true;
                TraversalSignal::Skip
            }
            _ => TraversalSignal::Traverse,
        }
    }
}

fn is_false(expr: &Expr) -> bool {
    matches!(expr, Expr::BooleanLiteral(literal) if !literal.value)
}

/// What awaiting something says that its symbol does not.
fn of_await(semantic: &Semantic<'_>, awaited: &Expr, scope: ScopeId) -> Option<Conduct> {
    let call = match awaited {
        Expr::Call(call) => call,
        // A task or future: one made here is this coroutine's own.
        Expr::Name(name) => {
            let own = match semantic.reaching(name.id.as_str(), semantic.id(name), scope) {
                Reaching::One(binding) => {
                    let binding = semantic.binding(binding);
                    semantic.frame(binding.scope) == semantic.frame(scope)
                        && !matches!(binding.kind, BindingKind::Parameter { .. })
                }
                _ => false,
            };
            return (!own).then_some(Conduct::Synchronises);
        }
        Expr::Attribute(_) | Expr::Subscript(_) => return Some(Conduct::Synchronises),
        _ => return None,
    };
    if takes_limiter(call) {
        return Some(Conduct::Limited);
    }
    let Expr::Attribute(method) = &*call.func else { return None };
    let (name, arguments) = (method.attr.as_str(), &call.arguments);
    if last_name(&method.value).is_some_and(is_limiter_object) {
        return Some(Conduct::Limited);
    }
    // Known, or to be known when the files are linked; what a library's collection holds is never known.
    if semantic.symbol(&call.func, scope).is_some_and(|symbol| !symbol.contains("[]")) {
        return None;
    }
    match name {
        "serve_forever" | "run_forever" => Some(Conduct::Endless),
        "wait" | "get" | "join" if arguments.is_empty() => Some(Conduct::Synchronises),
        "put" if arguments.len() == 1 => Some(Conduct::Synchronises),
        // Of a parameter, say: what is acquired and waited for is scarce.
        "acquire" => Some(Conduct::Limited),
        "wait_for" => Some(Conduct::Synchronises),
        "consume" | "listen" | "main" | "poll" | "run" | "serve" | "watch" => Some(Conduct::Lingers),
        _ => None,
    }
}

/// Whether a `while` goes on for ever, or until it is told to stop.
fn of_loop(statement: &ast::StmtWhile) -> Option<Conduct> {
    let test = match &*statement.test {
        Expr::UnaryOp(not) if not.op == ast::UnaryOp::Not => &*not.operand,
        test => test,
    };
    let mut ways_out = WaysOut { found: false, awaits: false, inner_loops: 0 };
    for inner in &statement.body {
        ways_out.visit_stmt(inner);
    }
    match test {
        Expr::BooleanLiteral(ast::ExprBooleanLiteral { value: true, .. }) => {}
        Expr::NumberLiteral(_) => {}
        Expr::Name(_) | Expr::Attribute(_) => return ways_out.awaits.then_some(Conduct::Lingers),
        Expr::Call(call) if last_name(&call.func).is_some_and(|name| name.starts_with("is_")) => {
            return ways_out.awaits.then_some(Conduct::Lingers);
        }
        _ => return None,
    }
    (!ways_out.found).then_some(Conduct::Endless)
}

/// Looks in the body of a loop for what leaves it.
struct WaysOut {
    found: bool,
    awaits: bool,
    inner_loops: u32,
}

impl<'a> SourceOrderVisitor<'a> for WaysOut {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        match node {
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) | AnyNodeRef::ExprLambda(_) => {
                return TraversalSignal::Skip;
            }
            AnyNodeRef::StmtReturn(_) => self.found = true,
            AnyNodeRef::StmtBreak(_) => self.found |= self.inner_loops == 0,
            AnyNodeRef::ExprAwait(_) => self.awaits = true,
            AnyNodeRef::StmtFor(each) if each.is_async => self.awaits = true,
            AnyNodeRef::StmtWith(with) if with.is_async => self.awaits = true,
            _ => {}
        }
        TraversalSignal::Traverse
    }

    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let is_loop = matches!(statement, Stmt::For(_) | Stmt::While(_));
        self.inner_loops += u32::from(is_loop);
        walk_stmt(self, statement);
        self.inner_loops -= u32::from(is_loop);
    }
}

/// Whether a body says nothing: a docstring, `...`, `pass` or `raise NotImplementedError`.
fn is_stub(body: &[Stmt]) -> bool {
    body.iter().all(|statement| match statement {
        Stmt::Pass(_) => true,
        Stmt::Expr(expr) => matches!(&*expr.value, Expr::StringLiteral(_) | Expr::EllipsisLiteral(_)),
        Stmt::Raise(raise) => {
            let kind = raise.exc.as_deref().and_then(last_name);
            kind == Some("NotImplementedError")
        }
        _ => false,
    })
}

/// `sem` of `sem`, `self.sem`, `self.sem()` and `sems[host]`.
pub(crate) fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        Expr::Call(call) => last_name(&call.func),
        Expr::Subscript(subscript) => last_name(&subscript.value),
        _ => None,
    }
}
