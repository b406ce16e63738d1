//! What must hold of a call of a function for the function's own calls to be made.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use serde::{Deserialize, Serialize};

use super::debugging::is_for_debugging;
use super::kinds::{Kinds, is_something};
use super::making::Kept;
use super::once;
use super::passing::{self, is_one_of};
use super::summary::{Summary, never_falls_through};
use crate::engine::apis;
use crate::engine::semantic::{BindingKind, NodeId, ScopeId, Semantic};
use crate::engine::source::Source;

/// How many conditions a way through several functions may have.
const MAX_CLAUSES: usize = 6;

/// What must hold of a call of a function for one of the function's own calls to be made: `if parameter:` or the
/// like stands around that one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Proviso {
    /// The parameter.
    pub(super) name: Box<str>,
    /// Among the positional arguments of a call, from 0, `self` left out; `None` when only a keyword can give it.
    pub(super) position: Option<u8>,
    pub(super) asks: Asks,
    /// Whether the parameter's default value does.
    pub(super) by_default: bool,
    /// Whether an argument of which nothing is known may do.
    pub(super) vague: bool,
    /// What does as well.
    pub(super) or: Option<Box<Proviso>>,
    /// What must hold as well, only of the first of those that do.
    pub(super) and: Option<Box<Proviso>>,
}

/// What is asked of a parameter. Texts are each of them after `=`, or after `^` where it is only the beginning, and
/// before the end of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) enum Asks {
    /// It must be given, and not as `None` or `False`.
    #[default]
    Given,
    /// It must be left out, or be `None` or `False`.
    Missing,
    Text(Box<str>),
    OtherText(Box<str>),
    Kinds(Kinds),
    /// Something else than a parameter must hold: the state of an object, the contents of a file, an error.
    State,
    /// Nothing of the kind was asked for before in the life of the program.
    First,
    /// Nothing does: the function is in another thread then, or somebody is looking for a mistake.
    Never,
}

impl Proviso {
    /// What must hold together, one after the other.
    pub(super) fn clauses(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |clause| clause.and.as_deref())
    }

    /// What does for this clause, one as well as the other.
    pub(super) fn alternatives(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |one| one.or.as_deref())
    }

    /// All of these together, as far as there is room. `None` for none.
    pub(super) fn all(mut clauses: Vec<Self>) -> Option<Self> {
        clauses.sort_by_key(Self::is_weak);
        let mut kept: Vec<Self> = Vec::new();
        for clause in clauses {
            if kept.len() < MAX_CLAUSES && !kept.contains(&clause) {
                kept.push(clause);
            }
        }
        kept.into_iter().rev().reduce(|after, clause| Self { and: Some(Box::new(after)), ..clause })
    }

    /// Any of these. `None` for none.
    pub(super) fn any(alternatives: Vec<Self>) -> Option<Self> {
        alternatives.into_iter().rev().reduce(|after, one| Self { or: Some(Box::new(after)), ..one })
    }

    /// Its clauses, each by itself.
    pub(super) fn into_clauses(self) -> Vec<Self> {
        let mut clauses = Vec::new();
        let mut next = Some(self);
        while let Some(mut clause) = next {
            next = clause.and.take().map(|after| *after);
            clauses.push(clause);
        }
        clauses
    }

    /// Whether this never holds where the other does not.
    pub(super) fn implies(&self, other: &Self) -> bool {
        let same = |one: &Self, other: &Self| {
            one.name == other.name
                && one.asks == other.asks
                && one.or == other.or
                && one.position == other.position
        };
        other.clauses().all(|wanted| self.clauses().any(|clause| same(clause, wanted)))
    }

    /// Whether it is a matter of more than parameters.
    pub(super) fn asks_for_state(&self) -> bool {
        self.clauses().any(|clause| clause.asks == Asks::State)
    }

    /// Whether it is a matter of what sort of value something is.
    pub(super) fn asks_for_kinds(&self) -> bool {
        let asks = |one: &Self| matches!(one.asks, Asks::Kinds(_));
        self.clauses().any(|clause| clause.alternatives().any(asks))
    }

    pub(super) fn state() -> Self {
        Self { asks: Asks::State, ..Self::default() }
    }

    fn first() -> Self {
        Self { asks: Asks::First, ..Self::default() }
    }

    /// The same for those to whom the first time is as good as any.
    pub(super) fn at_any_time(self) -> Option<Self> {
        let is_first = |clause: &Self| clause.alternatives().any(|one| one.asks == Asks::First);
        Self::all(self.into_clauses().into_iter().filter(|clause| !is_first(clause)).collect())
    }

    fn never() -> Self {
        Self { asks: Asks::Never, ..Self::default() }
    }

    /// Whether only an argument that is known can fail to fulfil it.
    fn is_weak(&self) -> bool {
        self.by_default && self.vague
    }

    /// Whether a parameter must be given, whatever its value.
    fn asks_for_more(&self) -> bool {
        self.asks == Asks::Given
    }
}

