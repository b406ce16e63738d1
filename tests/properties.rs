//! What must hold for any input: edits touch only their bytes, and spacing does not change what is found.

mod support;

use std::sync::LazyLock;

use asyncfix_codemods::examples::Example;
use asyncfix_codemods::{Applicability, Codemod, Edit, Rewritten, apply, is_sorted_and_disjoint, merge};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use support::{Linked, TextFile, all_examples};

/// Texts with what counting bytes, characters or lines trips over.
fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            Just("a"),
            Just("é"),
            Just("漢"),
            Just("𝄞"),
            Just("\n"),
            Just("\r\n"),
            Just(" "),
            Just("(")
        ],
        0..40,
    )
    .prop_map(|parts| parts.concat())
}

/// A text, and sorted disjoint edits of it.
fn edited() -> impl Strategy<Value = (String, Vec<Edit>)> {
    let cuts =
        proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>(), "[a(\n)é]{0,4}"), 0..8);
    (text(), cuts).prop_map(|(text, cuts)| {
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
        let mut cuts: Vec<(u32, bool, String)> = cuts
            .into_iter()
            .map(|(place, ends, content)| (offset(*place.get(&places)), ends, content))
            .collect();
        cuts.sort_by_key(|(place, ..)| *place);
        let mut edits = Vec::new();
        let mut start = None;
        for (place, ends, content) in cuts {
            match start.take() {
                Some(start) if ends => edits.push(Edit::replacement(start, place, content)),
                _ => start = Some(place),
            }
        }
        (text, edits)
    })
}

/// `cases` inputs; a failure is printed in its smallest form rather than kept in a file. The inputs are the same in
/// every run, so that a change is judged by what it changes; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` give others.
fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let rng_seed = match default.rng_seed {
        RngSeed::Random => RngSeed::Fixed(20_261_120),
        chosen @ RngSeed::Fixed(_) => chosen,
    };
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { cases };
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..default }
}

fn offset(place: usize) -> u32 {
    u32::try_from(place).expect("the texts are short")
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn bytes_outside_edits_never_change((text, edits) in edited()) {
        prop_assert!(is_sorted_and_disjoint(&edits));
        let result = apply(&text, &edits);
        // Read the result in step with the edits: what lies between them is the text, what lies in them is theirs.
        let (mut rest, mut copied) = (result.as_str(), 0);
        for edit in &edits {
            for part in [&text[copied..edit.start as usize], &edit.content] {
                prop_assert!(rest.starts_with(part), "{result:?} lacks {part:?}");
                rest = &rest[part.len()..];
            }
            copied = edit.end as usize;
        }
        prop_assert_eq!(rest, &text[copied..]);
    }

    #[test]
    fn an_edit_undone_gives_the_text_back((text, edits) in edited()) {
        let mut back = Vec::new();
        let mut grown = 0_i64;
        for edit in &edits {
            let start = u32::try_from(i64::from(edit.start) + grown).expect("it is in the result");
            let old = &text[edit.start as usize..edit.end as usize];
            back.push(Edit::replacement(start, start + offset(edit.content.len()), old));
            grown += i64::try_from(edit.content.len()).expect("short") - i64::from(edit.end - edit.start);
        }
        prop_assert_eq!(apply(&apply(&text, &edits), &back), text);
    }

    #[test]
    fn fixes_are_taken_whole_or_not_at_all(
        (text, fixes) in edited().prop_flat_map(|(text, edits)| {
            let parts = proptest::collection::vec(0..3_usize, edits.len());
            (Just(text), Just(edits), parts, any::<prop::sample::Index>())
        }).prop_map(|(text, edits, parts, twice)| {
            let mut fixes = vec![Vec::new(); 4];
            for (edit, part) in edits.iter().zip(parts) {
                fixes[part].push(edit.clone());
            }
            // The last fix overlaps everything up to the end of one edit.
            if let Some(edit) = edits.get(twice.index(edits.len().max(1))) {
                fixes[3].push(Edit::replacement(0, edit.end, "x"));
            }
            (text, fixes)
        })
    ) {
        let merged = merge(fixes.iter().map(Vec::as_slice));
        prop_assert_eq!(merged.accepted.len(), fixes.len());
        prop_assert!(is_sorted_and_disjoint(&merged.edits));
        let taken: Vec<&Edit> =
            fixes.iter().zip(&merged.accepted).filter(|(_, taken)| **taken).flat_map(|(fix, _)| fix).collect();
        let result = apply(&text, &merged.edits);
        prop_assert!(taken.iter().all(|edit| result.contains(&edit.content)));
        let length = |edits: &[&Edit]| edits.iter().map(|edit| edit.content.len()).sum::<usize>();
        prop_assert!(length(&merged.edits.iter().collect::<Vec<_>>()) <= length(&taken));
        // What was left out fits once the rest is out of the way.
        for (fix, taken) in fixes.iter().zip(&merged.accepted) {
            let alone = merge([fix.as_slice()]);
            prop_assert!(*taken || alone.accepted == [true]);
        }
    }
}

/// What no fix takes away, and no codemod takes for code.
const COMMENT: &str = "# time.sleep(1)";

/// How a text is spaced anew.
#[derive(Debug, Clone)]
struct Spacing {
    /// What stands for four columns of indentation.
    width: usize,
    tabs: bool,
    /// Before each line in turn: nothing, an empty line or a comment.
    before: Vec<Between>,
}

#[derive(Debug, Clone, Copy)]
enum Between {
    Nothing,
    Empty,
    Blanks,
    Comment,
}

