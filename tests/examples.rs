//! Every example of every codemod does what it shows, as written and in variants that must not matter.

mod peers;
mod support;

use std::collections::BTreeSet;

use asyncfix_codemods::examples::{Example, ExampleFile, ExampleLine, Expectation, Mark};
use asyncfix_codemods::{
    Applicability, CODEMODS, Codemod, Finding, Position, Rewritten, Settings, apply, is_sorted_and_disjoint,
    merge,
};
use similar::TextDiff;
use support::{Failure, Linked, TextFile, all_examples};

#[test]
fn examples_do_what_they_show() {
    let mut failures = Vec::new();
    let mut counts = [0; VARIANTS.len()];
    for (codemod, example) in all_examples() {
        for (variant, count) in VARIANTS.iter().zip(&mut counts) {
            let Some(case) = Case::new(codemod, &example, variant) else { continue };
            *count += 1;
            if let Err(message) = case.check() {
                let (name, title, row) = (codemod.name, &example.title, example.row);
                failures.push(format!(
                    "== {name}: {title} (line {row} of its examples), {}\n{message}",
                    variant.name
                ));
                // The variants of what is wrong as written would only repeat it.
                break;
            }
        }
    }
    let tally: Vec<String> =
        VARIANTS.iter().zip(counts).map(|(variant, count)| format!("{count} {}", variant.name)).collect();
    println!("checked examples: {}", tally.join(", "));
    assert!(failures.is_empty(), "{}\n{} examples failed", failures.join("\n"), failures.len());
}

