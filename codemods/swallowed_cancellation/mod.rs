//! Handlers that keep a task from being cancelled.

mod examples;
mod proof;

use ruff_python_ast::{self as ast, AnyNodeRef, ExceptHandler, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Context, Runs};
use crate::engine::fix::Fixes;
use crate::engine::handlers::hands_on;
use crate::engine::project::summary::conduct::last_name;
use crate::engine::settings::PythonVersion;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "swallowed-cancellation",
    summary: "let a cancellation pass through handlers that catch everything",
    rationale: "\
A task is cancelled by raising `CancelledError` where it awaits. A bare `except`, `except BaseException` or `except
CancelledError` that does not raise again swallows it: the task goes on, whoever cancelled it waits for ever, a timeout
does not fire and a shutdown hangs.

Reported by default is what is seen to do harm: on a way from the handler the task waits again, in the function or where
the same file awaits it. With `--select swallowed-cancellation`, every handler that swallows is.

Where a handler means all errors, an `except asyncio.CancelledError: raise` is put before it; where it means the
cancellation itself, a `raise` at its end. A handler with which the task ends is right, and so is waiting for a task
that this function has cancelled. One that names the cancellation and goes on may well be meant: unless it stands in a
loop that then has no end, it is reported only when this codemod is asked for by name or with `all`, and neither is one
inside a handler that raises the cancellation again. The fix is not safe: somebody may rely on the task going on.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &["ASYNC103", "ASYNC104", "TRIO103", "TRIO104"],
    leads: &[],
    examples: examples::EXAMPLES,
    run,
};

/// What a handler catches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Catches {
    /// The cancellation and nothing else.
    Cancellation,
    /// The cancellation among others.
    More,
    /// Not the cancellation.
    Others,
}

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    // Before 3.8 `CancelledError` was an `Exception`, and handlers meant something else.
    if cx.settings.target < PythonVersion::py3(8) {
        return;
    }
    for node in cx.nodes() {
        let AnyNodeRef::StmtTry(statement) = node.ast else { continue };
        // Nobody cancels the task of a notebook's cell but the person in front of it.
        if statement.is_star || cx.runs(statement) != Runs::OnLoop || cx.is_cell_code(statement) {
            continue;
        }
        let caught = statement.handlers.iter().find_map(|handler| {
            let ExceptHandler::ExceptHandler(handler) = handler;
            match catches(cx, handler) {
                Catches::Others => None,
                found => Some((handler, found)),
            }
        });
        let Some((handler, caught)) = caught else { continue };
        let pedantic = fixes.is_pedantic();
        if is_swallowed(cx, statement, handler, caught, pedantic)
            && (pedantic || proof::is_seen_to_go_on(cx, statement, handler))
        {
            report(cx, fixes, handler, caught);
        }
    }
}

fn catches(cx: &Context<'_>, handler: &ast::ExceptHandlerExceptHandler) -> Catches {
    let is_cancellation = |expr: &Expr| {
        // A project may have a function of its own around anyio's.
        expr.is_call_expr() && last_name(expr) == Some("get_cancelled_exc_class")
            || cx
                .symbol(expr)
                .is_some_and(|symbol| matches!(&*symbol, "asyncio.CancelledError" | "trio.Cancelled"))
    };
    // A call gives some class or other, and is annotated to give this one at most.
    let is_base =
        |expr: &Expr| !expr.is_call_expr() && cx.symbol(expr).as_deref() == Some("builtins.BaseException");
    match handler.type_.as_deref() {
        None => Catches::More,
        Some(Expr::Tuple(kinds)) if !kinds.elts.is_empty() && kinds.elts.iter().all(is_cancellation) => {
            Catches::Cancellation
        }
        Some(Expr::Tuple(kinds)) if kinds.elts.iter().any(|kind| is_cancellation(kind) || is_base(kind)) => {
            Catches::More
        }
        Some(kind) if is_cancellation(kind) => Catches::Cancellation,
        Some(kind) if is_base(kind) => Catches::More,
        Some(_) => Catches::Others,
    }
}

fn is_swallowed(
    cx: &Context<'_>,
    statement: &ast::StmtTry,
    handler: &ast::ExceptHandlerExceptHandler,
    caught: Catches,
    pedantic: bool,
) -> bool {
    let Some(first) = statement.body.first() else { return false };
    // Who names it may mean it; who catches everything does not.
    let named = caught == Catches::Cancellation || names_cancellation(cx, handler);
    let body = TextRange::new(first.start(), statement.body.last().map_or(first.end(), Ranged::end));
    let frame = cx.semantic.frame(cx.semantic.scope_of(statement));
    let own = |range: TextRange| {
        cx.nodes().iter().filter(move |node| {
            range.contains_range(node.ast.range()) && cx.semantic.frame(node.scope) == frame
        })
    };
    let waits = own(body).any(|node| match node.ast {
        AnyNodeRef::ExprAwait(_) => true,
        AnyNodeRef::StmtFor(inner) => inner.is_async,
        AnyNodeRef::StmtWith(inner) => inner.is_async,
        AnyNodeRef::Comprehension(inner) => inner.is_async,
        _ => false,
    });
    if !waits || only_awaits_a_task(&statement.body) {
        return false;
    }
    if named && (!pedantic && !is_in_loop(cx, statement) || is_in_closing(cx, statement)) {
        return false;
    }
    if !pedantic && is_in_closing(cx, statement) {
        return false;
    }
    if is_in_undoing(cx, statement) || named && ends_by_flag(cx, statement) {
        return false;
    }
    if !pedantic && named && (loop_has_condition(cx, statement) || is_told_apart(cx, statement)) {
        return false;
    }
    if !pedantic && speaks_of_it(cx, statement, handler) {
        return false;
    }
    let means_it = own(handler.range()).any(|node| match node.ast {
        // A test that expects it.
        AnyNodeRef::StmtRaise(_) | AnyNodeRef::StmtAssert(_) => true,
        AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtBreak(_) => named,
        AnyNodeRef::ExprCall(call) => {
            let name = match &*call.func {
                Expr::Attribute(function) => function.attr.as_str(),
                Expr::Name(function) => function.id.as_str(),
                _ => "",
            };
            // An interactive console shows whatever ends what was typed.
            matches!(
                name,
                "exit" | "_exit" | "uncancel" | "fail" | "skip" | "reraise" | "raise_" | "showtraceback"
            ) || name == "cancel"
        }
        _ => false,
    });
    if means_it || hands_on(cx, handler) || cancels_before(cx, statement) || cleans_up(cx, statement) {
        return false;
    }
    // A flag for later: `was_cancelled = True`.
    let remembers = named && handler.body.iter().any(Stmt::is_assign_stmt);
    if remembers || named && provokes(cx, statement) {
        return false;
    }
    let is_last = ends_here(cx, statement);
    !(is_last && (named || is_only_a_task(cx, statement)))
}

/// Whether the innermost loop around ends by its own condition: the cancellation may be how it is told to look.
fn loop_has_condition(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    let around = cx.ancestors(statement);
    let mut around = around.take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_)));
    let test = around.find_map(|around| match around {
        AnyNodeRef::StmtWhile(around) => Some(Some(&*around.test)),
        AnyNodeRef::StmtFor(_) => Some(None),
        _ => None,
    });
    test.flatten().is_some_and(|test| !test.is_literal_expr())
}

/// Whether a handler further out raises the cancellation again: the inner one is for that of another task, which is
/// awaited here.
fn is_told_apart(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    let around = cx.ancestors(statement);
    let mut around = around.take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_)));
    around.any(|around| {
        let AnyNodeRef::StmtTry(outer) = around else { return false };
        let in_body = outer.body.iter().any(|own| own.range().contains_range(statement.range()));
        in_body
            && outer.handlers.iter().any(|ExceptHandler::ExceptHandler(handler)| {
                catches(cx, handler) == Catches::Cancellation
                    && handler.body.last().is_some_and(Stmt::is_raise_stmt)
            })
    })
}

/// Whether all coroutines of the function around become tasks of their own, where the file makes any: with the
/// function ends the task.
fn is_only_a_task(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    let Some(function) = cx.enclosing_function(statement) else { return false };
    let is_method = matches!(cx.parent(function), AnyNodeRef::StmtClassDef(_));
    let name = function.name.as_str();
    let mut reads = cx
        .semantic
        .each(&cx.semantic.reads)
        .map(|node| node.ast)
        .chain(cx.semantic.references.iter().map(|read| AnyNodeRef::ExprName(read.name)));
    let is_read = |node: &AnyNodeRef<'_>| match node {
        AnyNodeRef::ExprName(read) => !is_method && read.id.as_str() == name,
        AnyNodeRef::ExprAttribute(read) => is_method && read.attr.as_str() == name,
        _ => false,
    };
    let becomes_task = |read: AnyNodeRef<'_>| {
        let AnyNodeRef::ExprCall(made) = cx.parent(&read) else { return false };
        let AnyNodeRef::Arguments(arguments) = cx.parent(made) else { return false };
        let AnyNodeRef::ExprCall(taker) = cx.parent(arguments) else { return false };
        // `context.run(loop.create_task, work())`
        let mut takers = std::iter::once(&*taker.func).chain(&taker.arguments.args);
        takers.any(|taker| {
            let spawns = [
                "create_task",
                "ensure_future",
                "run",
                "run_coroutine_threadsafe",
                "run_until_complete",
                "start_soon",
            ];
            let spawns = spawns.map(Some);
            !taker.is_call_expr() && spawns.contains(&last_name(taker))
        })
    };
    let mut is_made = false;
    reads.all(|node| {
        if !is_read(&node) {
            return true;
        }
        is_made = true;
        becomes_task(node)
    }) && is_made
}

/// Whether a comment in the statement, on the six lines above it that are not empty or in the handler speaks of
/// cancelling. Above the `def` that the statement is in, only the comment right before it counts.
fn speaks_of_it(
    cx: &Context<'_>,
    statement: &ast::StmtTry,
    handler: &ast::ExceptHandlerExceptHandler,
) -> bool {
    let row = cx.source.row(statement.start());
    let line = |row: u32| cx.source.line(cx.source.row_start(row)).trim_start();
    let mut top = row;
    let mut above = 0;
    let is_def = |row: u32| line(row).starts_with("def ") || line(row).starts_with("async def ");
    // Empty lines are for the eye.
    while top > 1 && above < 6 && !is_def(top) {
        top -= 1;
        above += u32::from(!line(top).is_empty());
    }
    // A block of comments is read from its first line.
    let is_comment = |row: u32| line(row).starts_with('#');
    while top > 1 && (is_comment(top) || is_def(top)) && is_comment(top - 1) {
        top -= 1;
    }
    let above = cx.source.row_start(top);
    let comments = cx.source.comments();
    let first = comments.partition_point(|comment| comment.start() < above);
    let range = TextRange::new(above, cx.source.line_end(handler.end()));
    let in_comments = comments[first..]
        .iter()
        .take_while(|comment| comment.start() < range.end())
        .any(|comment| cx.text(*comment).to_lowercase().contains("cancel"));
    in_comments || says_so(cx, handler)
}

/// Whether the handler reports that a cancellation is to have no effect: `log("cancelled, but overriding")`.
fn says_so(cx: &Context<'_>, handler: &ast::ExceptHandlerExceptHandler) -> bool {
    let strings = cx.inside(handler).filter_map(|node| match node.ast {
        AnyNodeRef::ExprStringLiteral(text) => Some(cx.text(text)),
        AnyNodeRef::ExprFString(text) => Some(cx.text(text)),
        _ => None,
    });
    let mut texts = strings.map(str::to_lowercase);
    texts.any(|text| {
        text.contains("cancel") && ["ignor", "overrid", "suppress"].iter().any(|word| text.contains(word))
    })
}

/// `await task`: the cancellation of the task that is awaited, most likely.
fn only_awaits_a_task(body: &[Stmt]) -> bool {
    let awaited = |value: &Expr| match value {
        Expr::Await(ast::ExprAwait { value, .. }) => match &**value {
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => true,
            Expr::Call(call) => {
                let name = match &*call.func {
                    Expr::Attribute(function) => function.attr.as_str(),
                    Expr::Name(function) => function.id.as_str(),
                    _ => "",
                };
                let is_plain = |argument: &Expr| {
                    matches!(
                        argument,
                        Expr::Name(_) | Expr::Attribute(_) | Expr::Starred(_) | Expr::Subscript(_)
                    )
                };
                let are_tasks = |argument: &Expr| match argument {
                    Expr::List(ast::ExprList { elts, .. }) | Expr::Set(ast::ExprSet { elts, .. }) => {
                        elts.iter().all(is_plain)
                    }
                    argument => is_plain(argument),
                };
                (matches!(name, "gather" | "shield") || name.contains("wait"))
                    && call.arguments.args.first().is_some_and(are_tasks)
            }
            _ => false,
        },
        _ => false,
    };
    // `self.task = asyncio.create_task(…)`
    let makes_task = |value: &Expr| match value {
        Expr::Call(call) => matches!(last_name(&call.func), Some("create_task" | "ensure_future")),
        _ => false,
    };
    body.iter().all(|statement| match statement {
        Stmt::Expr(expr) => awaited(&expr.value),
        Stmt::Assign(assign) => awaited(&assign.value) || makes_task(&assign.value),
        Stmt::Return(ast::StmtReturn { value: Some(value), .. }) => awaited(value),
        _ => false,
    })
}

/// Whether the function has cancelled something before: what it awaits then is meant to be cancelled.
fn cancels_before(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    let Some(function) = cx.enclosing_function(statement) else { return false };
    cx.calls().any(|call| {
        let is_cancel = matches!(call.func(), Expr::Attribute(method)
            if matches!(method.attr.as_str(), "cancel" | "cancel_all" | "cancel_tasks"));
        is_cancel && function.range().contains_range(call.range()) && call.range().start() < statement.end()
    })
}

/// Whether a handler names the cancellation, alone or among others.
fn names_cancellation(cx: &Context<'_>, handler: &ast::ExceptHandlerExceptHandler) -> bool {
    handler.type_.as_deref().is_some_and(|kind| cx.text(kind).to_ascii_lowercase().contains("cancel"))
}

/// Whether the statement is part of cleaning up: in a handler, a `finally` or a shielded scope, or because all it
/// awaits closes something or is shielded.
fn cleans_up(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    let range = statement.range();
    for around in cx.ancestors(statement) {
        match around {
            AnyNodeRef::StmtFunctionDef(_) => break,
            AnyNodeRef::ExceptHandlerExceptHandler(_) => return true,
            AnyNodeRef::StmtTry(outer)
                if outer.finalbody.iter().any(|own| own.range().contains_range(range)) =>
            {
                return true;
            }
            AnyNodeRef::StmtWith(outer)
                if outer.items.iter().any(|item| cx.text(&item.context_expr).contains("shield=True")) =>
            {
                return true;
            }
            _ => {}
        }
    }
    let awaited = cx.inside(statement).filter_map(|node| match node.ast {
        AnyNodeRef::ExprAwait(awaited)
            if statement.body.iter().any(|own| own.range().contains_range(awaited.range())) =>
        {
            Some(&*awaited.value)
        }
        _ => None,
    });
    let mut awaited = awaited.peekable();
    awaited.peek().is_some() && awaited.all(closes)
}

/// Whether an expression is a call that closes something, with a limit of time or shielded as it may be.
fn closes(value: &Expr) -> bool {
    value.as_call_expr().is_some_and(is_closing_call)
}

fn is_closing_call(call: &ast::ExprCall) -> bool {
    let name = match &*call.func {
        Expr::Attribute(function) => function.attr.as_str(),
        Expr::Name(function) => function.id.as_str(),
        _ => "",
    };
    let goes_on = name == "wait_for" && call.arguments.args.first().is_some_and(closes);
    goes_on
        // Whoever shields something has thought of it.
        || name.contains("shield")
        || means_closing(name)
        || matches!(name, "__aexit__" | "quit" | "kill" | "wait_closed" | "release")
}

fn means_closing(name: &str) -> bool {
    ["close", "cleanup", "clean_up", "disconnect", "shutdown", "stop", "teardown", "terminate"]
        .iter()
        .any(|word| name.contains(word))
}

/// Whether the function around is there to close something.
fn is_in_closing(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    cx.enclosing_function(statement).is_some_and(|function| means_closing(function.name.as_str()))
}

/// Whether the function around undoes a change, as one does before the failure that led there is raised again.
fn is_in_undoing(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    const WORDS: &[&str] = &["compensate", "roll_back", "rollback", "undo"];
    cx.enclosing_function(statement).is_some_and(|function| {
        WORDS.iter().any(|word| function.name.trim_start_matches('_').starts_with(word))
    })
}

/// Whether the loop around ends by a flag that is set where the task is cancelled: `self.stopping = True` and
/// `self.task.cancel()` in one function.
fn ends_by_flag(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    let around = cx
        .ancestors(statement)
        .take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_)))
        .find_map(|around| match around {
            AnyNodeRef::StmtWhile(around) => Some(&*around.test),
            _ => None,
        });
    let Some(test) = around else { return false };
    let flag = match test {
        Expr::UnaryOp(negated) => &*negated.operand,
        test => test,
    };
    let Expr::Attribute(flag) = flag else { return false };
    let sets = |function: &ast::StmtFunctionDef| {
        cx.inside(function).any(|node| match node.ast {
            AnyNodeRef::StmtAssign(assign) => assign
                .targets
                .iter()
                .any(|target| matches!(target, Expr::Attribute(set) if set.attr.id == flag.attr.id)),
            _ => false,
        })
    };
    cx.calls()
        .filter(|call| matches!(call.func(), Expr::Attribute(method) if method.attr.as_str() == "cancel"))
        .any(|call| cx.enclosing_function(call.expr).is_some_and(sets))
}

/// Whether a loop of the same function is around a statement.
fn is_in_loop(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    cx.ancestors(statement)
        .take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_)))
        .any(|around| matches!(around, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)))
}

/// Whether the function itself makes cancellations: it raises one, or hands the class to a mock.
fn provokes(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    let Some(function) = cx.enclosing_function(statement) else { return false };
    (0..).zip(cx.nodes()).any(|(id, node)| {
        let is_use = match node.ast {
            AnyNodeRef::ExprAttribute(name) => name.attr.as_str() == "CancelledError",
            AnyNodeRef::ExprName(name) => name.id.as_str() == "CancelledError",
            _ => false,
        };
        let in_clause = || {
            cx.semantic.ancestors(id).any(|around| {
                matches!(around.ast, AnyNodeRef::ExceptHandlerExceptHandler(handler)
                    if handler.type_.as_deref().is_some_and(|kind| kind.range().contains_range(node.ast.range())))
            })
        };
        is_use && function.range().contains_range(node.ast.range()) && !in_clause()
    })
}

/// Whether the task is about to end: the function waits for nothing more after the statement, and no loop is around
/// it.
fn ends_here(cx: &Context<'_>, statement: &ast::StmtTry) -> bool {
    let in_loop = is_in_loop(cx, statement);
    let Some(function) = cx.enclosing_function(statement) else { return false };
    let rest = TextRange::new(statement.end(), function.end());
    let frame = cx.semantic.frame(cx.semantic.scope_of(statement));
    let waits_on = cx.inside(function).any(|node| {
        let waits = match node.ast {
            AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprYield(_) => true,
            AnyNodeRef::StmtFor(inner) => inner.is_async,
            AnyNodeRef::StmtWith(inner) => inner.is_async,
            _ => false,
        };
        waits && rest.contains_range(node.ast.range()) && cx.semantic.frame(node.scope) == frame
    });
    !in_loop && !waits_on
}

fn report(
    cx: &Context<'_>,
    fixes: &mut Fixes<'_>,
    handler: &ast::ExceptHandlerExceptHandler,
    caught: Catches,
) {
    let what = match handler.type_.as_deref() {
        Some(kind) => format!("`except {}`", cx.text(kind)),
        None => "this bare `except`".to_owned(),
    };
    let head = TextRange::new(handler.start(), handler.type_.as_deref().map_or(handler.start(), Ranged::end));
    let head = if handler.type_.is_none() {
        TextRange::at(handler.start(), "except".len().try_into().unwrap_or_default())
    } else {
        head
    };
    let message = format!("{what} swallows the cancellation of its task");
    // A long list of errors does not fit.
    let message = if message.len() > 100 {
        "this `except` swallows the cancellation of its task".to_owned()
    } else {
        message
    };
    let found = fixes.at(head, message);
    let reason = "somebody may rely on the task going on";
    // `except CancelledError: raise` before it would leave out what it puts right.
    let puts_right = cx.inside(handler).any(|node| match node.ast {
        AnyNodeRef::StmtAssign(assign) => assign.targets.iter().any(|target| !target.is_name_expr()),
        AnyNodeRef::ExprCall(call) => is_closing_call(call),
        _ => false,
    });
    if caught == Catches::More && puts_right {
        found
            .because("the handler puts something right: let it, and raise a cancellation at its end")
            .report();
        return;
    }
    if caught == Catches::More {
        found.because(reason).unsafe_fix("let it pass", |fix| {
            let class = fix.import(match cx.framework() {
                crate::engine::context::Framework::Trio => "trio.Cancelled",
                _ => "asyncio.CancelledError",
            });
            let unit = cx.source.style().indent.clone();
            fix.insert_lines_before(handler, &[format!("except {class}:"), format!("{unit}raise")]);
        });
        return;
    }
    let jumps = cx.nodes().iter().any(|node| {
        matches!(node.ast, AnyNodeRef::StmtContinue(_))
            && handler.range().contains_range(node.ast.range())
            && handler.body.last().is_none_or(|last| last.range() != node.ast.range())
    });
    match handler.body.last() {
        Some(Stmt::Pass(pass)) if handler.body.len() == 1 => {
            found.because(reason).unsafe_fix("raise it again", |fix| fix.replace(pass, "raise"));
        }
        Some(Stmt::Continue(last)) if !jumps => {
            found.because(reason).unsafe_fix("raise it again", |fix| fix.replace(last, "raise"));
        }
        Some(last) if !jumps => {
            found.because(reason).unsafe_fix("raise it again", |fix| {
                fix.insert_lines_after(last, &["raise".to_owned()]);
            });
        }
        _ => found
            .because("the handler goes on in several ways: put `raise` where the task is to end")
            .report(),
    }
}
