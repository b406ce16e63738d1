//! Coroutines that are the values of a mapping: `gather(*{key: f(key) for key in keys}.values())`.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use crate::engine::context::{Call, Context};
use crate::engine::semantic::{BindingKind, Reaching};

/// What may look at the keys of a mapping and not at its values.
const LOOKS: &[&str] = &[
    "builtins.enumerate",
    "builtins.len",
    "builtins.list",
    "builtins.set",
    "builtins.sorted",
    "builtins.tuple",
    "builtins.zip",
];

/// The comprehension that makes the mapping whose `values()` `at` takes, if it is made here for this gather alone.
pub(super) fn made<'a>(
    cx: &Context<'a>,
    mapping: &'a Expr,
    at: &Call<'_, 'a>,
) -> Option<&'a ast::ExprDictComp> {
    match mapping {
        Expr::DictComp(made) => Some(made),
        Expr::Name(name) => made_for(cx, name, at),
        _ => None,
    }
}

/// The comprehension that a local name holds, if all else that reads it looks at the keys.
fn made_for<'a>(
    cx: &Context<'a>,
    name: &'a ast::ExprName,
    at: &Call<'_, 'a>,
) -> Option<&'a ast::ExprDictComp> {
    let semantic = cx.semantic;
    let id = semantic.id(name)?;
    let Reaching::One(binding) = semantic.reaching(name.id.as_str(), Some(id), semantic.node(id).scope)
    else {
        return None;
    };
    let binding = semantic.binding(binding);
    let (BindingKind::Assignment { value: Expr::DictComp(made), unpacked: None }
    | BindingKind::Annotated { value: Some(Expr::DictComp(made)), .. }) = binding.kind
    else {
        return None;
    };
    let frame = semantic.frame(binding.scope);
    let in_loop = cx
        .ancestors(at.expr)
        .take_while(|around| !around.range().contains_range(made.range()))
        .any(|around| matches!(around, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)));
    let others =
        semantic.reads_of(binding.name, binding.scope).filter(|read| read.name.range() != name.range());
    let is_ours = semantic.bindings_of(binding.name, binding.scope).len() == 1
        && semantic.frame(semantic.scope_of(at.expr)) == frame
        && !in_loop
        && others.into_iter().all(|read| semantic.frame(read.scope) == frame && is_look(cx, read.name));
    is_ours.then_some(made)
}

fn is_look(cx: &Context<'_>, name: &ast::ExprName) -> bool {
    match cx.parent(name) {
        AnyNodeRef::Arguments(arguments) => matches!(
            cx.parent(arguments),
            AnyNodeRef::ExprCall(call) if cx.symbol(&call.func).is_some_and(|called| LOOKS.contains(&&*called))
        ),
        AnyNodeRef::ExprAttribute(attribute) => attribute.attr.as_str() == "keys",
        AnyNodeRef::StmtFor(each) => each.iter.range() == name.range(),
        AnyNodeRef::Comprehension(each) => each.iter.range() == name.range(),
        AnyNodeRef::StmtIf(branch) => branch.test.range() == name.range(),
        AnyNodeRef::ExprUnaryOp(not) => not.op == ast::UnaryOp::Not,
        _ => false,
    }
}
