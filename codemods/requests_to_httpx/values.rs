//! What argument values are, as far as the code shows it.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex, Operator};
use ruff_text_size::{Ranged, TextRange};

use super::draft::{Draft, Planned, imported};
use crate::engine::context::Context;
use crate::engine::semantic::{BindingKind, Reaching};

/// How many assignments a value is followed through.
const MAX_DEPTH: u32 = 6;

/// What a request's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// A mapping, to be encoded as a form.
    Form,
    /// Text or bytes.
    Raw,
    /// A list of pairs.
    Pairs,
    /// An open file.
    File,
    /// A generator or another iterable.
    Iterable,
    Nothing,
    Unknown,
}

/// Whether a URL has a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Query {
    None,
    Some,
    Unknown,
}

/// The values a name may have where it is read; `None` when not all of them are seen.
fn assigned<'a>(cx: &Context<'a>, name: &ast::ExprName) -> Option<Vec<BindingKind<'a>>> {
    let id = cx.semantic.id(name)?;
    let bindings = match cx.semantic.reaching(name.id.as_str(), Some(id), cx.semantic.node(id).scope) {
        Reaching::Unbound => return None,
        Reaching::One(binding) => vec![binding],
        Reaching::Many(bindings) => bindings,
    };
    Some(bindings.into_iter().map(|binding| cx.semantic.binding(binding).kind).collect())
}

/// What `data=` is given.
pub(super) fn body(cx: &Context<'_>, value: &Expr) -> Body {
    body_at(cx, value, 0)
}

fn body_at(cx: &Context<'_>, value: &Expr, depth: u32) -> Body {
    match value {
        Expr::Dict(_) | Expr::DictComp(_) => return Body::Form,
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::FString(_) => return Body::Raw,
        Expr::Generator(_) => return Body::Iterable,
        Expr::List(_) | Expr::Tuple(_) | Expr::ListComp(_) => return Body::Pairs,
        Expr::NoneLiteral(_) => return Body::Nothing,
        Expr::Await(awaited) => {
            // `await request.body()`, `await file.read()`.
            if let Expr::Call(call) = &*awaited.value
                && let Expr::Attribute(attribute) = &*call.func
                && matches!(attribute.attr.as_str(), "body" | "read")
            {
                return Body::Raw;
            }
        }
        Expr::Attribute(attribute)
            if matches!(attribute.attr.as_str(), "content" | "text")
                && cx.symbol(&attribute.value).as_deref() == Some("requests.Response()") =>
        {
            return Body::Raw;
        }
        Expr::BinOp(binary) if matches!(binary.op, Operator::Add | Operator::Mod) => {
            let left = body_at(cx, &binary.left, depth + 1);
            let right = body_at(cx, &binary.right, depth + 1);
            if left == Body::Raw || right == Body::Raw && binary.op == Operator::Add {
                return Body::Raw;
            }
        }
        Expr::BinOp(binary) if binary.op == Operator::BitOr => return body_at(cx, &binary.left, depth + 1),
        Expr::If(choice) => {
            let (one, other) = (body_at(cx, &choice.body, depth + 1), body_at(cx, &choice.orelse, depth + 1));
            return agreed([one, other].into_iter());
        }
        Expr::Call(call) => {
            if let Expr::Attribute(attribute) = &*call.func
                && matches!(
                    attribute.attr.as_str(),
                    "encode"
                        | "dumps"
                        | "model_dump_json"
                        | "getvalue"
                        | "read"
                        | "tobytes"
                        | "to_bytes"
                        | "SerializeToString"
                        | "read_text"
                        | "read_bytes"
                        | "join"
                        | "format"
                )
            {
                return Body::Raw;
            }
            if let Expr::Attribute(attribute) = &*call.func
                && matches!(attribute.attr.as_str(), "model_dump" | "to_dict" | "asdict")
            {
                return Body::Form;
            }
            match cx.symbol(&call.func).as_deref() {
                Some(
                    "urllib.parse.urlencode"
                    | "json.dumps"
                    | "urllib.parse.quote"
                    | "builtins.str"
                    | "builtins.bytes",
                ) => {
                    return Body::Raw;
                }
                Some("dataclasses.asdict" | "builtins.dict") => return Body::Form,
                _ => {}
            }
        }
        Expr::Name(name) if depth < MAX_DEPTH => {
            if let Some(kinds) = assigned(cx, name) {
                let bodies = kinds.iter().map(|kind| match kind {
                    BindingKind::Assignment { value, unpacked: None } => body_at(cx, value, depth + 1),
                    BindingKind::Annotated { value: Some(value), .. } => {
                        match body_at(cx, value, depth + 1) {
                            Body::Unknown => by_symbol(cx.symbol(value).as_deref()),
                            known => known,
                        }
                    }
                    _ => Body::Unknown,
                });
                let found = agreed(bodies);
                if found != Body::Unknown {
                    return found;
                }
            }
        }
        _ => {}
    }
    by_symbol(cx.symbol(value).as_deref())
}

