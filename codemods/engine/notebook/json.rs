//! Where the values of a JSON text are: nothing is taken apart that is not asked for, and nothing is printed back.
//! What a notebook has under `outputs` can be many megabytes, and is only checked.

use std::ops::Range;

/// How deep values may nest. Outputs of notebooks do not come near it.
const MAX_DEPTH: usize = 200;

/// A value and the bytes it takes.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// Keys, quotes included, and what they stand for.
    Object(Vec<(Range<usize>, Value)>),
    Array(Vec<Value>),
    String,
    /// A number, `true`, `false` or `null`.
    Other,
}

/// Why a text is not JSON, and at which byte.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) message: &'static str,
}

/// Finds the values of a text (RFC 8259).
pub(super) fn parse(text: &str) -> Result<Value, Fault> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0, true)?;
    reader.skip_space();
    if reader.at < text.len() { Err(reader.fault("something follows the value")) } else { Ok(value) }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn fault(&self, message: &'static str) -> Fault {
        Fault { at: self.at, message }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.byte() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    /// The value that comes next. What is inside of it is only checked unless it is to be kept.
    fn value(&mut self, depth: usize, keep: bool) -> Result<Value, Fault> {
        if depth > MAX_DEPTH {
            return Err(self.fault("it nests too deeply"));
        }
        self.skip_space();
        let start = self.at;
        let kind = match self.byte() {
            Some(b'{') => self.object(depth, keep)?,
            Some(b'[') => self.array(depth, keep)?,
            Some(b'"') => {
                self.string()?;
                Kind::String
            }
            Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                while matches!(self.byte(), Some(b'+' | b'-' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'E')) {
                    self.at += 1;
                }
                Kind::Other
            }
            _ => return Err(self.fault("a value is missing")),
        };
        Ok(Value { span: start..self.at, kind })
    }

    fn object(&mut self, depth: usize, keep: bool) -> Result<Kind, Fault> {
        self.at += 1;
        let mut entries = Vec::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Kind::Object(entries));
        }
        loop {
            self.skip_space();
            let start = self.at;
            if self.byte() != Some(b'"') {
                return Err(self.fault("a key is missing"));
            }
            self.string()?;
            let key = start..self.at;
            self.skip_space();
            if !self.take(b':') {
                return Err(self.fault("a colon is missing"));
            }
            let is_output = self.text[key.clone()] == *"\"outputs\"";
            let value = self.value(depth + 1, keep && !is_output)?;
            if keep {
                entries.push((key, value));
            }
            self.skip_space();
            if self.take(b'}') {
                return Ok(Kind::Object(entries));
            }
            if !self.take(b',') {
                return Err(self.fault("a comma is missing"));
            }
        }
    }

    fn array(&mut self, depth: usize, keep: bool) -> Result<Kind, Fault> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Kind::Array(items));
        }
        loop {
            let item = self.value(depth + 1, keep)?;
            if keep {
                items.push(item);
            }
            self.skip_space();
            if self.take(b']') {
                return Ok(Kind::Array(items));
            }
            if !self.take(b',') {
                return Err(self.fault("a comma is missing"));
            }
        }
    }

    fn string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
                return Err(self.fault("a string does not end"));
            };
            self.at += found + 1;
            if rest[found] == b'"' {
                return Ok(());
            }
            self.at += 1;
        }
    }
}

impl Value {
    /// The value of a key of an object.
    pub(super) fn get(&self, text: &str, name: &str) -> Option<&Self> {
        let Kind::Object(entries) = &self.kind else { return None };
        let is_name = |key: &Range<usize>| decode(&text[key.start + 1..key.end - 1]).as_deref() == Some(name);
        entries.iter().find(|(key, _)| is_name(key)).map(|(_, value)| value)
    }

    /// What a string says.
    pub(super) fn string(&self, text: &str) -> Option<String> {
        matches!(self.kind, Kind::String).then(|| decode(&text[self.inside()]))?
    }

    /// The bytes between the quotes or brackets.
    pub(super) fn inside(&self) -> Range<usize> {
        self.span.start + 1..self.span.end - 1
    }
}

/// What a string says, given what stands between its quotes; `None` for an escape that stands for no character.
pub(super) fn decode(raw: &str) -> Option<String> {
    let mut said = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        said.push_str(&rest[..at]);
        let escape = rest[at + 1..].chars().next()?;
        rest = &rest[at + 1 + escape.len_utf8()..];
        said.push(match escape {
            '"' | '\\' | '/' => escape,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = unit(rest)?;
                rest = &rest[4..];
                match unit {
                    0xd800..=0xdbff => {
                        let low = unit_of_pair(rest)?;
                        rest = &rest[6..];
                        char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))?
                    }
                    unit => char::from_u32(unit)?,
                }
            }
            _ => return None,
        });
    }
    said.push_str(rest);
    Some(said)
}

fn unit(digits: &str) -> Option<u32> {
    u32::from_str_radix(digits.get(..4)?, 16).ok()
}

fn unit_of_pair(rest: &str) -> Option<u32> {
    unit(rest.strip_prefix("\\u")?).filter(|low| (0xdc00..=0xdfff).contains(low))
}

/// What stands between the quotes of a string that says this, as Python's `json` writes it; with `ascii`, nothing but
/// ASCII.
pub(super) fn encode(said: &str, ascii: bool) -> String {
    let mut raw = String::with_capacity(said.len());
    for c in said.chars() {
        match c {
            '"' => raw.push_str("\\\""),
            '\\' => raw.push_str("\\\\"),
            '\n' => raw.push_str("\\n"),
            '\r' => raw.push_str("\\r"),
            '\t' => raw.push_str("\\t"),
            '\u{8}' => raw.push_str("\\b"),
            '\u{c}' => raw.push_str("\\f"),
            c if c < ' ' || ascii && !c.is_ascii() => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    raw.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => raw.push(c),
        }
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_and_written() {
        for (raw, said) in [
            ("", ""),
            (r"a\nb\tc\\n", "a\nb\tc\\n"),
            (r#"\"\/"#, "\"/"),
            (r"\u00e9\ud83d\ude00", "é😀"),
            ("é", "é"),
        ] {
            assert_eq!(decode(raw).as_deref(), Some(said), "{raw}");
            for ascii in [false, true] {
                assert_eq!(decode(&encode(said, ascii)).as_deref(), Some(said), "{said}");
            }
        }
        assert_eq!(encode("é\u{1}", true), r"\u00e9\u0001");
        for raw in [r"\ud83d", r"\ud83dx", r"\x41", r"\u12", "\\"] {
            assert_eq!(decode(raw), None, "{raw}");
        }
    }

    #[test]
    fn faults_are_placed() {
        for (text, at, message) in [
            ("", 0, "a value is missing"),
            ("{\"a\" 1}", 5, "a colon is missing"),
            ("[1 2]", 3, "a comma is missing"),
            ("{1: 2}", 1, "a key is missing"),
            ("\"a", 1, "a string does not end"),
            ("[] []", 3, "something follows the value"),
        ] {
            assert_eq!(parse(text).expect_err(text), Fault { at, message }, "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err(), "depth is bounded");
    }
}
