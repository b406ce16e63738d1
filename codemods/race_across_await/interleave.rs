//! Where another task can come between a read and the write that rests on it.

use std::cell::Cell;

use ruff_python_ast::{self as ast, AnyNodeRef, CmpOp, Expr, UnaryOp};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::places::{Access, Accesses};
use crate::engine::context::Context;
use crate::engine::flow::{Flow, Pause, PointId, Step, Way};
use crate::engine::semantic::ScopeId;

/// How a write rests on a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// What is written is made of what was read.
    Update,
    /// Whether it is written depends on what was read.
    Check,
}

/// What a check asks of the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// Whether it is there: `is None`, `not x`, `in`. It is written where it is not.
    Absence,
    Other,
}

/// A read, a pause and a write, in the order in which one task comes by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Race<'a> {
    pub(super) kind: Kind,
    pub(super) asks: Asks,
    pub(super) read: Access<'a>,
    pub(super) pause: AnyNodeRef<'a>,
    pub(super) write: Access<'a>,
}

/// Looks for races on one place in one function.
pub(super) struct Search<'c, 'a> {
    cx: &'c Context<'a>,
    flow: &'c Flow<'a>,
    /// Whether other tasks can run at a point.
    pauses: &'c [bool],
    scope: ScopeId,
    accesses: &'c Accesses<'a>,
    /// What happens to the place at each of its points.
    acts: FxHashMap<PointId, Act<'a>>,
    /// How many more times the function may be searched through.
    budget: &'c Cell<u32>,
}

#[derive(Debug, Clone, Copy)]
enum Act<'a> {
    Read(TextRange),
    Write(Access<'a>),
    Clear,
}

/// How often a function is searched through: real ones need a few dozen searches, however long they are.
pub(super) const MAX_SEARCHES: u32 = 300;

/// How many locals a value may pass through.
const MAX_LOCALS: usize = 3;

/// The states of a search: whether other tasks may have run since the read.
const FRESH: u8 = 0;
const STALE: u8 = 1;
/// Before the first step.
const START: u8 = 7;

/// What was read, or something made of it, where it has got to.
#[derive(Debug, Clone, Copy)]
struct Value<'a> {
    read: Access<'a>,
    /// Where it is, and the expression that has it there.
    at: PointId,
    part: AnyNodeRef<'a>,
    state: u8,
    /// The first pause since the read, if there was one.
    pause: Option<PointId>,
    /// It is what was read itself, unchanged.
    is_same: bool,
    /// How many locals it has passed through.
    locals: usize,
}

impl<'c, 'a> Search<'c, 'a> {
    pub(super) fn new(
        cx: &'c Context<'a>,
        flow: &'c Flow<'a>,
        pauses: &'c [bool],
        scope: ScopeId,
        accesses: &'c Accesses<'a>,
        budget: &'c Cell<u32>,
    ) -> Self {
        let mut acts = FxHashMap::default();
        let reads = accesses.reads.iter().map(|read| (read, Act::Read(read.at.range())));
        let clears = accesses.clears.iter().map(|clear| (clear, Act::Clear));
        let writes = accesses.writes.iter().map(|write| (write, Act::Write(*write)));
        for (access, act) in reads.chain(clears).chain(writes) {
            let points = flow.points_of(cx.semantic, &access.at);
            acts.extend(points.filter(|id| flow.point(*id).step == access.step).map(|id| (id, act)));
        }
        Self { cx, flow, pauses, scope, accesses, acts, budget }
    }

