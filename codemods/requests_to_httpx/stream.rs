//! Responses whose body is read piece by piece.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::blocks::{self, Run};
use super::draft::{Draft, Planned};
use super::reach::Spot;
use super::sites::Site;
use super::values::id;
use crate::engine::context::{Context, Runs};
use crate::engine::semantic::NodeId;

/// What a call with its surroundings becomes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Plan<'a> {
    /// `await client.get(…)`.
    Plain,
    /// `with requests.get(…) as r:` that reads no stream: an assignment, the block's lines stay where they are.
    Unwrapped { statement: &'a ast::StmtWith, item: &'a ast::WithItem },
    /// `with requests.get(…, stream=True) as r:` → `async with client.stream(…) as r:`.
    With { statement: &'a ast::StmtWith, item: &'a ast::WithItem },
    /// `r = requests.get(…, stream=True)` → `async with client.stream(…) as r:` over the statements that follow.
    Block { statement: &'a ast::StmtAssign, name: &'a ast::ExprName, run: Run<'a> },
}

impl Plan<'_> {
    /// Whether the body is read piece by piece.
    pub(super) fn streams(&self) -> bool {
        matches!(self, Self::With { .. } | Self::Block { .. })
    }
}

/// How a response is used, as far as streaming matters.
#[derive(Debug, Default)]
struct Reading {
    /// Reads of the body as a whole, by spot.
    whole: Vec<NodeId>,
    /// Whether it is read piece by piece.
    pieces: bool,
    /// Whether code that is not seen gets it.
    escapes: bool,
}

fn reading(cx: &Context<'_>, spots: &[Spot]) -> Reading {
    let mut reading = Reading::default();
    for spot in spots {
        match cx.semantic.node(cx.semantic.node(spot.id).parent).ast {
            AnyNodeRef::ExprAttribute(attribute) => match attribute.attr.as_str() {
                "content" | "text" | "json" | "read" => reading.whole.push(spot.id),
                "iter_content" | "iter_lines" | "iter_bytes" | "iter_text" | "iter_raw" | "raw" => {
                    reading.pieces = true
                }
                _ => {}
            },
            AnyNodeRef::StmtFor(_) => reading.pieces = true,
            AnyNodeRef::StmtReturn(_)
            | AnyNodeRef::ExprYield(_)
            | AnyNodeRef::Keyword(_)
            | AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprTuple(_)
            | AnyNodeRef::ExprDict(_) => reading.escapes = true,
            AnyNodeRef::Arguments(_) => {
                let known = super::arguments::argument_of(cx, spot.id).and_then(|call| cx.symbol(&call.func));
                let harmless =
                    ["contextlib.closing", "builtins.bool", "builtins.isinstance", "builtins.print"];
                reading.escapes |= !known.is_some_and(|symbol| harmless.contains(&&*symbol));
            }
            AnyNodeRef::StmtAssign(statement) => {
                reading.escapes |= statement.targets.iter().any(|target| !target.is_name_expr());
            }
            _ => {}
        }
    }
    reading
}

/// The `with` item that a call (or `closing` of it) is the context manager of.
fn with_item<'a>(
    cx: &Context<'a>,
    site: &Site<'a>,
) -> Planned<Option<(&'a ast::StmtWith, &'a ast::WithItem)>> {
    let mut around = cx.semantic.ancestors(site.id).map(|node| node.ast);
    let mut parent = around.next();
    if let Some(AnyNodeRef::Arguments(_)) = parent {
        let Some(AnyNodeRef::ExprCall(call)) = around.next() else { return Ok(None) };
        if cx.symbol(&call.func).as_deref() != Some("contextlib.closing") {
            return Ok(None);
        }
        parent = around.next();
    }
    let Some(AnyNodeRef::WithItem(item)) = parent else { return Ok(None) };
    let Some(AnyNodeRef::StmtWith(statement)) = around.next() else { return Ok(None) };
    if statement.is_async {
        return Ok(None);
    }
    if item.optional_vars.as_deref().is_some_and(|target| !target.is_name_expr()) {
        return Err("shared-with: the response is unpacked".to_owned());
    }
    Ok(Some((statement, item)))
}

/// Decides what becomes of a call, given where its response gets to.
///
/// # Errors
/// When the response is streamed and leaves the function.
pub(super) fn plan<'a>(
    cx: &Context<'a>,
    site: &Site<'a>,
    streamed: bool,
    spots: &[Spot],
    draft: &mut Draft<'_, 'a>,
) -> Planned<Plan<'a>> {
    let reading = reading(cx, spots);
    let with = with_item(cx, site)?;
    if !streamed {
        return match with {
            Some((statement, item)) => unwrapped(cx, statement, item),
            None => Ok(Plan::Plain),
        };
    }
    if reading.escapes {
        return Err("response-escapes: the response is streamed and handed on".to_owned());
    }
    if let Some((statement, item)) = with {
        if !reading.pieces && !reading.whole.is_empty() {
            return unwrapped(cx, statement, item);
        }
        return match read_before(cx, &reading, draft) {
            Ok(()) => Ok(Plan::With { statement, item }),
            Err(reason) => {
                draft.doubt(reason);
                unwrapped(cx, statement, item)
            }
        };
    }
    if !reading.pieces && !reading.whole.is_empty() {
        return Ok(Plan::Plain);
    }
    let block = block(cx, site, spots).and_then(|plan| read_before(cx, &reading, draft).map(|()| plan));
    match block {
        Ok(plan) => Ok(plan),
        Err(reason) if reading.pieces => {
            draft.doubt(format!("{reason}, so the whole body is read into memory"));
            Ok(Plan::Plain)
        }
        Err(reason) => Err(format!("response-escapes: {reason}")),
    }
}