#[test]
fn every_finding_can_be_silenced() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (codemod, example) in all_examples() {
        let Some(case) = Case::new(codemod, &example, &VARIANTS[0]) else { continue };
        match case.check_silencing() {
            Ok(silenced) => count += silenced,
            Err(message) => failures.push(format!("== {}: {}\n{message}", codemod.name, example.title)),
        }
    }
    println!("silenced findings: {count}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_codemod_shows_what_it_does_and_what_it_leaves() {
    let mut missing = Vec::new();
    let examples = all_examples();
    for codemod in CODEMODS {
        let kinds: Vec<Expectation> = examples
            .iter()
            .filter(|(owner, _)| owner.name == codemod.name)
            .map(|(_, example)| example.expectation())
            .collect();
        if !kinds.contains(&Expectation::LeftAlone) {
            missing.push(format!("{}: no example that is left alone", codemod.name));
        }
        let fixes = kinds.iter().filter_map(|kind| match kind {
            Expectation::Fixed(level) => Some(*level),
            Expectation::LeftAlone | Expectation::Reported => None,
        });
        match fixes.max() {
            Some(highest) if highest != codemod.applicability => missing.push(format!(
                "{}: it is declared {}, its highest example is {}",
                codemod.name,
                codemod.applicability.as_str(),
                highest.as_str()
            )),
            None if !kinds.contains(&Expectation::Reported) => {
                missing.push(format!("{}: no example with a finding", codemod.name));
            }
            _ => {}
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// A change to an example that must make no difference to what is done with it.
struct Variant {
    name: &'static str,
    /// The changed lines of a file; `None` where the change could rightly make a difference.
    change: fn(&ExampleFile) -> Option<Vec<ExampleLine>>,
    /// What is done to the text before and after.
    spell: fn(String) -> String,
}

const VARIANTS: [Variant; 5] = [
    Variant { name: "as written", change: |file| Some(file.lines.clone()), spell: |text| text },
    Variant {
        name: "with CRLF newlines",
        change: |file| Some(file.lines.clone()),
        spell: |text| text.replace('\n', "\r\n"),
    },
    Variant {
        name: "without a final newline",
        change: |file| {
            file.lines.last().is_some_and(|line| line.mark == Mark::Same).then(|| file.lines.clone())
        },
        spell: |text| text.strip_suffix('\n').map(str::to_owned).unwrap_or(text),
    },
    Variant { name: "with a comment on every line", change: with_comments, spell: |text| text },
    Variant { name: "inside `if True:`", change: indented, spell: |text| text },
];

/// Puts a comment on the lines that stay, and on those replaced one for one: comments survive.
fn with_comments(file: &ExampleFile) -> Option<Vec<ExampleLine>> {
    if spans_lines(&file.lines) {
        return None;
    }
    let mut lines = file.lines.clone();
    let mut start = 0;
    while start < lines.len() {
        let mark = lines[start].mark;
        let run = |from: usize, mark: Mark| lines[from..].iter().take_while(|line| line.mark == mark).count();
        let length = run(start, mark);
        let next = start + length;
        let takes_comments = match mark {
            Mark::Same => start..next,
            Mark::Removed if length == 1 && run(next, Mark::Added) == 1 && !is_import(&lines[start]) => {
                start..next + 1
            }
            Mark::Removed => start..start,
            // A line that was replaced has been seen to with the line it replaces.
            Mark::Added => start..start,
        };
        for line in &mut lines[takes_comments.clone()] {
            if !line.text.trim().is_empty() {
                line.text.push_str("  # kept");
            }
        }
        start = takes_comments.end.max(next);
    }
    Some(lines)
}

/// Moves everything after the imports into a block: indentation is the file's own.
fn indented(file: &ExampleFile) -> Option<Vec<ExampleLine>> {
    let begins_body = |line: &&ExampleLine| {
        let text = &line.text;
        line.mark != Mark::Added && !text.is_empty() && !text.starts_with('#') && !is_import(line)
    };
    let first = file.lines.iter().position(|line| begins_body(&line))?;
    let (prelude, body) = file.lines.split_at(first);
    let differs_inside = |line: &ExampleLine| is_import(line) && !line.text.starts_with(' ');
    let is_main = |line: &ExampleLine| line.text.contains("__name__") || line.text.contains("__all__");
    if file.path.ends_with(".ipynb")
        || spans_lines(&file.lines)
        || body.iter().any(|line| differs_inside(line) || is_main(line))
    {
        return None;
    }
    // Lines that come at the module's level, such as helpers, stay at it.
    if body.iter().any(|line| line.mark == Mark::Added && !line.text.starts_with([' ', ')'])) {
        return None;
    }
    let indent = |line: &ExampleLine| match line.text.as_str() {
        "" => line.clone(),
        text => ExampleLine { mark: line.mark, text: format!("    {text}") },
    };
    let opening = ExampleLine { mark: Mark::Same, text: "if True:".to_owned() };
    Some(prelude.iter().cloned().chain([opening]).chain(body.iter().map(indent)).collect())
}

fn is_import(line: &ExampleLine) -> bool {
    let text = line.text.trim_start();
    text.starts_with("import ") || text.starts_with("from ")
}

/// Whether a string or a backslash makes some lines more than lines of code.
fn spans_lines(lines: &[ExampleLine]) -> bool {
    lines
        .iter()
        .any(|line| line.text.contains("\"\"\"") || line.text.contains("'''") || line.text.ends_with('\\'))
}

/// One example in one variant.
struct Case<'e> {
    codemod: &'static Codemod,
    example: &'e Example,
    settings: Settings,
    before: Vec<TextFile>,
    after: Vec<TextFile>,
}

impl<'e> Case<'e> {
    fn new(codemod: &'static Codemod, example: &'e Example, variant: &Variant) -> Option<Self> {
        let settings = example
            .settings(codemod.name)
            .unwrap_or_else(|error| panic!("{}: {}: {error}", codemod.name, example.title));
        let mut case = Self { codemod, example, settings, before: Vec::new(), after: Vec::new() };
        for file in &example.files {
            let lines = (variant.change)(file)?;
            let text_without = |gone: Mark| {
                let kept = lines.iter().filter(|line| line.mark != gone);
                (variant.spell)(kept.flat_map(|line| [line.text.as_str(), "\n"]).collect())
            };
            let path = &file.path;
            case.before.push(TextFile { path: path.clone(), text: text_without(Mark::Added) });
            case.after.push(TextFile { path: path.clone(), text: text_without(Mark::Removed) });
        }
        Some(case)
    }

    fn check(&self) -> Result<(), String> {
        let mut linked = Linked::new(&self.before, &self.settings).map_err(says)?;
        let each = linked.findings().map_err(says)?;
        for (file, findings) in self.before.iter().zip(&each) {
            for finding in findings {
                self.check_finding(file, finding).map_err(|message| format!("{message}\n{finding:#?}"))?;
            }
        }
        let findings = each.concat();
        let found = || format!("found: {}", outline(&findings));

        let expectation = self.example.expectation();
        match expectation {
            Expectation::LeftAlone if !findings.is_empty() => {
                return Err(format!("it is to be left alone; {}", found()));
            }
            Expectation::Reported if findings.is_empty() || findings.iter().any(|f| f.fix.is_some()) => {
                return Err(format!("it is to be reported without a fix; {}", found()));
            }
            Expectation::Fixed(level) if !findings.iter().any(|finding| level_of(finding) == Some(level)) => {
                return Err(format!("a fix that is {} is expected; {}", level.as_str(), found()));
            }
            _ => {}
        }
        if let Some(text) = &self.example.directives.says {
            let says = |finding: &Finding| {
                finding.message.contains(text) || finding.reason.as_ref().is_some_and(|r| r.contains(text))
            };
            if !findings.iter().any(says) {
                return Err(format!("no message or reason contains `{text}`; {}", found()));
            }
        }

        let (below, at) = match expectation {
            Expectation::Fixed(Applicability::Safe) => (None, Some(Applicability::Safe)),
            Expectation::Fixed(Applicability::Unsafe) => {
                (Some(Applicability::Safe), Some(Applicability::Unsafe))
            }
            Expectation::Fixed(Applicability::Suggested) | Expectation::LeftAlone | Expectation::Reported => {
                (Some(Applicability::Unsafe), None)
            }
        };
        if let Some(threshold) = below {
            let kept = linked.rewritten(threshold).map_err(says)?;
            self.compare(&kept, &self.before, &format!("with fixes that are {}", threshold.as_str()))?;
            self.check_held_back(&kept)?;
        }
        if let Some(threshold) = at {
            let rewritten = linked.rewritten(threshold).map_err(says)?;
            self.compare(&rewritten, &self.after, "after the fixes")?;
            self.check_second_run(threshold)?;
        }
        if expectation == Expectation::Fixed(Applicability::Suggested) && self.example.changes() {
            self.check_suggestion(&each)?;
        }
        Ok(())
    }

    /// A comment on the first line of a finding silences it, and one for the file all of its codemod's. Gives the
    /// number of findings.
    fn check_silencing(&self) -> Result<usize, String> {
        let findings = |files: &[TextFile]| {
            Linked::new(files, &self.settings).and_then(|linked| linked.findings()).map_err(says)
        };
        let found = findings(&self.before)?;
        for (index, finding) in
            found.iter().enumerate().flat_map(|(index, each)| each.iter().map(move |f| (index, f)))
        {
            let name = finding.codemod;
            let row = self.before[index].text[..finding.start as usize].matches('\n').count();
            let mut with_comments = [self.before.clone(), self.before.clone()];
            let [on_line, on_file] = &mut with_comments;
            let mut lines: Vec<String> = on_line[index].text.lines().map(str::to_owned).collect();
            lines[row] += &format!("  # asyncfix: ignore[{name}]");
            on_line[index].text = lines.join("\n") + "\n";
            on_file[index].text += &format!("# asyncfix: ignore-file[{name}]\n");

            let place = |finding: &Finding| (finding.codemod, finding.cell, finding.location);
            let is_here = |other: &Finding| place(other) == place(finding);
            // In a string or after a backslash, the first line takes no comment.
            let takes_comment = !spans_lines(&self.example.files[index].lines);
            if takes_comment && findings(&with_comments[0])?[index].iter().any(is_here) {
                return Err(format!("`# asyncfix: ignore[{name}]` does not silence line {}", row + 1));
            }
            if findings(&with_comments[1])?[index].iter().any(|other| other.codemod == name) {
                return Err(format!(
                    "`# asyncfix: ignore-file[{name}]` does not silence {}",
                    self.before[index].path
                ));
            }
        }
        Ok(found.iter().map(Vec::len).sum())
    }

    /// What is held back says why, or shows its fix.
    fn check_held_back(&self, kept: &[Rewritten]) -> Result<(), String> {
        let remaining: Vec<&Finding> = kept.iter().flat_map(|file| &file.remaining).collect();
        if remaining.is_empty() && self.example.expectation() != Expectation::LeftAlone {
            return Err("what is not fixed must remain as a finding".to_owned());
        }
        let silent = remaining.iter().find(|finding| finding.fix.is_none() && finding.reason.is_none());
        silent.map_or(Ok(()), |finding| Err(format!("neither a fix nor a reason: {finding:#?}")))
    }

    fn check_second_run(&self, threshold: Applicability) -> Result<(), String> {
        let mut linked = Linked::new(&self.after, &self.settings).map_err(says)?;
        linked.findings().map_err(says)?;
        let again = linked.rewritten(threshold).map_err(says)?;
        self.compare(&again, &self.after, "on the second run")
    }

    /// Edits for eyes only make what the example shows, file by file.
    fn check_suggestion(&self, findings: &[Vec<Finding>]) -> Result<(), String> {
        for ((before, after), findings) in self.before.iter().zip(&self.after).zip(findings) {
            let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
            let merged = merge(fixes.map(|fix| fix.edits.as_slice()));
            same(&apply(&before.text, &merged.edits), &after.text, &format!("{} as suggested", after.path))?;
        }
        Ok(())
    }

    fn compare(&self, found: &[Rewritten], expected: &[TextFile], when: &str) -> Result<(), String> {
        for (found, expected) in found.iter().zip(expected) {
            same(&found.text, &expected.text, &format!("{} {when}", expected.path)).map_err(|message| {
                let left = outline(&found.remaining);
                format!("{message}applied: {}\nremaining: {left}", outline(&found.applied))
            })?;
            let changed = found.text != self.text(&expected.path, when);
            if changed && found.applied.is_empty() {
                return Err(format!("{}: changed, but no applied finding says so", expected.path));
            }
        }
        Ok(())
    }

    /// The text the run of `compare` began with.
    fn text(&self, path: &str, when: &str) -> &str {
        let files = if when == "on the second run" { &self.after } else { &self.before };
        files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str())
    }

    /// A finding is true to its text, its fix to the rules, its words to the style.
    fn check_finding(&self, file: &TextFile, finding: &Finding) -> Result<(), String> {
        let text = &file.text;
        let selected: BTreeSet<&str> = self.settings.selection.iter().map(|codemod| codemod.name).collect();
        if !selected.contains(finding.codemod) {
            return Err(format!("{} is not selected", finding.codemod));
        }
        let (start, end) = (finding.start as usize, finding.end as usize);
        if text.get(start..end).is_none_or(str::is_empty) {
            return Err("start..end is not a part of the text".to_owned());
        }
        // Places in a notebook are those in the cell.
        let cells = file.cells();
        let above =
            cells.iter().rev().map(|cell| cell.start as usize).find(|cell| *cell <= start).unwrap_or(0);
        let (from, to) = (position(&text[above..], start - above), position(&text[above..], end - above));
        if finding.location != from || finding.end_location != to {
            return Err(format!("start..end is {from:?} to {to:?}, as a place to read"));
        }
        let line = text[above..].lines().nth(finding.location.row as usize - 1).unwrap_or_default();
        if finding.source_line != line {
            return Err(format!("the source line is `{line}`"));
        }
        style(&finding.message, 120).map_err(|fault| format!("the message {fault}"))?;
        if let Some(reason) = &finding.reason {
            style(reason, 200).map_err(|fault| format!("the reason {fault}"))?;
        }
        let Some(fix) = &finding.fix else { return Ok(()) };
        style(&fix.message, 100).map_err(|fault| format!("the fix's message {fault}"))?;
        if self.settings.selection.iter().count() == 1 && fix.applicability > self.codemod.applicability {
            return Err(format!("the codemod is declared {}", self.codemod.applicability.as_str()));
        }
        if !is_sorted_and_disjoint(&fix.edits) {
            return Err("the edits of its fix are not sorted and disjoint".to_owned());
        }
        let alone = apply(text, &fix.edits);
        let files: Vec<TextFile> = self
            .before
            .iter()
            .map(|other| {
                if other.path == file.path {
                    TextFile { text: alone.clone(), ..file.clone() }
                } else {
                    other.clone()
                }
            })
            .collect();
        Linked::new(&files, &self.settings)
            .and_then(|linked| linked.findings())
            .map_err(|failure| format!("its fix alone makes something else than Python: {failure}"))?;
        Ok(())
    }
}

fn says(failure: Failure) -> String {
    failure.to_string()
}

fn level_of(finding: &Finding) -> Option<Applicability> {
    finding.fix.as_ref().map(|fix| fix.applicability)
}

/// One line for each finding.
fn outline(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "nothing".to_owned();
    }
    let line = |finding: &Finding| {
        let level = level_of(finding).map_or("no fix", Applicability::as_str);
        let reason = finding.reason.as_deref().unwrap_or("no reason");
        let row = finding.location.row;
        format!("\n  {row}: {}: {} ({level}; {reason})", finding.codemod, finding.message)
    };
    findings.iter().map(line).collect()
}

