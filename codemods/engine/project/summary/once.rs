//! What a function does only once in the life of the program: it fills what all share, when that is first asked for.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};

use super::FunctionSummary;
use super::conduct::Conduct;
use super::exits::never_falls_through;
use super::proviso::{Asks, Proviso, Regions};
use super::questions::is_empty;
use super::receiver::Receiver;
use super::tested::is_same_place;
use crate::engine::semantic::{BindingKind, NodeId, ScopeId, ScopeKind, Semantic};

/// The place that one part of a test asks to be empty.
fn asked_to_be_empty(test: &Expr) -> Option<&Expr> {
    let parts = match test {
        Expr::BoolOp(parts) if parts.op == ast::BoolOp::And => parts.values.as_slice(),
        test => std::slice::from_ref(test),
    };
    parts.iter().find_map(empty)
}

/// What `if shared and not again: return shared` hands out, with the other parts of the test, and whether that is what
/// is returned; not if it ages.
fn handed_out<'s>(test: &'s Expr, body: &'s [Stmt]) -> Option<(&'s Expr, Vec<&'s Expr>, bool)> {
    let [Stmt::Return(ast::StmtReturn { value, .. })] = body else { return None };
    let parts = match test {
        Expr::BoolOp(parts) if parts.op == ast::BoolOp::And => parts.values.as_slice(),
        test => std::slice::from_ref(test),
    };
    let filled_place = |part: &'s Expr| match part {
        Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
            ([ast::CmpOp::IsNot], [Expr::NoneLiteral(_)]) => Some(&*compare.left),
            _ => None,
        },
        Expr::Name(_) | Expr::Attribute(_) => Some(part),
        _ => None,
    };
    let returned = parts
        .iter()
        .filter_map(filled_place)
        .find(|place| value.as_deref().is_some_and(|value| is_same_place(value, place)));
    let place = returned.or_else(|| parts.iter().find_map(filled_place))?;
    let is_it = |part: &&'s Expr| filled_place(part).is_some_and(|filled| is_same_place(filled, place));
    let others: Vec<&Expr> = parts.iter().filter(|part| !is_it(part)).collect();
    let is_ordering =
        |op: &ast::CmpOp| matches!(op, ast::CmpOp::Lt | ast::CmpOp::LtE | ast::CmpOp::Gt | ast::CmpOp::GtE);
    let ages = |part: &&Expr| matches!(part, Expr::Compare(compare) if compare.ops.iter().any(is_ordering));
    (!others.iter().any(ages)).then_some((place, others, returned.is_some()))
}

/// What a test asks to be empty: `not x`, `x is None`, `len(x) == 0`.
fn empty(test: &Expr) -> Option<&Expr> {
    match test {
        Expr::UnaryOp(not) if not.op == ast::UnaryOp::Not => Some(&not.operand),
        Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators, &*compare.left) {
            ([ast::CmpOp::Is], [Expr::NoneLiteral(_)], place) => Some(place),
            ([ast::CmpOp::Eq], [Expr::NumberLiteral(_)], Expr::Call(length)) => {
                let is_length = matches!(&*length.func, Expr::Name(name) if name.id.as_str() == "len");
                length.arguments.args.first().filter(|_| is_length)
            }
            _ => None,
        },
        _ => None,
    }
}

/// What statements give to a place.
fn value_of<'s>(body: &'s [Stmt], place: &Expr) -> Option<&'s Expr> {
    body.iter().find_map(|statement| match statement {
        Stmt::Assign(assign) => {
            assign.targets.iter().any(|target| is_same_place(target, place)).then_some(&*assign.value)
        }
        Stmt::If(choice) => {
            let clauses = choice.elif_else_clauses.iter().find_map(|clause| value_of(&clause.body, place));
            value_of(&choice.body, place).or(clauses)
        }
        Stmt::With(with) => value_of(&with.body, place),
        Stmt::Try(attempt) => value_of(&attempt.body, place),
        _ => None,
    })
}

