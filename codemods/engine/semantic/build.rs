//! The one walk over a tree that fills the tables.

use std::cell::{OnceCell, RefCell};

use ruff_python_ast::visitor::source_order::{
    SourceOrderVisitor, TraversalSignal, walk_expr, walk_stmt, walk_type_params,
};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex, NodeIndex, Stmt};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::FxHashMap;

use super::{
    AttributeStore, Binding, BindingId, BindingKind, Names, Node, NodeId, Outer, Reference, Scope, ScopeId,
    ScopeKind, Semantic,
};
use crate::engine::source::Source;

impl<'a> Semantic<'a> {
    /// Walks the tree of a file.
    pub(crate) fn new(source: &'a Source<'a>) -> Self {
        let tree = source.tree();
        let mut builder = Builder {
            semantic: Self {
                module: source.module,
                is_package: source.is_package,
                nodes: Vec::with_capacity(source.text.len() / 6),
                scopes: Vec::new(),
                bindings: Vec::new(),
                references: Vec::new(),
                calls: Vec::new(),
                functions: Vec::new(),
                classes: Vec::new(),
                attribute_stores: Vec::new(),
                star_imports: Vec::new(),
                statements: Vec::new(),
                imports: Vec::new(),
                results: Vec::new(),
                turns: Vec::new(),
                withs: Vec::new(),
                handlers: Vec::new(),
                loops: Vec::new(),
                awaits: Vec::new(),
                reads: Vec::new(),
                stores: Vec::new(),
                read_by: OnceCell::new(),
                stores_by_name: OnceCell::new(),
                memo: RefCell::default(),
                scratch: RefCell::default(),
                callees: Vec::new(),
            },
            parent: 0,
            scope: 0,
            type_checking: false,
            nonlocal: Vec::new(),
        };
        builder.open(ScopeKind::Module, None, String::new());
        builder.enter_node(AnyNodeRef::ModModule(tree));
        for statement in &tree.body {
            builder.visit_stmt(statement);
        }
        builder.settle_nonlocal();
        builder.semantic.callees = vec![OnceCell::new(); builder.semantic.calls.len()];
        builder.semantic.memo = RefCell::new(vec![None; builder.semantic.bindings.len()]);
        builder.semantic
    }
}

struct Builder<'a> {
    semantic: Semantic<'a>,
    parent: NodeId,
    scope: ScopeId,
    type_checking: bool,
    /// Bindings under a `nonlocal`, still in the scope that declares it.
    nonlocal: Vec<BindingId>,
}

impl<'a> Builder<'a> {
    /// Moves the bindings under a `nonlocal` to the function whose name they bind.
    fn settle_nonlocal(&mut self) {
        for id in std::mem::take(&mut self.nonlocal) {
            let Binding { name, scope: declaring, .. } = self.semantic.bindings[id as usize];
            let mut up = self.semantic.scope(declaring).parent;
            while let Some(scope) = up {
                let here = self.semantic.scope(scope);
                let is_own = !here.outer.contains_key(name) && here.names.contains(name);
                if matches!(here.kind, ScopeKind::Function(_)) && is_own {
                    break;
                }
                up = here.parent;
            }
            let Some(owner) = up else { continue };
            let scopes = &mut self.semantic.scopes;
            scopes[declaring as usize].names.remove(name, id);
            self.semantic.bindings[id as usize].scope = owner;
            scopes[owner as usize].names.insert(name, id);
        }
    }

    fn open(&mut self, kind: ScopeKind<'a>, parent: Option<ScopeId>, qualname: String) -> ScopeId {
        let id = self.semantic.scopes.len() as ScopeId;
        self.semantic.scopes.push(Scope {
            kind,
            parent,
            qualname,
            names: Names::default(),
            outer: FxHashMap::default(),
        });
        self.scope = id;
        id
    }

    /// `outer.inner` or `outer.<locals>.inner`.
    fn qualname(&self, name: &str) -> String {
        let scope = self.semantic.scope(self.semantic.frame(self.scope));
        match scope.kind {
            ScopeKind::Module => name.to_owned(),
            ScopeKind::Class => format!("{}.{name}", scope.qualname),
            _ => format!("{}.<locals>.{name}", scope.qualname),
        }
    }

