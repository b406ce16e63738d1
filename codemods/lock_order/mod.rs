//! Locks that wait for one another, for themselves, or stay locked.

mod examples;

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Use};
use crate::engine::finding::ChainStep;
use crate::engine::fix::Fixes;
use crate::engine::flow::{Flow, Point, PointId, Step, Way};
use crate::engine::project::clashes::Clash;
use crate::engine::project::marks::Lead;
use crate::engine::project::reduce::Meaning;
use crate::engine::semantic::BindingKind;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "lock-order",
    summary: "take locks in one order, never twice, and let go of them whatever happens",
    rationale: "\
Two tasks that take two locks in opposite orders can stop one another for ever:

```python
async def pay():                 async def audit():
    async with accounts:             async with log:            # line 3
        async with log: ...              async with accounts: ...   # line 4
```

Task A takes `accounts` and suspends waiting for `log`; task B has taken `log` at line 3 and suspends at line 4 waiting for
`accounts`. Neither lets go before it has the other, and nothing is raised or logged. The second lock may be taken by a
function that is called, in another file: both ways are shown. Take the locks in one order everywhere, or take the second
after the first is released.

An `asyncio.Lock` is not reentrant: a task that takes it again while it holds it waits for itself. A lock taken with
`acquire()` stays locked when something raises before `release()`, and every task that wants it later hangs; `async with`
lets go on every way out. And a `threading.Lock` held across an `await` stops the whole loop as soon as a second task wants
it, the one that would release it included.

A lock is known by where it is kept: a variable of a module, or an attribute reached from `self`. Locks of objects that are
handed in may be different ones, and are not compared. A lock that is taken again only further down, or under a condition,
may never be, and two orders that only show through many functions may never meet: such findings are made when this
codemod is asked for by name or with `all`.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[Lead::Locks],
    examples: examples::EXAMPLES,
    run,
};

/// What is let go of with `release`.
const TAKEN: &[&str] =
    &["asyncio.BoundedSemaphore()", "asyncio.Condition()", "asyncio.Lock()", "asyncio.Semaphore()"];

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for (qualname, clash) in cx.project.lock_clashes(cx.file) {
        let function =
            cx.semantic.functions.iter().find(|(_, scope)| cx.semantic.scope(*scope).qualname == qualname);
        let Some((function, _)) = function else { continue };
        if !clash.is_certain && !fixes.is_pedantic() {
            continue;
        }
        let range = place(cx, function, clash).unwrap_or(function.name.range());
        report(fixes, range, clash);
    }
    for call in cx.calls().filter(|call| call.may_be(&["acquire"])) {
        let Some(function) = cx.enclosing_function(call.expr).filter(|function| function.is_async) else {
            continue;
        };
        let Expr::Attribute(method) = call.func() else { continue };
        match cx.symbol(&method.value).as_deref() {
            Some(lock) if TAKEN.contains(&lock) => stays_locked(cx, fixes, &call, &method.value, function),
            Some("threading.Lock()" | "threading.RLock()") => {
                holds_thread(cx, fixes, &call, &method.value, function);
            }
            _ => {}
        }
    }
    // That one says more of these.
    if !cx.settings.selection.contains("blocking-thread-wait") {
        blocks_holding_thread(cx, fixes);
    }
}

/// Where in its function a clash happens: what is entered or called on its row.
fn place(cx: &Context<'_>, function: &ast::StmtFunctionDef, clash: &Clash) -> Option<TextRange> {
    let lock = clash.taken.rsplit('.').next().unwrap_or_default();
    let on_row = |node: AnyNodeRef<'_>| cx.source.row(node.start()) == clash.row;
    let mut nodes = cx.inside(function).map(|node| node.ast).filter(|node| on_row(*node));
    let mut call = None;
    nodes
        .find_map(|node| match node {
            AnyNodeRef::WithItem(item) => cx.text(item).ends_with(lock).then(|| item.range()),
            AnyNodeRef::ExprAwait(awaited) => {
                call = call.or(Some(awaited.value.range()));
                None
            }
            _ => None,
        })
        .or(call)
}

