//! What asyncio has removed or is about to.

mod coroutines;
mod examples;
mod generators;
mod names;
mod removed;

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::Context;
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::project::marks::Lead;
use crate::engine::semantic::BindingKind;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "deprecated-asyncio",
    summary: "use what asyncio has today in place of what it removed or is about to remove",
    rationale: "\
Python took away the `loop=` arguments (3.10), `@asyncio.coroutine` and coroutines given to `asyncio.wait` (3.11),
`Task.all_tasks` and `Task.current_task` (3.9) and the child watchers (3.14). `asyncio.iscoroutinefunction` and the
event loop policies warn since 3.14 and are gone in 3.16. Each has a successor that works in every Python that is still
supported. `asyncio.ensure_future` is here too where it is given a coroutine in code that runs on the loop:
`asyncio.create_task` says what happens. From 3.11 on, `asyncio.TimeoutError` is the builtin and `async_timeout.timeout`
is `asyncio.timeout`; below that target they are left alone.

What depends on the oldest Python to be supported follows `target-version`. A `loop=` argument does nothing but fail
where it is removed, and names the loop that runs anyway in most programs before that, so taking it away is safe from
3.10 on and unsafe below. Code that asks for the version of Python, or for whether a name exists, is left alone.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    aliases: &["UP041"],
    leads: &[Lead::Coroutine],
    examples: examples::EXAMPLES,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    if !is_imported(cx) {
        return;
    }
    names::run(cx, fixes);
    coroutines::run(cx, fixes);
    removed::run(cx, fixes);
    generators::run(cx, fixes);
}

/// Whether the file imports anything this codemod speaks of: most that are looked at do, the others cost nothing.
fn is_imported(cx: &Context<'_>) -> bool {
    cx.semantic.bindings.iter().any(|binding| {
        let module = match binding.kind {
            BindingKind::Import { alias } => alias.name.as_str(),
            BindingKind::ImportFrom { statement, .. } => statement.module.as_deref().unwrap_or_default(),
            _ => return false,
        };
        matches!(module.split('.').next(), Some("asyncio" | "async_timeout"))
    })
}

/// Whether the author looked which Python, or which asyncio, runs here: in a test around the node or by catching the
/// error, or means to see the warning.
fn is_guarded(cx: &Context<'_>, node: &impl ast::HasNodeIndex) -> bool {
    cx.ancestors(node).any(|around| match around {
        AnyNodeRef::StmtIf(statement) => {
            let mut tests = statement.elif_else_clauses.iter().filter_map(|clause| clause.test.as_ref());
            asks_for_version(cx, &statement.test) || tests.any(|test| asks_for_version(cx, test))
        }
        AnyNodeRef::ExprIf(choice) => asks_for_version(cx, &choice.test),
        AnyNodeRef::ExprBoolOp(parts) => parts.values.iter().any(|part| asks_for_version(cx, part)),
        AnyNodeRef::StmtTry(statement) => statement.handlers.iter().any(|handler| {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            handler.type_.as_deref().is_some_and(|kind| {
                let kind = cx.text(kind);
                ["AttributeError", "ImportError", "NameError", "NotImplementedError", "TypeError"]
                    .iter()
                    .any(|name| kind.contains(name))
            })
        }),
        // What the block expects, and not what is named for that: `raises(asyncio.TimeoutError)`.
        AnyNodeRef::StmtWith(statement) if !is_in_head(cx, statement, node) => {
            statement.items.iter().any(|item| {
                let manager = cx.text(&item.context_expr).to_ascii_lowercase();
                ["catch_warnings", "deprecated_call", "raises", "warns", "suppress"]
                    .iter()
                    .any(|name| manager.contains(name))
            })
        }
        _ => false,
    })
}

/// Whether a node is part of what a `with` enters.
fn is_in_head(cx: &Context<'_>, statement: &ast::StmtWith, node: &impl ast::HasNodeIndex) -> bool {
    let Some(id) = cx.semantic.id(node) else { return false };
    let at = cx.semantic.node(id).ast.range();
    statement.items.iter().any(|item| item.range().contains_range(at))
}

fn asks_for_version(cx: &Context<'_>, test: &Expr) -> bool {
    let text = cx.text(test);
    ["version", "hasattr", "PY3", "PY_", "hexversion", "PYTHON"].iter().any(|word| text.contains(word))
}

/// Whether the code stands at module level, where no loop runs.
fn at_module_level(cx: &Context<'_>, node: &impl ast::HasNodeIndex) -> bool {
    cx.semantic.frame(cx.semantic.scope_of(node)) == 0
}

/// How `name` of asyncio's is written in the place of `expr`, another of its names.
fn spell(fix: &mut FixBuilder<'_>, expr: &Expr, name: &str) -> String {
    if let Expr::Attribute(attribute) = expr
        && fix.cx.symbol(&attribute.value).as_deref() == Some("asyncio")
    {
        return format!("{}.{name}", fix.cx.text(&*attribute.value));
    }
    fix.import(&format!("asyncio.{name}"))
}

/// Whether nothing that will be replaced holds a comment; the fix is withheld otherwise.
fn keeps_comments(fix: &mut FixBuilder<'_>, node: impl Ranged) -> bool {
    let holds = fix.cx.source.has_comment(node.range());
    if holds {
        fix.withhold("a comment stands where code would go");
    }
    !holds
}
