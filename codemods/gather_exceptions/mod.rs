//! Failures that `asyncio.gather` hides.

mod examples;

use ruff_python_ast::{self as ast, AnyNodeRef, ExceptHandler, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Use};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::handlers::hands_on;
use crate::engine::project::following::{catches, reaches};
use crate::engine::project::marks::Lead;
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::engine::project::summary::conduct::{last_name, raises};
use crate::engine::semantic::BindingKind;
use crate::gather_to_taskgroup::{DIFFERENCE, can_be_group, handler_that_misses, into_group};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "gather-exceptions",
    summary: "look at every failure of what `asyncio.gather` runs, not only at the first",
    rationale: "\
`asyncio.gather` raises the first error at once. The other coroutines go on running: nobody waits for them, their
results are lost, and so are their errors. Where a handler swallows that first error, the program goes on as if all
of them were done.

There are two remedies. `return_exceptions=True` lets all of them end and gives every result and every error, and the
code looks at each. `asyncio.TaskGroup` (Python 3.11) cancels the others and raises all errors together. Which of the
two is right only the program's author knows, so this codemod suggests; only where no result is used, and the handler
catches an `ExceptionGroup` too, it offers the task group as a fix to be read.

`return_exceptions=True` whose result nobody looks at hides failures as well. After `task.cancel()`, or when closing
things, that is what one wants, and nothing is said.

By default one of the coroutines must be seen to wait for what may fail; of others only those hear who ask for this
codemod by name.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[Lead::Coroutine],
    examples: examples::EXAMPLES,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for call in cx.calls_to("asyncio.gather") {
        let Use::Awaited(awaited) = call.use_of() else { continue };
        if !has_several(&call) || is_given(cx, &call) || catches_itself(cx, &call) || is_shielded(cx, &call) {
            continue;
        }
        match call.keyword("return_exceptions") {
            Some(Expr::BooleanLiteral(literal)) if literal.value => unseen_errors(cx, &call, awaited, fixes),
            Some(Expr::BooleanLiteral(_)) | None => first_error_only(cx, &call, fixes),
            // Whoever chooses at run time knows of both.
            Some(_) => {}
        }
    }
}

/// Whether more than one awaitable is gathered.
fn has_several(call: &Call<'_, '_>) -> bool {
    let arguments = &call.expr.arguments.args;
    match &**arguments {
        [Expr::Starred(all)] => !holds_one(call.context(), &all.value),
        // A pause beside it is nothing that goes on unseen.
        all => all.iter().filter(|argument| !is_sleep(call.context(), argument)).count() > 1,
    }
}

fn is_sleep(cx: &Context<'_>, argument: &Expr) -> bool {
    cx.call(argument).is_some_and(|call| call.symbol().as_deref() == Some("asyncio.sleep"))
}

/// Whether what is unpacked holds one awaitable at most: a short list, or a name that only ever has short lists and
/// that nothing else reads, so that nothing is appended to them.
fn holds_one(cx: &Context<'_>, unpacked: &Expr) -> bool {
    let Expr::Name(name) = unpacked else { return is_short(unpacked) };
    let scope = cx.semantic.lookup(name.id.as_str(), cx.semantic.scope_of(name));
    let Some(scope) = scope else { return false };
    let bindings = cx.semantic.bindings_of(name.id.as_str(), scope);
    !bindings.is_empty()
        && cx.semantic.reads_of(name.id.as_str(), scope).count() == 1
        && bindings.iter().all(|id| match cx.semantic.binding(*id).kind {
            BindingKind::Assignment { value, unpacked: None }
            | BindingKind::Annotated { value: Some(value), .. } => is_short(value),
            _ => false,
        })
}

/// A list or tuple that is written out and has one item at most.
fn is_short(list: &Expr) -> bool {
    let (Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. })) = list else {
        return false;
    };
    elts.len() <= 1 && !elts.iter().any(Expr::is_starred_expr)
}

/// Whether all that is gathered comes from a function that is not seen, in a list: it may be tasks that see to their
/// own errors.
fn is_given(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let [Expr::Starred(all)] = &*call.expr.arguments.args else { return false };
    let Expr::Name(name) = &*all.value else {
        return all.value.is_call_expr() && !is_built_in(cx, &all.value);
    };
    let Some(binding) = cx.binding_read(name) else { return false };
    match binding.kind {
        BindingKind::Assignment { value, unpacked: None } => {
            matches!(value, Expr::Await(_) | Expr::Call(_)) && !is_built_in(cx, value)
        }
        _ => false,
    }
}

/// `map(load, names)`, `list(…)`, `set()`.
fn is_built_in(cx: &Context<'_>, made: &Expr) -> bool {
    let made = made.as_call_expr().and_then(|made| cx.symbol(&made.func));
    made.is_some_and(|symbol| symbol.starts_with("builtins."))
}

