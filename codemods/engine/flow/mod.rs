//! The ways through one function: a graph of what it evaluates, stores, enters and leaves, in the order of running.
//!
//! A [`Flow`] is made of [`Point`]s, each a node of the tree at one moment of its evaluation, and edges that say why
//! control goes on there. Where an exception goes is an edge like any other, so that the normal and the exceptional
//! end of a function are told apart. What a `finally` or the end of a `with` does is there once for each way of
//! getting to it (falling through, an exception, `return`, `break`, `continue`), so a way through the graph is one
//! that the function can take, conditions apart.
//!
//! Which points can raise: calls, `await`, `yield`, items, `raise`, `assert`, `del`, entering and leaving a `with`,
//! the next item of a `for`; in a `try` that expects it, the read of an attribute or name, and imports.
//!
//! It costs one pass over the function. A codemod asks something cheap first and builds it for few functions.

mod build;
mod expressions;
mod statements;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::collections::hash_map::Entry;

use ruff_python_ast::{AnyNodeRef, HasNodeIndex};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::semantic::{NodeId, Semantic};

/// The position of a point in [`Flow::points`].
pub(crate) type PointId = u32;

/// No point.
const NONE: PointId = u32::MAX;

/// A node at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Point<'a> {
    pub(crate) node: AnyNodeRef<'a>,
    pub(crate) step: Step,
    pub(crate) pause: Pause,
    pub(crate) next: SmallVec<[Edge; 2]>,
    /// The point of the same node that was made after this one.
    later: PointId,
}

/// What happens at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The function begins.
    Start,
    /// It returns, or a generator is exhausted.
    End,
    /// An exception leaves it.
    Raised,
    /// An expression has its value: a name, attribute or item was read, a call returned, an `await` is over.
    /// `x.y += 1` reads `x.y` before it stores it.
    Evaluate,
    /// A name, attribute or item is assigned.
    Store,
    /// A name, attribute or item is deleted.
    Delete,
    /// An item of a `with` is entered: the node is the [`ruff_python_ast::WithItem`].
    Enter,
    /// It is left, on whatever way.
    Exit,
    /// `for` asks for the next item: the node is the statement or the comprehension. [`Way::False`] leads out.
    Iterate,
    /// A test was made: the node is what it is the test of.
    Branch,
    /// A statement with an effect of its own: `return`, `raise`, `assert`, `import`, `break`, `continue`, a
    /// definition, a pattern that matched.
    Statement,
    /// An exception arrives at the handlers of a `try`.
    Dispatch,
    /// Ways meet.
    Join,
}

/// Whether other code can run at a point before it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pause {
    No,
    /// Other tasks may run: `await`, entering or leaving `async with`, the next item of `async for`.
    Await,
    /// The caller runs: `yield`. In an asynchronous generator, other tasks too.
    Yield,
}

/// How control goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) to: PointId,
    pub(crate) way: Way,
}

/// Why control goes on there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Nothing was asked.
    On,
    /// The test held, there was an item.
    True,
    /// The test did not hold, there was no item left.
    False,
    /// An exception.
    Raises,
    /// An exception that `except Exception` lets through: cancellation, in coroutines.
    Cancels,
}

/// The graph of one function.
#[derive(Debug)]
pub(crate) struct Flow<'a> {
    pub(crate) points: Vec<Point<'a>>,
    /// The first point of each node, counted from the function's own.
    first: Vec<PointId>,
    base: NodeId,
}

/// How control leaves a function without having passed what was asked for. Each is the point from which it leaves:
/// the `return` or last thing done, or what raised. See [`Flow::escapes`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Escapes {
    /// It returns.
    pub(crate) end: Option<PointId>,
    /// An exception leaves it.
    pub(crate) raised: Option<PointId>,
    /// Only an exception that an `except Exception` on the way lets through leaves it.
    pub(crate) cancelled: Option<PointId>,
}