/// An error with a diff when the texts differ. Carriage returns are shown.
fn same(found: &str, expected: &str, when: &str) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    let show = |text: &str| text.replace('\r', "␍");
    let (expected, found) = (show(expected), show(found));
    let diff = TextDiff::from_lines(&expected, &found);
    Err(diff.unified_diff().context_radius(30).header("expected", &format!("found: {when}")).to_string())
}

/// The place of a byte: rows and columns from 1, columns in characters. `\r\n`, `\n` and `\r` end a row.
fn position(text: &str, offset: usize) -> Position {
    let before = text[..offset].replace("\r\n", "\n").replace('\r', "\n");
    let (rows, line) = before
        .rsplit_once('\n')
        .map_or((0, before.as_str()), |(rows, line)| (rows.matches('\n').count() + 1, line));
    let count = |number: usize| u32::try_from(number).expect("examples are short");
    Position { row: count(rows) + 1, column: count(line.chars().count()) + 1 }
}

/// What a person reads in a line of output: lower case, no final stop, backticks in pairs.
fn style(text: &str, most: usize) -> Result<(), String> {
    let fault = if text.trim() != text || text.is_empty() || text.contains('\n') {
        "is not one line"
    } else if text.ends_with('.') && !text.ends_with("...") {
        "ends in a full stop"
    } else if text.matches('`').count() % 2 == 1 {
        "has an odd backtick"
    } else if text.chars().next().is_some_and(char::is_uppercase) && !text.starts_with("Python ") {
        "does not begin in lower case"
    } else if text.chars().count() > most {
        return Err(format!("is longer than {most} characters: {text}"));
    } else {
        return Ok(());
    };
    Err(format!("{fault}: {text}"))
}
