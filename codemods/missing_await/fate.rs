//! What becomes of a value that should have been awaited.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprRef, Operator};
use ruff_text_size::Ranged;

use crate::engine::apis::Pending;
use crate::engine::context::Context;
use crate::engine::semantic::{Reaching, ScopeId, ScopeKind};

/// How many names a value is followed through.
const MAX_NAMES: u32 = 6;

/// What is done with the value of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing: it is an expression statement, or its list is one.
    Dropped,
    /// It is given to a name that nothing reads.
    Unread(String),
    /// It is used as if it were the result; in words, "a coroutine …".
    Misused(String),
    /// It may well be awaited.
    Kept,
}

/// Builtins that cannot do anything sensible with a coroutine.
const CONSUMERS: &[&str] = &[
    "builtins.abs",
    "builtins.all",
    "builtins.any",
    "builtins.bool",
    "builtins.bytes",
    "builtins.dict",
    "builtins.enumerate",
    "builtins.float",
    "builtins.frozenset",
    "builtins.int",
    "builtins.iter",
    "builtins.len",
    "builtins.list",
    "builtins.max",
    "builtins.min",
    "builtins.next",
    "builtins.print",
    "builtins.range",
    "builtins.reversed",
    "builtins.round",
    "builtins.set",
    "builtins.sorted",
    "builtins.str",
    "builtins.sum",
    "builtins.tuple",
    "builtins.zip",
    "json.dumps",
];

/// What becomes of the value of an expression that gives `pending`.
pub(super) fn fate<'a>(cx: &Context<'a>, expr: ExprRef<'a>, pending: Pending) -> Fate {
    fate_at(cx, expr, pending, 0)
}

fn fate_at<'a>(cx: &Context<'a>, expr: ExprRef<'a>, pending: Pending, names: u32) -> Fate {
    let mut at = expr;
    loop {
        let inside = at.range();
        let misused = |how: &str| Fate::Misused(how.to_owned());
        match cx.parent(&at) {
            AnyNodeRef::StmtExpr(_) => return Fate::Dropped,
            // The value passes on.
            AnyNodeRef::ExprIf(choice) => {
                if choice.test.range() == inside {
                    return misused("is always true");
                }
                at = ExprRef::from(choice);
            }
            AnyNodeRef::ExprBoolOp(operation) => {
                let is_last = operation.values.last().is_some_and(|last| last.range() == inside);
                // It is true, so the value is what stands behind it.
                if !is_last && operation.op == ast::BoolOp::And {
                    return misused("is always true");
                }
                let whole = fate_at(cx, ExprRef::from(operation), pending, names);
                return match whole {
                    Fate::Misused(_) | Fate::Dropped if !is_last => misused("is always true"),
                    whole if is_last => whole,
                    _ => Fate::Kept,
                };
            }
            AnyNodeRef::ExprListComp(list) if list.elt.range() == inside => {
                return match cx.parent(list) {
                    AnyNodeRef::StmtExpr(_) => Fate::Dropped,
                    _ => Fate::Kept,
                };
            }
            AnyNodeRef::ExprNamed(named) if named.value.range() == inside => {
                let Expr::Name(name) = &*named.target else { return Fate::Kept };
                let own = fate_at(cx, ExprRef::from(named), pending, names);
                let of_name = fate_of_name(cx, name, pending, names);
                return match (own, of_name) {
                    (Fate::Kept, _) | (_, Fate::Kept) => Fate::Kept,
                    (own, Fate::Unread(_)) => own,
                    (_, of_name) => of_name,
                };
            }
            AnyNodeRef::StmtAssign(assignment) => {
                return match assignment.targets.as_slice() {
                    [Expr::Name(name)] => fate_of_name(cx, name, pending, names),
                    [Expr::Tuple(_) | Expr::List(_)] => misused("cannot be unpacked"),
                    _ => Fate::Kept,
                };
            }
            AnyNodeRef::StmtAnnAssign(assignment) => {
                return match &*assignment.target {
                    Expr::Name(name) => fate_of_name(cx, name, pending, names),
                    _ => Fate::Kept,
                };
            }
            AnyNodeRef::StmtAugAssign(assignment) if is_arithmetic(assignment.op) => {
                return misused("takes no part in arithmetic");
            }
            AnyNodeRef::ExprAttribute(attribute) => {
                let name = attribute.attr.as_str();
                if pending.may_have_attribute(name) {
                    return Fate::Kept;
                }
                return Fate::Misused(format!("has no `{name}`"));
            }
            AnyNodeRef::ExprSubscript(subscript) if subscript.value.range() == inside => {
                return misused("has no items");
            }
            AnyNodeRef::ExprCall(call) if call.func.range() == inside => return misused("cannot be called"),
            AnyNodeRef::ExprUnaryOp(operation) => {
                return match operation.op {
                    ast::UnaryOp::Not => misused("is always true"),
                    _ => misused("takes no part in arithmetic"),
                };
            }
            AnyNodeRef::ExprBinOp(operation) if is_arithmetic(operation.op) => {
                return misused("takes no part in arithmetic");
            }
            AnyNodeRef::ExprCompare(_) => return misused("compares equal to nothing but itself"),
            AnyNodeRef::StmtIf(_) | AnyNodeRef::ElifElseClause(_) | AnyNodeRef::StmtWhile(_) => {
                return misused("is always true");
            }
            AnyNodeRef::StmtMatch(choice) if choice.subject.range() == inside => {
                return misused("is like no value that is asked for");
            }
            AnyNodeRef::StmtAssert(assertion) if assertion.test.range() == inside => {
                return misused("is always true");
            }
            AnyNodeRef::Comprehension(part) => {
                return match part.iter.range() == inside {
                    true if part.is_async => Fate::Kept,
                    true => misused("cannot be iterated"),
                    false => misused("is always true"),
                };
            }
            AnyNodeRef::StmtFor(each) if each.iter.range() == inside && !each.is_async => {
                return misused("cannot be iterated");
            }
            AnyNodeRef::ExprStarred(_) => return misused("cannot be iterated"),
            // An `await` would not do: it is to be entered with `async with`.
            AnyNodeRef::WithItem(_) if pending == Pending::Awaitable => return Fate::Kept,
            AnyNodeRef::WithItem(item) => {
                let in_plain_with = matches!(cx.parent(item), AnyNodeRef::StmtWith(with) if !with.is_async);
                return if in_plain_with { misused("is no context manager") } else { Fate::Kept };
            }
            AnyNodeRef::InterpolatedElement(element) => {
                let is_string = cx.ancestors(element).any(|node| matches!(node, AnyNodeRef::FString(_)));
                return if is_string && element.debug_text.is_none() {
                    misused("is printed as `<coroutine object …>`")
                } else {
                    Fate::Kept
                };
            }
            AnyNodeRef::Keyword(keyword) if keyword.arg.is_none() => return misused("is no mapping"),
            AnyNodeRef::Arguments(arguments) => {
                let AnyNodeRef::ExprCall(call) = cx.parent(arguments) else { return Fate::Kept };
                let is_positional = arguments.args.iter().any(|argument| argument.range() == inside);
                // Asked of few: all of them have short names.
                let may_consume = is_positional
                    && match &*call.func {
                        Expr::Name(_) => true,
                        Expr::Attribute(method) => method.attr.as_str() == "dumps",
                        _ => false,
                    };
                let callee = if may_consume { cx.symbol(&call.func) } else { None };
                return match callee.filter(|callee| CONSUMERS.contains(&&**callee)) {
                    Some(callee) if &*callee == "builtins.print" => {
                        misused("is printed as `<coroutine object …>`")
                    }
                    Some(callee) => {
                        let name = callee.strip_prefix("builtins.").unwrap_or(&callee);
                        Fate::Misused(format!("is nothing for `{name}`"))
                    }
                    None => Fate::Kept,
                };
            }
            _ => return Fate::Kept,
        }
    }
}

