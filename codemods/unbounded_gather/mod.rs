//! `asyncio.gather` over a collection of any size.

mod callee;
mod collection;
mod examples;
pub(crate) mod helper;
mod lazy;
mod mapping;
mod parts;
mod rewrite;
pub(crate) mod size;

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Use};
use crate::engine::fix::Fixes;
use crate::engine::project::summary::conduct::last_name;
use callee::{Verdict, verdict};
use collection::{Callee, Collection, Element, Form};
use size::Size;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "unbounded-gather",
    summary: "run a bounded number of coroutines at a time, however many items there are",
    rationale: "\
`asyncio.gather(*[fetch(url) for url in urls])` starts every request in the same instant. With ten items nobody
notices; with ten thousand there are ten thousand open sockets, a remote that answers 429 or not at all, and a
process that holds everything in memory. Nothing in the code says how many there may be, and the data decides.

The rewrite calls `gather_bounded`, a small helper put into the file once (or imported: `helper-module` names the
module that has it). It keeps what `gather` promises: the results in order, `return_exceptions`, the first error at
once while the others go on, everything cancelled with it. It runs at most `concurrency-limit` coroutines at a time,
100 by default, and makes no more of them than it runs when it is given a generator. Where a collection could change
while it is read, it is read at once, as `gather` does.

The fix is safe when the coroutine is one of the project's own functions and, looked into through the functions it
calls, neither waits for other tasks nor runs until it is stopped: holding some back cannot change what the others
do. It is left alone where a limit is there already: a collection known to be small, a batch, the program's own
callbacks, the servers or plugins that an object is set up with, a semaphore or rate limiter in the coroutine, a thread
pool; and where what is open is closed. So is a coroutine that never returns, which would keep the rest from starting.

Without `--select`, nothing is said of what a program is put together from: its handlers, tools and plugins, the agents
and clients that an object keeps, and what its configuration names. There are few of them, though no code says so.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[],
    examples: examples::EXAMPLES,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    helper::complete_helper_module(cx, fixes);
    let names = ["gather", "wait", "as_completed", "create_task"];
    for call in cx.calls().filter(|call| call.may_be(&names)) {
        match call.symbol().as_deref() {
            Some("asyncio.gather") => gather(cx, &call, fixes),
            Some("asyncio.wait") => wait(cx, &call, "asyncio.wait", fixes),
            Some("asyncio.as_completed") => wait(cx, &call, "asyncio.as_completed", fixes),
            Some("asyncio.TaskGroup().create_task") => task_group(cx, &call, fixes),
            _ => {}
        }
    }
}

/// What is wrong with running a collection at once, and how sure a change can be.
struct Fault {
    message: String,
    verdict: Verdict,
}

/// Whether running all of a collection at once is a mistake.
fn fault(cx: &Context<'_>, collection: &Collection<'_>, name: &str) -> Option<Fault> {
    if collection.size.is_fine(u64::from(cx.settings.concurrency_limit)) || is_in_closing(cx, collection) {
        return None;
    }
    // Nothing bounds the handlers or clients that a program has, but there are few: only a pedant minds.
    if collection.size == Size::Parts && !cx.settings.selection.is_asked_for(CODEMOD.name) {
        return None;
    }
    let verdicts = collection.elements.iter().map(|element| verdict(cx, element));
    let verdict = verdicts.reduce(Verdict::and)?;
    if verdict == Verdict::Settled {
        return None;
    }
    let message = match (collection.size, collection.over.map(|over| cx.text(over))) {
        (Size::AtMost(most), _) => format!("`{name}` runs up to {most} coroutines at once"),
        (_, Some(over)) if over.len() <= 40 && !over.contains(['\n', '\r', '`']) => {
            format!("`{name}` runs a coroutine for every item of `{over}` at once, however many there are")
        }
        _ => format!("`{name}` runs a coroutine for every item at once, however many there are"),
    };
    Some(Fault { message, verdict })
}

/// Whether the function around is there to close something: each of the items holds what it holds until it is closed.
fn is_in_closing(cx: &Context<'_>, collection: &Collection<'_>) -> bool {
    let callee = collection.elements.first().map(|element| match element.callee {
        Callee::Called(expr) | Callee::Mapped(expr) => expr,
    });
    let function = callee.and_then(|callee| cx.enclosing_function(callee));
    function.is_some_and(|function| {
        let name = function.name.as_str();
        // `cleanup_element_tree()` leaves nothing closed, `cleanup()` does.
        callee::means_closing(name) && (!name.contains("cleanup") || name.ends_with("cleanup"))
    })
}