/// What a point does to something that can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Nothing,
    /// The thing of this number (below 64) is held from here on.
    Takes(u8),
    Frees(u8),
}

/// What is held at each point, as bits by its number. See [`Flow::held`].
#[derive(Debug)]
pub(crate) struct Held {
    /// On some way there.
    pub(crate) may: Vec<u64>,
    /// On every way there; all bits where no way leads.
    pub(crate) must: Vec<u64>,
}

/// Where a search came by, from [`Flow::explore`].
#[derive(Debug)]
pub(crate) struct Explored {
    /// The stop before each.
    before: FxHashMap<Stop, Stop>,
}

/// A point in a search: reached in a state, or left in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Stop {
    point: PointId,
    state: u8,
    side: Side,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Side {
    Before,
    Behind,
    /// Behind the point from which the search starts, which may be reached again.
    Start,
}

impl Point<'_> {
    /// Whether other tasks may run before it is over.
    pub(crate) fn pauses(&self) -> bool {
        self.pause == Pause::Await
    }
}

impl<'a> Flow<'a> {
    /// The function begins.
    pub(crate) const START: PointId = 0;
    /// It returns.
    pub(crate) const END: PointId = 1;
    /// An exception leaves it.
    pub(crate) const RAISED: PointId = 2;

    pub(crate) fn point(&self, id: PointId) -> &Point<'a> {
        &self.points[id as usize]
    }

    /// All points of a node, in the order of evaluation: several where it is read and stored, or stands in a
    /// `finally`. None for a node outside of the function's own code, or one that is no point.
    pub(crate) fn points_of(
        &self,
        semantic: &Semantic<'a>,
        node: &impl HasNodeIndex,
    ) -> impl Iterator<Item = PointId> {
        let at = semantic.id(node).and_then(|id| id.checked_sub(self.base));
        let first = at.and_then(|at| self.first.get(at as usize)).copied().unwrap_or(NONE);
        let existing = |id: PointId| (id != NONE).then_some(id);
        std::iter::successors(existing(first), move |id| existing(self.point(*id).later))
    }

    /// The first point of a node at which this happens.
    pub(crate) fn find(
        &self,
        semantic: &Semantic<'a>,
        node: &impl HasNodeIndex,
        step: Step,
    ) -> Option<PointId> {
        self.points_of(semantic, node).find(|id| self.point(*id).step == step)
    }

    /// Goes forward from what follows `from`, nearest first; an exception that `from` itself raises is not followed.
    ///
    /// `visit` is told each point, the state in which it is reached (below 8) and the way that led to it, and gives
    /// the state in which the search goes on behind it, or `None` to end there. Each point is visited once in each
    /// state.
    pub(crate) fn explore(
        &self,
        from: PointId,
        state: u8,
        mut visit: impl FnMut(PointId, u8, Way) -> Option<u8>,
    ) -> Explored {
        let mut before = FxHashMap::default();
        let mut wave = vec![Stop { point: from, state, side: Side::Start }];
        let mut next_wave = Vec::new();
        while !wave.is_empty() {
            for at in wave.drain(..) {
                for edge in &self.point(at.point).next {
                    let fails_itself =
                        at.side == Side::Start && matches!(edge.way, Way::Raises | Way::Cancels);
                    let reached = Stop { point: edge.to, state: at.state, side: Side::Before };
                    if fails_itself || before.contains_key(&reached) {
                        continue;
                    }
                    before.insert(reached, at);
                    let Some(state) = visit(edge.to, at.state, edge.way) else { continue };
                    let behind = Stop { point: edge.to, state, side: Side::Behind };
                    if let Entry::Vacant(unknown) = before.entry(behind) {
                        unknown.insert(reached);
                        next_wave.push(behind);
                    }
                }
            }
            std::mem::swap(&mut wave, &mut next_wave);
        }
        Explored { before }
    }

    /// Whether control can get from what follows `from` to the end of the function without passing a point for
    /// which `is_passed` says yes, and how. An exception that `from` itself raises does not count.
    ///
    /// "Closed on every path": `flow.escapes(opened, closes)` has neither `end` nor `raised`.
    pub(crate) fn escapes(&self, from: PointId, is_passed: impl Fn(PointId) -> bool) -> Escapes {
        // State 1: an exception has gone past an `except Exception`.
        let mut ends = Vec::new();
        let explored = self.explore(from, 0, |to, state, way| {
            let state = if way == Way::Cancels { 1 } else { state };
            if matches!(to, Self::END | Self::RAISED) {
                ends.push((to, state));
            }
            (!is_passed(to)).then_some(state)
        });
        let mut found = Escapes::default();
        for (end, state) in ends {
            let place = match (end, state) {
                (Self::END, _) => &mut found.end,
                (_, 0) => &mut found.raised,
                _ => &mut found.cancelled,
            };
            *place = place.or_else(|| self.origin(&explored.way_to(end, state)));
        }
        found
    }

    /// Where the last point of a way is left for: the statement or expression before it, the one that raised if it
    /// is an exception that arrives.
    fn origin(&self, way: &[PointId]) -> Option<PointId> {
        let raises = way.last() == Some(&Self::RAISED);
        let pairs = way.windows(2).rev().map(|pair| (pair[0], pair[1]));
        let mut candidates = pairs.filter(|(from, to)| {
            let hands_on = matches!(self.point(*from).step, Step::Join | Step::Dispatch);
            let leaves = |edge: &Edge| edge.to == *to && edge.way == Way::Raises;
            !hands_on && (!raises || self.point(*from).next.iter().any(leaves))
        });
        candidates.next().map(|(from, _)| from)
    }

    /// Which of up to 64 things are held at each point, before it is evaluated. `effect` says what a point does; a
    /// point that takes something does not have it when it raises.
    pub(crate) fn held(&self, effect: impl Fn(PointId) -> Effect) -> Held {
        let effects: Vec<Effect> = (0..self.points.len() as PointId).map(effect).collect();
        let mut held = Held { may: vec![0; self.points.len()], must: vec![u64::MAX; self.points.len()] };
        held.must[Self::START as usize] = 0;
        let mut queue = VecDeque::from([Self::START]);
        let mut is_queued = vec![false; self.points.len()];
        let mut is_reached = is_queued.clone();
        is_reached[Self::START as usize] = true;
        while let Some(at) = queue.pop_front() {
            is_queued[at as usize] = false;
            let (may, must) = (held.may[at as usize], held.must[at as usize]);
            for edge in &self.point(at).next {
                let change = |before: u64| match effects[at as usize] {
                    Effect::Takes(thing) if edge.way != Way::Raises => before | 1 << thing,
                    Effect::Frees(thing) => before & !(1 << thing),
                    _ => before,
                };
                let to = edge.to as usize;
                let (new_may, new_must) = (held.may[to] | change(may), held.must[to] & change(must));
                let is_new = (new_may, new_must) != (held.may[to], held.must[to]) || !is_reached[to];
                (held.may[to], held.must[to], is_reached[to]) = (new_may, new_must, true);
                if is_new && !std::mem::replace(&mut is_queued[to], true) {
                    queue.push_back(edge.to);
                }
            }
        }
        held
    }
}

impl Explored {
    /// The points from behind the start of the search to this one, as it was reached in this state or left in it;
    /// the start comes first. Empty if the search did not come by.
    pub(crate) fn way_to(&self, point: PointId, state: u8) -> Vec<PointId> {
        let mut way = Vec::new();
        let stops = [Side::Before, Side::Behind].map(|side| Stop { point, state, side });
        let Some(mut at) = stops.into_iter().find(|stop| self.before.contains_key(stop)) else { return way };
        way.push(at.point);
        while let Some(before) = self.before.get(&at) {
            at = *before;
            if way.last() != Some(&at.point) {
                way.push(at.point);
            }
        }
        way.reverse();
        way
    }
}
