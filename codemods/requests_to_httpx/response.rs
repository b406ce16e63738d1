//! What the program does with a response, and how it says so in httpx.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::arguments::argument_of;
use super::collected;
use super::draft::{Draft, Planned, imported};
use super::reach::Spot;
use super::sites::Library;
use super::values::id;
use crate::engine::context::Context;
use crate::engine::project::reduce::{Decoration, Meaning};
use crate::engine::semantic::{NodeId, ScopeId};

/// Rewrites the uses of responses.
pub(super) struct Uses<'u, 'c, 'a> {
    pub(super) cx: &'c Context<'a>,
    pub(super) draft: &'u mut Draft<'c, 'a>,
    /// Spots already seen to.
    pub(super) seen: FxHashSet<NodeId>,
    /// Whether `raise_for_status` may meet a redirect or a 304.
    pub(super) guards: bool,
    /// The coroutine function that makes the calls.
    pub(super) scope: ScopeId,
    /// Calls that need parentheses for what is put around them.
    pub(super) wrapped: FxHashSet<NodeId>,
    pub(super) library: Library,
}

impl<'a> Uses<'_, '_, 'a> {
    /// Rewrites what is done with the response at one spot.
    ///
    /// # Errors
    /// When httpx has no equivalent.
    pub(super) fn rewrite(&mut self, spot: Spot) -> Planned {
        if !self.seen.insert(spot.id) {
            return Ok(());
        }
        let cx = self.cx;
        let parent_id = cx.semantic.node(spot.id).parent;
        match cx.semantic.node(parent_id).ast {
            AnyNodeRef::ExprAttribute(attribute) => self.attribute(attribute, parent_id, spot),
            AnyNodeRef::StmtExpr(_) | AnyNodeRef::ExprNamed(_) => Ok(()),
            AnyNodeRef::StmtAssign(statement) => self.assigned(statement),
            AnyNodeRef::StmtAnnAssign(statement) => {
                self.annotation(&statement.annotation);
                if !statement.target.is_name_expr() {
                    self.escapes("it is stored");
                }
                Ok(())
            }
            AnyNodeRef::ExprIf(choice) if id(cx, &*choice.test) != spot.id => Ok(()),
            AnyNodeRef::StmtReturn(_) => {
                if cx.semantic.frame(cx.semantic.node(spot.id).scope) == self.scope {
                    self.returned(spot);
                } else {
                    self.escapes("it is returned");
                }
                Ok(())
            }
            AnyNodeRef::WithItem(_) => Ok(()),
            AnyNodeRef::ExprTuple(tuple)
                if tuple
                    .elts
                    .iter()
                    .position(|item| id(cx, item) == spot.id)
                    .is_some_and(|place| collected::unpacked(cx, parent_id, place).is_some()) =>
            {
                Ok(())
            }
            AnyNodeRef::ExprCompare(compare) => self.compared(compare, spot),
            AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => self.passed(spot),
            AnyNodeRef::ExprUnaryOp(unary) if unary.op == ast::UnaryOp::Not => {
                self.truth(spot, Some(unary.range()))
            }
            AnyNodeRef::ExprBoolOp(operation) => self.operand(operation, parent_id, spot),
            AnyNodeRef::StmtFor(statement) if id(cx, &*statement.iter) == spot.id => {
                if self.library == Library::Httpx {
                    return Err("response-iterator: the response is iterated".to_owned());
                }
                self.loop_over(spot, "aiter_bytes(128)")
            }
            AnyNodeRef::ExprIf(_)
            | AnyNodeRef::StmtIf(_)
            | AnyNodeRef::StmtWhile(_)
            | AnyNodeRef::StmtAssert(_)
            | AnyNodeRef::ElifElseClause(_) => self.truth(spot, None),
            AnyNodeRef::Comprehension(comprehension) if id(cx, &comprehension.iter) != spot.id => {
                self.truth(spot, None)
            }
            AnyNodeRef::InterpolatedElement(_) => {
                self.escapes("it is formatted");
                Ok(())
            }
            _ => {
                self.escapes("it is handed on");
                Ok(())
            }
        }
    }