pub(super) fn is_false(value: &Expr) -> bool {
    match value {
        Expr::NoneLiteral(_) => true,
        Expr::BooleanLiteral(literal) => !literal.value,
        _ => false,
    }
}

/// Something in an expression that decides whether a call in it is made, found as the calls are gathered.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hint<'a> {
    /// It is made only if a test holds, or does not: `call() if test else …`, `test and call()`.
    Tested { within: TextRange, test: &'a Expr, holds: bool },
    /// It waits unless this argument is a file in memory.
    Stored { within: TextRange, file: &'a Expr },
}

impl<'a> Hint<'a> {
    /// What decides about a call of a symbol.
    pub(super) fn of(
        semantic: &Semantic<'a>,
        id: NodeId,
        call: &'a ast::ExprCall,
        symbol: &str,
        mut note: impl FnMut(Self),
    ) {
        let mut inner = call.range();
        for around in semantic.ancestors(id) {
            match around.ast {
                ast::AnyNodeRef::ExprIf(choice) => {
                    let holds = choice.body.range().contains_range(inner);
                    if holds || choice.orelse.range().contains_range(inner) {
                        note(Self::Tested { within: call.range(), test: &choice.test, holds });
                    }
                }
                ast::AnyNodeRef::ExprBoolOp(parts) => {
                    let before = parts.values.iter().take_while(|part| part.end() <= inner.start());
                    let holds = parts.op == ast::BoolOp::And;
                    before.for_each(|test| note(Self::Tested { within: call.range(), test, holds }));
                }
                node if node.is_statement() => break,
                _ => {}
            }
            inner = around.ast.range();
        }
        if let Some((name, position)) = apis::memory_argument(symbol) {
            let arguments = &call.arguments;
            let named = arguments.keywords.iter().find(|found| found.arg.as_deref() == Some(name));
            if let Some(file) = arguments.args.get(position).or(named.map(|found| &found.value)) {
                note(Self::Stored { within: call.range(), file });
            }
        }
    }
}

impl Summary {
    /// Notes the provisos of the calls gathered so far, whose rows are still the places, in bytes, where they start;
    /// `owner` gives the position of a function's scope, and with `hints` stands the function's position.
    pub(super) fn gather_provisos<'a>(
        &mut self,
        source: &Source<'_>,
        semantic: &Semantic<'a>,
        owner: &dyn Fn(ScopeId) -> Option<usize>,
        mut hints: Vec<(usize, Hint<'a>)>,
    ) {
        hints.sort_by_key(|(at, _)| *at);
        let kept = Kept::new(semantic);
        for (function, scope) in &semantic.functions {
            // Nobody gets to anything through a coroutine function: what it calls is looked at where it stands.
            let minds = |at: &usize| !self.functions[*at].is_async && !self.functions[*at].calls.is_empty();
            let Some(at) = owner(*scope).filter(minds) else { continue };
            let mut regions = Regions::new(semantic, &kept, function, *scope);
            if regions.optional.is_empty() && regions.function.parameters.is_empty() {
                regions.only_threads = true;
            }
            // What the state is in a test's own file, that sees to itself.
            regions.minds_state = !source.is_test();
            if regions.only_threads && once::is_kept(&self.functions[at]) {
                regions.region(&function.body, vec![Proviso::first()]);
            }
            regions.suite(&function.body);
            let first = hints.partition_point(|(owner, _)| *owner < at);
            let own = hints[first..].iter().take_while(|(owner, _)| *owner == at);
            own.for_each(|(_, hint)| regions.hint(hint));
            let entry = &mut self.functions[at];
            for call in &mut entry.calls {
                let start = TextSize::from(call.row);
                // The innermost comes last, and says most; some say nothing of most calls.
                let around = || regions.found.iter().rev().filter(|(range, _)| range.contains(start));
                let strong = around().filter(|(_, proviso)| !proviso.is_weak());
                let weak = around().filter(|(_, proviso)| proviso.is_weak()).take(MAX_CLAUSES);
                for (_, proviso) in strong.chain(weak) {
                    let known = entry.provisos.iter().position(|known| known == proviso);
                    let bit = known.unwrap_or(entry.provisos.len());
                    if bit >= u64::BITS as usize {
                        continue;
                    }
                    if known.is_none() {
                        entry.provisos.push(proviso.clone());
                    }
                    call.under |= 1 << bit;
                }
            }
            entry.provisos.shrink_to_fit();
        }
    }
}

/// Finds the parts of a function that run only for some arguments.
struct Regions<'r, 'a> {
    semantic: &'r Semantic<'a>,
    /// What the attributes of the object hold.
    attributes: &'r Kept<'a>,
    function: &'a ast::StmtFunctionDef,
    scope: ScopeId,
    optional: Vec<Optional<'a>>,
    /// The attributes of `self` that have been given the value of a name.
    kept: Vec<(&'a str, &'a str)>,
    /// The names that hold the running event loop, if there is one.
    loops: Vec<&'a str>,
    /// Whether the statements are those of a loop: what stands below may have been done before.
    is_in_loop: bool,
    /// There are no parameters to ask for.
    only_threads: bool,
    /// Whether it counts if something depends on more than parameters.
    minds_state: bool,
    /// The parts, and what they depend on.
    found: Vec<(TextRange, Proviso)>,
}

/// A parameter.
struct Optional<'a> {
    name: &'a str,
    default: Option<&'a Expr>,
    position: Option<u8>,
    /// Where it gets other values.
    rebound: Vec<TextSize>,
}

