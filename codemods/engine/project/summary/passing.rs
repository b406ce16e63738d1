//! What a call gives to the parameters of its callee.

use std::borrow::Cow;

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;
use serde::{Deserialize, Serialize};

use super::kinds::Kinds;
use super::parameters::{keeps_keywords, unwritten};
use super::proviso::{Asks, Proviso, is_one_of};
use super::questions::{is_empty, is_false};
use super::receiver::{Receiver, is_of_module};
use super::tested::Tested;
use crate::engine::apis;
use crate::engine::semantic::{BindingKind, ScopeId, ScopeKind, Semantic, Symbol};

/// Longer texts, in bytes, are prose that no function compares its parameter with.
const MAX_TEXT: usize = 40;

/// What a call gives to the parameters of its callee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Passed {
    /// How many arguments are given by position; `None` when that is not known.
    positional: Option<u8>,
    /// Whether the caller's own `**kwargs` is among them, and whether that is as the caller got it.
    has_rest: bool,
    hands_on_rest: bool,
    receiver: Receiver,
    /// The program around the call was set up for it, as it is by a test: what is not asked for is not there.
    is_set_up: bool,
    /// What is known of the arguments, one to a line, or several lines for one that is this or that: its name, or
    /// its position from 0; then what stands in for a value, as far as it is known: `!` for `None` and `False`, `?`
    /// where it may be missing, `+` where it is certainly neither `None` nor false, `$` where it is the same each time; `~` with the letter of its kind, `^` with the sorts that it may be of,
    /// or `#` with its raw symbol before a blank, without the name of the module at its beginning if it has that;
    /// `=` with a text, or `@` with a parameter of the caller that keeps its value: its default (`r` for none, `-`
    /// for `None` or `False`, the letter of its kind, or `*`), its position from 0, as a call gives it, and its name.
    /// Arguments by position of which nothing is known have no line. The caller's `*items` have the name `*`, and their
    /// own name one too.
    ///
    /// Where the object whose method is called was made near by, its class, `%` and how many arguments by position
    /// that was given come first, and what is known of those is here too, with the class and a dot before it.
    arguments: Box<str>,
}

/// One of the lines of [`Passed::arguments`].
#[derive(Debug, Clone, Copy, Default)]
struct Line<'p> {
    is_false: bool,
    may_be_missing: bool,
    is_something: bool,
    is_fixed: bool,
    kind: Option<Kinds>,
    symbol: Option<&'p str>,
    text: Option<&'p str>,
    parameter: Option<Parameter<'p>>,
}

/// A parameter of the caller that is handed on.
#[derive(Debug, Clone, Copy)]
struct Parameter<'p> {
    default: char,
    position: Option<u8>,
    name: &'p str,
}

impl Passed {
    /// No argument at all: a property is read, a context manager entered.
    pub(crate) fn nothing() -> Self {
        Self { positional: Some(0), ..Self::anything() }
    }

    /// Whatever there is: somebody else makes the call.
    pub(crate) fn anything() -> Self {
        let (positional, receiver, arguments) = (None, Receiver::Any, Box::default());
        Self { positional, has_rest: false, hands_on_rest: false, receiver, is_set_up: false, arguments }
    }

