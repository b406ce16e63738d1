//! Names that are gone, going or the same as another one.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::{is_guarded, keeps_comments};
use crate::engine::context::{Call, Context};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::semantic::BindingKind;
use crate::engine::settings::PythonVersion;

/// The modules under which asyncio's own names are found.
const MODULES: &[&str] = &[
    "asyncio",
    "asyncio.coroutines",
    "asyncio.events",
    "asyncio.exceptions",
    "asyncio.unix_events",
    "asyncio.windows_events",
];

const POLICIES: &[&str] = &[
    "AbstractEventLoopPolicy",
    "DefaultEventLoopPolicy",
    "WindowsProactorEventLoopPolicy",
    "WindowsSelectorEventLoopPolicy",
    "get_event_loop_policy",
    "set_event_loop_policy",
];

const WATCHERS: &[&str] = &[
    "AbstractChildWatcher",
    "FastChildWatcher",
    "MultiLoopChildWatcher",
    "PidfdChildWatcher",
    "SafeChildWatcher",
    "ThreadedChildWatcher",
    "get_child_watcher",
    "set_child_watcher",
];

/// A place where one of asyncio's names is read.
struct Read<'a> {
    name: &'a str,
    range: TextRange,
    node: AnyNodeRef<'a>,
}

pub(super) fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let reads = reads(cx);
    for read in &reads {
        if is_guarded(cx, &read.node) {
            continue;
        }
        match read.name {
            "iscoroutinefunction" => iscoroutinefunction(cx, fixes, read),
            "TimeoutError" => timeout_error(cx, fixes, read),
            name if POLICIES.contains(&name) => policy(cx, fixes, read, &reads),
            name if WATCHERS.contains(&name) => watcher(cx, fixes, read, &reads),
            _ => {}
        }
    }
    for call in cx.calls().filter(|call| call.may_be(&["timeout", "timeout_at"])) {
        async_timeout(cx, fixes, &call);
    }
}

fn is_of_interest(name: &str) -> bool {
    matches!(name, "iscoroutinefunction" | "TimeoutError")
        || POLICIES.contains(&name)
        || WATCHERS.contains(&name)
}

fn reads<'a>(cx: &Context<'a>) -> Vec<Read<'a>> {
    let imported: FxHashSet<&str> = cx
        .semantic
        .bindings
        .iter()
        .filter(|binding| {
            matches!(binding.kind, BindingKind::ImportFrom { alias, statement }
            if is_of_interest(alias.name.as_str())
                && statement.level == 0
                && statement.module.as_deref().is_some_and(|module| MODULES.contains(&module)))
        })
        .map(|binding| binding.name)
        .collect();
    let mut reads = Vec::new();
    for node in cx.semantic.each(&cx.semantic.reads) {
        if let AnyNodeRef::ExprAttribute(read) = node.ast
            && is_of_interest(read.attr.as_str())
            && cx.symbol(&read.value).is_some_and(|module| MODULES.contains(&&*module))
        {
            reads.push(Read { name: read.attr.as_str(), range: read.range, node: node.ast });
        }
    }
    if imported.is_empty() {
        return reads;
    }
    for reference in &cx.semantic.references {
        let read = reference.name;
        if !imported.contains(read.id.as_str()) {
            continue;
        }
        if let Some(binding) = cx.binding_read(read)
            && let BindingKind::ImportFrom { alias, .. } = binding.kind
            && is_of_interest(alias.name.as_str())
        {
            let node = cx.semantic.node(reference.node).ast;
            reads.push(Read { name: alias.name.as_str(), range: read.range, node });
        }
    }
    reads
}

fn iscoroutinefunction(cx: &Context<'_>, fixes: &mut Fixes<'_>, read: &Read<'_>) {
    let message = "`asyncio.iscoroutinefunction` warns since Python 3.14 and is gone in 3.16";
    fixes.at(read.range, message).safe("use `inspect.iscoroutinefunction`", |fix| {
        if !keeps_comments(fix, read.range) {
            return;
        }
        let is_old = cx.settings.target < PythonVersion::py3(12);
        if is_old && ["_is_coroutine", "asyncio.coroutine"].iter().any(|word| cx.source.text.contains(word)) {
            fix.withhold("`inspect` does not know the functions that the file marks as asyncio's");
            return;
        }
        let spelled = fix.import("inspect.iscoroutinefunction");
        fix.replace(read.range, spelled);
        if cx.settings.target < PythonVersion::py3(10) {
            fix.demote(
                "before Python 3.10 `inspect` does not know `AsyncMock`, nor functions marked for asyncio",
            );
        } else if is_old || cx.source.text.contains("_is_coroutine") {
            fix.demote("`inspect` does not know functions marked with `_is_coroutine` for asyncio");
        }
    });
}