impl<'r, 'a> Regions<'r, 'a> {
    fn new(
        semantic: &'r Semantic<'a>,
        attributes: &'r Kept<'a>,
        function: &'a ast::StmtFunctionDef,
        scope: ScopeId,
    ) -> Self {
        let parameters = &function.parameters;
        let skipped = passing::unwritten(semantic, function, scope);
        let by_position = parameters.posonlyargs.len() + parameters.args.len();
        let mut optional = Vec::new();
        for (position, parameter) in parameters.iter_non_variadic_params().enumerate().skip(skipped) {
            let name = parameter.parameter.name.as_str();
            let others = semantic.bindings_of(name, scope).iter().skip(1);
            let rebound = others.map(|id| semantic.node(semantic.binding(*id).node).ast.start()).collect();
            let position = (position < by_position).then(|| position - skipped);
            let position = position.and_then(|position| u8::try_from(position).ok());
            optional.push(Optional { name, default: parameter.default.as_deref(), position, rebound });
        }
        let (kept, loops, found) = (Vec::new(), Vec::new(), Vec::new());
        let (is_in_loop, only_threads, minds_state) = (false, false, true);
        Self {
            semantic,
            attributes,
            function,
            scope,
            optional,
            kept,
            loops,
            is_in_loop,
            only_threads,
            minds_state,
            found,
        }
    }

