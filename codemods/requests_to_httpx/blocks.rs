//! Where the `async with` goes: the smallest run of statements of one suite around given nodes, outside of loops.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{self as ast, AnyNodeRef, HasNodeIndex, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::draft::{Draft, Planned, new_line};
use crate::engine::context::Context;
use crate::engine::semantic::NodeId;

/// Statements of one suite that follow one another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) suite: &'a [Stmt],
    /// Positions in the suite, both included.
    pub(super) first: usize,
    pub(super) last: usize,
}

impl<'a> Run<'a> {
    pub(super) fn range(&self) -> TextRange {
        TextRange::new(self.suite[self.first].start(), self.suite[self.last].end())
    }

    /// The statement of the run that holds a range.
    pub(super) fn statement_around(&self, range: TextRange) -> TextRange {
        let mut statements = self.suite[self.first..=self.last].iter().map(Ranged::range);
        statements.find(|statement| statement.contains_range(range)).unwrap_or(range)
    }

    /// Makes the run reach over what stands in its suite within a range.
    pub(super) fn extend_over(&mut self, range: TextRange) {
        let holds =
            |at: usize| self.suite[at].range().intersect(range).is_some_and(|common| !common.is_empty());
        let positions: Vec<usize> = (0..self.suite.len()).filter(|at| holds(*at)).collect();
        if let (Some(first), Some(last)) = (positions.first(), positions.last()) {
            self.first = self.first.min(*first);
            self.last = self.last.max(*last);
        }
    }

    /// The run of the given positions.
    pub(super) fn new(suite: &'a [Stmt], first: usize, last: usize) -> Self {
        Self { suite, first, last }
    }
}

/// A statement and the suite it stands in, as [`crate::engine::semantic::Semantic::statement_and_suite`] has it.
type Place = (NodeId, (NodeId, usize));

/// The smallest run around the nodes within `function`. With `hoist` it holds the loops around them whole.
pub(super) fn around<'a>(
    cx: &Context<'a>,
    function: &impl HasNodeIndex,
    nodes: &[NodeId],
    hoist: bool,
) -> Option<Run<'a>> {
    let function = cx.semantic.id(function)?;
    let chains: Vec<Vec<Place>> = nodes.iter().map(|node| chain(cx, *node, function, hoist)).collect();
    let first_chain = chains.first()?;
    // Innermost first: the first suite that every chain passes through.
    let suite = first_chain
        .iter()
        .map(|(_, suite)| *suite)
        .find(|suite| chains.iter().all(|chain| chain.iter().any(|(_, other)| other == suite)))?;
    let members: Vec<NodeId> = chains
        .iter()
        .filter_map(|chain| chain.iter().find(|(_, s)| *s == suite))
        .map(|(id, _)| *id)
        .collect();
    let statements = cx.semantic.suite(*members.first()?);
    let position = |id: &NodeId| {
        let range = cx.semantic.node(*id).ast.range();
        statements.iter().position(|statement| statement.range() == range)
    };
    let positions: Vec<usize> = members.iter().filter_map(position).collect();
    Some(Run::new(statements, *positions.iter().min()?, *positions.iter().max()?))
}

/// The statements around a node up to the function, innermost first; those inside of loops left out.
fn chain(cx: &Context<'_>, node: NodeId, function: NodeId, hoist: bool) -> Vec<Place> {
    let mut places = Vec::new();
    let mut at = node;
    while let Some(place) = cx.semantic.statement_and_suite(at) {
        if place.0 == function {
            break;
        }
        if hoist && matches!(cx.semantic.node(place.0).ast, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_))
        {
            places.clear();
        }
        places.push(place);
        at = cx.semantic.node(place.0).parent;
        if at == function || at == 0 {
            break;
        }
    }
    places
}

/// Whether a statement has its lines for itself.
pub(super) fn stands_alone(cx: &Context<'_>, statement: &impl Ranged) -> bool {
    cx.source.starts_line(statement.start()) && ends_line(cx, statement.end())
}

fn ends_line(cx: &Context<'_>, end: TextSize) -> bool {
    let rest = cx.source.slice(TextRange::new(end, cx.source.line_end(end)));
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#')
}

