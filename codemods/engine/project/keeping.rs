//! Decorators that the project defines and that keep what they are given: a call still runs the function.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::conduct::Conduct;
use super::reduce::{FunctionId, Meaning, World};
use super::summary::Summary;
use crate::engine::semantic::{NodeId, ScopeId, ScopeKind, Semantic};
use crate::engine::source::Source;

/// What a function gives back of the function it is called with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Keeping {
    /// The function itself.
    Same,
    /// A plain function around it that calls it, by its number: `@functools.wraps(func) def wrapper(…): func(…)`.
    Around(u32),
    /// A coroutine function around it.
    Coroutine,
    /// A coroutine function around a coroutine function, and around any other a plain one that calls it.
    Either(u32),
}

/// A function that gives back one of its own which wraps its parameter.
#[derive(Debug, Clone, Copy)]
struct Candidate<'a> {
    decorator: usize,
    /// The number of the function inside.
    wrapper: usize,
    parameter: &'a str,
    /// Coroutine functions are given another one.
    has_twin: bool,
}

impl Summary {
    /// Notes which functions keep what they decorate.
    pub(super) fn gather_keeping(
        &mut self,
        source: &Source<'_>,
        semantic: &Semantic<'_>,
        by_scope: &FxHashMap<ScopeId, usize>,
    ) {
        let mut candidates: FxHashMap<ScopeId, Candidate<'_>> = FxHashMap::default();
        for (at, (function, scope)) in (1..).zip(&semantic.functions) {
            if function.is_async || self.functions[at].is_generator {
                continue;
            }
            let Some(Stmt::Return(last)) = function.body.last() else { continue };
            let Some(Expr::Name(given)) = last.value.as_deref() else { continue };
            let Some(parameter) = decorated(semantic, function, *scope) else { continue };
            let [_] = semantic.bindings_of(parameter, *scope) else { continue };
            if given.id.as_str() == parameter {
                if results_of(semantic, *scope).all(|id| returned_name(semantic, id) == Some(parameter)) {
                    self.functions[at].keeps = Some(Keeping::Same);
                }
                continue;
            }
            let wrapper_of = |name: &str| wrapper(semantic, function, *scope, name, parameter);
            let Some((inside, is_async)) = wrapper_of(given.id.as_str()) else { continue };
            let is_last = |id: &NodeId| returned_name(semantic, *id) == Some(given.id.as_str());
            if !results_of(semantic, *scope).all(|id| is_last(&id) || is_special(source, semantic, id)) {
                continue;
            }
            let Some(wrapper) = by_scope.get(&inside).copied() else { continue };
            if self.functions[wrapper].is_generator {
                continue;
            }
            if is_async {
                if results_of(semantic, *scope).all(|id| is_last(&id)) {
                    self.functions[at].keeps = Some(Keeping::Coroutine);
                }
                continue;
            }
            let others = results_of(semantic, *scope).filter(|id| !is_last(id));
            let mut others = others.filter_map(|id| returned_name(semantic, id).and_then(wrapper_of));
            let has_twin = others.any(|(_, is_async)| is_async);
            candidates.insert(inside, Candidate { decorator: at, wrapper, parameter, has_twin });
        }
        if candidates.is_empty() {
            return;
        }
        for (_, call) in &semantic.calls {
            let Expr::Name(name) = &*call.func else { continue };
            let Some(candidate) = candidates.get(&semantic.frame(semantic.scope_of(*call))) else { continue };
            if name.id.as_str() == candidate.parameter
                && semantic.id(*call).is_some_and(|id| is_certain(semantic, id))
                && let Ok(wrapper) = u32::try_from(candidate.wrapper)
            {
                let keeps = if candidate.has_twin { Keeping::Either } else { Keeping::Around };
                self.functions[candidate.decorator].keeps = Some(keeps(wrapper));
            }
        }
    }
}

impl World<'_> {
    /// How the project's function that a decorator is keeps what it decorates, if it does.
    pub(super) fn keeping(&self, decorator: &Meaning) -> Option<Keeping> {
        let Meaning::Function(id) = decorator else { return None };
        let keeping = self.function(*id).keeps?;
        if let Keeping::Around(wrapper) | Keeping::Either(wrapper) = keeping {
            let wrapper = self.function(FunctionId { file: id.file, index: wrapper });
            // It may do one thing on the loop and another elsewhere.
            if wrapper.conduct.contains(&Conduct::AsksForLoop) {
                return None;
            }
        }
        Some(keeping)
    }
}

