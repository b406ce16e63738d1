//! What the conditions around a call say of the values that it is given.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::exits::never_falls_through;
use super::kinds::Kinds;
use crate::engine::semantic::{ScopeId, Semantic};

/// An expression of which something is known where a call stands.
pub(super) struct Tested<'a> {
    value: &'a Expr,
    /// Whether it is something, or `None` or false.
    pub(super) is_something: Option<bool>,
    /// The sorts that it may be of.
    pub(super) kinds: Option<Kinds>,
}

impl<'a> Tested<'a> {
    /// How many statements before a call are looked at.
    const MAX_BEFORE: usize = 16;

    /// What is known where a call stands.
    pub(super) fn around(call: &ast::ExprCall, semantic: &Semantic<'a>) -> Vec<Self> {
        let mut found = Vec::new();
        let Some(id) = semantic.id(call) else { return found };
        let mut add = |test, holds| Self::add(test, holds, semantic, semantic.scope_of(call), &mut found);
        let mut inner = call.range();
        let mut at = id;
        for around in semantic.ancestors(id) {
            if semantic.node(at).ast.is_statement() {
                let suite = semantic.suite(at);
                let before = suite.partition_point(|statement| statement.end() <= inner.start());
                for statement in suite[..before].iter().rev().take(Self::MAX_BEFORE) {
                    if let Stmt::If(choice) = statement
                        && choice.elif_else_clauses.is_empty()
                        && never_falls_through(&choice.body)
                    {
                        add(&choice.test, false);
                    }
                }
            }
            match around.ast {
                AnyNodeRef::StmtIf(choice) if choice.test.end() <= inner.start() => {
                    let is_in_body = choice.body.last().is_some_and(|last| inner.end() <= last.end());
                    add(&choice.test, is_in_body);
                }
                AnyNodeRef::ElifElseClause(clause) => {
                    if let Some(test) = clause.test.as_ref().filter(|test| test.end() <= inner.start()) {
                        add(test, true);
                    }
                }
                AnyNodeRef::ExprIf(choice) => {
                    let is_in_body = choice.body.range().contains_range(inner);
                    if is_in_body || choice.orelse.range().contains_range(inner) {
                        add(&choice.test, is_in_body);
                    }
                }
                AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_) => break,
                _ => {}
            }
            inner = around.ast.range();
            at = semantic.node(at).parent;
        }
        found.retain(|tested| tested.still_holds(call, semantic));
        found
    }

    fn add(test: &'a Expr, holds: bool, semantic: &Semantic<'a>, scope: ScopeId, found: &mut Vec<Self>) {
        let mut note =
            |value, is_something| found.push(Self { value, is_something: Some(is_something), kinds: None });
        match test {
            Expr::BoolOp(parts) if (parts.op == ast::BoolOp::And) == holds => {
                parts.values.iter().for_each(|part| Self::add(part, holds, semantic, scope, found));
            }
            Expr::UnaryOp(not) if not.op == ast::UnaryOp::Not => {
                Self::add(&not.operand, !holds, semantic, scope, found);
            }
            Expr::Compare(compare) => {
                let ([op], [Expr::NoneLiteral(_)]) = (&*compare.ops, &*compare.comparators) else { return };
                let is_something = match op {
                    ast::CmpOp::Is => !holds,
                    ast::CmpOp::IsNot => holds,
                    _ => return,
                };
                note(&compare.left, is_something);
            }
            Expr::Name(_) | Expr::Attribute(_) => note(test, holds),
            Expr::Call(call) => {
                let [value, class] = &*call.arguments.args else { return };
                if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "isinstance") {
                    let kinds = Kinds::tested(class, holds, semantic, scope);
                    found.push(Self { value, is_something: None, kinds });
                }
            }
            _ => {}
        }
    }

    /// Whether nothing gives it another value between the test and the call.
    fn still_holds(&self, call: &ast::ExprCall, semantic: &Semantic<'a>) -> bool {
        let between = TextRange::new(self.value.end(), call.start().max(self.value.end()));
        match self.value {
            Expr::Name(name) => {
                let name = name.id.as_str();
                let scope = semantic.lookup(name, semantic.scope_of(call));
                let bindings = scope.map_or(&[][..], |scope| semantic.bindings_of(name, scope));
                !bindings.iter().any(|id| between.contains_inclusive(semantic.binding(*id).from))
            }
            Expr::Attribute(attribute) => {
                let stores = &semantic.attribute_stores;
                let from = stores.partition_point(|store| store.target.start() < between.start());
                let mut inside =
                    stores[from..].iter().take_while(|store| store.target.start() < between.end());
                // `x.y = f(x.y)`
                let is_later = |value: &Expr| value.range().contains_range(call.range());
                !inside.any(|store| {
                    store.target.attr.as_str() == attribute.attr.as_str()
                        && !store.value.is_some_and(is_later)
                })
            }
            _ => false,
        }
    }

    /// Whether this is what is known of a value.
    pub(super) fn is_of(&self, value: &Expr) -> bool {
        is_same_place(self.value, value)
    }
}

/// Whether both are the same name, or the same attribute of the same.
pub(super) fn is_same_place(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Name(one), Expr::Name(other)) => one.id == other.id,
        (Expr::Attribute(one), Expr::Attribute(other)) => {
            one.attr.as_str() == other.attr.as_str() && is_same_place(&one.value, &other.value)
        }
        _ => false,
    }
}
