//! The comments by which a person tells asyncfix to keep quiet, for a line or for a file.
//!
//! Understood are `# asyncfix: ignore[name, …]` and `# noqa: CODE, …` at the end of a line, and on a line of
//! their own `# asyncfix: ignore-file[name, …]`, `# ruff: noqa: CODE, …` and `# flake8: noqa: CODE, …`; all of
//! them without names for every codemod. `# ruff: ignore[CODE or rule, …]` silences its line, or the next line of code
//! when it has its own, and `# ruff: file-ignore[…]` the file. The spelling of `noqa` is flake8's (`defaults.py`, `NOQA_INLINE_REGEX`
//! and `NOQA_FILE`) and ruff's ("Error suppression" in its manual): any case, codes parted by commas or blanks, a
//! code standing for all that begin with it, text after the codes ignored.

use std::fmt;
use std::ops::Range;

use ruff_text_size::TextSize;

use super::source::Source;
use super::source::SourceFile;

/// The suppressing comments of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Suppressions {
    whole_file: Vec<Silenced>,
    /// By row, ascending.
    lines: Vec<(u32, Silenced)>,
    unheeded: Vec<UnheededComment>,
}

/// A comment addressed to asyncfix that does not do what it seems to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UnheededComment {
    /// The cell of a notebook that holds it, from 1: rows are counted from its first.
    pub cell: Option<u32>,
    /// The line of the comment, from 1.
    pub row: u32,
    /// What is wrong with it.
    pub why: Unheeded,
}

/// What is wrong with a comment addressed to asyncfix.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Unheeded {
    /// No codemod and no code has this name.
    UnknownName(String),
    /// After `asyncfix:` comes something other than `ignore` or `ignore-file` with well-formed names.
    UnknownDirective(String),
    /// `ignore-file` stands behind code, where it is easily overlooked: it has no effect there.
    NotOnItsOwnLine,
}

impl fmt::Display for Unheeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName(name) => {
                write!(f, "nothing is silenced: there is no codemod `{name}`; see `asyncfix --list`")
            }
            Self::UnknownDirective(text) => write!(
                f,
                "nothing is silenced: `asyncfix: {text}` is not understood; write `asyncfix: ignore[name]` or \
                 `asyncfix: ignore-file[name]`"
            ),
            Self::NotOnItsOwnLine => f.write_str(
                "nothing is silenced: `asyncfix: ignore-file` stands behind code; give it a line of its own",
            ),
        }
    }
}