    fn suite(&mut self, body: &'a [Stmt]) {
        for (index, statement) in body.iter().enumerate() {
            match statement {
                Stmt::Assign(assign) => {
                    if let [target] = &*assign.targets {
                        self.keep(target, Some(&assign.value));
                    }
                }
                Stmt::AnnAssign(assign) => self.keep(&assign.target, assign.value.as_deref()),
                Stmt::If(choice) => {
                    self.once(choice, &body[index + 1..]);
                    self.branch_if(&choice.test, self.implied(&choice.test, true), &choice.body);
                    let mut before = self.implied(&choice.test, false);
                    for clause in &choice.elif_else_clauses {
                        let mut here = before.clone();
                        if let Some(test) = &clause.test {
                            here.extend(self.implied(test, true));
                        }
                        self.branch(here, &clause.body);
                        if let Some(test) = &clause.test {
                            before.extend(self.implied(test, false));
                        }
                    }
                    let leaves = |body: &[Stmt]| {
                        never_falls_through(body)
                            || matches!(body.last(), Some(Stmt::Continue(_) | Stmt::Break(_)))
                    };
                    if leaves(&choice.body) {
                        let mut after = self.implied(&choice.test, false);
                        for clause in &choice.elif_else_clauses {
                            match &clause.test {
                                Some(test) if leaves(&clause.body) => after.extend(self.implied(test, false)),
                                _ => break,
                            }
                        }
                        self.region(&body[index + 1..], after);
                    }
                }
                Stmt::Match(choice) => {
                    for case in &choice.cases {
                        self.branch(self.matched(&choice.subject, &case.pattern), &case.body);
                    }
                }
                Stmt::For(ast::StmtFor { body, orelse, .. })
                | Stmt::While(ast::StmtWhile { body, orelse, .. }) => {
                    let outside = std::mem::replace(&mut self.is_in_loop, true);
                    self.suite(body);
                    self.is_in_loop = outside;
                    self.suite(orelse);
                }
                Stmt::With(with) => self.suite(&with.body),
                Stmt::Try(attempt) => {
                    let loops = attempt.body.iter().filter_map(asks_for_loop);
                    let names: Vec<Option<&str>> = loops.collect();
                    self.loops.extend(names.iter().flatten());
                    self.suite(&attempt.body);
                    for handler in &attempt.handlers {
                        let ast::ExceptHandler::ExceptHandler(handler) = handler;
                        let provisos = if names.is_empty() { Vec::new() } else { vec![Proviso::never()] };
                        self.branch(provisos, &handler.body);
                    }
                    self.suite(&attempt.orelse);
                    self.suite(&attempt.finalbody);
                }
                _ => {}
            }
        }
    }

    /// `self.attribute = name`.
    fn keep(&mut self, target: &'a Expr, value: Option<&'a Expr>) {
        if let (Expr::Attribute(target), Some(Expr::Name(value))) = (target, value)
            && target.value.is_name_expr()
        {
            self.kept.push((target.attr.as_str(), value.id.as_str()));
        }
    }

    /// `if cls.only is None: cls.only = cls(option=option)`: who gives the options makes the only instance, and those
    /// who give none get what there is.
    fn once(&mut self, choice: &'a ast::StmtIf, after: &'a [Stmt]) {
        if let Some((_, value)) = once::filled(choice).filter(|(place, _)| self.is_shared(place)) {
            let arguments = value.as_call_expr().map(|made| &made.arguments);
            let keywords = arguments.iter().flat_map(|all| &all.keywords).map(|keyword| &keyword.value);
            let options = arguments.iter().flat_map(|all| &all.args).chain(keywords);
            let options = options.filter_map(|value| self.optional(value, false, Asks::Given));
            let given = options.filter(|option| !option.by_default);
            let given = Proviso::any(given.chain([Proviso::first()]).collect());
            self.region(&choice.body, given.into_iter().collect());
        }
        // `if path: shared = None` may stand before.
        let (test, handing, before) = match &*choice.elif_else_clauses {
            [ast::ElifElseClause { test: Some(test), body, .. }] => {
                (test, body, self.implied(&choice.test, true))
            }
            _ => (&*choice.test, &choice.body, Vec::new()),
        };
        if let Some((place, others)) = once::handed_out(test, handing)
            && (self.is_shared(place) || self.stands_for_shared(place))
            && (choice.elif_else_clauses.is_empty() || !before.is_empty())
        {
            let again = others.into_iter().flat_map(|other| self.implied(other, false));
            let again = before.into_iter().take(1).chain(again);
            let again = Proviso::any(again.chain([Proviso::first()]).collect());
            self.region(after, again.into_iter().collect());
        }
    }