fn by_symbol(symbol: Option<&str>) -> Body {
    match symbol {
        Some("builtins.dict()" | "collections.OrderedDict()" | "collections.defaultdict()") => Body::Form,
        Some("builtins.str()" | "builtins.bytes()" | "builtins.bytearray()") => Body::Raw,
        Some("builtins.open()" | "io.BytesIO()" | "io.StringIO()") => Body::File,
        Some("types.GeneratorType()") => Body::Iterable,
        Some("builtins.list()" | "builtins.tuple()") => Body::Pairs,
        Some(symbol) if symbol.starts_with("{:") => Body::Form,
        Some(symbol) if symbol.starts_with('{') => Body::Pairs,
        _ => Body::Unknown,
    }
}

fn agreed(bodies: impl Iterator<Item = Body>) -> Body {
    let mut found = Body::Nothing;
    for body in bodies {
        match found {
            Body::Nothing => found = body,
            _ if body == Body::Nothing || body == found => {}
            _ => return Body::Unknown,
        }
    }
    found
}

/// Whether the URL has a query, as its literal parts show.
pub(super) fn query(cx: &Context<'_>, url: &Expr) -> Query {
    query_at(cx, url, 0)
}

fn query_at(cx: &Context<'_>, url: &Expr, depth: u32) -> Query {
    let of_text = |text: &str| if text.contains('?') { Query::Some } else { Query::None };
    match url {
        Expr::StringLiteral(literal) => of_text(literal.value.to_str()),
        Expr::FString(string) => {
            let literal: String = string
                .value
                .iter()
                .map(|part| match part {
                    ast::FStringPart::Literal(literal) => literal.value.to_string(),
                    ast::FStringPart::FString(part) => {
                        part.elements.literals().map(|literal| literal.value.to_string()).collect()
                    }
                })
                .collect();
            // Something that a path is put behind has no query of its own.
            match of_text(&literal) {
                Query::None if !literal.contains('/') => Query::Unknown,
                found => found,
            }
        }
        Expr::BinOp(binary) if binary.op == Operator::Add => {
            match (query_at(cx, &binary.left, depth), query_at(cx, &binary.right, depth)) {
                (Query::Some, _) | (_, Query::Some) => Query::Some,
                (Query::Unknown, Query::Unknown) => Query::Unknown,
                _ => Query::None,
            }
        }
        Expr::BinOp(binary) if binary.op == Operator::Mod => query_at(cx, &binary.left, depth),
        Expr::Call(call) => {
            if let Expr::Attribute(attribute) = &*call.func
                && attribute.attr.as_str() == "format"
            {
                return query_at(cx, &attribute.value, depth);
            }
            if cx.symbol(&call.func).as_deref() == Some("urllib.parse.urljoin")
                && let Some(path) = call.arguments.args.get(1)
            {
                return query_at(cx, path, depth);
            }
            Query::Unknown
        }
        Expr::Name(name) if depth < MAX_DEPTH => {
            let Some(kinds) = assigned(cx, name) else { return Query::Unknown };
            let mut found = None;
            for kind in kinds {
                let value = match kind {
                    BindingKind::Assignment { value, unpacked: None }
                    | BindingKind::Annotated { value: Some(value), .. } => value,
                    _ => return Query::Unknown,
                };
                let query = query_at(cx, value, depth + 1);
                if found.is_some_and(|found| found != query) {
                    return Query::Unknown;
                }
                found = Some(query);
            }
            found.unwrap_or(Query::Unknown)
        }
        _ => Query::Unknown,
    }
}