    /// Code that cannot be seen gets the response.
    fn escapes(&mut self, how: &str) {
        if self.library == Library::Requests {
            let module = self.cx.settings.http_client.module();
            self.draft
                .doubt(format!("the response escapes ({how}): what uses it gets an `{module}.Response`"));
        }
    }

    fn own(&self, spot: Spot) -> Planned {
        if spot.mixed {
            return Err("response-mixed: the name may also hold something else than this response".to_owned());
        }
        Ok(())
    }

    /// `await` can stand here.
    fn awaitable(&self, spot: Spot) -> Planned {
        if self.cx.runs(&self.cx.semantic.node(spot.id).ast) != crate::engine::context::Runs::OnLoop {
            return Err("call-not-in-async: the response is used where `await` cannot stand".to_owned());
        }
        Ok(())
    }

    fn range(&self, spot: Spot) -> TextRange {
        self.cx.semantic.node(spot.id).ast.range()
    }

    fn assigned(&mut self, statement: &'a ast::StmtAssign) -> Planned {
        if self.library == Library::Requests
            && let Some(target) = statement.targets.iter().find(|target| self.is_asked_later(target))
        {
            let name = self.cx.text(target);
            return Err(format!("response-escapes: `{name}` is asked for what httpx's has not"));
        }
        if statement.targets.iter().any(|target| !target.is_name_expr()) {
            self.escapes("it is stored");
        }
        for target in &statement.targets {
            if let Expr::Name(name) = target {
                let scope = self.cx.semantic.node(id(self.cx, name)).scope;
                let bound_in = self.cx.semantic.lookup(name.id.as_str(), scope);
                if bound_in.is_some_and(|bound| bound != self.cx.semantic.frame(scope)) {
                    self.escapes("its name is shared with other functions");
                }
            }
        }
        Ok(())
    }

    /// Whether the file asks an attribute of this name for what only requests has.
    fn is_asked_later(&self, target: &Expr) -> bool {
        let Expr::Attribute(stored) = target else { return false };
        self.cx.nodes().iter().any(|node| {
            let AnyNodeRef::ExprAttribute(asked) = node.ast else { return false };
            crate::UNLIKE.contains(&asked.attr.as_str())
                && matches!(&*asked.value, Expr::Attribute(kept) if kept.attr.as_str() == stored.attr.as_str())
        })
    }

    fn returned(&mut self, spot: Spot) {
        self.escapes("it is returned");
        if spot.mixed {
            return;
        }
        if let Some(function) = self.cx.enclosing_function(&self.cx.semantic.node(spot.id).ast)
            && let Some(returns) = function.returns.as_deref()
        {
            self.annotation(returns);
        }
    }

    /// `requests.Response` in an annotation.
    pub(super) fn annotation(&mut self, annotation: &'a Expr) {
        if self.library == Library::Httpx {
            return;
        }
        let module = self.cx.settings.http_client.module();
        let range = annotation.range();
        for node in self.cx.nodes().iter().filter(|node| range.contains_range(node.ast.range())) {
            let expr_range = match node.ast {
                AnyNodeRef::ExprName(name) => {
                    self.cx.symbol(&Expr::Name(name.clone())).map(|s| (s, name.range()))
                }
                AnyNodeRef::ExprAttribute(attribute) => {
                    self.cx.symbol(&Expr::Attribute(attribute.clone())).map(|s| (s, attribute.range()))
                }
                _ => None,
            };
            if let Some((symbol, range)) = expr_range
                && &*symbol == "requests.Response"
            {
                self.draft.replace(range, imported(&format!("{module}.Response")));
            }
        }
    }

    fn compared(&mut self, compare: &'a ast::ExprCompare, spot: Spot) -> Planned {
        let with_none = std::iter::once(&*compare.left)
            .chain(&compare.comparators)
            .all(|operand| id(self.cx, operand) == spot.id || operand.is_none_literal_expr());
        if !with_none {
            self.escapes("it is compared");
        }
        Ok(())
    }

