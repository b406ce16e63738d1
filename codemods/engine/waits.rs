//! Whether awaiting something can let other tasks run.

use ruff_python_ast::Expr;

use super::context::Context;
use super::project::reduce::Meaning;

impl Context<'_> {
    /// Whether awaiting this may let other tasks run. A coroutine that itself awaits nothing runs to its end at once.
    pub(crate) fn may_wait(&self, awaited: &Expr) -> bool {
        let Expr::Call(call) = awaited else { return true };
        let Meaning::Function(id) = self.meaning(&call.func) else { return true };
        let function = self.world.function(id);
        let runs_through =
            function.is_async && !function.waits && !function.is_generator && !function.ambiguous;
        !runs_through || !self.is_certainly(&call.func, id)
    }
}
