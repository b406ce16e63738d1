//! `except requests.…` around converted calls.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::draft::{Draft, Planned, Refusal, imported};
use super::reach::{Reach, Spot};
use super::sites::{Library, Site};
use super::values::{self, id};
use crate::engine::context::Context;
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::engine::semantic::NodeId;

/// `(requests, httpx)`: what catches the same failures, measured on requests 2.34 and httpx 0.28. The names are
/// in `requests` (or `requests.exceptions`) and `httpx`; those with a dot are qualified.
const EXCEPTIONS: &[(&str, &[&str])] = &[
    ("RequestException", &["HTTPError", "InvalidURL"]),
    ("HTTPError", &["HTTPStatusError"]),
    ("ConnectionError", &["NetworkError", "ProtocolError", "ProxyError", "ConnectTimeout"]),
    ("Timeout", &["TimeoutException"]),
    ("ConnectTimeout", &["ConnectTimeout"]),
    ("ReadTimeout", &["ReadTimeout"]),
    ("ProxyError", &["ProxyError", "ConnectError"]),
    ("ChunkedEncodingError", &["RemoteProtocolError", "ReadError"]),
    ("ContentDecodingError", &["DecodingError"]),
    ("TooManyRedirects", &["TooManyRedirects"]),
    ("MissingSchema", &["UnsupportedProtocol"]),
    ("InvalidSchema", &["UnsupportedProtocol"]),
    ("InvalidURL", &["InvalidURL"]),
    ("JSONDecodeError", &["json.JSONDecodeError"]),
    ("InvalidJSONError", &["builtins.ValueError"]),
    ("StreamConsumedError", &["StreamConsumed"]),
];

/// `(class, its base)` among httpx's exceptions, as far as a tuple may hold both (httpx/_exceptions.py, 0.28).
const BASES: &[(&str, &str)] = &[
    ("HTTPStatusError", "HTTPError"),
    ("RequestError", "HTTPError"),
    ("TransportError", "RequestError"),
    ("DecodingError", "RequestError"),
    ("TooManyRedirects", "RequestError"),
    ("TimeoutException", "TransportError"),
    ("NetworkError", "TransportError"),
    ("ProtocolError", "TransportError"),
    ("ProxyError", "TransportError"),
    ("UnsupportedProtocol", "TransportError"),
    ("ConnectTimeout", "TimeoutException"),
    ("ReadTimeout", "TimeoutException"),
    ("ConnectError", "NetworkError"),
    ("ReadError", "NetworkError"),
    ("RemoteProtocolError", "ProtocolError"),
];

/// The name of a requests exception that an expression names.
fn requests_exception(cx: &Context<'_>, expr: &Expr) -> Option<String> {
    let symbol = cx.symbol(expr)?;
    let name = symbol.strip_prefix("requests.exceptions.").or_else(|| symbol.strip_prefix("requests."))?;
    let is_class = name.chars().next().is_some_and(char::is_uppercase) && !name.contains(['.', '(', '[']);
    (is_class && !matches!(name, "Session" | "Response" | "Request" | "PreparedRequest"))
        .then(|| name.to_owned())
}

/// The calls of one conversion and what is known of them.
pub(super) struct Conversion<'u, 'a> {
    pub(super) sites: &'u [Site<'a>],
    pub(super) reaches: &'u [Reach],
    pub(super) converted: &'u FxHashSet<NodeId>,
    /// Whether all URLs are valid constants.
    pub(super) constant_urls: bool,
    /// Whether a body is read piece by piece.
    pub(super) streams: bool,
}

