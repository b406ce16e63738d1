//! What is done with a session besides requests: headers, cookies, settings, closing it.

use ruff_python_ast::{self as ast, AnyNodeRef};
use ruff_text_size::Ranged;

use super::draft::{Draft, Planned};
use super::sites::{Library, Site};
use super::values;
use crate::engine::context::{Context, Runs};
use crate::engine::semantic::NodeId;

/// `s.headers.…`
fn headers<'a>(
    cx: &Context<'a>,
    attribute: &'a ast::ExprAttribute,
    at: NodeId,
    draft: &mut Draft<'_, 'a>,
) -> Planned {
    let parent_id = cx.semantic.node(at).parent;
    match cx.semantic.node(parent_id).ast {
        AnyNodeRef::StmtAssign(statement) if attribute.ctx == ast::ExprContext::Store => {
            values::check_headers(cx, &statement.value, true, draft)
        }
        AnyNodeRef::ExprSubscript(subscript) => {
            if let AnyNodeRef::StmtAssign(statement) = cx.parent(subscript)
                && statement.value.is_none_literal_expr()
            {
                return Err("header-none: requests takes a header away for `None`, httpx raises".to_owned());
            }
            Ok(())
        }
        AnyNodeRef::ExprAttribute(method) => match method.attr.as_str() {
            "update" => {
                if let AnyNodeRef::ExprCall(call) = cx.semantic.node(cx.semantic.node(parent_id).parent).ast {
                    for argument in &call.arguments.args {
                        values::check_headers(cx, argument, true, draft)?;
                    }
                }
                Ok(())
            }
            "get" | "pop" | "setdefault" => Ok(()),
            other => Err(format!("session-attr-write: `headers.{other}` of the session is used")),
        },
        AnyNodeRef::ExprCompare(_) => Ok(()),
        _ => Err("client-escapes-scope: the headers of the session are handed on".to_owned()),
    }
}

/// `s.cookies.…`
fn cookies<'a>(cx: &Context<'a>, attribute: &'a ast::ExprAttribute, at: NodeId) -> Planned {
    match cx.semantic.node(cx.semantic.node(at).parent).ast {
        AnyNodeRef::ExprSubscript(_) => Ok(()),
        AnyNodeRef::ExprAttribute(method)
            if matches!(method.attr.as_str(), "update" | "get" | "clear" | "keys" | "values" | "items") =>
        {
            Ok(())
        }
        AnyNodeRef::ExprAttribute(method) if method.attr.as_str() == "set" => {
            let AnyNodeRef::ExprCall(call) = cx.parent(method) else {
                return Err("client-escapes-scope: the cookies of the session are handed on".to_owned());
            };
            let known = ["domain", "path", "name", "value"];
            let plain = call
                .arguments
                .keywords
                .iter()
                .all(|keyword| keyword.arg.as_ref().is_some_and(|name| known.contains(&name.as_str())));
            if plain {
                Ok(())
            } else {
                Err("session-attr-write: the cookie is more than a name and a value".to_owned())
            }
        }
        AnyNodeRef::StmtAssign(statement)
            if attribute.ctx == ast::ExprContext::Store && statement.value.is_dict_expr() =>
        {
            Ok(())
        }
        _ => Err("client-escapes-scope: the cookies of the session are handed on".to_owned()),
    }
}

