//! Findings as commands of a GitHub workflow, which shows them beside the lines of a pull request.
//!
//! The form: docs.github.com, "Workflow commands for GitHub Actions".

use super::Report;

/// Appends one command for each finding that is left.
pub(super) fn annotations(report: &Report, out: &mut Vec<u8>) {
    for (outcome, placed) in report.left() {
        let finding = &placed.finding;
        let (from, to) = (finding.location, finding.end_location);
        // Which line of a notebook's JSON holds a line of a cell is not for a person to know.
        let lines = match finding.cell {
            Some(_) => String::new(),
            None => {
                format!(",line={},col={},endLine={},endColumn={}", from.row, from.column, to.row, to.column)
            }
        };
        let line = format!(
            "::error title=asyncfix ({}),file={}{lines}::{}:{}: {} {}\n",
            finding.codemod,
            property(&outcome.shown),
            data(&outcome.shown),
            super::place(finding),
            finding.codemod,
            data(&finding.message),
        );
        out.extend_from_slice(line.as_bytes());
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
