//! What a file puts in the place of functions, as tests do, and the strings that name what code looks up.

use ruff_python_ast::{AnyNodeRef, Expr, ExprName, ExprStringLiteral, HasNodeIndex};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::context::Context;
use super::semantic::{BindingKind, NodeId};

/// A path at which something is put in the place of what is there, and the test for which that is so, if it is only
/// one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patch<'p> {
    path: &'p str,
    within: Option<TextRange>,
}

impl Patch<'_> {
    /// Whether a call in this test, or in no test in particular, runs something else than the function of this
    /// qualified name.
    pub(crate) fn replaces(&self, function: &str, test: Option<TextRange>) -> bool {
        let last = |path: &'_ str| path.rfind('.').map_or(0, |dot| dot + 1);
        let (own, other) = (last(self.path), last(function));
        if self.path[own..] != function[other..]
            || self.within.is_some() && test.is_some() && self.within != test
        {
            return false;
        }
        // Every class has an `__init__`.
        let is_common = self.path[own..].starts_with("__");
        let class =
            |path: &'_ str, name: usize| path[..name.saturating_sub(1)].rsplit('.').next().map(str::to_owned);
        !is_common || class(self.path, own) == class(function, other)
    }
}

impl Context<'_> {
    /// What this file puts in the place of functions while some of its own run: `patch("app.fetch")`.
    pub(crate) fn patches(&self) -> Vec<Patch<'_>> {
        let mut patches = Vec::new();
        for (_, call) in &self.semantic.calls {
            let callee = self.text(&*call.func);
            if !callee.split('.').any(|part| matches!(part, "patch" | "setattr")) {
                continue;
            }
            for argument in &call.arguments.args {
                let text = match argument {
                    Expr::StringLiteral(text) => Some(text),
                    Expr::Name(name) => self.constant(name),
                    _ => None,
                };
                if let Some(text) = text {
                    patches.push(Patch { path: text.value.to_str(), within: self.test_around(*call) });
                }
            }
        }
        patches
    }

    /// The outermost test function around a node or that it decorates, in a file of tests.
    pub(crate) fn test_around(&self, node: &impl HasNodeIndex) -> Option<TextRange> {
        if !self.source.is_test() {
            return None;
        }
        let around = self.semantic.id(node).into_iter().flat_map(|id| self.semantic.ancestors(id));
        let tests = around.filter_map(|around| match around.ast {
            AnyNodeRef::StmtFunctionDef(function) if function.name.starts_with("test") => {
                Some(function.range())
            }
            _ => None,
        });
        tests.last()
    }

    /// The text that a name of the module stands for.
    fn constant(&self, name: &ExprName) -> Option<&ExprStringLiteral> {
        let [only] = self.semantic.bindings_of(name.id.as_str(), 0) else { return None };
        match self.semantic.binding(*only).kind {
            BindingKind::Assignment { value, unpacked: None } => value.as_string_literal_expr(),
            _ => None,
        }
    }

    /// Whether this file puts something in the place of a function or method of this name: `patch("app.fetch")`,
    /// `monkeypatch.setattr(app, "fetch", …)`, `client.fetch = AsyncMock()`.
    pub(crate) fn is_replaced(&self, name: &str) -> bool {
        let replaced = self.replaced.get_or_init(|| self.replacements());
        replaced.contains(name)
    }

    fn replacements(&self) -> FxHashSet<String> {
        let mut replaced: FxHashSet<String> =
            self.semantic.attribute_stores.iter().map(|store| store.target.attr.to_string()).collect();
        for (_, call) in &self.semantic.calls {
            let callee = self.text(&*call.func);
            let is_patch = callee.split('.').any(|part| matches!(part, "patch" | "setattr" | "spy" | "stub"));
            if !is_patch {
                continue;
            }
            for argument in &call.arguments.args {
                if let Expr::StringLiteral(text) = argument {
                    let text = text.value.to_str();
                    replaced.insert(text.rsplit('.').next().unwrap_or(text).to_owned());
                }
            }
            if callee.ends_with("multiple") {
                let names = call.arguments.keywords.iter().filter_map(|keyword| keyword.arg.as_ref());
                replaced.extend(names.map(ToString::to_string));
            }
        }
        replaced
    }

    /// Whether a string is the name of something, for code that looks it up: a dotted path, or a name handed to
    /// `getattr`, `patch` and the like.
    pub(crate) fn names_something(&self, id: NodeId, text: &str) -> bool {
        let is_path = text.split(['.', ':']).all(|part| {
            !part.is_empty()
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
                && !part.starts_with(|c: char| c.is_ascii_digit())
        });
        if is_path && text.contains(['.', ':']) {
            return true;
        }
        let asks =
            ["getattr", "setattr", "hasattr", "delattr", "methodcaller", "attrgetter", "import_string"];
        is_path
            && self.semantic.ancestors(id).take(3).any(|around| match around.ast {
                AnyNodeRef::ExprCall(call) => {
                    let callee = self.text(&*call.func);
                    callee
                        .split('.')
                        .any(|part| asks.contains(&part) || matches!(part, "patch" | "spy" | "stub"))
                }
                _ => false,
            })
    }
}
