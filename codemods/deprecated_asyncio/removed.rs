//! Arguments and methods that were removed: `loop=`, `Task.all_tasks`, `asyncio.async`.

use ruff_python_ast::{self as ast, Expr};

use super::{is_guarded, spell};
use crate::engine::apis;
use crate::engine::context::{Call, Context, Runs};
use crate::engine::fix::Fixes;
use crate::engine::settings::PythonVersion;

/// The functions that took a `loop=` before Python 3.10 and do not since, as the classes of [`apis::BOUND_EARLY`] did.
/// `Task`, `Future`, `ensure_future`, `run_coroutine_threadsafe`, `StreamReader` and the like still take one. Checked on
/// CPython 3.8 to 3.13.
const LOOP_TAKERS: &[&str] = &[
    "as_completed",
    "create_subprocess_exec",
    "create_subprocess_shell",
    "gather",
    "open_connection",
    "open_unix_connection",
    "shield",
    "sleep",
    "start_server",
    "start_unix_server",
    "wait",
    "wait_for",
];

pub(super) fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for call in cx.calls() {
        let arguments = &call.expr.arguments;
        if let Some(keyword) = arguments.find_keyword("loop") {
            loop_argument(cx, fixes, &call, keyword);
        }
        if call.may_be(&["all_tasks", "current_task"]) {
            task_method(cx, fixes, &call);
        }
        if let [module, Expr::StringLiteral(name)] = &*arguments.args
            && name.value.to_str() == "async"
            && matches!(call.func(), Expr::Name(name) if name.id.as_str() == "getattr")
            && cx.symbol(module).as_deref() == Some("asyncio")
            && !is_guarded(cx, call.expr)
        {
            fixes.at(call, "`asyncio.async` is gone since Python 3.7").safe(
                "use `asyncio.ensure_future`",
                |fix| {
                    let spelled = format!("{}.ensure_future", cx.text(module));
                    fix.replace(call, spelled);
                },
            );
        }
    }
}

fn loop_argument(cx: &Context<'_>, fixes: &mut Fixes<'_>, call: &Call<'_, '_>, keyword: &ast::Keyword) {
    if !call.may_be(LOOP_TAKERS) && !call.may_be(apis::BOUND_EARLY) {
        return;
    }
    let Some(symbol) = call.symbol() else { return };
    let is_taker = symbol
        .strip_prefix("asyncio.")
        .is_some_and(|name| LOOP_TAKERS.contains(&name) || apis::BOUND_EARLY.contains(&name));
    if !is_taker || is_guarded(cx, call.expr) {
        return;
    }
    let message = format!("`{symbol}` takes no `loop=` since Python 3.10");
    fixes.at(keyword, message).safe("leave it out", |fix| {
        fix.delete_keyword(&call.expr.arguments, keyword);
        if cx.settings.target < PythonVersion::py3(10) && !keyword.value.is_none_literal_expr() {
            fix.demote("before Python 3.10 it may name another loop than the one that runs");
        }
    });
}

fn task_method(cx: &Context<'_>, fixes: &mut Fixes<'_>, call: &Call<'_, '_>) {
    let name = match call.symbol().as_deref() {
        Some("asyncio.Task.all_tasks") => "all_tasks",
        Some("asyncio.Task.current_task") => "current_task",
        _ => return,
    };
    if is_guarded(cx, call.expr) {
        return;
    }
    let Expr::Attribute(method) = call.func() else { return };
    let message = format!("`asyncio.Task.{name}` is gone since Python 3.9");
    let names_loop = call.argument("loop", 0).is_some_and(|named| !named.is_none_literal_expr());
    fixes.at(call.func(), message).safe(format!("use `asyncio.{name}`"), |fix| {
        let spelled = spell(fix, &method.value, name);
        fix.replace(call.func(), spelled);
        if cx.runs(call.expr) == Runs::Elsewhere && !names_loop {
            fix.demote("it needs a running loop");
        } else if name == "all_tasks" && cx.settings.target < PythonVersion::py3(9) {
            fix.demote("it leaves out the tasks that are done");
        }
    });
}
