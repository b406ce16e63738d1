//! Where the response of a call gets to.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use rustc_hash::FxHashSet;

use super::arguments::argument_of;
use super::collected::{self, CollectionUse};
use super::sites::Site;
use super::values::id;
use crate::engine::context::Context;
use crate::engine::project::reduce::Meaning;
use crate::engine::semantic::{BindingKind, NodeId, Reaching, ScopeId, ScopeKind};

/// An expression whose value is a response of the calls that are converted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) id: NodeId,
    /// It may be `None` too.
    pub(super) may_be_none: bool,
    /// It may be something else too, even a response of requests.
    pub(super) mixed: bool,
}

/// Where the response of a call gets to.
#[derive(Debug, Default)]
pub(super) struct Reach {
    pub(super) spots: Vec<Spot>,
    /// It is returned, and callers that cannot be seen get it.
    pub(super) returned: bool,
}

/// Follows the response of a call through names, conditional expressions, `with` and, in this file, `return`.
pub(super) fn reach<'a>(cx: &Context<'a>, site: &Site<'a>, converted: &FxHashSet<NodeId>) -> Reach {
    let mut walk = Walk { cx, converted, reach: Reach::default(), seen: FxHashSet::default() };
    walk.flow(site.id, false, false);
    walk.reach
}

struct Walk<'w, 'a> {
    cx: &'w Context<'a>,
    converted: &'w FxHashSet<NodeId>,
    reach: Reach,
    seen: FxHashSet<NodeId>,
}