/// The coroutines that are gathered, as the project's functions; `None` when one of them is something else.
fn coroutines(cx: &Context<'_>, call: &Call<'_, '_>) -> Option<Vec<FunctionId>> {
    call.expr.arguments.args.iter().map(|argument| coroutine(cx, argument)).collect()
}

/// What one argument gathers: itself, or what an unpacked comprehension makes.
fn made_by(argument: &Expr) -> Option<&Expr> {
    match argument {
        Expr::Starred(starred) => made_in(&starred.value),
        argument => Some(argument),
    }
}

fn made_in(list: &Expr) -> Option<&Expr> {
    match list {
        Expr::ListComp(ast::ExprListComp { elt, .. }) | Expr::Generator(ast::ExprGenerator { elt, .. }) => {
            Some(elt)
        }
        _ => None,
    }
}

/// The coroutines of an unpacked name that has nothing but comprehensions and empty lists, which are appended to.
fn coroutines_of_list(cx: &Context<'_>, argument: &Expr) -> Option<Vec<FunctionId>> {
    let Expr::Starred(starred) = argument else { return None };
    let Expr::Name(name) = &*starred.value else { return None };
    let scope = cx.semantic.lookup(name.id.as_str(), cx.semantic.scope_of(name))?;
    let mut all = Vec::new();
    for id in cx.semantic.bindings_of(name.id.as_str(), scope) {
        let (BindingKind::Assignment { value, unpacked: None }
        | BindingKind::Annotated { value: Some(value), .. }) = cx.semantic.binding(*id).kind
        else {
            return None;
        };
        if let Some(made) = made_in(value) {
            all.push(coroutine(cx, made)?);
        } else if !matches!(value, Expr::List(list) if list.elts.is_empty()) {
            return None;
        }
    }
    for read in cx.semantic.reads_of(name.id.as_str(), scope) {
        match cx.parent(read.name) {
            AnyNodeRef::ExprStarred(_) | AnyNodeRef::StmtIf(_) => {}
            AnyNodeRef::ExprIf(choice) if choice.test.range() == read.name.range() => {}
            AnyNodeRef::ExprAttribute(method) if method.attr.as_str() == "append" => {
                let AnyNodeRef::ExprCall(append) = cx.parent(method) else { return None };
                all.push(coroutine(cx, append.arguments.args.first()?)?);
            }
            _ => return None,
        }
    }
    (!all.is_empty()).then_some(all)
}

fn coroutine(cx: &Context<'_>, argument: &Expr) -> Option<FunctionId> {
    match cx.meaning(made_by(argument)?) {
        Meaning::Coroutine(id) => Some(id),
        _ => None,
    }
}

/// The coroutine that a named task runs: `task = asyncio.create_task(work())`.
fn coroutine_of_task(cx: &Context<'_>, argument: &Expr) -> Option<FunctionId> {
    let Expr::Name(name) = argument else { return None };
    let BindingKind::Assignment { value, unpacked: None } = cx.binding_read(name)?.kind else { return None };
    let made = cx.call(value)?;
    let is_task = matches!(made.symbol().as_deref(), Some("asyncio.create_task" | "asyncio.ensure_future"));
    is_task.then(|| made.argument("coro", 0))?.and_then(|work| coroutine(cx, work))
}

/// Whether none of the coroutines lets an error out.
fn catches_itself(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let catches = |id: &FunctionId| catches(&cx.world, *id);
    call.expr.arguments.args.iter().all(|argument| {
        match coroutine(cx, argument).or_else(|| coroutine_of_task(cx, argument)) {
            Some(id) => catches(&id),
            None => coroutines_of_list(cx, argument).is_some_and(|all| all.iter().all(catches)),
        }
    })
}

/// Whether one of the coroutines is seen to wait for what may fail.
fn is_seen_to_fail(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let fails = |id: &FunctionId| cx.world.function(*id).waits && !catches(&cx.world, *id);
    call.expr.arguments.args.iter().any(|argument| {
        match coroutine(cx, argument).or_else(|| coroutine_of_task(cx, argument)) {
            Some(id) => fails(&id),
            None => coroutines_of_list(cx, argument).is_some_and(|all| all.iter().any(fails)),
        }
    })
}

/// Whether all that is gathered is shielded, and so meant to go on whatever happens to the others.
fn is_shielded(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    call.expr.arguments.args.iter().all(|argument| {
        let shield = cx.call(made_by(argument).unwrap_or(argument));
        shield.is_some_and(|shield| shield.symbol().as_deref() == Some("asyncio.shield"))
    })
}

