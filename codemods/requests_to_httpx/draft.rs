//! The edits of one conversion while it is being planned, re-indented lines among them.

use std::collections::BTreeMap;

use ruff_python_ast::token::TokenKind;
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::engine::context::Context;
use crate::engine::finding::Edit;
use crate::engine::fix::FixBuilder;

/// Why there is no conversion: a code, a colon, words.
pub(super) type Refusal = String;
/// What a step of planning gives.
pub(super) type Planned<T = ()> = Result<T, Refusal>;

/// Around a qualified name in planned text: how the name is spelled is known only when the fix is made.
const NAME_STARTS: char = '\u{E000}';
const NAME_ENDS: char = '\u{E001}';

/// In planned text, with a digit after it: a new line, that many steps deeper than the row of the change is then.
const BREAK: char = '\u{E002}';

/// A new line `steps` steps deeper than the row that is changed, for planned text.
pub(super) fn new_line(steps: u8) -> String {
    format!("{BREAK}{steps}")
}

/// A qualified name (`httpx.AsyncClient`) for planned text; its import is asked for with the fix.
pub(super) fn imported(path: &str) -> String {
    format!("{NAME_STARTS}{path}{NAME_ENDS}")
}

/// Lines that go before a row.
#[derive(Debug, Clone)]
struct Before {
    text: String,
    /// The last row of the block that the line opens, so that the row stands deeper from here on.
    opens: Option<u32>,
}

/// A change of the text within lines. Of insertions in one place, the lower rank comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    range: TextRange,
    rank: i8,
    text: String,
}

/// A conversion in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft<'c, 'a> {
    cx: &'c Context<'a>,
    changes: Vec<Change>,
    /// Why the conversion is not safe.
    doubts: Vec<String>,
    /// First and last rows that move one step to the right.
    shifted: Vec<(u32, u32)>,
    /// Those that move one step to the left.
    unshifted: Vec<(u32, u32)>,
    before: BTreeMap<u32, Vec<Before>>,
    /// First and last rows that go, newline included.
    deleted: Vec<(u32, u32)>,
}

impl<'c, 'a> Draft<'c, 'a> {
    pub(super) fn new(cx: &'c Context<'a>) -> Self {
        Self {
            cx,
            changes: Vec::new(),
            doubts: Vec::new(),
            shifted: Vec::new(),
            unshifted: Vec::new(),
            before: BTreeMap::new(),
            deleted: Vec::new(),
        }
    }

    pub(super) fn replace(&mut self, range: TextRange, text: impl Into<String>) {
        let change = Change { range, rank: 0, text: text.into() };
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    pub(super) fn insert(&mut self, at: TextSize, text: impl Into<String>) {
        self.changes.push(Change { range: TextRange::empty(at), rank: 0, text: text.into() });
    }

    /// The text of the file.
    pub(super) fn text(&self, range: TextRange) -> &'a str {
        self.cx.source.slice(range)
    }

    /// Puts text before everything else that is put there.
    pub(super) fn insert_first(&mut self, at: TextSize, text: impl Into<String>) {
        self.changes.push(Change { range: TextRange::empty(at), rank: -2, text: text.into() });
    }

    /// Puts text around an expression, inside of what [`Self::surround`] puts there.
    pub(super) fn surround_inner(&mut self, range: TextRange, before: &str, after: &str) {
        for (at, text) in [(range.start(), before), (range.end(), after)] {
            if !text.is_empty() {
                self.insert(at, text);
            }
        }
    }

    /// Puts text around an expression, outside of what else is put around it.
    pub(super) fn surround(&mut self, range: TextRange, before: &str, after: &str) {
        for (at, rank, text) in [(range.start(), -1, before), (range.end(), 1, after)] {
            if !text.is_empty() {
                self.changes.push(Change { range: TextRange::empty(at), rank, text: text.to_owned() });
            }
        }
    }

    /// The conversion is right in most programs only, for this reason.
    pub(super) fn doubt(&mut self, reason: impl Into<String>) {
        let reason = reason.into();
        if !self.doubts.contains(&reason) {
            self.doubts.push(reason);
        }
    }

    /// The reasons against its safety, in one line.
    pub(super) fn doubts(&self) -> Option<String> {
        let mut said = self.doubts.first()?.clone();
        if let Some(second) = self.doubts.get(1) {
            said.push_str("; ");
            said.push_str(second);
        }
        Some(said)
    }

    /// Moves the rows one step to the right.
    pub(super) fn shift(&mut self, first: u32, last: u32) {
        if first <= last {
            self.shifted.push((first, last));
        }
    }

    /// Moves the rows one step to the left.
    pub(super) fn unshift(&mut self, first: u32, last: u32) {
        if first <= last {
            self.unshifted.push((first, last));
        }
    }

    /// Opens a block before a row, to its end at row `last`.
    pub(super) fn open_block(&mut self, first: u32, last: u32, header: String) {
        self.before.entry(first).or_default().push(Before { text: header, opens: Some(last) });
        self.shift(first, last);
    }

    /// Puts a line before a row, at the row's indentation.
    pub(super) fn line_before(&mut self, row: u32, text: String) {
        let lines = self.before.entry(row).or_default();
        if !lines.iter().any(|line| line.text == text) {
            lines.push(Before { text, opens: None });
        }
    }

    /// Removes rows.
    pub(super) fn delete_rows(&mut self, first: u32, last: u32) {
        self.deleted.push((first, last));
    }

    /// The edits of everything planned, by place.
    pub(super) fn finish(&self) -> Vec<(TextRange, String)> {
        let mut edits = self.layout();
        edits.retain(|(range, _)| {
            !self.changes.iter().any(|other| !other.range.is_empty() && other.range.contains_range(*range))
        });
        let mut changes: Vec<&Change> = self.changes.iter().collect();
        changes.sort_by_key(|change| change.rank);
        edits.extend(changes.into_iter().map(|change| (change.range, self.written(change))));
        edits.sort_by_key(|(range, _)| (range.start(), range.end()));
        edits
    }

