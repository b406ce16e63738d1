//! Arguments of requests' functions as httpx's methods take them.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::draft::{Draft, Planned, imported, new_line};
use super::sites::{Library, Receiver, Site, Verb};
use super::values::{self, Body, Query};
use crate::engine::context::Context;

/// An argument of a call.
#[derive(Debug, Clone, Copy)]
struct Argument<'a> {
    name: &'static str,
    keyword: Option<&'a ast::Keyword>,
    value: &'a Expr,
    /// Its text, parentheses included.
    range: TextRange,
}

/// The arguments of a call, by what they mean.
#[derive(Debug)]
pub(super) struct Arguments<'a> {
    /// In the order of the text.
    all: Vec<Argument<'a>>,
}

/// What the client must be made with for one of its calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ClientOptions {
    /// `(name, planned text)`, sorted: `verify=False`, `cookies=jar`.
    pub(super) given: Vec<(&'static str, String)>,
    /// The expressions in them, by range: they must be known where the client is made.
    pub(super) needs: Vec<TextRange>,
}

/// How requests or httpx themselves treat a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits {
    /// Redirects are followed without being asked for.
    pub(super) relies_on_redirects: bool,
    /// Redirects are not followed, so that a response may be one.
    pub(super) may_be_redirect: bool,
    /// No timeout is given.
    pub(super) relies_on_timeout: bool,
}

/// How the call is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `await client.get(url)`.
    Await,
    /// `client.stream("GET", url)`.
    Stream,
}

/// The parameters of requests' functions after those that are positional in the function itself.
const REQUEST_PARAMETERS: &[&str] = &[
    "params",
    "data",
    "headers",
    "cookies",
    "files",
    "auth",
    "timeout",
    "allow_redirects",
    "proxies",
    "hooks",
    "stream",
    "verify",
    "cert",
    "json",
    "method",
    "url",
];

/// The parameters of httpx's functions.
const HTTPX_PARAMETERS: &[&str] = &[
    "method",
    "url",
    "params",
    "content",
    "data",
    "files",
    "json",
    "headers",
    "cookies",
    "auth",
    "proxy",
    "timeout",
    "follow_redirects",
    "verify",
    "trust_env",
    "extensions",
];