/// `return_exceptions=True`, and nobody looks.
fn unseen_errors(cx: &Context<'_>, call: &Call<'_, '_>, awaited: &ast::ExprAwait, fixes: &mut Fixes<'_>) {
    let unseen = match cx.use_of(awaited) {
        Use::Dropped => true,
        Use::Named(name) => cx.reads_of(name).is_empty() && !name.id.starts_with('_'),
        _ => false,
    };
    if !unseen || coroutines(cx, call).is_none() || is_clean_up(cx, call) {
        return;
    }
    if !fixes.is_pedantic() && !is_seen_to_fail(cx, call) {
        return;
    }
    fixes
        .at(call, "the errors that `return_exceptions=True` returns are nobody's: nobody looks at the result")
        .because("look at each result and log the exceptions among them, or use a `TaskGroup`")
        .report();
}

/// Whether the code closes things down, where errors do not matter any more.
fn is_clean_up(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    const WORDS: &[&str] = &[
        "abort",
        "aclose",
        "aexit",
        "cancel",
        "cleanup",
        "close",
        "disconnect",
        "shutdown",
        "stop",
        "teardown",
        "unsubscribe",
    ];
    let says = |name: &str| name.to_ascii_lowercase().split('_').any(|word| WORDS.contains(&word));
    let ends = call.expr.arguments.args.iter().any(|argument| match argument {
        Expr::Starred(starred) => match &*starred.value {
            Expr::ListComp(ast::ExprListComp { elt, .. })
            | Expr::Generator(ast::ExprGenerator { elt, .. }) => last_name(elt).is_some_and(says),
            _ => false,
        },
        argument => last_name(argument).is_some_and(says),
    });
    let in_finally = cx.ancestors(call.expr).any(|around| match around {
        AnyNodeRef::StmtTry(statement) => {
            statement.finalbody.first().is_some_and(|first| first.start() <= call.start())
        }
        _ => false,
    });
    ends || in_finally
        || cx.enclosing_function(call.expr).is_some_and(|function| says(function.name.as_str()))
}

/// No `return_exceptions`, and a handler that goes on after the first error.
fn first_error_only<'a>(cx: &Context<'a>, call: &Call<'_, 'a>, fixes: &mut Fixes<'_>) {
    let around = cx.ancestors(call.expr);
    let around =
        around.take_while(|node| !matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_)));
    let tries = around.filter_map(|node| match node {
        AnyNodeRef::StmtTry(statement) => Some(statement),
        _ => None,
    });
    let tries: Vec<_> = tries
        .filter(|statement| statement.body.last().is_some_and(|last| call.start() < last.end()))
        .collect();
    // It may be the outermost that sees to them.
    if tries.iter().any(|statement| sees_to_the_others(cx, call, statement)) {
        return;
    }
    if !tries.is_empty() && (is_clean_up(cx, call) || cancels_before(cx, call)) {
        return;
    }
    for statement in &tries {
        for ExceptHandler::ExceptHandler(handler) in &statement.handlers {
            match kind_of(handler, statement) {
                Kind::Group if only_known_without_groups(cx, call) => {
                    fixes
                        .at(
                            handler,
                            "`asyncio.gather` never raises an `ExceptionGroup`: this handler is never run",
                        )
                        .because("it raises the first error itself; a `TaskGroup` raises the group")
                        .report();
                }
                Kind::Errors if !raises(&handler.body) && !hands_on(cx, handler) => {
                    return swallowed(cx, call, fixes);
                }
                _ => {}
            }
        }
    }
    if tries.is_empty() && fixes.is_pedantic() {
        fixes
            .at(call, "when one fails the others go on unseen")
            .because("pass `return_exceptions=True` and look at each result, or use a `TaskGroup`")
            .report();
    }
}

fn swallowed<'a>(cx: &Context<'a>, call: &Call<'_, 'a>, fixes: &mut Fixes<'_>) {
    if !fixes.is_pedantic() && !is_seen_to_fail(cx, call) {
        return;
    }
    let found = fixes.at(call, "the first error is swallowed here while the others go on unseen");
    if can_be_group(cx, call)
        && call.expr.arguments.keywords.is_empty()
        && handler_that_misses(cx, call).is_none()
    {
        found.because(DIFFERENCE).unsafe_fix("run them in a `TaskGroup`", |fix| into_group(fix, call));
        return;
    }
    let remedy = "pass `return_exceptions=True` and look at each result, or use a `TaskGroup`";
    found.because(remedy).suggest(remedy, |fix| return_exceptions(fix, call));
}

