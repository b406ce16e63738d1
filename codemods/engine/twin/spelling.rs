//! How the twin's names are written where the class was named, and what is imported for that.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::edits::Changes;
use crate::engine::context::Context;
use crate::engine::fix::FixBuilder;
use crate::engine::semantic::{BindingId, BindingKind, NodeId, Reaching};

/// An expression that names a class, and what is to stand there: a name of a module, and what follows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reference {
    pub(super) at: NodeId,
    pub(super) module: &'static str,
    pub(super) name: &'static str,
    pub(super) rest: &'static str,
}

/// One change that gives a twin its name.
#[derive(Debug)]
pub(super) enum Spelled {
    /// Text, as it is.
    Text(TextRange, String),
    /// A name of a module that may have to be imported.
    Imported { range: TextRange, module: &'static str, name: &'static str, rest: &'static str, is_path: bool },
}

/// Names of `redis` that `redis.asyncio` has too.
const KEPT_NAMES: &[&str] = &[
    "AuthenticationError",
    "BusyLoadingError",
    "ConnectionError",
    "DataError",
    "InvalidResponse",
    "PubSubError",
    "ReadOnlyError",
    "RedisError",
    "ResponseError",
    "TimeoutError",
    "WatchError",
];

impl Spelled {
    pub(super) fn write(&self, fix: &mut FixBuilder<'_>, changes: &mut Changes) {
        match self {
            Self::Text(range, text) => changes.replace(*range, text.clone()),
            Self::Imported { range, module, name, rest, is_path } => {
                let at = range.start();
                let spelled = if *is_path {
                    fix.import_at(module, name, at)
                } else {
                    let alias =
                        if name.contains("Async") { (*name).to_owned() } else { format!("Async{name}") };
                    fix.import_name_at(module, name, &alias, at)
                };
                changes.replace(*range, format!("{spelled}{rest}"));
            }
        }
    }
}

/// The changes that name the twins.
///
/// # Errors
/// The class is not named through an import.
pub(super) fn spell(
    cx: &Context<'_>,
    references: &[Reference],
) -> Result<Vec<Spelled>, (NodeId, &'static str)> {
    let mut spelled = Vec::new();
    let mut by_binding: FxHashMap<BindingId, Vec<Reference>> = FxHashMap::default();
    let mut order: Vec<BindingId> = Vec::new();
    for reference in references {
        let at = reference.at;
        let base = base(cx, at).ok_or((at, "its class is not named through an import"))?;
        let node = cx.semantic.id(base).unwrap_or(0);
        let name = base.id.as_str();
        let Reaching::One(binding) = cx.semantic.reaching(name, Some(node), cx.semantic.node(node).scope)
        else {
            return Err((at, "its class is not named through an import"));
        };
        let kind = cx.semantic.binding(binding).kind;
        if !matches!(kind, BindingKind::Import { .. } | BindingKind::ImportFrom { .. }) {
            return Err((at, "its class is not named through an import"));
        }
        if !order.contains(&binding) {
            order.push(binding);
        }
        by_binding.entry(binding).or_default().push(*reference);
    }
    for binding in order {
        let group = &by_binding[&binding];
        if let Some(changes) = in_place(cx, binding, group) {
            spelled.extend(changes);
            continue;
        }
        for reference in group {
            spelled.push(one(cx, reference));
        }
    }
    Ok(spelled)
}

/// The name that a dotted expression starts with.
fn base<'a>(cx: &Context<'a>, at: NodeId) -> Option<&'a ast::ExprName> {
    let mut inner = match cx.semantic.node(at).ast {
        AnyNodeRef::ExprName(name) => return Some(name),
        AnyNodeRef::ExprAttribute(attribute) => &*attribute.value,
        _ => return None,
    };
    loop {
        match inner {
            Expr::Name(name) => return Some(name),
            Expr::Attribute(attribute) => inner = &attribute.value,
            _ => return None,
        }
    }
}

fn range(cx: &Context<'_>, reference: &Reference) -> TextRange {
    cx.semantic.node(reference.at).ast.range()
}

