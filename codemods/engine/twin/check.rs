//! Whether everything that may be an object of a plan is one.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::plan::Plan;
use crate::engine::apis::twins::Class;
use crate::engine::context::Runs;
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::engine::semantic::{BindingKind, NodeId};
use crate::engine::settings::PythonVersion;

impl Plan<'_, '_> {
    /// Whether everything that may be an object is one.
    pub(super) fn check(&mut self) {
        let cx = self.cx;
        for symbol in self.library.absent {
            let name = symbol.rsplit('.').next().unwrap_or(symbol);
            let named = cx.nodes().iter().find_map(|node| match node.ast {
                AnyNodeRef::ExprName(read) if read.id.as_str() == name => Some(Expr::Name(read.clone())),
                AnyNodeRef::ExprAttribute(read) if read.attr.as_str() == name => {
                    Some(Expr::Attribute(read.clone()))
                }
                _ => None,
            });
            if let Some(named) = named.filter(|named| cx.symbol(named).as_deref() == Some(symbol)) {
                let at = cx.semantic.id(&named).unwrap_or(0);
                self.refuse(at, format_args!("`{symbol}` is another exception than its twin's"));
            }
        }
        if let Some(at) = self.quoted() {
            self.refuse(at, "a string names its class");
        }
        for (value, class) in std::mem::take(&mut self.values) {
            if !self.is_filled(value, class) {
                self.refuse(cx.semantic.id(value).unwrap_or(0), "what else it may be is not seen");
            }
        }
        for (id, class) in std::mem::take(&mut self.bindings) {
            let binding = *cx.semantic.binding(id);
            let fits = match binding.kind {
                BindingKind::Assignment { value, unpacked: None }
                | BindingKind::Annotated { value: Some(value), .. } => self.is_filled(value, class),
                BindingKind::With { context, plain: true, .. } => {
                    let spot = cx.semantic.id(context).and_then(|id| self.spots.get(&id));
                    spot.and_then(|spot| spot.class.entered)
                        .is_some_and(|entered| std::ptr::eq(entered, class))
                }
                BindingKind::Parameter { .. } => self.parameters.iter().any(|(function, name)| {
                    name == binding.name
                        && cx.definition(*function).is_some_and(|(_, scope)| scope == binding.scope)
                }),
                BindingKind::Annotated { value: None, .. } | BindingKind::Deleted => true,
                _ => false,
            };
            if !fits {
                self.refuse(binding.node, "what else it may be is not seen");
            }
        }
        for (function, name) in self.parameters.clone() {
            self.check_callers(function, &name);
        }
        for (statement, items) in self.entered.clone() {
            let AnyNodeRef::StmtWith(with) = cx.semantic.node(statement).ast else { continue };
            if with.items.len() == items {
                self.changes.insert_first(with.start(), "async ");
            } else {
                self.refuse(statement, "a `with` enters something else too");
            }
        }
        let is_old = cx.settings.target < PythonVersion::py3(10);
        if self.library.binds_early && is_old {
            let early = self.spots.iter().find(|(at, spot)| {
                spot.origin == **at
                    && self.cx.semantic.call_at(**at).is_some()
                    && cx.runs_at(**at) != Runs::OnLoop
            });
            if let Some(at) = early.map(|(at, _)| *at) {
                self.refuse(at, "before Python 3.10 its twin belongs to the loop there is when it is made");
            }
        }
        self.check_loops();
    }

    /// Whether all that use the objects run on one loop, as far as the file shows.
    fn check_loops(&mut self) {
        let cx = self.cx;
        let stays_on_loop = self.makers.iter().any(|maker| maker.class.stays_on_loop);
        if !self.is_kept && !stays_on_loop {
            return;
        }
        let mut runs = 0;
        for call in cx.calls() {
            let Some(symbol) = call.symbol() else { continue };
            let Some(at) = cx.semantic.id(call.expr) else { continue };
            match &*symbol {
                "asyncio.run" => runs += 1,
                "asyncio.new_event_loop" | "asyncio.run_coroutine_threadsafe" => {
                    self.refuse(at, "the file works with several event loops, and it would belong to one");
                }
                "threading.Thread" | "concurrent.futures.ThreadPoolExecutor" if stays_on_loop => {
                    self.refuse(at, "the file works with threads, which may use it too");
                }
                _ => {}
            }
        }
        if runs > 1 {
            self.refuse(0, "the file runs several event loops, and it would belong to one");
        }
        let in_thread = |base: &Expr| cx.symbol(base).as_deref() == Some("threading.Thread");
        let thread = cx.semantic.classes.iter().find(|(class, _)| class.bases().iter().any(in_thread));
        if let Some((class, _)) = thread.filter(|_| stays_on_loop) {
            let at = cx.semantic.id(*class).unwrap_or(0);
            self.refuse(at, "the file works with threads, which may use it too");
        }
    }

    /// A string by which a call gets at a class of the plan: `patch("app.OpenAI")`, `Import("openai", ["OpenAI"])`.
    fn quoted(&self) -> Option<NodeId> {
        let cx = self.cx;
        let names: Vec<&str> =
            self.makers.iter().filter_map(|maker| maker.symbol.rsplit('.').next()).collect();
        let found = cx.nodes().iter().enumerate().find(|(at, node)| {
            let AnyNodeRef::ExprStringLiteral(literal) = node.ast else { return false };
            let text = literal.value.to_str();
            let (path, name) = text.rsplit_once('.').unwrap_or(("", text));
            if !names.contains(&name) {
                return false;
            }
            let calls = cx.semantic.ancestors(*at as NodeId).filter_map(|around| match around.ast {
                AnyNodeRef::ExprCall(call) => Some(call),
                _ => None,
            });
            !path.is_empty() || calls.take(1).any(|call| is_by_name(cx.text(&*call.func)))
        });
        found.map(|(at, _)| at as NodeId)
    }

    fn check_callers(&mut self, function: FunctionId, name: &str) {
        let cx = self.cx;
        for call in cx.calls() {
            let is_it = match cx.meaning(call.func()) {
                Meaning::Function(found) => found == function,
                Meaning::Class(class) => cx.world.method(class, "__init__") == Some(function),
                _ => false,
            };
            if !is_it {
                continue;
            }
            let Some(id) = cx.semantic.id(call.expr) else { continue };
            if call.has_unpacking() {
                self.refuse(id, format_args!("what fills the parameter `{name}` is not seen"));
            }
            let given = &call.expr.arguments;
            for value in given.args.iter().chain(given.keywords.iter().map(|keyword| &keyword.value)) {
                let Some(at) = cx.semantic.id(value) else { continue };
                let fills =
                    cx.parameter_filled(at).is_some_and(|(_, _, filled)| filled.name.as_str() == name);
                if fills && !self.spots.contains_key(&at) && !value.is_none_literal_expr() {
                    self.refuse(at, format_args!("something else fills the parameter `{name}`"));
                }
            }
        }
    }

    fn is_filled(&self, value: &Expr, class: &'static Class) -> bool {
        let is_spot = |expr: &Expr| {
            let spot = self.cx.semantic.id(expr).and_then(|id| self.spots.get(&id));
            spot.is_some_and(|spot| std::ptr::eq(spot.class, class))
        };
        value.is_none_literal_expr() || is_spot(value)
    }
}

/// Whether a function of this name finds or replaces things by their names.
fn is_by_name(callee: &str) -> bool {
    let callee = callee.to_ascii_lowercase();
    ["attr", "import", "patch", "load"].iter().any(|word| callee.contains(word))
}
