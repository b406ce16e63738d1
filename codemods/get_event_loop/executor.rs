//! `await loop.run_in_executor(None, …)`.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{spell, statement_of};
use crate::engine::context::{Call, Context, Runs, Use};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::semantic::{BindingId, BindingKind, Reaching};
use crate::engine::settings::PythonVersion;

/// The longest line that several are joined to, in bytes: black's and ruff's default.
const MAX_WIDTH: usize = 88;

/// Where the loop of a call comes from.
#[derive(Debug, Clone, Copy)]
enum Origin<'a> {
    /// `asyncio.get_running_loop().run_in_executor`: the function that gives it.
    Called(&'a Expr),
    /// A local name that only such a call binds.
    Bound(BindingId, &'a Expr),
}

pub(super) fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    if cx.settings.target < PythonVersion::py3(9) {
        return;
    }
    for call in cx.calls_to("asyncio.AbstractEventLoop().run_in_executor") {
        let Some(origin) = origin(cx, &call) else { continue };
        // What stands in for `asyncio.to_thread`, where there is none.
        let stands_in = |function: &ast::StmtFunctionDef| function.name.contains("to_thread");
        if cx.enclosing_function(call.expr).is_some_and(stands_in) {
            continue;
        }
        let message = "`run_in_executor` with the default executor: `asyncio.to_thread` is for that";
        let reason = "`asyncio.to_thread` copies the context of its caller";
        fixes.at(call, message).because(reason).unsafe_fix("use `asyncio.to_thread`", |fix| {
            let Origin::Bound(binding, _) = origin else {
                rewrite(fix, &call, origin);
                return;
            };
            // Where all there is of the loop are such calls, they and the loop go together.
            let name = cx.semantic.binding(binding).name;
            let reads: Vec<_> = cx.semantic.reads_of(name, cx.semantic.binding(binding).scope).collect();
            let others: Vec<(Call<'_, '_>, Origin<'_>)> = cx
                .calls_to("asyncio.AbstractEventLoop().run_in_executor")
                .filter_map(|other| Some((other, self::origin(cx, &other)?)))
                .filter(|(_, origin)| matches!(origin, Origin::Bound(other, _) if *other == binding))
                .collect();
            if others.len() != reads.len() || cx.is_cell_code(call.expr) {
                rewrite(fix, &call, origin);
                return;
            }
            for (other, origin) in &others {
                rewrite(fix, other, *origin);
            }
            if let Some(statement) = binding_statement(cx, binding) {
                fix.delete_statement(statement);
            }
        });
    }
}

/// Where the loop comes from, if the call is one that `to_thread` can stand for.
fn origin<'a>(cx: &Context<'a>, call: &Call<'_, 'a>) -> Option<Origin<'a>> {
    let is_ours = matches!(call.use_of(), Use::Awaited(_)) && cx.runs(call.expr) == Runs::OnLoop;
    let [Expr::NoneLiteral(_), function, ..] = &*call.expr.arguments.args else { return None };
    if !is_ours || !call.expr.arguments.keywords.is_empty() || function.is_starred_expr() {
        return None;
    }
    let method = call.func().as_attribute_expr()?;
    let gives_loop = |value: &'a Expr| {
        let func = &*value.as_call_expr()?.func;
        let symbol = cx.symbol(func)?;
        matches!(&*symbol, "asyncio.get_event_loop" | "asyncio.get_running_loop").then_some(func)
    };
    let Expr::Name(name) = &*method.value else { return gives_loop(&method.value).map(Origin::Called) };
    let scope = cx.semantic.scope_of(name);
    let Reaching::One(id) = cx.semantic.reaching(name.id.as_str(), cx.semantic.id(name), scope) else {
        return None;
    };
    let binding = cx.semantic.binding(id);
    let only = cx.semantic.bindings_of(binding.name, binding.scope) == [id];
    let here = binding.scope == cx.semantic.frame(scope);
    let value = match binding.kind {
        BindingKind::Assignment { value, unpacked: None }
        | BindingKind::Annotated { value: Some(value), .. } => value,
        _ => return None,
    };
    (only && here).then(|| gives_loop(value).map(|func| Origin::Bound(id, func)))?
}

