//! Tasks that nothing keeps.

mod examples;
mod fate;
mod homes;

use ruff_python_ast::HasNodeIndex;
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::project::marks::Lead;
use fate::{
    Fate, Maker, catches_its_exceptions, fate_of, handed_makers, in_class_body, is_coroutine,
    is_running_loop, maker, makes_a_task, receiver_text,
};
use homes::{Homes, task_name};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "fire-and-forget",
    summary: "keep a reference to every task until it is done",
    rationale: "\
The event loop holds its tasks weakly. A task that nothing else refers to can be garbage-collected half-way, and
then its coroutine just stops, without an error (see the note on `asyncio.create_task` in Python's documentation).
A module-level set keeps each task while it runs and forgets it when it is done.

An exception in such a task is seen by nobody either: asyncio logs it when the task is collected, if it ever is.
Where that matters, add a callback that looks at the result:

    def log_failure(task):
        if not task.cancelled() and task.exception() is not None:
            logger.error(\"background task failed\", exc_info=task.exception())

    task.add_done_callback(log_failure)

A set that the file has for this purpose is used. The fix is unsafe where more is done with that set than adding
and discarding: what waits for its tasks or cancels them would do so with this one too.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    aliases: &["RUF006", "ASYNC300"],
    leads: &[Lead::Coroutine],
    examples: examples::EXAMPLES,
    run,
};

/// A call whose task is lost.
struct Lost<'c, 'a> {
    call: Call<'c, 'a>,
    maker: Maker,
    fate: Fate<'a>,
    statement: &'a Stmt,
}

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let mut lost = Vec::new();
    for call in cx.calls() {
        let Some(maker) = maker(cx, call.func()) else { continue };
        if !makes_a_task(cx, &call, maker) || in_class_body(cx, call.expr) {
            continue;
        }
        let fate = fate_of(cx, &call);
        if matches!(fate, Fate::Kept) {
            continue;
        }
        let Some(statement) = statement_of(cx, call.expr) else { continue };
        // What a cell of a notebook shows, IPython keeps.
        if matches!(fate, Fate::Dropped) && cx.is_shown(statement) {
            continue;
        }
        lost.push(Lost { call, maker, fate, statement });
    }
    let handed = handed_makers(cx);
    if lost.is_empty() && handed.is_empty() {
        return;
    }
    let options =
        lost.iter().any(|lost| lost.is_spawned(cx) && !lost.call.expr.arguments.keywords.is_empty());
    let homes = Homes::new(cx, options);
    for lost in &lost {
        lost.report(fixes, &homes);
    }
    for handed in handed {
        let message = message(cx, handed.coroutine, true);
        fixes.at(handed.maker, message).safe("start the task with a function that keeps it", |fix| {
            if handed.is_proven {
                homes.spawn(fix, handed.maker, None);
            } else {
                fix.withhold("`ensure_future` may be given something else than a coroutine here");
            }
        });
    }
}

/// The innermost statement around an expression.
fn statement_of<'a>(cx: &Context<'a>, node: &(impl HasNodeIndex + Ranged)) -> Option<&'a Stmt> {
    cx.suite(node).iter().find(|statement| statement.range().contains_range(node.range()))
}

/// What is wrong, in one line.
fn message(cx: &Context<'_>, coroutine: &Expr, unseen: bool) -> String {
    let called = match coroutine {
        Expr::Call(call) => {
            Some(cx.text(&*call.func)).filter(|text| text.len() <= 60 && !text.contains('\n'))
        }
        _ => None,
    };
    let task = called.map_or_else(|| "this task".to_owned(), |called| format!("the task of `{called}`"));
    let unseen = if unseen { ", and nobody sees its exceptions" } else { "" };
    format!("nothing keeps {task}: it can be garbage-collected before it is done{unseen}")
}