fn report(fixes: &mut Fixes<'_>, range: TextRange, clash: &Clash) {
    let (held, taken) = (&clash.held, &clash.taken);
    let at = |step: Option<&ChainStep>| {
        step.map_or(String::new(), |step| {
            format!("{}:{}", step.filename.rsplit('/').next().unwrap_or_default(), step.row)
        })
    };
    if clash.other.is_empty() {
        let message = format!("`{taken}` is taken again while it is held: the task waits for itself");
        let reason = format!("it is taken at {} and is not reentrant", at(clash.way.first()));
        fixes.at(range, message).because(reason).chain(clash.way.clone()).report();
        return;
    }
    let message =
        format!("`{taken}` is taken while `{held}` is held, and elsewhere `{held}` while `{taken}` is");
    let reason = format!(
        "task A takes `{held}` at {} and waits for `{taken}` at {}; task B takes `{taken}` at {} and waits for `{held}` at {}: \
         neither goes on",
        at(clash.way.first()),
        at(clash.way.last()),
        at(clash.other.first()),
        at(clash.other.last()),
    );
    let found = fixes.at(range, message).because(reason);
    found.chain(clash.way.clone()).other_chain(clash.other.clone()).report();
}

/// The calls of this method of the same object in a function's own code.
fn calls_of<'a>(
    cx: &Context<'a>,
    function: &'a ast::StmtFunctionDef,
    lock: &Expr,
    name: &str,
) -> Vec<&'a ast::ExprCall> {
    let is_it = |call: &&ast::ExprCall| match &*call.func {
        Expr::Attribute(method) => method.attr.as_str() == name && cx.text(&*method.value) == cx.text(lock),
        _ => false,
    };
    cx.inside(function)
        .filter_map(|node| match node.ast {
            AnyNodeRef::ExprCall(call) => Some(call),
            _ => None,
        })
        .filter(is_it)
        .collect()
}

/// `await lock.acquire()` that an exception leaves locked.
fn stays_locked<'a>(
    cx: &Context<'a>,
    fixes: &mut Fixes<'_>,
    call: &Call<'_, 'a>,
    lock: &'a Expr,
    function: &'a ast::StmtFunctionDef,
) {
    let Use::Awaited(awaited) = call.use_of() else { return };
    let AnyNodeRef::StmtExpr(taking) = cx.parent(awaited) else { return };
    // In a test that makes the lock, a failure ends all that could wait for it.
    if cx.source.is_test() && is_made_in(cx, lock, function) {
        return;
    }
    let releases = calls_of(cx, function, lock, "release");
    // A lock made of others stays locked on purpose.
    if matches!(function.name.as_str(), "__aenter__" | "acquire") {
        return;
    }
    // What is let go of under a condition, or by somebody else, may be in good hands.
    if releases.is_empty()
        || releases.iter().any(|release| is_conditional(cx, release))
        || is_handed_over(cx, function, lock)
    {
        return;
    }
    let Some(flow) = Flow::new(cx.semantic, function) else { return };
    let Some(taken) = flow.find(cx.semantic, awaited, Step::Evaluate) else { return };
    let releases_at = |id: PointId| {
        let point = flow.point(id);
        match point.node {
            AnyNodeRef::WithItem(item) => {
                point.step == Step::Exit && cx.text(&item.context_expr) == cx.text(lock)
            }
            node => releases.iter().any(|release| release.range() == node.range()),
        }
    };
    let Some(raised) = raises_locked(cx, &flow, taken, releases_at) else { return };
    let name = cx.text(lock);
    let row = cx.source.row(flow.point(raised).node.start());
    let message = format!("`{name}` stays locked when line {row} raises");
    let suite = cx.suite(taking);
    let position = |range: TextRange| suite.iter().position(|statement| statement.range() == range);
    let releasing = match releases.as_slice() {
        [only] => position_of_statement(cx, only, suite),
        _ => None,
    };
    let is_only = calls_of(cx, function, lock, "acquire").len() == 1;
    // Permits are also given to other tasks.
    if !(is_only && releasing.is_some()) && call.symbol().is_some_and(|symbol| symbol.contains("Semaphore")) {
        return;
    }
    let found = fixes.at(call, message);
    let (Some(first), Some(last)) = (position(taking.range()), releasing.filter(|_| is_only)) else {
        let reason = "release it in a `finally`, or hold it with `async with`";
        return found.because(reason).report();
    };
    let between = suite.get(first + 1..last).unwrap_or_default();
    let (Some(last_inside), true) = (between.last(), cx.source.starts_line(taking.start())) else {
        return found.because("release it in a `finally`, or hold it with `async with`").report();
    };
    let reason = "what is between is left with the lock released, whatever happens";
    found.because(reason).unsafe_fix("use `async with`", |fix| {
        fix.replace(taking, format!("async with {name}:"));
        fix.indent_rest(TextRange::new(taking.start(), last_inside.end()));
        fix.delete_statement(&suite[last]);
    });
}

