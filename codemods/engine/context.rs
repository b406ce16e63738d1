//! What a codemod may ask about the file it looks at.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::apis::{self, Shape, Verdict};
use super::project::Project;
use super::project::reduce::{Meaning, World};
use super::semantic::{Binding, BindingKind, Node, NodeId, ScopeId, ScopeKind, Semantic};
use super::settings::{PythonVersion, Settings};
use super::source::Source;
use super::suppress::Suppressions;

/// One file, its meaning and the project around it.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) source: &'a Source<'a>,
    pub(crate) semantic: &'a Semantic<'a>,
    pub(crate) settings: &'a Settings,
    pub(crate) project: &'a Project,
    pub(crate) world: World<'a>,
    /// The file's number in the project.
    pub(crate) file: u32,
    symbols: RefCell<FxHashMap<NodeId, Option<Rc<str>>>>,
    /// Where the code of each scope runs.
    runs: Vec<Runs>,
    /// The symbols of the callees, in the order of `semantic.calls`.
    callees: Vec<OnceCell<Option<Rc<str>>>>,
    /// See `blocked`, which fills it when it is first asked.
    pub(crate) held: OnceCell<Vec<u32>>,
    /// The nodes that go over something that blocks; see `blocked` too.
    pub(crate) gone_over: OnceCell<Vec<NodeId>>,
    /// The names in whose place the file puts something else; see `patched`, which fills it.
    pub(crate) replaced: OnceCell<FxHashSet<String>>,
    /// What the cells of a notebook do; see `cells`, which fills it.
    pub(crate) cells_do: OnceCell<Cells>,
    /// The comments that silence codemods.
    suppressions: OnceCell<Suppressions>,
}

/// Which library runs a file's coroutines. Where a file names several, the first of these is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Framework {
    Asyncio,
    Anyio,
    Trio,
}

/// Whether code runs on the event loop, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    /// In a coroutine function's own code: `await` may stand there.
    OnLoop,
    /// In a generator expression inside a coroutine function: on the loop if it is consumed there, but `await`
    /// would change what the expression is.
    InGenerator,
    /// In a plain function, a lambda or at module level.
    Elsewhere,
}

/// What the cells of a notebook do at their top level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cells {
    /// Nothing asynchronous.
    Plain,
    /// They await.
    Await,
    /// They start what goes on while the next of them runs.
    Start,
}

/// A call and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'c, 'a> {
    cx: &'c Context<'a>,
    /// The call as an expression.
    pub(crate) whole: &'a Expr,
    pub(crate) expr: &'a ast::ExprCall,
    /// Its place in `semantic.calls`, when it is known.
    number: Option<u32>,
}

