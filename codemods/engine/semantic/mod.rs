//! Names and scopes of one file: what is bound where, and what runs where.
//!
//! One walk over the tree numbers every node (the number is kept in the node itself), remembers its parent and
//! its scope, and records bindings, references and calls. Everything else is answered from those tables.

mod build;
mod names;
mod symbols;

use std::cell::{OnceCell, RefCell};

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex, Stmt};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::FxHashMap;

pub(crate) use names::Names;
pub(crate) use symbols::{Symbol, agreed};

/// The position of a node in [`Semantic::nodes`].
pub(crate) type NodeId = u32;
/// The position of a scope in [`Semantic::scopes`].
pub(crate) type ScopeId = u32;
/// The position of a binding in [`Semantic::bindings`].
pub(crate) type BindingId = u32;

/// A node with its surroundings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'a> {
    pub(crate) ast: AnyNodeRef<'a>,
    pub(crate) parent: NodeId,
    pub(crate) scope: ScopeId,
}

/// What opens a scope.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ScopeKind<'a> {
    Module,
    Class,
    Function(&'a ast::StmtFunctionDef),
    Lambda(&'a ast::ExprLambda),
    /// A list, set or dict comprehension: runs at once, where it stands.
    Comprehension,
    /// A generator expression: its body runs when somebody iterates.
    Generator,
    /// The type parameters of a generic function or class.
    TypeParameters,
}

/// A region in which names are bound.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) kind: ScopeKind<'a>,
    pub(crate) parent: Option<ScopeId>,
    /// `Class.method`, `function.<locals>.inner`: Python's `__qualname__`; empty for the module.
    pub(crate) qualname: String,
    pub(crate) names: Names<'a>,
    /// Names declared `global` or `nonlocal` here.
    outer: FxHashMap<&'a str, Outer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outer {
    Global,
    Nonlocal,
}

/// How a name comes to its value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum BindingKind<'a> {
    /// `import a.b` (binds `a`) and `import a.b as c`.
    Import {
        alias: &'a ast::Alias,
    },
    /// `from m import n [as o]`.
    ImportFrom {
        statement: &'a ast::StmtImportFrom,
        alias: &'a ast::Alias,
    },
    /// `def` or `async def`.
    Function,
    Class,
    /// `name = value`; with `unpacked`, the name takes one item of the value.
    Assignment {
        value: &'a Expr,
        unpacked: Option<usize>,
    },
    /// `name: annotation [= value]`.
    Annotated {
        annotation: &'a Expr,
        value: Option<&'a Expr>,
    },
    /// `name += value`, `del name` and everything else of which only the fact is known.
    Changed,
    Deleted,
    Parameter {
        parameter: &'a ast::Parameter,
        default: Option<&'a Expr>,
        variadic: bool,
    },
    /// The target of `for` or of a comprehension, over `iter`; `plain` when the target is just the name, which else
    /// may be the `item` of this number of what is gone over.
    Loop {
        iter: &'a Expr,
        is_async: bool,
        plain: bool,
        item: Option<usize>,
    },
    /// `with context as name`.
    With {
        context: &'a Expr,
        is_async: bool,
        plain: bool,
    },
    /// `except type as name`.
    Except {
        kind: Option<&'a Expr>,
    },
    /// A name bound by a `match` pattern.
    Match,
    TypeParameter,
}

/// One place where a name is bound.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: BindingKind<'a>,
    pub(crate) scope: ScopeId,
    /// The node that binds: the name, alias, parameter or definition.
    pub(crate) node: NodeId,
    /// The statement, handler or comprehension from whose end (in bytes) on the binding holds.
    pub(crate) from: TextSize,
    /// Whether it stands under `if TYPE_CHECKING:`.
    pub(crate) type_checking: bool,
}

/// One place where a name is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reference<'a> {
    pub(crate) name: &'a ast::ExprName,
    pub(crate) node: NodeId,
    pub(crate) scope: ScopeId,
}