/// Puts `header` around the run and moves the run's lines one step to the right.
pub(super) fn wrap(cx: &Context<'_>, run: &Run<'_>, header: &str, draft: &mut Draft<'_, '_>) -> Planned {
    let source = cx.source;
    let (mut first, mut last) = (run.first, run.last);
    // Statements that share a line go together.
    while first > 0 && !source.starts_line(run.suite[first].start()) {
        first -= 1;
    }
    while last + 1 < run.suite.len() && !ends_line(cx, run.suite[last].end()) {
        last += 1;
    }
    let (start, end) = (run.suite[first].start(), run.suite[last].end());
    let start = decorated_start(&run.suite[first]).unwrap_or(start);
    if !ends_line(cx, end) {
        return Err("shared-line: the statement shares its line with another".to_owned());
    }
    if source.starts_line(start) {
        draft.open_block(source.row(start), source.row(end), header.to_owned());
        return Ok(());
    }
    // The suite stands on its header's line.
    let line = TextRange::new(source.line_start(start), start);
    let head = source.slice(line).trim_end();
    if !head.ends_with(':') {
        return Err("shared-line: the statement shares its line with another".to_owned());
    }
    let style = source.style();
    let indent = format!("{}{}", source.indentation(start), style.indent);
    let gap = TextRange::new(line.start() + TextSize::of(head), start);
    let text = format!("{}{indent}{header}{}{indent}{}", style.newline, style.newline, style.indent);
    draft.replace(gap, text);
    Ok(())
}

fn decorated_start(statement: &Stmt) -> Option<TextSize> {
    let decorators = match statement {
        Stmt::FunctionDef(function) => &function.decorator_list,
        Stmt::ClassDef(class) => &class.decorator_list,
        _ => return None,
    };
    decorators.first().map(Ranged::start)
}

/// Turns a statement into the header of a block that holds the statements after it up to position `last`. The
/// statement's own text is changed by the caller.
pub(super) fn hang(cx: &Context<'_>, run: &Run<'_>, draft: &mut Draft<'_, '_>) -> Planned {
    let source = cx.source;
    let header = &run.suite[run.first];
    if run.last <= run.first {
        return Err("shared-line: no statement follows".to_owned());
    }
    let last = &run.suite[run.last];
    if !stands_alone(cx, header) || !ends_line(cx, last.end()) {
        return Err("shared-line: the statement shares its line with another".to_owned());
    }
    draft.shift(source.row(header.end()) + 1, source.row(last.end()));
    Ok(())
}

/// Makes one item of a `with` an `async with`: the items before and after it get a `with` of their own.
///
/// # Errors
/// When the head of the statement is laid out in a way that cannot be taken apart.
pub(super) fn split_with(
    cx: &Context<'_>,
    statement: &ast::StmtWith,
    item: &ast::WithItem,
    draft: &mut Draft<'_, '_>,
) -> Planned {
    let source = cx.source;
    let items = &statement.items;
    let Some(at) = items.iter().position(|other| other.range() == item.range()) else { return Ok(()) };
    if items.len() == 1 {
        draft.insert_first(statement.start(), "async ");
        return Ok(());
    }
    let refused = || Err("shared-with: the `with` has other items, and no room to take it apart".to_owned());
    let Some(body) = statement.body.first() else { return refused() };
    let head = TextRange::new(statement.start(), items[items.len() - 1].end());
    let in_parentheses = source
        .tokens()
        .in_range(TextRange::new(statement.start(), items[0].start()))
        .iter()
        .any(|token| token.kind() == TokenKind::Lpar);
    if in_parentheses
        || source.row(head.start()) != source.row(head.end())
        || source.row(body.start()) == source.row(head.end())
        || !source.starts_line(statement.start())
    {
        return refused();
    }
    let mut steps = 0;
    if at == 0 {
        draft.insert_first(statement.start(), "async ");
    } else {
        steps += 1;
        let gap = TextRange::new(items[at - 1].end(), item.start());
        draft.replace(gap, format!(":{}async with ", new_line(steps)));
    }
    if let Some(next) = items.get(at + 1) {
        steps += 1;
        draft.replace(TextRange::new(item.end(), next.start()), format!(":{}with ", new_line(steps)));
    }
    for _ in 0..steps {
        draft.shift(source.row(head.end()) + 1, source.row(statement.end()));
    }
    Ok(())
}