/// Whether the URL is a constant that is known to be valid: no `InvalidURL` can come of it.
pub(super) fn is_constant_url(url: &Expr) -> bool {
    let Expr::StringLiteral(literal) = url else { return false };
    let text = literal.value.to_str();
    (text.starts_with("http://") || text.starts_with("https://"))
        && text.chars().all(|c| !c.is_control() && !c.is_whitespace())
}

/// `None` and `bool` values of a query or form: requests leaves the first out and writes the others as Python
/// does, httpx writes an empty value and `true`.
pub(super) fn check_items(cx: &Context<'_>, value: &Expr, what: &str, draft: &mut Draft<'_, '_>) {
    let Some(found) = literal(cx, value) else { return };
    let values: Vec<&Expr> = match found {
        Expr::Dict(dict) => dict.items.iter().map(|item| &item.value).collect(),
        Expr::List(list) => list
            .elts
            .iter()
            .filter_map(|pair| match pair {
                Expr::Tuple(pair) => pair.elts.get(1),
                _ => None,
            })
            .collect(),
        Expr::StringLiteral(text) => {
            if text.value.to_str().split('&').any(|pair| !pair.contains('=')) {
                draft.doubt(format!("httpx adds a `=` to the names without a value in `{what}`"));
            }
            return;
        }
        _ => return,
    };
    let mut drops_none = false;
    let range = value.range();
    for value in values {
        let name = cx.text(value);
        match value {
            Expr::BooleanLiteral(literal) if found.range() == range => {
                let quote = cx.source.style().quote;
                let text = if literal.value { "True" } else { "False" };
                draft.replace(value.range(), format!("{quote}{text}{quote}"));
            }
            _ if may_be(cx, value, Odd::Bool) => draft
                .doubt(format!("httpx writes booleans in `{what}` in lower case, and `{name}` may be one")),
            _ if may_be(cx, value, Odd::None) => drops_none = true,
            _ => {}
        }
    }
    if drops_none && found.is_dict_expr() {
        let range = cx.outer_range(value);
        draft.surround(range, "{key: value for key, value in ", ".items() if value is not None}");
    } else if drops_none {
        draft.doubt(format!("httpx sends an empty value for `None` in `{what}`, requests sends nothing"));
    }
}

/// The literal that a value is or that its only assignment gives it.
fn literal<'a>(cx: &Context<'a>, value: &'a Expr) -> Option<&'a Expr> {
    match value {
        Expr::Dict(_) | Expr::List(_) | Expr::StringLiteral(_) => Some(value),
        Expr::Name(name) => match assigned(cx, name)?.as_slice() {
            [
                BindingKind::Assignment { value, unpacked: None }
                | BindingKind::Annotated { value: Some(value), .. },
            ] => matches!(value, Expr::Dict(_) | Expr::List(_)).then_some(*value),
            _ => None,
        },
        _ => None,
    }
}

/// What a value may turn out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Odd {
    None,
    Bool,
}

