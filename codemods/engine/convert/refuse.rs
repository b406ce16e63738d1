//! What keeps a function from becoming a coroutine function, whoever calls it.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::{is_thread_lock, method_owner};
use crate::engine::context::Context;
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::engine::project::summary::passing::Passed;

/// Decorators that do with a coroutine function what they do with a plain one.
const COLOURLESS: &[&str] = &[
    "abc.abstractmethod",
    "builtins.classmethod",
    "builtins.staticmethod",
    "tenacity.retry",
    "typing.final",
    "typing.no_type_check",
    "typing.override",
    "typing_extensions.deprecated",
    "typing_extensions.final",
    "typing_extensions.override",
    "warnings.deprecated",
];

/// Methods that a base class outside of the project calls itself, though it brings nothing else that matters:
/// those of `pydantic.BaseModel`, `Exception` and `Enum`.
const METHODS_OF_BASES: &[&str] = &[
    "add_note",
    "construct",
    "copy",
    "dict",
    "from_orm",
    "json",
    "parse_file",
    "parse_obj",
    "parse_raw",
    "schema",
    "schema_json",
    "update_forward_refs",
    "validate",
    "with_traceback",
];

/// Why this function must stay a plain one; `None` when nothing in its definition says so.
pub(super) fn definition(
    cx: &Context<'_>,
    function: &ast::StmtFunctionDef,
    id: FunctionId,
) -> Option<String> {
    let name = function.name.as_str();
    if name.starts_with("__") && name.ends_with("__") {
        return Some("Python itself calls it".to_owned());
    }
    let summary = cx.world.function(id);
    for (decorator, raw) in function.decorator_list.iter().zip(&summary.decorators) {
        let symbol = cx.world.spelling(&cx.world.meaning(raw, cx.file)).unwrap_or_default();
        let called = symbol.strip_suffix("()").unwrap_or(&symbol);
        if !COLOURLESS.contains(&called) {
            let text = cx.text(&decorator.expression);
            return Some(match called {
                "builtins.property" | "functools.cached_property" | "abc.abstractproperty" => {
                    "it is a property, which cannot be awaited".to_owned()
                }
                _ => format!("`@{text}` may not take a coroutine function"),
            });
        }
    }
    if summary.is_generator {
        return Some("it is a generator".to_owned());
    }
    if name.starts_with("test") && is_test_file(cx.source.path) {
        return Some("it is a test, which a plugin would have to run".to_owned());
    }
    if let Some(reason) = of_class(cx, id, name) {
        return Some(reason);
    }
    if cx.world.summary(cx.file).is_some_and(|own| own.names.contains_key(&summary.qualname)) {
        return Some("its name is bound to something else too".to_owned());
    }
    if cx.project.loop_chain(id.file, &summary.qualname, &Passed::anything()).is_some() {
        return Some("it runs an event loop of its own".to_owned());
    }
    body(cx, function)
}

fn is_test_file(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.starts_with("test_") || file.ends_with("_test.py") || file == "conftest.py"
}

fn of_class(cx: &Context<'_>, id: FunctionId, name: &str) -> Option<String> {
    let (class, _) = method_owner(&cx.world, id)?;
    let known = cx.world.lineage(class);
    let (lineage, outside) = &*known;
    if let Some(base) = outside {
        return Some(match base {
            Meaning::External(base) => format!("it may override a method of `{base}`"),
            _ => "a base class of its class is not known".to_owned(),
        });
    }
    let is_of_base = METHODS_OF_BASES.contains(&name) || name.starts_with("model_");
    if is_of_base && lineage.iter().any(|class| !cx.world.class(*class).bases.is_empty()) {
        return Some("it may override a method that its base class calls".to_owned());
    }
    let decorated = lineage.iter().find(|class| !cx.world.keeps_its_methods(**class, name))?;
    let class = &cx.world.class(*decorated).qualname;
    Some(format!("a decorator or an attribute of `{class}` may stand for it"))
}

/// What in the function's own code does not go with an `await`.
fn body(cx: &Context<'_>, function: &ast::StmtFunctionDef) -> Option<String> {
    let own_scope = cx.semantic.functions.iter().find(|(each, _)| std::ptr::eq(*each, function))?.1;
    for node in cx.inside(function) {
        if cx.semantic.frame(node.scope) != own_scope {
            continue;
        }
        match node.ast {
            AnyNodeRef::StmtWith(with)
                if !with.is_async && with.items.iter().any(|item| is_thread_lock(cx, &item.context_expr)) =>
            {
                return Some("it holds a thread's lock, and other tasks would run meanwhile".to_owned());
            }
            AnyNodeRef::StmtRaise(raise) => {
                let raised = match raise.exc.as_deref() {
                    Some(Expr::Call(call)) => Some(&*call.func),
                    other => other,
                };
                if raised.is_some_and(|raised| cx.text(raised.range()) == "StopIteration") {
                    return Some("it raises `StopIteration`, which a coroutine cannot".to_owned());
                }
            }
            _ => {}
        }
    }
    None
}
