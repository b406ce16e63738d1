//! Programs that are started with `run_until_complete`.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{spell, statement_of};
use crate::engine::apis::is_standard_library;
use crate::engine::context::{Call, Context, Runs};
use crate::engine::finding::Applicability;
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::engine::semantic::{BindingKind, ScopeKind};
use crate::engine::settings::PythonVersion;

/// Coroutine functions that a program may be started with, besides its own.
const COROUTINES: &[&str] =
    &["asyncio.sleep()", "asyncio.wait_for()", "asyncio.wait()", "asyncio.to_thread()"];

/// Names of functions by which programs are entered.
const ENTRIES: &[&str] = &["main", "cli", "run", "_main", "entry_point", "entrypoint"];

/// A loop that runs one coroutine and serves nothing else.
struct Entry<'a> {
    /// The call of `run_until_complete`.
    run: &'a ast::ExprCall,
    /// `loop = asyncio.get_event_loop()`, where the loop has a name.
    binding: Option<&'a Stmt>,
    /// `loop.close()` and what else `asyncio.run` does by itself.
    cleaning: Vec<&'a Stmt>,
}

/// What keeps a loop from being an [`Entry`].
enum Not {
    /// Nothing is run on it, or not here.
    Run,
    /// It is run, but `asyncio.run` cannot stand for it: why.
    Replaceable(&'static str),
}

/// Reports a loop that is taken to run the program on. `false` when this one is not.
pub(super) fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>, call: &Call<'_, '_>) -> bool {
    if !is_entry_point(cx, call) {
        return false;
    }
    let message =
        "`asyncio.get_event_loop` makes no loop from Python 3.14 on: `asyncio.run` starts a program";
    let entry = match entry(cx, call) {
        Ok(entry) => entry,
        Err(Not::Run) => return false,
        Err(Not::Replaceable(reason)) => {
            fixes.at(*call, message).because(reason).report();
            return true;
        }
    };
    let Some(argument) = entry.run.arguments.args.first() else { return false };
    if let Some(reason) = refusal(cx, call, &entry, argument) {
        fixes.at(*call, message).because(reason).report();
        return true;
    }
    let found = fixes.at(*call, message);
    let doubt = doubt(cx, call, &entry);
    found.fix(Applicability::Safe, "use `asyncio.run`", |fix| {
        let spelled = spell(fix, call.func(), "run");
        fix.replace(&*entry.run.func, spelled);
        if let Some(binding) = entry.binding {
            fix.delete_statement(binding);
        }
        remove_cleaning(fix, &entry);
        if let Some(doubt) = doubt {
            fix.demote(doubt);
        }
    });
    true
}

/// Whether the call stands at module level, or in a function by which the program is entered.
fn is_entry_point(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let frame = cx.semantic.frame(cx.semantic.scope_of(call.expr));
    match cx.semantic.scope(frame).kind {
        ScopeKind::Module => true,
        ScopeKind::Function(function) => {
            let name = function.name.as_str();
            cx.semantic.scope_of(function) == 0
                && (ENTRIES.contains(&name)
                    || cx.semantic.reads_of(name, 0).any(|read| {
                        let mut around = cx.ancestors(read.name);
                        let is_called = matches!(around.next(), Some(AnyNodeRef::ExprCall(call)) if call.func.range() == read.name.range());
                        // `main()` or `sys.exit(main())`, not `app = make_app()`.
                        let is_dropped = around.find(|node| node.is_statement()).is_some_and(|node| matches!(node, AnyNodeRef::StmtExpr(_)));
                        read.scope == 0 && is_called && is_dropped
                    }))
        }
        _ => false,
    }
}

