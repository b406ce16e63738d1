//! Waits that do not wait: what is waited for is there already, or nobody else is on the loop.

use ruff_python_ast::{self as ast, AnyNodeRef, CmpOp, Expr, Stmt, UnaryOp};
use ruff_text_size::Ranged;

use crate::engine::apis;
use crate::engine::context::{Call, Context, Runs};
use crate::engine::project::summary::conduct::last_name;
use crate::engine::semantic::BindingKind;

/// Whether a future is asked for its result only after `done()`, or was waited for before.
pub(super) fn has_ended(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Expr::Attribute(method) = call.func() else { return false };
    let done = format!("{}.done()", cx.text(&*method.value));
    let in_condition = cx.ancestors(call.expr).any(|around| match around {
        AnyNodeRef::StmtIf(ast::StmtIf { test, .. })
        | AnyNodeRef::StmtWhile(ast::StmtWhile { test, .. })
        | AnyNodeRef::ExprIf(ast::ExprIf { test, .. }) => cx.text(&**test).contains(&done),
        _ => false,
    });
    let function = cx.enclosing_function(call.expr);
    let waited = cx.calls().any(|other| {
        let in_function = function.is_some_and(|function| function.range().contains_range(other.range()));
        let ends = match other.func() {
            Expr::Attribute(other) => {
                matches!(other.attr.as_str(), "set_result" | "set_exception")
                    && cx.text(&*other.value) == cx.text(&*method.value)
            }
            _ => false,
        };
        in_function
            && other.range().end() < call.range().start()
            && (ends
                || matches!(
                    other.symbol().as_deref(),
                    Some("concurrent.futures.wait" | "asyncio.wrap_future")
                ))
    });
    in_condition || waited
}

/// Whether an item is taken from a queue or a pipe only where one was just seen in it, or a thread joined only where it
/// was seen to have ended: in `while not queue.empty():`, after `if queue.empty(): continue`, in its `else`, or after
/// `while queue.empty(): …`.
pub(super) fn has_something(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Expr::Attribute(method) = call.func() else { return false };
    if !matches!(method.attr.as_str(), "get" | "join" | "recv" | "recv_bytes") {
        return false;
    }
    let receiver = cx.text(&*method.value);
    let start = call.range().start();
    let around =
        cx.ancestors(call.expr).take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_)));
    around.filter(|around| around.is_statement()).any(|around| {
        let in_body = |body: &[Stmt]| body.iter().any(|statement| statement.range().contains(start));
        let is_seen = match around {
            AnyNodeRef::StmtIf(statement) if in_body(&statement.body) => {
                says_filled(cx, &statement.test, receiver)
            }
            AnyNodeRef::StmtIf(statement) => {
                let in_others = statement.elif_else_clauses.iter().any(|clause| in_body(&clause.body));
                in_others && says_empty(cx, &statement.test, receiver)
            }
            AnyNodeRef::StmtWhile(statement) => {
                in_body(&statement.body) && says_filled(cx, &statement.test, receiver)
            }
            _ => false,
        };
        if is_seen {
            return true;
        }
        let before = cx.suite(&around).iter().take_while(|earlier| earlier.start() < around.start());
        before.into_iter().any(|earlier| match earlier {
            Stmt::If(earlier) => {
                earlier.elif_else_clauses.is_empty()
                    && leaves(&earlier.body)
                    && says_empty(cx, &earlier.test, receiver)
            }
            Stmt::While(earlier) => earlier.orelse.is_empty() && says_empty(cx, &earlier.test, receiver),
            _ => false,
        })
    })
}

/// Whether nothing runs after these statements but what they jump to.
fn leaves(body: &[Stmt]) -> bool {
    matches!(body.last(), Some(Stmt::Break(_) | Stmt::Continue(_) | Stmt::Raise(_) | Stmt::Return(_)))
}

/// Whether a condition that does not hold means that there is something in the queue or pipe.
fn says_empty(cx: &Context<'_>, test: &Expr, receiver: &str) -> bool {
    match test {
        Expr::BoolOp(ast::ExprBoolOp { op: ast::BoolOp::Or, values, .. }) => {
            values.iter().any(|value| says_empty(cx, value, receiver))
        }
        Expr::UnaryOp(ast::ExprUnaryOp { op: UnaryOp::Not, operand, .. }) => {
            says_filled(cx, operand, receiver)
        }
        Expr::Compare(compare) => {
            let is_none = matches!(compare.ops[..], [CmpOp::Eq | CmpOp::LtE | CmpOp::Lt]);
            is_none && asks(cx, &compare.left, receiver, &["qsize"])
        }
        test => asks(cx, test, receiver, &["empty", "is_alive"]),
    }
}