impl<'a> Lost<'_, 'a> {
    fn coroutine(&self) -> Option<&'a Expr> {
        self.call.argument("coro", 0)
    }

    /// Whether the fix is a call of the helper function.
    fn is_spawned(&self, cx: &Context<'_>) -> bool {
        match self.fate {
            Fate::Within | Fate::Returned(_) => true,
            Fate::Chained(attribute) => !self.is_plain_chain(cx, attribute),
            Fate::Kept | Fate::Dropped | Fate::Named { .. } => false,
        }
    }

    /// Whether the statement is the chain alone, with the method on the line where the call ends.
    fn is_plain_chain(&self, cx: &Context<'_>, attribute: &ast::ExprAttribute) -> bool {
        let gap = TextRange::new(cx.outer_range(self.call.whole).end(), attribute.attr.start());
        cx.text(gap) == "."
            && cx.source.text[self.statement.range()].starts_with(cx.text(cx.outer_range(self.call.whole)))
    }

    fn report(&self, fixes: &mut Fixes<'_>, homes: &Homes<'_, 'a>) {
        let cx = homes.cx;
        let Some(coroutine) = self.coroutine() else { return };
        let has_callback = match self.fate {
            Fate::Chained(attribute) => attribute.attr.as_str() == "add_done_callback",
            Fate::Named { has_callback, .. } => has_callback,
            _ => false,
        };
        let unseen = !has_callback && !catches_its_exceptions(cx, coroutine);
        let found = fixes.at(self.call, message(cx, coroutine, unseen));
        if self.is_spawned(cx) {
            found.safe("start the task with a function that keeps it", |fix| self.spawn(fix, homes));
        } else {
            found.safe("keep the task until it is done", |fix| self.keep(fix, homes));
        }
    }

    /// `create_task(…)` becomes `_spawn(…)`.
    fn spawn(&self, fix: &mut FixBuilder<'_>, homes: &Homes<'_, 'a>) {
        let cx = homes.cx;
        let loop_text = receiver_text(cx, self.call.func());
        let on_its_loop = match (self.fate, self.call.func()) {
            (Fate::Returned(taker), _) if loop_text == Some(cx.text(taker)) => true,
            (_, Expr::Attribute(method)) => is_running_loop(cx, &method.value),
            _ => false,
        };
        if self.maker == Maker::Loop && !on_its_loop {
            fix.withhold(
                "there is no room for a statement here, and the loop may be another than the running one",
            );
            return;
        }
        if self.maker == Maker::EnsureFuture
            && !self.coroutine().is_some_and(|coroutine| is_coroutine(cx, coroutine))
        {
            fix.withhold("there is no room for a statement here, and `ensure_future` may be given something else than a coroutine");
            return;
        }
        if self.call.keyword("loop").is_some() || self.call.has_unpacking() {
            fix.withhold("there is no room for a statement here");
            return;
        }
        homes.spawn(fix, self.call.func(), Some(&self.call));
    }

    /// Two statements after the one that makes the task.
    fn keep(&self, fix: &mut FixBuilder<'_>, homes: &Homes<'_, 'a>) {
        let cx = homes.cx;
        let statement = self.statement;
        let Some(home) = homes.set(fix, self.call.whole) else { return };
        let name = match self.fate {
            Fate::Named { name, .. } if name.id.as_str() != "_" => name.id.to_string(),
            _ => task_name(cx, statement),
        };
        match self.fate {
            Fate::Named { name: target, .. } => {
                if target.id.as_str() == "_" {
                    fix.replace(target, name.as_str());
                }
            }
            _ => fix.insert(statement.start(), format!("{name} = ")),
        }
        let lines = [format!("{home}.add({name})"), format!("{name}.add_done_callback({home}.discard)")];
        let alone = has_its_line(cx, statement);
        if let Fate::Chained(_) = self.fate {
            let newline = cx.source.style().newline;
            let indent = cx.source.indentation(statement.start());
            let between = if cx.source.starts_line(statement.start()) {
                format!("{newline}{indent}")
            } else {
                "; ".to_owned()
            };
            let [add, discard] = lines;
            let end = cx.outer_range(self.call.whole).end();
            fix.insert(end, format!("{between}{add}{between}{discard}{between}{name}"));
        } else if alone {
            fix.insert_lines_after(statement, &lines);
        } else {
            fix.insert(statement.end(), format!("; {}", lines.join("; ")));
        }
    }
}

/// Whether nothing but a comment follows a statement on its line, and nothing goes before it but the head of the
/// block of which it is the only statement.
fn has_its_line(cx: &Context<'_>, statement: &Stmt) -> bool {
    let source = cx.source;
    let tail = source.slice(TextRange::new(statement.end(), source.line_end(statement.end())));
    let tail = tail.trim();
    if !(tail.is_empty() || tail.starts_with('#')) {
        return false;
    }
    if source.starts_line(statement.start()) {
        return true;
    }
    let head = source.slice(TextRange::new(source.line_start(statement.start()), statement.start()));
    cx.suite(statement).len() == 1 && head.trim_end().ends_with(':')
}