/// What becomes of the value of an expression.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Use<'a> {
    /// It is a statement of its own.
    Dropped,
    /// It is awaited.
    Awaited(&'a ast::ExprAwait),
    /// It is the whole right side of an assignment to one plain name.
    Named(&'a ast::ExprName),
    /// `return` or `yield` hands it on.
    Returned,
    /// Anything else: an argument, an operand, an item, an attribute's object, …
    Other(AnyNodeRef<'a>),
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        source: &'a Source<'a>,
        semantic: &'a Semantic<'a>,
        settings: &'a Settings,
        project: &'a Project,
        world: World<'a>,
        file: u32,
    ) -> Self {
        Self {
            source,
            semantic,
            settings,
            project,
            world,
            file,
            symbols: RefCell::default(),
            runs: runs_of_scopes(semantic, source.is_notebook()),
            callees: vec![OnceCell::new(); semantic.calls.len()],
            held: OnceCell::new(),
            gone_over: OnceCell::new(),
            replaced: OnceCell::new(),
            cells_do: OnceCell::new(),
            suppressions: OnceCell::new(),
        }
    }

    /// The statements of the file.
    pub(crate) fn body(&self) -> &'a [Stmt] {
        match self.semantic.node(0).ast {
            AnyNodeRef::ModModule(module) => &module.body,
            _ => &[],
        }
    }

    /// Every call in the file, in the order of their first byte, outer calls before the ones inside them.
    pub(crate) fn calls<'c>(&'c self) -> impl Iterator<Item = Call<'c, 'a>> {
        (0..self.semantic.calls.len() as u32).map(|number| self.call_numbered(number))
    }

    /// The calls in code that can hold the loop, in the same order.
    pub(crate) fn loop_calls<'c>(&'c self) -> impl Iterator<Item = Call<'c, 'a>> {
        self.calls()
            .filter(|call| self.runs(call.expr) != Runs::Elsewhere && !self.is_plain_cell_code(call.expr))
    }

    /// The calls whose callee is this, whatever it is called here: `time.sleep`, `requests.Session().get`.
    pub(crate) fn calls_to<'c>(&'c self, symbol: &str) -> impl Iterator<Item = Call<'c, 'a>> {
        let name = symbol.rsplit('.').next().unwrap_or(symbol);
        self.calls().filter(move |call| call.may_be(&[name]) && call.symbol().as_deref() == Some(symbol))
    }

    /// The call of this number, as [`Self::calls`] counts from 0.
    pub(crate) fn call_numbered<'c>(&'c self, number: u32) -> Call<'c, 'a> {
        let (whole, expr) = self.semantic.calls[number as usize];
        Call { cx: self, whole, expr, number: Some(number) }
    }

    /// The call that an expression is.
    pub(crate) fn call<'c>(&'c self, whole: &'a Expr) -> Option<Call<'c, 'a>> {
        Some(Call { cx: self, whole, expr: whole.as_call_expr()?, number: None })
    }

    /// The canonical symbol of an expression: what it is, through imports, bindings, types and other files.
    /// `None` when that is not certain. See `semantic::symbols` for the notation.
    pub(crate) fn symbol(&self, expr: &Expr) -> Option<Rc<str>> {
        let Some(id) = self.semantic.id(expr) else { return self.symbol_in(expr, 0) };
        if let Some(known) = self.symbols.borrow().get(&id) {
            return known.clone();
        }
        let symbol = self.symbol_in(expr, self.semantic.node(id).scope);
        self.symbols.borrow_mut().insert(id, symbol.clone());
        symbol
    }

    fn symbol_in(&self, expr: &Expr, scope: ScopeId) -> Option<Rc<str>> {
        self.canonical(self.semantic.symbol(expr, scope)?)
    }

    /// The canonical symbol of what a raw one stands for.
    fn canonical(&self, raw: Rc<str>) -> Option<Rc<str>> {
        if apis::is_quiet(&raw) || self.world.is_foreign(&raw) {
            return Some(raw);
        }
        match self.world.meaning(&raw, self.file) {
            Meaning::External(symbol) if *symbol == *raw => Some(raw),
            meaning => self.world.spelling(&meaning).map(Into::into),
        }
    }

    /// What an expression means, with the project's own functions and classes as such.
    pub(crate) fn meaning(&self, expr: &Expr) -> Meaning {
        match self.semantic.symbol(expr, self.semantic.scope_of(expr)) {
            Some(raw) => self.world.meaning(&raw, self.file),
            None => Meaning::Unknown,
        }
    }

    /// The canonical symbol of an instance of what an annotation names.
    pub(crate) fn instance(&self, annotation: &Expr) -> Option<Rc<str>> {
        let raw = self.semantic.instance(annotation, self.semantic.scope_of(annotation))?;
        self.world.spelling(&self.world.meaning(&raw, self.file)).map(Into::into)
    }

    /// The binding through which a name is read, when it is certain which.
    pub(crate) fn binding_read(&self, name: &ast::ExprName) -> Option<&Binding<'a>> {
        let id = self.semantic.id(name)?;
        match self.semantic.reaching(name.id.as_str(), Some(id), self.semantic.node(id).scope) {
            super::semantic::Reaching::One(binding) => Some(self.semantic.binding(binding)),
            _ => None,
        }
    }

    /// The node around a node.
    pub(crate) fn parent(&self, node: &impl HasNodeIndex) -> AnyNodeRef<'a> {
        let id = self.semantic.id(node).unwrap_or(0);
        self.semantic.node(self.semantic.node(id).parent).ast
    }

    /// The nodes around a node, innermost first.
    pub(crate) fn ancestors(&self, node: &impl HasNodeIndex) -> impl Iterator<Item = AnyNodeRef<'a>> {
        self.semantic.ancestors(self.semantic.id(node).unwrap_or(0)).map(|node| node.ast)
    }

    /// The innermost statement around a node (or the node itself).
    pub(crate) fn statement(&self, node: &impl HasNodeIndex) -> Option<AnyNodeRef<'a>> {
        let (id, _) = self.semantic.statement_and_suite(self.semantic.id(node)?)?;
        Some(self.semantic.node(id).ast)
    }

    /// The suite of statements that holds a node's statement.
    pub(crate) fn suite(&self, node: &impl HasNodeIndex) -> &'a [Stmt] {
        match self.semantic.id(node).and_then(|id| self.semantic.statement_and_suite(id)) {
            Some((id, _)) => self.semantic.suite(id),
            None => &[],
        }
    }

    /// The function whose own code a node is part of; `None` at module level, in a class body or in a lambda.
    pub(crate) fn enclosing_function(&self, node: &impl HasNodeIndex) -> Option<&'a ast::StmtFunctionDef> {
        let id = self.semantic.id(node)?;
        match self.semantic.scope(self.semantic.frame(self.semantic.node(id).scope)).kind {
            ScopeKind::Function(function) => Some(function),
            _ => None,
        }
    }

    /// Where a node's code runs.
    pub(crate) fn runs(&self, node: &impl HasNodeIndex) -> Runs {
        match self.semantic.id(node) {
            Some(id) => self.runs[self.semantic.node(id).scope as usize],
            None => Runs::Elsewhere,
        }
    }

    /// Where the code at a node runs, by the node's number.
    pub(crate) fn runs_at(&self, id: NodeId) -> Runs {
        self.runs_in(self.semantic.node(id).scope)
    }

    /// Where the code of a scope runs.
    pub(crate) fn runs_in(&self, scope: ScopeId) -> Runs {
        self.runs[scope as usize]
    }

    /// Whether an `await` at a node on the loop would not compile: until Python 3.11 a comprehension that awaits
    /// cannot stand in one that does not.
    pub(crate) fn cannot_await(&self, node: &impl HasNodeIndex) -> bool {
        let Some(id) = self.semantic.id(node) else { return false };
        let scope = self.semantic.scope(self.semantic.node(id).scope);
        let around = scope.parent.map(|around| self.semantic.scope(around).kind);
        self.settings.target < PythonVersion::py3(11)
            && matches!(scope.kind, ScopeKind::Comprehension)
            && matches!(around, Some(ScopeKind::Comprehension | ScopeKind::Generator))
    }

    /// What becomes of the value of an expression; parentheses and walruses are looked through.
    pub(crate) fn use_of(&self, expr: &impl HasNodeIndex) -> Use<'a> {
        match self.parent(expr) {
            AnyNodeRef::StmtExpr(_) => Use::Dropped,
            AnyNodeRef::ExprAwait(awaited) => Use::Awaited(awaited),
            AnyNodeRef::StmtReturn(_) | AnyNodeRef::ExprYield(_) => Use::Returned,
            AnyNodeRef::StmtAssign(statement) => match statement.targets.as_slice() {
                [Expr::Name(name)] => Use::Named(name),
                _ => Use::Other(AnyNodeRef::StmtAssign(statement)),
            },
            AnyNodeRef::StmtAnnAssign(statement) => match &*statement.target {
                Expr::Name(name) => Use::Named(name),
                _ => Use::Other(AnyNodeRef::StmtAnnAssign(statement)),
            },
            other => Use::Other(other),
        }
    }

    /// The reads of the name that a binding node (an assigned [`ast::ExprName`]) binds, anywhere in the file.
    pub(crate) fn reads_of(&self, name: &'a ast::ExprName) -> Vec<&'a ast::ExprName> {
        let Some(id) = self.semantic.id(name) else { return Vec::new() };
        let Some(scope) = self.semantic.lookup(name.id.as_str(), self.semantic.node(id).scope) else {
            return Vec::new();
        };
        self.semantic.reads_of(name.id.as_str(), scope).map(|read| read.name).collect()
    }

    /// The text around an expression that makes it awaited: `("await ", "")` or `("(await ", ")")`.
    pub(crate) fn await_around(&self, expr: &Expr) -> (&'static str, &'static str) {
        let Some(id) = self.semantic.id(expr) else { return ("await ", "") };
        let parent = self.semantic.node(self.semantic.node(id).parent).ast;
        let wrapped = self.is_parenthesized(expr);
        if await_needs_parentheses(parent, expr) && !wrapped { ("(await ", ")") } else { ("await ", "") }
    }

    /// Whether the expression stands in parentheses of its own.
    pub(crate) fn is_parenthesized(&self, expr: &Expr) -> bool {
        let Some(id) = self.semantic.id(expr) else { return false };
        let parent = self.semantic.node(self.semantic.node(id).parent).ast;
        ast::token::parenthesized_range(expr.into(), parent, self.source.tokens()).is_some()
    }

    /// Which library runs this file's coroutines: trio or anyio when it is imported, or a test's mark names it, and
    /// asyncio is not. anyio goes before trio, on which it runs as well. What only a function or a type checker imports
    /// counts where the module imports none of them.
    pub(crate) fn framework(&self) -> Framework {
        let (mut in_module, mut elsewhere) = (None, None);
        for binding in &self.semantic.bindings {
            let module = match binding.kind {
                BindingKind::Import { alias } => alias.name.as_str(),
                BindingKind::ImportFrom { statement, .. } if statement.level == 0 => {
                    statement.module.as_deref().unwrap_or_default()
                }
                _ => continue,
            };
            let found = match module.split('.').next().unwrap_or_default() {
                "asyncio" | "aiohttp" | "uvloop" => Framework::Asyncio,
                "anyio" => Framework::Anyio,
                "trio" => Framework::Trio,
                _ => continue,
            };
            let is_for_all = self.semantic.frame(binding.scope) == 0 && !binding.type_checking;
            let known = if is_for_all { &mut in_module } else { &mut elsewhere };
            *known = Some(known.map_or(found, |known: Framework| known.min(found)));
        }
        let marked = || {
            let marks = [("pytest.mark.anyio", Framework::Anyio), ("pytest.mark.trio", Framework::Trio)];
            marks.into_iter().find(|(mark, _)| self.source.text.contains(mark)).map(|(_, found)| found)
        };
        in_module.or_else(marked).or(elsewhere).unwrap_or(Framework::Asyncio)
    }

    /// A name nothing in the file binds or reads: `wanted`, or `wanted_2`, `wanted_3`, …
    pub(crate) fn fresh_name(&self, wanted: &str) -> String {
        let taken = |name: &str| {
            self.semantic.bindings.iter().any(|binding| binding.name == name)
                || self.semantic.references.iter().any(|read| read.name.id.as_str() == name)
        };
        if !taken(wanted) {
            return wanted.to_owned();
        }
        (2..).map(|n| format!("{wanted}_{n}")).find(|name| !taken(name)).unwrap_or_default()
    }

    /// The innermost node that holds a byte offset.
    pub(crate) fn node_at(&self, at: TextSize) -> NodeId {
        let (nodes, statements) = (&self.semantic.nodes, &self.semantic.statements);
        let starts_by = |id: NodeId| nodes[id as usize].ast.start() <= at;
        // All nodes around `at` are around the last statement that starts before it, or among those from it to the
        // next.
        let next = statements.partition_point(|id| starts_by(*id));
        let Some(first) = next.checked_sub(1).map(|last| statements[last]) else { return 0 };
        let end = statements.get(next).map_or(nodes.len() as NodeId, |next| *next);
        let near = (first..end).filter(|id| starts_by(*id));
        let mut id = near.max_by_key(|id| (nodes[*id as usize].ast.start(), *id)).unwrap_or(first);
        while id != 0 && nodes[id as usize].ast.range().end() <= at {
            id = nodes[id as usize].parent;
        }
        id
    }

    /// The row on which the innermost statement at a byte offset starts, from 1.
    pub(crate) fn statement_row_at(&self, at: TextSize) -> u32 {
        match self.semantic.statement_and_suite(self.node_at(at)) {
            Some((id, _)) => self.source.row(self.semantic.node(id).ast.start()),
            None => self.source.row(at),
        }
    }

    /// Whether a comment silences what the codemod of this name, or one of these aliases, finds at a range: a
    /// fix of several findings leaves such code alone.
    pub(crate) fn is_silenced(&self, range: TextRange, name: &str, aliases: &[&str]) -> bool {
        let suppressions = self.suppressions.get_or_init(|| Suppressions::of(self.source));
        let rows = [
            self.source.row(range.start()),
            self.source.row(range.end()),
            self.statement_row_at(range.start()),
        ];
        suppressions.silence(name, aliases, rows)
    }

    /// The scope at a byte offset.
    pub(crate) fn scope_at(&self, at: TextSize) -> ScopeId {
        self.semantic.node(self.node_at(at)).scope
    }

    /// Whether a top-level module of this name is part of the project.
    pub(crate) fn is_project_module(&self, head: &str) -> bool {
        self.source.module.split('.').next() == Some(head) && self.source.module.contains('.')
            || self.project.modules.resolve(head, Some(self.file)).is_some()
    }

    /// Whether another file of the project imports this name from this file.
    pub(crate) fn is_imported_elsewhere(&self, name: &str) -> bool {
        let symbol = format!("{}.{name}", self.source.module);
        self.project.summaries.iter().enumerate().any(|(file, summary)| {
            file as u32 != self.file
                && summary.as_ref().is_some_and(|summary| {
                    summary.names.values().any(|value| value.as_deref() == Some(symbol.as_str()))
                })
        })
    }

    /// Whether a string in the file is exactly this name or starts with it as a dotted path: `__all__` entries
    /// and quoted annotations.
    pub(crate) fn quotes_name(&self, name: &str) -> bool {
        self.semantic.nodes.iter().any(|node| {
            let AnyNodeRef::ExprStringLiteral(literal) = node.ast else { return false };
            let text = literal.value.to_str();
            text.len() < 200 && mentions(text, name)
        })
    }

    /// Whether a string that is code names this: in `__all__`, in a quoted annotation or type argument, in a call
    /// of `cast` and the like.
    pub(crate) fn exports_or_annotates(&self, name: &str) -> bool {
        self.semantic.nodes.iter().enumerate().any(|(id, node)| {
            let AnyNodeRef::ExprStringLiteral(literal) = node.ast else { return false };
            let text = literal.value.to_str();
            text.len() < 200 && mentions(text, name) && self.is_quoted_code(id as NodeId)
        })
    }

    fn is_quoted_code(&self, id: NodeId) -> bool {
        let at = self.semantic.node(id).ast.range();
        let holds = |annotation: Option<&Expr>| annotation.is_some_and(|a| a.range().contains_range(at));
        self.semantic.ancestors(id).any(|around| match around.ast {
            AnyNodeRef::StmtAnnAssign(s) => holds(Some(&s.annotation)) || is_dunder_all(&s.target),
            AnyNodeRef::StmtAssign(s) => s.targets.iter().any(is_dunder_all),
            AnyNodeRef::StmtAugAssign(s) => is_dunder_all(&s.target),
            AnyNodeRef::Parameter(p) => holds(p.annotation.as_deref()),
            AnyNodeRef::StmtFunctionDef(f) => holds(f.returns.as_deref()),
            AnyNodeRef::ExprSubscript(s) => holds(Some(&s.slice)),
            AnyNodeRef::ExprCall(call) => {
                let callee = match &*call.func {
                    Expr::Name(name) => name.id.as_str(),
                    Expr::Attribute(attribute) => attribute.attr.as_str(),
                    _ => "",
                };
                let of_types = matches!(callee, "cast" | "TypeVar" | "NewType" | "ForwardRef" | "NamedTuple");
                of_types || matches!(&*call.func, Expr::Attribute(a) if is_dunder_all(&a.value))
            }
            _ => false,
        })
    }

    /// The argument of a loop's, task's or future's method that the loop calls later, dropping its result:
    /// `call_soon`, `add_done_callback`, ….
    pub(crate) fn callback_in(&self, call: &'a ast::ExprCall) -> Option<&'a Expr> {
        let method = call.func.as_attribute_expr()?;
        let position = apis::loop_callback(method.attr.as_str())?;
        let receiver = self.symbol(&method.value)?;
        let is_known =
            matches!(&*receiver, "asyncio.AbstractEventLoop()" | "asyncio.Task()" | "asyncio.Future()");
        is_known.then(|| call.arguments.args.get(position))?
    }

    /// The call to whose callback argument this lambda or function is given, as [`Self::callback_in`] says.
    pub(crate) fn taker_of_callback(
        &self,
        callback: &(impl HasNodeIndex + Ranged),
    ) -> Option<&'a ast::ExprCall> {
        let around = self.ancestors(callback).find_map(|node| match node {
            AnyNodeRef::ExprCall(call) => Some(call),
            _ => None,
        })?;
        (self.callback_in(around)?.range() == callback.range()).then_some(around)
    }

    /// The text of a node.
    pub(crate) fn text(&self, node: impl Ranged) -> &'a str {
        self.source.slice(node)
    }

    /// The range of an expression with the parentheses around it, if there are any.
    pub(crate) fn outer_range(&self, expr: &Expr) -> TextRange {
        let Some(id) = self.semantic.id(expr) else { return expr.range() };
        let parent = self.semantic.node(self.semantic.node(id).parent).ast;
        ast::token::parenthesized_range(expr.into(), parent, self.source.tokens()).unwrap_or(expr.range())
    }

    /// The nodes inside a node: they are numbered right after it.
    pub(crate) fn inside(&self, node: &impl HasNodeIndex) -> impl Iterator<Item = &'a Node<'a>> {
        self.semantic.inside(self.semantic.id(node).unwrap_or(0))
    }

    /// All nodes, in the order of their first byte.
    pub(crate) fn nodes(&self) -> &'a [Node<'a>] {
        &self.semantic.nodes
    }
}

