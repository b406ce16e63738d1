//! The blocking HTTP calls of a file.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::context::{Call, Context, Runs, Use};
use crate::engine::semantic::{NodeId, ScopeId};

/// The library a call belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Library {
    Requests,
    Httpx,
}

/// What a call does: the function or method of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Options,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Request,
    /// `httpx.stream`.
    Stream,
    /// `Session.send`, of a prepared request.
    Send,
}

/// What a call is made on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Receiver<'a> {
    /// The library itself, or a session made for this one call.
    Library,
    /// A session or client held elsewhere.
    Session(&'a Expr),
    /// A method that was taken from its session before.
    Detached,
}

/// A call that sends a request and waits for the response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) whole: &'a Expr,
    pub(super) call: &'a ast::ExprCall,
    pub(super) id: NodeId,
    pub(super) library: Library,
    pub(super) verb: Verb,
    pub(super) receiver: Receiver<'a>,
    /// The coroutine function whose own code it is part of, and its scope.
    pub(super) function: &'a ast::StmtFunctionDef,
    pub(super) scope: ScopeId,
}

impl Verb {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "get" => Self::Get,
            "options" => Self::Options,
            "head" => Self::Head,
            "post" => Self::Post,
            "put" => Self::Put,
            "patch" => Self::Patch,
            "delete" => Self::Delete,
            "request" => Self::Request,
            "stream" => Self::Stream,
            "send" => Self::Send,
            _ => return None,
        })
    }

    /// The HTTP method; `None` where it is an argument.
    pub(super) fn method(self) -> Option<&'static str> {
        Some(match self {
            Self::Get => "GET",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Request | Self::Stream | Self::Send => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Options => "options",
            Self::Head => "head",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Request => "request",
            Self::Stream => "stream",
            Self::Send => "send",
        }
    }

    /// Whether httpx's method of this name takes no body.
    pub(super) fn has_no_body(self) -> bool {
        matches!(self, Self::Get | Self::Options | Self::Head | Self::Delete)
    }
}

impl Site<'_> {
    /// `requests.get`, `Session.get`: as messages name it.
    pub(super) fn name(&self) -> String {
        let library = match (self.library, self.receiver) {
            (Library::Requests, Receiver::Library) if self.verb != Verb::Send => "requests",
            (Library::Httpx, Receiver::Library) => "httpx",
            (Library::Requests, _) => "requests.Session",
            (Library::Httpx, _) => "httpx.Client",
        };
        format!("{library}.{}", self.verb.name())
    }
}

impl Ranged for Site<'_> {
    fn range(&self) -> TextRange {
        self.call.range()
    }
}

/// The calls that run on the loop, and those in generator expressions there.
#[derive(Debug, Default)]
pub(super) struct Sites<'a> {
    pub(super) on_the_loop: Vec<Site<'a>>,
    pub(super) in_generators: Vec<Site<'a>>,
}

/// Finds the blocking calls of requests and of httpx's own synchronous API.
pub(super) fn find<'a>(cx: &Context<'a>) -> Sites<'a> {
    let mut sites = Sites::default();
    for call in cx.loop_calls() {
        let Some(symbol) = call.symbol() else { continue };
        let Some((library, verb, receiver)) = request(cx, &call, &symbol) else { continue };
        // A response cannot be awaited: a class of the project that makes coroutines of its requests can.
        if matches!(call.use_of(), Use::Awaited(_)) {
            continue;
        }
        // What a test expects to fail is what it tests.
        if cx.expects_failure(call.expr) {
            continue;
        }
        let runs = cx.runs(call.expr);
        let Some((id, function)) = cx.semantic.id(call.expr).zip(cx.enclosing_function(call.expr)) else {
            continue;
        };
        let scope = cx.semantic.frame(cx.semantic.node(id).scope);
        let site = Site { whole: call.whole, call: call.expr, id, library, verb, receiver, function, scope };
        if runs == Runs::OnLoop {
            sites.on_the_loop.push(site);
        } else {
            sites.in_generators.push(site);
        }
    }
    sites
}

fn request<'a>(cx: &Context<'a>, call: &Call<'_, 'a>, symbol: &str) -> Option<(Library, Verb, Receiver<'a>)> {
    let (owner, name) = symbol.rsplit_once('.')?;
    let (library, is_session) = match owner {
        "requests" => (Library::Requests, false),
        "requests.Session()" => (Library::Requests, true),
        "httpx" | "httpx2" => (Library::Httpx, false),
        "httpx.Client()" | "httpx2.Client()" => (Library::Httpx, true),
        _ => return None,
    };
    let verb = Verb::of(name)?;
    if verb == Verb::Stream && library == Library::Requests || verb == Verb::Send && !is_session {
        return None;
    }
    let receiver = match call.func() {
        _ if !is_session => Receiver::Library,
        Expr::Attribute(attribute) => match &*attribute.value {
            Expr::Call(made) if cx.symbol(&made.func).as_deref().is_some_and(is_plain_session) => {
                Receiver::Library
            }
            held => Receiver::Session(held),
        },
        _ => Receiver::Detached,
    };
    Some((library, verb, receiver))
}

fn is_plain_session(constructor: &str) -> bool {
    matches!(constructor, "requests.Session" | "requests.session")
}
