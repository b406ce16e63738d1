//! One file's text with its tree, tokens, comments and habits of style.

use std::cell::OnceCell;

use ruff_python_ast::ModModule;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse, parse_module};
use ruff_source_file::LineIndex;
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::finding::Position;
use super::notebook::Cell;

/// The deepest nesting of brackets we follow. CPython itself stops at 200.
const MAX_BRACKETS: usize = 1_000;
/// The longest chain of operators, attributes and calls in one expression.
const MAX_CHAIN: usize = 10_000;
/// Shorter files cannot nest deeper than a thread's stack allows: the parser makes room for itself, and a walk
/// over this many levels, one byte each, fits. See `STACK` in the shell.
const DEPTH_CHECK_FROM: usize = 32_000;

/// One Python file as the codemods see it.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    /// The path as it is shown, with `/`. A notebook's ends in `.ipynb`.
    pub path: &'a str,
    /// The decoded text without a byte order mark; newlines are as in the file. Of a notebook, the code of its cells
    /// ([`super::notebook::Notebook::python`]).
    pub text: &'a str,
    /// The dotted module name, unique in the project: [`super::project::Link::module`].
    pub module: &'a str,
    /// Whether the file is an `__init__.py`.
    pub is_package: bool,
    /// Where the cells of a notebook begin; empty for a module.
    pub cells: &'a [Cell],
}

/// Why a file could not be examined or rewritten. The file is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The text is not Python 3.
    Syntax {
        /// What the parser says, lower case, no final stop.
        message: String,
        /// Where.
        location: Position,
    },
    /// The text nests deeper than we follow.
    TooDeep {
        /// Where the limit was passed.
        location: Position,
    },
    /// Our bug: applying these codemods' fixes gave text that is not Python.
    Internal {
        /// The codemods whose fixes were applied in the pass that failed.
        codemods: Vec<&'static str>,
        /// What the parser says about the result.
        message: String,
    },
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Syntax { message, location } => {
                write!(f, "{}:{}: syntax error: {message}", location.row, location.column)
            }
            Self::TooDeep { location } => write!(
                f,
                "{}:{}: nested too deeply to analyse; the file was left unchanged",
                location.row, location.column
            ),
            Self::Internal { codemods, message } => write!(
                f,
                "the fixes of {} would have made this file invalid ({message}); the file was left unchanged. \
                 This is a bug in asyncfix: please report it with the file",
                codemods.join(", ")
            ),
        }
    }
}

impl std::error::Error for Problem {}

/// A parsed file.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
    pub(crate) module: &'a str,
    pub(crate) is_package: bool,
    /// Of a notebook: where its cells begin.
    pub(crate) cells: &'a [Cell],
    parsed: Parsed<ModModule>,
    /// The byte offset at which each line starts.
    lines: OnceCell<Vec<TextSize>>,
    comments: OnceCell<Vec<TextRange>>,
    style: OnceCell<Style>,
}

/// What the file does everywhere and our edits must do too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Style {
    /// `\n`, `\r\n` or `\r`: the one the file uses first.
    pub(crate) newline: &'static str,
    /// One step of indentation, as the file's first indented block has it; four spaces if it has none.
    pub(crate) indent: String,
    /// The quote of most plain string literals.
    pub(crate) quote: char,
}

impl<'a> Source<'a> {
    /// Parses the file.
    ///
    /// # Errors
    /// [`Problem::Syntax`] and [`Problem::TooDeep`].
    pub(crate) fn parse(file: &SourceFile<'a>) -> Result<Self, Problem> {
        if let Some(offset) = too_deep_at(file.text) {
            return Err(Problem::TooDeep { location: position_in(file.text, offset) });
        }
        let parsed = if file.is_notebook() {
            let options = ParseOptions::from(Mode::Ipython);
            parse(file.text, options)
                .map(|parsed| parsed.try_into_module().expect("this mode parses a module"))
        } else {
            parse_module(file.text)
        };
        let parsed = parsed.map_err(|error| Problem::Syntax {
            message: lower_first(&error.error.to_string()),
            location: position_in(file.text, error.location.start().to_usize()),
        })?;
        Ok(Self {
            path: file.path,
            text: file.text,
            module: file.module,
            is_package: file.is_package,
            cells: file.cells,
            parsed,
            lines: OnceCell::new(),
            comments: OnceCell::new(),
            style: OnceCell::new(),
        })
    }

    pub(crate) fn tree(&self) -> &ModModule {
        self.parsed.syntax()
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        self.parsed.tokens()
    }

