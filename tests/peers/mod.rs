//! What ruff and flake8-async document as mistakes is found by us too, or there is a reason why not.
//!
//! The files beside this one are written in the shapes of their documentation. A comment says which code they report on
//! its line, and why we do not where we do not; `check.py` holds the comments against the tools themselves.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use asyncfix_codemods::{Selection, Settings, codemod};

use crate::support::{Linked, TextFile};

/// A line that a peer reports.
struct Line<'t> {
    row: usize,
    code: &'t str,
    /// Why we do not report it.
    differs: Option<&'t str>,
}

#[test]
fn what_others_find_is_found_or_there_is_a_reason() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers");
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .filter(|path| path.file_name().is_some_and(|name| name != "check.py"))
        .collect();
    paths.sort();
    let settings = Settings { selection: Selection::all(), ..Settings::default() };
    let (mut wrong, mut reasons, mut same) = (String::new(), String::new(), 0);
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("it can be read");
        let file = TextFile { path: name.clone(), text: text.clone() };
        let linked =
            Linked::new(std::slice::from_ref(&file), &settings).unwrap_or_else(|error| panic!("{error}"));
        let found = linked.findings().unwrap_or_else(|error| panic!("{error}")).remove(0);
        let rows: BTreeSet<usize> = found.iter().map(|finding| finding.location.row as usize).collect();
        let lines: Vec<Line<'_>> =
            text.lines().enumerate().filter_map(|(at, line)| read(at + 1, line)).collect();
        for Line { row, code, differs } in &lines {
            match (rows.contains(row), differs) {
                (true, None) => same += 1,
                (false, Some(reason)) => {
                    let _ = writeln!(reasons, "{code} {name}:{row}: {reason}");
                }
                (true, Some(_)) => {
                    let _ = writeln!(wrong, "{name}:{row}: {code} is found, but said to differ");
                }
                (false, None) => {
                    let _ = writeln!(wrong, "{name}:{row}: {code} is not found");
                }
            }
        }
        for finding in &found {
            let row = finding.location.row as usize;
            let is_peers = codemod(finding.codemod).is_some_and(|codemod| !codemod.aliases.is_empty());
            if is_peers && !lines.iter().any(|line| line.row == row) {
                let _ = writeln!(wrong, "{name}:{row}: only we find {}", finding.codemod);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(same > 70, "only {same} lines were compared");
    println!("{same} lines are found alike; the others:\n{reasons}");
}

/// `…  # CODE ruff flake8-async | differs: why`.
fn read(row: usize, line: &str) -> Option<Line<'_>> {
    let (_, comment) = line.rsplit_once("  # ")?;
    let (marks, differs) = match comment.split_once(" | differs: ") {
        Some((marks, reason)) => (marks, Some(reason)),
        None => (comment, None),
    };
    let (code, peers) = marks.split_once(' ')?;
    let are_peers = peers.split(' ').all(|peer| matches!(peer, "ruff" | "flake8-async"));
    let is_code =
        code.starts_with(|c: char| c.is_ascii_uppercase()) && code.ends_with(|c: char| c.is_ascii_digit());
    (are_peers && is_code).then_some(Line { row, code, differs })
}
