//! What a run says: findings or a diff on stdout, everything else on stderr.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context as _, Result};
use asyncfix_codemods::{Applicability, Cell, Finding, Position, UnheededComment};
use serde::{Deserialize, Serialize};

use crate::args::{Args, Mode, OutputFormat};
use crate::discover::PyFile;
use crate::status::{Failure, Status};
use crate::style::Paint;

mod diff;
mod github;
mod inventory;
mod json;
mod summary;
mod text;

pub(crate) use inventory::{Inventory, Module, print as inventory};

/// A finding with everything that needs the file's text worked out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Placed {
    pub(crate) finding: Finding,
    /// Where the edits of its fix begin and end, in their order; empty once they are applied.
    edits: Vec<(Place, Place)>,
}

impl Placed {
    /// `rows` are those of the text that the finding's bytes count in.
    pub(crate) fn new(finding: Finding, rows: &Rows<'_>) -> Self {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        let edits = edits.map(|edit| (rows.place(edit.start), rows.place(edit.end))).collect();
        Self { finding, edits }
    }

    /// A finding whose fix was applied. The text of the pass that did it is gone, and the diff shows the edits.
    pub(crate) fn applied(finding: Finding) -> Self {
        Self { finding, edits: Vec::new() }
    }

    /// Whether the fix is one that a run at this level applies.
    fn is_fixable(&self, threshold: Applicability) -> bool {
        self.finding.fix.as_ref().is_some_and(|fix| fix.applicability.applies(threshold))
    }
}

/// Where the rows of a text begin. They end as Python's do: with `\n`, `\r\n` or a lone `\r`.
#[derive(Debug)]
pub(crate) struct Rows<'t> {
    text: &'t str,
    /// Bytes; the first row's is left out.
    starts: Vec<usize>,
    /// Of a notebook: rows are counted from the first of each.
    cells: &'t [Cell],
}

/// A place in a file or, with the cell's number, in a cell of a notebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    cell: Option<u32>,
    position: Position,
}

impl<'t> Rows<'t> {
    pub(crate) fn new(text: &'t str, cells: &'t [Cell]) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        // Of `\r\n` only the second counts.
        let ends = ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        Self { text, starts: ends.map(|at| at + 1).collect(), cells }
    }

    /// The place of a byte.
    fn place(&self, byte: u32) -> Place {
        let after = self.cells.partition_point(|cell| cell.start <= byte);
        let cell = after.checked_sub(1).map(|at| self.cells[at]);
        let above = cell.map_or(0, |cell| self.row(cell.start as usize));
        let byte = byte as usize;
        let row = self.row(byte);
        let start = row.checked_sub(1).map_or(0, |before| self.starts[before]);
        let column = self.text[start..byte].chars().count();
        let number = |zero_based: usize| u32::try_from(zero_based + 1).unwrap_or(u32::MAX);
        let position = Position { row: number(row - above), column: number(column) };
        Place { cell: cell.map(|cell| cell.number), position }
    }

    /// The row of a byte, from 0.
    fn row(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }
}

/// Where a finding is, as a person reads it: `3:5`, or `cell 2:3:5` in a notebook.
fn place(finding: &Finding) -> String {
    let Position { row, column } = finding.location;
    match finding.cell {
        Some(cell) => format!("cell {cell}:{row}:{column}"),
        None => format!("{row}:{column}"),
    }
}

/// What came of one file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) shown: String,
    /// The lowest level of fix that is applied there.
    pub(crate) threshold: Applicability,
    /// Findings whose fix was not applied.
    pub(crate) left: Vec<Placed>,
    /// Findings whose fix was applied, or would be.
    pub(crate) applied: Vec<Placed>,
    pub(crate) change: Option<Change>,
    /// Comments that were meant to silence something and do not.
    pub(crate) unheeded: Vec<UnheededComment>,
}

impl Default for Outcome {
    fn default() -> Self {
        Self {
            shown: String::new(),
            threshold: Applicability::Safe,
            left: Vec::new(),
            applied: Vec::new(),
            change: None,
            unheeded: Vec::new(),
        }
    }
}

/// The change of one file, as far as it has to be printed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Change {
    diff: Option<Vec<u8>>,
    /// The whole new content, where the file is standard input and goes to standard output.
    content: Option<Vec<u8>>,
}

impl Change {
    /// From `old` to `new` in the file.
    pub(crate) fn new(mode: Mode, file: &PyFile, old: &[u8], new: Vec<u8>) -> Self {
        let wants_diff = matches!(mode, Mode::Diff | Mode::Write { diff: true });
        let diff = wants_diff.then(|| diff::unified(&file.shown, old, &new));
        let wants_content = file.stdin.is_some() && mode == Mode::Write { diff: false };
        Self { diff, content: wants_content.then_some(new) }
    }
}

