//! What a coroutine of a file does besides giving its result: whether others may run beside it.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprContext, HasNodeIndex};
use rustc_hash::FxHashSet;

use super::apis;
use super::context::Context;
use super::project::reduce::{FunctionId, Meaning};
use super::semantic::{BindingKind, Reaching, ScopeId};

/// How many functions deep a coroutine is looked into.
const MAX_DEPTH: u32 = 5;

/// What running a function does. Ordered: the worse comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// It reads, asks and computes; what it changes is its own.
    Reads,
    /// It calls something that nobody here knows.
    Unknown,
    /// It changes something that others can see.
    Writes,
}

/// Methods that change the object they are called on.
const MUTATORS: &[&str] = &[
    "add",
    "append",
    "appendleft",
    "clear",
    "commit",
    "discard",
    "execute",
    "extend",
    "insert",
    "pop",
    "popitem",
    "popleft",
    "put",
    "put_nowait",
    "remove",
    "set",
    "setdefault",
    "update",
    "write",
];

/// Builtins that do something to the world or to what they are given.
const BUSY_BUILTINS: &[&str] = &[
    "builtins.delattr",
    "builtins.eval",
    "builtins.exec",
    "builtins.input",
    "builtins.next",
    "builtins.open",
    "builtins.print",
    "builtins.setattr",
];

/// Modules whose functions only compute.
const CALM_MODULES: &[&str] = &[
    "asyncio.sleep",
    "asyncio.timeout",
    "collections.",
    "dataclasses.",
    "datetime.",
    "functools.",
    "itertools.",
    "json.dumps",
    "json.loads",
    "logging.",
    "math.",
    "operator.",
    "re.",
    "time.monotonic",
    "time.perf_counter",
    "time.time",
    "typing.",
    "urllib.parse.",
];