    fn passed(&mut self, spot: Spot) -> Planned {
        let cx = self.cx;
        let Some(call) = argument_of(cx, spot.id) else {
            self.escapes("it is handed on");
            return Ok(());
        };
        match cx.symbol(&call.func).as_deref() {
            Some("builtins.bool") => {
                self.own(spot)?;
                if self.library == Library::Httpx {
                    return Ok(());
                }
                let text = self.truth_text(spot, false);
                self.draft.replace(call.range(), format!("({text})"));
                Ok(())
            }
            Some("builtins.isinstance") => {
                if let Some(class) = call.arguments.args.get(1)
                    && !spot.mixed
                {
                    self.annotation(class);
                }
                Ok(())
            }
            Some("contextlib.closing") => Ok(()),
            Some("shutil.copyfileobj") => {
                self.escapes("it is handed on");
                Ok(())
            }
            _ if self.is_alike_to(call, spot) => Ok(()),
            _ if self.library == Library::Requests && self.is_unlike_to(call, spot) => Err(format!(
                "response-escapes: `{}` asks the response for what httpx's has not",
                cx.text(&*call.func)
            )),
            _ => {
                self.escapes("it is handed on");
                Ok(())
            }
        }
    }

    /// Whether a function of the project, in whatever file, does with the response only what it can do with either
    /// library's. A method may be overridden where it is not seen.
    fn is_alike_to(&self, call: &ast::ExprCall, spot: Spot) -> bool {
        let cx = self.cx;
        let arguments = &call.arguments.args;
        let Some(position) = arguments.iter().position(|argument| id(cx, argument) == spot.id) else {
            return false;
        };
        let Meaning::Function(callee) = cx.meaning(&call.func) else { return false };
        let function = cx.world.function(callee);
        let is_certain = !function.qualname.contains('.')
            && !function.ambiguous
            && !arguments[..position].iter().any(Expr::is_starred_expr)
            && cx.world.decoration(callee) == Decoration::Kept;
        let Some(used) = function.alike.of(position).filter(|_| is_certain) else { return false };
        // `RequestException` has what is wrong with the JSON among its own.
        let is_handled = || {
            cx.semantic.ancestors(spot.id).any(
                |around| matches!(around.ast, AnyNodeRef::StmtTry(guarded) if !guarded.handlers.is_empty()),
            )
        };
        !(used.raises && self.guards || used.decodes && is_handled())
    }

    /// Whether a function of the project is seen to ask the response for what only requests has.
    fn is_unlike_to(&self, call: &ast::ExprCall, spot: Spot) -> bool {
        let cx = self.cx;
        let position = call.arguments.args.iter().position(|argument| id(cx, argument) == spot.id);
        let Meaning::Function(callee) = cx.meaning(&call.func) else { return false };
        position.is_some_and(|position| cx.world.function(callee).alike.is_unlike(position))
    }

    /// The text of a truth test of a name. For a call, what goes around it.
    fn truth_text(&self, spot: Spot, negated: bool) -> String {
        let text = self.cx.text(self.range(spot));
        match (spot.may_be_none, negated) {
            (true, false) => format!("{text} is not None and not {text}.is_error"),
            (true, true) => format!("{text} is None or {text}.is_error"),
            (false, false) => format!("not {text}.is_error"),
            (false, true) => format!("{text}.is_error"),
        }
    }