/// The comments in a file that are addressed to asyncfix and do not do what they seem to, by row. Text that is not
/// Python has none: that it is not is said elsewhere.
#[must_use]
pub fn unheeded_comments(file: &SourceFile<'_>) -> Vec<UnheededComment> {
    if memchr::memmem::find(file.text.as_bytes(), b"asyncfix").is_none() {
        return Vec::new();
    }
    let Ok(source) = Source::parse(file) else { return Vec::new() };
    let place = |comment: UnheededComment| {
        let at = source.row_start(comment.row);
        let cell = source.cell(at).map(|cell| cell.number);
        UnheededComment { cell, row: source.position(at).row, ..comment }
    };
    Suppressions::of(&source).unheeded.into_iter().map(place).collect()
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Silenced {
    Everything,
    /// Names of codemods, or codes of other tools (upper case) that stand for one.
    Names(Vec<String>),
    /// Codes of other tools or their beginnings, upper case.
    Codes(Vec<String>),
}

impl Suppressions {
    /// Reads the comments of a file.
    pub(crate) fn of(source: &Source<'_>) -> Self {
        let comments = source.comments().iter().map(|&comment| comment.into());
        let row_of = |offset: usize| source.row(TextSize::try_from(offset).unwrap_or_default());
        let is_known = |name: &str| {
            crate::CODEMODS.iter().any(|codemod| codemod.name == name || codemod.aliases.contains(&name))
        };
        Self::new(source.text, comments, row_of, is_known)
    }

    /// Reads the comments of `text`. `comments` are their byte ranges in order, each from its `#` to the end of the
    /// line; `row_of` gives the row (from 1) of a byte; `is_known` says whether a codemod has this name, or a code
    /// in upper case for an alias.
    fn new(
        text: &str,
        comments: impl IntoIterator<Item = Range<usize>>,
        row_of: impl Fn(usize) -> u32,
        is_known: impl Fn(&str) -> bool,
    ) -> Self {
        let mut suppressions = Self::default();
        for comment in comments {
            let words = &text[comment.clone()];
            if !may_suppress(words) {
                continue;
            }
            let place = Place { text, start: comment.start, row: row_of(comment.start) };
            for part in words.split('#').map(str::trim) {
                suppressions.read(part, &place, &is_known);
            }
        }
        // A comment on its own line may be about a line below others.
        suppressions.lines.sort_by_key(|(row, _)| *row);
        suppressions
    }

    /// Whether a codemod of this name, known to other tools by `aliases`, is silenced on one of `rows` (from 1:
    /// the first and the last row of the finding and the first of its statement) or in the whole file.
    pub(crate) fn silence(&self, name: &str, aliases: &[&str], rows: impl IntoIterator<Item = u32>) -> bool {
        if self.whole_file.iter().any(|silenced| silenced.covers(name, aliases)) {
            return true;
        }
        !self.lines.is_empty()
            && rows.into_iter().any(|row| {
                let first = self.lines.partition_point(|(at, _)| *at < row);
                self.lines[first..]
                    .iter()
                    .take_while(|(at, _)| *at == row)
                    .any(|(_, silenced)| silenced.covers(name, aliases))
            })
    }

    /// Takes one part of a comment, between two `#`.
    fn read(&mut self, part: &str, place: &Place<'_>, is_known: &impl Fn(&str) -> bool) {
        let row = place.row;
        if let Some(rest) = after_word(part, "noqa") {
            // `# noqa: why` names no code, and flake8 takes it for a bare `# noqa`.
            self.lines.push((row, codes(rest).unwrap_or(Silenced::Everything)));
        } else if let Some(rest) = after_tool(part, "ruff").or_else(|| after_tool(part, "flake8")) {
            if let Some(names) = rest.strip_prefix("ignore[").and_then(codes_or_rules) {
                let row = if place.is_own_line() { place.row_of_code_below() } else { row };
                self.lines.push((row, names));
                return;
            }
            if let Some(names) = rest.strip_prefix("file-ignore[").and_then(codes_or_rules) {
                self.whole_file.push(names);
                return;
            }
            let Some(rest) = after_word(rest, "noqa") else { return };
            let silenced = if rest.starts_with(':') { codes(rest) } else { Some(Silenced::Everything) };
            if place.is_own_line() {
                self.whole_file.extend(silenced);
            }
        } else if let Some(directive) = after_tool(part, "asyncfix") {
            let mut unheeded = |why| self.unheeded.push(UnheededComment { cell: None, row, why });
            let Some((verb, names)) = verb_and_names(directive) else {
                return unheeded(Unheeded::UnknownDirective(directive.to_owned()));
            };
            if let Some(names) = &names {
                for name in names.iter().filter(|name| !is_known(name)) {
                    unheeded(Unheeded::UnknownName(name.clone()));
                }
            }
            let silenced = names.map_or(Silenced::Everything, Silenced::Names);
            match verb {
                "ignore" => self.lines.push((row, silenced)),
                "ignore-file" if place.is_own_line() => self.whole_file.push(silenced),
                "ignore-file" => unheeded(Unheeded::NotOnItsOwnLine),
                _ => unheeded(Unheeded::UnknownDirective(directive.to_owned())),
            }
        }
    }
}

/// Where a comment stands.
struct Place<'t> {
    text: &'t str,
    /// The offset of its `#`, in bytes.
    start: usize,
    /// From 1.
    row: u32,
}

impl Place<'_> {
    fn is_own_line(&self) -> bool {
        is_blank_before(self.text, self.start)
    }

    /// The row of the next line that holds something else than a comment.
    fn row_of_code_below(&self) -> u32 {
        let mut row = self.row;
        for line in self.text[self.start..].split('\n').skip(1) {
            row += 1;
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                break;
            }
        }
        row
    }
}

impl Silenced {
    fn covers(&self, name: &str, aliases: &[&str]) -> bool {
        match self {
            Self::Everything => true,
            Self::Names(names) => {
                names.iter().any(|silenced| silenced == name || aliases.contains(&silenced.as_str()))
            }
            Self::Codes(codes) => {
                codes.iter().any(|code| aliases.iter().any(|alias| alias.starts_with(code.as_str())))
            }
        }
    }
}

