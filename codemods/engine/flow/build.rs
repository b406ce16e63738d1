//! Makes the graph of a function from its tree: points, edges, and what is done on the way out of statements.

use ruff_python_ast::visitor::source_order::SourceOrderVisitor;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Number, Stmt};
use ruff_text_size::Ranged;
use smallvec::SmallVec;

use super::{Edge, Flow, NONE, Pause, Point, PointId, Step, Way};
use crate::engine::semantic::{NodeId, Semantic};

/// A function has no more points than this for each of its nodes; one whose `finally` blocks nest so deeply that it
/// would have gets no graph.
const MAX_POINTS_PER_NODE: usize = 4;

impl<'a> Flow<'a> {
    /// The graph of a function's own code; functions and classes inside it are points, and what is in them is not.
    /// `None` for a function that nests `finally` too deeply.
    pub(crate) fn new(semantic: &Semantic<'a>, function: &'a ast::StmtFunctionDef) -> Option<Self> {
        let base = semantic.id(function)?;
        let range = function.range();
        let inside = semantic.nodes[base as usize..].iter();
        let count = inside.take_while(|node| range.contains_range(node.ast.range())).count();
        let mut builder = Builder {
            semantic,
            flow: Self { points: Vec::with_capacity(count), first: vec![NONE; count], base },
            at: None,
            way: Way::On,
            frames: Vec::new(),
            limit: 64 + count * MAX_POINTS_PER_NODE,
            lazy: 0,
            is_reached: Vec::with_capacity(count),
        };
        let node = AnyNodeRef::StmtFunctionDef(function);
        let start = builder.loose(node, Step::Start);
        let end = builder.loose(node, Step::End);
        builder.loose(node, Step::Raised);
        builder.go_on_from(start);
        builder.suite(&function.body);
        builder.link_to(end);
        (builder.flow.points.len() < builder.limit).then_some(builder.flow)
    }
}

pub(super) struct Builder<'s, 'a> {
    pub(super) semantic: &'s Semantic<'a>,
    pub(super) flow: Flow<'a>,
    /// The point from which control goes on; `None` where none arrives.
    pub(super) at: Option<PointId>,
    /// Why it goes on from there.
    pub(super) way: Way,
    /// What is around, outermost first.
    pub(super) frames: Vec<Frame<'a>>,
    /// Where points end being made.
    pub(super) limit: usize,
    /// How many generator expressions are around: their parts run when somebody asks for items.
    pub(super) lazy: u32,
    /// Whether an edge leads to each point.
    pub(super) is_reached: Vec<bool>,
}

/// A statement that control leaves in its own way.
pub(super) struct Frame<'a> {
    pub(super) kind: FrameKind<'a>,
    /// The points from which a jump goes on, by the kind of jump.
    pub(super) jumps: [Option<PointId>; 3],
}