    /// `if r`, `not r`: httpx's responses are always true. `not_range` is the whole of `not r`.
    fn truth(&mut self, spot: Spot, not_range: Option<TextRange>) -> Planned {
        if self.library == Library::Httpx {
            return Ok(());
        }
        if spot.mixed {
            return Err(
                "response-truthiness-unknown: a response of requests is false for errors, and this may be \
                        something else"
                    .to_owned(),
            );
        }
        let cx = self.cx;
        let node = cx.semantic.node(spot.id);
        match node.ast {
            AnyNodeRef::ExprName(_) => {
                let mut text = self.truth_text(spot, not_range.is_some());
                if spot.may_be_none && not_range.is_some() && self.needs_parentheses_for_or(spot) {
                    text = format!("({text})");
                }
                self.draft.replace(not_range.unwrap_or(node.ast.range()), text);
            }
            AnyNodeRef::ExprCall(_) if !spot.may_be_none => {
                let range = node.ast.range();
                match not_range {
                    None => self.draft.surround(range, "not ", ".is_error"),
                    Some(whole) => {
                        self.draft.replace(TextRange::new(whole.start(), range.start()), "");
                        self.draft.surround(range, "", ".is_error");
                    }
                }
                self.wrapped.insert(spot.id);
            }
            AnyNodeRef::ExprNamed(_) | AnyNodeRef::ExprAwait(_) if !spot.may_be_none => {
                let wrap = !self.is_wrapped(spot.id);
                let (open, close) = if wrap { ("(", ")") } else { ("", "") };
                let range = self.outer(spot.id);
                match not_range {
                    None => {
                        self.draft.surround(range, &format!("not {open}"), &format!("{close}.is_error"));
                    }
                    Some(whole) => {
                        self.draft.replace(TextRange::new(whole.start(), range.start()), open);
                        self.draft.surround(range, "", &format!("{close}.is_error"));
                    }
                }
            }
            _ => {
                return Err(
                    "response-truthiness-unknown: a response of requests is false for errors, httpx's is \
                            always true"
                        .to_owned(),
                );
            }
        }
        Ok(())
    }

    fn is_wrapped(&self, id: NodeId) -> bool {
        self.outer(id) != self.cx.semantic.node(id).ast.range()
    }

    /// The range with the parentheses around it.
    fn outer(&self, id: NodeId) -> TextRange {
        let node = self.cx.semantic.node(id);
        let parent = self.cx.semantic.node(node.parent).ast;
        let expr = match node.ast {
            AnyNodeRef::ExprNamed(named) => ast::ExprRef::from(named),
            AnyNodeRef::ExprAwait(awaited) => ast::ExprRef::from(awaited),
            other => return other.range(),
        };
        ast::token::parenthesized_range(expr, parent, self.cx.source.tokens()).unwrap_or(node.ast.range())
    }

    /// Whether `not r` is an operand of `and`.
    fn needs_parentheses_for_or(&self, spot: Spot) -> bool {
        let mut around = self.cx.semantic.ancestors(spot.id).skip(1).map(|node| node.ast);
        matches!(around.next(), Some(AnyNodeRef::ExprBoolOp(operation)) if operation.op == ast::BoolOp::And)
    }

    /// An operand of `and` or `or`.
    fn operand(&mut self, operation: &'a ast::ExprBoolOp, operation_id: NodeId, spot: Spot) -> Planned {
        if self.library == Library::Httpx {
            return Ok(());
        }
        if self.is_tested(operation_id) {
            return self.truth(spot, None);
        }
        let is_last = operation.values.last().is_some_and(|last| id(self.cx, last) == spot.id);
        if is_last {
            self.escapes("it is the value of an `and` or `or`");
            return Ok(());
        }
        if operation.op == ast::BoolOp::Or {
            return Err("response-truthiness-unknown: `or` gives the response on".to_owned());
        }
        self.draft.doubt("`and` gives `False` where it gave the response of an error");
        self.truth(spot, None)
    }