/// The tables of one file.
#[derive(Debug)]
pub(crate) struct Semantic<'a> {
    pub(crate) module: &'a str,
    pub(crate) is_package: bool,
    pub(crate) nodes: Vec<Node<'a>>,
    pub(crate) scopes: Vec<Scope<'a>>,
    pub(crate) bindings: Vec<Binding<'a>>,
    pub(crate) references: Vec<Reference<'a>>,
    /// Every call, as the expression and as the call it is.
    pub(crate) calls: Vec<(&'a Expr, &'a ast::ExprCall)>,
    pub(crate) functions: Vec<(&'a ast::StmtFunctionDef, ScopeId)>,
    pub(crate) classes: Vec<(&'a ast::StmtClassDef, ScopeId)>,
    /// Stores to attributes: `(target, value, annotation)` of `x.y = value`, in order.
    pub(crate) attribute_stores: Vec<AttributeStore<'a>>,
    /// Modules of `from m import *` at module level.
    pub(crate) star_imports: Vec<String>,
    /// All statements, in the order of their first byte.
    pub(crate) statements: Vec<NodeId>,
    /// The bindings that imports make.
    pub(crate) imports: Vec<BindingId>,
    /// `return`, `yield` and `yield from`, in order, like all of the following.
    pub(crate) results: Vec<NodeId>,
    /// `raise`, `assert`, `try` and `while`: what may leave a suite otherwise, or never.
    pub(crate) turns: Vec<NodeId>,
    /// `with` and `async with`.
    pub(crate) withs: Vec<NodeId>,
    /// `except`.
    pub(crate) handlers: Vec<NodeId>,
    /// `for` and `while` statements, and the clauses of comprehensions.
    pub(crate) loops: Vec<NodeId>,
    pub(crate) awaits: Vec<NodeId>,
    /// Attributes that are read.
    pub(crate) reads: Vec<NodeId>,
    /// Attributes and items that are written.
    pub(crate) stores: Vec<NodeId>,
    /// The reads of each bound name, by the first binding of the name in its scope.
    read_by: OnceCell<FxHashMap<BindingId, Vec<u32>>>,
    /// The stores to attributes, in the order of their names.
    stores_by_name: OnceCell<Vec<u32>>,
    /// The symbols of the bindings, once they are asked for.
    memo: RefCell<Vec<Option<Option<Symbol>>>>,
    /// Where symbols are put together.
    scratch: RefCell<String>,
    /// The symbols of the callees, in the order of `calls`: everybody asks for them.
    callees: Vec<OnceCell<Option<Symbol>>>,
}

/// `target.attr = value`, `target.attr: annotation = value`, `with value as target.attr`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttributeStore<'a> {
    pub(crate) target: &'a ast::ExprAttribute,
    pub(crate) value: Option<&'a Expr>,
    pub(crate) annotation: Option<&'a Expr>,
    pub(crate) scope: ScopeId,
    /// The value is the context manager of a `with`, and what is stored is what it enters.
    pub(crate) entered: Option<bool>,
}

/// The bindings that a read of a name may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reaching {
    /// The name is not bound in this file (a builtin, or a star import).
    Unbound,
    /// Exactly this one, on every path.
    One(BindingId),
    /// Any of these.
    Many(Vec<BindingId>),
}

impl Scope<'_> {
    /// Whether the name is declared `global` or `nonlocal` here.
    pub(crate) fn declares_outer(&self, name: &str) -> bool {
        self.outer.contains_key(name)
    }
}

impl<'a> Semantic<'a> {
    /// The number of a node; `None` for a node that is not of this tree (a parsed string annotation).
    pub(crate) fn id(&self, node: &impl HasNodeIndex) -> Option<NodeId> {
        node.node_index().load().as_u32().filter(|id| (*id as usize) < self.nodes.len())
    }