    /// The same with what `kind` says of the symbols of arguments.
    pub(crate) fn with_kinds(
        &self,
        module: &str,
        mut kind: impl FnMut(&str) -> Option<Kinds>,
    ) -> Cow<'_, Self> {
        if !self.arguments.contains('#') {
            return Cow::Borrowed(self);
        }
        let mut lines = String::new();
        for line in self.arguments.split_terminator('\n') {
            let known = line.split_once('#').and_then(|(before, rest)| Some((before, rest.split_once(' ')?)));
            match known {
                Some((before, (symbol, after))) => {
                    lines.push_str(before);
                    let own = symbol.strip_prefix('.').map(|rest| format!("{module}.{rest}"));
                    if let Some(letter) = kind(own.as_deref().unwrap_or(symbol)).and_then(Kinds::letter) {
                        lines.push('~');
                        lines.push(letter);
                    }
                    lines.extend(["#", symbol, " "]);
                    lines.push_str(after);
                }
                None => lines.push_str(line),
            }
            lines.push('\n');
        }
        Cow::Owned(Self { arguments: lines.into(), ..self.clone() })
    }

    /// Whether the object may be one that the whole program shares, for all that its file tells.
    pub(crate) fn may_be_shared(&self) -> bool {
        self.receiver == Receiver::Any
    }

    /// The same of a call of an object that the whole program shares.
    pub(crate) fn of_shared(self) -> Self {
        Self { receiver: Receiver::Shared, ..self }
    }

    /// Whether the object, of this class, was given nothing when it was made near by.
    pub(crate) fn is_made_of_nothing(&self, class: &str) -> bool {
        let is_given = |line: &str| line.strip_prefix(class).is_some_and(|rest| rest.starts_with('.'));
        self.made(class) == Some(0) && !self.arguments.lines().any(is_given)
    }

    /// The same of a call that stands in a test.
    pub(crate) fn in_test(self, is_set_up: bool) -> Self {
        Self { is_set_up, ..self }
    }

    /// No argument, to a property of this object.
    pub(super) fn nothing_to(object: &Expr, semantic: &Semantic<'_>, scope: ScopeId) -> Self {
        Self { receiver: Receiver::of(object, semantic, scope), ..Self::nothing() }
    }

    /// What a call gives.
    pub(crate) fn of(call: &ast::ExprCall, semantic: &Semantic<'_>, scope: ScopeId) -> Self {
        let Expr::Attribute(method) = &*call.func else { return Self::of_arguments(call, semantic, scope) };
        let mut passed = Self::of_arguments(call, semantic, scope);
        passed.receiver = Receiver::of(&method.value, semantic, scope);
        if !matches!(passed.receiver, Receiver::Own | Receiver::New)
            && let Some((class, made)) = semantic.making(&method.value, scope)
            && let making = Self::of_arguments(made, semantic, semantic.scope_of(made))
            && let Some(positional) = making.positional.filter(|_| !making.has_rest)
        {
            let mut lines = format!("{class}%{positional}\n");
            for line in making.arguments.split_terminator('\n') {
                lines.push_str(&format!("{class}.{line}\n"));
            }
            lines.push_str(&passed.arguments);
            passed.arguments = lines.into();
        }
        passed
    }

    fn of_arguments(call: &ast::ExprCall, semantic: &Semantic<'_>, scope: ScopeId) -> Self {
        let arguments = &call.arguments;
        let frame = semantic.frame(scope);
        let caller = match semantic.scope(frame).kind {
            ScopeKind::Function(function) => Some(function),
            _ => None,
        };
        let rest = caller.and_then(|caller| caller.parameters.kwarg.as_ref());
        let is_rest = |value: &Expr| matches!((value, rest), (Expr::Name(name), Some(rest)) if name.id.as_str() == rest.name.as_str());
        let mut unpacked = arguments.keywords.iter().filter(|keyword| keyword.arg.is_none()).peekable();
        let has_rest = unpacked.peek().is_some();
        let mut asker = Asker { semantic, scope, frame, caller, tested: Vec::new() };
        // `*items` of the caller may be handed on as they are.
        let starred = arguments.args.iter().position(Expr::is_starred_expr).unwrap_or(arguments.args.len());
        let handed_on = match &arguments.args[starred..] {
            [] => None,
            [Expr::Starred(last)] => asker.variadic(&last.value),
            _ => return Self::anything(),
        };
        let is_known = starred == arguments.args.len() || handed_on.is_some();
        if !is_known {
            return Self::anything();
        }
        let is_own_rest = unpacked.all(|found| is_rest(&found.value));
        let is_place = |value: &Expr| value.is_name_expr() || value.is_attribute_expr();
        let keywords = arguments.keywords.iter().map(|keyword| &keyword.value);
        if caller.is_some() && arguments.args.iter().chain(keywords).any(is_place) {
            asker.tested = Tested::around(call, semantic);
        }
        let mut lines = String::new();
        for (position, value) in arguments.args[..starred].iter().enumerate() {
            asker.describe(value, &mut lines, &|line| line.push_str(&position.to_string()), false);
        }
        if let Some((position, name)) = handed_on {
            lines.push_str(&format!("*@r{position}.*{name}\n"));
        }
        for keyword in &arguments.keywords {
            let Some(name) = &keyword.arg else { continue };
            let start = lines.len();
            asker.describe(&keyword.value, &mut lines, &|line| line.push_str(name), false);
            if lines.len() == start {
                lines.push_str(name);
                lines.push('\n');
            }
        }
        Self {
            positional: u8::try_from(starred).ok(),
            receiver: Receiver::Any,
            is_set_up: false,
            has_rest,
            hands_on_rest: has_rest
                && is_own_rest
                && caller.is_some_and(|caller| keeps_keywords(semantic, caller, frame, arguments.start())),
            arguments: lines.into(),
        }
    }

    /// Whether a call with these arguments fulfils the proviso, for all that is known.
    pub(crate) fn fulfils(&self, proviso: &Proviso) -> bool {
        proviso.clauses().all(|clause| clause.alternatives().any(|one| self.fulfils_one(one)))
    }

    /// The same of a proviso without those that must hold as well, or do as well.
    fn fulfils_one(&self, proviso: &Proviso) -> bool {
        match proviso.asks {
            Asks::First | Asks::Never => return false,
            Asks::Own => return self.receiver != Receiver::Shared,
            Asks::State => return !self.is_set_up,
            _ => {}
        }
        if proviso.is_of_object() {
            return !self.is_set_up;
        }
        if let Some((class, _)) = proviso.name.split_once('.') {
            return match self.made(class) {
                Some(positional) => self.lines_fulfil(self.lines_of(proviso, Some(positional)), proviso),
                None => true,
            };
        }
        if self.positional.is_none() {
            return true;
        }
        if proviso.name.starts_with('*') {
            return self.items(proviso).any(|line| line.fulfils(proviso));
        }
        self.lines_fulfil(self.lines(proviso), proviso)
    }

    fn lines_fulfil<'p>(&self, lines: impl Iterator<Item = Line<'p>>, proviso: &Proviso) -> bool {
        let mut lines = lines.peekable();
        if lines.peek().is_none() {
            let may_be_given = self.has_rest && !matches!(proviso.asks, Asks::Missing);
            return proviso.by_default || may_be_given;
        }
        lines.any(|line| line.fulfils(proviso))
    }

    /// How many arguments by position the object was given when it was made, if it is of this class and that is known.
    fn made(&self, class: &str) -> Option<u8> {
        let (made, rest) = self.arguments.split_once('%')?;
        let end = rest.find('\n')?;
        if made == class { rest[..end].parse().ok() } else { None }
    }

    /// What the caller must be given for this call to fulfil the proviso, where that is a matter of the caller's own
    /// parameters.
    pub(crate) fn handed_on(&self, proviso: &Proviso) -> Option<Proviso> {
        let clauses = proviso.clauses().filter_map(|clause| {
            let mut found = Vec::new();
            let is_alone = clause.or.is_none();
            for one in clause.alternatives().filter(|one| self.fulfils_one(one)) {
                self.one_handed_on(one, is_alone, &mut found)?;
            }
            Proviso::any(found)
        });
        Proviso::all(clauses.collect())
    }

    /// Adds what does for a proviso that is fulfilled; `None` where it is fulfilled whatever the caller gets.
    fn one_handed_on(&self, proviso: &Proviso, is_alone: bool, found: &mut Vec<Proviso>) -> Option<()> {
        if proviso.is_of_object() {
            let is_own = self.receiver == Receiver::Own;
            let own = || Proviso { or: None, and: None, ..proviso.clone() };
            found.push(if is_own { own() } else { Proviso::state() });
            return Some(());
        }
        if let Some((class, parameter)) = proviso.name.split_once('.')
            && self.made(class).is_none()
        {
            let own = Proviso { or: None, and: None, ..proviso.clone() };
            found.push(match self.receiver {
                Receiver::Any | Receiver::Part | Receiver::Shared => return None,
                Receiver::Own => own,
                Receiver::New => Proviso { name: parameter.into(), ..own },
            });
            return Some(());
        }
        if proviso.asks == Asks::Own && !matches!(self.receiver, Receiver::Own | Receiver::Part) {
            return None;
        }
        if matches!(proviso.asks, Asks::State | Asks::Own) {
            found.push(Proviso { or: None, and: None, ..proviso.clone() });
            return Some(());
        }
        let is_variadic = proviso.name.starts_with('*');
        let items = is_variadic.then(|| self.items(proviso)).into_iter().flatten();
        let one = (!is_variadic).then(|| self.lines(proviso)).into_iter().flatten();
        let mut is_given = is_variadic && self.positional.is_some();
        for line in items.chain(one) {
            is_given = true;
            if !line.fulfils(proviso) {
                continue;
            }
            let Some(parameter) = line.parameter else {
                // That something unknown is this very text is a matter of luck.
                if matches!(proviso.asks, Asks::Text(_)) && line.text.is_none() {
                    found.push(Proviso::state());
                    continue;
                }
                return None;
            };
            let by_default = match parameter.default {
                'r' => true,
                _ if proviso.asks == Asks::Varied => false,
                '-' => Line { is_false: true, ..Line::default() }.fulfils(proviso),
                letter => {
                    let kind = Kinds::of_letter(letter);
                    Line { is_something: true, kind, ..Line::default() }.fulfils(proviso)
                }
            };
            found.push(Proviso {
                name: parameter.name.into(),
                position: parameter.position,
                asks: proviso.asks.clone(),
                by_default,
                vague: !is_alone || !matches!(proviso.asks, Asks::Missing) || parameter.default != '-',
                ..Proviso::default()
            });
        }
        if is_given {
            return Some(());
        }
        // `**kwargs`, which holds it if the caller got it.
        let is_theirs = self.hands_on_rest && !proviso.by_default && proviso.asks != Asks::Missing;
        found.push(Proviso { position: None, or: None, and: None, ..proviso.clone() });
        is_theirs.then_some(())
    }

    /// What is known of the argument for the proviso's parameter: nothing where it is not given.
    fn lines<'p>(&'p self, proviso: &'p Proviso) -> impl Iterator<Item = Line<'p>> {
        let made = proviso.name.split_once('.').and_then(|(class, _)| self.made(class));
        self.lines_of(proviso, made.or(self.positional))
    }

    /// What is known of the arguments that make up `*items`: at the proviso's position and behind it.
    fn items<'p>(&'p self, proviso: &Proviso) -> impl Iterator<Item = Line<'p>> {
        let positions = proviso.position.unwrap_or(0)..self.positional.unwrap_or(0);
        let written = positions.flat_map(move |position| {
            let mut lines = self.arguments.split_terminator('\n').filter_map(move |line| {
                let (key, marks) = line.split_at(line.find(|c: char| !c.is_ascii_digit())?);
                (key.parse() == Ok(position)).then(|| Line::read(marks))
            });
            let first = lines.next().unwrap_or_default();
            std::iter::once(first).chain(lines)
        });
        let starred = self.arguments.split_terminator('\n').filter_map(|line| line.strip_prefix('*'));
        written.chain(starred.map(Line::read))
    }

    /// The same where so many arguments are given by position.
    fn lines_of<'p>(
        &'p self,
        proviso: &'p Proviso,
        positional: Option<u8>,
    ) -> impl Iterator<Item = Line<'p>> {
        let by_position = proviso.position.filter(|position| Some(*position) < positional);
        let (class, name) = proviso.name.rsplit_once('.').unwrap_or(("", &proviso.name));
        let lines = self.arguments.split_terminator('\n').filter_map(move |line| {
            let line = match class {
                "" => line,
                class => line.strip_prefix(class)?.strip_prefix('.')?,
            };
            let end = line.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(line.len());
            let (key, marks) = line.split_at(end);
            let is_it = match by_position {
                Some(position) => key.parse() == Ok(position),
                None => key == name,
            };
            (is_it && !marks.starts_with(['.', '%'])).then(|| Line::read(marks))
        });
        let mut lines = lines.peekable();
        // Or it is one of the items of a list.
        let is_starred = class.is_empty() && proviso.position.is_some() && self.arguments.contains("*@");
        let may_be = by_position.is_some() || is_starred;
        let unknown = (may_be && lines.peek().is_none()).then(Line::default);
        lines.chain(unknown)
    }
}

