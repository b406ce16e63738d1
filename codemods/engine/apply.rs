//! Edits as values: whether they fit together, which fixes to take, and the text they make.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::finding::Edit;

/// The text after `edits`, which are placed in `text` by bytes and must be sorted and disjoint
/// ([`is_sorted_and_disjoint`]). Every byte outside of them is as it was.
///
/// # Panics
/// When an edit reaches past the end, into the middle of a character or back into the edit before it.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let added: usize = edits.iter().map(|edit| edit.content.len()).sum();
    let mut result = String::with_capacity(text.len() + added);
    let mut copied = 0;
    for edit in edits {
        result.push_str(&text[copied..edit.start as usize]);
        result.push_str(&edit.content);
        copied = edit.end as usize;
    }
    result.push_str(&text[copied..]);
    result
}

/// Whether each edit ends before the next begins. Several insertions in one place count as disjoint: they are
/// put there in their order.
#[must_use]
pub fn is_sorted_and_disjoint(edits: &[Edit]) -> bool {
    edits.iter().all(|edit| edit.start <= edit.end)
        && edits.windows(2).all(|pair| pair[0].end <= pair[1].start)
}

/// What [`merge`] chose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// For each fix, in the order given, whether all of it was taken (else nothing of it was).
    pub accepted: Vec<bool>,
    /// The edits of the fixes taken, sorted and disjoint, shared ones once.
    pub edits: Vec<Edit>,
}

/// Takes fixes, each a list of sorted disjoint edits of one text, in the order given; a fix is left out as a
/// whole when one of its edits does not fit those taken before it. What is left out fits again once the rest
/// is applied, so this prefers leaving out to guessing.
///
/// * Overlapping ranges do not fit.
/// * The same edit in two fixes is made once, provided that what a fix shares opens as many brackets as it
///   closes. Otherwise the two wrap different things that begin in one place, and sharing would lose a bracket.
/// * Two different insertions in one place do not fit.
/// * An insertion that touches a replacement fits only where it cannot be meant for the replaced text: it adds
///   whole lines, or one half of a pair of brackets. So an outer `(await ` … `)` goes around an inner
///   replacement, while a bare `await ` before a replaced name waits.
///
/// The work grows as n log n with the number of edits.
pub fn merge<'a>(fixes: impl IntoIterator<Item = &'a [Edit]>) -> Merged {
    let mut taken = Taken::default();
    let accepted = fixes.into_iter().map(|fix| taken.take(fix)).collect();
    let edits = taken.0.into_iter().map(|((start, end), content)| Edit { start, end, content }).collect();
    Merged { accepted, edits }
}

/// The edits taken so far, by range. Insertions sort before a replacement that starts in the same place.
#[derive(Default)]
struct Taken(BTreeMap<(u32, u32), String>);

impl Taken {
    fn take(&mut self, fix: &[Edit]) -> bool {
        debug_assert!(is_sorted_and_disjoint(fix), "a fix must be sorted and disjoint: {fix:?}");
        let fix = join_insertions(fix);
        let mut added = Vec::with_capacity(fix.len());
        let mut shared_brackets = 0;
        for edit in fix {
            if self.0.get(&(edit.start, edit.end)) == Some(&edit.content) {
                shared_brackets += brackets(&edit.content);
            } else if self.fits(&edit) {
                added.push(edit);
            } else {
                return false;
            }
        }
        if shared_brackets != 0 {
            return false;
        }
        self.0.extend(added.into_iter().map(|edit| ((edit.start, edit.end), edit.content)));
        true
    }

    fn fits(&self, edit: &Edit) -> bool {
        self.neighbours(edit).all(|(start, end, content)| {
            let is_insertion = start == end;
            match (is_insertion, edit.start == edit.end) {
                (true, true) => start != edit.start,
                (false, false) => end <= edit.start || edit.end <= start,
                (true, false) => insertion_fits(start, content, edit.start..=edit.end),
                (false, true) => insertion_fits(edit.start, &edit.content, start..=end),
            }
        })
    }

    /// Every edit taken that overlaps or touches `edit`, and at most two beyond.
    fn neighbours<'s>(&'s self, edit: &Edit) -> impl Iterator<Item = (u32, u32, &'s str)> + use<'s> {
        let (here, end) = ((edit.start, edit.end), edit.end);
        // Two: an insertion right at the start may hide the replacement before it.
        let before = self.0.range(..here).rev().take(2);
        let after = self.0.range(here..).take_while(move |((start, _), _)| *start <= end);
        before.chain(after).map(|((start, end), content)| (*start, *end, content.as_str()))
    }
}

