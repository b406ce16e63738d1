//! Findings as a person reads them.

use std::fmt::Write as _;

use asyncfix_codemods::{Applicability, ChainStep, Finding};
use unicode_width::UnicodeWidthChar as _;

use super::{Outcome, Placed, Report};
use crate::style::Paint;

/// The most characters of a source line that are shown, and how many of them before the finding.
const SHOWN: usize = 160;
const BEFORE: usize = 60;

/// Appends what was applied and what is left, each with its line of source.
pub(super) fn full(paint: Paint, report: &Report, out: &mut Vec<u8>) {
    let mut text = String::new();
    for outcome in &report.outcomes {
        for placed in &outcome.applied {
            applied(paint, outcome, placed, &mut text);
        }
        if !outcome.applied.is_empty() && !outcome.left.is_empty() {
            text.push('\n');
        }
        for placed in &outcome.left {
            heading(paint, outcome, &placed.finding, &placed.finding.message, &mut text);
            snippet(paint, outcome.threshold, &placed.finding, &mut text);
            text.push('\n');
        }
    }
    out.extend_from_slice(text.as_bytes());
}

/// Appends what was applied and what is left, one line each.
pub(super) fn concise(paint: Paint, report: &Report, out: &mut Vec<u8>) {
    let mut text = String::new();
    for outcome in &report.outcomes {
        for placed in &outcome.applied {
            applied(paint, outcome, placed, &mut text);
        }
        for placed in &outcome.left {
            heading(paint, outcome, &placed.finding, &placed.finding.message, &mut text);
        }
    }
    out.extend_from_slice(text.as_bytes());
}

fn applied(paint: Paint, outcome: &Outcome, placed: &Placed, text: &mut String) {
    let what = placed.finding.fix.as_ref().map_or(&placed.finding.message, |fix| &fix.message);
    let message = format!("{} {what}", paint.green("fixed:"));
    heading(paint, outcome, &placed.finding, &message, text);
}

fn heading(paint: Paint, outcome: &Outcome, finding: &Finding, message: &str, text: &mut String) {
    let place = format!("{}:{}:", outcome.shown, super::place(finding));
    let _ = writeln!(text, "{} {} {message}", paint.bold(&place), paint.alarm(finding.codemod));
}

fn snippet(paint: Paint, threshold: Applicability, finding: &Finding, text: &mut String) {
    let row = finding.location.row.to_string();
    let margin = " ".repeat(row.len());
    let bar = paint.cyan("|");
    let (source, pad, carets) = window(finding);
    let carets = paint.alarm(&"^".repeat(carets));
    let _ =
        write!(text, "{margin} {bar}\n{} {bar} {source}\n{margin} {bar} {pad}{carets}\n", paint.cyan(&row));
    let mut note = |kind: &str, what: &str| {
        let _ = writeln!(text, "{margin} {} {}: {what}", paint.cyan("="), paint.bold(kind));
    };
    if let Some(fix) = &finding.fix {
        let kind = match fix.applicability {
            Applicability::Safe => "fix",
            Applicability::Unsafe => "unsafe fix",
            Applicability::Suggested => "suggestion",
        };
        note(kind, &fix.message);
    }
    if let Some(reason) = &finding.reason {
        let is_held = !finding.fix.as_ref().is_some_and(|fix| fix.applicability.applies(threshold));
        note(if is_held { "held back" } else { "note" }, reason);
    }
    let is_one_of_two = !finding.other_chain.is_empty();
    if !finding.chain.is_empty() {
        note(if is_one_of_two { "one path" } else { "path" }, &chain(&finding.chain));
    }
    if is_one_of_two {
        note("other path", &chain(&finding.other_chain));
    }
}

/// `handler (a.py:10) → load (b.py:3) → requests.get`.
fn chain(steps: &[ChainStep]) -> String {
    let steps = steps.iter().map(|step| match step.row {
        0 => step.function.clone(),
        row => format!("{} ({}:{row})", step.function, step.filename),
    });
    steps.collect::<Vec<_>>().join(" → ")
}

/// The part of the source line that is shown, what stands under it before the carets, and how many there are.
fn window(finding: &Finding) -> (String, String, usize) {
    let line: Vec<char> = finding.source_line.chars().collect();
    let start = (finding.location.column as usize - 1).min(line.len());
    let end = if finding.end_location.row == finding.location.row {
        (finding.end_location.column as usize - 1).clamp(start, line.len())
    } else {
        line.iter().rposition(|c| !c.is_whitespace()).map_or(start, |last| (last + 1).max(start))
    };
    let (from, to) = if line.len() <= SHOWN {
        (0, line.len())
    } else {
        let from = start.saturating_sub(BEFORE);
        (from, (from + SHOWN).min(line.len()))
    };
    // A file must not be able to drive the terminal.
    let safe = |c: char| if c.is_control() && c != '\t' { '\u{fffd}' } else { c };
    let mut source: String = line[from..to].iter().map(|&c| safe(c)).collect();
    let mut pad: String = line[from..start].iter().map(|&c| blank(safe(c))).collect();
    if from > 0 {
        source.insert_str(0, "… ");
        pad.insert_str(0, "  ");
    }
    if to < line.len() {
        source.push_str(" …");
    }
    let width =
        line[start..end.clamp(start, to)].iter().map(|&c| safe(c).width().unwrap_or(1)).sum::<usize>();
    (source.trim_end().to_owned(), pad, width.max(1))
}

/// What takes the same room as `c` and shows nothing.
fn blank(c: char) -> &'static str {
    match c.width() {
        _ if c == '\t' => "\t",
        Some(0) => "",
        Some(2) => "  ",
        _ => " ",
    }
}

#[cfg(test)]
mod tests {
    use asyncfix_codemods::Position;

    use super::*;

    fn finding(line: &str, column: u32, end: u32) -> Finding {
        Finding {
            codemod: "time-sleep",
            message: String::new(),
            start: 0,
            end: 0,
            cell: None,
            location: Position { row: 1, column },
            end_location: Position { row: 1, column: end },
            source_line: line.to_owned(),
            fix: None,
            reason: None,
            chain: Vec::new(),
            other_chain: Vec::new(),
        }
    }

    #[test]
    fn carets_stand_under_what_they_mean() {
        let cases = [
            ("    sleep(1)", 5, 13, "    sleep(1)", "    ", 8),
            ("\tsleep(1)", 2, 10, "\tsleep(1)", "\t", 8),
            ("'日本', sleep(1)", 7, 15, "'日本', sleep(1)", "        ", 8),
            ("x = '\x1b[31m'; f()", 14, 17, "x = '\u{fffd}[31m'; f()", "             ", 3),
            ("f(", 1, 1, "f(", "", 1),
        ];
        for (line, column, end, source, pad, carets) in cases {
            let window = window(&finding(line, column, end));
            assert_eq!(window, (source.to_owned(), pad.to_owned(), carets), "{line:?}");
        }
    }

    #[test]
    fn long_lines_are_cut_around_the_finding() {
        let line = format!("{}sleep(1){}", "a; ".repeat(100), "; b".repeat(100));
        let (source, pad, carets) = window(&finding(&line, 301, 309));
        assert!(source.starts_with("… a; ") && source.ends_with(" …"), "{source}");
        assert_eq!(source.chars().skip(pad.len()).take(carets).collect::<String>(), "sleep(1)");
    }
}
