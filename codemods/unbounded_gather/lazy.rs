//! Whether a comprehension may be read while its coroutines run: `gather` reads all of it before.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};

use crate::engine::context::Context;
use crate::engine::semantic::BindingKind;

/// How far a value may be from its use.
const MAX_DEPTH: u32 = 8;

/// Whether nobody can tell when the items of `map(f, xs)` are made.
pub(super) fn map_is_unhurried(cx: &Context<'_>, map: &ast::ExprCall) -> bool {
    match &*map.arguments.args {
        [Expr::Name(_) | Expr::Attribute(_), over @ ..] => over.iter().all(|over| is_private(cx, over, 0)),
        _ => false,
    }
}

/// Whether nobody can tell when the items of a comprehension are made: what it iterates over is its own, and what
/// it evaluates for each item depends on nothing that the coroutines could change meanwhile.
pub(super) fn is_unhurried(cx: &Context<'_>, element: &Expr, generators: &[ast::Comprehension]) -> bool {
    let targets: Vec<&str> = generators.iter().flat_map(|each| names(&each.target)).collect();
    let steady = |expr: &Expr| is_steady(cx, expr, &targets);
    let clauses = generators.iter().enumerate().all(|(index, each)| {
        let iter = if index == 0 { is_private(cx, &each.iter, 0) } else { steady(&each.iter) };
        !each.is_async && iter && each.ifs.iter().all(steady)
    });
    let Expr::Call(call) = element else { return false };
    let arguments = &call.arguments;
    clauses
        && is_path(&call.func)
        && arguments.args.iter().all(steady)
        && arguments.keywords.iter().all(|keyword| steady(&keyword.value))
}

fn names(target: &Expr) -> Vec<&str> {
    match target {
        Expr::Name(name) => vec![name.id.as_str()],
        Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
            elts.iter().flat_map(names).collect()
        }
        Expr::Starred(starred) => names(&starred.value),
        _ => Vec::new(),
    }
}

/// `fetch`, `self.client.fetch`.
fn is_path(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_) => true,
        Expr::Attribute(attribute) => is_path(&attribute.value),
        _ => false,
    }
}

/// Whether evaluating an expression later gives the same.
fn is_steady(cx: &Context<'_>, expr: &Expr, targets: &[&str]) -> bool {
    !any_over_expr(expr, |each| match each {
        // Only the items' own attributes: those of other objects may change.
        Expr::Attribute(attribute) => {
            !matches!(&*attribute.value, Expr::Name(name) if targets.contains(&name.id.as_str()))
        }
        Expr::Subscript(item) => {
            !matches!(&*item.value, Expr::Name(name) if targets.contains(&name.id.as_str()))
        }
        Expr::Name(name) => !targets.contains(&name.id.as_str()) && is_rebound(cx, name),
        Expr::Compare(compare) => {
            compare.ops.iter().any(|op| matches!(op, ast::CmpOp::In | ast::CmpOp::NotIn))
        }
        Expr::Call(_)
        | Expr::Await(_)
        | Expr::Named(_)
        | Expr::Yield(_)
        | Expr::YieldFrom(_)
        | Expr::Lambda(_)
        | Expr::ListComp(_)
        | Expr::SetComp(_)
        | Expr::DictComp(_)
        | Expr::Generator(_) => true,
        _ => false,
    })
}

fn is_rebound(cx: &Context<'_>, name: &ast::ExprName) -> bool {
    let semantic = cx.semantic;
    let Some(id) = semantic.id(name) else { return true };
    match semantic.lookup(name.id.as_str(), semantic.node(id).scope) {
        Some(scope) => semantic.bindings_of(name.id.as_str(), scope).len() > 1,
        None => false,
    }
}