/// Everything a run found and did.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) failures: Vec<Failure>,
    /// How many files were asked about.
    pub(crate) checked: usize,
    pub(crate) mode: Mode,
    /// What standard input held, if it was read.
    pub(crate) stdin: Option<Vec<u8>>,
}

impl Report {
    /// Puts everything into the order in which it is printed, whatever the threads did.
    pub(crate) fn sort(&mut self) {
        self.outcomes.sort_by(|a, b| a.shown.cmp(&b.shown));
        self.failures.sort();
        self.failures.dedup();
    }

    /// The findings that are left, with the path of their file.
    fn left(&self) -> impl Iterator<Item = (&Outcome, &Placed)> {
        self.outcomes.iter().flat_map(|outcome| outcome.left.iter().map(move |placed| (outcome, placed)))
    }

    fn status(&self, exit_zero: bool) -> Status {
        let some = match self.mode {
            Mode::Report | Mode::Write { .. } => self.left().next().is_some(),
            Mode::Diff => self.outcomes.iter().any(|outcome| outcome.change.is_some()),
        };
        match (self.failures.is_empty(), some && !exit_zero) {
            (false, _) => Status::Failed,
            (true, true) => Status::Findings,
            (true, false) => Status::Clean,
        }
    }
}

/// Prints the report.
///
/// # Errors
/// stdout cannot be written to, and not because its reader has gone.
pub(crate) fn print(args: &Args, report: &Report, elapsed: Duration) -> Result<Status> {
    let paint = Paint::for_stdout(args.color);
    let mut out = Vec::new();
    match (report.mode, &report.stdin) {
        (Mode::Diff | Mode::Write { diff: true }, _) => {
            for change in report.outcomes.iter().filter_map(|outcome| outcome.change.as_ref()) {
                diff::paint(paint, change.diff.as_deref().unwrap_or_default(), &mut out);
            }
        }
        (Mode::Write { diff: false }, Some(stdin)) => {
            // A filter never swallows what it was given, not even what it cannot read.
            let change = report.outcomes.iter().find_map(|outcome| outcome.change.as_ref());
            out.extend_from_slice(change.and_then(|change| change.content.as_deref()).unwrap_or(stdin));
        }
        _ => match args.output_format {
            OutputFormat::Text => text::full(paint, report, &mut out),
            OutputFormat::Concise => text::concise(paint, report, &mut out),
            OutputFormat::Json => json::array(report, &mut out)?,
            OutputFormat::Github => github::annotations(report, &mut out),
        },
    }
    emit(&out)?;
    let paint = Paint::for_stderr(args.color);
    for failure in &report.failures {
        complain(paint, &failure.to_string());
    }
    if !args.quiet {
        for outcome in &report.outcomes {
            for UnheededComment { cell, row, why } in &outcome.unheeded {
                let cell = cell.map(|cell| format!("cell {cell}:")).unwrap_or_default();
                let warning = paint.yellow("warning:");
                let _ = writeln!(io::stderr(), "{warning} {}:{cell}{row}: {why}", outcome.shown);
            }
        }
        let _ = io::stderr().write_all(summary::lines(paint, report, elapsed).as_bytes());
    }
    Ok(report.status(args.exit_zero))
}

/// Writes to stdout. That nobody reads it is no error: `asyncfix | head` is a way to use it.
///
/// # Errors
/// Any other reason why it cannot be written.
pub(crate) fn emit(bytes: &[u8]) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

/// Prints an error on stderr; that nobody reads it is nobody's loss.
pub(crate) fn complain(paint: Paint, message: &str) {
    let _ = writeln!(io::stderr(), "{} {message}", paint.alarm("error:"));
}

/// How often each thing occurs, the most frequent first.
fn tally<'t>(things: impl Iterator<Item = String> + 't) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for thing in things {
        *counts.entry(thing).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_end_as_python_ends_them() {
        let text = "a\nb\r\nc\rdé\u{c}f";
        let cases =
            [(0, 1, 1), (1, 1, 2), (2, 2, 1), (4, 2, 3), (5, 3, 1), (7, 4, 1), (10, 4, 3), (11, 4, 4)];
        for (byte, row, column) in cases {
            let place = Place { cell: None, position: Position { row, column } };
            assert_eq!(Rows::new(text, &[]).place(byte), place, "byte {byte}");
        }
        let cells = [Cell { number: 2, start: 0 }, Cell { number: 5, start: 4 }];
        for (byte, cell, row) in [(2, 2, 2), (4, 5, 1), (6, 5, 2)] {
            let place = Rows::new("a\nb\nc\nd\n", &cells).place(byte);
            assert_eq!((place.cell, place.position.row), (Some(cell), row), "byte {byte}");
        }
    }
}
