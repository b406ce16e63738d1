//! What tests and the like ask, as they are written.

use ruff_python_ast::{self as ast, Expr, Stmt};

/// Whether this is `None` or `False`.
pub(super) fn is_false(value: &Expr) -> bool {
    match value {
        Expr::NoneLiteral(_) => true,
        Expr::BooleanLiteral(literal) => !literal.value,
        _ => false,
    }
}

/// `loop = asyncio.get_running_loop()`, which fails where none is running, with the name if it has one.
pub(super) fn asks_for_loop(statement: &Stmt) -> Option<Option<&str>> {
    let (name, value) = match statement {
        Stmt::Expr(statement) => (None, &statement.value),
        Stmt::Assign(assign) => match &*assign.targets {
            [Expr::Name(name)] => (Some(name.id.as_str()), &assign.value),
            _ => return None,
        },
        _ => return None,
    };
    let Expr::Call(call) = &**value else { return None };
    let is_asked = match &*call.func {
        Expr::Name(function) => function.id.as_str() == "get_running_loop",
        Expr::Attribute(function) => function.attr.as_str() == "get_running_loop",
        _ => false,
    };
    is_asked.then_some(name)
}

/// `os.kill(os.getpid(), …)`.
pub(super) fn ends_process(value: &Expr) -> bool {
    let method = |value: &Expr, name: &str| match value {
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Attribute(function) if function.attr.as_str() == name)
        }
        _ => false,
    };
    let Expr::Call(call) = value else { return false };
    method(value, "kill") && call.arguments.args.first().is_some_and(|process| method(process, "getpid"))
}

/// The path that a test like `path.exists()` looks for.
pub(super) fn asks_for_file(test: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = test else { return None };
    let Expr::Attribute(method) = &*call.func else { return None };
    let is_look = matches!(method.attr.as_str(), "exists" | "is_dir" | "is_file" | "isdir" | "isfile");
    is_look.then(|| call.arguments.args.first().unwrap_or(&method.value))
}

/// `threading.get_ident()` and the like.
pub(super) fn asks_for_thread(value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    let name = match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    matches!(name, "get_ident" | "get_native_id" | "current_thread")
}

/// The keyword that a test looks for in the function's `**kwargs`: `kwargs.pop("name", False)`.
pub(super) fn asked_keyword<'t>(test: &'t Expr, function: &ast::StmtFunctionDef) -> Option<&'t str> {
    let Expr::Call(call) = test else { return None };
    let Expr::Attribute(method) = &*call.func else { return None };
    let rest = function.parameters.kwarg.as_ref()?;
    let is_rest = method.value.as_name_expr().is_some_and(|name| name.id.as_str() == rest.name.as_str());
    let has_none = call.arguments.args.get(1).is_none_or(is_false) && call.arguments.keywords.is_empty();
    let is_look = is_rest && has_none && matches!(method.attr.as_str(), "get" | "pop");
    Some(call.arguments.args.first().filter(|_| is_look)?.as_string_literal_expr()?.value.to_str())
}

/// The texts that make a test hold, as in [`super::proviso::Asks`], or not hold if the last part is no, and the expression that it
/// looks at: `x.startswith("a")`, `x == "a"`, `x not in ("a", "b")`.
pub(super) fn asked_texts(test: &Expr) -> Option<(&Expr, String, bool)> {
    let list = |mark: char, value: &Expr| {
        let values = match value {
            Expr::Tuple(tuple) => tuple.elts.as_slice(),
            Expr::List(list) => list.elts.as_slice(),
            Expr::Set(set) => set.elts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut texts = String::new();
        for value in values {
            let text = value.as_string_literal_expr()?.value.to_str();
            if text.contains('\n') {
                return None;
            }
            texts.push(mark);
            texts.push_str(text);
            texts.push('\n');
        }
        Some(texts)
    };
    match test {
        Expr::Call(call) => {
            let Expr::Attribute(method) = &*call.func else { return None };
            let [start] = &*call.arguments.args else { return None };
            let is_start = method.attr.as_str() == "startswith" && call.arguments.keywords.is_empty();
            Some((&method.value, list('^', start).filter(|_| is_start)?, true))
        }
        Expr::Compare(compare) => {
            let ([op], [other]) = (&*compare.ops, &*compare.comparators) else { return None };
            if *op == ast::CmpOp::Eq
                && let Some(name) = named_value(other)
            {
                return Some((&compare.left, format!("~{name}\n"), true));
            }
            let (is_text, is_one) = match op {
                ast::CmpOp::Eq => (other.is_string_literal_expr(), true),
                ast::CmpOp::NotEq => (other.is_string_literal_expr(), false),
                ast::CmpOp::In => (!other.is_string_literal_expr(), true),
                ast::CmpOp::NotIn => (!other.is_string_literal_expr(), false),
                _ => return None,
            };
            Some((&compare.left, list('=', other).filter(|_| is_text)?, is_one))
        }
        _ => None,
    }
}

/// The name of the member of an enumeration whose value this is: `Kind.FILE.value`.
fn named_value(value: &Expr) -> Option<&str> {
    let Expr::Attribute(value) = value else { return None };
    let Expr::Attribute(member) = &*value.value else { return None };
    let name = member.attr.as_str();
    let is_member = name.chars().any(char::is_alphabetic) && !name.contains(char::is_lowercase);
    (value.attr.as_str() == "value" && is_member).then_some(name)
}

/// Whether a default value is false in a test.
pub(super) fn is_empty(default: &Expr) -> bool {
    match default {
        Expr::StringLiteral(text) => text.value.is_empty(),
        Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Int(value), .. }) => {
            value.as_u8() == Some(0)
        }
        Expr::Tuple(tuple) => tuple.elts.is_empty(),
        Expr::List(list) => list.elts.is_empty(),
        Expr::Dict(dict) => dict.items.is_empty(),
        other => is_false(other),
    }
}

/// The last names of a class or several, one to a line.
pub(super) fn class_names(class: &Expr) -> Option<String> {
    match class {
        Expr::Name(name) => Some(format!("{}\n", name.id.as_str())),
        Expr::Attribute(attribute) => Some(format!("{}\n", attribute.attr.as_str())),
        Expr::Tuple(tuple) => tuple.elts.iter().map(class_names).collect(),
        _ => None,
    }
}