fn timeout_error(cx: &Context<'_>, fixes: &mut Fixes<'_>, read: &Read<'_>) {
    // Below 3.11 it is an exception of its own.
    let is_spelled_so = matches!(read.node, AnyNodeRef::ExprName(name) if name.id.as_str() == "TimeoutError");
    if cx.settings.target < PythonVersion::py3(11) || is_spelled_so {
        return;
    }
    let message = "`asyncio.TimeoutError` is the builtin `TimeoutError` since Python 3.11";
    fixes.at(read.range, message).safe("use `TimeoutError`", |fix| {
        if fix.cx.semantic.lookup("TimeoutError", fix.cx.scope_at(read.range.start())).is_some() {
            fix.withhold("`TimeoutError` means something else here");
        } else if keeps_comments(fix, read.range) && !drop_from_tuple(fix, read) {
            fix.replace(read.range, "TimeoutError");
        }
    });
}

/// In `except (asyncio.TimeoutError, TimeoutError):` one of the two is enough.
fn drop_from_tuple(fix: &mut FixBuilder<'_>, read: &Read<'_>) -> bool {
    let cx = fix.cx;
    let AnyNodeRef::ExprTuple(tuple) = cx.parent(&read.node) else { return false };
    let AnyNodeRef::ExceptHandlerExceptHandler(_) = cx.parent(tuple) else { return false };
    let is_same = |element: &Expr| cx.symbol(element).as_deref() == Some("builtins.TimeoutError");
    let Some(own) = tuple.elts.iter().find(|element| element.range() == read.range) else { return false };
    if !tuple.elts.iter().any(is_same) {
        return false;
    }
    if tuple.elts.len() > 2 {
        fix.delete_element(&tuple.elts, own, tuple.range);
    } else if keeps_comments(fix, tuple.range) {
        fix.replace(tuple.range, "TimeoutError");
    }
    true
}

/// The innermost call around a node, with the node in its callee or its arguments.
fn call_around<'a>(cx: &Context<'a>, node: &AnyNodeRef<'a>) -> Option<&'a ast::ExprCall> {
    cx.ancestors(node).take_while(|around| !around.is_statement()).find_map(|around| match around {
        AnyNodeRef::ExprCall(call) => Some(call),
        _ => None,
    })
}

fn policy(cx: &Context<'_>, fixes: &mut Fixes<'_>, read: &Read<'_>, reads: &[Read<'_>]) {
    let call = call_around(cx, &read.node);
    // `set_event_loop_policy(WindowsSelectorEventLoopPolicy())` is one mistake.
    let is_inner = reads.iter().any(|other| {
        matches!(other.name, "set_event_loop_policy")
            && other.range != read.range
            && call_around(cx, &other.node).is_some_and(|outer| outer.range().contains_range(read.range))
    });
    if is_inner {
        return;
    }
    let message = format!("`asyncio.{}` warns since Python 3.14 and is gone in 3.16", read.name);
    let found = fixes.at(read.range, message);
    let method = call
        .filter(|call| read.name == "get_event_loop_policy" && call.func.range() == read.range)
        .filter(|call| call.arguments.is_empty())
        .and_then(|call| match cx.parent(call) {
            AnyNodeRef::ExprAttribute(method) => Some(method),
            _ => None,
        });
    // What asyncio's functions of these names do, in every version.
    if let Some(method) = method.filter(|m| matches!(m.attr.as_str(), "new_event_loop" | "set_event_loop")) {
        found.safe(format!("use `asyncio.{}`", method.attr), |fix| {
            if keeps_comments(fix, method.range) {
                let spelled = fix.import(&format!("asyncio.{}", method.attr));
                fix.replace(method.range, spelled);
            }
        });
        return;
    }
    if let Some(setting) = call.filter(|_| read.name == "set_event_loop_policy")
        && let Some((run, factory)) = run_after(cx, setting)
        && let AnyNodeRef::StmtExpr(statement) = cx.parent(setting)
    {
        if cx.settings.target < PythonVersion::py3(12) {
            found.because("uvloop has `run` since 0.18").unsafe_fix("use `uvloop.run`", |fix| {
                let spelled = fix.import("uvloop.run");
                if keeps_comments(fix, statement.range) {
                    fix.delete_statement(statement);
                    fix.replace(&*run.func, spelled);
                }
            });
            return;
        }
        found.safe("give `asyncio.run` a `loop_factory`", |fix| {
            let spelled = fix.import(factory);
            if keeps_comments(fix, statement.range) {
                fix.delete_statement(statement);
                let comma = if run.arguments.is_empty() { "" } else { ", " };
                let last = run.arguments.iter_source_order().last().map(|last| last.end());
                let at = last.unwrap_or(run.range().end()).max(run.arguments.start());
                fix.insert(at, format!("{comma}loop_factory={spelled}"));
            }
        });
        return;
    }
    let reason = match read.name {
        "set_event_loop_policy" | "WindowsSelectorEventLoopPolicy" | "WindowsProactorEventLoopPolicy" => {
            "`asyncio.run` takes a `loop_factory` from Python 3.12 on"
        }
        "get_event_loop_policy" => "ask `asyncio` for the loop itself",
        _ => {
            "a `loop_factory` given to `asyncio.run` or `asyncio.Runner` takes its place from Python 3.12 on"
        }
    };
    found.because(reason).report();
}

