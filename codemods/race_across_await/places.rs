//! Shared state as a function names it: globals, outer variables, attributes of `self`, and their elements.

use ruff_python_ast::{self as ast, AnyNodeRef, CmpOp, Expr, ExprContext};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::engine::context::Context;
use crate::engine::flow::Step;
use crate::engine::project::reduce::Meaning;
use crate::engine::semantic::{BindingKind, ScopeId, ScopeKind};

/// How many attributes a place may be away from its root: `self.state.count`.
const MAX_PATH: usize = 2;

/// Something that outlives the run of a function and may be reached by another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place<'a> {
    pub(super) root: Root<'a>,
    pub(super) path: SmallVec<[&'a str; 2]>,
    /// The text of the key, for an element.
    pub(super) key: Option<&'a str>,
}

/// Where a place begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Root<'a> {
    /// A variable of the module.
    Global(&'a str),
    /// A variable of the function of this scope, used in a function inside it.
    Outer(&'a str, ScopeId),
    /// `self` in a method of the class of this scope.
    Receiver(ScopeId),
    /// `cls` in a class method of it.
    Class(ScopeId),
}

/// One read or write of a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Access<'a> {
    /// The expression whose point in the flow it is.
    pub(super) at: AnyNodeRef<'a>,
    pub(super) step: Step,
    /// What to show: the target, the comparison, the call.
    pub(super) whole: TextRange,
}

/// What a function reads and writes of one place.
#[derive(Debug, Default)]
pub(super) struct Accesses<'a> {
    pub(super) reads: Vec<Access<'a>>,
    pub(super) writes: Vec<Access<'a>>,
    /// Points at which the place becomes something that no longer depends on what was read: `del`, `pop`.
    pub(super) clears: Vec<Access<'a>>,
    /// The names the key is made of.
    pub(super) key_names: Vec<&'a str>,
}

/// The places that a function's own code names.
pub(super) fn of_function<'a>(
    cx: &Context<'a>,
    function: &'a ast::StmtFunctionDef,
    scope: ScopeId,
) -> FxHashMap<Place<'a>, Accesses<'a>> {
    let mut places: FxHashMap<Place<'a>, Accesses<'a>> = FxHashMap::default();
    let mut updated: FxHashSet<TextRange> = FxHashSet::default();
    for node in cx.inside(function) {
        if cx.semantic.frame(node.scope) != scope {
            continue;
        }
        match node.ast {
            AnyNodeRef::StmtAugAssign(statement) => {
                updated.insert(statement.target.range());
            }
            AnyNodeRef::ExprCompare(compare) => {
                let [CmpOp::In | CmpOp::NotIn] = &*compare.ops else { continue };
                let [container] = &*compare.comparators else { continue };
                let Some(place) = element(cx, container, &compare.left) else { continue };
                let access = Access { at: container.into(), step: Step::Evaluate, whole: compare.range() };
                note_key(places.entry(place).or_default(), &compare.left).reads.push(access);
            }
            AnyNodeRef::ExprCall(call) => {
                let Expr::Attribute(method) = &*call.func else { continue };
                let [key, ..] = &*call.arguments.args else { continue };
                let kind = method.attr.as_str();
                if !matches!(kind, "get" | "add" | "pop" | "discard" | "remove") {
                    continue;
                }
                let Some(place) = element(cx, &method.value, key) else { continue };
                let access = Access { at: node.ast, step: Step::Evaluate, whole: call.range() };
                let accesses = note_key(places.entry(place).or_default(), key);
                match kind {
                    "get" => accesses.reads.push(access),
                    "add" => accesses.writes.push(access),
                    _ => accesses.clears.push(access),
                }
            }
            AnyNodeRef::ExprSubscript(item) => {
                let Some(place) = element(cx, &item.value, &item.slice) else { continue };
                let accesses = note_key(places.entry(place).or_default(), &item.slice);
                note(accesses, node.ast, item.ctx, updated.contains(&item.range()));
            }
            AnyNodeRef::ExprAttribute(attribute) => {
                let Some(place) = of_attribute(cx, attribute) else { continue };
                let is_updated = updated.contains(&attribute.range());
                note(places.entry(place).or_default(), node.ast, attribute.ctx, is_updated);
            }
            AnyNodeRef::ExprName(name) => {
                let Some(place) = of_name(cx, name) else { continue };
                let is_updated = updated.contains(&name.range());
                note(places.entry(place).or_default(), node.ast, name.ctx, is_updated);
            }
            _ => {}
        }
    }
    places
}

fn note<'a>(accesses: &mut Accesses<'a>, at: AnyNodeRef<'a>, context: ExprContext, is_updated: bool) {
    let access = |step| Access { at, step, whole: at.range() };
    match context {
        ExprContext::Store => {
            if is_updated {
                accesses.reads.push(access(Step::Evaluate));
            }
            accesses.writes.push(access(Step::Store));
        }
        ExprContext::Del => accesses.clears.push(access(Step::Delete)),
        ExprContext::Load | ExprContext::Invalid => accesses.reads.push(access(Step::Evaluate)),
    }
}