impl Context<'_> {
    /// What running a coroutine function of this file does; of another file's nothing is known.
    pub(crate) fn effect(&self, function: FunctionId) -> Effect {
        self.effect_at(function, 0, &mut FxHashSet::default())
    }

    /// Whether a coroutine function of this file waits for anything in its own code.
    pub(crate) fn waits(&self, function: FunctionId) -> bool {
        let qualname = &self.world.function(function).qualname;
        let mut functions = self.semantic.functions.iter();
        let own = functions.find(|(_, scope)| self.semantic.scope(*scope).qualname == *qualname);
        own.is_none_or(|(function, _)| {
            self.inside(*function).any(|node| match node.ast {
                AnyNodeRef::ExprAwait(_) => true,
                AnyNodeRef::StmtFor(statement) => statement.is_async,
                AnyNodeRef::StmtWith(statement) => statement.is_async,
                _ => false,
            })
        })
    }

    fn effect_at(&self, id: FunctionId, depth: u32, seen: &mut FxHashSet<FunctionId>) -> Effect {
        if !seen.insert(id) {
            return Effect::Reads;
        }
        let summary = self.world.function(id);
        if id.file != self.file || depth > MAX_DEPTH || summary.is_generator || summary.ambiguous {
            return Effect::Unknown;
        }
        let qualname = |scope: ScopeId| &self.semantic.scope(scope).qualname;
        let mut functions = self.semantic.functions.iter();
        let Some((function, scope)) = functions.find(|(_, scope)| *qualname(*scope) == summary.qualname)
        else {
            return Effect::Unknown;
        };
        if function
            .decorator_list
            .iter()
            .any(|each| self.symbol(&each.expression).as_deref() != Some("builtins.staticmethod"))
        {
            return Effect::Unknown;
        }
        let mut worst = Effect::Reads;
        for node in self.inside(*function) {
            worst = worst.max(self.effect_of_node(node.ast, *scope, depth, seen));
            if worst == Effect::Writes {
                break;
            }
        }
        worst
    }

    fn effect_of_node(
        &self,
        node: AnyNodeRef<'_>,
        scope: ScopeId,
        depth: u32,
        seen: &mut FxHashSet<FunctionId>,
    ) -> Effect {
        let stored =
            |object: &Expr| if self.is_local(object, scope) { Effect::Reads } else { Effect::Writes };
        match node {
            AnyNodeRef::StmtGlobal(_) | AnyNodeRef::StmtNonlocal(_) => Effect::Writes,
            AnyNodeRef::ExprAttribute(target) if target.ctx != ExprContext::Load => stored(&target.value),
            AnyNodeRef::ExprSubscript(target) if target.ctx != ExprContext::Load => stored(&target.value),
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) | AnyNodeRef::ExprLambda(_) => {
                Effect::Unknown
            }
            AnyNodeRef::ExprCall(call) => self.effect_of_call(call, scope, depth, seen),
            _ => Effect::Reads,
        }
    }

    fn effect_of_call(
        &self,
        call: &ast::ExprCall,
        scope: ScopeId,
        depth: u32,
        seen: &mut FxHashSet<FunctionId>,
    ) -> Effect {
        match self.meaning(&call.func) {
            Meaning::Function(id) => return self.effect_at(id, depth + 1, seen),
            Meaning::External(symbol) => {
                if let Some(name) = symbol.strip_prefix("builtins.")
                    && !name.contains('.')
                {
                    let is_busy = BUSY_BUILTINS.contains(&symbol.as_str());
                    return if is_busy { Effect::Unknown } else { Effect::Reads };
                }
                if CALM_MODULES.iter().any(|module| symbol.starts_with(module)) || apis::only_asks(&symbol) {
                    return Effect::Reads;
                }
            }
            _ => {}
        }
        let Expr::Attribute(method) = &*call.func else { return Effect::Unknown };
        // What the function made itself nobody else has.
        if self.is_local(&method.value, scope) {
            return Effect::Reads;
        }
        if MUTATORS.contains(&method.attr.as_str()) { Effect::Writes } else { Effect::Unknown }
    }

    /// Whether an object was made in the function's own code: what `x = …` gave it there, and items and results of that.
    fn is_local(&self, object: &Expr, scope: ScopeId) -> bool {
        match object {
            Expr::Name(name) => {
                let text = name.id.as_str();
                let is_made = |id: &u32| match self.semantic.binding(*id).kind {
                    BindingKind::Assignment { value, .. }
                    | BindingKind::Annotated { value: Some(value), .. } => is_fresh(value),
                    BindingKind::With { context, .. } => is_fresh(context),
                    BindingKind::Loop { .. } => true,
                    BindingKind::Except { .. } => true,
                    _ => false,
                };
                let bound_in = self.semantic.lookup(text, self.semantic.scope_of(object));
                let Some(bound_in) = bound_in.filter(|bound| self.semantic.frame(*bound) == scope) else {
                    return false;
                };
                let bindings = self.semantic.bindings_of(text, bound_in);
                !bindings.is_empty() && bindings.iter().all(is_made)
            }
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(method) => self.is_local(&method.value, scope),
                _ => false,
            },
            Expr::Await(awaited) => self.is_local(&awaited.value, scope),
            Expr::Subscript(item) => self.is_local(&item.value, scope),
            Expr::Attribute(attribute) => self.is_local(&attribute.value, scope),
            Expr::StringLiteral(_) | Expr::FString(_) | Expr::List(_) | Expr::Dict(_) => true,
            _ => false,
        }
    }

    /// The names that an expression reads and that hold something others could change: functions, classes, modules,
    /// strings and numbers left out, and clients that may be used by many at once.
    pub(crate) fn shareable_names(&self, expr: &impl HasNodeIndex) -> FxHashSet<&str> {
        let names = self.inside(expr).filter_map(|node| match node.ast {
            AnyNodeRef::ExprName(name) => Some(name),
            _ => None,
        });
        names.filter(|name| !self.is_harmless(name)).map(|name| name.id.as_str()).collect()
    }

    fn is_harmless(&self, name: &ast::ExprName) -> bool {
        let text = name.id.as_str();
        let scope = self.semantic.scope_of(name);
        let Reaching::One(binding) = self.semantic.reaching(text, self.semantic.id(name), scope) else {
            return self.semantic.lookup(text, scope).is_none();
        };
        if matches!(
            self.semantic.binding(binding).kind,
            BindingKind::Function
                | BindingKind::Class
                | BindingKind::Import { .. }
                | BindingKind::ImportFrom { .. }
        ) {
            return true;
        }
        let Some(raw) = self.semantic.binding_symbol(binding) else { return false };
        let symbol = self.world.spelling(&self.world.meaning(&raw, self.file));
        symbol.is_some_and(|symbol| {
            matches!(
                symbol.as_str(),
                "builtins.bool()"
                    | "builtins.bytes()"
                    | "builtins.float()"
                    | "builtins.int()"
                    | "builtins.str()"
            ) || apis::is_shared_client(&symbol)
        })
    }
}

/// Whether an expression makes something new, as a call or a display does.
fn is_fresh(value: &Expr) -> bool {
    match value {
        Expr::Await(awaited) => is_fresh(&awaited.value),
        Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => false,
        _ => true,
    }
}