    /// Whether only the truth of an expression matters.
    fn is_tested(&self, at: NodeId) -> bool {
        let cx = self.cx;
        let parent = cx.semantic.node(at).parent;
        match cx.semantic.node(parent).ast {
            AnyNodeRef::ExprBoolOp(_) => self.is_tested(parent),
            AnyNodeRef::ExprUnaryOp(unary) => unary.op == ast::UnaryOp::Not,
            AnyNodeRef::ExprIf(choice) => id(cx, &*choice.test) == at,
            AnyNodeRef::StmtAssert(assertion) => id(cx, &*assertion.test) == at,
            AnyNodeRef::StmtIf(_) | AnyNodeRef::StmtWhile(_) | AnyNodeRef::ElifElseClause(_) => true,
            AnyNodeRef::Comprehension(comprehension) => id(cx, &comprehension.iter) != at,
            _ => false,
        }
    }

    /// An attribute of the response.
    fn attribute(&mut self, attribute: &'a ast::ExprAttribute, at: NodeId, spot: Spot) -> Planned {
        let name = attribute.attr.as_str();
        if self.library == Library::Httpx {
            return self.httpx_attribute(attribute, at, spot);
        }
        if attribute.ctx != ast::ExprContext::Load {
            return match name {
                "encoding" => Ok(()),
                _ => Err(format!("response-attribute: `{name}` of the response is assigned")),
            };
        }
        let cx = self.cx;
        let parent_id = cx.semantic.node(at).parent;
        let parent = cx.semantic.node(parent_id).ast;
        let range = attribute.range();
        match name {
            "status_code" | "content" | "text" | "json" | "encoding" | "links" => return Ok(()),
            "headers" => {
                self.headers(at);
                return Ok(());
            }
            "cookies" => return self.cookies(at, spot),
            "history" => {
                if !self.is_tested(at) && argument_of(cx, at).is_none_or(|call| !is_len(cx, call)) {
                    self.draft.doubt("the responses in `history` are httpx's");
                }
                return Ok(());
            }
            "elapsed" => {
                self.draft.doubt("`elapsed` includes the time to read the body");
                return Ok(());
            }
            "request" => return self.request(parent, parent_id),
            "raise_for_status" => return self.raise_for_status(parent_id, spot),
            _ => {}
        }
        self.own(spot)?;
        let module = cx.settings.http_client.module();
        match name {
            "ok" => {
                self.draft.replace(attribute.attr.range(), "is_error");
                match parent {
                    AnyNodeRef::ExprUnaryOp(unary) if unary.op == ast::UnaryOp::Not => {
                        let not =
                            TextRange::new(unary.start(), self.outer_attribute(attribute, parent).start());
                        self.draft.replace(not, "");
                    }
                    parent if takes_not(parent, range) => self.draft.surround(range, "not ", ""),
                    _ => self.draft.surround(range, "(not ", ")"),
                }
            }
            "reason" => self.draft.replace(attribute.attr.range(), "reason_phrase"),
            "is_redirect" => self.draft.replace(attribute.attr.range(), "has_redirect_location"),
            "is_permanent_redirect" => {
                if !matches!(cx.semantic.node(spot.id).ast, AnyNodeRef::ExprName(_)) {
                    return Err(
                        "response-attribute: `is_permanent_redirect` has no one equivalent".to_owned()
                    );
                }
                let r = cx.text(self.range(spot));
                let text = format!("({r}.status_code in (301, 308) and {r}.has_redirect_location)");
                self.draft.replace(range, text);
            }
            "next" => self.draft.replace(attribute.attr.range(), "next_request"),
            "url" => self.url(at, range, parent),
            "close" => {
                let AnyNodeRef::ExprCall(call) = parent else {
                    return Err("response-attribute: `close` is handed on".to_owned());
                };
                self.awaitable(spot)?;
                self.draft.replace(attribute.attr.range(), "aclose");
                self.draft.surround(call.range(), "await ", "");
            }
            "iter_content" => self.iter_content(attribute, parent, spot)?,
            "iter_lines" => self.iter_lines(attribute, parent, spot)?,
            "raw" => self.raw(at, spot)?,
            "apparent_encoding" => {
                return Err(format!("response-attribute: `{module}` does not guess encodings"));
            }
            _ => return Err(format!("response-attribute: `{module}.Response` has no `{name}`")),
        }
        Ok(())
    }

