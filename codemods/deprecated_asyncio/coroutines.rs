//! Coroutines given to `ensure_future`, to `wait`, or to something that needs a running loop where none runs.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::{at_module_level, is_guarded, spell};
use crate::engine::apis::{self, Pending};
use crate::engine::context::{Call, Context, Runs};
use crate::engine::fix::Fixes;
use crate::engine::project::reduce::Meaning;
use crate::engine::semantic::{BindingKind, ScopeKind};

pub(super) fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for call in cx.calls().filter(|call| call.may_be(NAMES)) {
        match call.symbol().as_deref() {
            Some("asyncio.ensure_future") => ensure_future(cx, fixes, &call),
            Some("asyncio.wait") => wait(cx, fixes, &call),
            Some(symbol @ ("asyncio.gather" | "asyncio.create_task" | "asyncio.Future")) => {
                without_loop(cx, fixes, &call, symbol);
            }
            _ => {}
        }
    }
}

const NAMES: &[&str] = &["ensure_future", "wait", "gather", "create_task", "Future"];

/// How sure it is that an expression gives a new coroutine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    No,
    /// A known subclass, or what is put in the function's place, may give something else.
    Likely,
    Certain,
}

fn proof(cx: &Context<'_>, value: &Expr) -> Proof {
    let Expr::Call(call) = value else { return Proof::No };
    match cx.meaning(&call.func) {
        Meaning::External(symbol) if apis::pending(&symbol) == Some(Pending::Coroutine) => Proof::Certain,
        Meaning::Function(function) => match cx.meaning(value) {
            Meaning::Coroutine(made) if made == function => {
                if cx.is_certainly(&call.func, function) {
                    Proof::Certain
                } else {
                    Proof::Likely
                }
            }
            _ => Proof::No,
        },
        _ => Proof::No,
    }
}

const LIKELY: &str = "something else may be in the function's place, and give a future";

/// Whether the loop runs this code: a coroutine's own, a generator expression's in it, or that of a lambda that the
/// loop calls.
fn on_the_loop(cx: &Context<'_>, call: &ast::ExprCall) -> bool {
    if cx.runs(call) != Runs::Elsewhere {
        return true;
    }
    let scope = cx.semantic.scope(cx.semantic.frame(cx.semantic.scope_of(call)));
    matches!(scope.kind, ScopeKind::Lambda(lambda) if cx.taker_of_callback(lambda).is_some())
}

fn ensure_future(cx: &Context<'_>, fixes: &mut Fixes<'_>, call: &Call<'_, '_>) {
    let [argument] = &*call.expr.arguments.args else { return };
    if !call.expr.arguments.keywords.is_empty() || is_guarded(cx, call.expr) {
        return;
    }
    let proof = proof(cx, argument);
    if proof == Proof::No {
        return;
    }
    if !on_the_loop(cx, call.expr) {
        without_loop(cx, fixes, call, "asyncio.ensure_future");
        return;
    }
    let message = "`asyncio.ensure_future` of a coroutine: `asyncio.create_task` is for that";
    fixes.at(call.func(), message).safe("use `asyncio.create_task`", |fix| {
        let spelled = spell(fix, call.func(), "create_task");
        fix.replace(call.func(), spelled);
        if proof == Proof::Likely {
            fix.demote(LIKELY);
        }
    });
}

/// What needs a running loop, called where a module is executed.
fn without_loop(cx: &Context<'_>, fixes: &mut Fixes<'_>, call: &Call<'_, '_>, symbol: &str) {
    if !at_module_level(cx, call.expr) || cx.runs(call.expr) != Runs::Elsewhere || is_guarded(cx, call.expr) {
        return;
    }
    let arguments = &call.expr.arguments;
    // A loop that is named, set or run is another codemod's or the author's concern.
    let names_loop = call.keyword("loop").is_some();
    let given_to_loop = cx.ancestors(call.expr).any(|around| {
        matches!(around, AnyNodeRef::ExprCall(outer)
            if outer.func.as_attribute_expr().is_some_and(|f| f.attr.as_str() == "run_until_complete"))
    });
    let sets_loop = cx.calls().any(|other| {
        other.may_be(&["set_event_loop", "get_event_loop", "new_event_loop"])
            && matches!(
                other.symbol().as_deref(),
                Some("asyncio.set_event_loop" | "asyncio.get_event_loop" | "asyncio.new_event_loop")
            )
    });
    let has_coroutine = arguments.args.iter().any(|argument| proof(cx, argument) == Proof::Certain);
    if names_loop || given_to_loop || sets_loop || symbol != "asyncio.Future" && !has_coroutine {
        return;
    }
    let since = if symbol == "asyncio.create_task" {
        "no event loop runs here: this is a RuntimeError"
    } else {
        "no event loop runs here: this is a RuntimeError from Python 3.14 on"
    };
    fixes
        .at(call, format!("`{symbol}` at module level: {since}"))
        .because("put it into the coroutine that `asyncio.run` runs")
        .report();
}

