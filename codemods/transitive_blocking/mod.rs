//! Calls on the event loop that block somewhere further down.

mod examples;

use ruff_python_ast::AnyNodeRef;

use crate::engine::blocked::{GENERATOR_REASON, THREAD_REASON};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Runs};
use crate::engine::fix::Fixes;
use crate::engine::project::Project;
use crate::engine::project::marks::Lead;
use crate::engine::project::reduce::FunctionId;
use crate::engine::ways::{Entry, ways};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "transitive-blocking",
    summary: "move a call that blocks further down, in helpers of any file, off the event loop",
    rationale: "\
A coroutine that calls a plain function holds the event loop for as long as that function and everything it calls
take. The blocking call is often several functions and files away, where nothing looks asynchronous. The finding
stands at the call on the loop and shows the way from there, once for each call site: the functions in between are
not wrong by themselves.

A way that this very call cannot take does not count: what it gives to the parameters, and their types and texts, are
followed into the functions it leads through, and a way on which two tests of the same value contradict one another is
none. Nor does what is done once in the life of the program, when something that all share is first asked for: a module's
variable, flag or collection, an attribute of an object that a module holds, what is kept for a key that is a constant;
nor what is on only while somebody looks for faults; nor what is read in `/proc` and `/sys`, where no disk is; nor a way that goes on only in some state of things three times over; nor, of
a test, what depends on how the program is set up.

`await asyncio.to_thread(…)` at the boundary keeps the helpers as they are. It is not offered as safe: the work
can no longer be interrupted by cancelling the coroutine, and other tasks run while it goes on, so the helper must
not rely on having the loop's thread to itself.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[Lead::Blocking],
    examples: examples::EXAMPLES,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    if !cx.project.has_blocking_functions() {
        // In pass 1 nothing is linked yet.
        return;
    }
    let ways = ways(cx, Project::blocking_chain);
    let patches = if ways.is_empty() { Vec::new() } else { cx.patches() };
    for way in &ways {
        let is_set_up = || ways.iter().any(|other| way.is_set_up_by(other, cx));
        if way.is_idle(cx) || way.is_patched(cx, &patches) || is_set_up() {
            continue;
        }
        let found = way.found(fixes, "blocks the event loop");
        match way.entry {
            Entry::Call(_) if way.runs == Runs::InGenerator => found.because(GENERATOR_REASON).report(),
            Entry::Call(call) if makes_object(cx, way.callee) && is_waited_on(cx, &call) => {
                let reason =
                    "what it makes is waited for here, and so belongs into the thread of the event loop";
                found.because(reason).report();
            }
            Entry::Call(_) if let Some(tie) = cx.world.tie(way.callee, cx.settings) => {
                found.because(tie.reason()).report();
            }
            Entry::Call(call) => {
                found
                    .because(THREAD_REASON)
                    .unsafe_fix("run it in a thread", |fix| fix.call_in_thread(&call));
            }
            Entry::Callback => {
                let reason = "the event loop runs this callback itself; make it start a task, or a thread";
                found.because(reason).report();
            }
            Entry::Property => {
                let reason = "it is a property: make it a method that can be awaited or run in a thread";
                found.because(reason).report();
            }
            Entry::Iteration => {
                let reason = "it is a generator, whose code runs where it is gone over: have a thread gather what it \
                              yields, or make it asynchronous";
                found.because(reason).report();
            }
            Entry::Manager => {
                let reason = "it is a context manager: entering it cannot be moved to a thread by itself";
                found.because(reason).report();
            }
        }
    }
}

/// Whether calling a class runs this function.
fn makes_object(cx: &Context<'_>, callee: FunctionId) -> bool {
    let name = &cx.world.function(callee).qualname;
    name.ends_with(".__init__") || name.ends_with(".__post_init__")
}

/// Whether an object is awaited, or entered with `async with`, where it is made: `await Server(port)`.
fn is_waited_on(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    match cx.parent(call.whole) {
        AnyNodeRef::ExprAwait(_) => true,
        AnyNodeRef::WithItem(item) => {
            matches!(cx.parent(item), AnyNodeRef::StmtWith(statement) if statement.is_async)
        }
        _ => false,
    }
}