    /// The race on the place that says most; of those that say as much the first, in the order of the reads.
    pub(super) fn race(&self) -> Option<Race<'a>> {
        telling(self.accesses.reads.iter().map(|read| self.after_read(*read)))
    }

    fn after_read(&self, read: Access<'a>) -> Option<Race<'a>> {
        let mut points = self.flow.points_of(self.cx.semantic, &read.at);
        let at = points.find(|id| self.flow.point(*id).step == read.step)?;
        let value = Value { read, at, part: read.at, state: FRESH, pause: None, is_same: true, locals: 0 };
        self.follow(value).or_else(|| self.missed(value))
    }

    /// The read raises where there is nothing to read: is the place written only after that?
    fn missed(&self, value: Value<'a>) -> Option<Race<'a>> {
        let expected = match value.part {
            AnyNodeRef::ExprSubscript(_) => ["KeyError", "LookupError"],
            AnyNodeRef::ExprAttribute(_) => ["AttributeError", "AttributeError"],
            _ => return None,
        };
        let mut next = self.flow.point(value.at).next.iter();
        let dispatch = next.find(|edge| edge.way == Way::Raises)?.to;
        let AnyNodeRef::StmtTry(statement) = self.flow.point(dispatch).node else { return None };
        let is_expected = statement.handlers.iter().any(|handler| {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            matches!(handler.type_.as_deref(), Some(Expr::Name(name)) if expected.contains(&name.id.as_str()))
        });
        if !is_expected || self.flow.point(dispatch).step != Step::Dispatch {
            return None;
        }
        self.spend()?;
        let mut found = None;
        let explored = self.flow.explore(dispatch, FRESH, |id, state, _| {
            if let Some(write) = self.write_at(id).filter(|_| state == STALE) {
                found = found.or(Some((id, write)));
            }
            self.next_state(id, state)
        });
        let (id, write) = found?;
        let mut is_written_anyway = false;
        self.flow.explore(value.at, FRESH, |at, state, _| {
            is_written_anyway |= at == id;
            self.next_state(at, state)
        });
        let pause = self.first_pause(&explored.way_to(id, STALE)).filter(|_| !is_written_anyway)?;
        let pause = self.flow.point(pause).node;
        Some(Race { kind: Kind::Check, asks: Asks::Absence, read: value.read, pause, write })
    }

    /// Takes one search off what is left; `None` when nothing is.
    fn spend(&self) -> Option<()> {
        self.budget.set(self.budget.get().checked_sub(1)?);
        Some(())
    }

    fn write_at(&self, id: PointId) -> Option<Access<'a>> {
        match self.acts.get(&id) {
            Some(Act::Write(write)) => Some(*write),
            _ => None,
        }
    }

    /// What becomes of a value.
    fn follow(&self, value: Value<'a>) -> Option<Race<'a>> {
        match sink(self.cx, value.part)? {
            Sink::Value { statement, is_whole } => {
                let target = local_target(statement);
                if is_whole || computes(self.cx, value.part, statement) {
                    let value = Value { is_same: value.is_same && is_whole, ..value };
                    return self.update(value, statement).or_else(|| self.keep(value, target?));
                }
                // One of several: what was read may still be asked for.
                let is_choice =
                    matches!(self.cx.parent(&value.part), AnyNodeRef::ExprIf(_) | AnyNodeRef::ExprBoolOp(_));
                self.keep(Value { is_same: true, ..value }, target.filter(|_| is_choice)?)
            }
            Sink::Named(named) => {
                let is_whole = named.value.range() == value.part.range();
                let target = named.target.as_name_expr()?;
                self.keep(Value { is_same: value.is_same && is_whole, ..value }, target)
                    .or_else(|| self.follow(Value { part: named.into(), is_same: false, ..value }))
            }
            Sink::Test(node) => self.check(value, node),
        }
    }

    /// The value is assigned: is it to the place, and has somebody else been there?
    fn update(&self, value: Value<'a>, statement: AnyNodeRef<'a>) -> Option<Race<'a>> {
        let inside = |at: AnyNodeRef<'_>| statement.range().contains_range(at.range());
        if value.is_same || !self.accesses.writes.iter().any(|write| inside(write.at)) {
            return None;
        }
        self.spend()?;
        let mut found = None;
        let explored = self.flow.explore(value.at, value.state, |id, state, _| {
            if let Some(write) = self.write_at(id).filter(|write| inside(write.at)) {
                if state == STALE {
                    found = found.or(Some((id, write)));
                }
                return None;
            }
            // Only the statement itself is of interest.
            self.next_state(id, state).filter(|_| inside(self.flow.point(id).node))
        });
        let (id, write) = found?;
        let pause = value.pause.or_else(|| self.first_pause(&explored.way_to(id, STALE)))?;
        let pause = self.flow.point(pause).node;
        Some(Race { kind: Kind::Update, asks: Asks::Other, read: value.read, pause, write })
    }

    fn next_state(&self, id: PointId, state: u8) -> Option<u8> {
        let ends = match self.acts.get(&id) {
            Some(Act::Write(_) | Act::Clear) => true,
            Some(Act::Read(_)) => state == STALE,
            None => self.rebinds_key(id),
        };
        (!ends).then_some(if self.pauses[id as usize] { STALE } else { state })
    }

    /// Whether a read is that of an assignment that adds to the place, or takes from it.
    fn is_rewritten(&self, read: TextRange) -> bool {
        self.accesses.writes.iter().any(|write| {
            let update = self.cx.statement(&write.at).filter(|update| update.range().contains_range(read));
            update.is_some_and(|update| counts(self.cx, update).is_some())
        })
    }

    fn rebinds_key(&self, id: PointId) -> bool {
        let point = self.flow.point(id);
        let AnyNodeRef::ExprName(name) = point.node else { return false };
        point.step == Step::Store && self.accesses.key_names.contains(&name.id.as_str())
    }

    fn first_pause(&self, way: &[PointId]) -> Option<PointId> {
        way.iter().copied().skip(1).find(|id| self.pauses[*id as usize])
    }

    /// Moves a value on to where control gets without an exception: in which state, and after which pause.
    fn advance(&self, value: Value<'a>, to: PointId) -> Option<Value<'a>> {
        self.spend()?;
        let mut reached = None;
        let explored = self.flow.explore(value.at, value.state, |id, state, way| {
            if id == to {
                reached = reached.or(Some(state));
                return None;
            }
            self.next_state(id, state).filter(|_| way != Way::Raises)
        });
        let state = reached?;
        let pause = value.pause.or_else(|| self.first_pause(&explored.way_to(to, state)));
        Some(Value { at: to, state, pause, ..value })
    }

    /// The value gets a local name: what is done with the name?
    fn keep(&self, value: Value<'a>, target: &'a ast::ExprName) -> Option<Race<'a>> {
        let semantic = self.cx.semantic;
        let bound_in = semantic.lookup(target.id.as_str(), semantic.scope_of(target))?;
        if value.locals == MAX_LOCALS || semantic.frame(bound_in) != self.scope {
            return None;
        }
        let value = self.advance(value, self.flow.find(semantic, target, Step::Store)?)?;
        self.spend()?;
        let mut uses = Vec::new();
        let explored = self.flow.explore(value.at, value.state, |id, state, _| {
            let point = self.flow.point(id);
            if let AnyNodeRef::ExprName(name) = point.node
                && name.id == target.id
            {
                match point.step {
                    Step::Evaluate => uses.push((id, state)),
                    _ => return None,
                }
            }
            self.next_state(id, state)
        });
        telling(uses.into_iter().map(|(at, state)| {
            let pause = value.pause.or_else(|| self.first_pause(&explored.way_to(at, state)));
            let part = self.flow.point(at).node;
            self.follow(Value { at, part, state, pause, locals: value.locals + 1, ..value })
        }))
    }

    /// The value decides which way control goes: is the place written on one of the two only?
    fn check(&self, value: Value<'a>, node: AnyNodeRef<'a>) -> Option<Race<'a>> {
        let branch = self.flow.find(self.cx.semantic, &node, Step::Branch)?;
        let value = self.advance(value, branch)?;
        let sides = [Way::True, Way::False].map(|wanted| {
            let mut stale = Vec::new();
            let mut written = Vec::new();
            let explored = self.flow.explore(branch, START, |id, at, way| {
                if at == START && way != wanted {
                    return None;
                }
                let at = if at == START { value.state } else { at };
                if self.write_at(id).is_some() {
                    written.push(id);
                    if at == STALE {
                        stale.push(id);
                    }
                }
                // `left -= 1` reads what it writes, but asks nothing of it.
                if matches!(self.acts.get(&id), Some(Act::Read(at)) if self.is_rewritten(*at)) {
                    return Some(if self.pauses[id as usize] { STALE } else { at });
                }
                // The check is made again.
                let is_same = |act: &Act<'_>| matches!(act, Act::Read(at) if *at == value.read.at.range());
                if id == branch || self.acts.get(&id).is_some_and(is_same) {
                    return None;
                }
                self.next_state(id, at)
            });
            (wanted, stale, written, explored)
        });
        for (side, other) in [(&sides[0], &sides[1]), (&sides[1], &sides[0])] {
            let (way, stale, _, explored) = side;
            let Some(id) = stale.iter().find(|id| !other.2.contains(id)) else { continue };
            let write = self.write_at(*id)?;
            let pause = value.pause.or_else(|| self.first_pause(&explored.way_to(*id, STALE)))?;
            let is_absence = absent_way(self.cx, value.part, value.read) == Some(*way);
            let asks = if is_absence { Asks::Absence } else { Asks::Other };
            let pause = self.flow.point(pause).node;
            return Some(Race { kind: Kind::Check, asks, read: value.read, pause, write });
        }
        None
    }
}