impl<'p> Line<'p> {
    fn read(marks: &'p str) -> Self {
        let mut line = Self::default();
        let mut letters = marks.char_indices();
        while let Some((at, mark)) = letters.next() {
            let rest = &marks[at + mark.len_utf8()..];
            match mark {
                '!' => line.is_false = true,
                '?' => line.may_be_missing = true,
                '+' => line.is_something = true,
                '$' => line.is_fixed = true,
                '~' => line.kind = letters.next().and_then(|(_, letter)| Kinds::of_letter(letter)),
                '^' => {
                    line.kind = rest.get(..Kinds::WRITTEN).and_then(Kinds::read);
                    letters.by_ref().nth(Kinds::WRITTEN - 1);
                }
                '#' => {
                    let end = rest.find(' ').unwrap_or(rest.len());
                    line.symbol = Some(&rest[..end]);
                    letters.by_ref().find(|(_, letter)| *letter == ' ');
                }
                '=' => {
                    line.text = Some(rest);
                    break;
                }
                _ => {
                    let default = rest.chars().next().unwrap_or('r');
                    let rest = rest.get(default.len_utf8()..).unwrap_or_default();
                    let name = rest.trim_start_matches(|c: char| c.is_ascii_digit());
                    let position = rest[..rest.len() - name.len()].parse().ok();
                    let name = name.trim_start_matches('.');
                    line.parameter = Some(Parameter { default, position, name });
                    break;
                }
            }
        }
        line
    }

