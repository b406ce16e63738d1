//! The edits that make `asyncio.gather(*…)` a call of the helper.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::collection::{Callee, Element, Form, is_task_maker, nothing_runs_between};
use super::lazy;
use crate::engine::context::{Call, Context};
use crate::engine::fix::FixBuilder;
use crate::engine::semantic::BindingKind;

/// `create_task(f(x))` becomes `f(x)`: the helper makes the task when its turn comes.
pub(super) fn unwrap_tasks<'a>(
    fix: &mut FixBuilder<'_>,
    cx: &Context<'a>,
    call: &Call<'_, 'a>,
    form: Form<'a>,
    elements: &[Element<'a>],
) {
    let wrapped = elements.iter().filter_map(|element| Some((element.wrapper?, element.callee)));
    for (wrapper, callee) in wrapped {
        let Callee::Called(inner) = callee else { continue };
        if let Form::Named(made, name) = form
            && let Err(reason) = nothing_runs_between(cx, name, made, call.expr)
        {
            fix.withhold(reason);
            return;
        }
        for keyword in &wrapper.arguments.keywords {
            match keyword.arg.as_ref().map(ast::Identifier::as_str) {
                Some("name") => fix.demote("the tasks lose their names"),
                _ => fix.withhold("the tasks are made with arguments of their own"),
            }
        }
        let inner_range = cx.outer_range(inner);
        let before = TextRange::new(wrapper.start(), inner_range.start());
        let after = TextRange::new(inner_range.end(), wrapper.end());
        let holds_comment = |range: &TextRange| cx.source.comments().iter().any(|c| range.contains_range(*c));
        if holds_comment(&before) || holds_comment(&after) {
            fix.withhold("a comment stands between the task and its coroutine");
            return;
        }
        fix.delete(before);
        fix.delete(after);
        outdent(fix, cx, wrapper, inner_range);
        forget_loop(fix, cx, wrapper);
    }
}

/// Lines of a coroutine call that stood deeper than the task around it come back by as much.
fn outdent(fix: &mut FixBuilder<'_>, cx: &Context<'_>, wrapper: &ast::ExprCall, inner: TextRange) {
    let source = cx.source;
    if !source.starts_line(inner.start()) {
        return;
    }
    let (outer, own) = (source.indentation(wrapper.start()), source.indentation(inner.start()));
    let Some(extra) = own.strip_prefix(outer).map(TextSize::of) else { return };
    let mut line = source.line_end(inner.start());
    while line < inner.end() {
        // The inside of a string that runs over lines is not ours to move.
        let in_text = source.tokens().in_range(inner).iter().any(|token| {
            let is_text = matches!(
                token.kind(),
                TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle
            );
            is_text && token.start() < line && line < token.end()
        });
        if !in_text && source.indentation(line).starts_with(own) {
            fix.delete(TextRange::at(line, extra));
        }
        line = source.line_end(line);
    }
}

/// A local name for the loop that only made the tasks goes with them.
fn forget_loop(fix: &mut FixBuilder<'_>, cx: &Context<'_>, wrapper: &ast::ExprCall) {
    let Expr::Attribute(ast::ExprAttribute { value, .. }) = &*wrapper.func else { return };
    let Expr::Name(name) = &**value else { return };
    let Some(binding) = cx.binding_read(name) else { return };
    let is_only_read = cx.semantic.reads_of(binding.name, binding.scope).count() == 1
        && cx.semantic.bindings_of(binding.name, binding.scope).len() == 1;
    let BindingKind::Assignment { value, unpacked: None } = binding.kind else { return };
    let gives_loop = matches!(value, Expr::Call(call) if cx.symbol(&call.func).is_some_and(|symbol| {
        matches!(&*symbol, "asyncio.get_running_loop" | "asyncio.get_event_loop")
    }));
    if !is_only_read || !gives_loop {
        return;
    }
    if let AnyNodeRef::StmtAssign(statement) = cx.parent(value)
        && statement.targets.len() == 1
        && cx.enclosing_function(statement).is_some()
    {
        fix.delete_statement(statement);
    }
}