/// Where the code of each scope runs: a scope comes after the one it stands in.
///
/// The cells of a notebook run like the body of a coroutine function: IPython awaits what they await, in a loop that
/// runs anyway.
fn runs_of_scopes(semantic: &Semantic<'_>, is_notebook: bool) -> Vec<Runs> {
    let mut runs: Vec<Runs> = Vec::with_capacity(semantic.scopes.len());
    for scope in &semantic.scopes {
        let around = scope.parent.map_or(Runs::Elsewhere, |parent| runs[parent as usize]);
        runs.push(match scope.kind {
            ScopeKind::Function(function) if function.is_async => Runs::OnLoop,
            ScopeKind::Module if is_notebook => Runs::OnLoop,
            // A class body in a coroutine function runs there, but cannot hold an `await`.
            ScopeKind::Function(_) | ScopeKind::Lambda(_) | ScopeKind::Module | ScopeKind::Class => {
                Runs::Elsewhere
            }
            ScopeKind::Generator if around == Runs::OnLoop => Runs::InGenerator,
            ScopeKind::Generator | ScopeKind::Comprehension | ScopeKind::TypeParameters => around,
        });
    }
    runs
}

fn is_dunder_all(target: &Expr) -> bool {
    matches!(target, Expr::Name(name) if name.id.as_str() == "__all__")
}

