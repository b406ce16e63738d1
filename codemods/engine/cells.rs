//! The code of a notebook that is not in a function: IPython runs it as the body of a coroutine.

use ruff_python_ast::{AnyNodeRef, Expr, HasNodeIndex, Stmt};
use ruff_text_size::{Ranged, TextSize};

use super::context::{Cells, Context, Runs};

impl Context<'_> {
    /// Whether a node is a notebook's own code, not that of a function, lambda or class in it.
    pub(crate) fn is_cell_code(&self, node: &impl HasNodeIndex) -> bool {
        self.source.is_notebook() && self.semantic.frame(self.semantic.scope_of(node)) == 0
    }

    /// Whether code runs on a loop that has nothing else to do: that of the cells of a notebook which start no tasks.
    /// To block there keeps nobody waiting but the person in front of it.
    pub(crate) fn is_idle(&self, node: &impl HasNodeIndex) -> bool {
        self.is_cell_code(node) && self.cells() < Cells::Start
    }

    /// The same of the code at a byte offset.
    pub(crate) fn is_idle_at(&self, at: TextSize) -> bool {
        self.source.is_notebook() && self.is_idle(&self.semantic.node(self.node_at(at)).ast)
    }

    /// Where code that could hold the event loop runs: what [`Context::runs`] says, but not of an idle loop.
    pub(crate) fn holds(&self, node: &impl HasNodeIndex) -> Runs {
        if self.is_idle(node) { Runs::Elsewhere } else { self.runs(node) }
    }

    /// Whether a node is code of cells that do nothing asynchronous themselves: what can be awaited there may as well
    /// not be.
    pub(crate) fn is_plain_cell_code(&self, node: &impl HasNodeIndex) -> bool {
        self.is_cell_code(node) && self.cells() == Cells::Plain
    }

    fn cells(&self) -> Cells {
        *self.cells_do.get_or_init(|| self.what_cells_do())
    }

    fn what_cells_do(&self) -> Cells {
        let of_call = |func: &Expr| match self.symbol(func).as_deref() {
            Some(
                "asyncio.create_task"
                | "asyncio.ensure_future"
                | "asyncio.start_server"
                | "asyncio.AbstractEventLoop().create_server"
                | "asyncio.AbstractEventLoop().create_task",
            ) => Cells::Start,
            Some("asyncio.gather" | "asyncio.run" | "asyncio.AbstractEventLoop().run_until_complete") => {
                Cells::Await
            }
            _ => Cells::Plain,
        };
        let own = self.nodes().iter().filter(|node| self.semantic.frame(node.scope) == 0);
        let each = own.map(|node| match node.ast {
            AnyNodeRef::ExprAwait(_) => Cells::Await,
            AnyNodeRef::StmtFor(each) if each.is_async => Cells::Await,
            AnyNodeRef::StmtWith(with) if with.is_async => Cells::Await,
            AnyNodeRef::ExprCall(call) => of_call(&call.func),
            _ => Cells::Plain,
        });
        each.max().unwrap_or(Cells::Plain)
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