/// The coroutines among what `wait` is given.
enum Given<'a> {
    /// Written out in the call itself, or in the one statement right before it.
    Here(Vec<&'a Expr>),
    /// In a collection of this name that was made before.
    Named(&'a ast::ExprName),
}

fn wait(cx: &Context<'_>, fixes: &mut Fixes<'_>, call: &Call<'_, '_>) {
    let Some(argument) = call.argument("fs", 0) else { return };
    if is_guarded(cx, call.expr) {
        return;
    }
    let Some((given, proof)) = coroutines_in(cx, call, argument) else { return };
    let message = "`asyncio.wait` is given coroutines: a TypeError since Python 3.11";
    let on_loop = cx.runs(call.expr) == Runs::OnLoop;
    let runner = runner(cx, call);
    let found = fixes.at(call.func(), message);
    if !on_loop && runner.is_none() {
        found.because("make tasks of them where the loop runs").report();
        return;
    }
    found.safe("make tasks of them", |fix| {
        let create = match runner {
            Some(runner) => format!("{}.create_task", fix.cx.text(runner)),
            None => spell(fix, call.func(), "create_task"),
        };
        match given {
            Given::Here(coroutines) => {
                for coroutine in coroutines {
                    fix.insert(coroutine.start(), format!("{create}("));
                    fix.insert(coroutine.end(), ")");
                }
            }
            Given::Named(name) => {
                let each = fix.fresh_name("each");
                fix.replace(name, format!("[{create}({each}) for {each} in {}]", name.id));
            }
        }
        if proof == Proof::Likely {
            fix.demote(LIKELY);
        }
    });
}

/// The loop of `loop.run_until_complete(asyncio.wait(…))`.
fn runner<'a>(cx: &Context<'a>, call: &Call<'_, 'a>) -> Option<&'a Expr> {
    let AnyNodeRef::Arguments(arguments) = cx.parent(call.expr) else { return None };
    let AnyNodeRef::ExprCall(outer) = cx.parent(arguments) else { return None };
    let method = outer.func.as_attribute_expr()?;
    let is_named = matches!(&*method.value, Expr::Name(_))
        || method.value.as_attribute_expr().is_some_and(|attribute| attribute.value.is_name_expr());
    (method.attr.as_str() == "run_until_complete" && is_named).then_some(&*method.value)
}

fn coroutines_in<'a>(
    cx: &Context<'a>,
    call: &Call<'_, 'a>,
    argument: &'a Expr,
) -> Option<(Given<'a>, Proof)> {
    if let Some(found) = written_out(cx, argument) {
        return Some((Given::Here(found.0), found.1));
    }
    let Expr::Name(name) = argument else { return None };
    let binding = cx.binding_read(name)?;
    let BindingKind::Assignment { value, unpacked: None } = binding.kind else { return None };
    let (coroutines, proof) = written_out(cx, value)?;
    let is_whole = match value {
        Expr::List(ast::ExprList { elts, .. })
        | Expr::Set(ast::ExprSet { elts, .. })
        | Expr::Tuple(ast::ExprTuple { elts, .. }) => elts.len() == coroutines.len(),
        _ => true,
    };
    // Something else may be added to it, or taken out of it.
    let mut reads = cx.semantic.reads_of(binding.name, binding.scope);
    let is_touched = reads.any(|read| {
        matches!(
            cx.parent(read.name),
            AnyNodeRef::ExprAttribute(_) | AnyNodeRef::ExprSubscript(_) | AnyNodeRef::StmtAugAssign(_)
        )
    });
    if is_touched || cx.semantic.bindings_of(binding.name, binding.scope).len() != 1 {
        return None;
    }
    let suite = cx.suite(call.expr);
    let at = suite.iter().position(|statement| statement.range().contains_range(call.range()))?;
    let is_right_before = at > 0 && suite[at - 1].range().contains_range(value.range());
    if is_right_before {
        return Some((Given::Here(coroutines), proof));
    }
    (is_whole && cx.runs(call.expr) == Runs::OnLoop).then_some((Given::Named(name), proof))
}

/// The coroutine calls in a literal collection or a comprehension, if there is one.
fn written_out<'a>(cx: &Context<'a>, value: &'a Expr) -> Option<(Vec<&'a Expr>, Proof)> {
    let items: &[Expr] = match value {
        Expr::List(ast::ExprList { elts, .. })
        | Expr::Set(ast::ExprSet { elts, .. })
        | Expr::Tuple(ast::ExprTuple { elts, .. }) => elts,
        Expr::ListComp(ast::ExprListComp { elt, .. })
        | Expr::SetComp(ast::ExprSetComp { elt, .. })
        | Expr::Generator(ast::ExprGenerator { elt, .. }) => std::slice::from_ref(&**elt),
        _ => return None,
    };
    let proven: Vec<(&Expr, Proof)> =
        items.iter().map(|item| (item, proof(cx, item))).filter(|(_, proof)| *proof != Proof::No).collect();
    let weakest =
        if proven.iter().any(|(_, proof)| *proof == Proof::Likely) { Proof::Likely } else { Proof::Certain };
    (!proven.is_empty()).then(|| (proven.into_iter().map(|(item, _)| item).collect(), weakest))
}

/// Whether a coroutine is sure to come of awaiting or delegating to this: for `yield from`.
pub(super) fn is_awaitable(cx: &Context<'_>, value: &Expr) -> bool {
    if proof(cx, value) == Proof::Certain {
        return true;
    }
    let is_future = |symbol: &str| {
        matches!(symbol, "asyncio.Task()" | "asyncio.Future()")
            || symbol.strip_suffix("()").is_some_and(|called| {
                matches!(called, "asyncio.gather" | "asyncio.shield" | "asyncio.wrap_future")
                    || apis::pending(called).is_some()
            })
    };
    cx.symbol(value).is_some_and(|symbol| is_future(&symbol))
}