/// Rewrites the handlers around the calls, around the uses of their responses and around the functions' callers.
/// Gives the spots `e.response` at which handlers look at the response.
///
/// # Errors
/// When a handler names an exception without an equivalent.
pub(super) fn convert<'a>(
    cx: &Context<'a>,
    conversion: &Conversion<'_, 'a>,
    draft: &mut Draft<'_, 'a>,
) -> Result<Vec<Spot>, (TextRange, Refusal)> {
    let mut spots = Vec::new();
    if conversion.sites.iter().all(|site| site.library == Library::Httpx) {
        return Ok(spots);
    }
    if let Some(catcher) = catcher_elsewhere(cx, conversion) {
        draft.doubt(format!("`{catcher}` catches exceptions of requests around this"));
    }
    for node in cx.nodes() {
        let AnyNodeRef::StmtTry(statement) = node.ast else { continue };
        let body = suite_range(&statement.body);
        let frame = cx.semantic.frame(node.scope);
        let own =
            conversion.sites.iter().any(|site| site.scope == frame && body.contains_range(site.range()));
        let used = || {
            conversion.reaches.iter().flat_map(|reach| &reach.spots).any(|spot| {
                let used = cx.semantic.node(spot.id);
                cx.semantic.frame(used.scope) == frame && body.contains_range(used.ast.range())
            })
        };
        let calls_them = || calls_converted(cx, conversion, frame, body);
        let is_direct = own || used();
        if is_direct || calls_them() {
            let keep = !is_direct || raises_otherwise(cx, conversion, frame, body);
            handlers(cx, conversion, statement, Body { range: body, keep, own }, draft, &mut spots)
                .map_err(|reason| (statement.range(), reason))?;
        }
    }
    if let Some(named) = named_elsewhere(cx) {
        draft.doubt(format!("`{named}` is looked for outside of an `except`: httpx's exceptions are others"));
    }
    Ok(spots)
}

/// An exception of requests that async code may meet as a value: in a decorator that retries, in `suppress`, in a
/// check of its class, in a collection of classes.
fn named_elsewhere<'a>(cx: &Context<'a>) -> Option<&'a str> {
    let find = |expr: &'a Expr| {
        let elements: &[Expr] = match expr {
            Expr::Tuple(tuple) => &tuple.elts,
            Expr::List(list) => &list.elts,
            Expr::Set(set) => &set.elts,
            single => std::slice::from_ref(single),
        };
        elements.iter().find(|element| requests_exception(cx, element).is_some()).map(|found| cx.text(found))
    };
    let in_call = cx.calls().find_map(|call| {
        let arguments = &call.expr.arguments;
        let values = arguments.args.iter().chain(arguments.keywords.iter().map(|keyword| &keyword.value));
        let named = values.filter_map(find).next()?;
        let checks =
            matches!(cx.symbol(call.func()).as_deref(), Some("builtins.isinstance" | "builtins.issubclass"));
        let above = || cx.ancestors(call.expr);
        if checks {
            // Those in handlers are converted with them.
            let is_handled = above().any(|node| matches!(node, AnyNodeRef::ExceptHandlerExceptHandler(_)));
            return (!is_handled).then_some(named);
        }
        let around = above().find_map(|node| match node {
            AnyNodeRef::StmtFunctionDef(function) => Some(function),
            _ => None,
        });
        around.is_none_or(|function| function.is_async).then_some(named)
    });
    in_call.or_else(|| {
        cx.nodes().iter().find_map(|node| match node.ast {
            AnyNodeRef::StmtAssign(statement) => find(&statement.value),
            AnyNodeRef::StmtAnnAssign(statement) => find(statement.value.as_deref()?),
            _ => None,
        })
    })
}

fn suite_range(suite: &[ast::Stmt]) -> TextRange {
    match (suite.first(), suite.last()) {
        (Some(first), Some(last)) => TextRange::new(first.start(), last.end()),
        _ => TextRange::default(),
    }
}

/// What is known of the code that a `try` guards.
#[derive(Debug, Clone, Copy)]
struct Body {
    range: TextRange,
    /// Exceptions of requests may still come out of it.
    keep: bool,
    /// Converted calls are in it.
    own: bool,
}

