//! Coroutines written as generators: `@asyncio.coroutine` and `yield from`.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::coroutines::is_awaitable;
use super::is_guarded;
use crate::engine::context::Context;
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::project::reduce::Meaning;
use crate::engine::semantic::{Node, ScopeId};

pub(super) fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for (function, scope) in &cx.semantic.functions {
        let decorator = function.decorator_list.iter().find(|decorator| is_coroutine(cx, decorator));
        let Some(decorator) = decorator.filter(|_| !is_guarded(cx, *function)) else { continue };
        let message = "`asyncio.coroutine` is gone since Python 3.11";
        fixes.at(&decorator.expression, message).safe("make it an `async def`", |fix| {
            rewrite(fix, function, *scope, decorator);
        });
    }
}

fn is_coroutine(cx: &Context<'_>, decorator: &ast::Decorator) -> bool {
    let name = match &decorator.expression {
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        Expr::Name(_) => "coroutine",
        _ => return false,
    };
    name == "coroutine"
        && matches!(
            cx.symbol(&decorator.expression).as_deref(),
            Some("asyncio.coroutine" | "asyncio.coroutines.coroutine")
        )
}

fn rewrite(
    fix: &mut FixBuilder<'_>,
    function: &ast::StmtFunctionDef,
    scope: ScopeId,
    decorator: &ast::Decorator,
) {
    let cx = fix.cx;
    let own = |node: &Node<'_>| cx.semantic.frame(node.scope) == scope;
    if cx.inside(function).any(|node| own(node) && matches!(node.ast, AnyNodeRef::ExprYield(_))) {
        fix.withhold("a `yield` makes it a generator");
        return;
    }
    let goes_over = |node: &Node<'_>| matches!(node.ast, AnyNodeRef::ExprYieldFrom(delegation) if is_gone_over(&delegation.value));
    if cx.inside(function).any(|node| own(node) && goes_over(node)) {
        fix.withhold("it delegates to what can be gone over, but not awaited");
        return;
    }
    if is_delegated_to(cx, function) {
        fix.withhold("a generator delegates to it, which cannot delegate to a coroutine");
        return;
    }
    fix.delete_decorator(decorator);
    if !function.is_async {
        let Some(def) = def_start(cx, function) else {
            fix.withhold("its `def` was not found");
            return;
        };
        fix.insert(def, "async ");
    }
    let mut unknown = false;
    let delegates =
        cx.inside(function).any(|node| own(node) && matches!(node.ast, AnyNodeRef::ExprYieldFrom(_)));
    for node in cx.inside(function).filter(|node| own(node)) {
        match node.ast {
            AnyNodeRef::ExprYieldFrom(delegation) => {
                unknown |= !awaits(cx, &delegation.value);
                replace_delegation(fix, delegation);
            }
            AnyNodeRef::StmtReturn(ast::StmtReturn { value: Some(value), .. }) => {
                // What such a function without `yield from` returned was awaited if it could be.
                unknown |= !delegates && holds_call(cx, value);
            }
            _ => {}
        }
        if fix.is_withheld() {
            return;
        }
    }
    let is_plain = |other: &ast::Decorator| {
        other.range == decorator.range
            || matches!(&other.expression, Expr::Name(name)
                if matches!(name.id.as_str(), "staticmethod" | "classmethod"))
    };
    if unknown {
        fix.demote("whether all that it delegates to or returns can be awaited is not known");
    } else if !function.decorator_list.iter().all(is_plain) {
        fix.demote("another decorator may want a generator");
    }
}

/// Whether `await` takes what `yield from` is given, calls of functions that this codemod turns included.
fn awaits(cx: &Context<'_>, value: &Expr) -> bool {
    if is_awaitable(cx, value) {
        return true;
    }
    let Expr::Call(call) = value else { return false };
    let Meaning::Function(id) = cx.meaning(&call.func) else {
        return is_decorated_here(cx, &call.func);
    };
    // Those that this codemod turns count as what they become.
    let function = cx.world.function(id);
    function.is_async && !function.is_generator
}