/// The names of a call's positional parameters.
fn positional(site: &Site<'_>) -> &'static [&'static str] {
    let on_session = matches!(site.receiver, Receiver::Session(_));
    match (site.library, site.verb) {
        (Library::Httpx, Verb::Request | Verb::Stream) => &["method", "url"],
        (Library::Httpx, _) => &["url"],
        (Library::Requests, Verb::Request | Verb::Stream) if on_session => &[
            "method",
            "url",
            "params",
            "data",
            "headers",
            "cookies",
            "files",
            "auth",
            "timeout",
            "allow_redirects",
            "proxies",
            "hooks",
            "stream",
            "verify",
            "cert",
            "json",
        ],
        (Library::Requests, Verb::Request | Verb::Stream) => &["method", "url"],
        (Library::Requests, Verb::Get) if !on_session => &["url", "params"],
        (Library::Requests, Verb::Post) => &["url", "data", "json"],
        (Library::Requests, Verb::Put | Verb::Patch) => &["url", "data"],
        (Library::Requests, _) => &["url"],
    }
}

impl<'a> Arguments<'a> {
    /// Reads a call's arguments.
    ///
    /// # Errors
    /// When they are unpacked, or one is unknown.
    pub(super) fn of(cx: &Context<'a>, site: &Site<'a>) -> Planned<Self> {
        if site.verb == Verb::Send {
            return Err("prepared-request: httpx prepares requests with `build_request`".to_owned());
        }
        let call = site.call;
        let unpacked = call.arguments.args.iter().any(Expr::is_starred_expr)
            || call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
        if unpacked {
            return Err("kwargs-splat: the arguments are unpacked, so they cannot be seen".to_owned());
        }
        let names = positional(site);
        let known = match site.library {
            Library::Requests => REQUEST_PARAMETERS,
            Library::Httpx => HTTPX_PARAMETERS,
        };
        let mut all = Vec::new();
        for (index, value) in call.arguments.args.iter().enumerate() {
            let Some(name) = names.get(index) else {
                return Err("unknown-argument: there are more arguments than the function takes".to_owned());
            };
            all.push(Argument { name, keyword: None, value, range: cx.outer_range(value) });
        }
        for keyword in &call.arguments.keywords {
            let name = keyword.arg.as_ref().map_or("", |name| name.as_str());
            let Some(name) = known.iter().find(|known| **known == name) else {
                return Err(format!("unknown-argument: `{name}` is not an argument of `{}`", site.name()));
            };
            all.push(Argument {
                name,
                keyword: Some(keyword),
                value: &keyword.value,
                range: keyword.range(),
            });
        }
        all.sort_by_key(|argument| argument.range.start());
        if !all.iter().any(|argument| argument.name == "url") {
            return Err("unknown-argument: the URL is missing".to_owned());
        }
        Ok(Self { all })
    }

    fn get(&self, name: &str) -> Option<&Argument<'a>> {
        self.all.iter().find(|argument| argument.name == name)
    }

    pub(super) fn value(&self, name: &str) -> Option<&'a Expr> {
        self.get(name).map(|argument| argument.value)
    }

    /// Whether `stream=True` is given.
    ///
    /// # Errors
    /// When it is not known.
    pub(super) fn streams(&self, site: &Site<'_>) -> Planned<bool> {
        if site.verb == Verb::Stream {
            return Ok(true);
        }
        match self.value("stream") {
            None => Ok(false),
            Some(Expr::BooleanLiteral(literal)) => Ok(literal.value),
            Some(_) => {
                Err("stream-unknown: whether the response is streamed is decided at run time".to_owned())
            }
        }
    }

    pub(super) fn habits(&self, site: &Site<'_>) -> Habits {
        if site.library == Library::Httpx {
            return Habits { relies_on_redirects: false, may_be_redirect: true, relies_on_timeout: false };
        }
        let allowed = self.value("allow_redirects");
        let is_false = matches!(allowed, Some(Expr::BooleanLiteral(literal)) if !literal.value);
        let is_head = site.verb == Verb::Head && allowed.is_none();
        let unknown = allowed.is_some_and(|value| !value.is_boolean_literal_expr());
        Habits {
            relies_on_redirects: allowed.is_none() && !is_head,
            may_be_redirect: is_false || is_head || unknown,
            relies_on_timeout: self.get("timeout").is_none(),
        }
    }

    /// What belongs to the client and not to the call.
    ///
    /// # Errors
    /// When httpx has no place for it.
    pub(super) fn client_options(&self, cx: &Context<'a>, site: &Site<'a>) -> Planned<ClientOptions> {
        let mut options = ClientOptions::default();
        if site.library == Library::Httpx {
            for name in ["proxy", "trust_env", "verify"] {
                if let Some(argument) = self.get(name) {
                    options.given.push((name, cx.text(cx.outer_range(argument.value)).to_owned()));
                    options.needs.push(argument.value.range());
                }
            }
        } else {
            self.requests_client_options(cx, &mut options)?;
        }
        if let Some(cookies) = self.value("cookies").filter(|value| !value.is_none_literal_expr()) {
            options.given.push(("cookies", cx.text(cookies).to_owned()));
            options.needs.push(cookies.range());
        }
        options.given.sort();
        if matches!(site.receiver, Receiver::Session(_)) && !options.given.is_empty() {
            let (name, _) = &options.given[0];
            return Err(format!(
                "session-attr-write: `{name}` is given per request, which httpx does not do"
            ));
        }
        Ok(options)
    }

    fn requests_client_options(&self, cx: &Context<'a>, options: &mut ClientOptions) -> Planned {
        if let Some(verify) = self.value("verify") {
            match verify {
                Expr::BooleanLiteral(literal) if literal.value => {}
                Expr::NoneLiteral(_) => {}
                Expr::StringLiteral(_) => {
                    let context = imported("ssl.create_default_context");
                    options.given.push(("verify", format!("{context}(cafile={})", cx.text(verify))));
                }
                _ => {
                    options.given.push(("verify", cx.text(cx.outer_range(verify)).to_owned()));
                    options.needs.push(verify.range());
                }
            }
        }
        if self.value("cert").is_some_and(|cert| !cert.is_none_literal_expr()) {
            return Err("client-certificate: httpx takes a certificate as an `ssl.SSLContext`".to_owned());
        }
        match self.value("proxies") {
            None | Some(Expr::NoneLiteral(_)) => Ok(()),
            Some(proxies) => proxy(cx, proxies, options),
        }
    }

    /// The doubts that its arguments cast on a call.
    pub(super) fn cast_doubts(
        &self,
        cx: &Context<'a>,
        site: &Site<'a>,
        draft: &mut Draft<'_, 'a>,
    ) -> Planned {
        if site.library == Library::Httpx {
            return Ok(());
        }
        if self.value("hooks").is_some_and(|value| !value.is_none_literal_expr()) {
            return Err("hooks: httpx calls hooks before the body is read, with one argument".to_owned());
        }
        if let Some(Expr::Dict(proxies)) = self.value("proxies")
            && !proxies.items.iter().all(|item| values::has_scheme(cx, &item.value))
        {
            draft.doubt("httpx wants a proxy's URL with its scheme, requests adds `http://`");
        }
        if let Some(headers) = self.value("headers") {
            values::check_headers(cx, headers, matches!(site.receiver, Receiver::Session(_)), draft)?;
        }
        if let Some(auth) = self.value("auth") {
            values::convert_auth(cx, auth, draft)?;
        }
        if let Some(files) = self.value("files") {
            values::check_files(cx, files, draft)?;
        }
        if let Some(verify) = self.value("verify")
            && !matches!(verify, Expr::BooleanLiteral(_) | Expr::StringLiteral(_) | Expr::NoneLiteral(_))
            && !values::is_boolean(cx, verify)
        {
            draft.doubt("`verify` may be a path, for which httpx wants an `ssl.SSLContext`");
        }
        if self.get("json").is_some() && signs(cx, site) {
            draft.doubt("httpx writes JSON without spaces, which a signature of the body would notice");
        }
        Ok(())
    }

    /// Writes the call as httpx has it. `client` is what the call is made on where it was on the library.
    ///
    /// # Errors
    /// When an argument has no equivalent.
    pub(super) fn write(
        &self,
        cx: &Context<'a>,
        site: &Site<'a>,
        client: &str,
        form: Form,
        client_follows: bool,
        draft: &mut Draft<'_, 'a>,
    ) -> Planned {
        let mut removed: Vec<&str> = vec!["stream", "verify", "proxies", "cookies", "proxy", "trust_env"];
        removed.extend(["cert", "hooks"]);
        let mut sends_body = self.get("json").is_some() || self.get("files").is_some();
        if site.library == Library::Requests {
            sends_body |= self.write_data(cx, site, draft)?;
            self.write_params(cx, site, draft)?;
        }
        for argument in self.all.iter().filter(|argument| !removed.contains(&argument.name)) {
            name_argument(argument, site, draft);
        }
        let method = self.write_callee(site, client, form, sends_body, draft);
        if let Some(method) = method {
            let quote = cx.source.style().quote;
            let first = self.all[0].range.start();
            // Arguments on lines of their own stay there.
            let gap = if cx.source.starts_line(first) { new_line(0) } else { " ".to_owned() };
            draft.insert_first(first, format!("{quote}{method}{quote},{gap}"));
        }
        if site.library == Library::Requests
            && site.verb == Verb::Head
            && self.get("allow_redirects").is_none()
            && client_follows
        {
            let last = self.all.iter().rfind(|argument| !removed.contains(&argument.name));
            if let Some(last) = last {
                draft.insert(last.range.end(), ", follow_redirects=False");
            }
        }
        self.remove(cx, site, &removed, draft)
    }

    /// Writes what is called; gives the HTTP method to put first.
    fn write_callee(
        &self,
        site: &Site<'a>,
        client: &str,
        form: Form,
        sends_body: bool,
        draft: &mut Draft<'_, 'a>,
    ) -> Option<&'static str> {
        let generic = site.verb.has_no_body() && sends_body;
        let name = match form {
            Form::Stream => "stream",
            Form::Await if generic => "request",
            Form::Await => site.verb.name(),
        };
        let method = site.verb.method().filter(|_| form == Form::Stream || generic);
        let func = &*site.call.func;
        match (site.receiver, func) {
            (Receiver::Session(_), Expr::Attribute(attribute)) => {
                if attribute.attr.as_str() != name {
                    draft.replace(attribute.attr.range(), name);
                }
            }
            _ => draft.replace(func.range(), format!("{client}.{name}")),
        }
        method
    }

    /// Writes `data`; says whether there is a body.
    fn write_data(&self, cx: &Context<'a>, site: &Site<'a>, draft: &mut Draft<'_, 'a>) -> Planned<bool> {
        let Some(data) = self.get("data") else { return Ok(false) };
        let body = values::body(cx, data.value);
        let name = match body {
            Body::Form => {
                values::check_items(cx, data.value, "data", draft);
                "data"
            }
            Body::Raw => "content",
            Body::Pairs => {
                values::pairs_to_dict(cx, data.value, draft)?;
                "data"
            }
            Body::File => {
                draft.doubt("the whole file is read into memory");
                draft.insert(cx.outer_range(data.value).end(), ".read()");
                "content"
            }
            Body::Iterable => {
                return Err("iterable-body: `AsyncClient` does not send a synchronous iterable".to_owned());
            }
            Body::Nothing => "data",
            Body::Unknown => {
                let text = cx.text(data.value);
                let text = if text.len() > 40 || text.contains('\n') { "the value of `data`" } else { text };
                draft.doubt(format!("`{text}` is sent as a form; text or bytes belong in `content=`"));
                "data"
            }
        };
        match data.keyword.and_then(|keyword| keyword.arg.as_ref()) {
            Some(keyword) if keyword.as_str() != name => draft.replace(keyword.range(), name),
            Some(_) => {}
            None => draft.insert_first(data.range.start(), format!("{name}=")),
        }
        if name == "content" && self.get("json").is_some_and(|json| !json.value.is_none_literal_expr()) {
            return Err(format!("two-bodies: `{}` is given `data` and `json`", site.name()));
        }
        Ok(body != Body::Nothing)
    }

    fn write_params(&self, cx: &Context<'a>, site: &Site<'a>, draft: &mut Draft<'_, 'a>) -> Planned {
        let (Some(params), Some(url)) = (self.get("params"), self.get("url")) else { return Ok(()) };
        if params.value.is_none_literal_expr() {
            return Ok(());
        }
        let query = values::query(cx, url.value);
        if query != Query::Some {
            values::check_items(cx, params.value, "params", draft);
        }
        match query {
            Query::None => {}
            Query::Unknown => {
                draft.doubt("`params` replaces a query that the URL has already, where requests adds to it");
            }
            Query::Some => {
                let module = cx.settings.http_client.module();
                let url_class = imported(&format!("{module}.URL"));
                let value = cx.outer_range(url.value);
                draft.insert(value.start(), format!("{url_class}("));
                let text = cx.text(params.value);
                draft.insert(value.end(), format!(").copy_merge_params({text})"));
                if !values::has_other_names(cx, url.value, params.value) {
                    draft
                        .doubt("a parameter that the URL has already is replaced, where requests repeats it");
                }
                return self.remove(cx, site, &["params"], draft);
            }
        }
        Ok(())
    }

    /// `timeout=10` as `timeout=(10, 10)`: a client that many tasks share would also limit the wait for a free
    /// connection.
    pub(super) fn limit_each_step(&self, draft: &mut Draft<'_, 'a>) {
        if let Some(timeout) = self.value("timeout").filter(|value| value.is_number_literal_expr()) {
            let range = timeout.range();
            draft.surround(range, "(", &format!(", {})", draft.text(range)));
        }
    }

    /// Takes arguments away, with their commas.
    fn remove(
        &self,
        cx: &Context<'a>,
        site: &Site<'a>,
        names: &[&str],
        draft: &mut Draft<'_, 'a>,
    ) -> Planned {
        let gone = |argument: &Argument<'_>| names.contains(&argument.name);
        let mut index = 0;
        while index < self.all.len() {
            if !gone(&self.all[index]) {
                index += 1;
                continue;
            }
            let first = index;
            while index < self.all.len() && gone(&self.all[index]) {
                index += 1;
            }
            let range = if index < self.all.len() {
                TextRange::new(self.all[first].range.start(), self.all[index].range.start())
            } else if first > 0 {
                TextRange::new(self.all[first - 1].range.end(), self.all[index - 1].range.end())
            } else {
                return Err(format!("unknown-argument: `{}` has no URL", site.name()));
            };
            if cx.source.has_comment(range) {
                return Err("comment: a comment stands among the arguments that go".to_owned());
            }
            draft.replace(range, "");
        }
        Ok(())
    }
}