/// Whether the code shows that a value can be `None`, or a `bool`.
fn may_be(cx: &Context<'_>, value: &Expr, odd: Odd) -> bool {
    match value {
        Expr::NoneLiteral(_) => odd == Odd::None,
        Expr::BooleanLiteral(_) | Expr::Compare(_) => odd == Odd::Bool,
        Expr::UnaryOp(unary) => unary.op == ast::UnaryOp::Not && odd == Odd::Bool,
        Expr::If(choice) => may_be(cx, &choice.body, odd) || may_be(cx, &choice.orelse, odd),
        Expr::Name(name) => assigned(cx, name).is_some_and(|kinds| {
            kinds.iter().any(|kind| match kind {
                BindingKind::Parameter { parameter, default, .. } => {
                    default.is_some_and(|default| may_be(cx, default, odd))
                        || parameter.annotation.as_deref().is_some_and(|a| annotates(a, odd))
                        || parameter.annotation.is_none() && is_passed(cx, name, parameter, odd)
                }
                BindingKind::Assignment { value, unpacked: None } => {
                    matches!(value, Expr::NoneLiteral(_) | Expr::BooleanLiteral(_) | Expr::Compare(_))
                        && may_be(cx, value, odd)
                }
                BindingKind::Annotated { annotation, .. } => annotates(annotation, odd),
                _ => false,
            })
        }),
        _ => false,
    }
}

/// Whether a call in this file passes a literal `None`, or a `bool`, for a parameter.
fn is_passed(cx: &Context<'_>, read: &ast::ExprName, parameter: &ast::Parameter, odd: Odd) -> bool {
    let Some(function) = cx.enclosing_function(read) else { return false };
    let parameters = &function.parameters;
    let mut by_position = parameters.posonlyargs.iter().chain(&parameters.args);
    let position = by_position.position(|own| own.parameter.range() == parameter.range());
    let by_name = parameters.iter().any(|own| own.as_parameter().range() == parameter.range());
    if !by_name {
        return false;
    }
    let is_method = matches!(cx.parent(function), AnyNodeRef::StmtClassDef(_))
        && !function.decorator_list.iter().any(|decorator| cx.text(&decorator.expression) == "staticmethod");
    let position = position.map(|position| position.saturating_sub(usize::from(is_method)));
    cx.calls().any(|call| {
        let name = match call.func() {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return false,
        };
        let given = || call.argument(parameter.name.as_str(), position.unwrap_or(usize::MAX));
        name == function.name.as_str()
            && given().is_some_and(|given| match given {
                Expr::NoneLiteral(_) => odd == Odd::None,
                Expr::BooleanLiteral(_) => odd == Odd::Bool,
                _ => false,
            })
    })
}

/// Whether an annotation admits `None`, or a `bool`.
fn annotates(annotation: &Expr, odd: Odd) -> bool {
    match annotation {
        Expr::NoneLiteral(_) => odd == Odd::None,
        Expr::Name(name) => match odd {
            Odd::None => name.id.as_str() == "Optional",
            Odd::Bool => name.id.as_str() == "bool",
        },
        Expr::Attribute(attribute) => odd == Odd::None && attribute.attr.as_str() == "Optional",
        Expr::Subscript(generic) => {
            annotates(&generic.value, odd)
                || match &*generic.slice {
                    Expr::Tuple(tuple) => tuple.elts.iter().any(|part| annotates(part, odd)),
                    part => annotates(part, odd),
                }
        }
        Expr::BinOp(union) => annotates(&union.left, odd) || annotates(&union.right, odd),
        Expr::StringLiteral(text) => {
            let text = text.value.to_str();
            match odd {
                Odd::None => text.contains("None") || text.contains("Optional"),
                Odd::Bool => text.contains("bool"),
            }
        }
        _ => false,
    }
}

/// Whether the URL's query and the parameters are seen to have no name in common.
pub(super) fn has_other_names(cx: &Context<'_>, url: &Expr, params: &Expr) -> bool {
    let text = cx.text(url);
    let Some(Expr::Dict(dict)) = literal(cx, params) else { return false };
    dict.items.iter().all(|item| match &item.key {
        Some(Expr::StringLiteral(key)) => {
            let key = key.value.to_str();
            !text.contains(&format!("?{key}=")) && !text.contains(&format!("&{key}="))
        }
        _ => false,
    })
}

/// Whether a value is certainly a `bool`.
pub(super) fn is_boolean(cx: &Context<'_>, value: &Expr) -> bool {
    match value {
        Expr::BooleanLiteral(_) | Expr::Compare(_) => true,
        Expr::UnaryOp(unary) => unary.op == ast::UnaryOp::Not,
        _ => cx.symbol(value).as_deref() == Some("builtins.bool()"),
    }
}