/// What the call of something that runs a collection at once calls for each item, if there is no bound to how many
/// there are and nothing in what is called holds it back.
pub(crate) fn runs_without_bound<'a>(cx: &Context<'a>, call: &Call<'_, 'a>) -> Option<Vec<&'a Expr>> {
    let arguments = &call.expr.arguments.args;
    let starred = || arguments.iter().any(Expr::is_starred_expr);
    let collection = match call.symbol()?.as_ref() {
        "asyncio.gather" if starred() && !helper::is_inside(cx, call.expr) => {
            let parts = arguments.iter().map(|argument| Collection::read_item(cx, argument, call));
            parts.collect::<Option<Vec<_>>>()?.into_iter().reduce(Collection::and)?
        }
        "asyncio.wait" | "asyncio.as_completed" => Collection::read(cx, arguments.first()?, call)?,
        "asyncio.TaskGroup().create_task" => of_task_group(cx, call)?,
        _ => return None,
    };
    fault(cx, &collection, "")?;
    let callees = collection.elements.iter().map(|element| match element.callee {
        Callee::Called(expr) | Callee::Mapped(expr) => expr,
    });
    Some(callees.collect())
}

fn gather<'a>(cx: &Context<'a>, call: &Call<'_, 'a>, fixes: &mut Fixes<'_>) {
    let arguments = &call.expr.arguments;
    if !arguments.args.iter().any(Expr::is_starred_expr) || helper::is_inside(cx, call.expr) {
        return;
    }
    let parts: Option<Vec<Collection<'a>>> =
        arguments.args.iter().map(|argument| Collection::read_item(cx, argument, call)).collect();
    let Some(parts) = parts else { return };
    let Some(form) = parts.first().map(|part| part.form) else { return };
    let is_single = parts.len() == 1;
    let Some(collection) = parts.into_iter().reduce(Collection::and) else { return };
    let Some(Fault { message, verdict }) = fault(cx, &collection, "asyncio.gather") else { return };
    // What an object keeps running in the background, nobody knows of what kind, is often meant to run for ever.
    if matches!(verdict, Verdict::Doubtful(_)) && is_kept(call) {
        return;
    }
    let found = fixes.at(call, message);
    if let Some(reason) = cannot_replace(cx, call) {
        found.because(reason).report();
        return;
    }
    let limit = cx.settings.concurrency_limit;
    found.safe(format!("run at most {limit} at a time"), |fix| {
        match verdict {
            Verdict::Doubtful(reason) => fix.demote(reason),
            Verdict::Free | Verdict::Settled => {}
        }
        if has_timeout(cx, call) {
            fix.demote("the timeout around it counts for all of them, however long they wait for their turn");
        }
        rewrite::unwrap_tasks(fix, cx, call, form, &collection.elements);
        if fix.is_withheld() {
            return;
        }
        if is_single {
            rewrite::pass_one(fix, cx, call, form);
        } else {
            fix.demote("it gathers more than this collection");
            rewrite::pass_all(fix, call);
        }
        let spelled = helper::spelled(fix);
        fix.replace(call.func(), spelled);
    });
}

/// Why the helper, a coroutine function, cannot stand for this call of `gather`, which gives a future.
fn cannot_replace(cx: &Context<'_>, call: &Call<'_, '_>) -> Option<&'static str> {
    for keyword in &call.expr.arguments.keywords {
        match keyword.arg.as_ref().map(ast::Identifier::as_str) {
            Some("return_exceptions") => {}
            Some("loop") => return Some("the `loop` argument is gone since Python 3.10"),
            _ => return Some("its keyword arguments are not known"),
        }
    }
    match call.use_of() {
        Use::Awaited(_) => None,
        Use::Other(AnyNodeRef::Arguments(arguments)) => {
            let AnyNodeRef::ExprCall(consumer) = cx.parent(arguments) else { return None };
            let takes_coroutines = matches!(
                cx.symbol(&consumer.func).as_deref(),
                Some(
                    "asyncio.wait_for"
                        | "asyncio.shield"
                        | "asyncio.gather"
                        | "asyncio.run"
                        | "asyncio.Runner().run"
                        | "asyncio.AbstractEventLoop().run_until_complete"
                )
            );
            (!takes_coroutines).then_some("what takes the future may need it to run already")
        }
        Use::Named(name) => {
            let reads = cx.reads_of(name);
            let awaited = match reads.as_slice() {
                [only] => matches!(cx.use_of(*only), Use::Awaited(_)) && is_next_statement(cx, name, only),
                _ => false,
            };
            (!awaited)
                .then_some("the future runs from here on; a coroutine would not start before it is awaited")
        }
        Use::Dropped => Some("nothing awaits it"),
        _ => Some("the future is handed on, running; a coroutine would not start before it is awaited"),
    }
}

/// Whether the future is kept in an attribute.
fn is_kept(call: &Call<'_, '_>) -> bool {
    match call.use_of() {
        Use::Other(AnyNodeRef::StmtAssign(assign)) => assign.targets.iter().any(Expr::is_attribute_expr),
        Use::Other(AnyNodeRef::StmtAnnAssign(assign)) => assign.target.is_attribute_expr(),
        _ => false,
    }
}

/// Whether a time limit holds for the whole of the call.
fn has_timeout(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    cx.ancestors(call.expr)
        .take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_)))
        .any(|around| match around {
            AnyNodeRef::ExprCall(consumer) => {
                cx.symbol(&consumer.func).as_deref() == Some("asyncio.wait_for")
            }
            AnyNodeRef::StmtWith(with) => with.items.iter().any(|item| {
                let name = last_name(&item.context_expr).unwrap_or_default();
                name.contains("timeout") || matches!(name, "fail_after" | "move_on_after")
            }),
            _ => false,
        })
}