/// Rewrites one use of the session; says whether it closes it.
pub(super) fn rewrite_use<'a>(
    cx: &Context<'a>,
    library: Library,
    at: NodeId,
    sites: &[Site<'a>],
    draft: &mut Draft<'_, 'a>,
) -> Planned<bool> {
    let parent_id = cx.semantic.node(at).parent;
    let AnyNodeRef::ExprAttribute(attribute) = cx.semantic.node(parent_id).ast else {
        return Err("client-escapes-scope: the session is handed on".to_owned());
    };
    let around_id = cx.semantic.node(parent_id).parent;
    let around = cx.semantic.node(around_id).ast;
    match attribute.attr.as_str() {
        "close" => {
            let AnyNodeRef::ExprCall(call) = around else {
                return Err("client-escapes-scope: `close` is handed on".to_owned());
            };
            if cx.runs(call) != Runs::OnLoop {
                return Err("client-escapes-scope: the session is closed outside of a coroutine".to_owned());
            }
            draft.replace(attribute.attr.range(), "aclose");
            draft.surround_inner(call.range(), "await ", "");
            return Ok(true);
        }
        _ if library == Library::Httpx => {
            let is_site = sites.iter().any(|site| site.id == around_id);
            let known = ["headers", "cookies", "base_url", "params", "auth", "timeout"];
            if !is_site && !known.contains(&attribute.attr.as_str()) {
                return Err(format!(
                    "client-escapes-scope: `{}` of the client is used",
                    attribute.attr.as_str()
                ));
            }
        }
        "headers" => headers(cx, attribute, parent_id, draft)?,
        "cookies" => cookies(cx, attribute, parent_id)?,
        "auth" => match around {
            AnyNodeRef::StmtAssign(statement) if attribute.ctx == ast::ExprContext::Store => {
                values::convert_auth(cx, &statement.value, draft)?;
            }
            _ => return Err("session-attr-write: `auth` of the session is read".to_owned()),
        },
        "max_redirects" => {}
        "mount" | "get_adapter" | "adapters" => {
            return Err("custom-adapter: the session mounts an adapter".to_owned());
        }
        "hooks" => {
            return Err("hooks: httpx's hooks are coroutines and run before the body is read".to_owned());
        }
        "send" | "prepare_request" => {
            return Err("prepared-request: httpx prepares requests with `build_request`".to_owned());
        }
        "params" => params(cx, attribute, around, sites, draft)?,
        "proxies" | "cert" | "stream" | "timeout" | "verify" | "trust_env" => {
            return Err(format!(
                "session-attr-write: `{}` of the session has no equivalent",
                attribute.attr.as_str()
            ));
        }
        _ if sites.iter().any(|site| site.id == around_id) => {}
        "get" | "options" | "head" | "post" | "put" | "patch" | "delete" | "request" => {
            return Err(match cx.runs(attribute) {
                Runs::OnLoop => "client-escapes-scope: a call of the session is to stay as it is".to_owned(),
                _ => "thread-shared: synchronous code uses the session too".to_owned(),
            });
        }
        other => return Err(format!("client-escapes-scope: `{other}` of the session is used")),
    }
    Ok(false)
}

/// `s.verify = …` and `s.trust_env = …`, which are arguments of the client.
pub(super) fn setting<'a>(cx: &Context<'a>, at: NodeId) -> Option<(&'a ast::ExprAttribute, AnyNodeRef<'a>)> {
    let parent_id = cx.semantic.node(at).parent;
    let AnyNodeRef::ExprAttribute(attribute) = cx.semantic.node(parent_id).ast else { return None };
    let around = cx.semantic.node(cx.semantic.node(parent_id).parent).ast;
    matches!(attribute.attr.as_str(), "verify" | "trust_env").then_some((attribute, around))
}

/// `s.params = {…}`: as parameters of a call, they replace the query of a URL.
fn params<'a>(
    cx: &Context<'a>,
    attribute: &'a ast::ExprAttribute,
    around: AnyNodeRef<'a>,
    sites: &[Site<'a>],
    draft: &mut Draft<'_, 'a>,
) -> Planned {
    let refused = || {
        Err("session-attr-write: `params` of the session is changed, which httpx does not allow".to_owned())
    };
    let AnyNodeRef::StmtAssign(statement) = around else { return refused() };
    if attribute.ctx != ast::ExprContext::Store || !statement.value.is_dict_expr() {
        return refused();
    }
    values::check_items(cx, &statement.value, "params", draft);
    for site in sites {
        let url = site.call.arguments.find_argument_value("url", 0);
        match url.map(|url| values::query(cx, url)) {
            Some(values::Query::None) => {}
            Some(values::Query::Some) => {
                return Err(
                    "session-attr-write: `params` of the session replaces the query of a URL".to_owned()
                );
            }
            _ => draft.doubt("`params` of the client replaces a query that a URL has already"),
        }
    }
    Ok(())
}