/// The statement that does nothing but bind the name.
fn binding_statement<'a>(cx: &Context<'a>, binding: BindingId) -> Option<&'a Stmt> {
    let value = match cx.semantic.binding(binding).kind {
        BindingKind::Assignment { value, .. } | BindingKind::Annotated { value: Some(value), .. } => value,
        _ => return None,
    };
    let statement = statement_of(cx, value)?;
    let is_plain = match statement {
        Stmt::Assign(assign) => assign.targets.len() == 1 && assign.value.range() == value.range(),
        Stmt::AnnAssign(assign) => assign.value.as_deref().is_some_and(|v| v.range() == value.range()),
        _ => false,
    };
    is_plain.then_some(statement)
}

/// `loop.run_in_executor(None, f` becomes `asyncio.to_thread(f`.
fn rewrite(fix: &mut FixBuilder<'_>, call: &Call<'_, '_>, origin: Origin<'_>) {
    let [executor, function, rest @ ..] = &*call.expr.arguments.args else { return };
    let (Origin::Called(func) | Origin::Bound(_, func)) = origin;
    let spelled = spell(fix, func, "to_thread");
    let spelled_width = spelled.len();
    fix.replace(call.func(), spelled);
    let partial = inner_of_partial(fix.cx, function).filter(|_| rest.is_empty());
    let cx = fix.cx;
    let start = partial.map_or(cx.outer_range(function).start(), |(first, _)| first.start());
    let end = rest.last().map_or(cx.outer_range(function).end(), |last| cx.outer_range(last).end());
    // What was broken into lines for its length alone goes back on one.
    let open = call.expr.arguments.start() + TextSize::of('(');
    let after = TextRange::new(end, call.expr.end() - TextSize::of(')'));
    let arguments = cx.text(TextRange::new(start, end));
    let head = call.expr.start() - cx.source.line_start(call.expr.start());
    let width = head.to_usize() + spelled_width + arguments.len() + 2;
    let is_broken = cx.text(TextRange::new(open, executor.start())).contains(['\n', '\r']);
    let is_commented = cx.source.has_comment(TextRange::new(open, start));
    let fits = !arguments.contains(['\n', '\r'])
        && cx.text(after).trim().is_empty()
        && width <= MAX_WIDTH
        && !is_commented;
    let from = if is_broken && fits { open } else { executor.start() };
    let comments = cx.source.comments().iter();
    match comments.map(Ranged::start).find(|at| executor.end() <= *at && *at < start) {
        // The comment stays, and with it the lines from there on.
        Some(comment) => {
            fix.delete(TextRange::new(from, comment));
            fix.delete(TextRange::new(cx.outer_range(function).start(), start));
        }
        None => fix.delete(TextRange::new(from, start)),
    }
    if let Some((_, end)) = partial {
        fix.delete(TextRange::new(end, function.end()));
    }
    if is_broken && fits && !after.is_empty() {
        fix.delete(after);
    }
}

/// The first argument of a `functools.partial(…)` on one line, and where its last one ends.
fn inner_of_partial<'e>(cx: &Context<'_>, function: &'e Expr) -> Option<(&'e Expr, TextSize)> {
    let Expr::Call(ast::ExprCall { func, arguments, .. }) = function else { return None };
    let is_partial = cx.symbol(func).as_deref() == Some("functools.partial");
    let first = arguments.args.first().filter(|first| !first.is_starred_expr())?;
    let last =
        arguments.args.iter().map(Ranged::end).chain(arguments.keywords.iter().map(Ranged::end)).max()?;
    let is_bare = cx.outer_range(function) == function.range()
        && cx.outer_range(first) == first.range()
        && !cx.text(function).contains(['\n', '\r'])
        && cx.text(TextRange::new(last, function.end())).trim_start().trim_start_matches(',').trim() == ")";
    (is_partial && is_bare).then_some((first, last))
}
