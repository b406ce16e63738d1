//! Calls that a function makes only if it is given one of its optional parameters, or only if it is not.

use std::ops::RangeInclusive;

use ruff_python_ast::{self as ast, Arguments, Expr, Stmt};
use ruff_text_size::{Ranged, TextSize};
use serde::{Deserialize, Serialize};

use super::passing::{self, Known};
use super::summary::{Summary, never_falls_through};
use crate::engine::semantic::{ScopeId, Semantic};
use crate::engine::source::Source;

/// What must hold of a call of a function for one of the function's own calls to be made: `if parameter:` stands
/// around that one, and the parameter is `None` or false by default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proviso {
    /// The parameter; empty where the function made sure that it runs in another thread than the event loop's.
    pub(super) name: Box<str>,
    /// Among the positional arguments of a call, from 0, `self` left out; `None` when only a keyword can give it.
    pub(super) position: Option<u8>,
    /// Whether it must be given, or left out.
    pub(super) is_given: bool,
    /// Where it must be one of some texts: each of them after `=`, or after `^` where it is only the beginning, and
    /// before the end of a line.
    pub(super) texts: Box<str>,
    /// What does as well: it makes the function give the parameter a value of its own.
    pub(super) or: Option<Box<Proviso>>,
}

impl Proviso {
    /// Whether the parameter must be given, whatever its value.
    pub(super) fn asks_for_more(&self) -> bool {
        self.is_given && self.texts.is_empty() && !self.name.is_empty()
    }
}

/// What a call gives to the parameters of its callee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Passed {
    /// How many arguments are given by position; `None` when that is not known.
    pub(super) positional: Option<u8>,
    /// The names of the others, each followed by a comma. What is `None` or `False` is left out, and what may be so
    /// has a question mark; by position these are numbers, with an exclamation mark and a question mark.
    keywords: Box<str>,
    /// What is known of some of the arguments, by position, from 0, or by name.
    pub(super) known: Box<[(Box<str>, Known)]>,
    /// Whether the caller's own `**kwargs` is among them, and whether that is as the caller got it.
    pub(super) has_rest: bool,
    pub(super) hands_on_rest: bool,
}

impl Passed {
    /// No argument at all: a property is read, a context manager entered.
    pub(crate) fn nothing() -> Self {
        Self { positional: Some(0), ..Self::anything() }
    }

    /// Whatever there is: somebody else makes the call.
    pub(crate) fn anything() -> Self {
        Self {
            positional: None,
            keywords: Box::default(),
            known: Box::default(),
            has_rest: false,
            hands_on_rest: false,
        }
    }

    /// What a call in this function gives.
    pub(crate) fn of(arguments: &Arguments, caller: Option<&ast::StmtFunctionDef>) -> Self {
        let rest = caller.and_then(|caller| caller.parameters.kwarg.as_ref());
        let is_rest = |value: &Expr| matches!((value, rest), (Expr::Name(name), Some(rest)) if name.id.as_str() == rest.name.as_str());
        let mut unpacked = arguments.keywords.iter().filter(|keyword| keyword.arg.is_none()).peekable();
        let has_rest = unpacked.peek().is_some();
        if arguments.args.iter().any(Expr::is_starred_expr) || !unpacked.all(|found| is_rest(&found.value)) {
            return Self::anything();
        }
        let mut keywords = String::new();
        for keyword in arguments.keywords.iter().filter(|keyword| !is_false(&keyword.value)) {
            let Some(name) = &keyword.arg else { continue };
            keywords.push_str(name);
            keywords.push_str(if may_be_missing(&keyword.value, caller) { "?," } else { "," });
        }
        for (position, value) in arguments.args.iter().enumerate() {
            if is_false(value) {
                keywords.push_str(&format!("{position}!,"));
            } else if may_be_missing(value, caller) {
                keywords.push_str(&format!("{position}?,"));
            }
        }
        Self {
            positional: u8::try_from(arguments.args.len()).ok(),
            keywords: keywords.into(),
            known: passing::texts(arguments).into(),
            has_rest,
            hands_on_rest: false,
        }
    }

    /// Whether the proviso's parameter is among the arguments that are written out.
    pub(super) fn gives(&self, proviso: &Proviso) -> bool {
        let is_named = |name: &str| name.strip_suffix('?').unwrap_or(name) == &*proviso.name;
        let is_by_position = proviso.position.is_some() && proviso.position < self.positional;
        is_by_position || self.keywords.split_terminator(',').any(is_named)
    }

    /// Whether a call with these arguments fulfils the proviso, for all that is known.
    pub(crate) fn fulfils(&self, proviso: &Proviso) -> bool {
        self.fulfils_first(proviso) || proviso.or.as_deref().is_some_and(|other| self.fulfils(other))
    }