/// Whether what an expression gives is nobody else's: made on the spot, or a local that is only looked at.
fn is_private(cx: &Context<'_>, expr: &Expr, depth: u32) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let depth = depth + 1;
    match expr {
        Expr::List(_)
        | Expr::Tuple(_)
        | Expr::Set(_)
        | Expr::Dict(_)
        | Expr::ListComp(_)
        | Expr::SetComp(_)
        | Expr::DictComp(_)
        | Expr::StringLiteral(_) => true,
        Expr::Call(call) => {
            if let Expr::Attribute(method) = &*call.func {
                match method.attr.as_str() {
                    "split" | "splitlines" | "copy" => return true,
                    "items" | "keys" | "values" => return is_private(cx, &method.value, depth),
                    _ => {}
                }
            }
            let arguments = &call.arguments.args;
            match cx.symbol(&call.func).as_deref() {
                Some(
                    "builtins.range" | "builtins.sorted" | "builtins.list" | "builtins.tuple"
                    | "builtins.set" | "builtins.frozenset" | "builtins.dict",
                ) => true,
                Some("builtins.enumerate" | "builtins.zip" | "builtins.reversed" | "itertools.islice") => {
                    let views = arguments.iter().filter(|argument| !argument.is_number_literal_expr());
                    views.clone().all(|argument| is_private(cx, argument, depth))
                }
                _ => false,
            }
        }
        Expr::Name(name) => is_private_name(cx, name, depth),
        _ => false,
    }
}

/// A name bound once, to something private, and never handed on.
fn is_private_name(cx: &Context<'_>, name: &ast::ExprName, depth: u32) -> bool {
    let semantic = cx.semantic;
    let Some(binding) = cx.binding_read(name) else { return false };
    let value = match binding.kind {
        BindingKind::Assignment { value, unpacked: None } => value,
        BindingKind::Annotated { value: Some(value), .. } => value,
        _ => return false,
    };
    if semantic.bindings_of(binding.name, binding.scope).len() != 1 || !is_private(cx, value, depth) {
        return false;
    }
    let here = semantic.frame(semantic.scope_of(name));
    let own = semantic.frame(binding.scope) == here;
    let is_module = binding.scope == 0;
    if !own && !is_module || is_module && cx.is_imported_elsewhere(binding.name) {
        return false;
    }
    semantic.reads_of(binding.name, binding.scope).all(|read| {
        let is_own = is_module || semantic.frame(read.scope) == here;
        is_own && only_looks(cx, read.name, is_module)
    })
}

/// Whether a read of a collection's name neither changes the collection nor hands it on.
fn only_looks(cx: &Context<'_>, name: &ast::ExprName, is_module: bool) -> bool {
    match cx.parent(name) {
        AnyNodeRef::Comprehension(_) | AnyNodeRef::StmtFor(_) | AnyNodeRef::ExprCompare(_) => true,
        AnyNodeRef::StmtIf(_) | AnyNodeRef::ExprUnaryOp(_) => true,
        AnyNodeRef::ExprSubscript(item) => item.ctx == ast::ExprContext::Load,
        AnyNodeRef::ExprAttribute(attribute) => match attribute.attr.as_str() {
            "items" | "keys" | "values" => true,
            // Filling it before is what a local list is for.
            "append" | "extend" | "add" | "update" => !is_module,
            _ => false,
        },
        AnyNodeRef::Arguments(arguments) => {
            let AnyNodeRef::ExprCall(call) = cx.parent(arguments) else { return false };
            matches!(
                cx.symbol(&call.func).as_deref(),
                Some(
                    "builtins.len"
                        | "builtins.print"
                        | "builtins.enumerate"
                        | "builtins.zip"
                        | "builtins.sorted"
                        | "builtins.list"
                        | "builtins.tuple"
                        | "builtins.set"
                        | "builtins.sum"
                        | "builtins.min"
                        | "builtins.max"
                        | "builtins.reversed"
                        | "builtins.map"
                        | "builtins.dict"
                )
            )
        }
        _ => false,
    }
}
