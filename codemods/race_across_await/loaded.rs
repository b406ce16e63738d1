//! Whether it matters that something is loaded twice: of most values the second is as good as the first.

use ruff_python_ast::{self as ast, Expr};

use super::interleave::Race;
use crate::engine::context::Context;
use crate::engine::project::summary::conduct::last_name;
use crate::engine::semantic::BindingKind;

/// How many names a value is followed through.
const MAX_DEPTH: u32 = 4;

/// Words in the names of what there is to be one of: the second of two stays open, or voids the first.
const SINGLE: &[&str] = &[
    "agent",
    "auth",
    "browser",
    "channel",
    "client",
    "conn",
    "connection",
    "cookie",
    "credential",
    "csrf",
    "driver",
    "engine",
    "executor",
    "instance",
    "kernel",
    "lease",
    "lock",
    "login",
    "nonce",
    "pool",
    "process",
    "server",
    "session",
    "socket",
    "stream",
    "subprocess",
    "task",
    "token",
    "transport",
    "worker",
    "ws",
];

/// Verbs of functions that make something that stays.
const MAKING: &[&str] = &[
    "acquire",
    "connect",
    "create",
    "instantiate",
    "launch",
    "login",
    "make",
    "open",
    "register",
    "spawn",
    "start",
];

/// Whether what a race writes is seen to be something there should be one of: by the name it is kept under, or by what
/// makes it.
pub(super) fn is_single(cx: &Context<'_>, race: &Race<'_>, value: Option<&Expr>) -> bool {
    let target = cx.text(race.write.whole);
    // Not what is between the brackets: `names[client_id]` holds names.
    let name = target.split('[').next().unwrap_or(target);
    has_word(name, SINGLE) || value.is_some_and(|value| is_made(cx, value, 0))
}

/// Whether a value comes from a call whose name says that it makes something that stays.
fn is_made(cx: &Context<'_>, value: &Expr, depth: u32) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match value {
        Expr::Await(awaited) => is_made(cx, &awaited.value, depth + 1),
        Expr::Name(name) => match cx.binding_read(name).map(|binding| binding.kind) {
            Some(
                BindingKind::Assignment { value, unpacked: None }
                | BindingKind::Annotated { value: Some(value), .. },
            ) => is_made(cx, value, depth + 1),
            _ => has_word(name.id.as_str(), SINGLE),
        },
        // A number or a text has no life of its own, whoever makes it.
        Expr::Call(call) if !is_data(cx, value) => last_name(&call.func)
            .is_some_and(|name| has_word(name, MAKING) || has_word(name, SINGLE) && !is_reading(name, call)),
        _ => false,
    }
}

/// `get_session_name()`, `session.get("client")`: something about what the name speaks of.
fn is_reading(name: &str, call: &ast::ExprCall) -> bool {
    let last = words(name).pop().unwrap_or_default();
    !SINGLE.contains(&singular(&last)) || call.func.is_attribute_expr() && name == "get"
}

/// Whether an expression gives one of Python's own plain values.
fn is_data(cx: &Context<'_>, value: &Expr) -> bool {
    const DATA: &[&str] = &["bool()", "bytes()", "dict()", "float()", "int()", "list()", "str()", "tuple()"];
    cx.symbol(value)
        .as_deref()
        .and_then(|symbol| symbol.strip_prefix("builtins."))
        .is_some_and(|class| DATA.contains(&class))
}

fn has_word(name: &str, wanted: &[&str]) -> bool {
    words(name).iter().any(|word| wanted.contains(&singular(word)))
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|word| word.len() > 2).unwrap_or(word)
}

/// The words of a dotted name in lower case, be it in `snake_case` or `CamelCase`.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = '_';
    for letter in name.chars() {
        let begins = !letter.is_alphanumeric() || letter.is_uppercase() && before.is_lowercase();
        if begins {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.push(word);
    words
}
