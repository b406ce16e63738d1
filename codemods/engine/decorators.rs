//! Taking decorators off.

use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};

use super::fix::FixBuilder;

impl FixBuilder<'_> {
    /// Removes a decorator with its line. Withholds the fix where a comment would be lost.
    pub(crate) fn delete_decorator(&mut self, decorator: &ast::Decorator) {
        let source = self.cx.source;
        let lines = TextRange::new(source.line_start(decorator.start()), source.line_end(decorator.end()));
        let after = source.slice(TextRange::new(decorator.end(), lines.end()));
        if !after.trim().is_empty() || source.has_comment(lines) {
            self.withhold("a comment stands where code would go");
            return;
        }
        self.delete(lines);
    }
}
