//! Parameters of which a function uses only what two classes have in common, so that it need not know which it gets.

use ruff_python_ast::{self as ast, AnyNodeRef, CmpOp, Expr};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::Summary;
use super::parameters::unwritten;
use crate::engine::semantic::{BindingKind, NodeId, ScopeId, ScopeKind, Semantic};

/// How an attribute that both classes have may be used for them to be alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Common {
    /// It is read.
    Value,
    /// An item of it is asked for by its name.
    Items,
    /// It is called, and raises an exception that both libraries name otherwise.
    Raising,
    /// It is called, and raises an exception that only one of the libraries has among its own.
    Decoding,
}

/// The parameters of a function, by position, that are used in this way: the first has the lowest bit. What a method
/// is called on is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Alike {
    used: u16,
    raising: u16,
    decoding: u16,
    /// What only one of the classes has is used of it.
    unlike: u16,
}

/// How a function uses one parameter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AlikeUse {
    /// It may raise an exception that both libraries name otherwise.
    pub(crate) raises: bool,
    /// It may raise an exception that only one of them has among its own.
    pub(crate) decodes: bool,
}

impl Alike {
    /// How the parameter at this position is used; `None` if in any other way.
    pub(crate) fn of(self, position: usize) -> Option<AlikeUse> {
        let bit = 1_u16.checked_shl(u32::try_from(position).ok()?)?;
        let has = |bits: u16| bits & bit != 0;
        has(self.used).then(|| AlikeUse { raises: has(self.raising), decodes: has(self.decoding) })
    }

    /// Whether what only one of the classes has is used of the parameter at this position.
    pub(crate) fn is_unlike(self, position: usize) -> bool {
        u32::try_from(position)
            .ok()
            .and_then(|at| 1_u16.checked_shl(at))
            .is_some_and(|bit| self.unlike & bit != 0)
    }
}

impl Summary {
    /// Notes the parameters that are used only through what is common.
    pub(super) fn gather_alike(&mut self, semantic: &Semantic<'_>, by_scope: &FxHashMap<u32, usize>) {
        let mut seen: FxHashSet<(ScopeId, &str)> = FxHashSet::default();
        for node in semantic.each(&semantic.reads) {
            let AnyNodeRef::ExprAttribute(attribute) = node.ast else { continue };
            let Expr::Name(name) = &*attribute.value else { continue };
            if crate::UNLIKE.contains(&attribute.attr.as_str()) && attribute.ctx.is_load() {
                self.note_unlike(semantic, node.scope, name.id.as_str(), by_scope);
                continue;
            }
            if common(attribute.attr.as_str()).is_none() {
                continue;
            }
            let Some(scope) = semantic.lookup(name.id.as_str(), node.scope) else { continue };
            if by_scope.contains_key(&scope) && seen.insert((scope, name.id.as_str())) {
                self.note_alike(semantic, scope, name.id.as_str(), by_scope[&scope]);
            }
        }
    }

    fn note_unlike(
        &mut self,
        semantic: &Semantic<'_>,
        read_in: ScopeId,
        name: &str,
        by_scope: &FxHashMap<u32, usize>,
    ) {
        let Some(scope) = semantic.lookup(name, read_in) else { return };
        let (Some(owner), Some((_, position))) = (by_scope.get(&scope), parameter(semantic, scope, name))
        else {
            return;
        };
        self.functions[*owner].alike.unlike |= 1_u16 << position;
    }

