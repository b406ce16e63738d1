//! Where an object gets to: arguments, names, parameters, results and annotations.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::plan::{DATA, Plan};
use super::spelling::Reference;
use crate::engine::apis::twins::{Class, How};
use crate::engine::fix::NESTED_COMPREHENSION;
use crate::engine::project::reduce::{Decoration, FunctionId, Meaning};
use crate::engine::project::shares::Holder;
use crate::engine::semantic::{BindingId, BindingKind, NodeId, Reaching, ScopeId, ScopeKind};

impl<'a> Plan<'_, 'a> {
    /// It is an argument.
    pub(super) fn handed(&mut self, at: NodeId, class: &'static Class) {
        let cx = self.cx;
        if std::ptr::eq(class, &DATA) {
            return;
        }
        let Some(taker) = cx.taker_of(at) else {
            return self.refuse(at, "where it gets to cannot be followed");
        };
        let name = cx.text(&*taker.func);
        let Some(id) = cx.semantic.id(taker) else { return };
        let Some(whole) = self.cx.semantic.call_at(id) else { return };
        let symbol = cx.symbol(&taker.func);
        if symbol.as_deref() == Some("builtins.list") && taker.arguments.len() == 1 {
            return self.list(at, class, whole, taker);
        }
        let known = self.library.takers.iter().find(|known| symbol.as_deref() == Some(known.symbol));
        if let Some(known) = known {
            let (position, keyword) = known.argument;
            let given = taker.arguments.find_argument_value(keyword, position);
            if given.is_none_or(|given| cx.semantic.id(given) != Some(at)) {
                return self.refuse(at, format_args!("it is handed to `{name}`"));
            }
            let (module, name) = known.twin;
            let callee = cx.semantic.id(&*taker.func).unwrap_or(0);
            self.references.push(Reference { at: callee, module, name, rest: "" });
            match known.how {
                How::Gives(given) => self.spot(id, given, id),
                _ => self.wait(id, whole),
            }
            return;
        }
        match cx.parameter_filled(at) {
            Some((function, scope, parameter)) if self.is_plainly_called(function) => {
                self.fill(function, scope, parameter, class);
            }
            _ if self.hand_over(at, class, taker) => {}
            _ => self.refuse(at, format_args!("it is handed to `{name}`")),
        }
    }

    /// `list(object)`
    fn list(&mut self, at: NodeId, class: &'static Class, whole: &'a Expr, call: &'a ast::ExprCall) {
        let cx = self.cx;
        let Some(argument) = call.arguments.args.first() else {
            return self.refuse(at, "it is handed to `list`");
        };
        if class.gone_over.is_none_or(|item| !std::ptr::eq(item, &DATA)) {
            return self.refuse(at, "it is handed to `list`");
        }
        self.go_over(at);
        if cx.cannot_await(whole) {
            self.refuse(at, NESTED_COMPREHENSION);
        }
        let before = TextRange::new(whole.start(), argument.start());
        let after = TextRange::new(argument.end(), whole.end());
        if [before, after].iter().any(|range| cx.text(*range).contains('#')) {
            return self.refuse(at, "a comment would be lost");
        }
        match class.listed {
            Some(method) => {
                let (open, close) = cx.await_around(whole);
                self.changes.replace(before, open);
                self.changes.replace(after, format!(".{method}(){close}"));
                if let Some(parenthesised) = self.awaits.get_mut(&at) {
                    *parenthesised = true;
                }
            }
            None => {
                let item = cx.fresh_name("item");
                self.changes.replace(before, format!("[{item} async for {item} in "));
                self.changes.replace(after, "]");
            }
        }
    }

    /// The object is stored there.
    pub(super) fn store(&mut self, target: &'a Expr, annotation: Option<&'a Expr>, value: NodeId) {
        let class = self.spots[&value].class;
        if let Some(annotation) = annotation {
            self.annotated(annotation);
        }
        match target {
            Expr::Name(name) => self.bind(name, class, value),
            _ if std::ptr::eq(class, &DATA) => {}
            Expr::Attribute(_) => {
                let holder = self.cx.semantic.id(target).and_then(|id| self.cx.holder_of(id));
                match holder {
                    Some(holder @ Holder::Attribute(..)) => self.hold(holder, class),
                    _ => self.refuse(value, "it is stored on another object"),
                }
            }
            _ => self.refuse(value, "it is stored"),
        }
    }

    /// A name is bound to the object: the reads that may see it.
    pub(super) fn bind(&mut self, name: &'a ast::ExprName, class: &'static Class, value: NodeId) {
        let semantic = self.cx.semantic;
        let Some(at) = semantic.id(name) else { return };
        let origin = self.spots.get(&value).map_or(value, |spot| spot.origin);
        let Some(scope) = semantic.lookup(name.id.as_str(), semantic.node(at).scope) else { return };
        let own = semantic.bindings_of(name.id.as_str(), scope).iter();
        let Some(own) = own.copied().find(|id| semantic.binding(*id).node == at) else {
            return self.refuse(value, "it is stored");
        };
        if let (ScopeKind::Class, Some(class_id)) = (semantic.scope(scope).kind, self.class_of(scope)) {
            return self.hold(Holder::Attribute(class_id, name.id.to_string()), class);
        }
        self.reads(own, class, origin);
    }

    /// The reads that may see a binding.
    pub(super) fn reads(&mut self, own: BindingId, class: &'static Class, origin: NodeId) {
        let semantic = self.cx.semantic;
        let binding = *semantic.binding(own);
        let holder = Holder::Name(binding.scope, binding.name.to_owned());
        let is_new = self.holders.insert(holder);
        if is_new && binding.scope == 0 && !std::ptr::eq(class, &DATA) {
            self.is_kept = true;
            self.seen_elsewhere(binding.node, binding.name, class);
        }
        for read in semantic.reads_of(binding.name, binding.scope) {
            match semantic.reaching(binding.name, Some(read.node), read.scope) {
                Reaching::One(binding) if binding == own => self.spot(read.node, class, origin),
                Reaching::Many(all) if all.contains(&own) => {
                    self.bindings.extend(all.iter().map(|binding| (*binding, class)));
                    for other in all {
                        match semantic.binding(other).kind {
                            BindingKind::Assignment { value, unpacked: None } => self.make(value),
                            BindingKind::Annotated { annotation, value } => {
                                self.annotated(annotation);
                                value.into_iter().for_each(|value| self.make(value));
                            }
                            _ => {}
                        }
                    }
                    self.spot(read.node, class, origin);
                }
                _ => {}
            }
        }
    }

    /// Another file uses the module's name, as far as is seen.
    pub(super) fn seen_elsewhere(&mut self, at: NodeId, name: &str, class: &'static Class) {
        let holder = Holder::Name(0, name.to_owned());
        if self.shared.as_ref() == Some(&holder) {
            return;
        }
        let instance = format!("{}()", class.name);
        let is_used = |symbol: &str| !class.name.is_empty() && symbol.starts_with(&instance);
        if self.cx.is_imported_elsewhere(name) || self.cx.is_used_elsewhere(name, is_used) {
            match self.cx.project.share_refusal(self.cx.file, &holder) {
                Some(why) => self.refuse(at, format_args!("other files use it too, and {why}")),
                None => self.refuse(at, "other files use it too"),
            }
        }
    }

    /// The object is a parameter of a function of this file.
    pub(super) fn fill(
        &mut self,
        function: FunctionId,
        scope: ScopeId,
        parameter: &'a ast::Parameter,
        class: &'static Class,
    ) {
        let name = parameter.name.as_str();
        if self.parameters.iter().any(|(known, filled)| *known == function && filled == name) {
            return;
        }
        self.parameters.push((function, name.to_owned()));
        let semantic = self.cx.semantic;
        let is_own = |id: &BindingId| matches!(semantic.binding(*id).kind, BindingKind::Parameter { .. });
        let Some(own) = semantic.bindings_of(name, scope).iter().copied().find(is_own) else { return };
        let node = semantic.binding(own).node;
        if let BindingKind::Parameter { default: Some(default), .. } = semantic.binding(own).kind
            && !default.is_none_literal_expr()
        {
            self.refuse(node, format_args!("the parameter `{name}` has a default"));
        }
        if let Some(annotation) = parameter.annotation.as_deref() {
            self.annotated(annotation);
        }
        let is_across = self.filled.iter().any(|filled| filled.is(function, name));
        if !is_across && self.cx.is_called_elsewhere(function) {
            self.refuse(node, format_args!("other files fill the parameter `{name}`"));
        }
        self.reads(own, class, node);
    }

    /// The object is the result of the function around.
    pub(super) fn returned(&mut self, at: NodeId, class: &'static Class) {
        let cx = self.cx;
        if std::ptr::eq(class, &DATA) {
            return;
        }
        let function = cx.function_around(at);
        let Some((function, (definition, scope))) =
            function.and_then(|function| Some((function, cx.definition(function)?)))
        else {
            return self.refuse(at, "it is returned");
        };
        if !self.functions.insert(function) {
            return;
        }
        let summary = cx.world.function(function);
        if summary.is_generator || cx.is_called_elsewhere(function) || cx.is_overridden(function) {
            return self.refuse(at, "it is returned, and not all that get it are seen");
        }
        for node in cx.nodes() {
            if let AnyNodeRef::StmtReturn(statement) = node.ast
                && cx.semantic.frame(node.scope) == scope
                && let Some(value) = statement.value.as_deref()
            {
                self.make(value);
                self.values.push((value, class));
            }
        }
        if let Some(annotation) = definition.returns.as_deref() {
            self.annotated(annotation);
        }
        let is_property = summary
            .decorators
            .iter()
            .any(|name| matches!(name.as_str(), "builtins.property" | "functools.cached_property"));
        if is_property {
            return self.read_as_property(function, class);
        }
        if !self.is_plainly_called(function) {
            return self.refuse(at, "it is returned, and not all that get it are seen");
        }
        let mut is_called = false;
        for call in cx.calls() {
            if cx.meaning(call.func()) != Meaning::Function(function) {
                continue;
            }
            is_called = true;
            let Some(id) = cx.semantic.id(call.expr) else { continue };
            match cx.parent(call.expr) {
                AnyNodeRef::ExprAwait(awaited) if summary.is_async => {
                    if let Some(awaited) = cx.semantic.id(awaited) {
                        self.spot(awaited, class, awaited);
                    }
                }
                _ if summary.is_async => {
                    self.refuse(id, "the coroutine that gives it is not awaited at once")
                }
                _ => self.spot(id, class, id),
            }
        }
        if !is_called {
            self.refuse(at, "it is returned, and nobody is seen to get it");
        }
    }

    /// A function of this file whose every use is seen: it is only called, and nothing wraps it.
    pub(super) fn is_plainly_called(&self, function: FunctionId) -> bool {
        let cx = self.cx;
        if cx.world.decoration(function) != Decoration::Kept || cx.is_overridden(function) {
            return false;
        }
        let qualname = &cx.world.function(function).qualname;
        let (owner, name) = qualname.rsplit_once('.').unwrap_or(("", qualname));
        if name == "__init__" {
            return true;
        }
        if owner.is_empty() {
            let called = |name: &ast::ExprName| match cx.parent(name) {
                AnyNodeRef::ExprCall(call) => call.func.range() == name.range(),
                _ => false,
            };
            return !cx.is_imported_elsewhere(name)
                && cx.semantic.reads_of(name, 0).all(|read| called(read.name));
        }
        cx.nodes().iter().all(|node| match node.ast {
            AnyNodeRef::ExprAttribute(attribute) if attribute.attr.as_str() == name => {
                matches!(cx.parent(attribute), AnyNodeRef::ExprCall(call) if call.func.range() == attribute.range())
            }
            _ => true,
        })
    }

    /// An annotation names the class: it names the twin then.
    pub(super) fn annotated(&mut self, annotation: &'a Expr) {
        let cx = self.cx;
        let range = annotation.range();
        let Some(first) = cx.semantic.id(annotation) else { return };
        let around = std::iter::once(&cx.semantic.nodes[first as usize]).chain(cx.inside(annotation));
        let mut found = Vec::new();
        let mut named: Option<TextRange> = None;
        for node in around.filter(|node| range.contains_range(node.ast.range())) {
            if named.is_some_and(|named| named.contains_range(node.ast.range())) {
                continue;
            }
            let expr = match node.ast {
                AnyNodeRef::ExprName(name) => Expr::Name(name.clone()),
                AnyNodeRef::ExprAttribute(attribute) => Expr::Attribute(attribute.clone()),
                AnyNodeRef::ExprStringLiteral(_) => {
                    return self.refuse(first, "an annotation of it is quoted");
                }
                _ => continue,
            };
            let (Some(symbol), Some(at)) = (cx.symbol(&expr), cx.semantic.id(&expr)) else { continue };
            if let Some(class) = self.library.classes().find(|class| class.name == &*symbol) {
                named = Some(expr.range());
                found.push((at, class));
            }
        }
        for (at, class) in found {
            if self.references.iter().any(|reference| reference.at == at) {
                continue;
            }
            let (module, name) = class.twin.rsplit_once('.').unwrap_or(("", class.twin));
            self.references.push(Reference { at, module, name, rest: "" });
        }
    }
}