/// The first race that says more than those after it: what was read is written back, what was missing is set.
fn telling<'a>(races: impl Iterator<Item = Option<Race<'a>>>) -> Option<Race<'a>> {
    let mut best: Option<Race<'a>> = None;
    for race in races.flatten() {
        let rank = |race: &Race<'_>| (race.kind, race.asks == Asks::Other);
        if race.kind == Kind::Update {
            return Some(race);
        }
        if best.as_ref().is_none_or(|best| rank(&race) < rank(best)) {
            best = Some(race);
        }
    }
    best
}

/// What a statement adds to a place or takes from it: `left -= n`, `left = left - n`.
pub(super) fn counts<'a>(cx: &Context<'_>, statement: AnyNodeRef<'a>) -> Option<&'a Expr> {
    let is_sum = |operator| matches!(operator, ast::Operator::Add | ast::Operator::Sub);
    match statement {
        AnyNodeRef::StmtAugAssign(update) => is_sum(update.op).then_some(&*update.value),
        AnyNodeRef::StmtAssign(ast::StmtAssign { targets, value, .. }) => {
            let ([target], Expr::BinOp(sum)) = (targets.as_slice(), &**value) else { return None };
            (is_sum(sum.op) && cx.text(target) == cx.text(&*sum.left)).then_some(&*sum.right)
        }
        _ => None,
    }
}