/// The block over the statements that use the response.
fn block<'a>(cx: &Context<'a>, site: &Site<'a>, spots: &[Spot]) -> Planned<Plan<'a>> {
    let scattered = || Err("the response is used outside of one block".to_owned());
    let Some(AnyNodeRef::StmtAssign(statement)) = cx.statement(site.call) else { return scattered() };
    let [Expr::Name(name)] = statement.targets.as_slice() else { return scattered() };
    if id(cx, &*statement.value) != site.id || !blocks::stands_alone(cx, statement) {
        return scattered();
    }
    let suite = cx.suite(statement);
    let Some(first) = suite.iter().position(|s| s.range() == statement.range()) else { return scattered() };
    let mut last = first;
    for spot in spots.iter().filter(|spot| spot.id != site.id) {
        let at = cx.semantic.node(spot.id).ast.range();
        let Some(found) = suite[first + 1..].iter().position(|s| s.range().contains_range(at)) else {
            return scattered();
        };
        last = last.max(first + 1 + found);
    }
    if last == first {
        return scattered();
    }
    Ok(Plan::Block { statement, name, run: Run::new(suite, first, last) })
}

/// `await r.aread()` before the statements that read the body as a whole.
fn read_before(cx: &Context<'_>, reading: &Reading, draft: &mut Draft<'_, '_>) -> Planned {
    let mut lines = Vec::new();
    for spot in &reading.whole {
        let node = cx.semantic.node(*spot).ast;
        let reason = "the body is also read as a whole where it cannot be awaited first";
        let AnyNodeRef::ExprName(name) = node else { return Err(reason.to_owned()) };
        let Some(statement) = cx.statement(name) else { return Err(reason.to_owned()) };
        let is_simple = matches!(
            statement,
            AnyNodeRef::StmtExpr(_)
                | AnyNodeRef::StmtAssign(_)
                | AnyNodeRef::StmtAnnAssign(_)
                | AnyNodeRef::StmtAugAssign(_)
                | AnyNodeRef::StmtReturn(_)
                | AnyNodeRef::StmtRaise(_)
        );
        if !is_simple || !blocks::stands_alone(cx, &statement) || cx.runs(name) != Runs::OnLoop {
            return Err(reason.to_owned());
        }
        lines.push((cx.source.row(statement.start()), format!("await {}.aread()", name.id.as_str())));
    }
    for (row, line) in lines {
        draft.line_before(row, line);
    }
    Ok(())
}

/// Whether a `with` can become an assignment before its own lines.
fn unwrapped<'a>(
    cx: &Context<'a>,
    statement: &'a ast::StmtWith,
    item: &'a ast::WithItem,
) -> Planned<Plan<'a>> {
    let source = cx.source;
    let body = &statement.body;
    if statement.items.len() != 1 {
        return Err("shared-with: the response shares its `with` with other context managers".to_owned());
    }
    let fits = source.starts_line(statement.start())
        && source.starts_line(body[0].start())
        && source
            .indentation(body[0].start())
            .strip_prefix(source.indentation(statement.start()))
            .is_some_and(|step| step == source.style().indent);
    if !fits {
        return Err("shared-line: the `with` shares its line with its block".to_owned());
    }
    Ok(Plan::Unwrapped { statement, item })
}

/// Writes what is around the call.
pub(super) fn write<'a>(
    cx: &Context<'a>,
    site: &Site<'a>,
    plan: &Plan<'a>,
    draft: &mut Draft<'_, 'a>,
) -> Planned {
    let call = site.call.range();
    let (before, after) = cx.await_around(site.whole);
    match plan {
        Plan::Plain => draft.surround_inner(call, before, after),
        Plan::Unwrapped { statement, item } => {
            let name = item.optional_vars.as_deref().map_or("", |name| cx.text(name));
            let assignment = if name.is_empty() { String::new() } else { format!("{name} = ") };
            draft.replace(TextRange::new(statement.start(), call.start()), format!("{assignment}await "));
            let colon = header_end(cx, statement);
            draft.replace(TextRange::new(call.end(), colon), "");
            draft.unshift(cx.source.row(colon) + 1, cx.source.row(statement.end()));
        }
        Plan::With { statement, item } => {
            blocks::split_with(cx, statement, item, draft)?;
            let manager = item.context_expr.range();
            draft.replace(TextRange::new(manager.start(), call.start()), "");
            draft.replace(TextRange::new(call.end(), manager.end()), "");
        }
        Plan::Block { statement, name, run } => {
            draft.replace(TextRange::new(statement.start(), call.start()), "async with ");
            draft.replace(TextRange::new(call.end(), statement.end()), "");
            draft.surround(TextRange::empty(statement.end()), "", &format!(" as {}:", name.id.as_str()));
            blocks::hang(cx, run, draft)?;
        }
    }
    Ok(())
}

/// One past the colon that ends the head of a `with`.
fn header_end(cx: &Context<'_>, statement: &ast::StmtWith) -> ruff_text_size::TextSize {
    let body = statement.body.first().map_or(statement.end(), Ranged::start);
    let head = TextRange::new(statement.start(), body);
    cx.source
        .tokens()
        .in_range(head)
        .iter()
        .rfind(|token| token.kind() == ast::token::TokenKind::Colon)
        .map_or(body, Ranged::end)
}
