//! What a call hands on: short texts that it spells out, and parameters of its own function as that one got them.

use ruff_python_ast::{self as ast, AnyNodeRef, Arguments, Expr};
use ruff_text_size::{Ranged, TextSize};
use serde::{Deserialize, Serialize};

use super::proviso::{Passed, Proviso, is_false};
use crate::engine::semantic::{NodeId, ScopeId, ScopeKind, Semantic};

/// Longer texts, in bytes, are prose that no function compares its parameter with.
const MAX_TEXT: usize = 40;

/// What is known of an argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Known {
    Text(Box<str>),
    /// A parameter of the caller that keeps its value, with its position as in [`Proviso`].
    Parameter {
        name: Box<str>,
        position: Option<u8>,
    },
}

/// The texts among a call's arguments, each with its position, from 0, or its name.
pub(super) fn texts(arguments: &Arguments) -> Vec<(Box<str>, Known)> {
    let known = |value: &Expr| match value {
        Expr::StringLiteral(text) => {
            let text = text.value.to_str();
            let is_word = text.len() <= MAX_TEXT && !text.contains(char::is_whitespace);
            is_word.then(|| Known::Text(text.into()))
        }
        _ => None,
    };
    each(arguments, known)
}

fn each(arguments: &Arguments, known: impl Fn(&Expr) -> Option<Known>) -> Vec<(Box<str>, Known)> {
    let by_position = arguments
        .args
        .iter()
        .enumerate()
        .filter_map(|(position, value)| known(value).map(|known| (position.to_string().into(), known)));
    let by_name = arguments.keywords.iter().filter_map(|keyword| {
        let name = keyword.arg.as_deref()?;
        known(&keyword.value).map(|known| (name.into(), known))
    });
    by_position.chain(by_name).collect()
}

/// How many parameters of a function in this scope a call does not give: `self`.
pub(super) fn unwritten(semantic: &Semantic<'_>, function: &ast::StmtFunctionDef, scope: ScopeId) -> usize {
    let outer = semantic.scope(scope).parent.unwrap_or(0);
    let is_static = function.decorator_list.iter().any(
        |decorator| matches!(&decorator.expression, Expr::Name(name) if name.id.as_str() == "staticmethod"),
    );
    usize::from(!is_static && matches!(semantic.scope(outer).kind, ScopeKind::Class))
}

impl Passed {
    /// Notes which arguments are parameters of the function around the call that are missing, if at all, as `None`
    /// or `False`; `scope` is the call's.
    pub(super) fn forwarding(
        mut self,
        arguments: &Arguments,
        semantic: &Semantic<'_>,
        scope: ScopeId,
    ) -> Self {
        let frame = semantic.frame(scope);
        let ScopeKind::Function(function) = semantic.scope(frame).kind else { return self };
        self.hands_on_rest = self.has_rest && keeps_keywords(semantic, function, frame, arguments.start());
        let has_names = |value: &Expr| value.is_name_expr();
        if self.positional.is_none()
            || !(arguments.args.iter().any(has_names)
                || arguments.keywords.iter().any(|keyword| has_names(&keyword.value)))
        {
            return self;
        }
        let skipped = unwritten(semantic, function, frame);
        let by_position = function.parameters.posonlyargs.len() + function.parameters.args.len();
        let parameter = |value: &Expr| {
            let name = value.as_name_expr()?.id.as_str();
            let mut parameters = function.parameters.iter_non_variadic_params().enumerate().skip(skipped);
            let (index, parameter) = parameters.find(|(_, found)| found.parameter.name.as_str() == name)?;
            let keeps_value =
                semantic.bindings_of(name, frame).len() == 1 && semantic.lookup(name, scope) == Some(frame);
            if !keeps_value || !parameter.default.as_deref().is_none_or(is_false) {
                return None;
            }
            let position = (index < by_position).then(|| index - skipped);
            let position = position.and_then(|position| u8::try_from(position).ok());
            Some(Known::Parameter { name: name.into(), position })
        };
        let found = each(arguments, parameter);
        if !found.is_empty() {
            self.known = self.known.into_iter().chain(found).collect();
        }
        self
    }

    /// What the caller must be given for this call to fulfil the proviso, where that is a matter of the caller's own
    /// parameters.
    pub(super) fn handed_on(&self, proviso: &Proviso) -> Option<Proviso> {
        let mut found = None;
        let mut next = Some(proviso);
        while let Some(proviso) = next {
            if self.fulfils_first(proviso) {
                let or = found.map(Box::new);
                found = Some(Proviso { or, ..self.first_handed_on(proviso)? });
            }
            next = proviso.or.as_deref();
        }
        found
    }