/// Operators that libraries do not give a meaning of their own for awaitables.
fn is_arithmetic(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Add
            | Operator::Sub
            | Operator::Mult
            | Operator::Div
            | Operator::FloorDiv
            | Operator::Mod
            | Operator::Pow
    )
}

/// What becomes of a value through the name it is given to.
fn fate_of_name<'a>(cx: &Context<'a>, name: &'a ast::ExprName, pending: Pending, names: u32) -> Fate {
    if names > MAX_NAMES {
        return Fate::Kept;
    }
    let Some(id) = cx.semantic.id(name) else { return Fate::Kept };
    let node = cx.semantic.node(id);
    let text = name.id.as_str();
    let Some(scope) = cx.semantic.lookup(text, node.scope) else { return Fate::Kept };
    let bindings = cx.semantic.bindings_of(text, scope);
    let Some(own) = bindings.iter().copied().find(|binding| cx.semantic.binding(*binding).node == id) else {
        return Fate::Kept;
    };
    let mut misuse = None;
    let mut is_read = false;
    for read in cx.semantic.reads_of(text, scope) {
        is_read = true;
        match cx.semantic.reaching(text, Some(read.node), read.scope) {
            Reaching::One(binding) if binding == own => {
                match fate_at(cx, ExprRef::from(read.name), pending, names + 1) {
                    Fate::Misused(how) => misuse = misuse.or(Some(how)),
                    Fate::Dropped => {}
                    Fate::Unread(_) | Fate::Kept => return Fate::Kept,
                }
            }
            Reaching::One(_) | Reaching::Unbound => {}
            Reaching::Many(possible) if !possible.contains(&own) => {}
            Reaching::Many(_) => return Fate::Kept,
        }
    }
    if let Some(how) = misuse {
        return Fate::Misused(how);
    }
    // What a module or class holds others may read, and a name given again may have been a first try.
    let is_local = matches!(cx.semantic.scope(scope).kind, ScopeKind::Function(_));
    let is_own = !cx.semantic.scope(node.scope).declares_outer(text);
    if !is_read && is_local && is_own && bindings.len() == 1 && !calls_locals(cx, scope) {
        return Fate::Unread(text.to_owned());
    }
    Fate::Kept
}

/// Whether a function asks for all of its names at once.
fn calls_locals(cx: &Context<'_>, scope: ScopeId) -> bool {
    cx.calls_to("builtins.locals").any(|call| cx.semantic.frame(cx.semantic.scope_of(call.expr)) == scope)
}