fn handlers<'a>(
    cx: &Context<'a>,
    conversion: &Conversion<'_, 'a>,
    statement: &'a ast::StmtTry,
    body: Body,
    draft: &mut Draft<'_, 'a>,
    spots: &mut Vec<Spot>,
) -> Planned {
    let module = cx.settings.http_client.module();
    let mut caught_all = false;
    for handler in &statement.handlers {
        let ast::ExceptHandler::ExceptHandler(handler) = handler;
        let Some(kind) = handler.type_.as_deref() else { continue };
        let elements: &[Expr] = match kind {
            Expr::Tuple(tuple) => &tuple.elts,
            single => std::slice::from_ref(single),
        };
        let names: Vec<Option<String>> = elements.iter().map(|e| requests_exception(cx, e)).collect();
        let symbols: Vec<_> = elements.iter().map(|element| cx.symbol(element)).collect();
        let has = |symbol: &str| symbols.iter().any(|found| found.as_deref() == Some(symbol));
        if has("builtins.Exception") || has("builtins.BaseException") {
            convert_checks(cx, conversion, handler, body, draft)?;
            caught_all = true;
            continue;
        }
        let catches_os = has("builtins.OSError") && !caught_all && body.own;
        if names.iter().all(Option::is_none) {
            if has("builtins.ValueError") && !caught_all && body.own && !explains_value_error(cx, body.range)
            {
                draft.doubt("requests raises a `ValueError` for a bad URL, httpx does not");
            }
            if !catches_os {
                continue;
            }
        }
        let mut classes = Classes::new(cx, module, elements);
        for (element, name) in elements.iter().zip(&names) {
            match name {
                Some(name) => {
                    if body.keep {
                        classes.keep(element);
                    }
                    let json = body.own_json(cx);
                    classes.add(name, conversion.constant_urls, json, draft)?;
                    caught_all |= name == "RequestException";
                }
                None => classes.keep(element),
            }
        }
        if catches_os {
            classes.add("RequestException", conversion.constant_urls, false, draft)?;
            caught_all = true;
        }
        draft.replace(cx.outer_range(kind), classes.text());
        let only_status = names.iter().all(|name| name.as_deref() == Some("HTTPError"));
        named(cx, handler, only_status, body.keep, conversion, draft, spots)?;
        convert_checks(cx, conversion, handler, body, draft)?;
    }
    Ok(())
}

impl Body {
    /// Whether `.json()` is called in it.
    fn own_json(&self, cx: &Context<'_>) -> bool {
        cx.calls().any(|call| {
            self.range.contains_range(call.range())
                && matches!(call.func(), Expr::Attribute(a) if a.attr.as_str() == "json")
        })
    }
}

/// Whether something else in the `try` raises a `ValueError` as people expect it.
fn explains_value_error(cx: &Context<'_>, body: TextRange) -> bool {
    cx.calls().filter(|call| body.contains_range(call.range())).any(|call| match call.func() {
        Expr::Attribute(attribute) => {
            matches!(attribute.attr.as_str(), "json" | "loads" | "strptime" | "index")
        }
        Expr::Name(name) => matches!(name.id.as_str(), "int" | "float"),
        _ => false,
    })
}

/// The classes of one `except`, in the making.
struct Classes<'k, 'a> {
    cx: &'k Context<'a>,
    module: &'static str,
    /// The text of each, and for those of httpx and the like the qualified name.
    entries: Vec<(String, Option<String>)>,
    /// Symbols of those that are kept.
    known: Vec<String>,
}

impl<'k, 'a> Classes<'k, 'a> {
    /// No class yet; `elements` are those there now.
    fn new(cx: &'k Context<'a>, module: &'static str, elements: &[Expr]) -> Self {
        let known = elements.iter().filter_map(|element| cx.symbol(element));
        let known = known.map(|symbol| symbol.strip_prefix("builtins.").unwrap_or(&symbol).to_owned());
        Self { cx, module, entries: Vec::new(), known: known.collect() }
    }

