//! `run(x)` becomes `await x`.

use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};

use super::context::{Call, Context};
use super::fix::FixBuilder;

impl FixBuilder<'_> {
    /// Replaces a call by the `await` of its argument, whatever else it was given. Withholds the fix where a comment
    /// would be lost.
    pub(crate) fn await_argument(&mut self, call: &Call<'_, '_>, argument: &Expr) {
        let cx = self.cx;
        let outer = cx.outer_range(argument);
        let before = TextRange::new(call.whole.start(), outer.start());
        let after = TextRange::new(outer.end(), call.whole.end());
        if [before, after].iter().any(|range| cx.text(*range).contains('#')) {
            self.withhold("a comment inside the call would be lost");
            return;
        }
        self.check_await(call.whole);
        let (open, close) = cx.await_around(call.whole);
        let is_bare = outer == argument.range() && needs_parentheses(cx, argument);
        let (inner_open, inner_close) = if is_bare { ("(", ")") } else { ("", "") };
        self.replace(before, format!("{open}{inner_open}"));
        self.replace(after, format!("{inner_close}{close}"));
    }
}

/// Whether `await argument` would take a part of the argument only, or break off at the end of a line.
fn needs_parentheses(cx: &Context<'_>, argument: &Expr) -> bool {
    match argument {
        Expr::Call(call) => cx.text(&*call.func).contains('\n'),
        Expr::Name(_) | Expr::List(_) | Expr::Tuple(_) => false,
        Expr::Attribute(_) | Expr::Subscript(_) => cx.text(argument).contains('\n'),
        _ => true,
    }
}
