//! Unified diffs that `patch -p0` and `git apply -p0` take.

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use crate::style::Paint;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// The diff from `old` to `new`, in bytes: what a person's terminal makes of the encoding is not ours.
pub(crate) fn unified(path: &str, old: &[u8], new: &[u8]) -> Vec<u8> {
    let (old, new) = (lines(old), lines(new));
    let mut out = Vec::new();
    let path = quoted(path);
    out.extend_from_slice(format!("--- {path}\n+++ {path}\n").as_bytes());
    for hunk in group_diff_ops(capture_diff_slices(Algorithm::Patience, &old, &new), CONTEXT) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let range = |start: usize, end: usize| match end - start {
            // An empty side is named by the line before it.
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            length => format!("{},{length}", start + 1),
        };
        let before = range(first.old_range().start, last.old_range().end);
        let after = range(first.new_range().start, last.new_range().end);
        out.extend_from_slice(format!("@@ -{before} +{after} @@\n").as_bytes());
        for op in hunk {
            push(&op, &old, &new, &mut out);
        }
    }
    out
}

fn push(op: &DiffOp, old: &[&[u8]], new: &[&[u8]], out: &mut Vec<u8>) {
    let mut side = |sign: u8, lines: &[&[u8]]| {
        for line in lines {
            out.push(sign);
            out.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                out.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    };
    if op.tag() == DiffTag::Equal {
        side(b' ', &old[op.old_range()]);
    } else {
        side(b'-', &old[op.old_range()]);
        side(b'+', &new[op.new_range()]);
    }
}

/// Lines with their ends. Only `\n` ends one: that is what `patch` believes, whatever Python does.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

/// A path as `patch` and `git` read it from a header: a tab ends one with spaces, quotes hold a strange one.
fn quoted(path: &str) -> String {
    if path.contains(|c: char| c.is_control() || c == '"' || c == '\\') {
        let escape = |c: char| match c {
            '"' | '\\' => format!("\\{c}"),
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            c if c.is_ascii_control() => format!("\\{:03o}", u32::from(c)),
            c => c.to_string(),
        };
        format!("\"{}\"", path.chars().map(escape).collect::<String>())
    } else if path.contains(' ') {
        format!("{path}\t")
    } else {
        path.to_owned()
    }
}

/// Appends a diff of one file, coloured.
pub(crate) fn paint(paint: Paint, diff: &[u8], out: &mut Vec<u8>) {
    if !paint.is_on() {
        out.extend_from_slice(diff);
        return;
    }
    for (index, line) in lines(diff).into_iter().enumerate() {
        let text = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line));
        let painted = match line.first() {
            _ if index < 2 => paint.bold(&text),
            Some(b'@') => paint.cyan(&text),
            Some(b'+') => paint.green(&text),
            Some(b'-') => paint.red(&text),
            _ => text.into_owned(),
        };
        out.extend_from_slice(painted.as_bytes());
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_are_as_patch_wants_them() {
        let cases: &[(&str, &str, &str)] = &[
            ("", "a\n", "@@ -0,0 +1 @@\n+a\n"),
            ("a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"),
            ("a\r\nb\r\n", "a\r\nc\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"),
            (
                "a\rb",
                "a\rc",
                "@@ -1 +1 @@\n-a\rb\n\\ No newline at end of file\n+a\rc\n\\ No newline at end of file\n",
            ),
            ("1\n2\n3\n4\n5\n", "1\n2\n3\n4\n", "@@ -2,4 +2,3 @@\n 2\n 3\n 4\n-5\n"),
        ];
        for (old, new, hunks) in cases {
            let diff =
                String::from_utf8(unified("a b.py", old.as_bytes(), new.as_bytes())).expect("it is text");
            assert_eq!(diff, format!("--- a b.py\t\n+++ a b.py\t\n{hunks}"));
        }
    }

    #[test]
    fn strange_names_are_quoted() {
        assert_eq!(quoted("é/a.py"), "é/a.py");
        assert_eq!(quoted("a\"b\n.py"), "\"a\\\"b\\n.py\"");
    }
}