    /// Keeps one as it is.
    fn keep(&mut self, element: &Expr) {
        self.entries.push((self.cx.text(element).to_owned(), None));
    }

    /// Adds what stands for an exception of requests.
    fn add(
        &mut self,
        name: &str,
        constant_urls: bool,
        reads_json: bool,
        draft: &mut Draft<'_, '_>,
    ) -> Planned {
        let Some((_, classes)) = EXCEPTIONS.iter().find(|(requests, _)| *requests == name) else {
            return Err(format!("no-such-exception: httpx has no equivalent of `requests.{name}`"));
        };
        if name == "ProxyError" {
            draft.doubt("a proxy that refuses the connection is a `ConnectError`, as any other server is");
        }
        for class in *classes {
            if *class == "InvalidURL" && name == "RequestException" && constant_urls {
                continue;
            }
            self.push(match class.split_once('.') {
                Some(("builtins", name)) => name.to_owned(),
                Some(_) => (*class).to_owned(),
                None => format!("{}.{class}", self.module),
            });
        }
        if name == "RequestException" && reads_json {
            self.push("json.JSONDecodeError".to_owned());
        }
        Ok(())
    }

    fn push(&mut self, class: String) {
        let is_known = |wanted: &str| {
            self.known.iter().any(|known| known == wanted)
                || self.entries.iter().any(|(_, added)| added.as_deref() == Some(wanted))
        };
        let is_covered = class == "json.JSONDecodeError" && is_known("ValueError");
        if !is_known(&class) && !is_covered {
            let text = if class.contains('.') { imported(&class) } else { class.clone() };
            self.entries.push((text, Some(class)));
        }
    }

    fn text(&self) -> String {
        let prefix = format!("{}.", self.module);
        let added = self.entries.iter().filter_map(|(_, class)| class.as_deref());
        let names: Vec<&str> = added
            .chain(self.known.iter().map(String::as_str))
            .filter_map(|class| class.strip_prefix(&prefix))
            .collect();
        let is_covered = |class: &str| {
            let Some(mut base) = class.strip_prefix(&prefix) else { return false };
            while let Some((_, above)) = BASES.iter().find(|(name, _)| *name == base) {
                if names.contains(above) {
                    return true;
                }
                base = above;
            }
            false
        };
        let entries = self.entries.iter();
        let written: Vec<&str> = entries
            .filter(|(_, class)| !class.as_deref().is_some_and(is_covered))
            .map(|(text, _)| text.as_str())
            .collect();
        match written.as_slice() {
            [only] => (*only).to_owned(),
            several => format!("({})", several.join(", ")),
        }
    }
}

/// `isinstance(e, requests.…)` in a handler.
fn convert_checks<'a>(
    cx: &Context<'a>,
    conversion: &Conversion<'_, 'a>,
    handler: &'a ast::ExceptHandlerExceptHandler,
    body: Body,
    draft: &mut Draft<'_, 'a>,
) -> Planned {
    let module = cx.settings.http_client.module();
    let range = suite_range(&handler.body);
    for call in cx.calls().filter(|call| range.contains_range(call.range())) {
        if cx.symbol(call.func()).as_deref() != Some("builtins.isinstance") {
            continue;
        }
        let Some(class) = call.expr.arguments.args.get(1) else { continue };
        let elements: &[Expr] = match class {
            Expr::Tuple(tuple) => &tuple.elts,
            single => std::slice::from_ref(single),
        };
        let names: Vec<Option<String>> = elements.iter().map(|e| requests_exception(cx, e)).collect();
        let catches_os = body.own
            && elements.iter().any(|element| cx.symbol(element).as_deref() == Some("builtins.OSError"));
        if names.iter().all(Option::is_none) && !catches_os {
            continue;
        }
        let mut classes = Classes::new(cx, module, elements);
        for (element, name) in elements.iter().zip(&names) {
            match name {
                Some(name) => {
                    if body.keep {
                        classes.keep(element);
                    }
                    classes.add(name, conversion.constant_urls, false, draft)?;
                }
                None => classes.keep(element),
            }
        }
        if catches_os {
            classes.add("RequestException", conversion.constant_urls, false, draft)?;
        }
        draft.replace(cx.outer_range(class), classes.text());
    }
    Ok(())
}