    fn bind(&mut self, name: &'a str, kind: BindingKind<'a>, node: &impl HasNodeIndex, from: TextSize) {
        let mut scope = self.scope;
        // A walrus in a comprehension binds outside of it; loop targets bind inside.
        if !matches!(kind, BindingKind::Loop { .. }) {
            while matches!(self.semantic.scope(scope).kind, ScopeKind::Comprehension | ScopeKind::Generator) {
                scope = self.semantic.scope(scope).parent.unwrap_or(0);
            }
        }
        match self.semantic.scope(scope).outer.get(name) {
            Some(Outer::Global) => scope = 0,
            // The function whose name it is may bind it further down.
            Some(Outer::Nonlocal) => self.nonlocal.push(self.semantic.bindings.len() as BindingId),
            None => {}
        }
        let id = self.semantic.bindings.len() as u32;
        let node = node.node_index().load().as_u32().unwrap_or(self.parent);
        if matches!(kind, BindingKind::Import { .. } | BindingKind::ImportFrom { .. }) {
            self.semantic.imports.push(id);
        }
        self.semantic.bindings.push(Binding {
            name,
            kind,
            scope,
            node,
            from,
            type_checking: self.type_checking,
        });
        self.semantic.scopes[scope as usize].names.add(name, id);
    }

    /// Binds every name in an assignment target that has already been visited.
    fn bind_target(
        &mut self,
        target: &'a Expr,
        kind: &dyn Fn(Option<usize>) -> BindingKind<'a>,
        from: TextSize,
    ) {
        self.bind_target_at(target, kind, None, from);
    }

