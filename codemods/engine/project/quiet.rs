//! Calls that wait for nothing where they stand, though calls of the kind do.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use crate::engine::semantic::{BindingKind, ScopeId, ScopeKind, Semantic};
use crate::engine::source::Source;

/// Whether what stands around a call of this symbol says that it does not wait.
pub(super) fn waits_for_nothing(
    source: &Source<'_>,
    semantic: &Semantic<'_>,
    call: &ast::ExprCall,
    symbol: &str,
) -> bool {
    match symbol {
        "os.read" | "os.write" => sets_nonblocking(source, semantic, call),
        "socket.getaddrinfo" | "socket.gethostbyname" => is_for_local_name(semantic, call),
        _ if symbol.starts_with("socket.socket()") => is_of_datagrams(source, semantic, call),
        _ => {
            let Expr::Attribute(method) = &*call.func else { return false };
            let made = || semantic.making(&method.value, semantic.scope_of(call));
            match method.attr.as_str() {
                "wait" | "wait_for" => {
                    is_of_lock(semantic, call) && made().is_some_and(|(class, _)| class == "Condition")
                }
                "read" | "write" | "writestr" => {
                    made().is_some_and(|(class, made)| class == "ZipFile" && is_in_memory(semantic, made))
                }
                _ => false,
            }
        }
    }
}

/// Whether what is looked up was just found to be `localhost`, for which no server is asked.
fn is_for_local_name(semantic: &Semantic<'_>, call: &ast::ExprCall) -> bool {
    let Some(Expr::Name(host)) = call.arguments.args.first() else { return false };
    let around = semantic.id(call).into_iter().flat_map(|id| semantic.ancestors(id));
    around.take_while(|node| !node.ast.is_stmt_function_def()).any(|node| {
        let AnyNodeRef::StmtIf(choice) = node.ast else { return false };
        let Expr::Compare(test) = &*choice.test else { return false };
        let is_it = matches!(&*test.left, Expr::Name(name) if name.id == host.id);
        let is_local =
            matches!(&*test.comparators, [Expr::StringLiteral(text)] if text.value.to_str() == "localhost");
        let is_inside = choice.body.iter().any(|statement| statement.range().contains_range(call.range()));
        is_it && is_local && is_inside && matches!(&*test.ops, [ast::CmpOp::Eq])
    })
}

/// Whether a method that takes a lock of the project's own waits for those who hold it: no longer than `with lock:`
/// does, as what takes it gives it back.
fn is_of_lock(semantic: &Semantic<'_>, call: &ast::ExprCall) -> bool {
    let frame = semantic.frame(semantic.scope_of(call));
    let ScopeKind::Function(method) = semantic.scope(frame).kind else { return false };
    let Some(class) = semantic.enclosing_class(frame) else { return false };
    let name = method.name.as_str();
    let back = if name.contains("acquire") {
        name.replace("acquire", "release")
    } else if name.contains("lock") {
        name.replace("lock", "unlock")
    } else {
        return false;
    };
    !semantic.bindings_of(&back, class).is_empty()
}

/// Whether an archive is made of a file in memory, or of one that is kept there while it is small.
fn is_in_memory(semantic: &Semantic<'_>, made: &ast::ExprCall) -> bool {
    let Some(file) = made.arguments.args.first() else { return false };
    let scope = semantic.scope_of(made);
    let is_spooled = || matches!(semantic.making(file, scope), Some((class, _)) if matches!(class, "BytesIO" | "SpooledTemporaryFile"));
    semantic.memory_file(file, scope).is_some() || is_spooled()
}

/// Whether the file says of the descriptor that a call is given that it does not block.
fn sets_nonblocking(source: &Source<'_>, semantic: &Semantic<'_>, call: &ast::ExprCall) -> bool {
    let argument = |call: &ast::ExprCall, at: usize| {
        call.arguments.args.get(at).map(|value| source.slice(value.range()))
    };
    let descriptor = argument(call, 0);
    descriptor.is_some()
        && semantic.calls.iter().enumerate().any(|(number, (_, other))| {
            argument(other, 0) == descriptor
                && argument(other, 1) == Some("False")
                && semantic.callee(number).as_deref() == Some("os.set_blocking")
        })
}

/// Whether a call connects a socket of datagrams, for which nothing has to be waited.
fn is_of_datagrams(source: &Source<'_>, semantic: &Semantic<'_>, call: &ast::ExprCall) -> bool {
    let Expr::Attribute(method) = &*call.func else { return false };
    let made = match &*method.value {
        Expr::Name(name) => {
            let scope = semantic.lookup(name.id.as_str(), semantic.scope_of(call));
            let bindings = scope.map_or(&[][..], |scope| semantic.bindings_of(name.id.as_str(), scope));
            let [only] = bindings else { return false };
            match semantic.binding(*only).kind {
                BindingKind::Assignment { value, .. } => value,
                BindingKind::With { context, .. } => context,
                _ => return false,
            }
        }
        _ => return false,
    };
    method.attr.as_str() == "connect" && source.slice(made.range()).contains("SOCK_DGRAM")
}

/// Whether this is there only while somebody looks for faults: an environment variable with a name for that says so,
/// or it is the file for what is then noted.
pub(super) fn is_for_faults(value: &Expr, semantic: &Semantic<'_>, scope: ScopeId) -> bool {
    match value {
        Expr::Attribute(attribute) => {
            let words = attribute.attr.as_str().split('_');
            let is_place = |word: &str| matches!(word, "dir" | "dump" | "file" | "log" | "path");
            names_fault(attribute.attr.as_str()) && words.clone().any(is_place)
        }
        Expr::Name(name) => {
            let name = name.id.as_str();
            let [only] = semantic.bindings_of(name, scope) else { return false };
            match semantic.binding(*only).kind {
                BindingKind::Assignment { value, unpacked: None } => asks_environment(value),
                _ => false,
            }
        }
        value => asks_environment(value),
    }
}

/// Whether a name has a word of those who look for faults.
fn names_fault(name: &str) -> bool {
    let is_word = |word: &str| {
        ["debug", "profile", "profiler", "trace", "traceback"]
            .iter()
            .any(|fault| word.eq_ignore_ascii_case(fault))
    };
    name.split('_').any(is_word)
}

/// `os.getenv("APP_TRACE")`, with what is done to the text.
fn asks_environment(value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    let Expr::Attribute(method) = &*call.func else { return false };
    let is_environment = match method.attr.as_str() {
        "getenv" => true,
        "get" => matches!(&*method.value, Expr::Attribute(object) if object.attr.as_str() == "environ"),
        "lower" | "strip" => return asks_environment(&method.value),
        _ => false,
    };
    let variable = call.arguments.args.first().filter(|_| is_environment);
    variable.is_some_and(|variable| match variable {
        Expr::StringLiteral(text) => names_fault(text.value.to_str()),
        Expr::Name(name) => names_fault(name.id.as_str()),
        _ => false,
    })
}