    /// Whether the whole program shares what is kept in this place, and the function may fill it.
    fn is_shared(&self, place: &Expr) -> bool {
        match place {
            Expr::Name(name) => self.semantic.scope(self.scope).declares_outer(name.id.as_str()),
            Expr::Attribute(attribute) => {
                let is_class = |name: &str| name == "cls" || name.starts_with(char::is_uppercase);
                let mut stores = self.semantic.stores_of(attribute.attr.as_str());
                matches!(&*attribute.value, Expr::Name(class) if is_class(class.id.as_str()))
                    && stores.any(|store| self.semantic.frame(store.scope) == self.scope)
            }
            _ => false,
        }
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

    /// Statements that run only if a test holds, which implies this.
    fn branch_if(&mut self, test: &Expr, provisos: Vec<Proviso>, body: &'a [Stmt]) {
        if provisos.is_empty() && asks_for_file(test) {
            // Files are mostly there.
            self.suite(body);
        } else {
            self.branch(provisos, body);
        }
    }

    /// Statements that run only if this holds, or something else of which nothing is known if it is empty.
    fn branch(&mut self, mut provisos: Vec<Proviso>, body: &'a [Stmt]) {
        if provisos.is_empty() && self.minds_state {
            provisos.push(Proviso::state());
        }
        self.region(body, provisos);
        self.suite(body);
    }

    fn region(&mut self, body: &[Stmt], provisos: Vec<Proviso>) {
        let (Some(first), Some(last)) = (body.first(), body.last()) else { return };
        let range = TextRange::new(first.start(), last.end());
        self.found.extend(provisos.into_iter().map(|proviso| (range, proviso)));
    }

    fn hint(&mut self, hint: &Hint<'_>) {
        let (within, provisos) = match hint {
            Hint::Tested { within, test, holds } => {
                let mut implied = self.implied(test, *holds);
                if implied.is_empty() && self.minds_state && !(*holds && asks_for_file(test)) {
                    implied.push(Proviso::state());
                }
                (*within, implied)
            }
            Hint::Stored { within, file } => {
                (*within, self.optional(file, false, Asks::Kinds(Kinds::STORED)).into_iter().collect())
            }
        };
        self.found.extend(provisos.into_iter().map(|proviso| (within, proviso)));
    }

    /// What is certain when this test holds, or when it does not.
    fn implied(&self, test: &Expr, holds: bool) -> Vec<Proviso> {
        let mut found = Vec::new();
        self.imply(test, holds, &mut found);
        found
    }

    fn imply(&self, test: &Expr, holds: bool, found: &mut Vec<Proviso>) {
        match test {
            Expr::BoolOp(parts) if (parts.op == ast::BoolOp::And) == holds => {
                parts.values.iter().for_each(|part| self.imply(part, holds, found));
            }
            Expr::BoolOp(parts) => {
                // One of them does, so something must be known of each, and what is given may be `None` in turn.
                let one_of = |part| {
                    let one = self.implied(part, holds).into_iter().find(|one| one.or.is_none())?;
                    Some(Proviso { vague: true, ..one })
                };
                let alternatives: Option<Vec<Proviso>> = parts.values.iter().map(one_of).collect();
                found.extend(alternatives.and_then(Proviso::any));
            }
            Expr::UnaryOp(not) if not.op == ast::UnaryOp::Not => self.imply(&not.operand, !holds, found),
            test if !self.only_threads || test.is_compare_expr() => {
                found.extend(self.implied_one(test, holds))
            }
            _ => {}
        }
    }

    /// The same of a test that is not made of others.
    fn implied_one(&self, test: &Expr, holds: bool) -> Option<Proviso> {
        if let Some((value, texts, is_one)) = asked_texts(test) {
            let texts = texts.into();
            return self.optional(
                value,
                false,
                if is_one == holds { Asks::Text(texts) } else { Asks::OtherText(texts) },
            );
        }
        if holds && let Some(name) = asked_keyword(test, self.function) {
            let is_kept = passing::keeps_keywords(self.semantic, self.function, self.scope, test.start());
            return is_kept.then(|| Proviso { name: name.into(), vague: true, ..Proviso::default() });
        }
        match test {
            Expr::Compare(compare) => {
                let ([op], [other]) = (&*compare.ops, &*compare.comparators) else { return None };
                let is_same = match op {
                    ast::CmpOp::Is | ast::CmpOp::Eq => holds,
                    ast::CmpOp::IsNot | ast::CmpOp::NotEq => !holds,
                    _ => return None,
                };
                if asks_for_thread(&compare.left) || asks_for_thread(other) {
                    return (!is_same).then(Proviso::never);
                }
                let asks = if is_same { Asks::Missing } else { Asks::Given };
                other.is_none_literal_expr().then(|| self.optional(&compare.left, true, asks))?
            }
            test if holds && is_for_debugging(test) => Some(Proviso::never()),
            Expr::Call(call) => {
                let Expr::Name(name) = &*call.func else { return None };
                let arguments = &*call.arguments.args;
                let kinds = match (name.id.as_str(), arguments) {
                    ("isinstance", [_, class]) => Kinds::tested(class, holds, self.semantic, self.scope),
                    ("callable", [_]) => Some(Kinds::callable(holds)),
                    ("hasattr", [_, Expr::StringLiteral(name)]) => {
                        Kinds::with_method(name.value.to_str(), holds)
                    }
                    _ => return None,
                };
                let value = arguments.first()?;
                match kinds {
                    Some(kinds) => self.optional(value, true, Asks::Kinds(kinds)),
                    // Whatever the class is, `None` is none of it.
                    None => self.optional(value, true, Asks::Given).filter(|_| holds),
                }
            }
            value => self.optional(value, false, if holds { Asks::Given } else { Asks::Missing }),
        }
    }

    /// What a case of `match` asks of the subject: to be a text, or one of several.
    fn matched(&self, subject: &Expr, pattern: &ast::Pattern) -> Vec<Proviso> {
        let mut texts = String::new();
        let patterns = match pattern {
            ast::Pattern::MatchOr(either) => either.patterns.as_slice(),
            one => std::slice::from_ref(one),
        };
        for pattern in patterns {
            let ast::Pattern::MatchValue(value) = pattern else { return Vec::new() };
            let Expr::StringLiteral(text) = &*value.value else { return Vec::new() };
            texts.push('=');
            texts.push_str(text.value.to_str());
            texts.push('\n');
        }
        self.optional(subject, false, Asks::Text(texts.into())).into_iter().collect()
    }

    /// What is asked of the parameter that this expression is, or holds.
    fn optional(&self, value: &Expr, compares_to_none: bool, mut asks: Asks) -> Option<Proviso> {
        let name = match value {
            Expr::Name(name) if asks == Asks::Missing && self.loops.contains(&name.id.as_str()) => {
                return Some(Proviso::never());
            }
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) if attribute.value.is_name_expr() => {
                if let Some(kept) = self.attributes.of(attribute, self.semantic, self.scope) {
                    let class = Kept::class_name(kept, self.semantic);
                    let default = kept.parameter.default.as_deref();
                    let (by_default, vague) = answers(&asks, default);
                    let name = format!("{class}.{}", kept.parameter.parameter.name).into();
                    let proviso = Proviso {
                        name,
                        position: kept.position,
                        asks,
                        by_default,
                        vague,
                        ..Proviso::default()
                    };
                    return counts(compares_to_none, default).then_some(proviso);
                }
                let mut kept = self.kept.iter().filter(|(name, _)| *name == attribute.attr.as_str());
                let (_, parameter) = kept.next().filter(|_| kept.next().is_none())?;
                parameter
            }
            _ => return None,
        };
        let found = self.optional.iter().find(|optional| optional.name == name)?;
        let mut or: Option<Box<Proviso>> = None;
        // `if x is None: x = make()` still asks for the parameter; what comes later does not.
        for rebound in &found.rebound {
            if !self.is_in_loop && value.start() < *rebound {
                continue;
            }
            // Unless it only gets another value where something else is given.
            let around =
                || self.found.iter().filter(|(range, _)| range.contains(*rebound)).map(|(_, guard)| guard);
            let own = around().filter(|guard| *guard.name == *name && guard.or.is_none());
            let missing = || own.clone().find(|guard| guard.asks == Asks::Missing);
            match &mut asks {
                // `if x is None: x = make()`: what it makes may be anything.
                Asks::Kinds(_) | Asks::Text(_) | Asks::OtherText(_) if missing().is_some() => {
                    or = missing().map(|guard| Box::new(Proviso { or, ..guard.clone() }));
                    continue;
                }
                Asks::Given if own.clone().any(Proviso::asks_for_more) => continue,
                Asks::Text(texts) => {
                    let mut others = own.filter_map(|guard| match &guard.asks {
                        Asks::Text(texts) => Some(texts),
                        _ => None,
                    });
                    if let Some(others) = others.next() {
                        *texts = format!("{texts}{others}").into();
                        continue;
                    }
                }
                _ => {}
            }
            let is_other = |guard: &&Proviso| guard.asks_for_more() && *guard.name != *name;
            // The innermost says most.
            let guard = around().rfind(is_other).filter(|guard| guard.or.is_none())?;
            let is_known = or.as_deref().is_some_and(|or| or.name == guard.name && or.asks == guard.asks);
            if !is_known {
                or = Some(Box::new(Proviso { or, ..guard.clone() }));
            }
        }
        let (by_default, vague) = answers(&asks, found.default);
        let (name, position) = (name.into(), found.position);
        let proviso = Proviso { name, position, asks, by_default, vague, or, and: None };
        counts(compares_to_none, found.default).then_some(proviso)
    }
}