/// Whether the statement of one name follows at once on that of another.
fn is_next_statement(cx: &Context<'_>, name: &ast::ExprName, read: &ast::ExprName) -> bool {
    let suite = cx.suite(name);
    let at = |node: &ast::ExprName| {
        suite.iter().position(|statement| statement.range().contains_range(node.range()))
    };
    match (at(name), at(read)) {
        (Some(first), Some(second)) => {
            // Only the statement's own expressions, not a body behind a colon.
            first + 1 == second
                && !matches!(
                    suite[second],
                    ast::Stmt::For(_)
                        | ast::Stmt::While(_)
                        | ast::Stmt::With(_)
                        | ast::Stmt::Try(_)
                        | ast::Stmt::If(_)
                )
        }
        _ => false,
    }
}

/// `asyncio.wait(…)` and `asyncio.as_completed(…)`: what they give back is made of the tasks they are given.
fn wait<'a>(cx: &Context<'a>, call: &Call<'_, 'a>, name: &str, fixes: &mut Fixes<'_>) {
    let Some(value) = call.expr.arguments.args.first() else { return };
    let Some(collection) = Collection::read(cx, value, call) else { return };
    let Some(Fault { message, verdict }) = fault(cx, &collection, name) else { return };
    // What is waited for has to be tasks: what is none to all that can be seen makes one.
    let is_made_here = collection.elements.iter().all(|element| element.wrapper.is_some());
    if name == "asyncio.wait" && !is_made_here && matches!(verdict, Verdict::Doubtful(_)) {
        return;
    }
    let reason = "its tasks are what the code goes on with: wait for an `asyncio.Semaphore` in the coroutine";
    fixes.at(call, message).because(reason).report();
}

/// `tg.create_task(f(x))` in a loop inside `async with asyncio.TaskGroup() as tg:`.
fn task_group<'a>(cx: &Context<'a>, call: &Call<'_, 'a>, fixes: &mut Fixes<'_>) {
    let Some(collection) = of_task_group(cx, call) else { return };
    let Some(Fault { message, .. }) = fault(cx, &collection, "TaskGroup.create_task") else { return };
    let reason = "a task group has no limit: wait for an `asyncio.Semaphore` in the coroutine";
    fixes.at(call, message).because(reason).report();
}

/// The coroutines that the loops around `tg.create_task(f(x))` start, inside `async with asyncio.TaskGroup() as tg:`.
fn of_task_group<'a>(cx: &Context<'a>, call: &Call<'_, 'a>) -> Option<Collection<'a>> {
    let inner @ Expr::Call(_) = call.expr.arguments.args.first()? else { return None };
    let mut size = Size::AtMost(1);
    let mut over = None;
    let mut in_group = false;
    for around in cx.ancestors(call.expr) {
        match around {
            AnyNodeRef::StmtFor(each) => {
                let times = if each.is_async {
                    Size::Unbounded
                } else {
                    collection::loop_size(cx, &each.target, &each.iter, inner)
                };
                size = size.times(times);
                over = Some(&*each.iter);
            }
            AnyNodeRef::StmtWhile(_) => size = Size::Chosen,
            AnyNodeRef::ExprListComp(ast::ExprListComp { generators, .. })
            | AnyNodeRef::ExprDictComp(ast::ExprDictComp { generators, .. })
            | AnyNodeRef::ExprSetComp(ast::ExprSetComp { generators, .. }) => {
                size = generators.iter().fold(size, |product, each| {
                    product.times(collection::loop_size(cx, &each.target, &each.iter, inner))
                });
                over = generators.first().map(|each| &each.iter);
            }
            AnyNodeRef::StmtWith(with) if with.is_async => {
                in_group = with
                    .items
                    .iter()
                    .any(|item| cx.symbol(&item.context_expr).as_deref() == Some("asyncio.TaskGroup()"));
                if in_group {
                    break;
                }
            }
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_) => break,
            _ => {}
        }
    }
    // A loop that waits between two tasks is paced by what it waits for.
    let paced = cx.ancestors(call.expr).any(|around| match around {
        AnyNodeRef::StmtFor(each) => each.is_async,
        _ => false,
    });
    if !in_group || paced || matches!(size, Size::AtMost(1)) {
        return None;
    }
    let element = Element { callee: Callee::Called(inner), wrapper: None };
    Some(Collection { elements: vec![element], size, over, form: Form::Other })
}
