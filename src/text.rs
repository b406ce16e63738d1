//! From a file's bytes to its text and back, in the encoding the file declares.
//!
//! The rules are those of the language reference (PEP 263): UTF-8 unless a byte order mark or a comment in
//! the first two lines says otherwise.

use encoding_rs::Encoding;

/// A file's text, and how to make bytes of it again.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// The text without a byte order mark.
    pub(crate) text: String,
    charset: Charset,
    has_mark: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charset {
    Utf8,
    /// Strict: Python rejects any byte above 0x7f, encoding_rs would take it as windows-1252.
    Ascii,
    /// The real ISO-8859-1, where every byte is the character of the same number; encoding_rs follows the
    /// web and reads windows-1252 instead.
    Latin1,
    Other(&'static Encoding),
}

/// Why bytes are not text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TextError {
    /// Lines, from 1.
    pub(crate) row: usize,
    /// Characters as far as they could be read, from 1.
    pub(crate) column: usize,
    pub(crate) message: String,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads `bytes` as Python would.
///
/// # Errors
/// Where the bytes stop being text, and why.
pub(crate) fn decode(mut bytes: Vec<u8>) -> Result<Decoded, TextError> {
    if let Some(at) = memchr::memchr(0, &bytes) {
        return Err(TextError::at(&bytes, at, "a NUL byte: this is not Python source".to_owned()));
    }
    let has_mark = bytes.starts_with(MARK);
    if has_mark {
        bytes.drain(..MARK.len());
    }
    let charset = match cookie(&bytes) {
        None => Charset::Utf8,
        Some((at, name)) => match charset(&name) {
            None => {
                let message = format!("asyncfix cannot read or write the declared encoding `{name}`");
                return Err(TextError::at(&bytes, at, message));
            }
            Some(charset) if has_mark && charset != Charset::Utf8 => {
                let message = format!("the file declares `{name}` but starts with the mark of UTF-8");
                return Err(TextError::at(&bytes, at, message));
            }
            Some(charset) => charset,
        },
    };
    let text = match charset {
        Charset::Utf8 => String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.as_bytes();
            let message = format!(
                "byte {:#04x} is not UTF-8: save the file as UTF-8 or declare its encoding (PEP 263)",
                bytes[at]
            );
            TextError::at(bytes, at, message)
        })?,
        Charset::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => String::from_utf8(bytes).expect("ASCII is UTF-8"),
            Some(at) => {
                let message = format!("byte {:#04x} is not ASCII, which the file declares", bytes[at]);
                return Err(TextError::at(&bytes, at, message));
            }
        },
        Charset::Latin1 => bytes.iter().map(|&byte| char::from(byte)).collect(),
        Charset::Other(encoding) => {
            match encoding.decode_without_bom_handling_and_without_replacement(&bytes) {
                Some(text) => text.into_owned(),
                None => {
                    let message = format!("the bytes are not {}, which the file declares", encoding.name());
                    return Err(TextError { row: 1, column: 1, message });
                }
            }
        }
    };
    let decoded = Decoded { text, charset, has_mark };
    Ok(decoded)
}

impl Decoded {
    /// The bytes of `text` in this file's encoding, with its byte order mark.
    ///
    /// # Errors
    /// The name of the encoding, when it lacks a character of `text`.
    pub(crate) fn encode(&self, text: &str) -> Result<Vec<u8>, &'static str> {
        match self.charset {
            Charset::Utf8 => {
                let mark = if self.has_mark { MARK } else { b"" };
                Ok([mark, text.as_bytes()].concat())
            }
            Charset::Ascii if text.is_ascii() => Ok(text.as_bytes().to_vec()),
            Charset::Ascii => Err("ASCII"),
            Charset::Latin1 => {
                text.chars().map(|c| u8::try_from(u32::from(c)).map_err(|_| "latin-1")).collect()
            }
            Charset::Other(encoding) => match encoding.encode(text) {
                (bytes, _, false) => Ok(bytes.into_owned()),
                (_, _, true) => Err(encoding.name()),
            },
        }
    }
}

impl TextError {
    /// An error at a byte.
    pub(crate) fn at(bytes: &[u8], at: usize, message: String) -> Self {
        let before = &bytes[..at];
        let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let row = memchr::memchr_iter(b'\n', before).count() + 1;
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        Self { row, column, message }
    }
}

/// The declared encoding and where its comment starts (bytes).
fn cookie(bytes: &[u8]) -> Option<(usize, String)> {
    let mut start = 0;
    for _ in 0..2 {
        let rest = &bytes[start..];
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let line = &rest[..length.unwrap_or(rest.len())];
        let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
        if let Some(comment) = line[indent..].strip_prefix(b"#") {
            if let Some(name) = declared(comment) {
                return Some((start + indent, name));
            }
        } else if indent < line.len() {
            // Only a comment or an empty line may stand above the declaration.
            return None;
        }
        let length = length?;
        start += length + if rest[length..].starts_with(b"\r\n") { 2 } else { 1 };
    }
    None
}

/// The name in `coding: name` or `coding=name`, as PEP 263's regular expression finds it.
fn declared(comment: &[u8]) -> Option<String> {
    memchr::memmem::find_iter(comment, b"coding").find_map(|at| {
        let rest = comment[at + b"coding".len()..]
            .strip_prefix(b":")
            .or_else(|| comment[at + b"coding".len()..].strip_prefix(b"="))?;
        let name: String = rest
            .iter()
            .skip_while(|byte| matches!(byte, b' ' | b'\t'))
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            .map(|&byte| char::from(byte))
            .collect();
        (!name.is_empty()).then_some(name)
    })
}