/// Most comments are ruled out here, by one look for the `q` of `noqa` or the `x` of `asyncfix`, and one for ruff's own.
fn may_suppress(comment: &str) -> bool {
    let bytes = comment.as_bytes();
    if memchr::memmem::find(bytes, b"ignore[").is_some() {
        return true;
    }
    memchr::memchr3_iter(b'q', b'Q', b'x', bytes).any(|at| {
        let word: &[u8] = if bytes[at] == b'x' { b"asyncfix" } else { b"noqa" };
        let start = (at + 1).saturating_sub(if bytes[at] == b'x' { 8 } else { 3 });
        bytes.get(start..start + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
    })
}

fn is_blank_before(text: &str, offset: usize) -> bool {
    let line = text[..offset].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
    text[line..offset].chars().all(char::is_whitespace)
}

/// What follows `word` (any case) at the beginning of `text`, blanks skipped.
fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
    (head.eq_ignore_ascii_case(word) && ends).then(|| rest.trim_start())
}

/// What follows `tool:` at the beginning of `text`, blanks skipped.
fn after_tool<'t>(text: &'t str, tool: &str) -> Option<&'t str> {
    Some(after_word(text, tool)?.strip_prefix(':')?.trim())
}

/// The codes after `noqa`, if it is followed by a colon and at least one code.
fn codes(rest: &str) -> Option<Silenced> {
    let codes: Vec<String> = rest
        .strip_prefix(':')?
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .take_while(|word| is_code(word))
        .map(str::to_ascii_uppercase)
        .collect();
    (!codes.is_empty()).then_some(Silenced::Codes(codes))
}

/// The names of the rules whose codes stand for codemods, as `ruff rule CODE` gives them.
const RULES: &[(&str, &str)] = &[
    ("asyncio-dangling-task", "RUF006"),
    ("await-outside-async", "PLE1142"),
    ("blocking-http-call-httpx-in-async-function", "ASYNC212"),
    ("blocking-http-call-in-async-function", "ASYNC210"),
    ("blocking-input-in-async-function", "ASYNC250"),
    ("blocking-open-call-in-async-function", "ASYNC230"),
    ("blocking-path-method-in-async-function", "ASYNC240"),
    ("blocking-sleep-in-async-function", "ASYNC251"),
    ("create-subprocess-in-async-function", "ASYNC220"),
    ("open-file-with-context-handler", "SIM115"),
    ("pytest-unnecessary-asyncio-mark-on-fixture", "PT024"),
    ("run-process-in-async-function", "ASYNC221"),
    ("timeout-error-alias", "UP041"),
    ("trio-sync-call", "ASYNC105"),
    ("wait-for-process-in-async-function", "ASYNC222"),
];

/// The codes in `RUF006, blocking-sleep-in-async-function] why`, rules by their code; `None` without any.
fn codes_or_rules(rest: &str) -> Option<Silenced> {
    let (list, _why) = rest.split_once(']')?;
    let code = |word: &str| {
        let rule = RULES.iter().find(|(rule, _)| *rule == word).map(|(_, code)| (*code).to_owned());
        rule.or_else(|| is_code(word).then(|| word.to_ascii_uppercase()))
    };
    let codes: Vec<String> = list.split(',').map(str::trim).filter_map(code).collect();
    (!codes.is_empty()).then_some(Silenced::Codes(codes))
}