/// Whether a test for `None` says the same as one for what is false, of a parameter with this default: `""` is
/// something, to whoever asks only for `None`.
fn counts(compares_to_none: bool, default: Option<&Expr>) -> bool {
    !compares_to_none || default.is_none_or(|default| !is_empty(default) || default.is_none_literal_expr())
}

/// Whether the default does for what is asked, and whether an argument of which nothing is known may.
fn answers(asks: &Asks, default: Option<&Expr>) -> (bool, bool) {
    let Some(default) = default else { return (true, true) };
    match asks {
        Asks::Given => (!is_empty(default), true),
        Asks::Missing => (!is_something(default), !is_empty(default)),
        Asks::Text(texts) => match default {
            Expr::StringLiteral(text) => (is_one_of(text.value.to_str(), texts), true),
            _ => (Kinds::of_literal(default).is_none(), true),
        },
        Asks::OtherText(texts) => match default {
            Expr::StringLiteral(text) => (!is_one_of(text.value.to_str(), texts), true),
            _ => (true, true),
        },
        Asks::Kinds(kinds) => (Kinds::of_literal(default).is_none_or(|own| kinds.meets(own)), true),
        Asks::State | Asks::First | Asks::Never => (false, false),
    }
}

/// `loop = asyncio.get_running_loop()`, which fails where none is running, with the name if it has one.
fn asks_for_loop(statement: &Stmt) -> Option<Option<&str>> {
    let (name, value) = match statement {
        Stmt::Expr(statement) => (None, &statement.value),
        Stmt::Assign(assign) => match &*assign.targets {
            [Expr::Name(name)] => (Some(name.id.as_str()), &assign.value),
            _ => return None,
        },
        _ => return None,
    };
    let Expr::Call(call) = &**value else { return None };
    let is_asked = match &*call.func {
        Expr::Name(function) => function.id.as_str() == "get_running_loop",
        Expr::Attribute(function) => function.attr.as_str() == "get_running_loop",
        _ => false,
    };
    is_asked.then_some(name)
}

