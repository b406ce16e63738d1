//! The code of a notebook that is not in a function: IPython runs it as the body of a coroutine.

use ruff_python_ast::{AnyNodeRef, Expr, HasNodeIndex, Stmt};
use ruff_text_size::{Ranged, TextSize};

use super::context::{Context, Runs};
use super::semantic::NodeId;

impl Context<'_> {
    /// Whether a node is a notebook's own code, not that of a function, lambda or class in it.
    pub(crate) fn is_cell_code(&self, node: &impl HasNodeIndex) -> bool {
        self.source.is_notebook() && self.semantic.frame(self.semantic.scope_of(node)) == 0
    }

    /// Whether code runs on a loop that has nothing else to do: that of the cells of a notebook which neither await
    /// nor start anything. To block there keeps nobody waiting but the person in front of it.
    pub(crate) fn is_idle(&self, node: &impl HasNodeIndex) -> bool {
        self.is_cell_code(node) && !*self.cells_await.get_or_init(|| self.do_cells_await())
    }

    /// The same of the code at a byte offset.
    pub(crate) fn is_idle_at(&self, at: TextSize) -> bool {
        self.source.is_notebook() && self.is_idle(&self.semantic.node(self.node_at(at)).ast)
    }

    /// Where code that could hold the event loop runs: what [`Context::runs`] says, but not of an idle loop.
    pub(crate) fn holds(&self, node: &impl HasNodeIndex) -> Runs {
        if self.is_idle(node) { Runs::Elsewhere } else { self.runs(node) }
    }

    fn do_cells_await(&self) -> bool {
        let starts = |call: Option<&Expr>| {
            call.and_then(|func| self.symbol(func)).is_some_and(|symbol| {
                matches!(
                    &*symbol,
                    "asyncio.create_task"
                        | "asyncio.ensure_future"
                        | "asyncio.gather"
                        | "asyncio.run"
                        | "asyncio.AbstractEventLoop().create_task"
                        | "asyncio.AbstractEventLoop().run_until_complete"
                )
            })
        };
        (0..).zip(self.nodes()).any(|(id, node): (NodeId, _)| {
            let awaits = match node.ast {
                AnyNodeRef::ExprAwait(_) => true,
                AnyNodeRef::StmtFor(each) => each.is_async,
                AnyNodeRef::StmtWith(with) => with.is_async,
                AnyNodeRef::ExprCall(call) => starts(Some(&call.func)),
                _ => false,
            };
            awaits && self.semantic.frame(self.semantic.node(id).scope) == 0
        })
    }

    /// Whether a statement is the last of its cell and an expression: IPython shows its value and keeps it in `Out`.
    pub(crate) fn is_shown(&self, statement: &Stmt) -> bool {
        if !statement.is_expr_stmt() || !self.is_cell_code(statement) {
            return false;
        }
        let here = self.source.cell(statement.start());
        let mut after = self.body().iter().filter(|other| other.start() > statement.start());
        after.all(|other| self.source.cell(other.start()) != here)
    }
}
