//! What must hold of a call of a function for the function's own calls to be made.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use serde::{Deserialize, Serialize};

use super::Summary;
use super::debugging::{is_for_debugging, is_set_for_debugging};
use super::exits::never_falls_through;
use super::kinds::{Kinds, is_something};
use super::making::Kept;
use super::parameters::{keeps_keywords, unwritten};
use super::questions::{
    asked_keyword, asked_texts, asks_for_file, asks_for_loop, asks_for_thread, class_names, ends_process,
    is_empty,
};
use super::quiet::is_of_machine;
use crate::engine::apis;
use crate::engine::semantic::{NodeId, ScopeId, Semantic};
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

/// What is asked of a parameter. Texts are each of them after `=`, or after `^` where it is only the beginning, or
/// after `~` where it is only the name of what has it as its value, and before the end of a line.
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
    /// It must be no instance of the classes with these names, one to a line.
    OtherClass(Box<str>),
    /// Something else than a parameter must hold: the state of an object, the contents of a file, an error.
    State,
    /// Nothing of the kind was asked for before in the life of the program.
    First,
    /// The object whose method is called is not one that the whole program shares.
    Own,
    /// It must not be the same at every call that stands there, as a constant is.
    Varied,
    /// Nothing does: the function is in another thread then, or somebody is looking for a mistake.
    Never,
}