    fn outer_attribute(&self, attribute: &'a ast::ExprAttribute, parent: AnyNodeRef<'a>) -> TextRange {
        ast::token::parenthesized_range(attribute.into(), parent, self.cx.source.tokens())
            .unwrap_or(attribute.range())
    }

    /// Responses of httpx's synchronous API are the same class; only what reads a stream differs.
    fn httpx_attribute(&mut self, attribute: &'a ast::ExprAttribute, at: NodeId, spot: Spot) -> Planned {
        let new = match attribute.attr.as_str() {
            "close" => "aclose",
            "read" => "aread",
            "iter_bytes" | "iter_text" | "iter_lines" | "iter_raw" => {
                let name = format!("a{}", attribute.attr.as_str());
                let parent = self.cx.semantic.node(self.cx.semantic.node(at).parent).ast;
                self.awaitable(spot)?;
                self.draft.replace(attribute.attr.range(), name);
                return self.make_async(parent);
            }
            _ => return Ok(()),
        };
        let AnyNodeRef::ExprCall(call) = self.cx.semantic.node(self.cx.semantic.node(at).parent).ast else {
            return Ok(());
        };
        self.awaitable(spot)?;
        self.own(spot)?;
        self.draft.replace(attribute.attr.range(), new);
        let wrap = matches!(
            self.cx.parent(call),
            AnyNodeRef::ExprAttribute(_) | AnyNodeRef::ExprSubscript(_) | AnyNodeRef::ExprCall(_)
        );
        let (before, after) = if wrap { ("(await ", ")") } else { ("await ", "") };
        self.draft.surround(call.range(), before, after);
        Ok(())
    }

    /// `headers`: what asks for a name does not see that names are lower case.
    fn headers(&mut self, at: NodeId) {
        let cx = self.cx;
        let by_name = match cx.semantic.node(cx.semantic.node(at).parent).ast {
            AnyNodeRef::ExprSubscript(_) | AnyNodeRef::ExprCompare(_) => true,
            AnyNodeRef::ExprAttribute(attribute) => attribute.attr.as_str() == "get",
            _ => false,
        };
        if !by_name {
            self.draft.doubt("the names in `headers` are in lower case in httpx");
        }
    }

    fn cookies(&mut self, at: NodeId, spot: Spot) -> Planned {
        let cx = self.cx;
        let parent_id = cx.semantic.node(at).parent;
        match cx.semantic.node(parent_id).ast {
            AnyNodeRef::ExprSubscript(_) => {}
            AnyNodeRef::ExprCompare(_) => {}
            AnyNodeRef::ExprAttribute(attribute) => match attribute.attr.as_str() {
                "get" | "items" | "keys" | "values" => {}
                "get_dict" => {
                    let AnyNodeRef::ExprCall(call) = cx.semantic.node(cx.semantic.node(parent_id).parent).ast
                    else {
                        return Err("response-attribute: `cookies.get_dict` is handed on".to_owned());
                    };
                    if !call.arguments.is_empty() {
                        return Err("response-attribute: `get_dict` is asked for one domain".to_owned());
                    }
                    self.own(spot)?;
                    let value = cx.semantic.node(at).ast.range();
                    self.draft.surround(TextRange::empty(value.start()), "dict(", "");
                    self.draft.replace(TextRange::new(value.end(), call.end()), ")");
                }
                other => return Err(format!("response-attribute: `cookies.{other}` is not in httpx")),
            },
            _ => {
                if argument_of(cx, at).is_some_and(|call| {
                    cx.symbol(&call.func).is_some_and(|symbol| symbol.starts_with("requests."))
                }) {
                    return Err(
                        "requests-compat-imports: a function of requests is given the cookies".to_owned()
                    );
                }
                self.draft.doubt("`cookies` escapes: iterating it gives names, where requests gives cookies");
            }
        }
        Ok(())
    }