impl<'a> Regions<'_, 'a> {
    /// What a function does only the first time, or only once for each object or key: what an `if` and the statements
    /// after it say of that.
    pub(super) fn once(&mut self, choice: &'a ast::StmtIf, after: &'a [Stmt]) {
        self.filled(choice);
        self.handed_out(choice, after);
        self.cached(choice, after);
    }

    /// `if cls.only is None: cls.only = cls(option=option)`: who gives the options makes the only instance, and those
    /// who give none get what there is. `if self.only is None: self.only = make()`, once for each object.
    fn filled(&mut self, choice: &'a ast::StmtIf) {
        let Some(place) = asked_to_be_empty(&choice.test) else { return };
        let place = self.place_of(place);
        let value = value_of(&choice.body, place);
        let is_own = self.is_of_object(place);
        let Some(value) = value.filter(|_| self.is_shared(place) && !is_own) else {
            if is_own || self.is_of_module(place) {
                let proviso = if is_own { Proviso::own() } else { Proviso::first() };
                self.sets(place, &choice.body)
                    .into_iter()
                    .for_each(|suite| self.region(suite, vec![proviso.clone()]));
            }
            return;
        };
        let arguments = value.as_call_expr().map(|made| &made.arguments);
        let keywords = arguments.iter().flat_map(|all| &all.keywords).map(|keyword| &keyword.value);
        let options = arguments.iter().flat_map(|all| &all.args).chain(keywords);
        let options = options.filter_map(|value| self.optional(value, false, Asks::Given));
        let given = options.filter(|option| !option.by_default);
        let given = Proviso::any(given.chain([Proviso::first()]).collect());
        self.region(&choice.body, given.into_iter().collect());
    }

    /// `if shared is not None: return shared`, and `if done: return` where what follows sets `done`.
    fn handed_out(&mut self, choice: &'a ast::StmtIf, after: &'a [Stmt]) {
        let (test, handing, before) = match (&*choice.elif_else_clauses, &*choice.body) {
            // `if path: shared = None` may stand before,
            ([ast::ElifElseClause { test: Some(test), body, .. }], _) => {
                (test, &**body, self.implied(&choice.test, true))
            }
            // or `if again is None:` around it.
            ([], [.., Stmt::If(inner)]) if inner.elif_else_clauses.is_empty() => {
                (&*inner.test, &*inner.body, self.implied(&choice.test, false))
            }
            _ => (&*choice.test, &*choice.body, Vec::new()),
        };
        let is_simple = choice.elif_else_clauses.is_empty() && std::ptr::eq(handing, &*choice.body);
        if !is_simple && before.is_empty() {
            return;
        }
        let Some((place, others, is_returned)) = handed_out(test, handing) else { return };
        let is_shared = self.is_shared(place)
            || self.stands_for_shared(place)
            || !is_returned && self.is_of_module(place);
        let own = (!is_shared && self.is_of_object(place)).then(Proviso::own);
        if !is_shared && own.is_none() {
            return;
        }
        let is_given = is_shared && is_returned;
        let once = if is_given { Some(after) } else { self.sets(place, after) };
        let once = once.map(|suite| if is_returned { after } else { suite });
        let Some(once) = once else { return };
        let again = others.into_iter().flat_map(|other| self.implied(other, false));
        let again = before.into_iter().take(1).chain(again).filter(|again| again.or.is_none());
        let again = Proviso::any(again.chain([own.unwrap_or_else(Proviso::first)]).collect());
        let again = again.into_iter().collect();
        if std::ptr::eq(once, after) { self.rest(after, again) } else { self.region(once, again) }
    }

    /// `if key not in shared: shared[key] = make()` and the like: nothing is done again for what is always the same.
    fn cached(&mut self, choice: &'a ast::StmtIf, after: &'a [Stmt]) {
        let leaves = never_falls_through(&choice.body) && choice.elif_else_clauses.is_empty();
        let (test, is_negated) = match &*choice.test {
            Expr::UnaryOp(not) if not.op == ast::UnaryOp::Not => (&*not.operand, true),
            test => (test, false),
        };
        let (place, key, is_filled) = match test {
            Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
                ([ast::CmpOp::In], [place]) => (place, &*compare.left, !is_negated),
                ([ast::CmpOp::NotIn], [place]) => (place, &*compare.left, is_negated),
                ([op @ (ast::CmpOp::Is | ast::CmpOp::IsNot)], [Expr::NoneLiteral(_)]) => {
                    let Some((place, key)) = self.item_of(&compare.left) else { return };
                    (place, key, (*op == ast::CmpOp::IsNot) != is_negated)
                }
                _ => return,
            },
            Expr::Name(_) => {
                let Some((place, key)) = self.item_of(test) else { return };
                (place, key, !is_negated)
            }
            _ => return,
        };
        if is_filled && !leaves {
            return;
        }
        let is_own = self.is_of_object(place);
        if !is_own && !self.is_shared_collection(place) || !fills_item(&self.function.body, place) {
            return;
        }
        let Some(mut again) = self.varied(key) else { return };
        if is_own {
            again.push(Proviso::own());
        } else if again.is_empty() {
            again.push(Proviso::first());
        }
        let again = Proviso::any(again).into_iter().collect();
        if is_filled { self.rest(after, again) } else { self.region(&choice.body, again) }
    }

    /// The collection and the key that a name has its value from: `value = shared.get(key)`.
    fn item_of(&self, value: &Expr) -> Option<(&'a Expr, &'a Expr)> {
        let name = value.as_name_expr()?.id.as_str();
        let [first, ..] = self.semantic.bindings_of(name, self.scope) else { return None };
        let BindingKind::Assignment { value: Expr::Call(call), unpacked: None } =
            self.semantic.binding(*first).kind
        else {
            return None;
        };
        let Expr::Attribute(method) = &*call.func else { return None };
        let key = call.arguments.args.first().filter(|_| method.attr.as_str() == "get")?;
        Some((&method.value, key))
    }

    /// What must not be the same again for a key to be another; `None` where that is not known.
    fn varied(&self, key: &Expr) -> Option<Vec<Proviso>> {
        match key {
            Expr::Tuple(parts) => {
                let parts: Option<Vec<_>> = parts.elts.iter().map(|part| self.varied(part)).collect();
                Some(parts?.into_iter().flatten().collect())
            }
            Expr::Call(call) => {
                let normalised = match &*call.func {
                    Expr::Attribute(method) if call.arguments.is_empty() => {
                        matches!(method.attr.as_str(), "casefold" | "lower" | "strip" | "upper")
                            .then_some(&*method.value)
                    }
                    Expr::Name(name) if name.id.as_str() == "str" => call.arguments.args.first(),
                    _ => None,
                };
                self.varied(normalised?)
            }
            Expr::Name(name) if name.id.as_str() == "cls" => Some(Vec::new()),
            Expr::Name(_) | Expr::Attribute(_) => {
                let found = self.optional(key, false, Asks::Varied).filter(|found| found.or.is_none())?;
                Some(vec![found])
            }
            key if key.is_literal_expr() => Some(Vec::new()),
            _ => None,
        }
    }

    /// Whether the whole program shares what is kept in this place, and the function may fill it.
    fn is_shared(&self, place: &Expr) -> bool {
        match place {
            Expr::Name(name) => self.semantic.scope(self.scope).declares_outer(name.id.as_str()),
            Expr::Attribute(attribute) => {
                let mut stores = self.semantic.stores_of(attribute.attr.as_str());
                is_class(&attribute.value)
                    && stores.any(|store| self.semantic.frame(store.scope) == self.scope)
            }
            _ => false,
        }
    }

    /// What is asked of an attribute of the object that only its making gives a value.
    pub(super) fn of_object(&self, attribute: &ast::ExprAttribute, asks: Asks) -> Option<Proviso> {
        let name = attribute.attr.as_str();
        let (semantic, scope) = (self.semantic, self.scope);
        if !matches!(asks, Asks::Given | Asks::Missing)
            || !Receiver::is_own(&attribute.value, semantic, scope)
        {
            return None;
        }
        let class = semantic.enclosing_class(scope)?;
        let mut bindings = semantic.bindings_of(name, class).iter().map(|id| semantic.binding(*id).kind);
        let is_made = |kind| matches!(kind, BindingKind::Assignment { .. } | BindingKind::Annotated { .. });
        let is_making = |scope: ScopeId| match semantic.scope(semantic.frame(scope)).kind {
            ScopeKind::Function(function) => matches!(function.name.as_str(), "__init__" | "__post_init__"),
            _ => false,
        };
        let is_settled =
            bindings.all(is_made) && semantic.stores_of(name).all(|store| is_making(store.scope));
        let is_making_now = is_making(scope);
        let name = format!("self.{name}").into();
        (is_settled && !is_making_now).then(|| Proviso { name, asks, ..Proviso::default() })
    }

    /// The place that a function of the module without parameters returns, or the one that this is.
    fn place_of(&self, value: &'a Expr) -> &'a Expr {
        let Expr::Call(call) = value else { return value };
        let Expr::Name(getter) = &*call.func else { return value };
        let mut functions = self.semantic.functions.iter().map(|(function, _)| function);
        let is_it = |function: &&&ast::StmtFunctionDef| {
            function.name.as_str() == getter.id.as_str() && function.parameters.is_empty()
        };
        let found = functions.find(is_it).filter(|_| call.arguments.is_empty());
        match found.map(|function| &*function.body) {
            Some([.., Stmt::Return(ast::StmtReturn { value: Some(place), .. })]) if place.is_name_expr() => {
                place
            }
            _ => value,
        }
    }

    /// Whether this is a name of the module.
    fn is_of_module(&self, place: &Expr) -> bool {
        place.as_name_expr().is_some_and(|name| self.semantic.lookup(name.id.as_str(), self.scope) == Some(0))
    }

    /// Whether the whole program shares the collection in this place.
    fn is_shared_collection(&self, place: &Expr) -> bool {
        match place {
            Expr::Attribute(attribute) => is_class(&attribute.value),
            place => self.is_of_module(place),
        }
    }

    /// Whether this is an attribute of the object whose method this is.
    fn is_of_object(&self, place: &Expr) -> bool {
        let Expr::Attribute(attribute) = place else { return false };
        let is_name = attribute.value.as_name_expr().is_some_and(|name| name.id.as_str() != "cls");
        is_name && Receiver::is_own(&attribute.value, self.semantic, self.scope)
    }

    /// Whether a name was given what the whole program shares.
    fn stands_for_shared(&self, name: &Expr) -> bool {
        let Expr::Name(name) = name else { return false };
        let [only] = self.semantic.bindings_of(name.id.as_str(), self.scope) else { return false };
        match self.semantic.binding(*only).kind {
            BindingKind::Assignment { value, unpacked: None } => self.is_shared(value),
            _ => false,
        }
    }

    /// Those of these statements, or of the ones inside them, that are not made again once this place is filled: one of
    /// them fills it for good, or calls a function of the same module or object that does. What the function empties
    /// again when it is over only says that it is at work.
    fn sets(&self, place: &Expr, after: &'a [Stmt]) -> Option<&'a [Stmt]> {
        let semantic = self.semantic;
        let mut setters: Vec<&str> = Vec::new();
        let mut note = |scope: ScopeId, value: Option<&Expr>, node: Option<NodeId>| {
            let frame = semantic.frame(scope);
            let ScopeKind::Function(function) = semantic.scope(frame).kind else { return true };
            let is_empty = value.is_some_and(is_empty);
            if frame != self.scope && !is_empty && function.name.as_str() != "__init__" {
                setters.push(function.name.as_str());
            }
            frame != self.scope || !is_empty || node.is_some_and(|node| self.is_handled(node))
        };
        let is_kept = match place {
            Expr::Name(name) => {
                let is_kept = semantic.bindings_of(name.id.as_str(), 0).iter().all(|id| {
                    let binding = semantic.binding(*id);
                    let BindingKind::Assignment { value, .. } = binding.kind else { return true };
                    note(semantic.node(binding.node).scope, Some(value), Some(binding.node))
                });
                is_kept && self.keeps_items(name.id.as_str(), &mut setters)
            }
            Expr::Attribute(attribute) => semantic
                .stores_of(attribute.attr.as_str())
                .all(|store| note(store.scope, store.value, semantic.id(store.target))),
            _ => false,
        };
        if is_kept { setting(after, place, &setters) } else { None }
    }

    /// Whether what is put into a collection of the module stays there, as far as this function and those that take
    /// single items out of it go. Adds the functions that put something in.
    fn keeps_items(&self, name: &str, setters: &mut Vec<&'a str>) -> bool {
        let semantic = self.semantic;
        semantic.reads_of(name, 0).all(|read| {
            let frame = semantic.frame(semantic.node(read.node).scope);
            let ScopeKind::Function(function) = semantic.scope(frame).kind else { return true };
            match ItemUse::of(semantic, read.node) {
                ItemUse::PutIn => {
                    if frame != self.scope && !setters.contains(&function.name.as_str()) {
                        setters.push(function.name.as_str());
                    }
                    true
                }
                ItemUse::TakenOut => false,
                ItemUse::Emptied => frame != self.scope,
                ItemUse::Other => true,
            }
        })
    }

    /// Whether a node of the function stands in an `except`.
    fn is_handled(&self, node: NodeId) -> bool {
        self.semantic
            .ancestors(node)
            .take_while(|around| !around.ast.is_stmt_function_def())
            .any(|around| around.ast.is_except_handler())
    }
}

/// `cls`, or a name that is written as those of classes are.
fn is_class(object: &Expr) -> bool {
    let is_class = |name: &str| name == "cls" || name.starts_with(char::is_uppercase);
    object.as_name_expr().is_some_and(|class| is_class(class.id.as_str()))
}

/// What becomes of the items of a collection where it is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ItemUse {
    PutIn,
    TakenOut,
    Emptied,
    Other,
}