/// Whether the test that a value is part of asks how much there is.
pub(super) fn asks_how_much(cx: &Context<'_>, read: AnyNodeRef<'_>) -> bool {
    cx.ancestors(&read).take_while(|around| !around.is_statement()).any(|around| match around {
        AnyNodeRef::ExprCompare(compare) => {
            let mut operators = compare.ops.iter();
            operators.any(|operator| matches!(operator, CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE))
        }
        _ => false,
    })
}

/// On which outcome of the test that it is part of a value was absent: `None`, empty, not in its container. `None`
/// if the test asks something else.
fn absent_way<'a>(cx: &Context<'a>, part: AnyNodeRef<'a>, read: Access<'a>) -> Option<Way> {
    let mut at = part;
    let mut way = Way::False;
    let mut is_asked = false;
    for around in cx.ancestors(&part) {
        match around {
            AnyNodeRef::ExprCompare(compare) if !is_asked => {
                is_asked = true;
                let [operator] = &*compare.ops else { return None };
                let is_element = read.whole == compare.range();
                let with_none = compare.comparators.iter().any(Expr::is_none_literal_expr);
                way = match operator {
                    CmpOp::In if is_element => Way::False,
                    CmpOp::NotIn if is_element => Way::True,
                    CmpOp::Is | CmpOp::Eq if with_none => Way::True,
                    CmpOp::IsNot | CmpOp::NotEq if with_none => Way::False,
                    _ => return None,
                };
            }
            AnyNodeRef::ExprUnaryOp(not) if not.op == UnaryOp::Not => {
                is_asked = true;
                way = if way == Way::True { Way::False } else { Way::True };
            }
            AnyNodeRef::ExprBoolOp(_) => is_asked = true,
            AnyNodeRef::ExprNamed(named) if named.value.range() == at.range() => {}
            AnyNodeRef::StmtIf(_) | AnyNodeRef::ElifElseClause(_) => return Some(way),
            _ => return None,
        }
        at = around;
    }
    None
}