/// The `asyncio.run` of the statement right after the one that sets a policy, and the factory of the same loop. Before
/// Python 3.12, when `asyncio.run` got a `loop_factory`, only of uvloop's, which has a `run` of its own.
fn run_after<'a>(cx: &Context<'a>, setting: &'a ast::ExprCall) -> Option<(&'a ast::ExprCall, &'static str)> {
    let [policy] = &*setting.arguments.args else { return None };
    let has_factory = cx.settings.target >= PythonVersion::py3(12);
    let factory = match &*cx.symbol(policy)? {
        "uvloop.EventLoopPolicy()" => "uvloop.new_event_loop",
        "asyncio.WindowsSelectorEventLoopPolicy()" if has_factory => "asyncio.SelectorEventLoop",
        "asyncio.WindowsProactorEventLoopPolicy()" if has_factory => "asyncio.ProactorEventLoop",
        _ => return None,
    };
    let suite = cx.suite(setting);
    let at = suite.iter().position(|statement| statement.range().contains_range(setting.range()))?;
    suite[at].as_expr_stmt().filter(|statement| statement.value.range() == setting.range())?;
    let next = suite.get(at + 1)?;
    let is_loop_maker = |call: &Call<'_, '_>| {
        matches!(
            call.symbol().as_deref(),
            Some("asyncio.run" | "asyncio.Runner" | "asyncio.new_event_loop" | "asyncio.get_event_loop")
        )
    };
    // Other loops of the file would still be the policy's.
    let mut makers = cx
        .calls()
        .filter(|call| call.may_be(&["run", "Runner", "new_event_loop", "get_event_loop"]))
        .filter(is_loop_maker);
    let (run, None) = (makers.next()?, makers.next()) else { return None };
    let is_next = next.range().contains_range(run.range())
        && matches!(next, Stmt::Expr(_) | Stmt::Assign(_) | Stmt::Return(_));
    let is_run = run.symbol().as_deref() == Some("asyncio.run") && run.keyword("loop_factory").is_none();
    (is_next && is_run && !run.has_unpacking()).then_some((run.expr, factory))
}

fn watcher(cx: &Context<'_>, fixes: &mut Fixes<'_>, read: &Read<'_>, reads: &[Read<'_>]) {
    let call = call_around(cx, &read.node);
    let message = format!("`asyncio.{}` is gone since Python 3.14", read.name);
    let found = fixes.at(read.range, message);
    let sets_one =
        reads.iter().any(|other| other.name != "get_child_watcher" && WATCHERS.contains(&other.name));
    // From 3.8 on the watcher there is needs no loop: `attach_loop` does nothing.
    let attaches = call
        .filter(|_| {
            read.name == "get_child_watcher" && !sets_one && cx.settings.target >= PythonVersion::py3(8)
        })
        .filter(|call| call.func.range() == read.range && call.arguments.is_empty())
        .and_then(|call| match cx.parent(call) {
            AnyNodeRef::ExprAttribute(method) if method.attr.as_str() == "attach_loop" => Some(method),
            _ => None,
        })
        .and_then(|method| match cx.parent(method) {
            AnyNodeRef::ExprCall(attach) => match cx.parent(attach) {
                AnyNodeRef::StmtExpr(statement) => Some((statement, attach)),
                _ => None,
            },
            _ => None,
        });
    let Some((statement, attach)) = attaches else {
        found.because("asyncio watches processes by itself since Python 3.8: leave it out").report();
        return;
    };
    found.safe("leave it out", |fix| {
        let has_effects = attach.arguments.args.iter().any(|argument| {
            cx.calls().any(|call| {
                argument.range().contains_range(call.range())
                    && !call.symbol().is_some_and(|symbol| {
                        matches!(&*symbol, "asyncio.get_event_loop" | "asyncio.get_running_loop")
                    })
            })
        });
        if has_effects {
            fix.withhold("what it is given is worked out by a call");
        } else if keeps_comments(fix, statement.range) {
            fix.delete_statement(statement);
        }
    });
}

/// `async_timeout.timeout` is what asyncio has itself from 3.11 on.
fn async_timeout(cx: &Context<'_>, fixes: &mut Fixes<'_>, call: &Call<'_, '_>) {
    let name = match call.symbol().as_deref() {
        Some("async_timeout.timeout") => "timeout",
        Some("async_timeout.timeout_at") => "timeout_at",
        _ => return,
    };
    if cx.settings.target < PythonVersion::py3(11) || is_guarded(cx, call.expr) {
        return;
    }
    let message = format!("`async_timeout.{name}` is `asyncio.{name}` since Python 3.11");
    let found = fixes.at(call.func(), message);
    let entered = match cx.parent(call.expr) {
        AnyNodeRef::WithItem(item) => Some(item),
        _ => None,
    };
    // Its object has other names for some things: `expired` is no method there.
    if entered.is_none_or(|item| item.optional_vars.is_some()) || !call.expr.arguments.keywords.is_empty() {
        found.because("what is done with the object may differ: `expired` is a method of asyncio's").report();
        return;
    }
    found.safe(format!("use `asyncio.{name}`"), |fix| {
        if keeps_comments(fix, call.func()) {
            let spelled = fix.import(&format!("asyncio.{name}"));
            fix.replace(call.func(), spelled);
        }
    });
}