    /// The same of the proviso without those that do as well.
    pub(super) fn fulfils_first(&self, proviso: &Proviso) -> bool {
        if proviso.name.is_empty() {
            return false;
        }
        let Some(positional) = self.positional else { return true };
        if !proviso.texts.is_empty() {
            return self.may_be_text(proviso);
        }
        let by_position = proviso.position.filter(|position| *position < positional);
        let mut names = self.keywords.split_terminator(',');
        let mut named = names.clone().filter_map(|name| match name.strip_suffix('?') {
            Some(name) => (name == &*proviso.name).then_some(false),
            None => (name == &*proviso.name).then_some(true),
        });
        // Certainly, maybe, or not at all.
        let given = match by_position {
            Some(position) => match names.find_map(|name| {
                let mark = name.strip_prefix(&position.to_string())?;
                matches!(mark, "!" | "?").then_some(mark)
            }) {
                Some("!") => None,
                Some("?") => Some(false),
                _ => Some(true),
            },
            None => named.next(),
        };
        match given {
            Some(true) => proviso.is_given,
            Some(false) => true,
            None => !proviso.is_given || self.has_rest && by_position.is_none(),
        }
    }
}

pub(super) fn is_false(value: &Expr) -> bool {
    match value {
        Expr::NoneLiteral(_) => true,
        Expr::BooleanLiteral(literal) => !literal.value,
        _ => false,
    }
}

/// Whether an argument is a parameter of the caller that is missing by default.
fn may_be_missing(value: &Expr, caller: Option<&ast::StmtFunctionDef>) -> bool {
    let (Expr::Name(name), Some(caller)) = (value, caller) else { return false };
    let mut parameters = caller.parameters.iter_non_variadic_params();
    parameters
        .find(|parameter| parameter.parameter.name.as_str() == name.id.as_str())
        .is_some_and(|parameter| parameter.default.as_deref().is_some_and(is_empty))
}

impl Summary {
    /// Notes the provisos of the calls gathered so far; `owner` gives the position of a function's scope.
    pub(super) fn gather_provisos(
        &mut self,
        source: &Source<'_>,
        semantic: &Semantic<'_>,
        owner: &dyn Fn(ScopeId) -> Option<usize>,
    ) {
        for (function, scope) in &semantic.functions {
            let Some(at) = owner(*scope).filter(|at| !self.functions[*at].calls.is_empty()) else { continue };
            let mut regions = Regions::new(source, semantic, function, *scope);
            regions.suite(&function.body);
            for call in &mut self.functions[at].calls {
                // The innermost comes last.
                let mut around =
                    regions.found.iter().rev().filter(|(rows, _)| rows.contains(&call.row)).map(|(_, p)| p);
                let elsewhere = around.clone().find(|proviso| proviso.name.is_empty());
                // More calls tell whether they give something than which text it is.
                let plain = elsewhere.or_else(|| around.clone().find(|proviso| proviso.texts.is_empty()));
                call.proviso = plain.or_else(|| around.next()).map(|proviso| Box::new(proviso.clone()));
            }
        }
    }
}

/// Finds the rows of a function that run only if an optional parameter is given, or only if it is not.
struct Regions<'r, 'a> {
    source: &'r Source<'a>,
    semantic: &'r Semantic<'a>,
    function: &'a ast::StmtFunctionDef,
    scope: ScopeId,
    optional: Vec<Optional<'a>>,
    /// The attributes of `self` that have been given the value of a name.
    kept: Vec<(&'a str, &'a str)>,
    /// Whether the statements are those of a loop: what stands below may have been done before.
    is_in_loop: bool,
    /// The rows, and what they depend on.
    found: Vec<(RangeInclusive<u32>, Proviso)>,
}

/// A parameter that may be missing.
struct Optional<'a> {
    name: &'a str,
    /// Whether `None` says so, and not anything else that is false.
    is_none: bool,
    /// Without one, every call gives something, and only `None` itself says that it is missing.
    has_default: bool,
    position: Option<u8>,
    /// Where it gets other values.
    rebound: Vec<TextSize>,
}