/// `None` among headers: requests leaves the header out, httpx raises. What requests sends of itself, and a session's
/// own headers, it takes away for `None`.
pub(super) fn check_headers(
    cx: &Context<'_>,
    headers: &Expr,
    in_session: bool,
    draft: &mut Draft<'_, '_>,
) -> Planned {
    let Some(Expr::Dict(dict)) = literal(cx, headers) else { return Ok(()) };
    let is_sent_anyway = |key: &str| {
        in_session
            || ["user-agent", "accept", "accept-encoding", "connection"]
                .contains(&key.to_ascii_lowercase().as_str())
    };
    let mut leaves_out = false;
    for item in &dict.items {
        match &item.value {
            Expr::NoneLiteral(_) => {
                return Err("header-none: requests takes a header away for `None`, httpx raises".to_owned());
            }
            value
                if may_be_none(cx, value)
                    && matches!(&item.key, Some(Expr::StringLiteral(key)) if !is_sent_anyway(key.value.to_str())) =>
            {
                leaves_out = true;
            }
            value if reads_environment(cx, value) || may_be_none(cx, value) => {
                let name = cx.text(value);
                draft.doubt(format!("httpx raises for a header that is `None`, and `{name}` may be"));
            }
            _ => {}
        }
    }
    if leaves_out {
        let range = cx.outer_range(headers);
        draft.surround(range, "{key: value for key, value in ", ".items() if value is not None}");
    }
    Ok(())
}

/// `os.getenv("X")` and `os.environ.get("X")`, without a default.
fn reads_environment(cx: &Context<'_>, value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    call.arguments.len() == 1
        && matches!(cx.symbol(&call.func).as_deref(), Some("os.getenv" | "os.environ.get"))
}

fn may_be_none(cx: &Context<'_>, value: &Expr) -> bool {
    value.is_name_expr() && may_be(cx, value, Odd::None)
}

/// `auth=` objects of requests as those of httpx.
pub(super) fn convert_auth(cx: &Context<'_>, auth: &Expr, draft: &mut Draft<'_, '_>) -> Planned {
    match auth {
        Expr::Tuple(_) | Expr::NoneLiteral(_) => return Ok(()),
        Expr::Call(call) => {
            let module = cx.settings.http_client.module();
            match cx.symbol(&call.func).as_deref() {
                Some("requests.auth.HTTPBasicAuth") => {
                    draft.replace(call.func.range(), imported(&format!("{module}.BasicAuth")));
                    return Ok(());
                }
                Some("requests.auth.HTTPDigestAuth") => {
                    draft.replace(call.func.range(), imported(&format!("{module}.DigestAuth")));
                    return Ok(());
                }
                _ => {}
            }
        }
        _ => {}
    }
    match cx.symbol(auth).as_deref() {
        // httpx takes any callable, which this one is.
        Some("builtins.tuple()" | "requests.auth.HTTPBasicAuth()" | "{builtins.str()}" | "None") => Ok(()),
        Some(_) => Err("custom-auth: httpx has no equivalent of this authentication".to_owned()),
        None if auth.is_call_expr() => {
            Err("custom-auth: httpx has no equivalent of this authentication".to_owned())
        }
        None => {
            draft.doubt("what `auth` is cannot be seen: requests' own classes do not all work with httpx");
            Ok(())
        }
    }
}

