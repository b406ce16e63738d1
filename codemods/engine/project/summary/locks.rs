//! Which locks functions take while they hold others, by their own code.
//!
//! A lock is known by where it is kept: a variable of a module, or an attribute of a class by way of `self`. Two
//! objects of a class have two locks, so what is reached otherwise than from `self` or a module does not count.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::Summary;
use crate::engine::flow::{Effect, Flow, Step};
use crate::engine::semantic::{BindingKind, ScopeId, Semantic};
use crate::engine::source::Source;

/// What a function's own code does with locks.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Locks {
    /// Raw paths: `m.lock`, `m.Class()._lock`. At most 64; what is held is told by bits in this order.
    pub(crate) names: Vec<Box<str>>,
    pub(crate) taken: Vec<Taken>,
    /// Awaited calls made with something held: the row and raw symbol of each.
    pub(crate) calls: Vec<(u32, Box<str>, u64)>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Taken {
    pub(crate) lock: u8,
    pub(crate) row: u32,
    pub(crate) held: u64,
    /// Whether every call that returns has come by here.
    pub(crate) is_certain: bool,
}

impl Summary {
    /// Notes what functions do with locks; only those that take one cost anything.
    pub(super) fn gather_locks(
        &mut self,
        source: &Source<'_>,
        semantic: &Semantic<'_>,
        owner: &dyn Fn(ScopeId) -> Option<usize>,
    ) {
        let mut scopes: Vec<ScopeId> = Vec::new();
        for id in &semantic.withs {
            let node = semantic.node(*id);
            let AnyNodeRef::StmtWith(with) = node.ast else { continue };
            let locks = |item: &ast::WithItem| path(semantic, &item.context_expr).is_some();
            if with.is_async && with.items.iter().any(locks) {
                scopes.push(semantic.frame(node.scope));
            }
        }
        for (_, call) in &semantic.calls {
            if acquired(semantic, call).is_some() {
                scopes.push(semantic.frame(semantic.scope_of(*call)));
            }
        }
        if scopes.is_empty() {
            return;
        }
        for (function, scope) in &semantic.functions {
            if !function.is_async || !scopes.contains(scope) {
                continue;
            }
            let (Some(at), Some(flow)) = (owner(*scope), Flow::new(semantic, function)) else { continue };
            self.functions[at].locks = of_flow(source, semantic, &flow).map(Box::new);
        }
    }
}

/// The lock on which `acquire` or `release` is called.
fn acquired<'a>(semantic: &Semantic<'_>, call: &'a ast::ExprCall) -> Option<(&'a str, String)> {
    let Expr::Attribute(method) = &*call.func else { return None };
    let name = method.attr.as_str();
    matches!(name, "acquire" | "release").then_some(())?;
    Some((name, path(semantic, &method.value)?))
}

/// Where something that may be a lock is kept.
fn path(semantic: &Semantic<'_>, expr: &Expr) -> Option<String> {
    let scope = semantic.scope_of(expr);
    match expr {
        Expr::Name(name) => {
            let id = name.id.as_str();
            (semantic.lookup(id, scope)? == 0).then_some(())?;
            let bindings = semantic.bindings_of(id, 0);
            let kinds = || bindings.iter().map(|binding| semantic.binding(*binding).kind);
            if let [only] = bindings
                && matches!(semantic.binding(*only).kind, BindingKind::ImportFrom { .. })
            {
                return semantic.binding_symbol(*only).map(|symbol| symbol.to_string());
            }
            let is_variable =
                |kind| matches!(kind, BindingKind::Assignment { .. } | BindingKind::Annotated { .. });
            kinds().all(is_variable).then(|| format!("{}.{id}", semantic.module))
        }
        Expr::Attribute(attribute) => {
            let mut root = &*attribute.value;
            while let Expr::Attribute(inner) = root {
                root = &inner.value;
            }
            let Expr::Name(root) = root else { return None };
            let bound_in = semantic.lookup(root.id.as_str(), scope)?;
            if bound_in != 0 {
                // A parameter without a type that is an object of the class all the same is `self`.
                let [only] = semantic.bindings_of(root.id.as_str(), bound_in) else { return None };
                let binding = semantic.binding(*only);
                let BindingKind::Parameter { parameter, .. } = binding.kind else { return None };
                (parameter.annotation.is_none() && semantic.binding_symbol(*only).is_some()).then_some(())?;
            }
            semantic.symbol(expr, scope).map(|symbol| symbol.to_string())
        }
        _ => None,
    }
}

fn of_flow(source: &Source<'_>, semantic: &Semantic<'_>, flow: &Flow<'_>) -> Option<Locks> {
    let mut locks = Locks::default();
    let mut effects: FxHashMap<u32, Effect> = FxHashMap::default();
    let mut takes: Vec<(u32, u8)> = Vec::new();
    let mut numbers: FxHashMap<String, u8> = FxHashMap::default();
    for (id, point) in (0..).zip(&flow.points) {
        let (lock, effect): (String, fn(u8) -> Effect) = match (point.step, point.node) {
            (Step::Enter | Step::Exit, AnyNodeRef::WithItem(item)) if point.pauses() => {
                let Some(lock) = path(semantic, &item.context_expr) else { continue };
                (lock, if point.step == Step::Enter { Effect::Takes } else { Effect::Frees })
            }
            (Step::Evaluate, AnyNodeRef::ExprAwait(awaited)) => {
                let Expr::Call(call) = &*awaited.value else { continue };
                match acquired(semantic, call) {
                    Some(("acquire", lock)) => (lock, Effect::Takes),
                    _ => continue,
                }
            }
            (Step::Evaluate, AnyNodeRef::ExprCall(call)) => match acquired(semantic, call) {
                Some(("release", lock)) => (lock, Effect::Frees),
                _ => continue,
            },
            _ => continue,
        };
        let next = numbers.len() as u8;
        let number = *numbers.entry(lock.clone()).or_insert(next);
        if number == next {
            locks.names.push(lock.into());
        }
        if locks.names.len() > 64 {
            return None;
        }
        let effect = effect(number);
        if matches!(effect, Effect::Takes(_)) {
            takes.push((id, number));
        }
        effects.insert(id, effect);
    }
    let held = flow.held(|id| effects.get(&id).copied().unwrap_or(Effect::Nothing));
    let mut seen: FxHashSet<(u32, u8)> = FxHashSet::default();
    for (id, lock) in takes {
        let row = source.row(flow.point(id).node.start());
        // No way leads to a point where everything is held.
        let held = held.must[id as usize];
        if held != u64::MAX && seen.insert((row, lock)) {
            let is_certain = flow.escapes(Flow::START, |at| at == id).end.is_none();
            locks.taken.push(Taken { lock, row, held, is_certain });
        }
    }
    for (point, held) in flow.points.iter().zip(&held.must) {
        let AnyNodeRef::ExprAwait(awaited) = point.node else { continue };
        let Expr::Call(call) = &*awaited.value else { continue };
        if *held == 0 || *held == u64::MAX || point.step != Step::Evaluate {
            continue;
        }
        let symbol = semantic.symbol(&call.func, semantic.scope_of(&*call.func));
        if let Some(symbol) = symbol.filter(|_| acquired(semantic, call).is_none()) {
            locks.calls.push((source.row(call.start()), symbol.as_ref().into(), *held));
        }
    }
    locks.calls.dedup();
    (!locks.taken.is_empty()).then_some(locks)
}