    fn bind_target_at(
        &mut self,
        target: &'a Expr,
        kind: &dyn Fn(Option<usize>) -> BindingKind<'a>,
        item: Option<usize>,
        from: TextSize,
    ) {
        match target {
            Expr::Name(name) => self.bind(name.id.as_str(), kind(item), name, from),
            Expr::Starred(starred) => self.bind_changed(&starred.value, from),
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                let starred = elts.iter().any(Expr::is_starred_expr);
                for (index, target) in elts.iter().enumerate() {
                    if item.is_some() || starred {
                        self.bind_changed(target, from);
                    } else {
                        self.bind_target_at(target, kind, Some(index), from);
                    }
                }
            }
            _ => {}
        }
    }

    fn bind_changed(&mut self, target: &'a Expr, from: TextSize) {
        match target {
            Expr::Name(name) => self.bind(name.id.as_str(), BindingKind::Changed, name, from),
            Expr::Starred(starred) => self.bind_changed(&starred.value, from),
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                for target in elts {
                    self.bind_changed(target, from);
                }
            }
            _ => {}
        }
    }

    fn store_attribute(
        &mut self,
        target: &'a Expr,
        value: Option<&'a Expr>,
        annotation: Option<&'a Expr>,
        entered: Option<bool>,
    ) {
        match target {
            Expr::Attribute(attribute) => self.semantic.attribute_stores.push(AttributeStore {
                target: attribute,
                value,
                annotation,
                scope: self.scope,
                entered,
            }),
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                let values = match value {
                    Some(Expr::Tuple(tuple)) if tuple.elts.len() == elts.len() => Some(&tuple.elts),
                    _ => None,
                };
                for (index, target) in elts.iter().enumerate() {
                    self.store_attribute(target, values.map(|values| &values[index]), None, entered);
                }
            }
            _ => {}
        }
    }

    /// Visits a definition's parameters: defaults and annotations outside, names inside the scope just opened.
    fn bind_parameters(&mut self, parameters: &'a ast::Parameters) {
        let start = parameters.start();
        for parameter in parameters.iter_non_variadic_params() {
            let kind = BindingKind::Parameter {
                parameter: &parameter.parameter,
                default: parameter.default.as_deref(),
                variadic: false,
            };
            self.bind(parameter.parameter.name.as_str(), kind, &parameter.parameter, start);
        }
        for parameter in [&parameters.vararg, &parameters.kwarg].into_iter().flatten() {
            let kind = BindingKind::Parameter { parameter, default: None, variadic: true };
            self.bind(parameter.name.as_str(), kind, &**parameter, start);
        }
    }

    fn visit_function(&mut self, function: &'a ast::StmtFunctionDef) {
        self.enter_node(function.into());
        for decorator in &function.decorator_list {
            self.visit_decorator(decorator);
        }
        let outer = self.scope;
        let qualname = self.qualname(function.name.as_str());
        self.bind(function.name.as_str(), BindingKind::Function, function, function.end());
        if let Some(type_params) = &function.type_params {
            self.open(ScopeKind::TypeParameters, Some(outer), String::new());
            walk_type_params(self, type_params);
        }
        self.visit_parameters(&function.parameters);
        if let Some(returns) = &function.returns {
            self.visit_annotation(returns);
        }
        let scope = self.open(ScopeKind::Function(function), Some(self.scope), qualname);
        self.semantic.functions.push((function, scope));
        self.declare_outer(&function.body);
        self.bind_parameters(&function.parameters);
        for statement in &function.body {
            self.visit_stmt(statement);
        }
        self.scope = outer;
        self.leave_node(function.into());
    }

    fn visit_class(&mut self, class: &'a ast::StmtClassDef) {
        self.enter_node(class.into());
        for decorator in &class.decorator_list {
            self.visit_decorator(decorator);
        }
        let outer = self.scope;
        let qualname = self.qualname(class.name.as_str());
        self.bind(class.name.as_str(), BindingKind::Class, class, class.end());
        if let Some(type_params) = &class.type_params {
            self.open(ScopeKind::TypeParameters, Some(outer), String::new());
            walk_type_params(self, type_params);
        }
        if let Some(arguments) = &class.arguments {
            self.visit_arguments(arguments);
        }
        let scope = self.open(ScopeKind::Class, Some(self.scope), qualname);
        self.semantic.classes.push((class, scope));
        for statement in &class.body {
            self.visit_stmt(statement);
        }
        self.scope = outer;
        self.leave_node(class.into());
    }

    /// `global` and `nonlocal` hold for the whole function, wherever they stand.
    fn declare_outer(&mut self, body: &'a [Stmt]) {
        for statement in body {
            match statement {
                Stmt::Global(global) => {
                    for name in &global.names {
                        self.semantic.scopes[self.scope as usize].outer.insert(name.as_str(), Outer::Global);
                    }
                }
                Stmt::Nonlocal(nonlocal) => {
                    for name in &nonlocal.names {
                        self.semantic.scopes[self.scope as usize]
                            .outer
                            .insert(name.as_str(), Outer::Nonlocal);
                    }
                }
                Stmt::If(s) => {
                    self.declare_outer(&s.body);
                    for clause in &s.elif_else_clauses {
                        self.declare_outer(&clause.body);
                    }
                }
                Stmt::For(s) => {
                    self.declare_outer(&s.body);
                    self.declare_outer(&s.orelse);
                }
                Stmt::While(s) => {
                    self.declare_outer(&s.body);
                    self.declare_outer(&s.orelse);
                }
                Stmt::With(s) => self.declare_outer(&s.body),
                Stmt::Match(s) => {
                    for case in &s.cases {
                        self.declare_outer(&case.body);
                    }
                }
                Stmt::Try(s) => {
                    self.declare_outer(&s.body);
                    for handler in &s.handlers {
                        let ast::ExceptHandler::ExceptHandler(handler) = handler;
                        self.declare_outer(&handler.body);
                    }
                    self.declare_outer(&s.orelse);
                    self.declare_outer(&s.finalbody);
                }
                _ => {}
            }
        }
    }

    fn visit_comprehension_expr(
        &mut self,
        expr: &'a Expr,
        kind: ScopeKind<'a>,
        parts: &[&'a Expr],
        generators: &'a [ast::Comprehension],
    ) {
        self.enter_node(expr.into());
        let outer = self.scope;
        let mut inner = None;
        for generator in generators {
            self.enter_node(generator.into());
            // The first iterable is evaluated where the comprehension stands.
            self.visit_expr(&generator.iter);
            match inner {
                None => inner = Some(self.open(kind, Some(outer), String::new())),
                Some(scope) => self.scope = scope,
            }
            self.visit_expr(&generator.target);
            let iter = &generator.iter;
            let is_async = generator.is_async;
            let plain = generator.target.is_name_expr();
            // Names hold from the start of the whole expression on: the element stands before its `for`.
            self.bind_target(
                &generator.target,
                &|item| BindingKind::Loop { iter, is_async, plain, item },
                expr.start(),
            );
            for test in &generator.ifs {
                self.visit_expr(test);
            }
            self.leave_node(generator.into());
        }
        for part in parts {
            self.visit_expr(part);
        }
        self.scope = outer;
        self.leave_node(expr.into());
    }

    fn import_binding(&mut self, alias: &'a ast::Alias, kind: BindingKind<'a>, from: TextSize) {
        let name = match (&alias.asname, kind) {
            (Some(name), _) => name.as_str(),
            (None, BindingKind::Import { .. }) => alias.name.as_str().split('.').next().unwrap_or_default(),
            (None, _) => alias.name.as_str(),
        };
        self.bind(name, kind, alias, from);
    }
}