/// What the handler does with the exception.
fn named<'a>(
    cx: &Context<'a>,
    handler: &'a ast::ExceptHandlerExceptHandler,
    only_status: bool,
    keep: bool,
    conversion: &Conversion<'_, 'a>,
    draft: &mut Draft<'_, 'a>,
    spots: &mut Vec<Spot>,
) -> Planned {
    let Some(name) = &handler.name else { return Ok(()) };
    let module = cx.settings.http_client.module();
    let range = suite_range(&handler.body);
    for node in cx.nodes().iter().filter(|node| range.contains_range(node.ast.range())) {
        let AnyNodeRef::ExprAttribute(attribute) = node.ast else { continue };
        if !matches!(&*attribute.value, Expr::Name(read) if read.id.as_str() == name.as_str()) {
            continue;
        }
        match attribute.attr.as_str() {
            "response" => {}
            "errno" | "strerror" | "filename" => {
                return Err(format!(
                    "no-such-exception: httpx's exceptions are not `OSError`s and have no `{}`",
                    attribute.attr.as_str()
                ));
            }
            _ => continue,
        }
        let at = id(cx, attribute);
        let parent_id = cx.semantic.node(at).parent;
        let reads_body = matches!(
            cx.semantic.node(parent_id).ast,
            AnyNodeRef::ExprAttribute(a) if matches!(a.attr.as_str(), "text" | "content" | "json")
        );
        if reads_body && conversion.streams {
            return Err("response-escapes: a handler reads the body of a streamed response".to_owned());
        }
        if only_status {
            spots.push(Spot { id: at, may_be_none: false, mixed: keep });
            continue;
        }
        let status_error = imported(&format!("{module}.HTTPStatusError"));
        match cx.semantic.node(parent_id).ast {
            // As in requests, an error without a response ends in an `AttributeError`.
            AnyNodeRef::ExprAttribute(_) => spots.push(Spot { id: at, may_be_none: false, mixed: keep }),
            AnyNodeRef::ExprCompare(compare)
                if !keep
                    && matches!(
                        &*compare.ops,
                        [ast::CmpOp::Is | ast::CmpOp::NotEq | ast::CmpOp::IsNot | ast::CmpOp::Eq]
                    )
                    && compare.comparators[0].is_none_literal_expr() =>
            {
                let negated = matches!(&*compare.ops, [ast::CmpOp::Is | ast::CmpOp::Eq]);
                let not = if negated { "not " } else { "" };
                draft.replace(compare.range(), format!("{not}isinstance({}, {status_error})", name.as_str()));
            }
            _ if is_truth_test(cx, at) => {
                return Err(
                    "response-truthiness-unknown: `e.response` is false for errors in requests".to_owned()
                );
            }
            _ => {
                let quote = cx.source.style().quote;
                draft.replace(
                    attribute.range(),
                    format!("getattr({}, {quote}response{quote}, None)", name.as_str()),
                );
            }
        }
    }
    Ok(())
}

fn is_truth_test(cx: &Context<'_>, at: NodeId) -> bool {
    match cx.semantic.node(cx.semantic.node(at).parent).ast {
        AnyNodeRef::StmtIf(_)
        | AnyNodeRef::ElifElseClause(_)
        | AnyNodeRef::StmtWhile(_)
        | AnyNodeRef::ExprBoolOp(_)
        | AnyNodeRef::StmtAssert(_) => true,
        AnyNodeRef::ExprUnaryOp(unary) => unary.op == ast::UnaryOp::Not,
        AnyNodeRef::ExprIf(choice) => id(cx, &*choice.test) == at,
        _ => false,
    }
}