/// Positional arguments after the URL become keywords; some keywords have another name.
fn name_argument(argument: &Argument<'_>, site: &Site<'_>, draft: &mut Draft<'_, '_>) {
    if site.library == Library::Httpx {
        return;
    }
    let new = match argument.name {
        "allow_redirects" => "follow_redirects",
        // Written with the body.
        "data" => return,
        other => other,
    };
    match argument.keyword.and_then(|keyword| keyword.arg.as_ref()) {
        Some(name) if name.as_str() != new => draft.replace(name.range(), new),
        Some(_) => {}
        None if matches!(new, "url" | "method") => {}
        None => draft.insert_first(argument.range.start(), format!("{new}=")),
    }
}

/// `proxies={…}` as `proxy=` or `mounts=`.
fn proxy<'a>(cx: &Context<'a>, proxies: &'a Expr, options: &mut ClientOptions) -> Planned {
    let run_time = || {
        Err("per-request-proxies: the proxies are built at run time, and httpx's client is made with them"
            .to_owned())
    };
    let Expr::Dict(dict) = proxies else { return run_time() };
    let mut found: Vec<(&str, &Expr)> = Vec::new();
    for item in &dict.items {
        let Some(Expr::StringLiteral(key)) = &item.key else { return run_time() };
        found.push((key.value.to_str(), &item.value));
        options.needs.push(item.value.range());
    }
    found.sort_by_key(|(scheme, _)| *scheme);
    match found.as_slice() {
        [] => Ok(()),
        [("http", http), ("https", https)] if cx.text(*http) == cx.text(*https) => {
            options.given.push(("proxy", cx.text(*http).to_owned()));
            Ok(())
        }
        found if found.iter().all(|(scheme, _)| matches!(*scheme, "http" | "https" | "all")) => {
            let module = cx.settings.http_client.module();
            let transport = imported(&format!("{module}.AsyncHTTPTransport"));
            let quote = cx.source.style().quote;
            let mounts: Vec<String> = found
                .iter()
                .map(|(scheme, value)| {
                    format!("{quote}{scheme}://{quote}: {transport}(proxy={})", cx.text(*value))
                })
                .collect();
            options.given.push(("mounts", format!("{{{}}}", mounts.join(", "))));
            Ok(())
        }
        _ => run_time(),
    }
}

/// Whether the function computes signatures.
fn signs(cx: &Context<'_>, site: &Site<'_>) -> bool {
    let body = site.function.range();
    cx.calls().filter(|call| body.contains_range(call.range())).any(|call| {
        call.symbol().is_some_and(|symbol| symbol.starts_with("hmac.") || symbol.starts_with("hashlib."))
    })
}

/// Whether a node is an argument of a call, and of which.
pub(super) fn argument_of<'a>(
    cx: &Context<'a>,
    id: crate::engine::semantic::NodeId,
) -> Option<&'a ast::ExprCall> {
    let mut around = cx.semantic.ancestors(id).map(|node| node.ast);
    let mut parent = around.next()?;
    if let AnyNodeRef::Keyword(_) = parent {
        parent = around.next()?;
    }
    match (parent, around.next()?) {
        (AnyNodeRef::Arguments(_), AnyNodeRef::ExprCall(call)) => Some(call),
        _ => None,
    }
}