    fn note_alike(&mut self, semantic: &Semantic<'_>, scope: ScopeId, name: &str, owner: usize) {
        let Some((parameter, position)) = parameter(semantic, scope, name) else { return };
        // What is said of it would not hold for the other class.
        if parameter.annotation.is_some() {
            return;
        }
        let mut uses = Vec::new();
        for read in semantic.reads_of(name, scope) {
            if semantic.frame(read.scope) != scope {
                return;
            }
            let Some(found) = use_of(semantic, read.node) else { return };
            uses.extend(found);
        }
        let raises = uses.contains(&Common::Raising);
        let decodes = uses.contains(&Common::Decoding);
        if (raises || decodes) && catches_by_library(semantic, scope) {
            return;
        }
        let alike = &mut self.functions[owner].alike;
        let bit = 1_u16 << position;
        alike.used |= bit;
        alike.raising |= if raises { bit } else { 0 };
        alike.decoding |= if decodes { bit } else { 0 };
    }
}

/// The parameter that a name is in a function, if it is bound nowhere else there, and its position in a call: one of
/// the first 16.
fn parameter<'a>(semantic: &Semantic<'a>, scope: ScopeId, name: &str) -> Option<(&'a ast::Parameter, usize)> {
    let ScopeKind::Function(function) = semantic.scope(scope).kind else { return None };
    let [binding] = semantic.bindings_of(name, scope) else { return None };
    let BindingKind::Parameter { parameter, .. } = semantic.binding(*binding).kind else { return None };
    let mut parameters = function.parameters.posonlyargs.iter().chain(&function.parameters.args);
    let position = parameters.position(|each| each.parameter.name.as_str() == name)?;
    let position = position.checked_sub(unwritten(semantic, function, scope)).filter(|at| *at < 16)?;
    Some((parameter, position))
}

fn common(attribute: &str) -> Option<Common> {
    let found = crate::ALIKE.iter().find(|(name, _)| *name == attribute);
    found.map(|(_, common)| *common)
}

/// How a read of the parameter uses it: through nothing (`Some(None)`), through what is common, or (`None`) otherwise.
fn use_of(semantic: &Semantic<'_>, at: NodeId) -> Option<Option<Common>> {
    let parent = semantic.node(at).parent;
    let attribute = match semantic.node(parent).ast {
        AnyNodeRef::ExprAttribute(attribute) if attribute.ctx.is_load() => attribute,
        AnyNodeRef::ExprCompare(compare) => {
            let with_none = compare.ops.iter().all(|op| matches!(op, CmpOp::Is | CmpOp::IsNot));
            return with_none.then_some(None);
        }
        _ => return None,
    };
    let common = common(attribute.attr.as_str())?;
    let around = semantic.node(semantic.node(parent).parent).ast;
    let is_called = matches!(around, AnyNodeRef::ExprCall(call) if call.func.range() == attribute.range());
    let fits = match common {
        Common::Value => !is_called,
        Common::Items => match around {
            AnyNodeRef::ExprSubscript(subscript) => {
                subscript.ctx.is_load() && subscript.value.range() == attribute.range()
            }
            AnyNodeRef::ExprAttribute(method) => method.attr.as_str() == "get",
            AnyNodeRef::ExprCompare(compare) => {
                compare.ops.iter().all(|op| matches!(op, CmpOp::In | CmpOp::NotIn))
            }
            _ => false,
        },
        Common::Raising | Common::Decoding => is_called,
    };
    fits.then_some(Some(common))
}

/// Whether a handler of the function may be for exceptions of one library only: `OSError` is among the bases of some.
fn catches_by_library(semantic: &Semantic<'_>, scope: ScopeId) -> bool {
    semantic.each(&semantic.handlers).filter(|node| semantic.frame(node.scope) == scope).any(|node| {
        let AnyNodeRef::ExceptHandlerExceptHandler(handler) = node.ast else { return false };
        let classes = match handler.type_.as_deref() {
            Some(Expr::Tuple(tuple)) => tuple.elts.as_slice(),
            Some(class) => std::slice::from_ref(class),
            None => &[],
        };
        let is_known = |class: &Expr| match class {
            Expr::Name(name) => matches!(
                name.id.as_str(),
                "Exception" | "BaseException" | "ValueError" | "KeyError" | "TypeError" | "IndexError"
            ),
            _ => false,
        };
        !classes.iter().all(is_known)
    })
}