/// `gather(a(), b())` becomes `gather(a(), b(), return_exceptions=True)`.
fn return_exceptions(fix: &mut FixBuilder<'_>, call: &Call<'_, '_>) {
    let arguments = &call.expr.arguments;
    if let Some(keyword) = arguments.find_keyword("return_exceptions") {
        fix.replace(&keyword.value, "True");
        return;
    }
    let Some(last) = arguments.iter_source_order().last() else { return };
    let end = fix.cx.outer_range(last.value()).end();
    fix.insert(end, ", return_exceptions=True");
}

/// What a handler is for.
enum Kind {
    /// Errors of what runs.
    Errors,
    /// Groups of errors.
    Group,
    /// Being stopped.
    Other,
}

fn kind_of(handler: &ast::ExceptHandlerExceptHandler, statement: &ast::StmtTry) -> Kind {
    let Some(kind) = handler.type_.as_deref() else { return Kind::Errors };
    let kinds: Vec<&Expr> = match kind {
        Expr::Tuple(tuple) => tuple.elts.iter().collect(),
        kind => vec![kind],
    };
    let names: Vec<&str> = kinds.into_iter().filter_map(last_name).collect();
    // What comes with the cancellation is a way of stopping too.
    if names.contains(&"CancelledError") && !names.iter().any(|name| name.ends_with("Exception")) {
        return Kind::Other;
    }
    let stops = [
        "CancelledError",
        "GeneratorExit",
        "KeyboardInterrupt",
        // How an iterator ends is no failure.
        "StopAsyncIteration",
        "SystemExit",
        "TimeoutError",
    ];
    // What a look-up raises is caught for one of the other statements.
    let looks_up = |name: &&str| {
        statement.body.len() > 1 && matches!(*name, "KeyError" | "IndexError" | "StopIteration")
    };
    if names.iter().all(|name| stops.contains(name) || looks_up(name)) {
        Kind::Other
    } else if names.iter().all(|name| matches!(*name, "ExceptionGroup" | "BaseExceptionGroup"))
        && !statement.is_star
    {
        Kind::Group
    } else {
        Kind::Errors
    }
}

/// Whether the function has cancelled something before, and now waits for it to end.
fn cancels_before(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Some(function) = cx.enclosing_function(call.expr) else { return false };
    cx.calls().take_while(|other| other.start() < call.start()).any(|other| {
        function.range().contains_range(other.range()) && last_name(other.func()) == Some("cancel")
    })
}

/// Whether a handler or the `finally` of a statement cancels or waits for what may still run, or hands it on.
fn sees_to_the_others(cx: &Context<'_>, call: &Call<'_, '_>, statement: &ast::StmtTry) -> bool {
    let from = match (statement.handlers.first(), statement.finalbody.first()) {
        (Some(handler), _) => handler.start(),
        (None, Some(last)) => last.start(),
        (None, None) => return false,
    };
    let after = TextRange::new(from, statement.end());
    if call.expr.arguments.args.iter().any(|argument| is_taken_up(cx, argument, after)) {
        return true;
    }
    cx.calls().filter(|call| after.contains_range(call.range())).any(|call| {
        let cancels = last_name(call.func()).is_some_and(|name| name.contains("cancel") || name == "exit");
        cancels || matches!(call.symbol().as_deref(), Some("asyncio.gather" | "asyncio.wait"))
    })
}

/// Whether the name of what is gathered is read again, and not just to count.
fn is_taken_up(cx: &Context<'_>, argument: &Expr, after: TextRange) -> bool {
    let argument = match argument {
        Expr::Starred(starred) => &*starred.value,
        argument => argument,
    };
    let Expr::Name(name) = argument else { return false };
    let scope = cx.semantic.lookup(name.id.as_str(), cx.semantic.scope_of(name));
    let Some(scope) = scope else { return false };
    let mut reads = cx.semantic.reads_of(name.id.as_str(), scope);
    reads.any(|read| {
        let counts = match cx.parent(read.name) {
            AnyNodeRef::Arguments(arguments) => {
                matches!(cx.parent(arguments), AnyNodeRef::ExprCall(call) if last_name(&call.func) == Some("len"))
            }
            _ => false,
        };
        after.contains_range(read.name.range()) && !counts
    })
}

/// Whether every coroutine is known, and none can raise a group of its own.
fn only_known_without_groups(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    const MAKERS: &[&str] = &[
        "anyio.create_task_group",
        "asyncio.TaskGroup",
        "builtins.BaseExceptionGroup",
        "builtins.ExceptionGroup",
        "trio.open_nursery",
    ];
    let groups: FxHashSet<&str> = MAKERS.iter().copied().collect();
    let alone = cx.suite(call.expr).len() == 1;
    let all = coroutines(cx, call);
    alone
        && all.is_some_and(|all| {
            all.iter().all(|id| !reaches(&cx.world, *id, |symbol| groups.contains(symbol)))
        })
}