    /// How much of its white space a row keeps, and how many steps are added to it.
    fn indentation(&self, row: u32) -> (&'a str, usize) {
        let source = self.cx.source;
        let holds = |(first, last): &&(u32, u32)| (*first..=*last).contains(&row);
        let mut depth = self.shifted.iter().filter(holds).count();
        let mut kept = source.indentation(source.row_start(row));
        for _ in self.unshifted.iter().filter(holds) {
            if depth > 0 {
                depth -= 1;
            } else {
                kept = kept.strip_suffix(source.style().indent.as_str()).unwrap_or("");
            }
        }
        (kept, depth)
    }

    /// The text of a change, its new lines written out.
    fn written(&self, change: &Change) -> String {
        let Some((head, rest)) = change.text.split_once(BREAK) else { return change.text.clone() };
        let style = self.cx.source.style();
        let (kept, depth) = self.indentation(self.cx.source.row(change.range.start()));
        let mut text = head.to_owned();
        for part in rest.split(BREAK) {
            let (steps, part) = part.split_at_checked(1).unwrap_or(("0", part));
            let steps = depth + steps.parse::<usize>().unwrap_or(0);
            text.push_str(style.newline);
            text.push_str(kept);
            text.push_str(&style.indent.repeat(steps));
            text.push_str(part);
        }
        text
    }

    /// Re-indented, added and removed rows. An edit reaches from the newline before a row to the row's first
    /// character, so that nothing another fix adds in whole lines slips in between with the old indentation.
    fn layout(&self) -> Vec<(TextRange, String)> {
        let source = self.cx.source;
        let style = source.style();
        let mut rows: Vec<u32> = self.before.keys().copied().collect();
        for (first, last) in self.shifted.iter().chain(&self.unshifted) {
            rows.extend(*first..=*last);
        }
        for (first, _) in &self.deleted {
            rows.push(*first);
        }
        rows.sort_unstable();
        rows.dedup();
        let inside = rows_inside_strings(self.cx, &rows);
        let mut edits = Vec::new();
        for row in rows {
            let start = source.row_start(row);
            let newline_start = start - TextSize::of(newline_before(source.text, start));
            if let Some((_, last)) = self.deleted.iter().find(|(first, _)| *first == row) {
                let end = source.row_start(*last);
                let end = end + TextSize::of(source.line(end));
                edits.push((TextRange::new(newline_start, end), String::new()));
                continue;
            }
            let gone = self.deleted.iter().any(|(first, last)| (*first..=*last).contains(&row));
            let line = source.line(start);
            if gone || inside.contains(&row) || line.trim().is_empty() {
                continue;
            }
            let indent = source.indentation(start);
            let (kept, depth) = self.indentation(row);
            let mut before: Vec<&Before> = self.before.get(&row).into_iter().flatten().collect();
            // The block that ends last is the outer one.
            before.sort_by_key(|line| std::cmp::Reverse(line.opens));
            let mut level = depth - before.iter().filter(|line| line.opens.is_some()).count().min(depth);
            let mut text = source.slice(TextRange::new(newline_start, start)).to_owned();
            for line in before {
                let step = style.indent.repeat(level);
                text.push_str(&format!("{kept}{step}{}{}", line.text, style.newline));
                level += usize::from(line.opens.is_some());
            }
            text.push_str(kept);
            text.push_str(&style.indent.repeat(level));
            edits.push((TextRange::new(newline_start, start + TextSize::of(indent)), text));
        }
        edits
    }
}

/// Makes the planned edits part of a fix, importing the names they hold.
pub(super) fn make(fix: &mut FixBuilder<'_>, edits: &[(TextRange, String)]) {
    // Imports that end up in one place keep this order: the standard library's before others.
    let names = edits.iter().flat_map(|(_, text)| text.split(NAME_STARTS).skip(1));
    for name in names.filter_map(|text| Some(text.split_once(NAME_ENDS)?.0)) {
        if !name.starts_with("httpx") {
            fix.import(name);
        }
    }
    for (range, text) in edits {
        let mut written = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(NAME_STARTS) {
            written.push_str(before);
            let (path, after) = after.split_once(NAME_ENDS).unwrap_or((after, ""));
            written.push_str(&fix.import(path));
            rest = after;
        }
        written.push_str(rest);
        fix.push(Edit::replacement(range.start().to_u32(), range.end().to_u32(), written));
    }
}

/// The newline that ends the line before `start`.
fn newline_before(text: &str, start: TextSize) -> &str {
    let before = &text[..start.to_usize()];
    let kept = before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r'])).unwrap_or(before);
    &before[kept.len()..]
}

/// Those of the rows (sorted) that start inside of a string literal: their white space is the string's.
fn rows_inside_strings(cx: &Context<'_>, rows: &[u32]) -> Vec<u32> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Vec::new() };
    let source = cx.source;
    let (from, to) = (source.row_start(*first), source.row_start(*last));
    let mut inside = Vec::new();
    let mut opened: Vec<TextSize> = Vec::new();
    let mut add = |start: TextSize, end: TextSize| {
        if end > from && start < to {
            inside.extend(source.row(start) + 1..=source.row(end));
        }
    };
    for token in source.tokens() {
        match token.kind() {
            TokenKind::String => add(token.start(), token.end()),
            TokenKind::FStringStart | TokenKind::TStringStart => opened.push(token.start()),
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                if let Some(start) = opened.pop() {
                    add(start, token.end());
                }
            }
            _ => {}
        }
    }
    inside
}