/// The import gives the twin in the place of the class: where everything it gives is changed.
fn in_place(cx: &Context<'_>, id: BindingId, references: &[Reference]) -> Option<Vec<Spelled>> {
    let binding = cx.semantic.binding(id);
    let first = references.first()?;
    let same = |other: &Reference| other.module == first.module && other.name == first.name;
    let is_changed = |node: NodeId| {
        references
            .iter()
            .any(|reference| base(cx, reference.at).and_then(|name| cx.semantic.id(name)) == Some(node))
    };
    let is_kept = |node: NodeId| match cx.semantic.node(cx.semantic.node(node).parent).ast {
        AnyNodeRef::ExprAttribute(attribute) => {
            first.module == "redis.asyncio" && KEPT_NAMES.contains(&attribute.attr.as_str())
        }
        _ => false,
    };
    let is_module = matches!(binding.kind, BindingKind::Import { .. });
    let reads = cx.semantic.reads_of(binding.name, binding.scope);
    let all = reads.map(|read| read.node).all(|node| is_changed(node) || is_module && is_kept(node));
    // A second import of the same name is another way to the class.
    let only = cx.semantic.bindings_of(binding.name, binding.scope).len() == 1;
    let is_shared = binding.scope == 0
        && (cx.source.is_package
            || cx.is_imported_elsewhere(binding.name)
            || cx.exports_or_annotates(binding.name));
    if !all || !only || is_shared {
        return None;
    }
    match binding.kind {
        BindingKind::ImportFrom { statement, alias } => {
            if !references.iter().all(same)
                || references.iter().any(|r| !matches!(cx.semantic.node(r.at).ast, AnyNodeRef::ExprName(_)))
            {
                return None;
            }
            let imported = cx.semantic.absolute_module(statement);
            let mut changes = Vec::new();
            if imported != first.module {
                let module = statement.module.as_ref().filter(|_| statement.level == 0)?;
                if statement.names.len() != 1 {
                    return None;
                }
                changes.push(Spelled::Text(module.range(), first.module.to_owned()));
            }
            if alias.name.as_str() != first.name {
                let is_taken = alias.asname.is_none() && cx.semantic.is_taken(first.name, binding.scope);
                if is_taken {
                    return None;
                }
                changes.push(Spelled::Text(alias.name.range(), first.name.to_owned()));
            }
            let name = alias.asname.as_ref().map_or(first.name, |name| name.as_str());
            for reference in references {
                changes.push(Spelled::Text(range(cx, reference), format!("{name}{}", reference.rest)));
            }
            Some(changes)
        }
        // `import redis` as `import redis.asyncio as redis`.
        BindingKind::Import { alias } => {
            let tail = first.module.strip_prefix(alias.name.as_str())?;
            let is_same = |reference: &Reference| {
                let name = format!("{}.{}", binding.name, reference.name);
                reference.module == first.module && cx.text(range(cx, reference)) == name
            };
            if !tail.starts_with('.') || !references.iter().all(is_same) {
                return None;
            }
            let text = match &alias.asname {
                Some(_) => first.module.to_owned(),
                None => format!("{} as {}", first.module, alias.name.as_str()),
            };
            Some(vec![Spelled::Text(alias.name.range(), text)])
        }
        _ => None,
    }
}

/// The change of one reference, with an import of its own where it needs one.
fn one(cx: &Context<'_>, reference: &Reference) -> Spelled {
    let Reference { at, module, name, rest } = *reference;
    let path = format!("{module}.{name}");
    let whole = range(cx, reference);
    if let AnyNodeRef::ExprAttribute(_) = cx.semantic.node(at).ast
        && let Some(base) = base(cx, at)
    {
        let symbol = cx.semantic.symbol(&Expr::Name(base.clone()), cx.semantic.scope_of(base));
        if let Some(tail) = symbol.as_deref().and_then(|symbol| path.strip_prefix(symbol))
            && tail.starts_with('.')
        {
            return Spelled::Text(TextRange::new(base.end(), whole.end()), format!("{tail}{rest}"));
        }
        return Spelled::Imported { range: whole, module, name, rest, is_path: true };
    }
    Spelled::Imported { range: whole, module, name, rest, is_path: false }
}