impl<'r, 'a> Regions<'r, 'a> {
    fn new(
        source: &'r Source<'a>,
        semantic: &'r Semantic<'a>,
        function: &'a ast::StmtFunctionDef,
        scope: ScopeId,
    ) -> Self {
        let parameters = &function.parameters;
        let skipped = passing::unwritten(semantic, function, scope);
        let by_position = parameters.posonlyargs.len() + parameters.args.len();
        let mut optional = Vec::new();
        for (position, parameter) in parameters.iter_non_variadic_params().enumerate() {
            let default = parameter.default.as_deref();
            if default.is_some_and(|default| !is_empty(default)) {
                continue;
            }
            let name = parameter.parameter.name.as_str();
            let others = semantic.bindings_of(name, scope).iter().skip(1);
            let rebound = others.map(|id| semantic.node(semantic.binding(*id).node).ast.start()).collect();
            let position = (position < by_position).then(|| position.saturating_sub(skipped));
            let position = position.and_then(|position| u8::try_from(position).ok());
            let is_none = default.is_none_or(Expr::is_none_literal_expr);
            optional.push(Optional { name, is_none, has_default: default.is_some(), position, rebound });
        }
        let (kept, found) = (Vec::new(), Vec::new());
        Self { source, semantic, function, scope, optional, kept, is_in_loop: false, found }
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
                    self.branch(self.implied(&choice.test, true), &choice.body);
                    let mut before = self.implied(&choice.test, false);
                    for clause in &choice.elif_else_clauses {
                        let own = clause.test.as_ref().and_then(|test| self.implied(test, true));
                        self.branch(before.clone().or(own), &clause.body);
                        let denied = clause.test.as_ref().and_then(|test| self.implied(test, false));
                        before = before.or(denied);
                    }
                    let leaves = never_falls_through(&choice.body)
                        || matches!(choice.body.last(), Some(Stmt::Continue(_) | Stmt::Break(_)));
                    if leaves && let Some(proviso) = self.implied(&choice.test, false) {
                        self.region(&body[index + 1..], proviso);
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
                    self.suite(&attempt.body);
                    for handler in &attempt.handlers {
                        let ast::ExceptHandler::ExceptHandler(handler) = handler;
                        self.suite(&handler.body);
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

    fn branch(&mut self, proviso: Option<Proviso>, body: &'a [Stmt]) {
        // `if x: f()` on one line: rows cannot tell the test from what depends on it.
        let stands_apart = body.first().is_some_and(|first| self.source.starts_line(first.start()));
        if let Some(proviso) = proviso.filter(|_| stands_apart) {
            self.region(body, proviso);
        }
        self.suite(body);
    }

    fn region(&mut self, body: &[Stmt], proviso: Proviso) {
        let (Some(first), Some(last)) = (body.first(), body.last()) else { return };
        self.found.push((self.source.row(first.start())..=self.source.row(last.end()), proviso));
    }

    /// What is certain when this test holds, or when it does not.
    fn implied(&self, test: &Expr, holds: bool) -> Option<Proviso> {
        if holds && let Some((value, texts)) = passing::asked_texts(test) {
            return self.optional(value, false, true, texts);
        }
        if holds && let Some(name) = passing::asked_keyword(test, self.function) {
            let is_kept = passing::keeps_keywords(self.semantic, self.function, self.scope, test.start());
            let (name, texts) = (name.into(), Box::default());
            return is_kept.then_some(Proviso { name, position: None, is_given: true, texts, or: None });
        }
        match test {
            Expr::BoolOp(parts) if (parts.op == ast::BoolOp::And) == holds => {
                let implied = || parts.values.iter().filter_map(|part| self.implied(part, holds));
                implied().find(|proviso| proviso.texts.is_empty()).or_else(|| implied().next())
            }
            Expr::UnaryOp(not) if not.op == ast::UnaryOp::Not => self.implied(&not.operand, !holds),
            Expr::Compare(compare) => {
                let ([op], [other]) = (&*compare.ops, &*compare.comparators) else { return None };
                let is_same = match op {
                    ast::CmpOp::Is | ast::CmpOp::Eq => holds,
                    ast::CmpOp::IsNot | ast::CmpOp::NotEq => !holds,
                    _ => return None,
                };
                if asks_for_thread(&compare.left) || asks_for_thread(other) {
                    let (name, texts) = (Box::default(), Box::default());
                    let elsewhere = Proviso { name, position: None, is_given: true, texts, or: None };
                    return (!is_same).then_some(elsewhere);
                }
                other
                    .is_none_literal_expr()
                    .then(|| self.optional(&compare.left, true, !is_same, String::new()))?
            }
            Expr::Call(call) => {
                let is_check = matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "isinstance");
                self.optional(
                    call.arguments.args.first().filter(|_| is_check && holds)?,
                    true,
                    true,
                    String::new(),
                )
            }
            value => self.optional(value, false, holds, String::new()),
        }
    }

    /// The optional parameter that this expression is, or holds.
    fn optional(
        &self,
        value: &Expr,
        compares_to_none: bool,
        is_given: bool,
        mut texts: String,
    ) -> Option<Proviso> {
        let name = match value {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) if attribute.value.is_name_expr() => {
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
            let row = self.source.row(*rebound);
            let around = || self.found.iter().filter(|(rows, _)| rows.contains(&row)).map(|(_, guard)| guard);
            let is_same = |guard: &&Proviso| {
                let is_kind = guard.texts.is_empty() == texts.is_empty() && guard.or.is_none();
                *guard.name == *name && guard.is_given && is_given && is_kind
            };
            if let Some(guard) = around().find(is_same) {
                texts.push_str(&guard.texts);
                continue;
            }
            let is_other = |guard: &&Proviso| guard.asks_for_more() && *guard.name != *name;
            // The innermost says most.
            let guard = around().rfind(is_other).filter(|guard| guard.or.is_none())?;
            if or.as_deref() != Some(guard) {
                or = Some(Box::new(Proviso { or, ..guard.clone() }));
            }
        }
        let proviso =
            Proviso { name: name.into(), position: found.position, is_given, texts: texts.into(), or };
        let counts = (found.is_none || !compares_to_none) && (is_given || found.has_default);
        counts.then_some(proviso)
    }
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

/// Whether a default value is false in a test.
fn is_empty(default: &Expr) -> bool {
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