/// Whether the code can still raise exceptions of requests: other uses of it, or project functions that use it.
fn raises_otherwise(cx: &Context<'_>, conversion: &Conversion<'_, '_>, frame: u32, body: TextRange) -> bool {
    cx.calls().filter(|call| body.contains_range(call.range())).any(|call| {
        let Some(at) = cx.semantic.id(call.expr) else { return false };
        if conversion.converted.contains(&at) || cx.semantic.frame(cx.semantic.node(at).scope) != frame {
            return false;
        }
        match cx.meaning(call.func()) {
            Meaning::External(symbol) => {
                is_requests_call(&symbol)
                    || call.expr.arguments.args.first().is_some_and(|first| {
                        // `to_thread(requests.get, url)`
                        cx.symbol(first).is_some_and(|symbol| is_requests_call(&symbol))
                    })
            }
            Meaning::Function(function) => {
                !makes_only_converted(cx, conversion, function)
                    && uses_requests(cx, function, &mut FxHashSet::default())
            }
            _ => false,
        }
    })
}

fn is_requests_call(symbol: &str) -> bool {
    let owner = symbol.rsplit_once('.');
    match owner {
        Some(("requests", name)) => {
            name.chars().next().is_some_and(char::is_lowercase) && !matches!(name, "session" | "codes")
                || name.ends_with("Error")
                || name.ends_with("Exception")
                || name.ends_with("Timeout")
        }
        Some(("requests.exceptions", _)) => true,
        Some(("requests.Session()", name)) => !matches!(name, "close" | "mount" | "update"),
        _ => false,
    }
}

/// Whether every call of requests in a function is one of the converted ones.
fn makes_only_converted(cx: &Context<'_>, conversion: &Conversion<'_, '_>, function: FunctionId) -> bool {
    if function.file != cx.file {
        return false;
    }
    let qualname = &cx.world.function(function).qualname;
    let Some(site) = conversion.sites.iter().find(|site| cx.semantic.scope(site.scope).qualname == *qualname)
    else {
        return false;
    };
    let range = site.function.range();
    cx.calls().filter(|call| range.contains_range(call.range())).all(|call| {
        cx.semantic.id(call.expr).is_some_and(|at| conversion.converted.contains(&at))
            || !call.symbol().is_some_and(|symbol| is_requests_call(&symbol))
    })
}

/// Whether a project function, or one it calls, uses requests.
fn uses_requests(cx: &Context<'_>, function: FunctionId, seen: &mut FxHashSet<FunctionId>) -> bool {
    if !seen.insert(function) || seen.len() > 200 {
        return false;
    }
    cx.world.function(function).calls.iter().any(|call| match cx.world.meaning(&call.symbol, function.file) {
        Meaning::External(symbol) => is_requests_call(&symbol),
        Meaning::Function(inner) => uses_requests(cx, inner, seen),
        _ => false,
    })
}

/// Whether the code calls a function that makes converted calls and lets their exceptions out, or something of
/// which that cannot be seen.
fn calls_converted(cx: &Context<'_>, conversion: &Conversion<'_, '_>, frame: u32, body: TextRange) -> bool {
    let lets_out = conversion.sites.iter().any(|site| !is_caught(cx, site));
    let is_here =
        |at: Option<NodeId>| at.is_some_and(|at| cx.semantic.frame(cx.semantic.node(at).scope) == frame);
    let by_call = cx.calls().filter(|call| body.contains_range(call.range())).any(|call| {
        let is_awaited = matches!(cx.parent(call.expr), AnyNodeRef::ExprAwait(_));
        is_here(cx.semantic.id(call.expr))
            && match cx.meaning(call.func()) {
                Meaning::Function(function) => {
                    reaches_converted(cx, conversion, function, &mut FxHashSet::default())
                }
                // Coroutines given to `gather` and the like are calls of their own.
                Meaning::Unknown | Meaning::Pending(_) => is_awaited && lets_out,
                Meaning::External(symbol) => is_awaited && lets_out && is_opaque(&symbol),
                _ => false,
            }
    });
    by_call
        || lets_out
            && cx.nodes().iter().any(|node| match node.ast {
                AnyNodeRef::ExprAwait(awaited) => {
                    body.contains_range(awaited.range())
                        && is_here(cx.semantic.id(awaited))
                        && matches!(&*awaited.value, Expr::Name(_) | Expr::Attribute(_))
                }
                _ => false,
            })
}

