//! What holds an object: names, attributes, parameters and results of functions.

use ruff_python_ast::{self as ast, AnyNodeRef};
use ruff_text_size::Ranged;

use crate::engine::context::Context;
use crate::engine::project::reduce::{ClassId, FunctionId, Meaning};
use crate::engine::project::shares::Holder;
use crate::engine::semantic::{NodeId, ScopeId, ScopeKind};

impl<'a> Context<'a> {
    /// What a name or attribute is read from or stored in.
    pub(crate) fn holder_of(&self, at: NodeId) -> Option<Holder> {
        let node = self.semantic.node(at);
        match node.ast {
            AnyNodeRef::ExprName(name) => {
                let scope = self.semantic.lookup(name.id.as_str(), node.scope)?;
                Some(Holder::Name(scope, name.id.to_string()))
            }
            AnyNodeRef::ExprAttribute(attribute) => {
                let (Meaning::Instance(class) | Meaning::Class(class)) = self.meaning(&attribute.value)
                else {
                    return None;
                };
                let lineage = &self.world.lineage(class).0;
                let owner = lineage.iter().copied().find(|class| {
                    self.world.class(*class).attributes.contains_key(attribute.attr.as_str())
                })?;
                (owner.file == self.file).then(|| Holder::Attribute(owner, attribute.attr.to_string()))
            }
            _ => None,
        }
    }

    /// The call of which an expression is an argument.
    pub(crate) fn taker_of(&self, at: NodeId) -> Option<&'a ast::ExprCall> {
        let mut parent = self.semantic.node(at).parent;
        if let AnyNodeRef::Keyword(_) = self.semantic.node(parent).ast {
            parent = self.semantic.node(parent).parent;
        }
        let AnyNodeRef::Arguments(_) = self.semantic.node(parent).ast else { return None };
        match self.semantic.node(self.semantic.node(parent).parent).ast {
            AnyNodeRef::ExprCall(call) => Some(call),
            _ => None,
        }
    }

    /// The parameter of a function of this file that an argument fills, with the function's scope.
    pub(crate) fn parameter_filled(&self, at: NodeId) -> Option<(FunctionId, ScopeId, &'a ast::Parameter)> {
        let call = self.taker_of(at)?;
        let (function, skipped) = match self.meaning(&call.func) {
            // A method's first parameter is its object.
            Meaning::Function(function) => (function, usize::from(call.func.is_attribute_expr())),
            Meaning::Class(class) => (self.world.method(class, "__init__")?, 1),
            _ => return None,
        };
        let (definition, scope) = self.definition(function)?;
        let skipped = if self.is_method(definition) { skipped } else { 0 };
        let keyword =
            call.arguments.keywords.iter().find(|keyword| self.semantic.id(&keyword.value) == Some(at));
        let parameter = match keyword {
            Some(keyword) => {
                let name = keyword.arg.as_ref()?.as_str();
                let mut every = definition.parameters.iter_non_variadic_params();
                &every.find(|parameter| parameter.parameter.name.as_str() == name)?.parameter
            }
            None => {
                let arguments = &call.arguments.args;
                let position =
                    arguments.iter().position(|argument| self.semantic.id(argument) == Some(at))?;
                let starred = arguments[..position].iter().any(ast::Expr::is_starred_expr);
                let parameters = &definition.parameters;
                let mut every = parameters.posonlyargs.iter().chain(&parameters.args);
                &every.nth(position + skipped).filter(|_| !starred)?.parameter
            }
        };
        Some((function, scope, parameter))
    }

    fn is_method(&self, function: &ast::StmtFunctionDef) -> bool {
        self.semantic.id(function).is_some_and(|at| {
            matches!(self.semantic.scope(self.semantic.node(at).scope).kind, ScopeKind::Class)
        })
    }

    /// The only definition in this file of a function of the project, and the scope of its own names.
    pub(crate) fn definition(&self, function: FunctionId) -> Option<(&'a ast::StmtFunctionDef, ScopeId)> {
        if function.file != self.file {
            return None;
        }
        let qualname = &self.world.function(function).qualname;
        let mut found = self
            .semantic
            .functions
            .iter()
            .filter(|(_, scope)| self.semantic.scope(*scope).qualname == *qualname);
        let only = found.next()?;
        found.next().is_none().then_some(*only)
    }

    /// The function of this file that a node is part of.
    pub(crate) fn function_around(&self, at: NodeId) -> Option<FunctionId> {
        let scope = self.semantic.frame(self.semantic.node(at).scope);
        let qualname = &self.semantic.scope(scope).qualname;
        let index = self.world.summary(self.file)?.function(qualname)?;
        matches!(self.semantic.scope(scope).kind, ScopeKind::Function(_))
            .then_some(FunctionId { file: self.file, index })
    }

    /// Whether another file is seen to call this function.
    pub(crate) fn is_called_elsewhere(&self, function: FunctionId) -> bool {
        let qualname = &self.world.function(function).qualname;
        let short = qualname.rsplit('.').next().unwrap_or(qualname);
        let short = if short == "__init__" { qualname.rsplit('.').nth(1).unwrap_or(short) } else { short };
        self.calls_elsewhere(short).any(|(file, symbol)| {
            symbol.rsplit('.').next() == Some(short)
                && match self.world.meaning(symbol, file) {
                    Meaning::Function(found) => found == function,
                    Meaning::Class(class) => self.world.method(class, "__init__") == Some(function),
                    _ => false,
                }
        })
    }

    /// Whether another file uses, through an attribute or name of this name, what `is_it` says yes to by its
    /// canonical symbol.
    pub(crate) fn is_used_elsewhere(&self, name: &str, is_it: impl Fn(&str) -> bool) -> bool {
        let through = format!(".{name}.");
        self.calls_elsewhere(name).any(|(file, symbol)| {
            symbol.contains(&through)
                && matches!(self.world.meaning(symbol, file), Meaning::External(found) if is_it(&found))
        })
    }

    /// The same for an attribute of the objects of a class: of objects known to be others' it is another.
    pub(crate) fn is_attribute_used_elsewhere(
        &self,
        owner: ClassId,
        name: &str,
        is_it: impl Fn(&str) -> bool,
    ) -> bool {
        let through = format!(".{name}.");
        self.calls_elsewhere(name).any(|(file, symbol)| {
            let Some(at) = symbol.find(&through) else { return false };
            let may_be_its = match self.world.meaning(&symbol[..at], file) {
                Meaning::Instance(class) | Meaning::Class(class) => {
                    self.world.lineage(class).0.contains(&owner)
                        || self.world.lineage(owner).0.contains(&class)
                }
                Meaning::Function(_) | Meaning::Module(_) => false,
                _ => true,
            };
            may_be_its
                && matches!(self.world.meaning(symbol, file), Meaning::External(found) if is_it(&found))
        })
    }

    /// The calls of those other files of the project that name this at all, by file and raw symbol.
    fn calls_elsewhere(&self, name: &str) -> impl Iterator<Item = (u32, &str)> {
        let others = self.project.files_that_go_through(name).filter(|file| *file != self.file);
        others.flat_map(|file| {
            let summary = self.project.summaries.get(file as usize).and_then(Option::as_ref);
            let functions = summary.into_iter().flat_map(|summary| &summary.functions);
            functions.flat_map(|function| &function.calls).map(move |call| (file, &*call.symbol))
        })
    }

    /// The row of a node, from 1.
    pub(crate) fn row(&self, at: NodeId) -> u32 {
        self.source.row(self.semantic.node(at).ast.start())
    }
}