/// The one run of the loop that a call gives.
fn entry<'a>(cx: &Context<'a>, call: &Call<'_, 'a>) -> Result<Entry<'a>, Not> {
    if let Some((method, run)) = method_call(cx, call.expr) {
        let is_run = method.attr.as_str() == "run_until_complete";
        return if is_run { Ok(Entry { run, binding: None, cleaning: Vec::new() }) } else { Err(Not::Run) };
    }
    let statement = statement_of(cx, call.whole).ok_or(Not::Run)?;
    let target = match statement {
        Stmt::Assign(assign) => match assign.targets.as_slice() {
            [target] if assign.value.range() == call.range() => target,
            _ => return Err(Not::Run),
        },
        Stmt::AnnAssign(assign)
            if assign.value.as_ref().is_some_and(|value| value.range() == call.range()) =>
        {
            &*assign.target
        }
        _ => return Err(Not::Run),
    };
    let Expr::Name(target) = target else { return Err(Not::Run) };
    let (name, scope) = (target.id.as_str(), cx.semantic.scope_of(target));
    let mut runs = Vec::new();
    let mut cleaning = Vec::new();
    let mut has_other_uses = false;
    for read in cx.semantic.reads_of(name, scope) {
        let Some((method, call)) = method_call(cx, read.name).filter(|_| read.scope == scope) else {
            has_other_uses = true;
            continue;
        };
        let dropped = statement_of(cx, &call.func)
            .filter(|statement| matches!(statement, Stmt::Expr(s) if s.value.range() == call.range()));
        match (method.attr.as_str(), dropped) {
            ("run_until_complete", Some(statement)) if is_shutdown(call, name) => cleaning.push(statement),
            ("run_until_complete", _) => runs.push(call),
            ("close", Some(statement)) => cleaning.push(statement),
            // Inside a `run_until_complete` that was seen already.
            ("shutdown_asyncgens" | "shutdown_default_executor", None) => {}
            _ => has_other_uses = true,
        }
    }
    let [run] = runs.as_slice() else {
        return Err(if runs.is_empty() {
            Not::Run
        } else {
            Not::Replaceable("the loop serves more than one run")
        });
    };
    let is_only =
        cx.semantic.bindings_of(name, scope).len() == 1 && !(scope == 0 && cx.is_imported_elsewhere(name));
    if has_other_uses || !is_only || cx.semantic.scope(scope).declares_outer(name) {
        return Err(Not::Replaceable("the loop is used for more than one run"));
    }
    Ok(Entry { run, binding: Some(statement), cleaning })
}

/// The method that is called on an expression, and the call.
fn method_call<'a>(
    cx: &Context<'a>,
    object: &impl ast::HasNodeIndex,
) -> Option<(&'a ast::ExprAttribute, &'a ast::ExprCall)> {
    let mut around = cx.ancestors(object);
    let (Some(AnyNodeRef::ExprAttribute(method)), Some(AnyNodeRef::ExprCall(call))) =
        (around.next(), around.next())
    else {
        return None;
    };
    (call.func.range() == method.range()).then_some((method, call))
}

/// `loop.run_until_complete(loop.shutdown_asyncgens())`.
fn is_shutdown(run: &ast::ExprCall, name: &str) -> bool {
    let Some(Expr::Call(inner)) = run.arguments.args.first() else { return false };
    let Expr::Attribute(method) = &*inner.func else { return false };
    matches!(&*method.value, Expr::Name(object) if object.id.as_str() == name)
        && matches!(method.attr.as_str(), "shutdown_asyncgens" | "shutdown_default_executor")
}

/// Why `asyncio.run` cannot stand here.
fn refusal(cx: &Context<'_>, call: &Call<'_, '_>, entry: &Entry<'_>, argument: &Expr) -> Option<String> {
    let symbol = cx.symbol(argument);
    let symbol = symbol.as_deref();
    if symbol == Some("asyncio.gather()") {
        return Some("`asyncio.run` needs a coroutine around `gather`".to_owned());
    }
    let is_coroutine = matches!(cx.meaning(argument), Meaning::Coroutine(_))
        || symbol.is_some_and(|symbol| COROUTINES.contains(&symbol));
    if !is_coroutine || !argument.is_call_expr() || entry.run.arguments.len() != 1 {
        return Some("what is run is not known to be a coroutine".to_owned());
    }
    if let Expr::Call(coroutine) = argument
        && let Expr::Attribute(method) = &*coroutine.func
        && !matches!(cx.meaning(&method.value), Meaning::Module(_) | Meaning::Class(_) | Meaning::External(_))
    {
        let object = cx.text(&*method.value);
        return Some(format!("`{object}` is made before the run, and may belong to the loop there was"));
    }
    let frame = cx.semantic.frame(cx.semantic.scope_of(call.expr));
    for other in cx.calls() {
        if other.range() == call.range()
            || other.expr.range() == entry.run.range()
            || cx.runs(other.expr) != Runs::Elsewhere
        {
            continue;
        }
        if entry.cleaning.iter().any(|statement| statement.range().contains_range(other.range())) {
            continue;
        }
        let other_frame = cx.semantic.frame(cx.semantic.scope_of(other.expr));
        match other.symbol().as_deref() {
            Some(
                "asyncio.get_event_loop"
                | "asyncio.set_event_loop"
                | "asyncio.AbstractEventLoop().run_forever",
            ) => {
                let place = match cx.semantic.scope(other_frame).qualname.as_str() {
                    "" => "the module".to_owned(),
                    name => format!("`{name}`"),
                };
                return Some(format!("{place} takes the loop too, and `asyncio.run` would make another"));
            }
            Some("asyncio.run" | "asyncio.AbstractEventLoop().run_until_complete")
                if other_frame == frame =>
            {
                return Some("there is more than one run here".to_owned());
            }
            _ => {}
        }
    }
    None
}

