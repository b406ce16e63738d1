//! Findings as JSON, with ruff's field names so that what reads ruff's reads ours.

use anyhow::Result;
use asyncfix_codemods::{ChainStep, Position};
use serde::Serialize;

use super::{Outcome, Placed, Report};

#[derive(Serialize)]
struct Row<'a> {
    code: &'a str,
    message: &'a str,
    filename: &'a str,
    /// The cell of a notebook, from 1: rows are counted from its first.
    cell: Option<u32>,
    location: Position,
    end_location: Position,
    fix: Option<Fix<'a>>,
    chain: &'a [ChainStep],
    /// The way that clashes with it.
    #[serde(skip_serializing_if = "<[ChainStep]>::is_empty")]
    other_chain: &'a [ChainStep],
}

#[derive(Serialize)]
struct Fix<'a> {
    applicability: &'static str,
    message: &'a str,
    edits: Vec<Edit<'a>>,
    /// The other files that this fix changes, each by a finding of its own: it is right in all of them only.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    together_with: &'a [String],
}

#[derive(Serialize)]
struct Edit<'a> {
    content: &'a str,
    /// As in [`Row`]: an import goes to the cell of the other imports.
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<u32>,
    location: Position,
    end_location: Position,
}

/// Appends one array of all findings that are left, and a newline.
///
/// # Errors
/// None that we know of: everything in it is text and numbers.
pub(super) fn array(report: &Report, out: &mut Vec<u8>) -> Result<()> {
    let rows: Vec<Row<'_>> = report.left().map(|(outcome, placed)| row(outcome, placed)).collect();
    serde_json::to_writer_pretty(&mut *out, &rows)?;
    out.push(b'\n');
    Ok(())
}

fn row<'a>(outcome: &'a Outcome, placed: &'a Placed) -> Row<'a> {
    let finding = &placed.finding;
    let edits = || {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).zip(&placed.edits);
        edits.map(|(edit, (start, end))| Edit {
            content: &edit.content,
            cell: start.cell,
            location: start.position,
            end_location: end.position,
        })
    };
    let fix = finding.fix.as_ref().map(|fix| Fix {
        applicability: fix.applicability.as_str(),
        message: &fix.message,
        edits: edits().collect(),
        together_with: fix.together_with.as_deref().unwrap_or_default(),
    });
    Row {
        code: finding.codemod,
        message: &finding.message,
        filename: &outcome.shown,
        cell: finding.cell,
        location: finding.location,
        end_location: finding.end_location,
        fix,
        chain: &finding.chain,
        other_chain: &finding.other_chain,
    }
}