/// Whether a text is one that a proviso names.
pub(super) fn is_one_of(text: &str, texts: &str) -> bool {
    let is_named = |name: &str| {
        let letters = |text: &str| text.replace(['-', ' ', '.'], "_").to_lowercase();
        letters(name) == letters(text)
    };
    texts.split_terminator('\n').any(|wanted| match wanted.split_at_checked(1) {
        Some(("^", start)) => text.starts_with(start),
        Some(("~", name)) => is_named(name),
        Some((_, whole)) => whole == text,
        None => false,
    })
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
    pub(crate) fn all(mut clauses: Vec<Self>) -> Option<Self> {
        clauses.sort_by_key(|clause| (clause.is_of_object(), clause.is_weak()));
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
    pub(crate) fn into_clauses(self) -> Vec<Self> {
        let mut clauses = Vec::new();
        let mut next = Some(self);
        while let Some(mut clause) = next {
            next = clause.and.take().map(|after| *after);
            clauses.push(clause);
        }
        clauses
    }

    /// Whether this never holds where the other does not.
    pub(crate) fn implies(&self, other: &Self) -> bool {
        let same = |one: &Self, other: &Self| {
            one.name == other.name
                && one.asks == other.asks
                && one.or == other.or
                && one.position == other.position
        };
        other.clauses().all(|wanted| self.clauses().any(|clause| same(clause, wanted)))
    }

    /// Whether it is a matter of more than parameters.
    pub(crate) fn asks_for_state(&self) -> bool {
        self.clauses().any(|clause| clause.asks == Asks::State || clause.is_of_object())
    }

    /// Whether an attribute of the object whose method is called is asked for, which a call does not give.
    pub(super) fn is_of_object(&self) -> bool {
        self.name.starts_with("self.")
    }

    /// Whether some of these cannot hold together.
    pub(crate) fn are_contradictory(clauses: &[Self]) -> bool {
        let certain = |clause: &&Self| clause.or.is_none() && !clause.name.is_empty();
        clauses.iter().filter(certain).enumerate().any(|(at, one)| {
            clauses
                .iter()
                .filter(certain)
                .skip(at + 1)
                .any(|other| one.name == other.name && one.excludes(other))
        })
    }

    /// Whether what is asked of one and the same value cannot be true of it.
    fn excludes(&self, other: &Self) -> bool {
        match (&self.asks, &other.asks) {
            (Asks::Given, Asks::Missing) | (Asks::Missing, Asks::Given) => true,
            (Asks::Kinds(one), Asks::Kinds(other)) => !one.meets(*other),
            (Asks::Text(one), Asks::Text(other)) => {
                let is_exact = |texts: &str| texts.lines().all(|text| text.starts_with('='));
                is_exact(one)
                    && is_exact(other)
                    && !one.lines().any(|text| other.lines().any(|wanted| wanted == text))
            }
            (Asks::Text(one), Asks::OtherText(others)) | (Asks::OtherText(others), Asks::Text(one)) => {
                let text = |line: &str| line.strip_prefix('=').is_some_and(|text| is_one_of(text, others));
                one.lines().all(text)
            }
            _ => false,
        }
    }

    /// Whether it is a matter of which object's method is called.
    pub(crate) fn asks_for_own(&self) -> bool {
        self.clauses().any(|clause| clause.alternatives().any(|one| one.asks == Asks::Own))
    }

    /// Whether it is a matter of what sort of value something is.
    pub(crate) fn asks_for_kinds(&self) -> bool {
        let asks = |one: &Self| matches!(one.asks, Asks::Kinds(_));
        self.clauses().any(|clause| clause.alternatives().any(asks))
    }

    pub(super) fn state() -> Self {
        Self { asks: Asks::State, ..Self::default() }
    }

    pub(super) fn first() -> Self {
        Self { asks: Asks::First, ..Self::default() }
    }

    pub(super) fn own() -> Self {
        Self { asks: Asks::Own, ..Self::default() }
    }

    /// The same for those to whom the first time is as good as any.
    pub(crate) fn at_any_time(self) -> Option<Self> {
        let is_first = |clause: &Self| {
            let mut alternatives = clause.alternatives();
            alternatives.any(|one| matches!(one.asks, Asks::First | Asks::Own | Asks::Varied))
        };
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
            if regions.only_threads && self.functions[at].keeps_its_result() {
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
pub(super) struct Regions<'r, 'a> {
    pub(super) semantic: &'r Semantic<'a>,
    /// What the attributes of the object hold.
    pub(super) attributes: &'r Kept<'a>,
    pub(super) function: &'a ast::StmtFunctionDef,
    pub(super) scope: ScopeId,
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
    /// What comes after the `with` statements around, whose ends are always reached unless they are left for good.
    later: Vec<&'a [Stmt]>,
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
    pub(super) fn new(
        semantic: &'r Semantic<'a>,
        attributes: &'r Kept<'a>,
        function: &'a ast::StmtFunctionDef,
        scope: ScopeId,
    ) -> Self {
        let parameters = &function.parameters;
        let skipped = unwritten(semantic, function, scope);
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
        let (kept, loops, later, found) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
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
            later,
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
                Stmt::Expr(statement) if ends_process(&statement.value) => {
                    self.rest(&body[index + 1..], vec![Proviso::never()]);
                }
                Stmt::AnnAssign(assign) => self.keep(&assign.target, assign.value.as_deref()),
                Stmt::If(choice) => {
                    self.once(choice, &body[index + 1..]);
                    self.branch_if(&choice.test, self.implied(&choice.test, true), &choice.body);
                    let mut before = match &*choice.elif_else_clauses {
                        [] => Vec::new(),
                        _ => self.implied(&choice.test, false),
                    };
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
                        self.rest(&body[index + 1..], after);
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
                    self.apart(body);
                    self.is_in_loop = outside;
                    self.apart(orelse);
                }
                Stmt::With(with) => {
                    self.later.push(&body[index + 1..]);
                    self.suite(&with.body);
                    self.later.pop();
                }
                Stmt::Try(attempt) => {
                    let loops = attempt.body.iter().filter_map(asks_for_loop);
                    let names: Vec<Option<&str>> = loops.collect();
                    self.loops.extend(names.iter().flatten());
                    self.apart(&attempt.body);
                    for handler in &attempt.handlers {
                        let ast::ExceptHandler::ExceptHandler(handler) = handler;
                        let provisos = if names.is_empty() { Vec::new() } else { vec![Proviso::never()] };
                        self.branch(provisos, &handler.body);
                    }
                    self.apart(&attempt.orelse);
                    self.apart(&attempt.finalbody);
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

    /// Statements that run only if a test holds, which implies this.
    fn branch_if(&mut self, test: &Expr, provisos: Vec<Proviso>, body: &'a [Stmt]) {
        if provisos.is_empty() && self.asks_for_usual_file(test) {
            self.apart(body);
        } else {
            self.branch(provisos, body);
        }
    }

    /// Whether a test looks for a file. Files are mostly there, but in a fixed place of the machine only on some.
    fn asks_for_usual_file(&self, test: &Expr) -> bool {
        asks_for_file(test).is_some_and(|path| !is_of_machine(self.semantic, path))
    }

    /// Statements that run only if this holds, or something else of which nothing is known if it is empty.
    fn branch(&mut self, mut provisos: Vec<Proviso>, body: &'a [Stmt]) {
        if provisos.is_empty() && self.minds_state {
            provisos.push(Proviso::state());
        }
        self.region(body, provisos);
        self.apart(body);
    }

    /// Statements that may be left without leaving those around them.
    fn apart(&mut self, body: &'a [Stmt]) {
        let later = std::mem::take(&mut self.later);
        self.suite(body);
        self.later = later;
    }

    /// What comes after a statement that has to be passed for it, in its suite and in those around.
    pub(super) fn rest(&mut self, after: &'a [Stmt], provisos: Vec<Proviso>) {
        for later in self.later.clone() {
            self.region(later, provisos.clone());
        }
        self.region(after, provisos);
    }

    pub(super) fn region(&mut self, body: &[Stmt], provisos: Vec<Proviso>) {
        let (Some(first), Some(last)) = (body.first(), body.last()) else { return };
        let range = TextRange::new(first.start(), last.end());
        self.found.extend(provisos.into_iter().map(|proviso| (range, proviso)));
    }

    fn hint(&mut self, hint: &Hint<'_>) {
        let (within, provisos) = match hint {
            Hint::Tested { within, test, holds } => {
                let mut implied = self.implied(test, *holds);
                if implied.is_empty() && self.minds_state && !(*holds && self.asks_for_usual_file(test)) {
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
    pub(super) fn implied(&self, test: &Expr, holds: bool) -> Vec<Proviso> {
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
            test if !self.only_threads || test.is_compare_expr() || test.is_name_expr() => {
                found.extend(self.implied_one(test, holds))
            }
            _ => {}
        }
    }

    /// The same of a test that is not made of others.
    fn implied_one(&self, test: &Expr, holds: bool) -> Option<Proviso> {
        if let Some((value, texts, is_one)) = asked_texts(test) {
            // Which other values there are the name of one does not say.
            if texts.starts_with('~') && !holds {
                return None;
            }
            let texts = texts.into();
            return self.optional(
                value,
                false,
                if is_one == holds { Asks::Text(texts) } else { Asks::OtherText(texts) },
            );
        }
        if holds && let Some(name) = asked_keyword(test, self.function) {
            let is_kept = keeps_keywords(self.semantic, self.function, self.scope, test.start());
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
                let Expr::Name(name) = &*call.func else {
                    return self.has_given(call).filter(|_| holds);
                };
                let arguments = &*call.arguments.args;
                let kinds = match (name.id.as_str(), arguments) {
                    ("isinstance", [value, class]) => {
                        let kinds = Kinds::tested(class, holds, self.semantic, self.scope);
                        // A class of the program's own.
                        if !holds
                            && kinds.is_some_and(Kinds::says_nothing)
                            && let Some(names) = class_names(class)
                        {
                            return self.optional(value, true, Asks::OtherClass(names.into()));
                        }
                        kinds
                    }
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
    pub(super) fn optional(&self, value: &Expr, compares_to_none: bool, mut asks: Asks) -> Option<Proviso> {
        if asks == Asks::Given && is_set_for_debugging(value, self.semantic, self.scope) {
            return Some(Proviso::never());
        }
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
                match kept.next().filter(|_| kept.next().is_none()) {
                    Some((_, parameter)) => parameter,
                    None => {
                        let derived = self.derived_from(value, compares_to_none, &asks);
                        return derived.or_else(|| self.of_object(attribute, asks));
                    }
                }
            }
            _ => return None,
        };
        let Some(found) = self.optional.iter().find(|optional| optional.name == name) else {
            return self.derived_from(value, compares_to_none, &asks);
        };
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
                Asks::Kinds(_) | Asks::Text(_) | Asks::OtherText(_) | Asks::OtherClass(_)
                    if missing().is_some() =>
                {
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
        Asks::OtherClass(_) => (true, true),
        // A default is made once.
        Asks::Varied => (false, true),
        Asks::State | Asks::First | Asks::Own | Asks::Never => (false, false),
    }
}
