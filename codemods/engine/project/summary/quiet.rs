//! Calls that wait for nothing where they stand, though calls of the kind do.

use ruff_python_ast::{self as ast, AnyNodeRef, ExceptHandler, Expr};
use ruff_text_size::Ranged;

use crate::engine::semantic::{BindingKind, ScopeKind, Semantic};
use crate::engine::source::Source;

/// What is raised where a call would have to wait.
const WOULD_WAIT: &[&str] = &["builtins.BlockingIOError", "ssl.SSLWantReadError", "ssl.SSLWantWriteError"];

/// How many names and calls a path is followed through.
const MAX_STEPS: u8 = 6;

/// Whether what stands around a call of this symbol says that it does not wait.
pub(super) fn waits_for_nothing(
    source: &Source<'_>,
    semantic: &Semantic<'_>,
    call: &ast::ExprCall,
    symbol: &str,
) -> bool {
    match symbol {
        "os.read" | "os.write" => {
            sets_nonblocking(source, semantic, call) || is_ready_to_fail(semantic, call)
        }
        "socket.getaddrinfo" | "socket.gethostbyname" => is_for_local_name(semantic, call),
        "builtins.open" | "os.listdir" | "os.scandir" => {
            call.arguments.args.first().is_some_and(|path| is_of_kernel(semantic, path))
        }
        "zipfile.ZipFile" => is_in_memory(semantic, call),
        _ if symbol.starts_with("gzip.GzipFile()") => unpacks_memory(semantic, call),
        _ if symbol.starts_with("builtins.open()") || symbol.starts_with("pathlib.Path().") => {
            matches!(&*call.func, Expr::Attribute(method) if is_of_kernel(semantic, &method.value))
        }
        _ if symbol.starts_with("socket.socket()") => {
            is_of_datagrams(source, semantic, call) || is_ready_to_fail(semantic, call)
        }
        _ => {
            let Expr::Attribute(method) = &*call.func else { return false };
            let made = || semantic.making(&method.value, semantic.scope_of(call));
            match method.attr.as_str() {
                "wait" | "wait_for" => {
                    is_of_lock(semantic, call) && made().is_some_and(|(class, _)| class == "Condition")
                }
                "get" => is_seen_filled(source, semantic, call, &method.value),
                "read" | "write" | "writestr" => {
                    made().is_some_and(|(class, made)| class == "ZipFile" && is_in_memory(semantic, made))
                }
                _ => false,
            }
        }
    }
}

/// Whether a path leads to what the kernel makes up as it is read: no disk is behind `/proc` and `/sys`. The same of a
/// file that was opened there.
pub(super) fn is_of_kernel(semantic: &Semantic<'_>, path: &Expr) -> bool {
    beginning(semantic, path, MAX_STEPS).is_some_and(|text| {
        ["/proc/", "/sys/"]
            .iter()
            .any(|folder| text.starts_with(folder) || text == folder.trim_end_matches('/'))
    })
}

/// Whether a path is written out from the root of the machine: that a file is there says what machine it is.
pub(super) fn is_of_machine(semantic: &Semantic<'_>, path: &Expr) -> bool {
    beginning(semantic, path, MAX_STEPS).is_some_and(|text| text.starts_with('/'))
}

/// The text that a path, or the path of an open file, begins with, through names that have one value.
fn beginning<'a>(semantic: &Semantic<'a>, path: &'a Expr, steps: u8) -> Option<&'a str> {
    let steps = steps.checked_sub(1)?;
    match path {
        Expr::StringLiteral(text) => Some(text.value.to_str()),
        Expr::FString(text) => match text.value.elements().next()? {
            ast::InterpolatedStringElement::Literal(text) => Some(&text.value),
            ast::InterpolatedStringElement::Interpolation(_) => None,
        },
        Expr::Name(name) => {
            let text = name.id.as_str();
            let scope = semantic.lookup(text, semantic.scope_of(name))?;
            let [only] = semantic.bindings_of(text, scope) else { return None };
            let value = match semantic.binding(*only).kind {
                BindingKind::Assignment { value, unpacked: None } => value,
                BindingKind::Annotated { value, .. } => value?,
                BindingKind::With { context, plain: true, .. } => context,
                _ => return None,
            };
            beginning(semantic, value, steps)
        }
        Expr::Call(call) => {
            let leads = match &*call.func {
                Expr::Name(name) => matches!(name.id.as_str(), "open" | "Path" | "PurePath" | "str"),
                Expr::Attribute(method) => match method.attr.as_str() {
                    // `path.open()` has no path among its arguments.
                    "glob" | "iterdir" | "open" | "rglob" if !is_module(&method.value) => {
                        return beginning(semantic, &method.value, steps);
                    }
                    name => {
                        let takes_path =
                            matches!(name, "Path" | "join" | "listdir" | "open" | "scandir" | "walk");
                        takes_path && is_module(&method.value)
                    }
                },
                _ => false,
            };
            beginning(semantic, call.arguments.args.first().filter(|_| leads)?, steps)
        }
        Expr::BinOp(joined) if matches!(joined.op, ast::Operator::Div | ast::Operator::Add) => {
            beginning(semantic, &joined.left, steps)
        }
        _ => None,
    }
}