/// Whether a quoted text is an identifier path or annotation that names `name`.
fn mentions(text: &str, name: &str) -> bool {
    let is_code =
        text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | ',' | ' ' | '|'));
    is_code && text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name)
}

impl<'c, 'a> Call<'c, 'a> {
    /// The file it stands in.
    pub(crate) fn context(&self) -> &'c Context<'a> {
        self.cx
    }

    /// Whether the callee may be one of these, going by the last name of its symbol: a method by its own name, a
    /// plain name always. Says no to most calls at no cost.
    pub(crate) fn may_be(&self, names: &[&str]) -> bool {
        match self.func() {
            Expr::Attribute(attribute) => names.contains(&attribute.attr.as_str()),
            Expr::Name(_) => true,
            _ => false,
        }
    }

    /// The symbol of the callee as this file alone says it.
    pub(crate) fn raw_symbol(&self) -> Option<Rc<str>> {
        match self.number {
            Some(number) => self.cx.semantic.callee(number as usize),
            None => self.cx.semantic.symbol(&self.expr.func, self.cx.semantic.scope_of(self.expr)),
        }
    }

    /// The canonical symbol of the callee.
    pub(crate) fn symbol(&self) -> Option<Rc<str>> {
        let Some(number) = self.number else { return self.cx.symbol(&self.expr.func) };
        // Every codemod asks this of every call.
        let callee = || self.cx.canonical(self.cx.semantic.callee(number as usize)?);
        self.cx.callees[number as usize].get_or_init(callee).clone()
    }