impl ItemUse {
    fn of(semantic: &Semantic<'_>, read: NodeId) -> Self {
        match semantic.ancestors(read).next().map(|around| around.ast) {
            Some(AnyNodeRef::ExprSubscript(item)) if item.ctx.is_store() => Self::PutIn,
            Some(AnyNodeRef::ExprSubscript(item)) if item.ctx.is_del() => Self::TakenOut,
            Some(AnyNodeRef::ExprAttribute(method)) => match method.attr.as_str() {
                "add" | "append" | "extend" | "insert" | "setdefault" | "update" => Self::PutIn,
                "discard" | "pop" | "popitem" | "popleft" | "remove" => Self::TakenOut,
                "clear" => Self::Emptied,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

/// Whether a statement puts something into the collection in a place.
fn puts_in(statement: &Stmt, place: &Expr) -> bool {
    match statement {
        Stmt::Assign(assign) => assign
            .targets
            .iter()
            .any(|target| matches!(target, Expr::Subscript(item) if is_same_place(&item.value, place))),
        Stmt::Expr(statement) => {
            let Expr::Call(call) = &*statement.value else { return false };
            let Expr::Attribute(method) = &*call.func else { return false };
            let puts = matches!(
                method.attr.as_str(),
                "add" | "append" | "extend" | "insert" | "setdefault" | "update"
            );
            puts && is_same_place(&method.value, place)
        }
        _ => false,
    }
}

/// Whether a loop over what there is puts it into the collection in a place, each time or unless it fails.
fn puts_all_in(body: &[Stmt], place: &Expr) -> bool {
    body.iter().any(|statement| match statement {
        Stmt::With(with) => puts_all_in(&with.body, place),
        Stmt::Try(attempt) => puts_all_in(&attempt.body, place),
        Stmt::For(each) => puts_all_in(&each.body, place),
        statement => puts_in(statement, place),
    })
}

/// The suite in which a place is filled, or one of these functions of the module or object is called; what stands around
/// it is not certain to fill the place.
fn setting<'a>(body: &'a [Stmt], place: &Expr, setters: &[&str]) -> Option<&'a [Stmt]> {
    let inside = |inner: &'a [Stmt]| {
        let found = setting(inner, place, setters)?;
        Some(if std::ptr::eq(found, inner) { body } else { found })
    };
    body.iter().find_map(|statement| match statement {
        statement if puts_in(statement, place) => Some(body),
        Stmt::For(each) if puts_all_in(&each.body, place) => Some(body),
        Stmt::Assign(assign) if !is_empty(&assign.value) => {
            let is_it = |target: &Expr| is_same_place(target, place);
            (assign.targets.iter().any(is_it) || calls_one(&assign.value, setters)).then_some(body)
        }
        Stmt::AnnAssign(assign) => is_same_place(&assign.target, place).then_some(body),
        Stmt::Expr(statement) => calls_one(&statement.value, setters).then_some(body),
        Stmt::With(with) => inside(&with.body),
        Stmt::Try(attempt) => {
            inside(&attempt.body).or_else(|| inside(&attempt.orelse)).or_else(|| inside(&attempt.finalbody))
        }
        Stmt::If(choice) => {
            let clauses = &choice.elif_else_clauses;
            let suites = || std::iter::once(&*choice.body).chain(clauses.iter().map(|clause| &*clause.body));
            let is_certain = |suite: &'a [Stmt]| {
                setting(suite, place, setters).is_some_and(|found| std::ptr::eq(found, suite))
            };
            if clauses.last().is_some_and(|last| last.test.is_none()) && suites().all(is_certain) {
                return Some(body);
            }
            suites().find_map(|suite| setting(suite, place, setters))
        }
        Stmt::For(ast::StmtFor { body, .. }) | Stmt::While(ast::StmtWhile { body, .. }) => {
            setting(body, place, setters)
        }
        _ => None,
    })
}