/// `path.exists()` and the like.
fn asks_for_file(test: &Expr) -> bool {
    let Expr::Call(call) = test else { return false };
    let Expr::Attribute(method) = &*call.func else { return false };
    matches!(method.attr.as_str(), "exists" | "is_dir" | "is_file" | "isdir" | "isfile")
}

/// `threading.get_ident()` and the like.
fn asks_for_thread(value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    let name = match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    matches!(name, "get_ident" | "get_native_id" | "current_thread")
}

/// The keyword that a test looks for in the function's `**kwargs`: `kwargs.pop("name", False)`.
fn asked_keyword<'t>(test: &'t Expr, function: &ast::StmtFunctionDef) -> Option<&'t str> {
    let Expr::Call(call) = test else { return None };
    let Expr::Attribute(method) = &*call.func else { return None };
    let rest = function.parameters.kwarg.as_ref()?;
    let is_rest = method.value.as_name_expr().is_some_and(|name| name.id.as_str() == rest.name.as_str());
    let has_none = call.arguments.args.get(1).is_none_or(is_false) && call.arguments.keywords.is_empty();
    let is_look = is_rest && has_none && matches!(method.attr.as_str(), "get" | "pop");
    Some(call.arguments.args.first().filter(|_| is_look)?.as_string_literal_expr()?.value.to_str())
}

