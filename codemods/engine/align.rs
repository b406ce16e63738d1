//! Lines that are aligned with a bracket move along when a fix moves the bracket.

use std::iter;

use ruff_python_ast::token::TokenKind;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::finding::Edit;
use super::source::Source;

/// Adds to the edits of a fix, sorted and disjoint, those that keep lines aligned with the bracket that they are in, where
/// all of them were and the fix moves the bracket. A line that begins in a string stays as it is.
pub(crate) fn align(source: &Source<'_>, edits: &mut Vec<Edit>) {
    let mut moved = Vec::new();
    let mut before: Option<u32> = None;
    for edit in edits.iter() {
        let row = source.row(edit.start.into());
        if before.replace(row) != Some(row) {
            moved.extend(aligned_in(source, row, edits));
        }
    }
    if moved.is_empty() {
        return;
    }
    moved.sort();
    moved.dedup_by_key(|edit| edit.start);
    edits.append(&mut moved);
    edits.sort();
}

/// The edits that move the lines which are aligned with a bracket of this row.
fn aligned_in(source: &Source<'_>, row: u32, edits: &[Edit]) -> Vec<Edit> {
    let line = TextRange::new(source.row_start(row), source.row_start(row + 1));
    let is_on_it = |edit: &&Edit| line.contains(edit.start.into());
    let own: Vec<&Edit> = edits.iter().filter(is_on_it).collect();
    let crosses = |edit: &&Edit| edit.content.contains('\n') || TextSize::from(edit.end) > line.end();
    if own.iter().any(crosses) {
        return Vec::new();
    }
    for bracket in left_open(source, line) {
        let Some(delta) = moves_by(source, line, bracket, &own).filter(|delta| *delta != 0) else { continue };
        let column = width(source.slice(TextRange::new(line.start(), bracket))) + 1;
        let Some(starts) = lines_aligned_with(source, bracket, column) else { continue };
        let shifted: Option<Vec<Edit>> =
            starts.iter().map(|start| shift(source, *start, delta, edits)).collect();
        return shifted.unwrap_or_default();
    }
    Vec::new()
}

/// The brackets of a line that are closed on a later one and have something behind them on their own, outermost first.
fn left_open(source: &Source<'_>, line: TextRange) -> Vec<TextSize> {
    let mut open = Vec::new();
    let first = source.tokens().partition_point(|token| token.start() < line.start());
    let tokens = &source.tokens()[first..];
    for token in tokens.iter().take_while(|token| token.start() < line.end()) {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open.push(token.start()),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                open.pop();
            }
            _ => {}
        }
    }
    open.retain(|bracket| {
        let behind = source.slice(TextRange::new(*bracket + TextSize::from(1), line.end())).trim();
        !behind.is_empty() && !behind.starts_with(['#', '\\'])
    });
    open
}

/// By how many characters edits of its line move a bracket. Where one takes the bracket away, the last that it or one
/// before opens stands for it.
fn moves_by(source: &Source<'_>, line: TextRange, bracket: TextSize, own: &[&Edit]) -> Option<i64> {
    let grows = |edit: &Edit| {
        let replaced = source.slice(TextRange::new(edit.start.into(), edit.end.into()));
        signed(width(&edit.content)) - signed(width(replaced))
    };
    let at = bracket.to_u32();
    let before = own.iter().filter(|edit| edit.end <= at);
    let shift: i64 = before.clone().map(|edit| grows(edit)).sum();
    let Some(taken) = own.iter().find(|edit| edit.start <= at && at < edit.end) else { return Some(shift) };
    let mut candidates = before.chain(iter::once(taken)).rev();
    let (edit, inside) = candidates.find_map(|edit| Some((edit, last_open(&edit.content)?)))?;
    let earlier: i64 =
        own.iter().filter(|other| other.end <= edit.start && *other != edit).map(|other| grows(other)).sum();
    let column = |offset: TextSize| signed(width(source.slice(TextRange::new(line.start(), offset))));
    let new = column(edit.start.into()) + earlier + signed(width(&edit.content[..inside]));
    Some(new - column(bracket))
}

/// The byte offset of the last parenthesis in a text that it does not close.
fn last_open(text: &str) -> Option<usize> {
    let mut closed = 0;
    text.bytes().enumerate().rev().find_map(|(at, byte)| {
        match byte {
            b')' => closed += 1,
            b'(' if closed == 0 => return Some(at),
            b'(' => closed -= 1,
            _ => {}
        }
        None
    })
}

/// The starts of the lines in a bracket, if the first begins at this column, from 0, and none before it.
fn lines_aligned_with(source: &Source<'_>, bracket: TextSize, column: usize) -> Option<Vec<TextSize>> {
    let first = source.tokens().partition_point(|token| token.start() < bracket);
    let (mut depth, mut row) = (0, source.row(bracket));
    let mut starts = Vec::new();
    for token in &source.tokens()[first..] {
        let begins = source.row(token.start()) != row;
        row = source.row(token.end());
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
            // Its end is the start of the next line.
            TokenKind::NonLogicalNewline => {
                row = source.row(token.start());
                continue;
            }
            _ => {}
        }
        if begins {
            let indent = source.indentation(token.start());
            let is_first = starts.is_empty();
            let is_aligned = if is_first { indent.len() == column } else { indent.len() >= column };
            if depth == 0 && !is_aligned {
                // The closing bracket has a place of its own.
                break;
            }
            if !is_aligned || !indent.bytes().all(|byte| byte == b' ') || !source.starts_line(token.start()) {
                return None;
            }
            starts.push(source.line_start(token.start()));
        }
        if depth == 0 {
            break;
        }
    }
    (!starts.is_empty()).then_some(starts)
}

/// Moves a line, unless another edit has to do with its start.
fn shift(source: &Source<'_>, start: TextSize, delta: i64, edits: &[Edit]) -> Option<Edit> {
    let indent = TextSize::of(source.indentation(start));
    let (from, to) = (start.to_u32(), (start + indent).to_u32());
    if edits.iter().any(|edit| edit.start < to && from <= edit.end) {
        return None;
    }
    let by = usize::try_from(delta.unsigned_abs()).ok()?;
    if delta > 0 {
        return Some(Edit::insertion(from, " ".repeat(by)));
    }
    (indent.to_usize() >= by).then(|| Edit::replacement(from, from + u32::try_from(by).unwrap_or(0), ""))
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn signed(width: usize) -> i64 {
    i64::try_from(width).unwrap_or(i64::MAX)
}