/// Whether this calls a function of one of these names, of the module or of the object itself.
fn calls_one(value: &Expr, functions: &[&str]) -> bool {
    let Expr::Call(call) = value else { return false };
    match &*call.func {
        Expr::Attribute(method) => method.value.is_name_expr() && functions.contains(&method.attr.as_str()),
        Expr::Name(function) => functions.contains(&function.id.as_str()),
        _ => false,
    }
}

/// Whether one of these statements stores an item in the collection in this place.
fn fills_item(body: &[Stmt], place: &Expr) -> bool {
    let is_item = |target: &Expr| match target {
        Expr::Subscript(item) => is_same_place(&item.value, place),
        _ => false,
    };
    body.iter().any(|statement| match statement {
        Stmt::Assign(assign) => assign.targets.iter().any(is_item),
        Stmt::AnnAssign(assign) => is_item(&assign.target),
        Stmt::If(choice) => {
            fills_item(&choice.body, place)
                || choice.elif_else_clauses.iter().any(|clause| fills_item(&clause.body, place))
        }
        Stmt::With(with) => fills_item(&with.body, place),
        Stmt::Try(attempt) => {
            fills_item(&attempt.body, place)
                || fills_item(&attempt.orelse, place)
                || attempt.handlers.iter().any(|handler| {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    fills_item(&handler.body, place)
                })
        }
        Stmt::For(each) => fills_item(&each.body, place),
        Stmt::While(each) => fills_item(&each.body, place),
        _ => false,
    })
}

