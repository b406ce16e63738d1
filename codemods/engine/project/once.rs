//! What a function does only once in the life of the program: it fills what all share, when that is first asked for.

use ruff_python_ast::{self as ast, Expr, Stmt};

use super::summary::FunctionSummary;
use super::tested::is_same_place;

/// Whether the result of a function without parameters is kept for the rest of the program.
pub(super) fn is_kept(function: &FunctionSummary) -> bool {
    let keeps = |decorator: &String| {
        let name = decorator.split('(').next().unwrap_or(decorator);
        matches!(name, "functools.cache" | "functools.lru_cache")
    };
    !function.qualname.contains("<locals>") && function.decorators.iter().any(keeps)
}

/// What `if shared is None: shared = make()` fills: the place and what it gets.
pub(super) fn filled(choice: &ast::StmtIf) -> Option<(&Expr, &Expr)> {
    let parts = match &*choice.test {
        Expr::BoolOp(parts) if parts.op == ast::BoolOp::And => parts.values.as_slice(),
        test => std::slice::from_ref(test),
    };
    let place = parts.iter().find_map(empty)?;
    Some((place, value_of(&choice.body, place)?))
}

/// What `if shared and not again: return shared` hands out, with the other parts of the test; not if it ages.
pub(super) fn handed_out<'s>(test: &'s Expr, body: &'s [Stmt]) -> Option<(&'s Expr, Vec<&'s Expr>)> {
    let [Stmt::Return(ast::StmtReturn { value: Some(place), .. })] = body else { return None };
    let parts = match test {
        Expr::BoolOp(parts) if parts.op == ast::BoolOp::And => parts.values.as_slice(),
        test => std::slice::from_ref(test),
    };
    let is_filled = |part: &&Expr| match part {
        Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
            ([ast::CmpOp::IsNot], [Expr::NoneLiteral(_)]) => is_same_place(&compare.left, place),
            _ => false,
        },
        part => is_same_place(part, place),
    };
    let (filled, others): (Vec<&Expr>, Vec<&Expr>) = parts.iter().partition(is_filled);
    let is_ordering =
        |op: &ast::CmpOp| matches!(op, ast::CmpOp::Lt | ast::CmpOp::LtE | ast::CmpOp::Gt | ast::CmpOp::GtE);
    let ages = |part: &&Expr| matches!(part, Expr::Compare(compare) if compare.ops.iter().any(is_ordering));
    (!filled.is_empty() && !others.iter().any(ages)).then_some((place, others))
}

/// What a test asks to be empty: `not x`, `x is None`, `len(x) == 0`.
fn empty(test: &Expr) -> Option<&Expr> {
    match test {
        Expr::UnaryOp(not) if not.op == ast::UnaryOp::Not => Some(&not.operand),
        Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators, &*compare.left) {
            ([ast::CmpOp::Is], [Expr::NoneLiteral(_)], place) => Some(place),
            ([ast::CmpOp::Eq], [Expr::NumberLiteral(_)], Expr::Call(length)) => {
                let is_length = matches!(&*length.func, Expr::Name(name) if name.id.as_str() == "len");
                length.arguments.args.first().filter(|_| is_length)
            }
            _ => None,
        },
        _ => None,
    }
}

/// What statements give to a place.
fn value_of<'s>(body: &'s [Stmt], place: &Expr) -> Option<&'s Expr> {
    body.iter().find_map(|statement| match statement {
        Stmt::Assign(assign) => {
            assign.targets.iter().any(|target| is_same_place(target, place)).then_some(&*assign.value)
        }
        Stmt::If(choice) => {
            let clauses = choice.elif_else_clauses.iter().find_map(|clause| value_of(&clause.body, place));
            value_of(&choice.body, place).or(clauses)
        }
        Stmt::With(with) => value_of(&with.body, place),
        Stmt::Try(attempt) => value_of(&attempt.body, place),
        _ => None,
    })
}