/// Why `asyncio.run` may not do the same; `None` when it does.
fn doubt(cx: &Context<'_>, call: &Call<'_, '_>, entry: &Entry<'_>) -> Option<String> {
    if !under_main_guard(cx, call) {
        return Some(
            "`asyncio.run` closes the loop, and leaves none to whoever asks for it afterwards".to_owned(),
        );
    }
    let handlers =
        cx.ancestors(entry.run).any(|node| matches!(node, AnyNodeRef::StmtTry(s) if !s.handlers.is_empty()));
    if handlers {
        return Some("`asyncio.run` cancels a task that is interrupted, and lets it clean up".to_owned());
    }
    if let Some(name) = made_before(cx, entry.run.start()) {
        return Some(format!("`{name}` is made before the loop runs and may belong to the loop there was"));
    }
    taken_elsewhere(cx).map(|name| format!("`{name}` may take another loop than the one that will run"))
}

fn under_main_guard(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let mut guarded = false;
    for node in cx.ancestors(call.expr) {
        match node {
            AnyNodeRef::StmtIf(branch) => {
                guarded |= matches!(&*branch.test, Expr::Compare(test)
                    if matches!(&*test.left, Expr::Name(name) if name.id.as_str() == "__name__"));
            }
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) | AnyNodeRef::ExprLambda(_) => {
                return false;
            }
            _ => {}
        }
    }
    guarded
}

/// An object of the module's that may have taken the loop when it was made, before the run at a byte offset.
fn made_before<'a>(cx: &Context<'a>, run: TextSize) -> Option<&'a str> {
    cx.semantic.bindings.iter().filter(|binding| binding.scope == 0 && binding.from <= run).find_map(
        |binding| {
            let is_harmless = match binding.kind {
                BindingKind::Assignment { value, .. } | BindingKind::Annotated { value: Some(value), .. } => {
                    !holds_unknown_call(cx, value)
                }
                BindingKind::With { context, .. } => !holds_unknown_call(cx, context),
                BindingKind::ImportFrom { alias, statement } => {
                    let module = cx.semantic.absolute_module(statement);
                    let head = module.split('.').next().unwrap_or_default();
                    let is_own = statement.level > 0 || cx.is_project_module(head);
                    !is_own || alias.name.as_str().starts_with(char::is_uppercase) || {
                        let symbol = format!("{module}.{}", alias.name.as_str());
                        matches!(
                            cx.world.meaning(&symbol, cx.file),
                            Meaning::Function(_) | Meaning::Class(_) | Meaning::Module(_)
                        )
                    }
                }
                _ => true,
            };
            (!is_harmless).then_some(binding.name)
        },
    )
}

/// A plain function of another file that takes the loop there is, or a module that makes objects of asyncio's
/// when it is imported, which belonged to that loop before Python 3.10.
fn taken_elsewhere(cx: &Context<'_>) -> Option<String> {
    let files = cx.project.summaries.iter().enumerate().filter(|(file, _)| *file as u32 != cx.file);
    for (file, summary) in files {
        for (index, function) in summary.iter().flat_map(|summary| summary.functions.iter().enumerate()) {
            let takes = |symbol: &str| match symbol.strip_prefix("asyncio.") {
                Some("get_event_loop" | "set_event_loop") => true,
                Some(name) => {
                    let is_class = name.starts_with(char::is_uppercase) && !name.contains('.');
                    function.qualname.is_empty() && is_class && cx.settings.target < PythonVersion::py3(10)
                }
                None => false,
            };
            if !function.is_async && function.calls.iter().any(|call| takes(&call.symbol)) {
                return Some(cx.world.function_name(FunctionId { file: file as u32, index: index as u32 }));
            }
        }
    }
    None
}

/// Whether an expression calls something outside of the standard library and the builtins, or asyncio.
fn holds_unknown_call(cx: &Context<'_>, value: &Expr) -> bool {
    cx.calls().any(|call| {
        if !value.range().contains_range(call.range()) || is_loop_call(&call) {
            return false;
        }
        let symbol = call.symbol();
        let head = symbol.as_deref().and_then(|symbol| symbol.split('.').next());
        !head.is_some_and(|head| head != "asyncio" && (head == "builtins" || is_standard_library(head)))
    })
}