/// `*xs` becomes `xs`: as a generator where nobody can tell when it is read, and as a list where somebody could.
pub(super) fn pass_one<'a>(fix: &mut FixBuilder<'_>, cx: &Context<'a>, call: &Call<'_, 'a>, form: Form<'a>) {
    let [Expr::Starred(starred)] = &*call.expr.arguments.args else { return };
    let value = &*starred.value;
    let star = TextRange::at(starred.start(), TextSize::from(1));
    match (form, value) {
        (Form::Comprehension(comprehension), value) if comprehension.range() == value.range() => {
            let (element, generators) = match value {
                Expr::ListComp(ast::ExprListComp { elt, generators, .. })
                | Expr::Generator(ast::ExprGenerator { elt, generators, .. }) => (elt, generators),
                // A set of coroutines has an order of its own already.
                _ => return fix.delete(star),
            };
            let element = match &**element {
                Expr::Call(call) if is_task_maker(cx, call) => call.arguments.args.first().unwrap_or(element),
                element => element,
            };
            let lazy = lazy::is_unhurried(cx, element, generators);
            let alone = sole_argument(cx, call);
            let (open, close) = match (lazy, alone) {
                (true, true) => ("", ""),
                (true, false) => ("(", ")"),
                (false, _) => ("[", "]"),
            };
            let first = TextRange::at(value.start(), TextSize::from(1));
            let last = TextRange::at(value.end() - TextSize::from(1), TextSize::from(1));
            // The star goes together with the bracket behind it, blanks between them included.
            let outer = cx.outer_range(value);
            if outer == value.range() {
                fix.replace(TextRange::new(starred.start(), first.end()), open);
            } else {
                fix.delete(star);
                if cx.text(first) != open {
                    fix.replace(first, open);
                }
            }
            if cx.text(last) != close {
                fix.replace(last, close);
            }
        }
        (Form::Map(map), value) if map.range() == value.range() => {
            if lazy::map_is_unhurried(cx, map) {
                fix.delete(star);
            } else {
                fix.insert(starred.start(), "[");
                fix.insert(starred.end(), "]");
            }
        }
        (Form::Named(made, _), _) if is_hurried(cx, made) => {
            fix.insert(starred.start(), "[");
            fix.insert(starred.end(), "]");
        }
        _ => fix.delete(star),
    }
}

/// Whether a name holds a generator that must be read before anything runs.
fn is_hurried(cx: &Context<'_>, made: &ast::Stmt) -> bool {
    let value = match made {
        ast::Stmt::Assign(assign) => &*assign.value,
        ast::Stmt::AnnAssign(ast::StmtAnnAssign { value: Some(value), .. }) => value,
        _ => return false,
    };
    match value {
        Expr::Generator(ast::ExprGenerator { elt, generators, .. }) => {
            !lazy::is_unhurried(cx, elt, generators)
        }
        Expr::Call(map) => !map.arguments.is_empty() && !lazy::map_is_unhurried(cx, map),
        _ => false,
    }
}

/// Whether the call has one argument and no comma behind it, so that a generator needs no parentheses.
fn sole_argument(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let arguments = &call.expr.arguments;
    let [only] = &*arguments.args else { return false };
    let behind = TextRange::new(only.end(), arguments.end());
    arguments.keywords.is_empty() && !cx.text(behind).contains(',')
}

/// `gather(a(), *xs)` becomes `gather_bounded([a(), *xs])`.
pub(super) fn pass_all(fix: &mut FixBuilder<'_>, call: &Call<'_, '_>) {
    if let [first, .., last] = &*call.expr.arguments.args {
        fix.insert(first.start(), "[");
        fix.insert(last.end(), "]");
    }
}