fn note_key<'m, 'a>(accesses: &'m mut Accesses<'a>, key: &'a Expr) -> &'m mut Accesses<'a> {
    if accesses.key_names.is_empty() {
        collect_names(key, &mut accesses.key_names);
    }
    accesses
}

/// The element of a container under a key that is made of names and constants.
fn element<'a>(cx: &Context<'a>, container: &'a Expr, key: &'a Expr) -> Option<Place<'a>> {
    let mut place = place(cx, container)?;
    let mut names = Vec::new();
    if !collect_names(key, &mut names) {
        return None;
    }
    place.key = Some(cx.text(key));
    Some(place)
}

/// Whether an expression is made of names, attributes and constants only; its names are collected.
fn collect_names<'a>(key: &'a Expr, names: &mut Vec<&'a str>) -> bool {
    match key {
        Expr::Name(name) => {
            names.push(name.id.as_str());
            true
        }
        Expr::Attribute(attribute) => collect_names(&attribute.value, names),
        Expr::Tuple(tuple) => tuple.elts.iter().all(|item| collect_names(item, names)),
        Expr::StringLiteral(_) | Expr::NumberLiteral(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) => {
            true
        }
        _ => false,
    }
}

/// The place that an expression names; `None` for locals and everything that is not certain.
pub(super) fn place<'a>(cx: &Context<'a>, expr: &'a Expr) -> Option<Place<'a>> {
    match expr {
        Expr::Name(name) => of_name(cx, name),
        Expr::Attribute(attribute) => of_attribute(cx, attribute),
        _ => None,
    }
}

fn of_name<'a>(cx: &Context<'a>, name: &'a ast::ExprName) -> Option<Place<'a>> {
    let root = root(cx, name)?;
    // `self` itself is no place.
    (!matches!(root, Root::Receiver(_) | Root::Class(_))).then(|| Place {
        root,
        path: SmallVec::new(),
        key: None,
    })
}

fn of_attribute<'a>(cx: &Context<'a>, attribute: &'a ast::ExprAttribute) -> Option<Place<'a>> {
    let mut place = match &*attribute.value {
        Expr::Name(name) => {
            let root = root(cx, name).or_else(|| of_module(cx, &attribute.value, name))?;
            Place { root, path: SmallVec::new(), key: None }
        }
        Expr::Attribute(inner) => of_attribute(cx, inner)?,
        _ => return None,
    };
    if place.path.len() == MAX_PATH {
        return None;
    }
    place.path.push(attribute.attr.as_str());
    Some(place)
}

fn root<'a>(cx: &Context<'a>, name: &'a ast::ExprName) -> Option<Root<'a>> {
    let semantic = cx.semantic;
    let id = name.id.as_str();
    let scope = semantic.scope_of(name);
    let bound = semantic.lookup(id, scope)?;
    if bound == 0 {
        let is_variable = |binding: &u32| {
            matches!(
                semantic.binding(*binding).kind,
                BindingKind::Assignment { .. } | BindingKind::Annotated { .. } | BindingKind::Changed
            )
        };
        return semantic.bindings_of(id, 0).iter().all(is_variable).then_some(Root::Global(id));
    }
    let ScopeKind::Function(function) = semantic.scope(bound).kind else { return None };
    if let Some(root) = receiver(cx, function, bound, id) {
        return Some(root);
    }
    let is_outer = semantic.frame(bound) != semantic.frame(scope);
    is_outer.then_some(Root::Outer(id, bound))
}

/// A module of the project, whose variables are shared like this one's: `settings.current`.
fn of_module<'a>(cx: &Context<'a>, module: &Expr, name: &'a ast::ExprName) -> Option<Root<'a>> {
    let bindings = cx.semantic.bindings_of(name.id.as_str(), 0);
    let is_import = |binding: &u32| {
        matches!(
            cx.semantic.binding(*binding).kind,
            BindingKind::Import { .. } | BindingKind::ImportFrom { .. }
        )
    };
    let is_imported = !bindings.is_empty() && bindings.iter().all(is_import);
    // Before the files are linked it may be one: this is only to mark the file.
    let is_module = || cx.project.is_empty() || matches!(cx.meaning(module), Meaning::Module(_));
    (is_imported && is_module()).then_some(Root::Global(name.id.as_str()))
}

/// What `name` is if it is the first parameter of the method of this scope.
fn receiver<'a>(
    cx: &Context<'a>,
    function: &ast::StmtFunctionDef,
    scope: ScopeId,
    name: &str,
) -> Option<Root<'a>> {
    let parameters = &function.parameters;
    let first = parameters.posonlyargs.first().or_else(|| parameters.args.first())?;
    let class = cx.semantic.frame(cx.semantic.scope(scope).parent?);
    let is_method = matches!(cx.semantic.scope(class).kind, ScopeKind::Class);
    let decorated = |wanted: &str| {
        function
            .decorator_list
            .iter()
            .any(|decorator| matches!(&decorator.expression, Expr::Name(name) if name.id.as_str() == wanted))
    };
    if !is_method || first.parameter.name.as_str() != name || decorated("staticmethod") {
        return None;
    }
    Some(if decorated("classmethod") { Root::Class(class) } else { Root::Receiver(class) })
}
