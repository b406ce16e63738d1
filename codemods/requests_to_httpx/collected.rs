//! Responses that are kept in a list, and taken out of it again.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};

use super::arguments::argument_of;
use super::values::id;
use crate::engine::context::Context;
use crate::engine::semantic::NodeId;

/// What becomes of an expression that holds responses.
pub(super) enum CollectionUse<'a> {
    /// It gets a name.
    Named(&'a ast::ExprName),
    /// It is gone over, and this is the name of each item.
    Items(&'a ast::ExprName),
    /// One item is taken by its number.
    Item(NodeId),
    Other,
}

/// What becomes of the collection at a node.
pub(super) fn use_of<'a>(cx: &Context<'a>, at: NodeId) -> CollectionUse<'a> {
    let parent = cx.semantic.node(at).parent;
    match cx.semantic.node(parent).ast {
        AnyNodeRef::StmtAssign(ast::StmtAssign { targets, value, .. }) if id(cx, &**value) == at => {
            match targets.as_slice() {
                [Expr::Name(name)] => CollectionUse::Named(name),
                _ => CollectionUse::Other,
            }
        }
        AnyNodeRef::StmtFor(each) if id(cx, &*each.iter) == at => items(&each.target, None),
        AnyNodeRef::Comprehension(each) if id(cx, &each.iter) == at => items(&each.target, None),
        AnyNodeRef::ExprSubscript(part) if id(cx, &*part.value) == at && !part.slice.is_slice_expr() => {
            CollectionUse::Item(parent)
        }
        AnyNodeRef::Arguments(arguments) => {
            let Some(call) = argument_of(cx, at) else { return CollectionUse::Other };
            let place = match cx.symbol(&call.func).as_deref() {
                Some("builtins.enumerate") => Some(1),
                Some("builtins.zip") => arguments.args.iter().position(|argument| id(cx, argument) == at),
                Some("builtins.reversed" | "builtins.list" | "builtins.tuple") => None,
                _ => return CollectionUse::Other,
            };
            match cx.parent(call) {
                AnyNodeRef::StmtFor(each) => items(&each.target, place),
                AnyNodeRef::Comprehension(each) => items(&each.target, place),
                _ => CollectionUse::Other,
            }
        }
        _ => CollectionUse::Other,
    }
}

/// The name that a loop's target has for the items, or for the part at this place of each.
fn items(target: &Expr, place: Option<usize>) -> CollectionUse<'_> {
    let name = match (target, place) {
        (Expr::Name(name), None) => Some(name),
        (Expr::Tuple(parts), Some(place)) => parts.elts.get(place).and_then(Expr::as_name_expr),
        _ => None,
    };
    name.map_or(CollectionUse::Other, CollectionUse::Items)
}

/// The list that a call appends to: `responses.append(…)`.
pub(super) fn appended_to<'a>(cx: &Context<'a>, call: &'a ast::ExprCall) -> Option<&'a ast::ExprName> {
    let Expr::Attribute(method) = &*call.func else { return None };
    let list = method.value.as_name_expr()?;
    (method.attr.as_str() == "append" && cx.semantic.id(list).is_some()).then_some(list)
}

/// What is added to a list where its name is read, if it is there for that.
pub(super) fn added_to<'a>(cx: &Context<'a>, read: NodeId) -> Option<&'a Expr> {
    let AnyNodeRef::ExprAttribute(method) = cx.semantic.node(cx.semantic.node(read).parent).ast else {
        return None;
    };
    let AnyNodeRef::ExprCall(call) = cx.parent(method) else { return None };
    matches!(method.attr.as_str(), "append" | "extend" | "insert" | "add")
        .then(|| call.arguments.args.last())
        .flatten()
}

/// The name that takes one part of a tuple: `first, second = …, …`.
pub(super) fn unpacked<'a>(cx: &Context<'a>, tuple: NodeId, place: usize) -> Option<&'a ast::ExprName> {
    let parent = cx.semantic.node(cx.semantic.node(tuple).parent).ast;
    let AnyNodeRef::StmtAssign(ast::StmtAssign { targets, .. }) = parent else { return None };
    let [Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. })] =
        targets.as_slice()
    else {
        return None;
    };
    if elts.iter().any(Expr::is_starred_expr) {
        return None;
    }
    elts.get(place)?.as_name_expr()
}
