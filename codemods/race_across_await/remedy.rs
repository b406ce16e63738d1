//! What to do about a race: hold the lock that is there.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::interleave::Race;
use super::places::{Place, Root};
use super::shared::LOCKS;
use crate::engine::context::Context;
use crate::engine::fix::Fixes;
use crate::engine::project::reduce::ClassId;

/// Reports a race, with the lock to hold if there is exactly one to choose.
pub(super) fn suggest<'a>(
    cx: &Context<'a>,
    fixes: &mut Fixes<'_>,
    place: &Place<'a>,
    race: &Race<'a>,
    message: String,
    schedule: String,
) {
    let Some(lock) = lock(cx, place, race) else {
        fixes.at(race.write.whole, message).because(schedule).report();
        return;
    };
    let remedy = format!("hold `{lock}` from line {} on", cx.source.row(race.read.at.start()));
    let Some(range) = statements(cx, race).filter(|range| cx.source.starts_line(range.start())) else {
        fixes.at(race.write.whole, message).because(format!("{schedule}; {remedy}")).report();
        return;
    };
    fixes.at(race.write.whole, message).because(schedule).suggest(remedy, |fix| {
        let style = cx.source.style();
        let indent = cx.source.indentation(range.start());
        fix.insert(range.start(), format!("async with {lock}:{}{indent}{}", style.newline, style.indent));
        fix.indent_rest(range);
    });
}

/// How the one lock of the class or module is written where the race is.
fn lock(cx: &Context<'_>, place: &Place<'_>, race: &Race<'_>) -> Option<String> {
    let summary = cx.world.summary(cx.file)?;
    let is_lock = |symbol: &Option<String>| symbol.as_deref().is_some_and(|symbol| LOCKS.contains(&symbol));
    let one = |names: Vec<&String>| match names.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    };
    match place.root {
        Root::Receiver(class) | Root::Class(class) => {
            let index = summary.class(&cx.semantic.scope(class).qualname)?;
            let class = cx.world.class(ClassId { file: cx.file, index });
            let locks = class.attributes.iter().filter(|(_, symbol)| is_lock(symbol));
            let name = one(locks.map(|(name, _)| name).collect())?;
            let receiver = receiver_text(cx, race.read.at)?;
            Some(format!("{receiver}.{name}"))
        }
        Root::Global(_) => {
            one(summary.names.iter().filter(|(_, symbol)| is_lock(symbol)).map(|(name, _)| name).collect())
        }
        Root::Outer(..) => None,
    }
}

/// `self` of what names an attribute of it.
fn receiver_text<'a>(cx: &Context<'a>, at: AnyNodeRef<'a>) -> Option<&'a str> {
    let mut expr: &Expr = match at {
        AnyNodeRef::ExprAttribute(attribute) => &attribute.value,
        AnyNodeRef::ExprSubscript(item) => &item.value,
        AnyNodeRef::ExprCall(call) => &call.func,
        _ => return None,
    };
    loop {
        expr = match expr {
            Expr::Attribute(attribute) => &attribute.value,
            Expr::Subscript(item) => &item.value,
            Expr::Name(name) => return Some(cx.text(name)),
            _ => return None,
        };
    }
}

/// The statements from the read to the write, as they stand in the innermost suite that holds both.
fn statements<'a>(cx: &Context<'a>, race: &Race<'a>) -> Option<TextRange> {
    let around = |node: &AnyNodeRef<'a>| {
        let mut found = Vec::new();
        let mut next = cx.semantic.id(node);
        while let Some((statement, suite)) = next.and_then(|id| cx.semantic.statement_and_suite(id)) {
            let node = cx.semantic.node(statement);
            if matches!(node.ast, AnyNodeRef::StmtFunctionDef(_)) {
                break;
            }
            found.push((suite, node.ast.range()));
            next = Some(node.parent).filter(|id| *id != 0);
        }
        found
    };
    let (reads, writes) = (around(&race.read.at), around(&race.write.at));
    reads.iter().find_map(|(suite, read)| {
        let (_, write) = writes.iter().find(|(other, _)| other == suite)?;
        Some(read.cover(*write))
    })
}

/// Whether a place is known to hold something that an operator changes in place: a list, set or dictionary.
pub(super) fn is_mutable(cx: &Context<'_>, at: AnyNodeRef<'_>) -> bool {
    let holds = |value: Option<&Expr>| {
        value.is_some_and(|value| match value {
            Expr::List(_) | Expr::ListComp(_) | Expr::Set(_) | Expr::SetComp(_) | Expr::Dict(_) | Expr::DictComp(_) => true,
            Expr::Call(call) => matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "list" | "set" | "dict" | "deque" | "defaultdict" | "Counter" | "bytearray")),
            _ => false,
        })
    };
    match at {
        AnyNodeRef::ExprAttribute(attribute) => cx
            .semantic
            .attribute_stores
            .iter()
            .any(|store| store.target.attr == attribute.attr && holds(store.value)),
        AnyNodeRef::ExprName(name) => {
            let bindings = cx.semantic.lookup(name.id.as_str(), cx.semantic.scope_of(name));
            let bindings = bindings.map_or(&[][..], |scope| cx.semantic.bindings_of(name.id.as_str(), scope));
            bindings.iter().any(|binding| match cx.semantic.binding(*binding).kind {
                crate::engine::semantic::BindingKind::Assignment { value, .. } => holds(Some(value)),
                crate::engine::semantic::BindingKind::Annotated { value, .. } => holds(value),
                _ => false,
            })
        }
        _ => false,
    }
}