/// The texts that make a test hold, as in [`Asks`], or not hold if the last part is no, and the expression that it
/// looks at: `x.startswith("a")`, `x == "a"`, `x not in ("a", "b")`.
fn asked_texts(test: &Expr) -> Option<(&Expr, String, bool)> {
    let list = |mark: char, value: &Expr| {
        let values = match value {
            Expr::Tuple(tuple) => tuple.elts.as_slice(),
            Expr::List(list) => list.elts.as_slice(),
            Expr::Set(set) => set.elts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut texts = String::new();
        for value in values {
            let text = value.as_string_literal_expr()?.value.to_str();
            if text.contains('\n') {
                return None;
            }
            texts.push(mark);
            texts.push_str(text);
            texts.push('\n');
        }
        Some(texts)
    };
    match test {
        Expr::Call(call) => {
            let Expr::Attribute(method) = &*call.func else { return None };
            let [start] = &*call.arguments.args else { return None };
            let is_start = method.attr.as_str() == "startswith" && call.arguments.keywords.is_empty();
            Some((&method.value, list('^', start).filter(|_| is_start)?, true))
        }
        Expr::Compare(compare) => {
            let ([op], [other]) = (&*compare.ops, &*compare.comparators) else { return None };
            let (is_text, is_one) = match op {
                ast::CmpOp::Eq => (other.is_string_literal_expr(), true),
                ast::CmpOp::NotEq => (other.is_string_literal_expr(), false),
                ast::CmpOp::In => (!other.is_string_literal_expr(), true),
                ast::CmpOp::NotIn => (!other.is_string_literal_expr(), false),
                _ => return None,
            };
            Some((&compare.left, list('=', other).filter(|_| is_text)?, is_one))
        }
        _ => None,
    }
}

/// Whether a default value is false in a test.
pub(super) fn is_empty(default: &Expr) -> bool {
    match default {
        Expr::StringLiteral(text) => text.value.is_empty(),
        Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Int(value), .. }) => {
            value.as_u8() == Some(0)
        }
        Expr::Tuple(tuple) => tuple.elts.is_empty(),
        Expr::List(list) => list.elts.is_empty(),
        Expr::Dict(dict) => dict.items.is_empty(),
        other => is_false(other),
    }
}