/// What Python's codec of this name is here.
fn charset(name: &str) -> Option<Charset> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let compact = name.replace(['-', '.'], "");
    match compact.as_str() {
        "utf8" | "u8" | "utf" | "utf8sig" | "cp65001" | "utf8unix" | "utf8dos" | "utf8mac" => {
            return Some(Charset::Utf8);
        }
        "latin1" | "iso88591" | "8859" | "cp819" | "l1" | "isolatin1" | "latin1unix" | "latin"
        | "iso8859" => {
            return Some(Charset::Latin1);
        }
        "ascii" | "usascii" | "646" | "ansix341968" | "iso646us" | "us" => return Some(Charset::Ascii),
        _ => {}
    }
    // Python's names (codecs, "Standard Encodings") that the Encoding Standard lacks.
    let label = match compact.as_str() {
        "cp932" | "mskanji" | "sjis" | "shiftjis" => "shift_jis",
        "cp936" | "936" | "gb2312" => "gbk",
        "cp949" | "uhc" | "949" | "euckr" => "euc-kr",
        "cp950" | "950" | "big5tw" => "big5",
        "cp874" | "tis620" => "windows-874",
        "macroman" | "macintosh" => "macintosh",
        "eucjp" | "ujis" => "euc-jp",
        "koi8r" => "koi8-r",
        "koi8u" => "koi8-u",
        other if other.starts_with("latin") || other.starts_with("iso8859") => other,
        _ => name.as_str(),
    };
    let label = match label.strip_prefix("iso8859") {
        Some(part) => format!("iso-8859-{part}"),
        None => label.to_owned(),
    };
    let encoding = Encoding::for_label(label.as_bytes())?;
    // Source whose ASCII characters are not their own bytes cannot declare itself in a comment.
    (encoding.is_ascii_compatible() && encoding.is_single_byte() || is_asian(encoding))
        .then_some(Charset::Other(encoding))
}

fn is_asian(encoding: &'static Encoding) -> bool {
    [
        encoding_rs::SHIFT_JIS,
        encoding_rs::EUC_JP,
        encoding_rs::EUC_KR,
        encoding_rs::GBK,
        encoding_rs::GB18030,
        encoding_rs::BIG5,
    ]
    .contains(&encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that must come back as they were, and the text they are.
    #[test]
    fn text_comes_back_as_the_bytes_it_was() {
        let cases: &[(&[u8], &str)] = &[
            (b"", ""),
            (b"x = '\xc3\xa9'\r\n", "x = 'é'\r\n"),
            (b"\xef\xbb\xbfx = 1", "x = 1"),
            (b"\xef\xbb\xbf# coding: utf-8\n", "# coding: utf-8\n"),
            (b"# -*- coding: latin-1 -*-\n'\xe9\x80'", "# -*- coding: latin-1 -*-\n'é\u{80}'"),
            (
                b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'",
                "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'€'",
            ),
            (b"\r# coding=iso-8859-15\r'\xa4'", "\r# coding=iso-8859-15\r'€'"),
            (b"\x0c# coding: iso8859_2\n'\xb1'", "\x0c# coding: iso8859_2\n'ą'"),
            (b"# coding: euc_jp\n'\xa4\xa2'", "# coding: euc_jp\n'あ'"),
            (b"# coding: koi8-r\n'\xc1'", "# coding: koi8-r\n'а'"),
            (b"x = 1\n# coding: latin-1\n'\xc3\xa9'", "x = 1\n# coding: latin-1\n'é'"),
            (b"\n\n# coding: latin-1\n'\xc3\xa9'", "\n\n# coding: latin-1\n'é'"),
        ];
        for &(bytes, text) in cases {
            let decoded = decode(bytes.to_vec()).unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
            assert_eq!(decoded.text, text);
            assert_eq!(decoded.encode(&decoded.text).as_deref(), Ok(bytes), "{text:?}");
        }
    }

    /// Bytes that are not text: the place and a part of the message.
    #[test]
    fn what_is_not_text_is_refused_with_its_place() {
        let cases: &[(&[u8], usize, usize, &str)] = &[
            (b"a = 1\nb = '\xc3\xa9\xff'", 2, 7, "byte 0xff is not UTF-8"),
            (b"a\n\x00", 2, 1, "NUL"),
            (b"# coding: ascii\n'\xe9'", 2, 2, "byte 0xe9 is not ASCII"),
            (b"# coding: klingon\n", 1, 1, "`klingon`"),
            (b"# coding: utf-16\n", 1, 1, "`utf-16`"),
            (b"\xef\xbb\xbf# coding: latin-1\n", 1, 1, "starts with the mark of UTF-8"),
        ];
        for &(bytes, row, column, part) in cases {
            let error = decode(bytes.to_vec()).expect_err(part);
            assert_eq!((error.row, error.column), (row, column), "{error:?}");
            assert!(error.message.contains(part), "{error:?}");
        }
    }

    #[test]
    fn a_character_the_encoding_lacks_is_refused() {
        for (cookie, name) in [("latin-1", "latin-1"), ("ascii", "ASCII"), ("cp1252", "windows-1252")] {
            let decoded = decode(format!("# coding: {cookie}\n").into_bytes()).expect(cookie);
            assert_eq!(decoded.encode("'あ'"), Err(name));
        }
    }
}
