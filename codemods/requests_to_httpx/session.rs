//! `requests.Session` as `httpx.AsyncClient`.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::attributes::{rewrite_use, setting};
use super::blocks::{self, Run};
use super::draft::{Draft, Planned, imported};
use super::shared::{self, Shared};
use super::sites::{Library, Site};
use super::values::id;
use crate::engine::context::Context;
use crate::engine::semantic::{BindingKind, NodeId, Reaching};

/// Where the calls of a session come from.
#[derive(Debug, Clone)]
pub(super) enum Session<'a> {
    Local(Local<'a>),
    Shared(Shared<'a>),
}

impl<'a> Session<'a> {
    /// Whether both are the same session.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Local(one), Self::Local(other)) => one.constructor.range() == other.constructor.range(),
            (Self::Shared(one), Self::Shared(other)) => one.is(other),
            _ => false,
        }
    }

    /// Whether requests of several tasks may share it at the same time.
    pub(super) fn is_kept(&self) -> bool {
        matches!(self, Self::Shared(shared) if shared.is_kept)
    }

    /// Whether other files use it too, and change with this one.
    pub(super) fn is_across(&self) -> bool {
        matches!(self, Self::Shared(shared) if shared.is_across)
    }

    /// Writes the session as a client and everything done with it besides requests.
    ///
    /// # Errors
    /// When something is done with it for which httpx has no equivalent.
    pub(super) fn write(
        &self,
        cx: &Context<'a>,
        sites: &[Site<'a>],
        given: Vec<String>,
        draft: &mut Draft<'_, 'a>,
    ) -> Planned {
        match self {
            Self::Local(local) => local.write(cx, sites, given, draft),
            Self::Shared(shared) => shared.write(cx, sites, given, draft),
        }
    }
}

/// A session of one function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local<'a> {
    library: Library,
    name: &'a ast::ExprName,
    constructor: &'a ast::ExprCall,
    form: Form<'a>,
}

/// How a session comes into being.
#[derive(Debug, Clone, Copy)]
enum Form<'a> {
    /// `with requests.Session() as s:`
    With(&'a ast::StmtWith),
    /// `s = requests.Session()`
    Assigned(&'a ast::StmtAssign),
}

/// The session on which a call is made.
///
/// # Errors
/// When where it comes from or goes to is not seen.
pub(super) fn held_by<'a>(cx: &Context<'a>, site: &Site<'a>, held: &'a Expr) -> Planned<Session<'a>> {
    let local = local(cx, site, held)?;
    match local {
        Some(local) if local.stays(cx) => Ok(Session::Local(local)),
        _ => shared::held_by(cx, site, held).map(Session::Shared),
    }
}

/// The session that the function itself makes; `None` if it comes from elsewhere.
fn local<'a>(cx: &Context<'a>, site: &Site<'a>, held: &'a Expr) -> Planned<Option<Local<'a>>> {
    let escapes = |why: &str| Err(format!("client-escapes-scope: {why}"));
    let Expr::Name(name) = held else { return Ok(None) };
    let read = id(cx, name);
    let scope = cx.semantic.node(read).scope;
    let binding = match cx.semantic.reaching(name.id.as_str(), Some(read), scope) {
        Reaching::One(binding) => *cx.semantic.binding(binding),
        _ => return escapes("which session this is cannot be seen"),
    };
    let AnyNodeRef::ExprName(target) = cx.semantic.node(binding.node).ast else { return Ok(None) };
    if binding.scope != site.scope {
        return Ok(None);
    }
    let (value, form) = match binding.kind {
        BindingKind::With { context, is_async: false, plain: true } => {
            let Some(AnyNodeRef::StmtWith(statement)) = cx.statement(target) else {
                return escapes("which session this is cannot be seen");
            };
            (context, Form::With(statement))
        }
        BindingKind::Assignment { value, unpacked: None } => {
            let Some(AnyNodeRef::StmtAssign(statement)) = cx.statement(target) else {
                return escapes("which session this is cannot be seen");
            };
            if statement.targets.len() != 1 {
                return escapes("the session has several names");
            }
            (value, Form::Assigned(statement))
        }
        _ => return Ok(None),
    };
    let Expr::Call(constructor) = value else { return Ok(None) };
    let is_constructor = matches!(
        (site.library, cx.symbol(&constructor.func).as_deref()),
        (Library::Requests, Some("requests.Session" | "requests.session"))
            | (Library::Httpx, Some("httpx.Client" | "httpx2.Client"))
    );
    if !is_constructor {
        return Err("subclass-of-Session: the session is not a plain `requests.Session`".to_owned());
    }
    Ok(Some(Local { library: site.library, name: target, constructor, form }))
}

impl<'a> Local<'a> {
    /// Whether only the function's own code has it.
    fn stays(&self, cx: &Context<'a>) -> bool {
        cx.reads_of(self.name).iter().all(|read| {
            matches!(cx.parent(*read), AnyNodeRef::ExprAttribute(_)) || self.library == Library::Httpx
        })
    }