fn spacing() -> impl Strategy<Value = Spacing> {
    let between = prop_oneof![
        3 => Just(Between::Nothing),
        1 => Just(Between::Empty),
        1 => Just(Between::Blanks),
        1 => Just(Between::Comment),
    ];
    (1..9_usize, any::<bool>(), proptest::collection::vec(between, 1..30))
        .prop_map(|(width, tabs, before)| Spacing { width, tabs, before })
}

impl Spacing {
    /// The text with this spacing; `None` when its lines are not all lines of code, indented by fours.
    fn of(&self, text: &str) -> Option<String> {
        if text.contains("\"\"\"") || text.contains("'''") || text.contains("\\\n") {
            return None;
        }
        // A comment speaks for the lines after it up to the next blank one.
        let keeps_paragraphs = text.lines().any(|line| line.trim_start().starts_with('#'));
        let mut spaced = String::new();
        for (line, before) in text.lines().zip(self.before.iter().cycle()) {
            let words = line.trim_start_matches(' ');
            let columns = line.len() - words.len();
            if columns % 4 != 0 {
                return None;
            }
            let unit = if self.tabs { "\t".to_owned() } else { " ".repeat(self.width) };
            let indent = unit.repeat(columns / 4);
            match before {
                Between::Nothing => {}
                Between::Empty | Between::Blanks if keeps_paragraphs => {}
                Between::Empty => spaced.push('\n'),
                Between::Blanks => spaced += "  \t\n",
                Between::Comment => spaced += &format!("{indent}{COMMENT}\n"),
            }
            if !words.is_empty() {
                spaced += &indent;
            }
            spaced += words;
            spaced.push('\n');
        }
        Some(spaced)
    }
}

/// A finding without its place: rows in words are blotted out.
type Found = (String, &'static str, String, String, Option<Applicability>, Option<String>);

fn found(codemod: &Codemod, example: &Example, files: &[TextFile]) -> Result<Vec<Found>, String> {
    let settings = example.settings(codemod.name)?;
    let linked = Linked::new(files, &settings).map_err(|failure| failure.to_string())?;
    let findings = linked.findings().map_err(|failure| failure.to_string())?;
    // Rows change with the spacing, and so do their lengths: any number stands for any other, but not for none.
    let words = |text: &str| {
        let mut words = text.replace(|c: char| c.is_ascii_digit(), "0");
        while words.contains("00") {
            words = words.replace("00", "0");
        }
        words
    };
    let each = files.iter().zip(findings).flat_map(|(file, findings)| {
        findings.into_iter().map(|finding| {
            let message = words(&finding.message);
            let line = finding.source_line.trim().to_owned();
            let level = finding.fix.map(|fix| fix.applicability);
            (file.path.clone(), finding.codemod, message, line, level, finding.reason.as_deref().map(words))
        })
    });
    Ok(each.collect())
}

/// The texts after all fixes of level `threshold` and above.
fn rewritten(
    codemod: &Codemod,
    example: &Example,
    files: &[TextFile],
    threshold: Applicability,
) -> Result<Vec<TextFile>, String> {
    let settings = example.settings(codemod.name)?;
    let mut linked = Linked::new(files, &settings).map_err(|failure| failure.to_string())?;
    let each = linked.rewritten(threshold).map_err(|failure| failure.to_string())?;
    let text = |(file, new): (&TextFile, Rewritten)| TextFile { path: file.path.clone(), text: new.text };
    Ok(files.iter().zip(each).map(text).collect())
}

static EXAMPLES: LazyLock<Vec<(&'static Codemod, Example)>> = LazyLock::new(all_examples);

fn texts(example: &Example, spell: impl Fn(&str) -> Option<String>) -> Option<Vec<TextFile>> {
    let file = |file: &asyncfix_codemods::examples::ExampleFile| {
        Some(TextFile { path: file.path.clone(), text: spell(&file.before)? })
    };
    example.files.iter().map(file).collect()
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn spacing_does_not_change_what_is_found(which in any::<prop::sample::Index>(), spacing in spacing()) {
        let (codemod, example) = which.get(&EXAMPLES);
        let Some(spaced) = texts(example, |text| spacing.of(text)) else { return Ok(()) };
        let plain = texts(example, |text| Some(text.to_owned())).unwrap_or_default();
        let mut expected = found(codemod, example, &plain).map_err(TestCaseError::fail)?;
        let mut actual = found(codemod, example, &spaced).map_err(TestCaseError::fail)?;
        if spaced.iter().any(|file| file.text.contains(COMMENT)) {
            // What is found stays; but a comment where a fix would lose it may hold that fix back.
            for (.., level, reason) in expected.iter_mut().chain(&mut actual) {
                (*level, *reason) = (None, None);
            }
        }
        prop_assert_eq!(actual, expected, "{}: {}\n{:#?}", codemod.name, example.title, spaced);
    }

    #[test]
    fn fixes_keep_comments_and_settle_in_any_spacing(
        which in any::<prop::sample::Index>(),
        spacing in spacing(),
        threshold in prop_oneof![Just(Applicability::Safe), Just(Applicability::Unsafe)],
    ) {
        let (codemod, example) = which.get(&EXAMPLES);
        let Some(spaced) = texts(example, |text| spacing.of(text)) else { return Ok(()) };
        let once = rewritten(codemod, example, &spaced, threshold).map_err(TestCaseError::fail)?;
        let twice = rewritten(codemod, example, &once, threshold).map_err(TestCaseError::fail)?;
        prop_assert_eq!(&twice, &once, "{}: {}: the second run", codemod.name, example.title);
        if threshold == Applicability::Safe {
            let comments =
                |files: &[TextFile]| files.iter().map(|file| file.text.matches(COMMENT).count()).sum::<usize>();
            prop_assert_eq!(comments(&once), comments(&spaced), "{}: {}\n{:#?}", codemod.name, example.title, once);
        }
    }
}