/// Whether a value is computed from a part of it: by operators, in a display, not just passed through or one of
/// several choices.
fn computes(cx: &Context<'_>, part: AnyNodeRef<'_>, statement: AnyNodeRef<'_>) -> bool {
    let mut around = cx.ancestors(&part);
    let mut computed = matches!(statement, AnyNodeRef::StmtAugAssign(_));
    for node in around.by_ref() {
        match node {
            AnyNodeRef::ExprBinOp(_)
            | AnyNodeRef::ExprStarred(_)
            | AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprSet(_)
            | AnyNodeRef::ExprDict(_)
            | AnyNodeRef::ExprUnaryOp(_) => computed = true,
            AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprNamed(_) => {}
            _ if node.range() == statement.range() => return computed,
            _ => return false,
        }
    }
    false
}

/// What the value of an expression goes into.
enum Sink<'a> {
    /// An assignment. `is_whole`: nothing but the expression is assigned.
    Value {
        statement: AnyNodeRef<'a>,
        is_whole: bool,
    },
    Named(&'a ast::ExprNamed),
    /// The test of this `if`, `elif` or conditional expression.
    Test(AnyNodeRef<'a>),
}

/// Follows a value outwards. Through an awaited call it does not count as the same value: what a coroutine makes of
/// its arguments is its own affair.
fn sink<'a>(cx: &Context<'a>, part: AnyNodeRef<'a>) -> Option<Sink<'a>> {
    let mut range: TextRange = part.range();
    let mut is_whole = true;
    for around in cx.ancestors(&part) {
        match around {
            AnyNodeRef::StmtAssign(statement) => {
                let in_value = statement.value.range().contains_range(range);
                return in_value.then_some(Sink::Value { statement: around, is_whole });
            }
            AnyNodeRef::StmtAnnAssign(statement) => {
                let in_value = statement.value.as_ref().is_some_and(|v| v.range().contains_range(range));
                return in_value.then_some(Sink::Value { statement: around, is_whole });
            }
            AnyNodeRef::StmtAugAssign(_) => return Some(Sink::Value { statement: around, is_whole: false }),
            AnyNodeRef::ExprNamed(named) => return Some(Sink::Named(named)),
            AnyNodeRef::StmtIf(statement) => {
                let in_test = statement.test.range().contains_range(range);
                return in_test.then_some(Sink::Test(around));
            }
            AnyNodeRef::ElifElseClause(clause) => {
                let in_test = clause.test.as_ref().is_some_and(|test| test.range().contains_range(range));
                return in_test.then_some(Sink::Test(around));
            }
            AnyNodeRef::ExprAwait(_)
            | AnyNodeRef::ExprLambda(_)
            | AnyNodeRef::ExprYield(_)
            | AnyNodeRef::ExprGenerator(_) => return None,
            _ if around.is_statement() => return None,
            _ => is_whole = false,
        }
        range = around.range();
    }
    None
}

/// The one local name that a statement assigns.
fn local_target(statement: AnyNodeRef<'_>) -> Option<&ast::ExprName> {
    match statement {
        AnyNodeRef::StmtAssign(ast::StmtAssign { targets, .. }) => match targets.as_slice() {
            [Expr::Name(name)] => Some(name),
            _ => None,
        },
        AnyNodeRef::StmtAnnAssign(ast::StmtAnnAssign { target, .. })
        | AnyNodeRef::StmtAugAssign(ast::StmtAugAssign { target, .. }) => target.as_name_expr(),
        _ => None,
    }
}

/// Whether other tasks can run at each point: an `await` of a coroutine that never waits does not let them.
pub(super) fn pauses(cx: &Context<'_>, flow: &Flow<'_>) -> Vec<bool> {
    let pauses = |point: &crate::engine::flow::Point<'_>| match (point.pause, point.node) {
        (Pause::Await, AnyNodeRef::ExprAwait(awaited)) => cx.may_wait(&awaited.value),
        (pause, _) => pause == Pause::Await,
    };
    flow.points.iter().map(pauses).collect()
}
