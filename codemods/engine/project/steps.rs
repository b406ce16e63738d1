//! The steps of a raw symbol: attributes, calls and items.

use smallvec::SmallVec;

/// One step of a symbol after its dotted head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'s> {
    Attribute(&'s str),
    Call,
    Item(&'s str),
}

/// Writes a step behind the symbol of what it is taken from.
pub(super) fn push_step(symbol: &mut String, step: Step<'_>) {
    match step {
        Step::Attribute(name) => {
            symbol.push('.');
            symbol.push_str(name);
        }
        Step::Call => symbol.push_str("()"),
        Step::Item(item) => {
            symbol.push('[');
            symbol.push_str(item);
            symbol.push(']');
        }
    }
}

/// Splits `.a.b()[].c` into steps. A call with content, `contextlib.closing(x)`, is left as one attribute.
pub(super) fn steps(text: &str) -> SmallVec<[Step<'_>; 8]> {
    let mut steps = SmallVec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("()") {
            steps.push(Step::Call);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let end = after.find(']').unwrap_or(after.len());
            steps.push(Step::Item(&after[..end]));
            rest = after.get(end + 1..).unwrap_or_default();
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[', '(']).unwrap_or(name.len());
            if name[end..].starts_with('(') && !name[end..].starts_with("()") {
                let close = closing(&name[end..], '(', ')').map_or(name.len(), |at| end + at + 1);
                steps.push(Step::Attribute(&name[..close]));
                rest = &name[close..];
            } else {
                steps.push(Step::Attribute(&name[..end]));
                rest = &name[end..];
            }
            if end == 0 && !rest.is_empty() && !rest.starts_with(['(', '[']) {
                break;
            }
        }
    }
    steps
}

/// Where the brace that a text begins with is closed, in bytes.
pub(super) fn closing_brace(text: &str) -> Option<usize> {
    closing(text, '{', '}')
}

/// Where what a text begins by opening is closed, in bytes.
fn closing(text: &str, opened: char, closed: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        if letter == opened {
            depth += 1;
        } else if letter == closed {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}