    /// Writes the session as a client and everything done with it besides requests.
    ///
    /// # Errors
    /// When something is done with it for which httpx has no equivalent.
    pub(super) fn write(
        &self,
        cx: &Context<'a>,
        sites: &[Site<'a>],
        mut given: Vec<String>,
        draft: &mut Draft<'_, 'a>,
    ) -> Planned {
        let mut closes = false;
        let mut last: Vec<NodeId> = vec![id(cx, self.name)];
        for read in cx.reads_of(self.name) {
            let at = id(cx, read);
            if cx.semantic.frame(cx.semantic.node(at).scope) != sites[0].scope {
                return Err("client-escapes-scope: an inner function uses the session".to_owned());
            }
            last.push(at);
            if let Some((attribute, around)) = setting(cx, at) {
                self.hoist(cx, attribute, around, &mut given, draft)?;
            } else {
                closes |= rewrite_use(cx, self.library, at, sites, draft)?;
            }
        }
        if self.library == Library::Httpx {
            self.check_client_arguments(cx)?;
            let module = cx
                .symbol(&self.constructor.func)
                .map_or("httpx".to_owned(), |symbol| symbol.split('.').next().unwrap_or("httpx").to_owned());
            draft.replace(self.constructor.func.range(), imported(&format!("{module}.AsyncClient")));
        } else {
            let module = cx.settings.http_client.module();
            let class = imported(&format!("{module}.AsyncClient"));
            draft.replace(self.constructor.range(), format!("{class}({})", given.join(", ")));
        }
        match self.form {
            Form::With(statement) => {
                let item =
                    statement.items.iter().find(|item| item.context_expr.range() == self.constructor.range());
                if let Some(item) = item {
                    blocks::split_with(cx, statement, item, draft)?;
                }
            }
            Form::Assigned(_) if closes => {}
            Form::Assigned(statement) => self.hang(cx, statement, &last, draft)?,
        }
        Ok(())
    }

    /// `s = Session()` without a `close` → `async with AsyncClient() as s:` over what uses it.
    fn hang(
        &self,
        cx: &Context<'a>,
        statement: &'a ast::StmtAssign,
        uses: &[NodeId],
        draft: &mut Draft<'_, 'a>,
    ) -> Planned {
        let suite = cx.suite(statement);
        let position = |at: NodeId| {
            let range = cx.semantic.node(at).ast.range();
            suite.iter().position(|s| s.range().contains_range(range))
        };
        let mut places = Vec::new();
        for at in uses {
            let Some(place) = position(*at) else {
                draft.doubt("nothing closes the client");
                return Ok(());
            };
            places.push(place);
        }
        let (Some(first), Some(end)) = (places.iter().min(), places.iter().max()) else { return Ok(()) };
        let run = Run::new(suite, *first, *end);
        draft.replace(
            ruff_text_size::TextRange::new(statement.start(), self.constructor.start()),
            "async with ",
        );
        draft.surround(
            ruff_text_size::TextRange::empty(statement.end()),
            "",
            &format!(" as {}:", self.name.id.as_str()),
        );
        blocks::hang(cx, &run, draft)
    }

    /// Arguments of `httpx.Client` that mean the same to `AsyncClient`.
    fn check_client_arguments(&self, _cx: &Context<'a>) -> Planned {
        const KNOWN: &[&str] = &[
            "auth",
            "params",
            "headers",
            "cookies",
            "verify",
            "cert",
            "http1",
            "http2",
            "proxy",
            "timeout",
            "follow_redirects",
            "limits",
            "max_redirects",
            "base_url",
            "trust_env",
            "default_encoding",
        ];
        for keyword in &self.constructor.arguments.keywords {
            let name = keyword.arg.as_ref().map_or("**", |name| name.as_str());
            if !KNOWN.contains(&name) {
                return Err(format!("custom-adapter: `{name}` of the client is synchronous"));
            }
        }
        Ok(())
    }

    /// `s.verify = False` right after the session is made → an argument of the client.
    fn hoist(
        &self,
        cx: &Context<'a>,
        attribute: &'a ast::ExprAttribute,
        around: AnyNodeRef<'a>,
        given: &mut Vec<String>,
        draft: &mut Draft<'_, 'a>,
    ) -> Planned {
        let name = attribute.attr.as_str();
        let refused = || Err(format!("session-attr-write: `{name}` is set after the session is made"));
        let AnyNodeRef::StmtAssign(statement) = around else { return refused() };
        let made: &[ast::Stmt] = match self.form {
            Form::With(with) => &with.body,
            Form::Assigned(made) => cx.suite(made),
        };
        let start = match self.form {
            Form::With(_) => 0,
            Form::Assigned(assignment) => {
                made.iter().position(|s| s.range() == assignment.range()).map_or(made.len(), |at| at + 1)
            }
        };
        let settings = made[start.min(made.len())..].iter().take_while(|s| self.is_setting(s));
        let constant = matches!(&*statement.value, Expr::BooleanLiteral(_));
        let found = settings.into_iter().any(|s| s.range() == statement.range());
        if !constant || !found || statement.targets.len() != 1 || !blocks::stands_alone(cx, statement) {
            return refused();
        }
        if matches!(self.form, Form::With(with) if with.body.len() == 1) {
            return refused();
        }
        given.push(format!("{name}={}", cx.text(&*statement.value)));
        draft.delete_rows(cx.source.row(statement.start()), cx.source.row(statement.end()));
        Ok(())
    }

    /// Whether a statement only sets the session up.
    fn is_setting(&self, statement: &ast::Stmt) -> bool {
        let is_session = |expr: &Expr| matches!(expr, Expr::Name(n) if n.id == self.name.id);
        match statement {
            ast::Stmt::Assign(assignment) => assignment.targets.iter().all(|target| match target {
                Expr::Attribute(attribute) => is_session(&attribute.value),
                _ => false,
            }),
            ast::Stmt::Expr(expr) => match &*expr.value {
                Expr::Call(call) => match &*call.func {
                    Expr::Attribute(method) => matches!(&*method.value,
                        Expr::Attribute(attribute) if is_session(&attribute.value)),
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        }
    }
}