/// Whether a condition that holds means that there is something in the queue or pipe.
fn says_filled(cx: &Context<'_>, test: &Expr, receiver: &str) -> bool {
    match test {
        Expr::BoolOp(ast::ExprBoolOp { op: ast::BoolOp::And, values, .. }) => {
            values.iter().any(|value| says_filled(cx, value, receiver))
        }
        Expr::UnaryOp(ast::ExprUnaryOp { op: UnaryOp::Not, operand, .. }) => {
            says_empty(cx, operand, receiver)
        }
        Expr::Compare(compare) => {
            let is_some = matches!(compare.ops[..], [CmpOp::Gt | CmpOp::GtE | CmpOp::NotEq]);
            is_some && asks(cx, &compare.left, receiver, &["qsize"])
        }
        test => asks(cx, test, receiver, &["poll", "qsize"]),
    }
}

/// Whether an expression calls one of these methods of the receiver.
fn asks(cx: &Context<'_>, expr: &Expr, receiver: &str, methods: &[&str]) -> bool {
    let Expr::Call(call) = expr else { return false };
    let Expr::Attribute(method) = &*call.func else { return false };
    methods.contains(&method.attr.as_str()) && cx.text(&*method.value) == receiver
}

/// Whether a thread is joined that was given a future or an event which this function has awaited since: it was the last
/// thing the thread had to do. `await future` comes before it, as in asyncio's own end of its executor.
pub(super) fn has_reported(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Expr::Attribute(method) = call.func() else { return false };
    let Expr::Name(thread) = &*method.value else { return false };
    let Some(binding) = cx.binding_read(thread).filter(|_| method.attr.as_str() == "join") else {
        return false;
    };
    let BindingKind::Assignment { value: Expr::Call(made), unpacked: None } = binding.kind else {
        return false;
    };
    let Some(Expr::Tuple(given)) = made.arguments.find_keyword("args").map(|keyword| &keyword.value) else {
        return false;
    };
    let Some(function) = cx.enclosing_function(call.expr) else { return false };
    cx.inside(function).any(|node| {
        let AnyNodeRef::ExprAwait(wait) = node.ast else { return false };
        let is_between = made.end() < wait.start() && wait.end() < call.range().start();
        let awaited = match &*wait.value {
            Expr::Call(wait) => wait.func.as_attribute_expr().map(|wait| &*wait.value),
            awaited => Some(awaited),
        };
        let Some(Expr::Name(awaited)) = awaited.filter(|_| is_between) else { return false };
        given.elts.iter().any(|given| given.as_name_expr().is_some_and(|given| given.id == awaited.id))
    })
}

/// Whether a lock is taken that this function has just made, and that nobody else has seen yet.
pub(super) fn is_just_made(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Expr::Attribute(method) = call.func() else { return false };
    let Expr::Name(lock) = &*method.value else { return false };
    if method.attr.as_str() != "acquire" {
        return false;
    }
    let Some(binding) = cx.binding_read(lock) else { return false };
    let BindingKind::Assignment { value: Expr::Call(made), unpacked: None } = binding.kind else {
        return false;
    };
    let is_new = last_name(&made.func).is_some_and(|name| matches!(name, "Lock" | "RLock"));
    let frame = |scope| cx.semantic.frame(scope);
    let here = frame(binding.scope) == frame(cx.semantic.scope_of(lock));
    let is_first = cx
        .semantic
        .reads_of(lock.id.as_str(), binding.scope)
        .all(|read| read.name.start() >= lock.start() || read.name.start() < made.start());
    // The second round of a loop finds it taken.
    let is_once = cx
        .ancestors(lock)
        .take_while(|around| !around.range().contains_range(made.range()))
        .all(|around| !matches!(around, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)));
    is_new && here && is_first && is_once
}