    fn first_handed_on(&self, proviso: &Proviso) -> Option<Proviso> {
        let (is_given, texts) = (proviso.is_given, proviso.texts.clone());
        let Some(known) = self.known_of(proviso) else {
            // `**kwargs`, which holds it if the caller got it.
            let is_theirs = self.hands_on_rest && proviso.asks_for_more() && !self.gives(proviso);
            let name = proviso.name.clone();
            return is_theirs.then_some(Proviso { name, position: None, is_given, texts, or: None });
        };
        let Known::Parameter { name, position } = known else { return None };
        Some(Proviso { name: name.clone(), position: *position, is_given, texts, or: None })
    }

    /// Whether the argument may be one of the texts that the proviso names.
    pub(super) fn may_be_text(&self, proviso: &Proviso) -> bool {
        let Some(Known::Text(given)) = self.known_of(proviso) else { return true };
        proviso.texts.split_terminator('\n').any(|text| match text.strip_prefix('^') {
            Some(start) => given.starts_with(start),
            None => text.strip_prefix('=') == Some(given),
        })
    }

    fn known_of(&self, proviso: &Proviso) -> Option<&Known> {
        let positional = self.positional?;
        let by_position = proviso.position.filter(|position| *position < positional);
        let is_it = |key: &str| match by_position {
            Some(position) => key.parse() == Ok(position),
            None => key == &*proviso.name,
        };
        self.known.iter().find(|(key, _)| is_it(key)).map(|(_, known)| known)
    }
}

/// Whether the `**kwargs` of a function holds, at a place in it, nothing that was not given to the function.
pub(super) fn keeps_keywords(
    semantic: &Semantic<'_>,
    function: &ast::StmtFunctionDef,
    scope: ScopeId,
    before: TextSize,
) -> bool {
    let Some(rest) = &function.parameters.kwarg else { return false };
    let name = rest.name.as_str();
    let only_looks = |id: NodeId| match semantic.ancestors(id).next().map(|around| around.ast) {
        Some(AnyNodeRef::Keyword(keyword)) => keyword.arg.is_none(),
        Some(AnyNodeRef::ExprAttribute(method)) => {
            matches!(method.attr.as_str(), "copy" | "get" | "items" | "keys" | "pop" | "values")
        }
        Some(AnyNodeRef::ExprSubscript(item)) => !item.ctx.is_store(),
        Some(AnyNodeRef::ExprCompare(_)) => true,
        _ => false,
    };
    semantic.bindings_of(name, scope).len() == 1
        && semantic
            .reads_of(name, scope)
            .filter(|read| read.name.start() < before)
            .all(|read| only_looks(read.node))
}

/// The keyword that a test looks for in the function's `**kwargs`: `kwargs.pop("name", False)`.
pub(super) fn asked_keyword<'t>(test: &'t Expr, function: &ast::StmtFunctionDef) -> Option<&'t str> {
    let Expr::Call(call) = test else { return None };
    let Expr::Attribute(method) = &*call.func else { return None };
    let rest = function.parameters.kwarg.as_ref()?;
    let is_rest = method.value.as_name_expr().is_some_and(|name| name.id.as_str() == rest.name.as_str());
    let has_none = call.arguments.args.get(1).is_none_or(is_false) && call.arguments.keywords.is_empty();
    let is_look = is_rest && has_none && matches!(method.attr.as_str(), "get" | "pop");
    Some(call.arguments.args.first().filter(|_| is_look)?.as_string_literal_expr()?.value.to_str())
}

/// The texts that make a test hold, as in [`Proviso`], and the expression that it looks at: `x.startswith("a")`,
/// `x == "a"`, `x in ("a", "b")`.
pub(super) fn asked_texts(test: &Expr) -> Option<(&Expr, String)> {
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
            Some((&method.value, list('^', start).filter(|_| is_start)?))
        }
        Expr::Compare(compare) => {
            let ([op], [other]) = (&*compare.ops, &*compare.comparators) else { return None };
            let is_text = match op {
                ast::CmpOp::Eq => other.is_string_literal_expr(),
                ast::CmpOp::In => !other.is_string_literal_expr(),
                _ => false,
            };
            Some((&compare.left, list('=', other).filter(|_| is_text)?))
        }
        _ => None,
    }
}