    /// The callee.
    pub(crate) fn func(&self) -> &'a Expr {
        &self.expr.func
    }

    /// What blocks when this call is made: the table, the configuration and its arguments considered.
    pub(crate) fn blocks(&self) -> Option<Verdict<'a>> {
        let verdict = apis::verdict(&self.symbol()?, self.cx.settings)?;
        let waits = verdict.waits_with(|name, position| {
            let value = self.argument(name, position)?;
            let in_memory = self.cx.semantic.memory_file(value, self.cx.semantic.scope_of(value));
            Some(in_memory.unwrap_or_else(|| self.cx.text(value)).to_owned())
        });
        (waits && verdict.shape() == Shape::Call).then_some(verdict)
    }

    /// Whether it runs on the event loop, where `await` may stand.
    pub(crate) fn on_the_loop(&self) -> bool {
        self.cx.runs(self.expr) == Runs::OnLoop
    }

    /// What becomes of its value.
    pub(crate) fn use_of(&self) -> Use<'a> {
        self.cx.use_of(self.expr)
    }

    /// An argument by keyword or position.
    pub(crate) fn argument(&self, name: &str, position: usize) -> Option<&'a Expr> {
        self.expr.arguments.find_argument_value(name, position)
    }

    /// A keyword argument.
    pub(crate) fn keyword(&self, name: &str) -> Option<&'a Expr> {
        self.expr.arguments.find_keyword(name).map(|keyword| &keyword.value)
    }

    /// Whether an argument is unpacked with `*` or `**`.
    pub(crate) fn has_unpacking(&self) -> bool {
        self.expr.arguments.args.iter().any(Expr::is_starred_expr)
            || self.expr.arguments.keywords.iter().any(|keyword| keyword.arg.is_none())
    }
}

impl Ranged for Call<'_, '_> {
    fn range(&self) -> TextRange {
        self.expr.range()
    }
}

/// Whether `await x` must be wrapped to stand where `x` stands.
fn await_needs_parentheses(parent: AnyNodeRef<'_>, expr: &Expr) -> bool {
    match parent {
        AnyNodeRef::ExprAttribute(_) => true,
        AnyNodeRef::ExprSubscript(ast::ExprSubscript { value, .. }) => value.range() == expr.range(),
        AnyNodeRef::ExprCall(ast::ExprCall { func, .. }) => func.range() == expr.range(),
        AnyNodeRef::ExprAwait(_) => true,
        _ => false,
    }
}