/// An `await`, `raise` or call from which an exception leaves the function without the lock being released.
fn raises_locked(
    cx: &Context<'_>,
    flow: &Flow<'_>,
    taken: PointId,
    releases_at: impl Fn(PointId) -> bool,
) -> Option<PointId> {
    let mut reached = Vec::new();
    flow.explore(taken, 0, |id, state, _| {
        let point = flow.point(id);
        if releases_at(id) {
            return None;
        }
        let may_raise = match point.node {
            AnyNodeRef::StmtRaise(_) => true,
            AnyNodeRef::ExprCall(call) => is_code(cx, call),
            _ => false,
        };
        if (point.pauses() && !releases_another(cx, point)) || may_raise && id != taken {
            reached.push(id);
        }
        Some(state)
    });
    reached.into_iter().find(|id| {
        let raises = flow.point(*id).next.iter().filter(|edge| edge.way == Way::Raises);
        raises
            .map(|edge| edge.to)
            .any(|to| to == Flow::RAISED || flow.escapes(to, &releases_at).raised.is_some())
    })
}

/// Whether a lock, or the object that has it, is made in a function: `entry = Entry()`, `entry.lock`.
fn is_made_in(cx: &Context<'_>, lock: &Expr, function: &ast::StmtFunctionDef) -> bool {
    let mut object = lock;
    while let Expr::Attribute(attribute) = object {
        object = &attribute.value;
    }
    let Expr::Name(name) = object else { return false };
    let Some(binding) = cx.binding_read(name) else { return false };
    match binding.kind {
        BindingKind::Assignment { value, .. } => function.range().contains_range(value.range()),
        _ => false,
    }
}

/// Whether a point is the end of an `async with` on another lock: that lets it go, and cannot fail.
fn releases_another(cx: &Context<'_>, point: &Point<'_>) -> bool {
    let AnyNodeRef::WithItem(item) = point.node else { return false };
    point.step == Step::Exit
        && matches!(
            cx.symbol(&item.context_expr).as_deref(),
            Some(
                "asyncio.Lock()"
                    | "asyncio.Condition()"
                    | "asyncio.Semaphore()"
                    | "asyncio.BoundedSemaphore()"
            )
        )
}

/// Whether a call runs code of the project, which may fail for whatever reason.
fn is_code(cx: &Context<'_>, call: &ast::ExprCall) -> bool {
    match cx.meaning(&call.func) {
        Meaning::Function(id) => !cx.world.function(id).is_async,
        Meaning::Class(_) => true,
        _ => false,
    }
}

/// Whether a lock is released in a handler or `finally` only under a condition.
fn is_conditional(cx: &Context<'_>, release: &ast::ExprCall) -> bool {
    let mut is_asked = false;
    for around in cx.ancestors(release) {
        match around {
            AnyNodeRef::StmtIf(_) => is_asked = true,
            AnyNodeRef::StmtTry(statement) => {
                let in_finally =
                    statement.finalbody.first().is_some_and(|first| first.start() <= release.start());
                if is_asked && in_finally {
                    return true;
                }
            }
            AnyNodeRef::StmtFunctionDef(_) => return false,
            _ => {}
        }
    }
    false
}