pub(super) enum FrameKind<'a> {
    Loop {
        node: AnyNodeRef<'a>,
        again: PointId,
        after: PointId,
    },
    /// The body of a `try` with handlers.
    Handled {
        dispatch: PointId,
        /// Whether a handler expects a name or attribute not to be there, or an import to fail.
        expects_names: bool,
        expects_imports: bool,
    },
    Finally {
        body: &'a [Stmt],
        node: AnyNodeRef<'a>,
        raised: PointId,
    },
    With {
        item: &'a ast::WithItem,
        is_async: bool,
        raised: PointId,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Jump {
    Return,
    Break,
    Continue,
}

impl<'a> Builder<'_, 'a> {
    /// Makes a point that nothing leads to yet.
    pub(super) fn loose(&mut self, node: AnyNodeRef<'a>, step: Step) -> PointId {
        let id = self.flow.points.len() as PointId;
        let point = Point { node, step, pause: Pause::No, next: SmallVec::new(), later: NONE };
        self.flow.points.push(point);
        self.is_reached.push(false);
        if let Some(number) = node_id(self.semantic, node).and_then(|id| id.checked_sub(self.flow.base))
            && let Some(first) = self.flow.first.get_mut(number as usize)
        {
            if *first == NONE {
                *first = id;
            } else {
                let mut last = *first;
                while self.flow.points[last as usize].later != NONE {
                    last = self.flow.points[last as usize].later;
                }
                self.flow.points[last as usize].later = id;
            }
        }
        id
    }

    /// Makes a point to which control goes on.
    pub(super) fn point(&mut self, node: AnyNodeRef<'a>, step: Step) -> PointId {
        let id = self.loose(node, step);
        self.link_to(id);
        self.go_on_from(id);
        id
    }

    /// A point that may raise.
    pub(super) fn raising(&mut self, node: AnyNodeRef<'a>, step: Step) -> PointId {
        let id = self.point(node, step);
        let to = self.raises_to();
        self.edge(id, to, Way::Raises);
        id
    }

    pub(super) fn edge(&mut self, from: PointId, to: PointId, way: Way) {
        let edge = Edge { to, way };
        let next = &mut self.flow.points[from as usize].next;
        if !next.contains(&edge) {
            next.push(edge);
        }
        self.is_reached[to as usize] = true;
    }

    pub(super) fn link_to(&mut self, to: PointId) {
        if let Some(from) = self.at {
            self.edge(from, to, self.way);
        }
    }

    pub(super) fn go_on_from(&mut self, id: PointId) {
        self.go_on(id, Way::On);
    }

    pub(super) fn go_on(&mut self, id: PointId, way: Way) {
        (self.at, self.way) = (Some(id), way);
    }

    /// Where an exception goes.
    pub(super) fn raises_to(&self) -> PointId {
        let target = self.frames.iter().rev().find_map(|frame| match frame.kind {
            FrameKind::Loop { .. } => None,
            FrameKind::Handled { dispatch, .. } => Some(dispatch),
            FrameKind::Finally { raised, .. } | FrameKind::With { raised, .. } => Some(raised),
        });
        target.unwrap_or(Flow::RAISED)
    }

    /// Whether a `try` around has a handler that expects this.
    pub(super) fn is_expected(&self, of: impl Fn(&FrameKind<'a>) -> bool) -> bool {
        self.frames.iter().any(|frame| of(&frame.kind))
    }

    /// Control leaves for the end of the function or loop, through what must be done on the way.
    pub(super) fn jump(&mut self, jump: Jump) {
        self.jump_from(jump, self.frames.len());
        self.at = None;
    }

    pub(super) fn jump_from(&mut self, jump: Jump, mut depth: usize) {
        while let Some(index) = depth.checked_sub(1) {
            depth = index;
            let frame = &self.frames[index];
            match (&frame.kind, jump) {
                (FrameKind::Loop { after, .. }, Jump::Break) => {
                    let after = *after;
                    return self.link_to(after);
                }
                (FrameKind::Loop { again, .. }, Jump::Continue) => {
                    let again = *again;
                    return self.link_to(again);
                }
                (FrameKind::Loop { .. } | FrameKind::Handled { .. }, _) => {}
                (FrameKind::Finally { .. } | FrameKind::With { .. }, _) => {
                    if let Some(known) = frame.jumps[jump as usize] {
                        return self.link_to(known);
                    }
                    let node = match &frame.kind {
                        FrameKind::Finally { node, .. } => *node,
                        FrameKind::With { item, .. } => AnyNodeRef::WithItem(item),
                        FrameKind::Loop { node, .. } => *node,
                        FrameKind::Handled { .. } => continue,
                    };
                    let join = self.point(node, Step::Join);
                    self.frames[index].jumps[jump as usize] = Some(join);
                    // What is done on leaving happens outside of the frame.
                    let inner = self.frames.split_off(index);
                    match inner[0].kind {
                        FrameKind::Finally { body, .. } => self.suite(body),
                        FrameKind::With { item, is_async, .. } => {
                            self.leave(item, is_async);
                        }
                        FrameKind::Loop { .. } | FrameKind::Handled { .. } => {}
                    }
                    self.frames.extend(inner);
                    if self.at.is_none() {
                        return;
                    }
                }
            }
        }
        if jump == Jump::Return {
            self.link_to(Flow::END);
        }
    }
    /// A test and its two outcomes; one that is constant has only the other.
    pub(super) fn test(&mut self, test: &'a Expr, node: AnyNodeRef<'a>) -> Outcomes {
        self.visit_expr(test);
        let branch = self.point(node, Step::Branch);
        let constant = match test {
            Expr::BooleanLiteral(literal) => Some(literal.value),
            Expr::NumberLiteral(number) => match &number.value {
                Number::Int(int) => int.as_i64().map(|int| int != 0),
                _ => None,
            },
            _ => None,
        };
        Outcomes { branch, is_true: constant != Some(false), is_false: constant != Some(true) }
    }

    pub(super) fn take(&mut self, outcomes: &Outcomes, way: Way) {
        let is_possible = if way == Way::True { outcomes.is_true } else { outcomes.is_false };
        if is_possible { self.go_on(outcomes.branch, way) } else { self.at = None }
    }

    /// Goes on from `join` if any way leads to it.
    pub(super) fn meet(&mut self, join: PointId) {
        self.link_to(join);
        self.take_up(join);
    }

    /// Goes on from a point made before, if any way leads to it.
    pub(super) fn take_up(&mut self, id: PointId) {
        if self.is_reached[id as usize] { self.go_on_from(id) } else { self.at = None }
    }
}

/// The outcomes of a test.
pub(super) struct Outcomes {
    pub(super) branch: PointId,
    pub(super) is_true: bool,
    pub(super) is_false: bool,
}

fn node_id(semantic: &Semantic<'_>, node: AnyNodeRef<'_>) -> Option<NodeId> {
    semantic.id(&node)
}