/// Whether a name or a method of `self` is one of the file's own generators that this codemod turns.
fn is_decorated_here(cx: &Context<'_>, func: &Expr) -> bool {
    let name = match func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) if matches!(&*attribute.value, Expr::Name(name) if name.id.as_str() == "self") => {
            attribute.attr.as_str()
        }
        _ => return false,
    };
    let mut named =
        cx.semantic.functions.iter().filter(|(function, _)| function.name.as_str() == name).peekable();
    named.peek().is_some()
        && named.all(|(function, _)| {
            function.is_async || function.decorator_list.iter().any(|decorator| is_coroutine(cx, decorator))
        })
}

/// `yield from x` becomes `await x`, and `with (yield from lock)` becomes `async with lock`.
fn replace_delegation(fix: &mut FixBuilder<'_>, delegation: &ast::ExprYieldFrom) {
    let cx = fix.cx;
    let value = cx.outer_range(&delegation.value);
    let words = TextRange::new(delegation.start(), value.start());
    if cx.source.has_comment(words) {
        fix.withhold("a comment stands where code would go");
        return;
    }
    if let AnyNodeRef::WithItem(_) = cx.parent(delegation) {
        let AnyNodeRef::StmtWith(with) =
            cx.ancestors(delegation).nth(1).unwrap_or(AnyNodeRef::from(delegation))
        else {
            return;
        };
        let [item] = with.items.as_slice() else {
            fix.withhold("the `with` enters something else too");
            return;
        };
        let range = cx.outer_range(&item.context_expr);
        fix.insert(with.start(), "async ");
        fix.replace(TextRange::new(range.start(), value.start()), "");
        fix.replace(TextRange::new(value.end(), range.end()), "");
        return;
    }
    fix.replace(words, "await ");
    let is_bare = value == delegation.value.range();
    let is_primary =
        matches!(&*delegation.value, Expr::Call(_) | Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_));
    if is_bare && !is_primary {
        fix.insert(value.start(), "(");
        fix.insert(value.end(), ")");
    }
}

/// Whether it is written as a collection or a generator: `yield from []`.
fn is_gone_over(value: &Expr) -> bool {
    value.is_literal_expr()
        || matches!(
            value,
            Expr::Dict(_)
                | Expr::DictComp(_)
                | Expr::Generator(_)
                | Expr::List(_)
                | Expr::ListComp(_)
                | Expr::Set(_)
                | Expr::SetComp(_)
                | Expr::Tuple(_)
        )
}

fn def_start(cx: &Context<'_>, function: &ast::StmtFunctionDef) -> Option<TextSize> {
    let from = function.decorator_list.last().map_or(function.start(), Ranged::end);
    let head = TextRange::new(from, function.name.start());
    let mut tokens = cx.source.tokens().in_range(head).iter();
    tokens.find(|token| token.kind() == TokenKind::Def).map(Ranged::start)
}

fn holds_call(cx: &Context<'_>, value: &Expr) -> bool {
    matches!(value, Expr::Call(_) | Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_))
        && !matches!(cx.symbol(value).as_deref(), Some(symbol) if symbol.starts_with("builtins."))
}

/// Whether a plain generator of the file delegates to a function of this name.
fn is_delegated_to(cx: &Context<'_>, function: &ast::StmtFunctionDef) -> bool {
    cx.nodes().iter().any(|node| {
        let AnyNodeRef::ExprYieldFrom(delegation) = node.ast else { return false };
        let Expr::Call(call) = &*delegation.value else { return false };
        let name = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return false,
        };
        let is_turned = cx.enclosing_function(delegation).is_some_and(|around| {
            around.is_async || around.decorator_list.iter().any(|decorator| is_coroutine(cx, decorator))
        });
        name == function.name.as_str() && !is_turned
    })
}