/// Whether `release` is given to something that calls it later, or called in a function inside this one.
fn is_handed_over(cx: &Context<'_>, function: &ast::StmtFunctionDef, lock: &Expr) -> bool {
    let scope = cx.semantic.frame(cx.semantic.scope_of(lock));
    cx.inside(function).any(|node| {
        let AnyNodeRef::ExprAttribute(method) = node.ast else { return false };
        let is_called =
            matches!(cx.parent(method), AnyNodeRef::ExprCall(call) if call.func.range() == method.range());
        method.attr.as_str() == "release"
            && cx.text(&*method.value) == cx.text(lock)
            && (!is_called || cx.semantic.frame(node.scope) != scope)
    })
}

/// Where in a suite the statement stands that is only this call.
fn position_of_statement(cx: &Context<'_>, call: &ast::ExprCall, suite: &[Stmt]) -> Option<usize> {
    let AnyNodeRef::StmtExpr(statement) = cx.parent(call) else { return None };
    suite.iter().position(|each| each.range() == statement.range())
}

/// A thread's lock taken with `acquire` and held across an `await`.
fn holds_thread<'a>(
    cx: &Context<'a>,
    fixes: &mut Fixes<'_>,
    call: &Call<'_, 'a>,
    lock: &'a Expr,
    function: &'a ast::StmtFunctionDef,
) {
    // With arguments it may not wait, or not get the lock.
    if !matches!(call.use_of(), Use::Dropped)
        || !call.expr.arguments.is_empty()
        || cx.is_taken_back(call.expr)
    {
        return;
    }
    let Some(flow) = Flow::new(cx.semantic, function) else { return };
    let releases = calls_of(cx, function, lock, "release");
    let Some(taken) = flow.find(cx.semantic, call.expr, Step::Evaluate) else { return };
    let mut paused = None;
    flow.explore(taken, 0, |id, state, _| {
        let point = flow.point(id);
        if releases.iter().any(|release| release.range() == point.node.range()) {
            return None;
        }
        if paused.is_none() && point.pauses() {
            paused = Some(cx.source.row(point.node.start()));
        }
        Some(state)
    });
    let Some(row) = paused else { return };
    let name = cx.text(lock);
    let message = format!("`{name}`, a lock for threads, is held across the `await` at line {row}");
    let reason = "a second task that wants it stops the event loop, and with it the task that would release it; use `asyncio.Lock`";
    fixes.at(call, message).because(reason).report();
}

/// The same with `with`.
fn blocks_holding_thread(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for id in &cx.semantic.withs {
        let node = cx.semantic.node(*id);
        let AnyNodeRef::StmtWith(block) = node.ast else { continue };
        let is_in_coroutine = cx.enclosing_function(block).is_some_and(|function| function.is_async);
        if block.is_async || !is_in_coroutine {
            continue;
        }
        for item in &block.items {
            let symbol = cx.symbol(&item.context_expr);
            if !matches!(symbol.as_deref(), Some("threading.Lock()" | "threading.RLock()")) {
                continue;
            }
            let frame = cx.semantic.frame(node.scope);
            let pause = cx
                .inside(block)
                .find(|inner| inner.ast.is_expr_await() && cx.semantic.frame(inner.scope) == frame);
            let Some(pause) = pause.filter(|_| !cx.is_let_go_in(block, &item.context_expr)) else { continue };
            let name = cx.text(&item.context_expr);
            let row = cx.source.row(pause.ast.start());
            let message = format!("`{name}`, a lock for threads, is held across the `await` at line {row}");
            let reason = "a second task that wants it stops the event loop, and with it the task that would release it; use `asyncio.Lock`";
            fixes.at(&item.context_expr, message).because(reason).report();
        }
    }
}