/// Whether a symbol says only that something can be called, or where it was taken from.
fn is_opaque(symbol: &str) -> bool {
    ["typing.", "collections.abc.", "builtins.", "{"].iter().any(|head| symbol.starts_with(head))
}

/// A function in another file that catches exceptions of requests and calls, through any number of functions, one
/// that makes converted calls.
fn catcher_elsewhere(cx: &Context<'_>, conversion: &Conversion<'_, '_>) -> Option<String> {
    if conversion.sites.iter().all(|site| is_caught(cx, site)) {
        return None;
    }
    for (file, summary) in cx.project.summaries.iter().enumerate() {
        let Some(summary) = summary.as_ref().filter(|_| file as u32 != cx.file) else { continue };
        for (index, function) in summary.functions.iter().enumerate() {
            let catches = function.catches.iter().any(|class| match cx.world.meaning(class, file as u32) {
                Meaning::External(symbol) => symbol.starts_with("requests."),
                _ => false,
            });
            let id = FunctionId { file: file as u32, index: index as u32 };
            if catches && reaches_converted(cx, conversion, id, &mut FxHashSet::default()) {
                return Some(cx.world.function_name(id));
            }
        }
    }
    None
}

fn reaches_converted(
    cx: &Context<'_>,
    conversion: &Conversion<'_, '_>,
    function: FunctionId,
    seen: &mut FxHashSet<FunctionId>,
) -> bool {
    if !seen.insert(function) || seen.len() > 200 {
        return false;
    }
    let summary = cx.world.function(function);
    if function.file == cx.file {
        let own = conversion
            .sites
            .iter()
            .any(|site| cx.semantic.scope(site.scope).qualname == summary.qualname && !is_caught(cx, site));
        if own {
            return true;
        }
    }
    summary.calls.iter().any(|call| match cx.world.meaning(&call.symbol, function.file) {
        Meaning::Function(inner) => reaches_converted(cx, conversion, inner, seen),
        _ => false,
    })
}

/// Whether every exception of a call is caught around it, for good.
fn is_caught(cx: &Context<'_>, site: &Site<'_>) -> bool {
    cx.semantic.ancestors(site.id).any(|node| {
        let AnyNodeRef::StmtTry(statement) = node.ast else { return false };
        if cx.semantic.frame(node.scope) != site.scope
            || !suite_range(&statement.body).contains_range(site.range())
        {
            return false;
        }
        statement.handlers.iter().any(|handler| {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            let raises = suite_range(&handler.body);
            let raises_again = cx.nodes().iter().any(|node| {
                matches!(node.ast, AnyNodeRef::StmtRaise(raise) if raise.exc.is_none()
                    && raises.contains_range(raise.range()))
            });
            let all = match handler.type_.as_deref() {
                None => true,
                Some(kind) => {
                    requests_exception(cx, kind).as_deref() == Some("RequestException")
                        || matches!(
                            cx.symbol(kind).as_deref(),
                            Some("builtins.Exception" | "builtins.BaseException")
                        )
                }
            };
            all && !raises_again
        })
    })
}

/// Whether the URLs of all calls are valid constants.
pub(super) fn constant_urls<'a>(urls: impl Iterator<Item = Option<&'a Expr>>) -> bool {
    let mut urls = urls;
    urls.all(|url| url.is_some_and(values::is_constant_url))
}