    /// The last name of the class that it is an instance of.
    fn class(&self) -> Option<&'p str> {
        self.symbol?.strip_suffix("()")?.rsplit('.').next()
    }

    /// Whether an argument of which this is known may fulfil the proviso.
    fn fulfils(&self, proviso: &Proviso) -> bool {
        match &proviso.asks {
            Asks::Given => !self.is_false,
            Asks::Missing => {
                self.is_false
                    || self.may_be_missing
                    || proviso.vague && !self.is_something && self.text.is_none()
            }
            Asks::Text(texts) => match self.text {
                Some(text) => is_one_of(text, texts),
                None if texts.starts_with('~') => !self.is_false,
                None => !self.is_false && self.kind.is_none_or(|kind| kind.meets(Kinds::TEXT)),
            },
            Asks::OtherText(texts) => !self.text.is_some_and(|text| is_one_of(text, texts)),
            Asks::Kinds(kinds) => {
                let nothing = Kinds::NONE.or(Kinds::BOOL);
                if self.is_false {
                    return kinds.meets(nothing);
                }
                let own = if self.text.is_some() { Some(Kinds::TEXT) } else { self.kind };
                own.is_none_or(|own| kinds.meets(own)) || self.may_be_missing && kinds.meets(nothing)
            }
            Asks::OtherClass(names) => {
                let is_one = |class| names.split_terminator('\n').any(|name| name == class);
                self.is_false || self.may_be_missing || !self.class().is_some_and(is_one)
            }
            Asks::Varied => !(self.is_false || self.is_fixed || self.text.is_some()),
            Asks::State | Asks::First | Asks::Own | Asks::Never => false,
        }
    }
}

