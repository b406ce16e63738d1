//! Statements: where control goes from each of them.

use ruff_python_ast::visitor::source_order::SourceOrderVisitor;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};

use super::build::{Builder, Frame, FrameKind, Jump};
use super::{Pause, PointId, Step, Way};

impl<'a> Builder<'_, 'a> {
    pub(super) fn suite(&mut self, body: &'a [Stmt]) {
        for statement in body {
            // What no control reaches has no points.
            if self.at.is_none() || self.flow.points.len() >= self.limit {
                return;
            }
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                for decorator in &function.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                for parameter in function.parameters.iter_non_variadic_params() {
                    if let Some(default) = &parameter.default {
                        self.visit_expr(default);
                    }
                }
                self.point(statement.into(), Step::Statement);
            }
            Stmt::ClassDef(class) => {
                for decorator in &class.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                if let Some(arguments) = &class.arguments {
                    self.visit_arguments(arguments);
                }
                self.point(statement.into(), Step::Statement);
            }
            Stmt::Return(s) => {
                if let Some(value) = &s.value {
                    self.visit_expr(value);
                }
                self.point(statement.into(), Step::Statement);
                self.jump(Jump::Return);
            }
            Stmt::Break(_) => {
                self.point(statement.into(), Step::Statement);
                self.jump(Jump::Break);
            }
            Stmt::Continue(_) => {
                self.point(statement.into(), Step::Statement);
                self.jump(Jump::Continue);
            }
            Stmt::Raise(s) => {
                for part in [&s.exc, &s.cause].into_iter().flatten() {
                    self.visit_expr(part);
                }
                self.raising(statement.into(), Step::Statement);
                self.at = None;
            }
            Stmt::Assert(s) => {
                self.visit_expr(&s.test);
                self.raising(statement.into(), Step::Statement);
            }
            Stmt::Import(_) | Stmt::ImportFrom(_) => {
                let expects =
                    |kind: &FrameKind<'_>| matches!(kind, FrameKind::Handled { expects_imports: true, .. });
                if self.is_expected(expects) {
                    self.raising(statement.into(), Step::Statement);
                } else {
                    self.point(statement.into(), Step::Statement);
                }
            }
            Stmt::Assign(s) => {
                self.visit_expr(&s.value);
                for target in &s.targets {
                    self.visit_expr(target);
                }
            }
            Stmt::AnnAssign(s) => {
                if let Some(value) = &s.value {
                    self.visit_expr(value);
                    self.visit_expr(&s.target);
                }
            }
            Stmt::AugAssign(s) => {
                self.read_target(&s.target);
                self.visit_expr(&s.value);
                self.point((&*s.target).into(), Step::Store);
            }
            Stmt::Delete(s) => s.targets.iter().for_each(|target| self.visit_expr(target)),
            Stmt::Expr(s) => {
                self.visit_expr(&s.value);
                if self.never_returns(&s.value) {
                    self.at = None;
                }
            }
            Stmt::If(s) => self.if_statement(s),
            Stmt::While(s) => self.while_statement(s),
            Stmt::For(s) => self.for_statement(s),
            Stmt::With(s) => self.with(s, 0),
            Stmt::Try(s) => self.try_statement(s),
            Stmt::Match(s) => self.match_statement(s),
            Stmt::TypeAlias(_)
            | Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::Pass(_)
            | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    /// The read that `x.y += 1` begins with.
    fn read_target(&mut self, target: &'a Expr) {
        match target {
            Expr::Attribute(attribute) => {
                self.visit_expr(&attribute.value);
                self.point(target.into(), Step::Evaluate);
            }
            Expr::Subscript(item) => {
                self.visit_expr(&item.value);
                self.visit_expr(&item.slice);
                self.raising(target.into(), Step::Evaluate);
            }
            _ => {
                self.point(target.into(), Step::Evaluate);
            }
        }
    }

    /// Calls after which the statement that is one does not go on.
    fn never_returns(&self, value: &Expr) -> bool {
        let Expr::Call(call) = value else { return false };
        let name = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return false,
        };
        // Most calls have other names, and need no further look.
        let is_known = matches!(name, "exit" | "_exit" | "quit" | "abort");
        is_known
            && self.semantic.symbol(&call.func, self.semantic.scope_of(&*call.func)).is_some_and(|symbol| {
                matches!(&*symbol, "sys.exit" | "os._exit" | "os.abort" | "builtins.exit" | "builtins.quit")
            })
    }

    fn if_statement(&mut self, s: &'a ast::StmtIf) {
        let after = self.loose(s.into(), Step::Join);
        let mut outcomes = self.test(&s.test, s.into());
        self.take(&outcomes, Way::True);
        self.suite(&s.body);
        self.link_to(after);
        self.take(&outcomes, Way::False);
        for clause in &s.elif_else_clauses {
            if self.at.is_none() {
                break;
            }
            match &clause.test {
                Some(test) => {
                    outcomes = self.test(test, clause.into());
                    self.take(&outcomes, Way::True);
                    self.suite(&clause.body);
                    self.link_to(after);
                    self.take(&outcomes, Way::False);
                }
                None => self.suite(&clause.body),
            }
        }
        self.meet(after);
    }

    fn while_statement(&mut self, s: &'a ast::StmtWhile) {
        let again = self.point(s.into(), Step::Join);
        let after = self.loose(s.into(), Step::Join);
        let outcomes = self.test(&s.test, s.into());
        self.take(&outcomes, Way::True);
        self.loop_body(s.into(), &s.body, again, after);
        self.take(&outcomes, Way::False);
        self.suite(&s.orelse);
        self.meet(after);
    }

    fn for_statement(&mut self, s: &'a ast::StmtFor) {
        self.visit_expr(&s.iter);
        let after = self.loose(s.into(), Step::Join);
        let next = self.raising(s.into(), Step::Iterate);
        if s.is_async {
            self.flow.points[next as usize].pause = Pause::Await;
        }
        self.go_on(next, Way::True);
        self.visit_expr(&s.target);
        self.loop_body(s.into(), &s.body, next, after);
        self.go_on(next, Way::False);
        self.suite(&s.orelse);
        self.meet(after);
    }

    fn loop_body(&mut self, node: AnyNodeRef<'a>, body: &'a [Stmt], again: PointId, after: PointId) {
        self.push(FrameKind::Loop { node, again, after });
        self.suite(body);
        self.link_to(again);
        self.frames.pop();
    }

    fn push(&mut self, kind: FrameKind<'a>) {
        self.frames.push(Frame { kind, jumps: [None; 3] });
    }

    /// The items of a `with` from this one on, and its body.
    fn with(&mut self, s: &'a ast::StmtWith, from: usize) {
        let Some(item) = s.items.get(from) else { return self.suite(&s.body) };
        self.visit_expr(&item.context_expr);
        let enter = self.raising(item.into(), Step::Enter);
        if s.is_async {
            self.flow.points[enter as usize].pause = Pause::Await;
        }
        let raised = self.loose(item.into(), Step::Join);
        self.push(FrameKind::With { item, is_async: s.is_async, raised });
        if let Some(target) = &item.optional_vars {
            self.visit_expr(target);
        }
        self.with(s, from + 1);
        self.frames.pop();
        let after = self.loose(s.into(), Step::Join);
        if self.at.is_some() {
            self.leave(item, s.is_async);
            self.link_to(after);
        }
        self.take_up(raised);
        if self.at.is_some() {
            let left = self.leave(item, s.is_async);
            let outer = self.raises_to();
            self.edge(left, outer, Way::Raises);
            if !swallows(&item.context_expr) {
                self.at = None;
            }
        }
        self.meet(after);
    }

    pub(super) fn leave(&mut self, item: &'a ast::WithItem, is_async: bool) -> PointId {
        let is_quiet = ends_quietly(&item.context_expr);
        let left = if is_quiet {
            self.point(item.into(), Step::Exit)
        } else {
            self.raising(item.into(), Step::Exit)
        };
        if is_async {
            self.flow.points[left as usize].pause = Pause::Await;
        }
        left
    }

    fn try_statement(&mut self, s: &'a ast::StmtTry) {
        let after = self.loose(s.into(), Step::Join);
        let raised = (!s.finalbody.is_empty()).then(|| self.loose(s.into(), Step::Join));
        if let Some(raised) = raised {
            self.push(FrameKind::Finally { body: &s.finalbody, node: s.into(), raised });
        }
        let done = self.loose(s.into(), Step::Join);
        if s.handlers.is_empty() {
            self.suite(&s.body);
            self.suite(&s.orelse);
            self.link_to(done);
        } else {
            self.handled(s, done);
        }
        if raised.is_some() {
            self.frames.pop();
        }
        self.take_up(done);
        self.suite(&s.finalbody);
        self.link_to(after);
        if let Some(raised) = raised {
            self.take_up(raised);
            if self.at.is_some() {
                self.suite(&s.finalbody);
                if self.at.is_some() {
                    let join = self.point(s.into(), Step::Join);
                    let outer = self.raises_to();
                    self.edge(join, outer, Way::Raises);
                }
            }
        }
        self.at = None;
        self.meet(after);
    }

    /// The body, handlers and `else` of a `try`.
    fn handled(&mut self, s: &'a ast::StmtTry, done: PointId) {
        let dispatch = self.loose(s.into(), Step::Dispatch);
        let catches = Catches::of(&s.handlers);
        let entry = self.point(s.into(), Step::Join);
        self.push(FrameKind::Handled {
            dispatch,
            expects_names: catches.names,
            expects_imports: catches.imports,
        });
        self.suite(&s.body);
        self.frames.pop();
        if !self.is_reached[dispatch as usize] {
            // Something in there is expected to fail.
            self.edge(entry, dispatch, Way::Raises);
        }
        self.suite(&s.orelse);
        self.link_to(done);
        for handler in &s.handlers {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            self.go_on(dispatch, Way::On);
            if let Some(kind) = &handler.type_ {
                self.visit_expr(kind);
            }
            self.point(handler.into(), Step::Statement);
            self.suite(&handler.body);
            self.link_to(done);
        }
        let outer = self.raises_to();
        match (catches.exceptions, catches.cancellation) {
            (true, true) => {}
            (true, false) => self.edge(dispatch, outer, Way::Cancels),
            (false, _) => self.edge(dispatch, outer, Way::Raises),
        }
        self.at = None;
    }

    fn match_statement(&mut self, s: &'a ast::StmtMatch) {
        self.visit_expr(&s.subject);
        let after = self.loose(s.into(), Step::Join);
        for case in &s.cases {
            self.visit_pattern(&case.pattern);
            let branch = self.point(case.into(), Step::Branch);
            let always = case.pattern.is_irrefutable() && case.guard.is_none();
            self.go_on(branch, Way::True);
            let guarded = case.guard.as_deref().map(|guard| self.test(guard, case.into()));
            if let Some(outcomes) = &guarded {
                self.take(outcomes, Way::True);
            }
            self.suite(&case.body);
            self.link_to(after);
            if always {
                self.at = None;
                break;
            }
            self.go_on(branch, Way::False);
            if let Some(outcomes) = guarded {
                // The next case is tried after either.
                let other = self.point(case.into(), Step::Join);
                self.edge(outcomes.branch, other, Way::False);
            }
        }
        self.meet(after);
    }
}