    /// The call that a node is, as an expression: calls are kept in the order of their nodes.
    pub(crate) fn call_at(&self, id: NodeId) -> Option<&'a Expr> {
        let at = self.calls.binary_search_by_key(&Some(id), |(_, call)| self.id(*call)).ok()?;
        Some(self.calls[at].0)
    }

    /// What the callee of the call of this number stands for; see [`Self::symbol`].
    pub(crate) fn callee(&self, number: usize) -> Option<Symbol> {
        let callee = || {
            let (_, call) = self.calls[number];
            self.symbol(&call.func, self.scope_of(call))
        };
        self.callees[number].get_or_init(callee).clone()
    }

    /// The nodes of these numbers: of one of the lists by kind.
    pub(crate) fn each<'s>(&'s self, ids: &'s [NodeId]) -> impl Iterator<Item = &'s Node<'a>> {
        ids.iter().map(|id| &self.nodes[*id as usize])
    }

    pub(crate) fn node(&self, id: NodeId) -> Node<'a> {
        self.nodes[id as usize]
    }

    /// The nodes around a node, innermost first, the module last.
    pub(crate) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = Node<'a>> {
        let mut next = id;
        std::iter::from_fn(move || {
            if next == 0 {
                return None;
            }
            next = self.nodes[next as usize].parent;
            Some(self.nodes[next as usize])
        })
    }

    /// The nodes inside a node: they are numbered right after it.
    pub(crate) fn inside(&self, id: NodeId) -> impl Iterator<Item = &Node<'a>> {
        let range = self.node(id).ast.range();
        let after = &self.nodes[id as usize + 1..];
        after.iter().take_while(move |inner| range.contains_range(inner.ast.range()))
    }

    pub(crate) fn scope(&self, id: ScopeId) -> &Scope<'a> {
        &self.scopes[id as usize]
    }

    pub(crate) fn binding(&self, id: BindingId) -> &Binding<'a> {
        &self.bindings[id as usize]
    }

    /// The scope of the function, lambda, class or module whose code a scope is part of: comprehensions and
    /// type parameters belong to what is around them.
    pub(crate) fn frame(&self, mut scope: ScopeId) -> ScopeId {
        while let (
            ScopeKind::Comprehension | ScopeKind::Generator | ScopeKind::TypeParameters,
            Some(parent),
        ) = (self.scope(scope).kind, self.scope(scope).parent)
        {
            scope = parent;
        }
        scope
    }

    /// The scope in which a name read in `scope` is bound, or `None` for a builtin.
    pub(crate) fn lookup(&self, name: &str, scope: ScopeId) -> Option<ScopeId> {
        self.bound(name, scope).map(|(bound_in, _)| bound_in)
    }

    /// The same with the bindings of the name there, in order.
    fn bound(&self, name: &str, scope: ScopeId) -> Option<(ScopeId, &[BindingId])> {
        let key = names::Key::from(name);
        let mut at = Some(scope);
        let mut first = true;
        while let Some(id) = at {
            let here = self.scope(id);
            match here.outer.get(name) {
                Some(Outer::Global) => {
                    return self.scopes[0].names.get(key).map(|bindings| (0, bindings));
                }
                Some(Outer::Nonlocal) => {}
                None => {
                    // A class body's names are not seen from the functions inside it.
                    let seen = first || !matches!(here.kind, ScopeKind::Class);
                    if seen && let Some(bindings) = here.names.get(key) {
                        return Some((id, bindings));
                    }
                }
            }
            if !matches!(here.kind, ScopeKind::Comprehension | ScopeKind::Generator) {
                first = false;
            }
            at = here.parent;
        }
        None
    }

    /// Whether a name is bound anywhere a reader in `scope` would see it, or is read somewhere as a builtin or
    /// through a star import. What another function binds for itself is no concern of a reader here.
    pub(crate) fn is_taken(&self, name: &str, scope: ScopeId) -> bool {
        let unbound =
            |read: &Reference<'_>| read.name.id.as_str() == name && self.lookup(name, read.scope).is_none();
        self.lookup(name, scope).is_some() || self.references.iter().any(unbound)
    }

    /// All bindings of a name in a scope, in order.
    pub(crate) fn bindings_of(&self, name: &str, scope: ScopeId) -> &[BindingId] {
        self.scope(scope).names.get(name).unwrap_or_default()
    }

    /// The reads of a name that is bound in `scope`, in order, those in inner functions included.
    pub(crate) fn reads_of(&self, name: &str, scope: ScopeId) -> impl Iterator<Item = &Reference<'a>> {
        let first = self.bindings_of(name, scope).first();
        let reads = first.and_then(|first| self.read_index().get(first));
        reads.into_iter().flatten().map(|index| &self.references[*index as usize])
    }

    /// The file's stores to attributes of this name, whatever the object.
    pub(crate) fn stores_of(&self, attribute: &str) -> impl Iterator<Item = &AttributeStore<'a>> {
        let name = |at: &u32| self.attribute_stores[*at as usize].target.attr.as_str();
        let by_name = self.stores_by_name.get_or_init(|| {
            let mut by_name: Vec<u32> = (0..).take(self.attribute_stores.len()).collect();
            by_name.sort_by_key(name);
            by_name
        });
        let first = by_name.partition_point(|at| name(at) < attribute);
        let end = first + by_name[first..].partition_point(|at| name(at) <= attribute);
        by_name[first..end].iter().map(|at| &self.attribute_stores[*at as usize])
    }

    fn read_index(&self) -> &FxHashMap<BindingId, Vec<u32>> {
        self.read_by.get_or_init(|| {
            let mut index: FxHashMap<_, Vec<u32>> = FxHashMap::default();
            for (at, read) in self.references.iter().enumerate() {
                let name = read.name.id.as_str();
                let bound =
                    self.lookup(name, read.scope).and_then(|scope| self.bindings_of(name, scope).first());
                if let Some(first) = bound {
                    index.entry(*first).or_default().push(at as u32);
                }
            }
            index
        })
    }

    /// The bindings that a read of `name` at node `id` in `scope` may see.
    ///
    /// Exact for straight-line code, branches and loops; a name of an enclosing function or module has all of
    /// its bindings, since the time of the read is not known.
    pub(crate) fn reaching(&self, name: &str, id: Option<NodeId>, scope: ScopeId) -> Reaching {
        let Some((bound_in, all)) = self.bound(name, scope) else { return Reaching::Unbound };
        if let [only] = all {
            return Reaching::One(*only);
        }
        let Some(id) = id else { return Reaching::Many(all.to_vec()) };
        if self.frame(bound_in) != self.frame(scope) {
            return Reaching::Many(all.to_vec());
        }
        let at = self.node(id).ast.start();
        let Some(last) = all.iter().rev().find(|b| self.binding(**b).from <= at).copied() else {
            return Reaching::Many(all.to_vec());
        };
        let dominates = self.binds_before(last, id);
        let rebound_in_loop = self.ancestors(id).any(|around| {
            let (AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)) = around.ast else { return false };
            let range = around.ast.range();
            let inside = |b: &BindingId| range.contains_range(self.node(self.binding(*b).node).ast.range());
            !inside(&last) && all.iter().any(|b| *b != last && inside(b))
        });
        if dominates && !rebound_in_loop { Reaching::One(last) } else { Reaching::Many(all.to_vec()) }
    }

    /// Whether the statement of a binding stands in the suite of the read, or in one around it.
    fn binds_before(&self, binding: BindingId, read: NodeId) -> bool {
        let binding = self.binding(binding);
        let Some((statement, suite)) = self.statement_and_suite(binding.node) else {
            return true;
        };
        if statement == binding.node && matches!(binding.kind, BindingKind::Parameter { .. }) {
            return true;
        }
        if self.node(statement).ast.range().contains_range(self.node(read).ast.range()) {
            return true;
        }
        let mut at = read;
        loop {
            let Some((around, its_suite)) = self.statement_and_suite(at) else { return false };
            if its_suite == suite {
                return true;
            }
            at = self.node(around).parent;
            if at == 0 {
                return suite == (0, 0);
            }
        }
    }

    /// The innermost statement holding a node (or the node itself), and which suite of which node it stands in.
    pub(crate) fn statement_and_suite(&self, id: NodeId) -> Option<(NodeId, (NodeId, usize))> {
        let mut at = id;
        loop {
            let node = self.node(at);
            if node.ast.is_statement() {
                let parent = self.node(node.parent).ast;
                let start = node.ast.start();
                let suite = match parent {
                    AnyNodeRef::StmtFor(s) => {
                        usize::from(s.orelse.first().is_some_and(|f| f.start() <= start))
                    }
                    AnyNodeRef::StmtWhile(s) => {
                        usize::from(s.orelse.first().is_some_and(|f| f.start() <= start))
                    }
                    AnyNodeRef::StmtTry(s) => {
                        if s.finalbody.first().is_some_and(|f| f.start() <= start) {
                            2
                        } else {
                            usize::from(s.orelse.first().is_some_and(|f| f.start() <= start))
                        }
                    }
                    _ => 0,
                };
                return Some((at, (node.parent, suite)));
            }
            if matches!(node.ast, AnyNodeRef::ModModule(_)) || at == 0 {
                return None;
            }
            at = node.parent;
        }
    }

    /// The suite of statements around a statement.
    pub(crate) fn suite(&self, statement: NodeId) -> &'a [Stmt] {
        let Some((_, (parent, which))) = self.statement_and_suite(statement) else { return &[] };
        match (self.node(parent).ast, which) {
            (AnyNodeRef::ModModule(n), _) => &n.body,
            (AnyNodeRef::StmtFunctionDef(n), _) => &n.body,
            (AnyNodeRef::StmtClassDef(n), _) => &n.body,
            (AnyNodeRef::StmtIf(n), _) => &n.body,
            (AnyNodeRef::ElifElseClause(n), _) => &n.body,
            (AnyNodeRef::StmtWith(n), _) => &n.body,
            (AnyNodeRef::StmtFor(n), 0) => &n.body,
            (AnyNodeRef::StmtFor(n), _) => &n.orelse,
            (AnyNodeRef::StmtWhile(n), 0) => &n.body,
            (AnyNodeRef::StmtWhile(n), _) => &n.orelse,
            (AnyNodeRef::StmtTry(n), 0) => &n.body,
            (AnyNodeRef::StmtTry(n), 1) => &n.orelse,
            (AnyNodeRef::StmtTry(n), _) => &n.finalbody,
            (AnyNodeRef::ExceptHandlerExceptHandler(n), _) => &n.body,
            (AnyNodeRef::MatchCase(n), _) => &n.body,
            _ => &[],
        }
    }
}
