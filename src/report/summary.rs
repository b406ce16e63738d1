//! The last lines of a run: how much was found, what became of it and what did not, and why.

use std::fmt::Write as _;
use std::time::Duration;

use asyncfix_codemods::Applicability;

use super::{Outcome, Placed, Report, tally};
use crate::args::Mode;
use crate::style::Paint;

/// The most reasons that are listed.
const REASONS: usize = 20;

/// The summary, with a newline at its end.
pub(super) fn lines(paint: Paint, report: &Report, elapsed: Duration) -> String {
    let left = report.left().count();
    let applied: usize = report.outcomes.iter().map(|outcome| outcome.applied.len()).sum();
    let changed = report.outcomes.iter().filter(|outcome| outcome.change.is_some()).count();
    let with_findings = report.outcomes.iter().filter(|outcome| !outcome.left.is_empty()).count();
    // What is in a file that went wrong is not known, or was said with the error.
    let nothing = if report.failures.is_empty() { "nothing found" } else { "nothing found elsewhere" };
    let mut text = match report.mode {
        _ if report.checked == 0 => "nothing was looked at".to_owned(),
        Mode::Report if left == 0 => nothing.to_owned(),
        Mode::Report => format!("found {} in {}", count(left, "finding"), count(with_findings, "file")),
        Mode::Diff | Mode::Write { .. } if applied + left == 0 => nothing.to_owned(),
        Mode::Diff | Mode::Write { .. } if applied == 0 => "nothing to fix".to_owned(),
        Mode::Diff => format!("would fix {} in {}", count(applied, "finding"), count(changed, "file")),
        Mode::Write { .. } => format!("fixed {} in {}", count(applied, "finding"), count(changed, "file")),
    };
    if report.mode != Mode::Report && left > 0 {
        let _ = write!(text, ", {} left", count(left, "finding"));
    }
    text = paint.bold(&text);
    let mut aside = format!(" ({} in {:.2}s", count(report.checked, "file"), elapsed.as_secs_f64());
    if !report.failures.is_empty() {
        let _ = write!(aside, ", {}", count(report.failures.len(), "error"));
    }
    let _ = writeln!(text, "{}", paint.dim(&(aside + ")")));
    if report.mode == Mode::Report {
        offer(report, &mut text);
    }
    held(paint, report, &mut text);
    if report.checked == 0 && report.failures.is_empty() {
        let _ = writeln!(text, "{} no Python files were found there", paint.yellow("warning:"));
    }
    text
}

/// How many findings which command would mend.
fn offer(report: &Report, text: &mut String) {
    let at = |level: Applicability| {
        let has = |placed: &Placed| placed.finding.fix.as_ref().is_some_and(|fix| fix.applicability == level);
        report.left().filter(|(_, placed)| has(placed)).count()
    };
    let safe = at(Applicability::Safe);
    let unsafe_too = at(Applicability::Unsafe);
    if safe > 0 {
        let _ = writeln!(text, "  {} fixable with `asyncfix --write`", grouped(safe));
    }
    if unsafe_too > 0 {
        let more = if safe > 0 { " more" } else { "" };
        let _ = writeln!(text, "  {}{more} with `asyncfix --write --unsafe-fixes`", grouped(unsafe_too));
    }
}

/// Why the findings that are left were not fixed, or would not be.
fn held(paint: Paint, report: &Report, text: &mut String) {
    let held = report
        .left()
        .filter(|(outcome, placed)| report.mode != Mode::Report || !placed.is_fixable(outcome.threshold));
    let reasons = tally(held.map(|(outcome, placed)| reason(outcome, placed)));
    if reasons.is_empty() {
        return;
    }
    let _ = writeln!(text, "{}", paint.bold("held back:"));
    for (reason, number) in reasons.iter().take(REASONS) {
        let _ = writeln!(text, "  {:>5} {reason}", grouped(*number));
    }
    if reasons.len() > REASONS {
        let rest: usize = reasons[REASONS..].iter().map(|(_, number)| number).sum();
        let _ = writeln!(text, "  {:>5} for other reasons", grouped(rest));
    }
}

fn reason(outcome: &Outcome, placed: &Placed) -> String {
    let finding = &placed.finding;
    let level = finding.fix.as_ref().map(|fix| fix.applicability);
    let (remedy, fallback) = match level {
        Some(Applicability::Unsafe) if !Applicability::Unsafe.applies(outcome.threshold) => {
            (" (--unsafe-fixes applies it)", "the fix needs a person's eye")
        }
        Some(Applicability::Suggested) => ("", "there is only a suggestion"),
        Some(_) => ("", "the fix could not be applied"),
        None => ("", "there is no automatic fix"),
    };
    let general = finding.reason.as_deref().filter(|reason| !names_lines(reason));
    format!("{}: {}{remedy}", finding.codemod, general.unwrap_or(fallback))
}

/// Whether a reason is one finding's own: it tells on which lines things happen.
fn names_lines(reason: &str) -> bool {
    let is_number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    reason.match_indices(" line ").any(|(at, word)| is_number(&reason[at + word.len()..]))
        || reason.match_indices(".py:").any(|(at, word)| is_number(&reason[at + word.len()..]))
}

/// `1 file`, `2 files`.
pub(super) fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", grouped(number))
}

/// A number with a comma before every three digits.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (22031, "22,031"), (1234567, "1,234,567")]
        {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(2, "file"), "2 files");
    }

    #[test]
    fn reasons_that_name_lines_are_not_counted_together() {
        assert!(names_lines("task A reads it at line 6 and suspends at line 7"));
        assert!(names_lines("it is taken at app.py:45 and is not reentrant"));
        assert!(!names_lines("the statement shares its line with another"));
        assert!(!names_lines("it is imported from app.py: rename it there"));
    }
}