/// Whether the coroutine that waits is alone on its loop: it is only ever run by `asyncio.run` and the like, in plain
/// functions that a thread or process runs, and starts no other tasks; or by `asyncio.run` in methods, and waits here
/// before it lets anything else run.
pub(super) fn has_a_loop_of_its_own(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Some(function) = cx.enclosing_function(call.expr) else { return false };
    let mut runners = runs_of(cx, function).peekable();
    if runners.peek().is_none() {
        return false;
    }
    let is_first = is_first_wait(cx, function, call);
    let starts_others = cx.calls().any(|other| {
        function.range().contains_range(other.range()) && last_name(other.func()).is_some_and(starts_tasks)
    });
    runners.all(|run| {
        let Some(run) = run else { return false };
        // A method that runs it serves plain code. What a script runs is the program itself, and grows.
        let by = cx.enclosing_function(run.expr);
        let is_method = by.is_some_and(|by| matches!(cx.parent(by), AnyNodeRef::StmtClassDef(_)));
        if is_first && is_method && run.symbol().as_deref() == Some("asyncio.run") {
            return true;
        }
        // `context.run(loop.run_until_complete, work())`
        let handed = run.expr.arguments.args.first().filter(|first| !first.is_call_expr());
        let is_run = last_name(handed.unwrap_or(run.func())).is_some_and(is_runner);
        let by = cx.enclosing_function(run.expr).filter(|_| is_run && !starts_others);
        by.is_some_and(|by| !by.is_async && (is_offloaded(cx, by.name.as_str()) || is_body_of_thread(cx, by)))
    })
}

/// Whether a function waits for nothing else, and starts nothing else, before this call.
fn is_first_wait(cx: &Context<'_>, function: &ast::StmtFunctionDef, call: &Call<'_, '_>) -> bool {
    let in_loop = cx
        .ancestors(call.expr)
        .take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_)))
        .any(|around| matches!(around, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)));
    !in_loop
        && !cx.inside(function).any(|node| {
            let lets_others_run = match node.ast {
                AnyNodeRef::ExprAwait(_) => true,
                AnyNodeRef::StmtFor(each) => each.is_async,
                AnyNodeRef::StmtWith(block) => block.is_async,
                AnyNodeRef::Comprehension(each) => each.is_async,
                AnyNodeRef::ExprCall(other) => last_name(&other.func).is_some_and(starts_tasks),
                _ => false,
            };
            lets_others_run && node.ast.start() < call.range().start()
        })
}

/// Whether a function is the `run` of a thread or process: a class that names one of these as its base.
fn is_body_of_thread(cx: &Context<'_>, function: &ast::StmtFunctionDef) -> bool {
    let AnyNodeRef::StmtClassDef(class) = cx.parent(function) else { return false };
    function.name.as_str() == "run"
        && class.bases().iter().any(|base| {
            let symbol = cx.symbol(base);
            matches!(symbol.as_deref(), Some("threading.Thread" | "multiprocessing.Process"))
        })
}

fn is_runner(name: &str) -> bool {
    matches!(name, "run" | "run_until_complete")
}

fn starts_tasks(name: &str) -> bool {
    matches!(name, "create_task" | "ensure_future" | "gather" | "start_server" | "start_soon" | "TaskGroup")
}

/// Where a function or method is read, going by its name: the call that a call of it is the first or second argument
/// of, if there is one.
fn runs_of<'c, 'a>(
    cx: &'c Context<'a>,
    function: &'c ast::StmtFunctionDef,
) -> impl Iterator<Item = Option<Call<'c, 'a>>> {
    let name = function.name.as_str();
    let is_method = matches!(cx.parent(function), AnyNodeRef::StmtClassDef(_));
    let reads = cx.nodes().iter().filter_map(move |node| match node.ast {
        AnyNodeRef::ExprName(read) if !is_method && read.id.as_str() == name => Some(cx.parent(read)),
        AnyNodeRef::ExprAttribute(read) if is_method && read.attr.as_str() == name => Some(cx.parent(read)),
        _ => None,
    });
    reads.map(move |around| {
        let AnyNodeRef::ExprCall(made) = around else { return None };
        let is_made = last_name(&made.func) == Some(name);
        cx.calls().find(|run| {
            let first = run.expr.arguments.args.first();
            let handed = |given: &Expr| given.range() == made.range();
            is_made && (first.is_some_and(handed) || run.expr.arguments.args.get(1).is_some_and(handed))
        })
    })
}

/// Whether the file hands a function of this name to a thread or a process, and calls it nowhere on the loop.
fn is_offloaded(cx: &Context<'_>, name: &str) -> bool {
    let is_it = |value: &Expr| last_name(value) == Some(name) && !value.is_call_expr();
    let mut is_given = false;
    for call in cx.calls() {
        if is_it(call.func()) && cx.runs(call.expr) != Runs::Elsewhere {
            return false;
        }
        let offloader = || apis::offloader(&call.symbol()?, cx.settings);
        let mut given = call.expr.arguments.iter_source_order();
        if given.any(|given| is_it(given.value())) && offloader().is_some() {
            is_given = true;
        }
    }
    is_given
}