/// What the handlers of a `try` are there for.
struct Catches {
    /// Every `Exception`.
    exceptions: bool,
    /// What is no `Exception`, cancellation above all.
    cancellation: bool,
    names: bool,
    imports: bool,
}

impl Catches {
    fn of(handlers: &[ast::ExceptHandler]) -> Self {
        let mut catches = Self { exceptions: false, cancellation: false, names: false, imports: false };
        for handler in handlers {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            let kinds = match handler.type_.as_deref() {
                None => {
                    (catches.exceptions, catches.cancellation) = (true, true);
                    continue;
                }
                Some(Expr::Tuple(tuple)) => tuple.elts.as_slice(),
                Some(kind) => std::slice::from_ref(kind),
            };
            for kind in kinds {
                match kind {
                    Expr::Name(ast::ExprName { id: name, .. }) => catches.add(name.as_str()),
                    Expr::Attribute(attribute) => catches.add(attribute.attr.as_str()),
                    _ => {}
                }
            }
        }
        catches
    }

    fn add(&mut self, name: &str) {
        match name {
            "BaseException" => (self.exceptions, self.cancellation) = (true, true),
            "Exception" => self.exceptions = true,
            "CancelledError" => self.cancellation = true,
            "AttributeError" | "NameError" | "UnboundLocalError" => self.names = true,
            "ImportError" | "ModuleNotFoundError" => self.imports = true,
            _ => {}
        }
    }
}

/// Whether a context manager raises nothing of its own when what is inside of it has ended: limits of time raise what
/// they made of a cancellation.
fn ends_quietly(manager: &Expr) -> bool {
    const QUIET: &[&str] = &[
        "fail_after",
        "fail_at",
        "move_on_after",
        "move_on_at",
        "nullcontext",
        "suppress",
        "timeout",
        "timeout_at",
    ];
    let Expr::Call(call) = manager else { return false };
    match &*call.func {
        Expr::Attribute(function) => QUIET.contains(&function.attr.as_str()),
        Expr::Name(function) => QUIET.contains(&function.id.as_str()),
        _ => false,
    }
}

/// Context managers after which control may go on although an exception came to them.
fn swallows(context: &Expr) -> bool {
    let Expr::Call(call) = context else { return false };
    let name = match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    matches!(
        name,
        "suppress"
            | "raises"
            | "assertRaises"
            | "assertRaisesRegex"
            | "move_on_after"
            | "move_on_at"
            | "CancelScope"
    )
}
