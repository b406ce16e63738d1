//! Files that are awkward or broken: what each ends with, and what is said of it.

use crate::sandbox::{Sandbox, finish};

/// A file, the status of `--write`, a part of what is printed on stderr, and what is in the file then; `None`
/// where it must be as it was.
struct Case {
    name: &'static str,
    content: Vec<u8>,
    status: i32,
    says: &'static str,
    after: Option<Vec<u8>>,
}

fn case(name: &'static str, content: &[u8], status: i32, says: &'static str, after: Option<&[u8]>) -> Case {
    Case { name, content: content.to_vec(), status, says, after: after.map(<[u8]>::to_vec) }
}

const FIXED: &str = "fixed 1 finding in 1 file";

fn cases() -> Vec<Case> {
    let nested =
        |depth: usize| format!("async def f():\n    return {}1{}\n", "(".repeat(depth), ")".repeat(depth));
    let mut large = b"import time\nasync def f():\n    time.sleep(1)\n".to_vec();
    let mut large_fixed = b"import asyncio\nasync def f():\n    await asyncio.sleep(1)\n".to_vec();
    for bytes in [&mut large, &mut large_fixed] {
        while bytes.len() < 5 << 20 {
            bytes.extend_from_slice(b"# sixty-four characters of comment, to come to five megabytes --\n");
        }
    }
    vec![
        case("empty", b"", 0, "nothing found", None),
        case("only a byte order mark", b"\xef\xbb\xbf", 0, "nothing found", None),
        case("only a comment, no newline", b"# async", 0, "nothing found", None),
        case(
            "byte order mark",
            b"\xef\xbb\xbfimport time\nasync def f():\n    time.sleep(1)  # \xc3\xa9\n",
            0,
            FIXED,
            Some(b"\xef\xbb\xbfimport asyncio\nasync def f():\n    await asyncio.sleep(1)  # \xc3\xa9\n"),
        ),
        case(
            "latin-1",
            b"# -*- coding: latin-1 -*-\nimport time\nasync def f():\n    time.sleep(1)  # \xe9\x85\n",
            0,
            FIXED,
            Some(b"# -*- coding: latin-1 -*-\nimport asyncio\nasync def f():\n    await asyncio.sleep(1)  # \xe9\x85\n"),
        ),
        case(
            "cp1252 in the second line",
            b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nimport time\nasync def f():\n    time.sleep(1)  # \x80\n",
            0,
            FIXED,
            Some(b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nimport asyncio\nasync def f():\n    await asyncio.sleep(1)  # \x80\n"),
        ),
        case(
            "shift_jis",
            b"# coding: shift_jis\nimport time\nasync def f():\n    time.sleep(1)  # \x93\xfa\n",
            0,
            FIXED,
            Some(b"# coding: shift_jis\nimport asyncio\nasync def f():\n    await asyncio.sleep(1)  # \x93\xfa\n"),
        ),
        case(
            "declared ASCII, is not",
            b"# coding: ascii\nasync def f():\n    'h\xe9'\n",
            2,
            "error: a.py:3:7: byte 0xe9 is not ASCII, which the file declares; the file was skipped\n",
            None,
        ),
        case(
            "unknown encoding",
            b"# coding: klingon\nasync def f(): pass\n",
            2,
            "error: a.py:1:1: asyncfix cannot read or write the declared encoding `klingon`; the file was skipped\n",
            None,
        ),
        case(
            "mark of UTF-8, declares another",
            b"\xef\xbb\xbf# coding: cp1252\nasync def f(): pass\n",
            2,
            "error: a.py:1:1: the file declares `cp1252` but starts with the mark of UTF-8; the file was skipped\n",
            None,
        ),
        case(
            "CRLF",
            b"import time\r\nasync def f():\r\n    time.sleep(1)\r\n",
            0,
            FIXED,
            Some(b"import asyncio\r\nasync def f():\r\n    await asyncio.sleep(1)\r\n"),
        ),
        case(
            "CR",
            b"import time\rasync def f():\r    time.sleep(1)\r",
            0,
            FIXED,
            Some(b"import asyncio\rasync def f():\r    await asyncio.sleep(1)\r"),
        ),
        case(
            "mixed newlines",
            b"import time\r\nasync def f():\n    time.sleep(1)\r    return 1\n",
            0,
            FIXED,
            Some(b"import asyncio\r\nasync def f():\n    await asyncio.sleep(1)\r    return 1\n"),
        ),
        case(
            "form feeds and tabs",
            b"import time\n\x0c\nasync def f():\n\tif 1:\n\t\ttime.sleep(1)\n",
            0,
            FIXED,
            Some(b"import asyncio\n\x0c\nasync def f():\n\tif 1:\n\t\tawait asyncio.sleep(1)\n"),
        ),
        case(
            "no final newline",
            b"import time\nasync def f():\n    time.sleep(1)",
            0,
            FIXED,
            Some(b"import asyncio\nasync def f():\n    await asyncio.sleep(1)"),
        ),
        case(
            "NUL byte",
            b"async def f():\n    '\x00'\n",
            2,
            "error: a.py:2:6: a NUL byte: this is not Python source; the file was skipped\n",
            None,
        ),
        case(
            "invalid UTF-8",
            b"async def f():\n    'caf\xe9'\n",
            2,
            "error: a.py:2:9: byte 0xe9 is not UTF-8: save the file as UTF-8 or declare its encoding (PEP 263); \
             the file was skipped\n",
            None,
        ),
        case("Python 2", b"import sys\nprint 'hello'\n", 2, "error: a.py:2:7: syntax error: ", None),
        case("syntax error", b"async def f(:\n    pass\n", 2, "error: a.py:1:13: syntax error: ", None),
        case(
            "inconsistent indentation",
            b"async def f():\n    if 1:\n        return 2\n   return 3\n",
            2,
            "error: a.py:4:",
            None,
        ),
        case("binary", b"\x7fELF\x00\x01\x02", 2, "error: a.py:1:5: a NUL byte: this is not Python source", None),
        Case { name: "5 MB", content: large, status: 0, says: FIXED, after: Some(large_fixed) },
        case("deep, as machines write it", nested(90).as_bytes(), 0, "nothing found", None),
        case(
            "deep beyond measure",
            nested(200_000).as_bytes(),
            2,
            "the code nests too deeply to be followed; the file was skipped\n",
            None,
        ),
    ]
}

#[test]
fn awkward_files_are_rewritten_and_broken_ones_are_named() {
    for case in cases() {
        let sandbox = Sandbox::new(&[("a.py", &case.content)]);
        let ended = sandbox.run(&["--write", "a.py"]).expect(case.status, case.name);
        assert!(ended.stderr.contains(case.says), "{}: {}", case.name, ended.stderr);
        let after = case.after.as_ref().unwrap_or(&case.content);
        let same = sandbox.bytes("a.py") == *after;
        assert!(same, "{}: {:?}", case.name, String::from_utf8_lossy(&sandbox.bytes("a.py")));
        assert_eq!(sandbox.names(""), ["a.py"], "{}", case.name);
    }
}

/// In a folder only files that may hold a mistake are decoded and parsed: the others cost next to nothing.
#[test]
fn what_cannot_matter_is_not_read_closely() {
    let files: [(&str, &[u8]); 3] =
        [("a.py", b"def f(:\n"), ("b.py", b"\x00\xff"), ("c.py", b"print 'hello'\n")];
    let sandbox = Sandbox::new(&files);
    sandbox.run(&["."]).expect(0, "nothing in them can be a mistake");
    sandbox.run(&["a.py"]).expect(2, "a file that is named is parsed");
}

/// `patch` and `git apply` make of the diff what `--write` makes, byte for byte.
#[test]
fn the_diff_is_what_write_writes() {
    for case in cases().into_iter().filter(|case| case.after.is_some()) {
        for (program, arguments) in [("patch", ["-p0", "--binary"]), ("git", ["apply", "-p0"])] {
            let sandbox = Sandbox::new(&[("a.py", &case.content)]);
            let diff = sandbox.command(&["--diff", "a.py"]).output().expect("the binary starts");
            assert_eq!(diff.status.code(), Some(1), "{}", case.name);
            let command = sandbox.prepare(std::process::Command::new(program), &arguments);
            finish(command, &diff.stdout).expect(0, &format!("{program} takes the diff of: {}", case.name));
            let same = Some(sandbox.bytes("a.py")) == case.after;
            assert!(same, "{program}, {}: {:?}", case.name, String::from_utf8_lossy(&sandbox.bytes("a.py")));
        }
    }
}