impl<'a> Walk<'_, 'a> {
    fn flow(&mut self, at: NodeId, may_be_none: bool, mixed: bool) {
        if let Some(known) = self.reach.spots.iter_mut().find(|spot| spot.id == at) {
            known.may_be_none |= may_be_none;
            known.mixed |= mixed;
            return;
        }
        self.reach.spots.push(Spot { id: at, may_be_none, mixed });
        let cx = self.cx;
        let parent = cx.semantic.node(at).parent;
        match cx.semantic.node(parent).ast {
            AnyNodeRef::StmtAssign(statement) if id(cx, &*statement.value) == at => {
                for target in &statement.targets {
                    if let Expr::Name(name) = target {
                        self.bound(name, may_be_none, mixed);
                    }
                }
            }
            AnyNodeRef::StmtAnnAssign(statement) => {
                if let Expr::Name(name) = &*statement.target {
                    self.bound(name, may_be_none, mixed);
                }
            }
            AnyNodeRef::ExprNamed(named) => {
                if let Expr::Name(name) = &*named.target {
                    self.bound(name, may_be_none, mixed);
                }
                self.flow(parent, may_be_none, mixed);
            }
            AnyNodeRef::ExprIf(choice) if id(cx, &*choice.test) != at => {
                let other = if id(cx, &*choice.body) == at { &choice.orelse } else { &choice.body };
                let (none, mixed_too) = match self.kind_of(other) {
                    Other::None => (true, false),
                    Other::Response => (false, false),
                    Other::Unknown => (false, true),
                };
                self.flow(parent, may_be_none || none, mixed || mixed_too);
            }
            AnyNodeRef::WithItem(item) => self.entered(item, may_be_none, mixed),
            AnyNodeRef::Arguments(_) => {
                // `closing(requests.get(…))` gives the response back.
                let Some(call) = argument_of(cx, at) else { return };
                if let Some(list) = collected::appended_to(cx, call) {
                    self.named_collection(list, mixed);
                    return;
                }
                if cx.symbol(&call.func).as_deref() == Some("contextlib.closing")
                    && let AnyNodeRef::WithItem(item) = cx.parent(call)
                {
                    self.entered(item, may_be_none, mixed);
                }
            }
            AnyNodeRef::StmtReturn(_) => self.returned(at, may_be_none, mixed),
            AnyNodeRef::ExprListComp(list) if id(cx, &*list.elt) == at => self.collection(parent, mixed),
            AnyNodeRef::ExprGenerator(list) if id(cx, &*list.elt) == at => self.collection(parent, mixed),
            AnyNodeRef::ExprList(ast::ExprList { elts, .. })
            | AnyNodeRef::ExprTuple(ast::ExprTuple { elts, .. }) => {
                let place = elts.iter().position(|item| id(cx, item) == at);
                if let Some(name) = place.and_then(|place| collected::unpacked(cx, parent, place)) {
                    self.bound(name, may_be_none, mixed);
                    return;
                }
                let unknown = elts.iter().any(|item| self.kind_of(item) == Other::Unknown);
                self.collection(parent, mixed || unknown);
            }
            _ => {}
        }
    }

    fn entered(&mut self, item: &'a ast::WithItem, may_be_none: bool, mixed: bool) {
        if let Some(Expr::Name(name)) = item.optional_vars.as_deref() {
            self.bound(name, may_be_none, mixed);
        }
    }

    /// The reads of a name that may see what is bound here.
    fn bound(&mut self, target: &'a ast::ExprName, from_none: bool, mixed: bool) {
        let cx = self.cx;
        let target_id = id(cx, target);
        if !self.seen.insert(target_id) {
            return;
        }
        let name = target.id.as_str();
        let Some(scope) = cx.semantic.lookup(name, cx.semantic.node(target_id).scope) else { return };
        let bindings = cx.semantic.bindings_of(name, scope);
        let Some(own) = bindings.iter().copied().find(|b| cx.semantic.binding(*b).node == target_id) else {
            return;
        };
        let reads: Vec<(NodeId, ScopeId)> =
            cx.semantic.reads_of(name, scope).map(|read| (read.node, read.scope)).collect();
        for (node, read_scope) in reads {
            let (may_be_none, mixed_too) = match cx.semantic.reaching(name, Some(node), read_scope) {
                Reaching::One(binding) if binding == own => (false, false),
                Reaching::Many(all) if all.contains(&own) => {
                    let others = all.iter().filter(|binding| **binding != own);
                    let kinds =
                        others.map(|binding| self.kind_of_binding(cx.semantic.binding(*binding).kind));
                    let kinds: Vec<Other> = kinds.collect();
                    (kinds.contains(&Other::None), kinds.contains(&Other::Unknown))
                }
                _ => continue,
            };
            self.flow(node, from_none || may_be_none, mixed || mixed_too);
        }
    }

    /// The items of what holds responses, where it is gone over.
    fn collection(&mut self, at: NodeId, mixed: bool) {
        let cx = self.cx;
        match collected::use_of(cx, at) {
            CollectionUse::Named(name) => self.named_collection(name, mixed),
            CollectionUse::Items(item) => self.bound(item, false, mixed),
            CollectionUse::Item(item) => self.flow(item, false, mixed),
            CollectionUse::Other => {}
        }
    }

    /// The same of a name that holds them, wherever it is read.
    fn named_collection(&mut self, name: &'a ast::ExprName, mixed: bool) {
        let cx = self.cx;
        let Some(scope) = cx.semantic.lookup(name.id.as_str(), cx.semantic.node(id(cx, name)).scope) else {
            return;
        };
        let reads: Vec<NodeId> =
            cx.semantic.reads_of(name.id.as_str(), scope).map(|read| read.node).collect();
        let added = reads.iter().filter_map(|read| collected::added_to(cx, *read));
        let made = cx.semantic.bindings_of(name.id.as_str(), scope).iter().flat_map(|binding| {
            match cx.semantic.binding(*binding).kind {
                BindingKind::Assignment { value: Expr::List(list), unpacked: None } => list.elts.as_slice(),
                _ => &[],
            }
        });
        let unknown = added.chain(made).any(|item| self.kind_of_read(item) == Other::Unknown);
        for read in reads {
            self.collection_read(read, mixed || unknown);
        }
    }

    fn collection_read(&mut self, read: NodeId, mixed: bool) {
        match collected::use_of(self.cx, read) {
            CollectionUse::Items(item) => self.bound(item, false, mixed),
            CollectionUse::Item(item) => self.flow(item, false, mixed),
            CollectionUse::Named(_) | CollectionUse::Other => {}
        }
    }

    /// What an added item is: a call that is converted, or a name for one.
    fn kind_of_read(&self, added: &Expr) -> Other {
        match added {
            Expr::Name(name) => match self.cx.binding_read(name) {
                Some(binding) => self.kind_of_binding(binding.kind),
                None => Other::Unknown,
            },
            _ => self.kind_of(added),
        }
    }

    /// The awaited calls of the function in this file get what it returns.
    fn returned(&mut self, at: NodeId, may_be_none: bool, mixed: bool) {
        self.reach.returned = true;
        let cx = self.cx;
        let frame = cx.semantic.frame(cx.semantic.node(at).scope);
        let qualname = cx.semantic.scope(frame).qualname.clone();
        let Some(index) = cx.world.summary(cx.file).and_then(|summary| summary.function(&qualname)) else {
            return;
        };
        for call in cx.calls() {
            let Meaning::Function(function) = cx.meaning(call.func()) else { continue };
            if function.file != cx.file || function.index != index {
                continue;
            }
            if let AnyNodeRef::ExprAwait(awaited) = cx.parent(call.expr) {
                let others = self.returns_others(frame);
                self.flow(id(cx, awaited), may_be_none || others.0, mixed || others.1);
            }
        }
    }

    /// Whether a function returns `None` and whether it returns something that is not converted.
    fn returns_others(&self, frame: ScopeId) -> (bool, bool) {
        let cx = self.cx;
        let mut found = (false, false);
        if let ScopeKind::Function(function) = cx.semantic.scope(frame).kind {
            // Whoever gets to the end of the function returns `None`.
            found.0 = !function.body.last().is_some_and(always_leaves);
        }
        for node in cx.nodes() {
            let AnyNodeRef::StmtReturn(statement) = node.ast else { continue };
            if cx.semantic.frame(node.scope) != frame {
                continue;
            }
            let Some(value) = statement.value.as_deref() else {
                found.0 = true;
                continue;
            };
            match self.kind_of(value) {
                Other::None => found.0 = true,
                Other::Response => {}
                Other::Unknown => {
                    let known = self.reach.spots.iter().any(|spot| spot.id == id(cx, value));
                    found.1 |= !known;
                }
            }
        }
        found
    }

    fn kind_of(&self, value: &Expr) -> Other {
        match value {
            Expr::NoneLiteral(_) => Other::None,
            Expr::Named(named) => self.kind_of(&named.value),
            Expr::If(choice) => match (self.kind_of(&choice.body), self.kind_of(&choice.orelse)) {
                (Other::Unknown, _) | (_, Other::Unknown) => Other::Unknown,
                (Other::None, _) | (_, Other::None) => Other::None,
                _ => Other::Response,
            },
            _ if self.converted.contains(&id(self.cx, value)) => Other::Response,
            _ => Other::Unknown,
        }
    }

    fn kind_of_binding(&self, kind: BindingKind<'a>) -> Other {
        match kind {
            BindingKind::Assignment { value, unpacked: None }
            | BindingKind::Annotated { value: Some(value), .. } => self.kind_of(value),
            BindingKind::With { context, plain: true, .. } => self.kind_of(context),
            BindingKind::Annotated { value: None, .. } | BindingKind::Deleted => Other::Response,
            _ => Other::Unknown,
        }
    }
}

/// What else a name may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Other {
    None,
    Response,
    Unknown,
}

/// Whether code never gets past a statement, as far as that is plain.
fn always_leaves(statement: &ast::Stmt) -> bool {
    let leaves = |suite: &[ast::Stmt]| suite.last().is_some_and(always_leaves);
    match statement {
        ast::Stmt::Return(_) | ast::Stmt::Raise(_) => true,
        ast::Stmt::If(branch) => {
            leaves(&branch.body)
                && branch.elif_else_clauses.last().is_some_and(|last| last.test.is_none())
                && branch.elif_else_clauses.iter().all(|clause| leaves(&clause.body))
        }
        ast::Stmt::With(with) => leaves(&with.body),
        ast::Stmt::Try(guarded) => {
            leaves(&guarded.finalbody)
                || (leaves(&guarded.body) || leaves(&guarded.orelse))
                    && guarded.handlers.iter().all(|handler| {
                        let ast::ExceptHandler::ExceptHandler(handler) = handler;
                        leaves(&handler.body)
                    })
        }
        _ => false,
    }
}