/// Whether an `if` test is `TYPE_CHECKING` or `typing.TYPE_CHECKING`.
fn is_type_checking(test: &Expr) -> bool {
    match test {
        Expr::Name(name) => name.id.as_str() == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    }
}

impl<'a> SourceOrderVisitor<'a> for Builder<'a> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        let id = self.semantic.nodes.len() as NodeId;
        node.node_index().set(NodeIndex::from(id));
        self.semantic.nodes.push(Node { ast: node, parent: self.parent, scope: self.scope });
        let semantic = &mut self.semantic;
        match node {
            AnyNodeRef::StmtWith(_) => semantic.withs.push(id),
            AnyNodeRef::ExceptHandlerExceptHandler(_) => semantic.handlers.push(id),
            AnyNodeRef::StmtFor(_) | AnyNodeRef::Comprehension(_) => semantic.loops.push(id),
            AnyNodeRef::StmtWhile(_) => {
                semantic.loops.push(id);
                semantic.turns.push(id);
            }
            AnyNodeRef::StmtRaise(_) | AnyNodeRef::StmtAssert(_) | AnyNodeRef::StmtTry(_) => {
                semantic.turns.push(id);
            }
            AnyNodeRef::ExprAwait(_) => semantic.awaits.push(id),
            AnyNodeRef::ExprAttribute(read) if read.ctx == ast::ExprContext::Load => semantic.reads.push(id),
            AnyNodeRef::ExprAttribute(write) if write.ctx == ast::ExprContext::Store => {
                semantic.stores.push(id);
            }
            AnyNodeRef::ExprSubscript(write) if write.ctx == ast::ExprContext::Store => {
                semantic.stores.push(id);
            }
            AnyNodeRef::StmtReturn(_) | AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => {
                semantic.results.push(id);
            }
            _ => {}
        }
        self.parent = id;
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, _node: AnyNodeRef<'a>) {
        self.parent = self.semantic.nodes[self.parent as usize].parent;
    }

    fn visit_stmt(&mut self, statement: &'a Stmt) {
        self.semantic.statements.push(self.semantic.nodes.len() as NodeId);
        match statement {
            Stmt::FunctionDef(function) => return self.visit_function(function),
            Stmt::ClassDef(class) => return self.visit_class(class),
            Stmt::If(branch) if is_type_checking(&branch.test) => {
                self.enter_node(branch.into());
                self.visit_expr(&branch.test);
                let before = std::mem::replace(&mut self.type_checking, true);
                for statement in &branch.body {
                    self.visit_stmt(statement);
                }
                self.type_checking = before;
                for clause in &branch.elif_else_clauses {
                    self.visit_elif_else_clause(clause);
                }
                self.leave_node(branch.into());
                return;
            }
            Stmt::For(s) => {
                // The target is bound before the body is read.
                self.enter_node(s.into());
                self.visit_expr(&s.target);
                self.visit_expr(&s.iter);
                let (iter, is_async, plain) = (&*s.iter, s.is_async, s.target.is_name_expr());
                self.bind_target(
                    &s.target,
                    &|item| BindingKind::Loop { iter, is_async, plain, item },
                    s.iter.end(),
                );
                self.visit_body(&s.body);
                self.visit_body(&s.orelse);
                self.leave_node(s.into());
                return;
            }
            Stmt::With(s) => {
                self.enter_node(s.into());
                for item in &s.items {
                    self.visit_with_item(item);
                    let Some(target) = item.optional_vars.as_deref() else { continue };
                    let (context, is_async) = (&item.context_expr, s.is_async);
                    let plain = target.is_name_expr();
                    self.bind_target(target, &|_| BindingKind::With { context, is_async, plain }, item.end());
                    self.store_attribute(target, Some(context), None, Some(is_async));
                }
                self.visit_body(&s.body);
                self.leave_node(s.into());
                return;
            }
            _ => {}
        }
        walk_stmt(self, statement);
        let end = statement.end();
        match statement {
            Stmt::Assign(s) => {
                for target in &s.targets {
                    let value = &*s.value;
                    self.bind_target(target, &|unpacked| BindingKind::Assignment { value, unpacked }, end);
                    self.store_attribute(target, Some(value), None, None);
                }
            }
            Stmt::AnnAssign(s) => {
                let (annotation, value) = (&*s.annotation, s.value.as_deref());
                self.bind_target(&s.target, &|_| BindingKind::Annotated { annotation, value }, end);
                self.store_attribute(&s.target, value, Some(annotation), None);
            }
            Stmt::AugAssign(s) => {
                self.bind_changed(&s.target, end);
                if let Expr::Name(name) = &*s.target {
                    // `x += 1` reads x too.
                    let node = name.node_index().load().as_u32().unwrap_or(0);
                    self.semantic.references.push(Reference { name, node, scope: self.scope });
                }
            }
            Stmt::Delete(s) => {
                for target in &s.targets {
                    if let Expr::Name(name) = target {
                        self.bind(name.id.as_str(), BindingKind::Deleted, name, end);
                    }
                }
            }
            Stmt::Import(s) => {
                for alias in &s.names {
                    self.import_binding(alias, BindingKind::Import { alias }, end);
                }
            }
            Stmt::ImportFrom(s) => {
                for alias in &s.names {
                    if alias.name.as_str() == "*" {
                        let module = self.semantic.absolute_module(s);
                        self.semantic.star_imports.push(module);
                    } else {
                        self.import_binding(alias, BindingKind::ImportFrom { statement: s, alias }, end);
                    }
                }
            }
            _ => {}
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(handler) = handler;
        self.enter_node(handler.into());
        if let Some(kind) = &handler.type_ {
            self.visit_expr(kind);
        }
        if let Some(name) = &handler.name {
            let from = name.end();
            self.bind(name.as_str(), BindingKind::Except { kind: handler.type_.as_deref() }, handler, from);
        }
        for statement in &handler.body {
            self.visit_stmt(statement);
        }
        self.leave_node(handler.into());
    }

    fn visit_pattern(&mut self, pattern: &'a ast::Pattern) {
        ruff_python_ast::visitor::source_order::walk_pattern(self, pattern);
        let (name, from) = match pattern {
            ast::Pattern::MatchAs(p) => (p.name.as_ref(), pattern.end()),
            ast::Pattern::MatchStar(p) => (p.name.as_ref(), pattern.end()),
            ast::Pattern::MatchMapping(p) => (p.rest.as_ref(), pattern.end()),
            _ => return,
        };
        if let Some(name) = name {
            self.bind(name.as_str(), BindingKind::Match, pattern, from);
        }
    }

    fn visit_type_param(&mut self, parameter: &'a ast::TypeParam) {
        ruff_python_ast::visitor::source_order::walk_type_param(self, parameter);
        self.bind(parameter.name().as_str(), BindingKind::TypeParameter, parameter, parameter.end());
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(lambda) => {
                self.enter_node(expr.into());
                let outer = self.scope;
                if let Some(parameters) = &lambda.parameters {
                    self.visit_parameters(parameters);
                }
                let qualname = self.qualname("<lambda>");
                self.open(ScopeKind::Lambda(lambda), Some(outer), qualname);
                if let Some(parameters) = &lambda.parameters {
                    self.bind_parameters(parameters);
                }
                self.visit_expr(&lambda.body);
                self.scope = outer;
                self.leave_node(expr.into());
            }
            Expr::ListComp(c) => {
                self.visit_comprehension_expr(expr, ScopeKind::Comprehension, &[&c.elt], &c.generators);
            }
            Expr::SetComp(c) => {
                self.visit_comprehension_expr(expr, ScopeKind::Comprehension, &[&c.elt], &c.generators);
            }
            Expr::DictComp(c) => match &c.key {
                Some(key) => {
                    let parts: [&'a Expr; 2] = [key, &c.value];
                    self.visit_comprehension_expr(expr, ScopeKind::Comprehension, &parts, &c.generators);
                }
                None => {
                    self.visit_comprehension_expr(expr, ScopeKind::Comprehension, &[&c.value], &c.generators);
                }
            },
            Expr::Generator(c) => {
                self.visit_comprehension_expr(expr, ScopeKind::Generator, &[&c.elt], &c.generators);
            }
            Expr::Named(named) => {
                walk_expr(self, expr);
                let value = &*named.value;
                self.bind_target(
                    &named.target,
                    &|unpacked| BindingKind::Assignment { value, unpacked },
                    expr.end(),
                );
            }
            Expr::Name(name) => {
                walk_expr(self, expr);
                if name.ctx == ast::ExprContext::Load {
                    let node = name.node_index().load().as_u32().unwrap_or(0);
                    self.semantic.references.push(Reference { name, node, scope: self.scope });
                }
            }
            Expr::Call(call) => {
                self.semantic.calls.push((expr, call));
                walk_expr(self, expr);
            }
            _ => walk_expr(self, expr),
        }
    }
}
