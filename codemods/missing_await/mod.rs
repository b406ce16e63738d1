//! Coroutines that are made and never awaited.

mod examples;
mod fate;
mod proof;

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use crate::engine::apis::{self, Pending};
use crate::engine::blocked::GENERATOR_REASON;
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Framework, Runs, Use};
use crate::engine::fix::Fixes;
use crate::engine::project::marks::Lead;
use crate::engine::semantic::ScopeKind;
use fate::Fate;
use proof::{Made, is_on_purpose, made};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "missing-await",
    summary: "await coroutines that are called and dropped, or used as if they were their result",
    rationale: "\
Calling a coroutine function runs nothing: it makes a coroutine, and that runs when it is awaited or made a task.
Where it is dropped the work is silently not done; where it is used in place of its result, tests of it are always
true and everything else fails. Python says so in a warning when the coroutine is thrown away, if anyone looks.

A finding needs proof that the callee is a coroutine function: its definition in any file of the project, or a known
function of a library. What may still be awaited elsewhere (returned, stored, passed on, made a task) is left alone.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    aliases: &["ASYNC105"],
    leads: &[Lead::Coroutine],
    examples: examples::EXAMPLES,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    // Before the files are linked, only what this file defines can be known to be a coroutine function.
    let own: FxHashSet<&str> = match cx.world.summary(cx.file) {
        Some(summary) if cx.project.is_empty() => summary.coroutine_names().collect(),
        _ => FxHashSet::default(),
    };
    let may_be =
        |name: &str| apis::may_be_pending(name) || own.contains(name) || cx.project.may_give_coroutine(name);
    for call in cx.calls() {
        // Most calls are ruled out by the name of the method.
        if call.func().as_attribute_expr().is_some_and(|method| !may_be(method.attr.as_str()))
            || matches!(call.use_of(), Use::Awaited(_))
        {
            continue;
        }
        let Some(made) = made(cx, &call) else { continue };
        let fate = fate::fate(cx, ExprRef::from(call.whole), made.pending);
        if fate == Fate::Kept || is_on_purpose(cx, &call, &fate) {
            continue;
        }
        // Magics, and whoever writes the next cell of a notebook, may read a name of its cells.
        if matches!(fate, Fate::Unread(_)) && cx.is_cell_code(call.expr) {
            continue;
        }
        mend(cx, &call, made, &fate, fixes);
    }
}

fn mend(cx: &Context<'_>, call: &Call<'_, '_>, made: Made, fate: &Fate, fixes: &mut Fixes<'_>) {
    let found = fixes.at(call.whole, message(cx, call, made, fate));
    let level = match cx.runs(call.expr) {
        Runs::InGenerator => {
            found.because(GENERATOR_REASON).report();
            return;
        }
        // A plain function on the loop may start them and go.
        Runs::Elsewhere if made.pending == Pending::Future && !matches!(fate, Fate::Misused(_)) => return,
        Runs::Elsewhere => {
            if may_run_here(cx, call, made, fate) {
                let reason = "the program did without it so far";
                found.because(reason).unsafe_fix("run it with `asyncio.run`", |fix| {
                    let run = fix.import("asyncio.run");
                    fix.insert(call.whole.start(), format!("{run}("));
                    fix.insert(call.whole.end(), ")");
                });
                return;
            }
            found.because(elsewhere(cx, call)).report();
            return;
        }
        Runs::OnLoop if made.is_endless(cx) => {
            found
                .because("it never ends, so an `await` would not either: is it meant to be a task?")
                .report();
            return;
        }
        Runs::OnLoop if made.handed_on => {
            Some("the function is a plain one that gives a coroutine, and may give something else as well")
        }
        Runs::OnLoop if made.pending == Pending::Future && !matches!(fate, Fate::Misused(_)) => {
            Some("what it gathers runs already; to await it is to wait for it here")
        }
        Runs::OnLoop => None,
    };
    match level {
        None => found.safe("await it", |fix| fix.await_expression(call.whole)),
        Some(reason) => {
            found.because(reason).unsafe_fix("await it", |fix| fix.await_expression(call.whole));
        }
    }
}

/// "`fetch` is never awaited, so it does not run".
fn message(cx: &Context<'_>, call: &Call<'_, '_>, made: Made, fate: &Fate) -> String {
    let text = cx.text(call.func());
    let last = text.rsplit('.').next().unwrap_or(text);
    let is_short = |name: &&str| name.len() < 50 && !name.contains(['\n', '`']);
    let name = [text, last].into_iter().find(is_short).unwrap_or("the call");
    let thing = match made.pending {
        Pending::Coroutine => "a coroutine",
        Pending::Awaitable => "what it gives",
        Pending::Future => "a future",
    };
    match fate {
        Fate::Misused(how) => format!("`{name}` is not awaited: {thing} {how}"),
        _ if made.pending == Pending::Future => {
            format!("nothing awaits `{name}`: its results and errors are lost")
        }
        Fate::Unread(kept) => {
            format!("`{name}` is never awaited, so it does not run: nothing reads `{kept}`")
        }
        Fate::Dropped | Fate::Kept => format!("`{name}` is never awaited, so it does not run"),
    }
}

/// Whether `asyncio.run(…)` can be put around a call at module level.
fn may_run_here(cx: &Context<'_>, call: &Call<'_, '_>, made: Made, fate: &Fate) -> bool {
    let scope = cx.semantic.scope_of(call.expr);
    let is_top = matches!(cx.semantic.scope(cx.semantic.frame(scope)).kind, ScopeKind::Module)
        && !matches!(cx.semantic.scope(scope).kind, ScopeKind::Generator);
    let is_coroutine = made.pending == Pending::Coroutine && !made.handed_on;
    let runs_on_loop = || {
        cx.source.is_notebook()
            || cx.nodes().iter().any(|node| {
                matches!(node.ast, AnyNodeRef::ExprAwait(_))
                    && matches!(cx.semantic.scope(cx.semantic.frame(node.scope)).kind, ScopeKind::Module)
            })
    };
    is_top
        && is_coroutine
        && *fate == Fate::Dropped
        && cx.framework() == Framework::Asyncio
        && cx.parent(call.expr).is_stmt_expr()
        && !runs_on_loop()
}

/// Why no `await` can stand where the call is.
fn elsewhere(cx: &Context<'_>, call: &Call<'_, '_>) -> &'static str {
    match cx.semantic.scope(cx.semantic.frame(cx.semantic.scope_of(call.expr))).kind {
        ScopeKind::Lambda(_) => "`await` cannot stand in a lambda",
        ScopeKind::Class => "`await` cannot stand in a class body",
        ScopeKind::Module => "`await` cannot stand at module level",
        _ => "`await` cannot stand in a plain function",
    }
}
