//! Whether awaiting something can let other tasks run, and which locks are let go of meanwhile.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;

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

    /// Whether code in a `with` on a lock lets go of it by hand, `lock.release()`, as it has to before it waits.
    pub(crate) fn is_let_go_in(&self, block: &ast::StmtWith, lock: &Expr) -> bool {
        self.inside(block).any(|node| match node.ast {
            AnyNodeRef::ExprCall(call) => match &*call.func {
                Expr::Attribute(method) => {
                    method.attr.as_str() == "release" && self.text(&*method.value) == self.text(lock)
                }
                _ => false,
            },
            _ => false,
        })
    }

    /// Whether a call of `lock.acquire` stands in a `with` on this lock, which was let go of in between.
    pub(crate) fn is_taken_back(&self, acquire: &ast::ExprCall) -> bool {
        let Expr::Attribute(method) = &*acquire.func else { return false };
        method.attr.as_str() == "acquire"
            && self.ancestors(acquire).any(|around| match around {
                AnyNodeRef::StmtWith(block) => {
                    let holds = |item: &ast::WithItem| {
                        self.text(&item.context_expr) == self.text(&*method.value)
                            && item.range().end() < acquire.range().start()
                    };
                    !block.is_async && block.items.iter().any(holds)
                }
                _ => false,
            })
    }
}
