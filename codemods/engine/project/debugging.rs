//! What only somebody who looks for a mistake switches on.

use ruff_python_ast::Expr;

use super::conduct::last_name;

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
