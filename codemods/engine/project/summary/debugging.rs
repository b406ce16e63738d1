//! What only somebody who looks for a mistake switches on.

use ruff_python_ast::Expr;

use super::conduct::last_name;
use crate::engine::semantic::{BindingKind, ScopeId, Semantic};

/// Whether a test asks a constant of the program, or a function without arguments, that says so by its name: `if
/// DEBUG_DUMP:`, `if constants.LOG_FILE:`, `if is_debugger_enabled():`.
pub(super) fn is_for_debugging(test: &Expr) -> bool {
    let Some(name) = last_name(test) else { return false };
    match test {
        Expr::Name(_) | Expr::Attribute(_) => {
            let is_constant = !name.contains(|letter: char| letter.is_lowercase());
            let says = |word: &str| matches!(word, "DEBUG" | "DUMP" | "LOGFILE" | "PROFILE" | "TRACE");
            is_constant && (name.split('_').any(says) || name.ends_with("LOG_FILE"))
        }
        Expr::Call(call) => {
            call.arguments.is_empty() && name.split('_').any(|word| matches!(word, "debug" | "debugger"))
        }
        _ => false,
    }
}

/// Whether this is there only while somebody looks for a mistake: an environment variable with a name for that says so,
/// or it is the file for what is then noted.
pub(super) fn is_set_for_debugging(value: &Expr, semantic: &Semantic<'_>, scope: ScopeId) -> bool {
    match value {
        Expr::Attribute(attribute) => {
            let words = attribute.attr.as_str().split('_');
            let is_place = |word: &str| matches!(word, "dir" | "dump" | "file" | "log" | "path");
            names_debugging(attribute.attr.as_str()) && words.clone().any(is_place)
        }
        Expr::Name(name) => {
            let name = name.id.as_str();
            let bindings =
                semantic.lookup(name, scope).map_or(&[][..], |scope| semantic.bindings_of(name, scope));
            let [only] = bindings else { return false };
            match semantic.binding(*only).kind {
                BindingKind::Assignment { value, unpacked: None } => asks_environment(value),
                _ => false,
            }
        }
        value => asks_environment(value),
    }
}

/// Whether a name has a word of those who look for mistakes.
fn names_debugging(name: &str) -> bool {
    let is_word = |word: &str| {
        ["debug", "profiler", "trace", "traceback"].iter().any(|known| word.eq_ignore_ascii_case(known))
    };
    name.split('_').any(is_word)
}

/// `os.getenv("APP_TRACE")`, with what is done to the text: `int(os.environ.get("APP_DUMP", 0))`, or what it is
/// compared with.
fn asks_environment(value: &Expr) -> bool {
    let call = match value {
        Expr::Call(call) => call,
        Expr::Compare(compare) => return asks_environment(&compare.left),
        _ => return false,
    };
    let is_environment = match &*call.func {
        Expr::Attribute(method) => match method.attr.as_str() {
            "get" => matches!(&*method.value, Expr::Attribute(object) if object.attr.as_str() == "environ"),
            "lower" | "strip" | "upper" => return asks_environment(&method.value),
            name => reads_environment(name),
        },
        Expr::Name(name) if matches!(name.id.as_str(), "bool" | "int" | "str") => {
            return call.arguments.args.first().is_some_and(asks_environment);
        }
        Expr::Name(name) => reads_environment(name.id.as_str()),
        _ => false,
    };
    let is_for_it =
        |name: &str| names_debugging(name) || name.split('_').any(|word| word.eq_ignore_ascii_case("dump"));
    let variable = call.arguments.args.first().filter(|_| is_environment);
    variable.is_some_and(|variable| match variable {
        Expr::StringLiteral(text) => is_for_it(text.value.to_str()),
        Expr::Name(name) => is_for_it(name.id.as_str()),
        _ => false,
    })
}

/// Whether a function's name says that it reads the environment: `getenv`, `bool_from_env`.
fn reads_environment(name: &str) -> bool {
    name.split('_').any(|word| matches!(word, "env" | "getenv"))
}