/// Says what is known of arguments.
struct Asker<'s, 'a> {
    semantic: &'s Semantic<'a>,
    scope: ScopeId,
    /// The scope of the function around the call, if any.
    frame: ScopeId,
    caller: Option<&'a ast::StmtFunctionDef>,
    /// What the conditions around the call say.
    tested: Vec<Tested<'a>>,
}

impl<'a> Asker<'_, 'a> {
    /// Adds the lines of an argument of which something is known; with `is_something` it is neither `None` nor false.
    fn describe(&self, value: &Expr, lines: &mut String, key: &dyn Fn(&mut String), is_something: bool) {
        match value {
            Expr::If(choice) => {
                let is_tested = is_something || tests(&choice.test, &choice.body);
                self.describe_either(&choice.body, lines, key, is_tested);
                self.describe_either(&choice.orelse, lines, key, is_something);
            }
            // `first or second`
            Expr::BoolOp(choice) if choice.op == ast::BoolOp::Or => {
                let last = choice.values.len() - 1;
                for (index, value) in choice.values.iter().enumerate().filter(|(_, value)| !is_false(value)) {
                    self.describe_either(value, lines, key, is_something || index < last);
                }
                if choice.values.last().is_some_and(is_false) {
                    self.describe_either(&choice.values[last], lines, key, is_something);
                }
            }
            _ => {
                if let Some(choice) = self.choice(value) {
                    return self.describe(choice, lines, key, is_something);
                }
                let start = lines.len();
                key(lines);
                let known_from = lines.len();
                self.describe_one(value, lines, is_something);
                if lines.len() > known_from {
                    lines.push('\n');
                } else {
                    lines.truncate(start);
                }
            }
        }
    }

    /// The same of one of several, which must have a line even if nothing is known of it.
    fn describe_either(
        &self,
        value: &Expr,
        lines: &mut String,
        key: &dyn Fn(&mut String),
        is_something: bool,
    ) {
        let start = lines.len();
        self.describe(value, lines, key, is_something);
        if lines.len() == start {
            key(lines);
            lines.push('\n');
        }
    }

    /// The `a if test else b` that a name of the function has as its only value.
    fn choice(&self, value: &Expr) -> Option<&Expr> {
        let name = value.as_name_expr()?.id.as_str();
        self.caller?;
        let [only] = self.semantic.bindings_of(name, self.frame) else { return None };
        match self.semantic.binding(*only).kind {
            BindingKind::Assignment { value, unpacked: None } if value.is_if_expr() => {
                (self.semantic.lookup(name, self.scope) == Some(self.frame)).then_some(value)
            }
            _ => None,
        }
    }

    fn describe_one(&self, value: &Expr, line: &mut String, is_something: bool) {
        let known = || self.tested.iter().filter(|tested| tested.is_of(value));
        let tested = known().find_map(|tested| tested.is_something);
        if is_false(value) || tested == Some(false) {
            line.push('!');
            return;
        }
        let is_something = is_something || tested == Some(true);
        if let Some(text) = self.text(value) {
            let is_word = !text.is_empty() && text.len() <= MAX_TEXT && !text.contains(char::is_whitespace);
            if is_word {
                line.push_str("+=");
                line.push_str(text);
                return;
            }
        }
        let parameter = self.parameter(value);
        let has_empty = || parameter.and_then(|(_, found, _)| found.default.as_deref()).is_some_and(is_empty);
        let kinds = Kinds::of(value, self.semantic, self.scope);
        if is_something || kinds.is_some_and(|(_, is_something)| is_something) {
            line.push('+');
        } else if has_empty() {
            line.push('?');
        }
        if self.is_fixed(value) {
            line.push('$');
        }
        if let Some(letter) = kinds.and_then(|(kinds, _)| kinds.letter()) {
            line.push('~');
            line.push(letter);
        } else if let Some(kinds) = known().find_map(|tested| tested.kinds) {
            line.push('^');
            line.push_str(&kinds.written());
        } else if let Some(symbol) = self.symbol(value) {
            let rest = symbol.strip_prefix(self.semantic.module).filter(|rest| rest.starts_with('.'));
            line.push('#');
            line.push_str(rest.unwrap_or(&symbol));
            line.push(' ');
        }
        if let Some((position, name)) = self.item(value) {
            line.push_str(&format!("@r{position}.*{name}"));
        }
        if let Some((position, found, true)) = parameter {
            let default = match found.default.as_deref() {
                None => 'r',
                Some(default) if is_false(default) => '-',
                Some(default) => {
                    let kinds = Kinds::of(default, self.semantic, self.frame).map(|(kinds, _)| kinds);
                    kinds.and_then(Kinds::letter).unwrap_or('*')
                }
            };
            line.push('@');
            line.push(default);
            if let Some(position) = position {
                line.push_str(&position.to_string());
            }
            line.push('.');
            line.push_str(found.parameter.name.as_str());
        }
    }

    /// Whether this is the same each time the call is made: a constant, or what a module or class holds.
    fn is_fixed(&self, value: &Expr) -> bool {
        match value {
            Expr::Attribute(attribute) => match &*attribute.value {
                Expr::Name(object) if matches!(object.id.as_str(), "self" | "cls") => {
                    self.is_class_constant(attribute.attr.as_str())
                }
                object => is_of_module(object, self.semantic, self.scope),
            },
            Expr::Name(_) => is_of_module(value, self.semantic, self.scope),
            value => value.is_number_literal_expr(),
        }
    }

    /// Whether the body of the caller's class gives this attribute a literal, and nothing in the file another value.
    fn is_class_constant(&self, attribute: &str) -> bool {
        let Some(class) = self.semantic.enclosing_class(self.frame) else { return false };
        let [only] = self.semantic.bindings_of(attribute, class) else { return false };
        let value = match self.semantic.binding(*only).kind {
            BindingKind::Assignment { value, unpacked: None } => value,
            BindingKind::Annotated { value: Some(value), .. } => value,
            _ => return false,
        };
        value.is_literal_expr() && self.semantic.stores_of(attribute).next().is_none()
    }

    /// The caller's `*items` that this is, with the position of the first.
    fn variadic(&self, value: &Expr) -> Option<(usize, &'a str)> {
        let (caller, name): (&'a ast::StmtFunctionDef, _) = (self.caller?, value.as_name_expr()?.id.as_str());
        let items = caller.parameters.vararg.as_ref().filter(|items| items.name.as_str() == name)?;
        let keeps_value = self.semantic.bindings_of(name, self.frame).len() == 1;
        let before = caller.parameters.posonlyargs.len() + caller.parameters.args.len();
        let position = before - unwritten(self.semantic, caller, self.frame).min(before);
        keeps_value.then_some((position, items.name.as_str()))
    }

    /// The caller's `*items` of which this is one: of `item` in `for item in items`.
    fn item(&self, value: &Expr) -> Option<(usize, &'a str)> {
        let name = value.as_name_expr()?.id.as_str();
        self.caller?.parameters.vararg.as_ref()?;
        let [only] = self.semantic.bindings_of(name, self.semantic.lookup(name, self.scope)?) else {
            return None;
        };
        match self.semantic.binding(*only).kind {
            BindingKind::Loop { iter, plain: true, .. } => self.variadic(iter),
            _ => None,
        }
    }

    /// The symbol of an object of a class that only the linked project knows.
    fn symbol(&self, value: &Expr) -> Option<Symbol> {
        if !(value.is_name_expr() || value.is_attribute_expr()) {
            return None;
        }
        let symbol = self.semantic.symbol(value, self.scope)?;
        let is_object = value.is_attribute_expr() && symbol.contains("()") || symbol.ends_with("()");
        let head = &symbol[..symbol.find(['.', '(', '[']).unwrap_or(symbol.len())];
        let is_foreign = head == "builtins" || apis::is_standard_library(head);
        (is_object && !is_foreign && !symbol.contains([' ', '{', '<'])).then_some(symbol)
    }

    /// The text that this is, or that a name always stands for.
    fn text<'e>(&'e self, value: &'e Expr) -> Option<&'e str> {
        let text = match value {
            Expr::Name(name) => {
                let name = name.id.as_str();
                let scope = self.semantic.lookup(name, self.scope)?;
                let [only] = self.semantic.bindings_of(name, scope) else { return None };
                match self.semantic.binding(*only).kind {
                    BindingKind::Assignment { value, unpacked: None } => value,
                    _ => return None,
                }
            }
            other => other,
        };
        Some(text.as_string_literal_expr()?.value.to_str())
    }

    /// The parameter of the caller that this is, with its position as a call gives it, and whether it has the value
    /// that the caller got.
    fn parameter(&self, value: &Expr) -> Option<(Option<usize>, &ast::ParameterWithDefault, bool)> {
        let (Expr::Name(name), Some(caller)) = (value, self.caller) else { return None };
        let name = name.id.as_str();
        let skipped = unwritten(self.semantic, caller, self.frame);
        let mut parameters = caller.parameters.iter_non_variadic_params().enumerate().skip(skipped);
        let (index, parameter) = parameters.find(|(_, found)| found.parameter.name.as_str() == name)?;
        let keeps_value = self.semantic.bindings_of(name, self.frame).len() == 1
            && self.semantic.lookup(name, self.scope) == Some(self.frame);
        let by_position = caller.parameters.posonlyargs.len() + caller.parameters.args.len();
        Some(((index < by_position).then(|| index - skipped), parameter, keeps_value))
    }
}

/// Whether a test holds only where this value is neither `None` nor false: `x` or `x is not None`.
fn tests(test: &Expr, value: &Expr) -> bool {
    let tested = match test {
        Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
            ([ast::CmpOp::IsNot], [Expr::NoneLiteral(_)]) => &compare.left,
            _ => return false,
        },
        other => other,
    };
    match (tested, value) {
        (Expr::Name(tested), Expr::Name(value)) => tested.id == value.id,
        _ => false,
    }
}