/// `ASYNC251`, `async251`, and the family `ASYNC`, which only capitals tell from an ordinary word.
fn is_code(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    !letters.is_empty()
        && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (letters.len() < word.len() || letters.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// `ignore[a, B1] why` as `("ignore", Some(["a", "B1"]))`, codes in upper case; `None` when it is malformed.
fn verb_and_names(directive: &str) -> Option<(&str, Option<Vec<String>>)> {
    let end = directive.find(|c: char| !(c.is_ascii_lowercase() || c == '-')).unwrap_or(directive.len());
    let (verb, rest) = directive.split_at(end);
    let Some(list) = rest.strip_prefix('[') else {
        return (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some((verb, None));
    };
    let (list, _why) = list.split_once(']')?;
    let names = list
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| if is_code(name) { name.to_ascii_uppercase() } else { name.to_owned() })
        .collect();
    Some((verb, Some(names)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `#` up to the end of its line; the texts below have none in strings.
    fn comments(text: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if let Some(at) = line.find('#') {
                ranges.push(start + at..start + line.trim_end_matches(['\n', '\r']).len());
            }
            start += line.len();
        }
        ranges
    }

    fn read(text: &str) -> Suppressions {
        let row_of = |offset| u32::try_from(text[..offset].matches('\n').count()).unwrap() + 1;
        let is_known =
            |name: &str| ["time-sleep", "fire-and-forget", "ASYNC251", "RUF006", "ASYNC300"].contains(&name);
        Suppressions::new(text, comments(text), row_of, is_known)
    }

    #[test]
    fn a_comment_silences_its_line() {
        // The comment; whether it silences time-sleep (ASYNC251) and fire-and-forget (RUF006, ASYNC300).
        let cases = [
            ("# asyncfix: ignore", true, true),
            ("# asyncfix: ignore[time-sleep]", true, false),
            ("# asyncfix: ignore[ time-sleep ,fire-and-forget ]", true, true),
            ("# asyncfix: ignore[fire-and-forget] until the next release", false, true),
            ("# asyncfix: ignore until the next release", true, true),
            ("#asyncfix:ignore[time-sleep]", true, false),
            ("# asyncfix: ignore[async251]", true, false),
            ("# asyncfix: ignore[]", false, false),
            ("# asyncfix: ignore[time-sleep", false, false),
            ("# asyncfix: ignored", false, false),
            ("# type: ignore # asyncfix: ignore[time-sleep] # why", true, false),
            ("# see asyncfix: ignore", false, false),
            ("# asyncfix ignore", false, false),
            ("# noqa", true, true),
            ("#noqa", true, true),
            ("# NoQA", true, true),
            ("# noqa because", true, true),
            ("# noqa: because", true, true),
            ("# noqa:", true, true),
            ("# noqa: ASYNC251", true, false),
            ("# noqa:ASYNC251", true, false),
            ("# noqa : ASYNC251", true, false),
            ("# noqa: async251", true, false),
            ("# noqa: E501, ASYNC251", true, false),
            ("# noqa: E501 ASYNC251", true, false),
            ("# noqa: E501,ASYNC251,RUF006 because", true, true),
            ("# noqa: E501 because of ASYNC251", false, false),
            ("# noqa: E501", false, false),
            ("# noqa: ASYNC", true, true),
            ("# noqa: ASYNC2", true, false),
            ("# noqa: ASYNC2511", false, false),
            ("# noqa: RUF", false, true),
            ("# fmt: skip # noqa: RUF006", false, true),
            ("# pragma: no cover  # noqa", true, true),
            ("# noqaa", false, false),
            ("# noqa_file", false, false),
            ("# this is not noqa", false, false),
            ("# x", false, false),
            ("# ruff: noqa", false, false),
            ("# ruff: ignore[ASYNC251]", true, false),
            ("# ruff: ignore[E501, asyncio-dangling-task] for good", false, true),
            ("# type: ignore[attr-defined]  # ruff: ignore[RUF006, ASYNC251]", true, true),
            ("# ruff: ignore[dangling-task]", false, false),
            ("# ruff: ignore[ASYNC251", false, false),
            ("# type: ignore[ASYNC251]", false, false),
            ("# ünqä", false, false),
        ];
        for (comment, sleep, forget) in cases {
            for text in
                [format!("first()\nsecond()  {comment}\nthird()\n"), format!("\r\nsecond(){comment}\r\n")]
            {
                let suppressions = read(&text);
                for row in [1, 2, 3] {
                    let here = row == 2;
                    let silence = |name, aliases: &[&str]| suppressions.silence(name, aliases, [row]);
                    assert_eq!(silence("time-sleep", &["ASYNC251"]), here && sleep, "{text:?} row {row}");
                    assert_eq!(
                        silence("fire-and-forget", &["RUF006", "ASYNC300"]),
                        here && forget,
                        "{text:?} row {row}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_comment_silences_its_file() {
        let cases = [
            ("# asyncfix: ignore-file\nx\n", true, true),
            ("x\n    # asyncfix: ignore-file[time-sleep] generated\n", true, false),
            ("x  # asyncfix: ignore-file\n", false, false),
            ("# ruff: noqa\n", true, true),
            ("# flake8: noqa\r\n", true, true),
            ("#ruff:NOQA\n", true, true),
            ("# ruff: noqa: ASYNC251\n", true, false),
            ("# flake8: noqa: E501, RUF006\n", false, true),
            ("# flake8: noqa: because\n", false, false),
            ("x  # ruff: noqa\n", false, false),
            ("# ruff: isort: skip_file\n", false, false),
            ("# noqa\n", false, false),
            ("# asyncfix: ignore\n", false, false),
            ("x\n# ruff: file-ignore[ASYNC251] generated\n", true, false),
            ("# ruff: ignore[ASYNC251]\n", false, false),
        ];
        for (text, sleep, forget) in cases {
            let suppressions = read(text);
            assert_eq!(suppressions.silence("time-sleep", &["ASYNC251"], [7, 8]), sleep, "{text:?}");
            assert_eq!(
                suppressions.silence("fire-and-forget", &["RUF006", "ASYNC300"], [7]),
                forget,
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_comment_above_silences_the_next_line_of_code() {
        let text = "a\n  # ruff: ignore[RUF006]\n\n  # noqa: ASYNC251\n  # why\n  b  # x\nc\n";
        let suppressions = read(text);
        let rows =
            |name| (1..8).filter(|row| suppressions.silence("", &[name], [*row])).collect::<Vec<u32>>();
        assert_eq!(rows("RUF006"), [6]);
        assert_eq!(rows("ASYNC251"), [4]);
    }

    #[test]
    fn any_row_of_a_construct_will_do() {
        let suppressions = read("a\nb  # noqa: X1\nc\nd  # asyncfix: ignore[time-sleep] # noqa: RUF006\n");
        assert!(suppressions.silence("time-sleep", &[], [2, 3, 4]));
        assert!(suppressions.silence("fire-and-forget", &["RUF006"], [4, 1]));
        assert!(!suppressions.silence("time-sleep", &[], [1, 2, 3]));
        assert!(!suppressions.silence("time-sleep", &[], []));
    }

    #[test]
    fn comments_that_do_nothing_are_told() {
        let unknown = |name: &str| Unheeded::UnknownName(name.to_owned());
        let directive = |text: &str| Unheeded::UnknownDirective(text.to_owned());
        let cases: &[(&str, &[Unheeded])] = &[
            ("# asyncfix: ignore[time-sleep, ASYNC251]", &[]),
            ("# asyncfix: ignore[time_sleep, ruf006, E501]", &[unknown("time_sleep"), unknown("E501")]),
            ("# asyncfix: ignore-file[nap]", &[unknown("nap")]),
            ("# asyncfix: disable", &[directive("disable")]),
            ("# asyncfix: ignore[time-sleep", &[directive("ignore[time-sleep")]),
            ("# asyncfix: ignore(time-sleep)", &[directive("ignore(time-sleep)")]),
            ("x  # asyncfix: ignore-file", &[Unheeded::NotOnItsOwnLine]),
            ("# noqa: NOPE1", &[]),
        ];
        for (text, expected) in cases {
            let suppressions = read(&format!("\n{text}\n"));
            let expected: Vec<UnheededComment> =
                expected.iter().map(|why| UnheededComment { cell: None, row: 2, why: why.clone() }).collect();
            assert_eq!(suppressions.unheeded, expected, "{text}");
        }
    }

    #[test]
    fn only_comments_are_read_in_a_file() {
        let text = "'''\n# asyncfix: ignore[nap]\n'''\nx = '# asyncfix: disable'\n# asyncfix: ignore[nap]\n";
        let file = |text| SourceFile { path: "a.py", text, module: "a", is_package: false, cells: &[] };
        let why = Unheeded::UnknownName("nap".to_owned());
        assert_eq!(unheeded_comments(&file(text)), [UnheededComment { cell: None, row: 5, why }]);
        assert_eq!(unheeded_comments(&file("def # asyncfix: disable\n")), []);
    }
}