/// `os.path`, `pathlib` and the like.
fn is_module(value: &Expr) -> bool {
    let name = match value {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    matches!(name, "builtins" | "io" | "os" | "path" | "pathlib" | "osp")
}

/// Whether a queue was just seen to hold something: `while not queue.empty(): queue.get()`.
fn is_seen_filled(source: &Source<'_>, semantic: &Semantic<'_>, call: &ast::ExprCall, queue: &Expr) -> bool {
    let says_filled = |test: &Expr| {
        let Expr::UnaryOp(not) = test else { return false };
        let Expr::Call(asked) = &*not.operand else { return false };
        let Expr::Attribute(method) = &*asked.func else { return false };
        method.attr.as_str() == "empty" && source.slice(method.value.range()) == source.slice(queue.range())
    };
    let around = semantic.id(call).into_iter().flat_map(|id| semantic.ancestors(id));
    around.take_while(|node| !node.ast.is_stmt_function_def()).any(|node| {
        let (test, body) = match node.ast {
            AnyNodeRef::StmtWhile(repeated) => (&*repeated.test, &repeated.body),
            AnyNodeRef::StmtIf(choice) => (&*choice.test, &choice.body),
            _ => return false,
        };
        says_filled(test) && body.iter().any(|statement| statement.range().contains_range(call.range()))
    })
}

/// Whether a call stands in a `try` with a handler for what is raised instead of waiting.
pub(crate) fn is_ready_to_fail(semantic: &Semantic<'_>, call: &ast::ExprCall) -> bool {
    let scope = semantic.scope_of(call);
    let names_it =
        |class: &Expr| semantic.symbol(class, scope).is_some_and(|class| WOULD_WAIT.contains(&&*class));
    let handles = |handler: &ExceptHandler| {
        let ExceptHandler::ExceptHandler(handler) = handler;
        match handler.type_.as_deref() {
            Some(Expr::Tuple(classes)) => classes.elts.iter().any(names_it),
            class => class.is_some_and(names_it),
        }
    };
    let around = semantic.id(call).into_iter().flat_map(|id| semantic.ancestors(id));
    around.take_while(|node| !node.ast.is_stmt_function_def()).any(|node| {
        let AnyNodeRef::StmtTry(attempt) = node.ast else { return false };
        attempt.body.iter().any(|statement| statement.range().contains_range(call.range()))
            && attempt.handlers.iter().any(handles)
    })
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
    made.arguments.args.first().is_some_and(|file| is_memory(semantic, file))
}

/// Whether this is a method of `gzip.GzipFile("", "rb", 9, io.BytesIO(data))`.
fn unpacks_memory(semantic: &Semantic<'_>, call: &ast::ExprCall) -> bool {
    let Expr::Attribute(method) = &*call.func else { return false };
    let made = match &*method.value {
        Expr::Call(made) => made,
        place => match semantic.making(place, semantic.scope_of(call)) {
            Some((_, made)) => made,
            None => return false,
        },
    };
    let given = &made.arguments;
    let named = given.keywords.iter().find(|keyword| keyword.arg.as_deref() == Some("fileobj"));
    given.args.get(3).or(named.map(|found| &found.value)).is_some_and(|file| is_memory(semantic, file))
}

/// Whether this is a file in memory, or one that is kept there while it is small.
fn is_memory(semantic: &Semantic<'_>, file: &Expr) -> bool {
    let scope = semantic.scope_of(file);
    let is_one = |class: &str| matches!(class, "BytesIO" | "SpooledTemporaryFile");
    semantic.memory_file(file, scope).is_some()
        || semantic.making(file, scope).is_some_and(|(class, _)| is_one(class))
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
