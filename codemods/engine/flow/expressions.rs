//! Expressions: their parts in the order of evaluation.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal, walk_expr, walk_pattern};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprContext, Pattern};
use smallvec::SmallVec;

use super::build::{Builder, FrameKind};
use super::{Pause, Step, Way};

impl<'a> Builder<'_, 'a> {
    /// `a and b`: what follows is evaluated only sometimes.
    pub(super) fn bool_op(&mut self, expr: &'a ast::ExprBoolOp) {
        let after = self.loose(expr.into(), Step::Join);
        let goes_on = if expr.op == ast::BoolOp::And { Way::True } else { Way::False };
        let ends = if expr.op == ast::BoolOp::And { Way::False } else { Way::True };
        for (index, value) in expr.values.iter().enumerate() {
            self.visit_expr(value);
            if index + 1 < expr.values.len() {
                let branch = self.point(expr.into(), Step::Branch);
                self.edge(branch, after, ends);
                self.go_on(branch, goes_on);
            }
        }
        self.meet(after);
    }

    /// Comprehensions run where they stand. A generator expression is taken to do so too, but cannot pause here.
    pub(super) fn comprehension(
        &mut self,
        generators: &'a [ast::Comprehension],
        parts: &[&'a Expr],
        expr: &'a Expr,
    ) {
        let after = self.loose(expr.into(), Step::Join);
        let mut out = after;
        for generator in generators {
            self.visit_expr(&generator.iter);
            let next = self.raising(generator.into(), Step::Iterate);
            if generator.is_async && self.lazy == 0 {
                self.flow.points[next as usize].pause = Pause::Await;
            }
            self.edge(next, out, Way::False);
            self.go_on(next, Way::True);
            self.visit_expr(&generator.target);
            for test in &generator.ifs {
                self.visit_expr(test);
                let branch = self.point(generator.into(), Step::Branch);
                self.edge(branch, next, Way::False);
                self.go_on(branch, Way::True);
            }
            out = next;
        }
        for part in parts {
            self.visit_expr(part);
        }
        self.link_to(out);
        self.go_on_from(after);
    }
}

impl<'a> SourceOrderVisitor<'a> for Builder<'_, 'a> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        // Annotations and the like are not evaluated here.
        if node.is_statement() { TraversalSignal::Skip } else { TraversalSignal::Traverse }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.at.is_none() || self.flow.points.len() >= self.limit {
            return;
        }
        match expr {
            Expr::Name(name) => {
                let expects =
                    |kind: &FrameKind<'_>| matches!(kind, FrameKind::Handled { expects_names: true, .. });
                if name.ctx == ExprContext::Load && self.is_expected(expects) {
                    self.raising(expr.into(), Step::Evaluate);
                } else {
                    self.point(expr.into(), step(name.ctx));
                }
            }
            Expr::Attribute(attribute) => {
                self.visit_expr(&attribute.value);
                let expects =
                    |kind: &FrameKind<'_>| matches!(kind, FrameKind::Handled { expects_names: true, .. });
                if attribute.ctx == ExprContext::Load && self.is_expected(expects) {
                    self.raising(expr.into(), Step::Evaluate);
                } else {
                    self.point(expr.into(), step(attribute.ctx));
                }
            }
            Expr::Subscript(item) => {
                self.visit_expr(&item.value);
                self.visit_expr(&item.slice);
                if item.ctx == ExprContext::Store {
                    self.point(expr.into(), Step::Store);
                } else {
                    self.raising(expr.into(), step(item.ctx));
                }
            }
            Expr::Call(_) => {
                walk_expr(self, expr);
                self.raising(expr.into(), Step::Evaluate);
            }
            Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) => {
                walk_expr(self, expr);
                let at = self.raising(expr.into(), Step::Evaluate);
                self.flow.points[at as usize].pause = match expr {
                    Expr::Await(_) if self.lazy > 0 => Pause::No,
                    Expr::Await(_) => Pause::Await,
                    _ => Pause::Yield,
                };
            }
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                self.visit_expr(&named.target);
            }
            Expr::BoolOp(expr) => self.bool_op(expr),
            Expr::If(choice) => {
                let after = self.loose(expr.into(), Step::Join);
                let outcomes = self.test(&choice.test, expr.into());
                self.take(&outcomes, Way::True);
                self.visit_expr(&choice.body);
                self.link_to(after);
                self.take(&outcomes, Way::False);
                self.visit_expr(&choice.orelse);
                self.meet(after);
            }
            Expr::ListComp(ast::ExprListComp { elt, generators, .. })
            | Expr::SetComp(ast::ExprSetComp { elt, generators, .. }) => {
                self.comprehension(generators, &[elt], expr);
            }
            Expr::DictComp(ast::ExprDictComp { key, value, generators, .. }) => {
                let key = key.as_deref();
                let parts: SmallVec<[&Expr; 2]> = key.into_iter().chain([&**value]).collect();
                self.comprehension(generators, &parts, expr);
            }
            Expr::Generator(ast::ExprGenerator { elt, generators, .. }) => {
                self.lazy += 1;
                self.comprehension(generators, &[elt], expr);
                self.lazy -= 1;
            }
            Expr::Lambda(lambda) => {
                for parameter in lambda.parameters.iter().flat_map(|all| all.iter_non_variadic_params()) {
                    if let Some(default) = &parameter.default {
                        self.visit_expr(default);
                    }
                }
                self.point(expr.into(), Step::Evaluate);
            }
            _ => walk_expr(self, expr),
        }
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        walk_pattern(self, pattern);
        if matches!(pattern, Pattern::MatchAs(_) | Pattern::MatchStar(_) | Pattern::MatchMapping(_)) {
            self.point(pattern.into(), Step::Statement);
        }
    }
}

fn step(context: ExprContext) -> Step {
    match context {
        ExprContext::Load | ExprContext::Invalid => Step::Evaluate,
        ExprContext::Store => Step::Store,
        ExprContext::Del => Step::Delete,
    }
}