    /// `r.request.…`
    fn request(&mut self, parent: AnyNodeRef<'a>, parent_id: NodeId) -> Planned {
        let AnyNodeRef::ExprAttribute(attribute) = parent else {
            self.draft.doubt("`request` is httpx's");
            return Ok(());
        };
        match attribute.attr.as_str() {
            "method" => {}
            "headers" => self.headers(parent_id),
            "url" => {
                let around = self.cx.semantic.node(self.cx.semantic.node(parent_id).parent).ast;
                self.url(parent_id, attribute.range(), around);
            }
            other => return Err(format!("response-attribute: `request.{other}` differs in httpx")),
        }
        Ok(())
    }

    /// `url` is an `httpx.URL`; comparing and formatting it works as with text.
    fn url(&mut self, at: NodeId, range: TextRange, parent: AnyNodeRef<'a>) {
        let as_it_is = match parent {
            AnyNodeRef::InterpolatedElement(element) => {
                element.conversion == ast::ConversionFlag::None && element.format_spec.is_none()
            }
            AnyNodeRef::ExprCompare(compare) => {
                compare.ops.iter().all(|op| matches!(op, ast::CmpOp::Eq | ast::CmpOp::NotEq))
            }
            AnyNodeRef::Arguments(_) => argument_of(self.cx, at).is_some_and(|call| {
                let symbol = self.cx.symbol(&call.func);
                matches!(symbol.as_deref(), Some("builtins.str" | "builtins.print"))
            }),
            _ => false,
        };
        if !as_it_is {
            self.draft.surround(range, "str(", ")");
        }
    }

    fn raise_for_status(&mut self, call_id: NodeId, spot: Spot) -> Planned {
        if !self.guards {
            return Ok(());
        }
        let cx = self.cx;
        let AnyNodeRef::ExprCall(call) = cx.semantic.node(call_id).ast else { return Ok(()) };
        self.own(spot)?;
        let AnyNodeRef::StmtExpr(statement) = cx.parent(call) else {
            return Err(
                "raise-for-status: httpx raises for redirects too, and this is not a statement".to_owned()
            );
        };
        let is_name = matches!(cx.semantic.node(spot.id).ast, AnyNodeRef::ExprName(_));
        if !is_name || !super::blocks::stands_alone(cx, statement) {
            return Err("raise-for-status: httpx raises for redirects too, and there is no room for a test"
                .to_owned());
        }
        let rows = (cx.source.row(statement.start()), cx.source.row(statement.end()));
        let name = cx.text(self.range(spot));
        self.draft.open_block(rows.0, rows.1, format!("if {name}.is_error:"));
        Ok(())
    }

    fn iter_content(
        &mut self,
        attribute: &'a ast::ExprAttribute,
        parent: AnyNodeRef<'a>,
        spot: Spot,
    ) -> Planned {
        let AnyNodeRef::ExprCall(call) = parent else {
            return Err("response-iterator: `iter_content` is handed on".to_owned());
        };
        self.awaitable(spot)?;
        let decodes = match call.arguments.find_argument_value("decode_unicode", 1) {
            None => false,
            Some(Expr::BooleanLiteral(literal)) => literal.value,
            Some(_) => {
                return Err("response-iterator: `decode_unicode` is decided at run time".to_owned());
            }
        };
        let size = call.arguments.find_argument("chunk_size", 0);
        let size_text = size.map(|size| self.cx.text(size.range()).to_owned());
        let size_text = match size_text {
            Some(text) => text,
            None if self.chunks_only_add_up(parent) => String::new(),
            None => "1".to_owned(),
        };
        if decodes {
            self.draft
                .doubt("`aiter_text` always decodes, where requests gives bytes if it knows no encoding");
        }
        let name = if decodes { "aiter_text" } else { "aiter_bytes" };
        self.draft
            .replace(TextRange::new(attribute.attr.start(), call.end()), format!("{name}({size_text})"));
        self.make_async(parent)
    }