fn is_loop_call(call: &Call<'_, '_>) -> bool {
    call.symbol().is_some_and(|symbol| {
        matches!(&*symbol, "asyncio.get_event_loop" | "asyncio.AbstractEventLoop().run_until_complete")
    })
}

/// Removes what `asyncio.run` does by itself; a `finally` that held nothing else goes, and so does a `try` that
/// had nothing else.
fn remove_cleaning(fix: &mut FixBuilder<'_>, entry: &Entry<'_>) {
    let cx = fix.cx;
    let mut done: Vec<TextRange> = Vec::new();
    for statement in &entry.cleaning {
        if done.iter().any(|range| range.contains_range(statement.range())) {
            continue;
        }
        let AnyNodeRef::StmtTry(around) = cx.parent(*statement) else {
            fix.delete_statement(*statement);
            continue;
        };
        let in_finally = around.finalbody.iter().any(|s| s.range() == statement.range());
        let is_all = around.finalbody.iter().all(|s| entry.cleaning.iter().any(|c| c.range() == s.range()));
        if !in_finally || !is_all {
            fix.delete_statement(*statement);
            continue;
        }
        let (Some(first), Some(last)) = (around.finalbody.first(), around.finalbody.last()) else { continue };
        done.push(TextRange::new(first.start(), last.end()));
        if around.handlers.is_empty() && around.orelse.is_empty() {
            unwrap_try(fix, around);
        } else {
            let before = around
                .orelse
                .last()
                .map(Ranged::end)
                .or_else(|| around.handlers.last().map(Ranged::end))
                .unwrap_or(around.end());
            delete_lines(fix, before, around.end());
        }
    }
}

/// Deletes the lines after the one that holds `from`, up to the one that holds `to`.
fn delete_lines(fix: &mut FixBuilder<'_>, from: TextSize, to: TextSize) {
    let source = fix.cx.source;
    let range = TextRange::new(source.line_end(from), source.line_end(to));
    if source.has_comment(range) {
        fix.withhold("a comment stands where code would go");
        return;
    }
    if range.is_empty() {
        fix.withhold("the `finally` shares its line with other code");
        return;
    }
    // The last line of the file may lack its newline: then the line before keeps none either.
    fix.delete(range);
}

/// Takes the lines of a `try` body out of it, and removes the rest.
fn unwrap_try(fix: &mut FixBuilder<'_>, statement: &ast::StmtTry) {
    let source = fix.cx.source;
    let (Some(first), Some(last)) = (statement.body.first(), statement.body.last()) else { return };
    let inner = source.indentation(first.start());
    let outer = source.indentation(statement.start());
    // Comments above the first statement go with it.
    let mut body_start = source.line_end(statement.start());
    while body_start < first.start() && source.line(body_start).trim().is_empty() {
        body_start = source.line_end(body_start);
    }
    let body_start = body_start.min(source.line_start(first.start()));
    let body = TextRange::new(body_start, source.line_end(last.end()));
    let spans_lines = |range: TextRange| source.slice(range).contains(['\n', '\r']);
    let has_long_string = fix.cx.nodes().iter().any(|node| {
        let is_string = matches!(
            node.ast,
            AnyNodeRef::StringLiteral(_)
                | AnyNodeRef::BytesLiteral(_)
                | AnyNodeRef::FString(_)
                | AnyNodeRef::TString(_)
        );
        is_string && body.contains_range(node.ast.range()) && spans_lines(node.ast.range())
    });
    let head = TextRange::new(source.line_start(statement.start()), body.start());
    if has_long_string
        || !source.starts_line(first.start())
        || !source.starts_line(statement.start())
        || source.has_comment(head)
    {
        fix.withhold("what stands in the `try` cannot be moved without touching a comment or a string over several lines");
        return;
    }
    let Some(extra) = inner.strip_prefix(outer) else {
        fix.withhold("the `try` and what stands in it are indented differently");
        return;
    };
    fix.delete(head);
    let mut at = body.start();
    while at < body.end() {
        let line = source.line(at);
        if line.starts_with(inner) {
            let from = at + TextSize::of(outer);
            fix.delete(TextRange::at(from, TextSize::of(extra)));
        }
        at = source.line_end(at);
    }
    delete_lines(fix, last.end(), statement.end());
}