    /// The text of a node or range.
    pub(crate) fn slice(&self, ranged: impl Ranged) -> &'a str {
        &self.text[ranged.range()]
    }

    fn lines(&self) -> &[TextSize] {
        self.lines.get_or_init(|| line_starts(self.text))
    }

    /// The number of the line holding `offset`, from 0.
    fn line_number(&self, offset: TextSize) -> usize {
        self.lines().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The place of a byte offset, as a person counts: in a notebook, within the cell.
    pub(crate) fn position(&self, offset: TextSize) -> Position {
        let before = self.slice(TextRange::new(self.line_start(offset), offset));
        let above = self.cell(offset).map_or(0, |cell| self.row(cell.start.into()) - 1);
        Position { row: self.row(offset) - above, column: before.chars().count() as u32 + 1 }
    }

    /// Whether the file is named as those of tests are.
    pub(crate) fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        name.starts_with("test") || name.ends_with("_test.py")
    }

    /// Whether the text is that of a notebook's cells, where `await` stands at the top level too.
    pub(crate) fn is_notebook(&self) -> bool {
        is_notebook(self.path)
    }

    /// The cell of a notebook that holds a byte offset.
    pub(crate) fn cell(&self, offset: TextSize) -> Option<Cell> {
        let after = self.cells.partition_point(|cell| cell.start <= offset.to_u32());
        self.cells.get(after.checked_sub(1)?).copied()
    }

    /// The row of a byte offset, from 1.
    pub(crate) fn row(&self, offset: TextSize) -> u32 {
        self.line_number(offset) as u32 + 1
    }

    /// The byte offset at which a row starts; rows from 1. The end of the text for a row beyond it.
    pub(crate) fn row_start(&self, row: u32) -> TextSize {
        let line = row.saturating_sub(1) as usize;
        self.lines().get(line).copied().unwrap_or(self.text.text_len())
    }

    /// The byte offset at which the line holding `offset` starts.
    pub(crate) fn line_start(&self, offset: TextSize) -> TextSize {
        self.lines()[self.line_number(offset)]
    }

    /// One past the last byte of the line holding `offset`, its newline included.
    pub(crate) fn line_end(&self, offset: TextSize) -> TextSize {
        self.lines().get(self.line_number(offset) + 1).copied().unwrap_or(self.text.text_len())
    }

    /// The line holding `offset`, without its newline.
    pub(crate) fn line(&self, offset: TextSize) -> &'a str {
        let range = TextRange::new(self.line_start(offset), self.line_end(offset));
        self.slice(range).trim_end_matches(['\n', '\r'])
    }

    /// The white space before the first character of the line holding `offset`.
    pub(crate) fn indentation(&self, offset: TextSize) -> &'a str {
        let line = self.line(offset);
        &line[..line.len() - line.trim_start_matches([' ', '\t', '\x0c']).len()]
    }

    /// Whether nothing but white space stands before `offset` on its line.
    pub(crate) fn starts_line(&self, offset: TextSize) -> bool {
        let before = TextRange::new(self.line_start(offset), offset);
        self.slice(before).chars().all(|c| matches!(c, ' ' | '\t' | '\x0c'))
    }

    /// The ranges of all comments, `#` included, newline not.
    pub(crate) fn comments(&self) -> &[TextRange] {
        self.comments.get_or_init(|| {
            self.tokens().iter().filter(|t| t.kind() == TokenKind::Comment).map(Ranged::range).collect()
        })
    }

    /// Whether a comment starts within the range.
    pub(crate) fn has_comment(&self, range: TextRange) -> bool {
        let comments = self.comments();
        let first = comments.partition_point(|comment| comment.start() < range.start());
        comments.get(first).is_some_and(|comment| comment.start() < range.end())
    }

    /// The file's habits.
    pub(crate) fn style(&self) -> &Style {
        self.style.get_or_init(|| Style::of(self))
    }
}

impl SourceFile<'_> {
    /// Whether the text is that of a notebook's cells.
    fn is_notebook(&self) -> bool {
        is_notebook(self.path)
    }
}

fn is_notebook(path: &str) -> bool {
    path.ends_with(".ipynb")
}

impl Style {
    fn of(source: &Source<'_>) -> Self {
        let newline = match source.text.find(['\n', '\r']) {
            Some(at) if source.text[at..].starts_with("\r\n") => "\r\n",
            Some(at) if source.text[at..].starts_with('\r') => "\r",
            _ => "\n",
        };
        let mut indent = None;
        let (mut single, mut double) = (0, 0);
        let mut depth = 0_usize;
        for token in source.tokens() {
            match token.kind() {
                TokenKind::Indent => {
                    if indent.is_none() && depth == 0 {
                        indent = Some(source.slice(token.range()).trim_start_matches('\x0c').to_owned());
                    }
                    depth += 1;
                }
                TokenKind::Dedent => depth = depth.saturating_sub(1),
                TokenKind::String | TokenKind::FStringStart if !token.is_triple_quoted_string() => {
                    match token.string_quote_style() {
                        ruff_python_ast::str::Quote::Single => single += 1,
                        ruff_python_ast::str::Quote::Double => double += 1,
                    }
                }
                _ => {}
            }
        }
        Self {
            newline,
            indent: indent.filter(|indent| !indent.is_empty()).unwrap_or_else(|| "    ".to_owned()),
            quote: if single > double { '\'' } else { '"' },
        }
    }
}

fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    let lowered = match (chars.next(), chars.clone().next()) {
        // Keep `SyntaxError`-like and `E…` words; lower only a capital that starts a sentence.
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => message.to_owned(),
    };
    lowered.trim_end_matches('.').to_owned()
}

/// The byte offset at which each line starts. Most files end their lines with `\n` alone, which is found quickly.
fn line_starts(text: &str) -> Vec<TextSize> {
    let bytes = text.as_bytes();
    if memchr::memchr(b'\r', bytes).is_some() {
        return LineIndex::from_source_text(text).line_starts().to_vec();
    }
    let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
    starts.push(TextSize::new(0));
    starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| TextSize::new(at as u32 + 1)));
    starts
}

fn position_in(text: &str, offset: usize) -> Position {
    let index = LineIndex::from_source_text(text);
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let place = index.line_column(TextSize::try_from(offset).unwrap_or_default(), text);
    Position { row: place.line.get() as u32, column: place.column.get() as u32 }
}

/// The byte offset at which brackets or operator chains pass what the recursive parser and walker can follow.
///
/// Strings and comments are skipped; a chain ends at a comma, a colon, an assignment or the end of a logical
/// line, so that long flat tables do not count as deep.
fn too_deep_at(text: &str) -> Option<usize> {
    if text.len() < DEPTH_CHECK_FROM || !may_be_too_deep(text.as_bytes()) {
        return None;
    }
    let bytes = text.as_bytes();
    let mut chains = vec![0_usize];
    let mut at = 0;
    while at < bytes.len() {
        if !STEERS[bytes[at] as usize] {
            at += 1;
            continue;
        }
        match bytes[at] {
            b'#' => at += memchr::memchr2(b'\n', b'\r', &bytes[at..]).unwrap_or(bytes.len() - at),
            quote @ (b'"' | b'\'') => {
                at = end_of_string(bytes, at, quote);
                continue;
            }
            b'(' | b'[' | b'{' => {
                chains.push(0);
                if chains.len() > MAX_BRACKETS {
                    return Some(at);
                }
            }
            b')' | b']' | b'}' => {
                if chains.len() > 1 {
                    chains.pop();
                }
                *chains.last_mut()? += 1;
            }
            b',' | b';' => *chains.last_mut()? = 0,
            b'\n' | b'\r' if chains.len() == 1 => chains[0] = 0,
            b' ' if at > 0 && bytes[at - 1] == b' ' => {}
            b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'.' | b' ' | b'='
            | b':' => {
                let chain = chains.last_mut()?;
                *chain += 1;
                if *chain > MAX_CHAIN {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether a file can be too deep, going by brackets, strings and the lengths of what stands between two commas:
/// a chain has no more links than bytes. Says no to all but a few files, at a fraction of the cost.
fn may_be_too_deep(bytes: &[u8]) -> bool {
    // For each open bracket: where the chain in it began, had it no strings and no brackets inside.
    let mut chains = vec![0_usize];
    let mut opened = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !DIVIDES[bytes[at] as usize] {
            at += 1;
            continue;
        }
        let Some(begin) = chains.last_mut() else { return true };
        if at.saturating_sub(*begin) > MAX_CHAIN {
            return true;
        }
        let start = at;
        at += 1;
        match bytes[start] {
            b'#' => {
                at = start + memchr::memchr2(b'\n', b'\r', &bytes[start..]).unwrap_or(bytes.len() - start);
                *begin += at - start;
            }
            quote @ (b'"' | b'\'') => {
                at = end_of_string(bytes, start, quote);
                *begin += at - start;
            }
            b'(' | b'[' | b'{' => {
                chains.push(at);
                opened.push(start);
                if chains.len() > MAX_BRACKETS {
                    return true;
                }
            }
            b')' | b']' | b'}' => {
                if let Some(opened) = opened.pop() {
                    chains.pop();
                    if let Some(around) = chains.last_mut() {
                        *around += start - opened;
                    }
                }
            }
            b',' | b';' => *begin = at,
            _ if opened.is_empty() => *begin = at,
            _ => {}
        }
    }
    chains.last().is_none_or(|begin| at.saturating_sub(*begin) > MAX_CHAIN)
}

/// The bytes that [`may_be_too_deep`] looks at.
const DIVIDES: [bool; 256] = table(b"#\"'()[]{},;\n\r");

/// The bytes that [`too_deep_at`] looks at; all others are passed over.
const STEERS: [bool; 256] = table(b"#\"'()[]{},;\n\r +-*/%@&|^~.=:");

const fn table(steering: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < steering.len() {
        table[steering[at] as usize] = true;
        at += 1;
    }
    table
}

fn end_of_string(bytes: &[u8], start: usize, quote: u8) -> usize {
    let triple = bytes.get(start + 1) == Some(&quote) && bytes.get(start + 2) == Some(&quote);
    let mut at = start + if triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' | b'\r' if !triple => return at,
            c if c == quote && !triple => return at + 1,
            c if c == quote && bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote) => {
                return at + 3;
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