/// The parameter that holds what a function decorates: the first, besides the object of a method.
fn decorated<'a>(
    semantic: &Semantic<'a>,
    function: &'a ast::StmtFunctionDef,
    scope: ScopeId,
) -> Option<&'a str> {
    let outer = semantic.scope(scope).parent?;
    let is_static = || {
        let mut decorators = function.decorator_list.iter();
        decorators.any(|d| d.expression.as_name_expr().is_some_and(|name| name.id.as_str() == "staticmethod"))
    };
    let skipped = usize::from(matches!(semantic.scope(outer).kind, ScopeKind::Class) && !is_static());
    let parameters = &function.parameters;
    let mut named = parameters.posonlyargs.iter().chain(&parameters.args).skip(skipped);
    named.next().map(|parameter| parameter.parameter.name.as_str())
}

/// The scope of the function of this name that stands in another's body and wraps its parameter, and whether it is a
/// coroutine function.
fn wrapper(
    semantic: &Semantic<'_>,
    outer: &ast::StmtFunctionDef,
    scope: ScopeId,
    name: &str,
    parameter: &str,
) -> Option<(ScopeId, bool)> {
    let is_within = |inner: &ast::StmtFunctionDef| outer.range().contains_range(inner.range());
    let named = |inner: &ast::StmtFunctionDef| inner.name.as_str() == name && is_within(inner);
    let (inner, inside) = semantic.functions.iter().find(|(inner, _)| named(inner))?;
    let wraps = inner.decorator_list.iter().any(|decorator| match &decorator.expression {
        Expr::Call(call) => {
            let wrapped = call.arguments.args.first().and_then(Expr::as_name_expr);
            wrapped.is_some_and(|wrapped| wrapped.id.as_str() == parameter)
                && semantic.symbol(&call.func, scope).as_deref() == Some("functools.wraps")
        }
        _ => false,
    });
    let is_direct = semantic.scope(*inside).parent.is_some_and(|parent| semantic.frame(parent) == scope);
    (wraps && is_direct).then_some((*inside, inner.is_async))
}

/// What the code of a function itself returns.
fn results_of<'s>(semantic: &'s Semantic<'_>, scope: ScopeId) -> impl Iterator<Item = NodeId> + 's {
    let results = semantic.results.iter().copied();
    results.filter(move |id| semantic.frame(semantic.node(*id).scope) == scope)
}

/// The name whose value a `return` gives.
fn returned_name<'a>(semantic: &Semantic<'a>, id: NodeId) -> Option<&'a str> {
    let AnyNodeRef::StmtReturn(statement) = semantic.node(id).ast else { return None };
    Some(statement.value.as_deref()?.as_name_expr()?.id.as_str())
}

/// Whether a `return` is only for coroutine functions, or for `@decorator(…)` where there is nothing to wrap yet.
fn is_special(source: &Source<'_>, semantic: &Semantic<'_>, id: NodeId) -> bool {
    semantic.ancestors(id).any(|around| match around.ast {
        AnyNodeRef::StmtIf(statement) => {
            let test = source.slice(statement.test.range());
            test.contains("coroutine") || test.contains("isasync") || test.contains("is None")
        }
        _ => false,
    })
}

/// Whether a call is made whenever its function runs, or until it goes well: not only in some case.
fn is_certain(semantic: &Semantic<'_>, id: NodeId) -> bool {
    semantic
        .ancestors(id)
        .take_while(|around| !matches!(around.ast, AnyNodeRef::StmtFunctionDef(_)))
        .all(|around| {
            !matches!(
                around.ast,
                AnyNodeRef::StmtIf(_)
                    | AnyNodeRef::ExprIf(_)
                    | AnyNodeRef::ExprBoolOp(_)
                    | AnyNodeRef::ExprLambda(_)
                    | AnyNodeRef::ExprGenerator(_)
                    | AnyNodeRef::MatchCase(_)
                    | AnyNodeRef::ExceptHandlerExceptHandler(_)
            )
        })
}