    /// Whether the size of the chunks cannot matter: the loop only writes or appends them.
    fn chunks_only_add_up(&self, call: AnyNodeRef<'a>) -> bool {
        let AnyNodeRef::StmtFor(statement) = self.cx.parent(&call) else { return false };
        let Expr::Name(chunk) = &*statement.target else { return false };
        let is_chunk =
            |expr: &Expr| matches!(expr, Expr::Name(name) if name.id.as_str() == chunk.id.as_str());
        statement.body.iter().all(|inner| match inner {
            ast::Stmt::Expr(expr) => match &*expr.value {
                Expr::Call(call) => {
                    let method = match &*call.func {
                        Expr::Attribute(attribute) => attribute.attr.as_str(),
                        _ => "",
                    };
                    matches!(method, "write" | "update" | "extend")
                        && call.arguments.args.iter().all(is_chunk)
                }
                _ => false,
            },
            ast::Stmt::AugAssign(assignment) => is_chunk(&assignment.value),
            _ => false,
        })
    }

    /// `for` over a spot or a call of it, as `async for`.
    fn loop_over(&mut self, spot: Spot, method: &str) -> Planned {
        self.own(spot)?;
        self.awaitable(spot)?;
        let range = self.range(spot);
        self.draft.surround(range, "", &format!(".{method}"));
        if self.cx.semantic.node(spot.id).ast.is_expr_call() {
            self.wrapped.insert(spot.id);
        }
        if let AnyNodeRef::StmtFor(statement) = self.cx.parent(&self.cx.semantic.node(spot.id).ast) {
            self.draft.insert(statement.start(), "async ");
        }
        Ok(())
    }

    /// What iterates over the call has to do so asynchronously.
    pub(super) fn make_async(&mut self, call: AnyNodeRef<'a>) -> Planned {
        let cx = self.cx;
        let call_id = id(cx, &call);
        match cx.parent(&call) {
            AnyNodeRef::StmtFor(statement) if id(cx, &*statement.iter) == call_id => {
                self.draft.insert(statement.start(), "async ");
                Ok(())
            }
            AnyNodeRef::Comprehension(comprehension) if id(cx, &comprehension.iter) == call_id => {
                let whole = cx.parent(comprehension);
                if whole.is_expr_generator() {
                    return Err("response-iterator: a generator expression iterates over the body".to_owned());
                }
                self.draft.insert(comprehension.start(), "async ");
                Ok(())
            }
            AnyNodeRef::Arguments(_) => {
                let outer = argument_of(cx, call_id);
                let joins = outer.is_some_and(|outer| match &*outer.func {
                    Expr::Attribute(attribute) => {
                        attribute.attr.as_str() == "join"
                            && matches!(&*attribute.value, Expr::BytesLiteral(_) | Expr::StringLiteral(_))
                    }
                    Expr::Name(_) => cx.symbol(&outer.func).as_deref() == Some("builtins.list"),
                    _ => false,
                });
                if !joins {
                    return Err("response-iterator: the body's iterator is handed on".to_owned());
                }
                self.draft.surround(call.range(), "[chunk async for chunk in ", "]");
                Ok(())
            }
            _ => Err("response-iterator: the body's iterator is handed on".to_owned()),
        }
    }
}

fn is_len(cx: &Context<'_>, call: &ast::ExprCall) -> bool {
    cx.symbol(&call.func).as_deref() == Some("builtins.len")
}

/// Whether `not x` can stand where the expression of this range stands, without parentheses.
fn takes_not(parent: AnyNodeRef<'_>, range: TextRange) -> bool {
    match parent {
        AnyNodeRef::ExprCompare(_)
        | AnyNodeRef::ExprBinOp(_)
        | AnyNodeRef::ExprUnaryOp(_)
        | AnyNodeRef::ExprAttribute(_)
        | AnyNodeRef::ExprAwait(_)
        | AnyNodeRef::ExprStarred(_) => false,
        AnyNodeRef::ExprSubscript(subscript) => subscript.value.range() != range,
        AnyNodeRef::ExprCall(_) => false,
        _ => true,
    }
}