/// Whether text inserted at `at` and the replacement of `range` (start and end bytes) can both be made.
fn insertion_fits(at: u32, content: &str, range: RangeInclusive<u32>) -> bool {
    if at < *range.start() || at > *range.end() {
        return true;
    }
    let touches = at == *range.start() || at == *range.end();
    let adds_lines = if at == *range.start() {
        content.ends_with(['\n', '\r'])
    } else {
        content.starts_with(['\n', '\r']) || content.ends_with(['\n', '\r'])
    };
    touches && (adds_lines || brackets(content) != 0)
}

/// Opening brackets less closing ones. Brackets in string literals are counted too: at worst a fix waits for
/// the next pass, or the parse after applying turns it down.
fn brackets(content: &str) -> i32 {
    content
        .bytes()
        .map(|byte| match byte {
            b'(' | b'[' | b'{' => 1,
            b')' | b']' | b'}' => -1,
            _ => 0,
        })
        .sum()
}

/// Several insertions of one fix in one place are one insertion.
fn join_insertions(fix: &[Edit]) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::with_capacity(fix.len());
    for edit in fix {
        match joined.last_mut() {
            Some(last) if (last.start, last.end) == (edit.start, edit.end) => {
                last.content.push_str(&edit.content)
            }
            _ => joined.push(edit.clone()),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An edit of `text` that replaces the only `old` in it, or (`old` ending in `|`) inserts after it, or
    /// (`old` starting with `|`) before it.
    fn edit(text: &str, (old, new): (&str, &str)) -> Edit {
        let word = old.trim_matches('|');
        assert_eq!(text.matches(word).count(), 1, "`{word}` must be in `{text}` once");
        let start = u32::try_from(text.find(word).unwrap()).unwrap();
        let end = start + u32::try_from(word.len()).unwrap();
        match (old.starts_with('|'), old.ends_with('|')) {
            (true, _) => Edit::insertion(start, new),
            (_, true) => Edit::insertion(end, new),
            _ => Edit::replacement(start, end, new),
        }
    }

    #[test]
    fn edits_change_only_their_bytes() {
        type Parts = &'static [(u32, u32, &'static str)];
        let cases: &[(&str, Parts, &str)] = &[
            ("", &[], ""),
            ("", &[(0, 0, "a")], "a"),
            ("abc", &[], "abc"),
            ("abc", &[(0, 3, "")], ""),
            ("abc", &[(0, 0, "<"), (0, 1, "A"), (1, 1, "|"), (3, 3, ">")], "<A|bc>"),
            ("abc", &[(1, 1, "1"), (1, 1, "2")], "a12bc"),
            ("é=ü", &[(0, 2, "e"), (3, 5, "u")], "e=u"),
        ];
        for (text, edits, expected) in cases {
            let edits: Vec<Edit> =
                edits.iter().map(|(start, end, new)| Edit::replacement(*start, *end, *new)).collect();
            assert!(is_sorted_and_disjoint(&edits), "{edits:?}");
            assert_eq!(apply(text, &edits), *expected, "{text}: {edits:?}");
        }
    }

    #[test]
    fn disorder_and_overlap_are_seen() {
        let cases: &[(&[(u32, u32)], bool)] = &[
            (&[], true),
            (&[(1, 2), (2, 3)], true),
            (&[(1, 1), (1, 2), (2, 2)], true),
            (&[(2, 1)], false),
            (&[(1, 3), (2, 4)], false),
            (&[(2, 3), (0, 1)], false),
            (&[(1, 2), (1, 1)], false),
        ];
        for (ranges, expected) in cases {
            let edits: Vec<Edit> =
                ranges.iter().map(|(start, end)| Edit::replacement(*start, *end, "")).collect();
            assert_eq!(is_sorted_and_disjoint(&edits), *expected, "{ranges:?}");
        }
    }

    /// The edits of one fix, as [`edit`] takes them.
    type Edits = &'static [(&'static str, &'static str)];
    /// What a case shows, the text, the fixes, which of them are taken, the text after.
    type Case = (&'static str, &'static str, &'static [Edits], &'static [bool], &'static str);

    #[test]
    fn fixes_are_taken_whole_in_order() {
        let cases: &[Case] = &[
            ("nothing", "f()", &[], &[], "f()"),
            (
                "an outer fix goes around an inner replacement",
                "get(u).json()",
                &[&[("|get", "(await "), ("(u)|", ")")], &[("get", "client.get")]],
                &[true, true],
                "(await client.get(u)).json()",
            ),
            (
                "whichever comes first",
                "get(u).json()",
                &[&[("get", "client.get")], &[("|get", "(await "), ("(u)|", ")")]],
                &[true, true],
                "(await client.get(u)).json()",
            ),
            (
                "a call in the arguments of another",
                "f(g(1))",
                &[&[("|f", "await ")], &[("|g", "(await "), ("(1)|", ")")]],
                &[true, true],
                "await f((await g(1)))",
            ),
            (
                "an insertion that may be meant for the replaced text waits",
                "sleep(1)",
                &[&[("sleep", "await asyncio.sleep")], &[("|sleep", "await ")]],
                &[true, false],
                "await asyncio.sleep(1)",
            ),
            (
                "also when it comes first",
                "sleep(1)",
                &[&[("|sleep", "await ")], &[("sleep", "await asyncio.sleep")]],
                &[true, false],
                "await sleep(1)",
            ),
            (
                "an insertion at the end of a replacement waits too",
                "f(x)",
                &[&[("x", "y")], &[("x|", ", timeout=None")]],
                &[true, false],
                "f(y)",
            ),
            (
                "whole lines may be added before and after",
                "run()\n",
                &[&[("run", "start")], &[("|run", "import a\n")], &[("()|", "\nstop()")]],
                &[true, true, true],
                "import a\nstart()\nstop()\n",
            ),
            ("an overlap waits", "abcd", &[&[("bc", "X")], &[("cd", "Y")]], &[true, false], "aXd"),
            (
                "an overlap from before waits",
                "abcd",
                &[&[("cd", "Y")], &[("bc", "X")]],
                &[true, false],
                "abY",
            ),
            (
                "a range within another waits, and one around it",
                "abcde",
                &[&[("bcd", "X")], &[("c", "Y")], &[("abcde", "Z")], &[("|cd", "(")]],
                &[true, false, false, false],
                "aXe",
            ),
            ("neighbours fit", "abcd", &[&[("ab", "X")], &[("cd", "Y")]], &[true, true], "XY"),
            (
                "a fix is all or nothing",
                "abc",
                &[&[("b", "B")], &[("a", "A"), ("b", "other")], &[("a", "1"), ("c", "C")]],
                &[true, false, true],
                "1BC",
            ),
            (
                "two fixes want the same import",
                "x\na()\nb()\n",
                &[&[("|x", "import m\n"), ("a", "A")], &[("|x", "import m\n"), ("b", "B")]],
                &[true, true],
                "import m\nx\nA()\nB()\n",
            ),
            (
                "two fixes want different imports in one place",
                "x\na()\nb()\n",
                &[&[("|x", "import m\n"), ("a", "A")], &[("|x", "import n\n"), ("b", "B")]],
                &[true, false],
                "import m\nx\nA()\nb()\n",
            ),
            (
                "the same mistake found twice is mended once",
                "f(1)",
                &[&[("|f", "(await "), ("(1)|", ")")], &[("|f", "(await "), ("(1)|", ")")]],
                &[true, true],
                "(await f(1))",
            ),
            (
                "two wraps that begin in one place do not share their bracket",
                "f(1).g(2)",
                &[&[("|f", "(await "), ("(2)|", ")")], &[("|f", "(await "), ("(1)|", ")")]],
                &[true, false],
                "(await f(1).g(2))",
            ),
            (
                "insertions of one fix in one place stay together",
                "f()",
                &[&[("|f", "task = "), ("|f", "spawn("), ("()|", ")")], &[("f", "g")]],
                &[true, true],
                "task = spawn(g())",
            ),
        ];
        for (title, text, fixes, accepted, expected) in cases {
            let fixes: Vec<Vec<Edit>> =
                fixes.iter().map(|fix| fix.iter().map(|part| edit(text, *part)).collect()).collect();
            let merged = merge(fixes.iter().map(Vec::as_slice));
            assert_eq!(merged.accepted, *accepted, "{title}");
            assert!(is_sorted_and_disjoint(&merged.edits), "{title}");
            assert_eq!(apply(text, &merged.edits), *expected, "{title}");
        }
    }

    #[test]
    fn many_fixes_cost_little_each() {
        let fixes: Vec<[Edit; 2]> = (0..50_000)
            .map(|n| [Edit::insertion(0, "import asyncio\n"), Edit::replacement(10 * n + 1, 10 * n + 5, "x")])
            .collect();
        let merged = merge(fixes.iter().rev().map(<[Edit; 2]>::as_slice));
        assert!(merged.accepted.iter().all(|taken| *taken));
        assert_eq!(merged.edits.len(), 50_001);
        assert!(is_sorted_and_disjoint(&merged.edits));
    }
}