/// Whether a function returns nothing but what the whole program shares.
pub(super) fn hands_out(
    summary: &FunctionSummary,
    semantic: &Semantic<'_>,
    function: &ast::StmtFunctionDef,
    scope: ScopeId,
    returned: &[Option<&Expr>],
) -> Option<Conduct> {
    if function.is_async || summary.is_generator || returned.is_empty() {
        return None;
    }
    if function.parameters.is_empty() && summary.keeps_its_result() {
        return Some(Conduct::HandsOutShared);
    }
    let is_shared = |place: &Expr| match place {
        Expr::Name(name) => semantic.scope(scope).declares_outer(name.id.as_str()),
        Expr::Attribute(attribute) => is_class(&attribute.value),
        _ => false,
    };
    let mut conduct = Conduct::HandsOutShared;
    for place in returned {
        match (*place)? {
            Expr::Subscript(item) => {
                let is_collection = match &*item.value {
                    Expr::Name(name) => semantic.lookup(name.id.as_str(), scope) == Some(0),
                    collection => is_shared(collection),
                };
                if !is_collection {
                    return None;
                }
                let is_one = is_class(&item.slice) || item.slice.is_literal_expr();
                if !is_one {
                    conduct = Conduct::HandsOutByKey;
                }
            }
            place if is_shared(place) => {}
            _ => return None,
        }
    }
    Some(conduct)
}