/// `files=`: text files are refused, what is added for others is doubted.
pub(super) fn check_files(cx: &Context<'_>, files: &Expr, draft: &mut Draft<'_, '_>) -> Planned {
    let files = literal(cx, files).unwrap_or(files);
    let range = files.range();
    let within = |at: TextRange| range.contains_range(at);
    for node in cx.nodes().iter().filter(|node| within(node.ast.range())) {
        let opened = match node.ast {
            AnyNodeRef::ExprCall(call) if cx.symbol(&call.func).as_deref() == Some("builtins.open") => {
                Some(call)
            }
            AnyNodeRef::ExprName(name) if name.ctx == ast::ExprContext::Load => opened_by(cx, name),
            _ => None,
        };
        if opened.is_some_and(opens_text) {
            return Err("text-file: httpx uploads files only in binary mode".to_owned());
        }
    }
    let is_exact = match files {
        Expr::Dict(dict) => {
            dict.items.iter().all(|item| matches!(&item.value, Expr::Tuple(t) if t.elts.len() >= 3))
        }
        _ => false,
    };
    if !is_exact {
        draft.doubt("httpx guesses a content type for each uploaded file, requests sends none");
    }
    Ok(())
}

/// The `open(…)` whose file a name holds.
fn opened_by<'a>(cx: &Context<'a>, name: &ast::ExprName) -> Option<&'a ast::ExprCall> {
    let kinds = assigned(cx, name)?;
    kinds.into_iter().find_map(|kind| {
        let value = match kind {
            BindingKind::With { context, .. } => context,
            BindingKind::Assignment { value, unpacked: None } => value,
            _ => return None,
        };
        let call = value.as_call_expr()?;
        (cx.symbol(&call.func).as_deref() == Some("builtins.open")).then_some(call)
    })
}

fn opens_text(call: &ast::ExprCall) -> bool {
    match call.arguments.find_argument_value("mode", 1) {
        None => true,
        Some(Expr::StringLiteral(mode)) => !mode.value.to_str().contains('b'),
        Some(_) => false,
    }
}

/// `[("a", 1), ("b", 2)]` as `{"a": 1, "b": 2}`.
pub(super) fn pairs_to_dict(cx: &Context<'_>, pairs: &Expr, draft: &mut Draft<'_, '_>) -> Planned {
    let refuse = || Err("iterable-body: `AsyncClient` does not take a list of pairs".to_owned());
    let Expr::List(list) = pairs else { return refuse() };
    let mut seen = Vec::new();
    for pair in &list.elts {
        let Expr::Tuple(ast::ExprTuple { elts, parenthesized: true, .. }) = pair else { return refuse() };
        let [Expr::StringLiteral(key), _] = elts.as_slice() else { return refuse() };
        if seen.contains(&key.value.to_str()) {
            return refuse();
        }
        seen.push(key.value.to_str());
    }
    check_items(cx, pairs, "data", draft);
    let bracket = |at: u32, width: u32| TextRange::new(at.into(), (at + width).into());
    draft.replace(bracket(list.start().to_u32(), 1), "{");
    for pair in &list.elts {
        let Expr::Tuple(tuple) = pair else { continue };
        let (key, value) = (cx.outer_range(&tuple.elts[0]), cx.outer_range(&tuple.elts[1]));
        draft.replace(TextRange::new(tuple.start(), key.start()), "");
        draft.replace(TextRange::new(key.end(), value.start()), ": ");
        draft.replace(TextRange::new(value.end(), tuple.end()), "");
    }
    draft.replace(bracket(list.end().to_u32() - 1, 1), "}");
    Ok(())
}

/// Whether a proxy's URL is seen to have a scheme.
pub(super) fn has_scheme(cx: &Context<'_>, proxy: &Expr) -> bool {
    match proxy {
        Expr::StringLiteral(text) => text.value.to_str().contains("://"),
        Expr::FString(_) => cx.text(proxy).contains("://"),
        Expr::NoneLiteral(_) => true,
        Expr::Name(name) => assigned(cx, name).is_some_and(|kinds| {
            kinds.iter().all(|kind| match kind {
                BindingKind::Assignment { value, unpacked: None } => {
                    !value.is_name_expr() && has_scheme(cx, value)
                }
                _ => false,
            })
        }),
        _ => false,
    }
}

/// The number of a node of this tree.
pub(super) fn id(cx: &Context<'_>, node: &impl HasNodeIndex) -> u32 {
    cx.semantic.id(node).unwrap_or(0)
}
