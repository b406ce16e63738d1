//! Taking one item out of a list of arguments or elements.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::fix::FixBuilder;

const COMMENT: &str = "a comment stands where code would go";

impl FixBuilder<'_> {
    /// Removes a keyword argument with the comma that goes with it. Withholds the fix where a comment would be lost.
    pub(crate) fn delete_keyword(&mut self, arguments: &ast::Arguments, keyword: &ast::Keyword) {
        let cx = self.cx;
        let value = cx.outer_range(&keyword.value);
        let whole = TextRange::new(keyword.start(), value.end());
        let others = arguments.args.iter().map(|argument| cx.outer_range(argument));
        let others = others.chain(
            arguments
                .keywords
                .iter()
                .filter(|other| other.start() != keyword.start())
                .map(|other| TextRange::new(other.start(), cx.outer_range(&other.value).end())),
        );
        self.delete_item(whole, others.collect(), arguments.range());
    }

    /// Removes one element of a list, set or tuple with the comma that goes with it. A tuple must keep two others, or
    /// it would be none any more.
    pub(crate) fn delete_element(&mut self, elements: &[Expr], element: &Expr, around: TextRange) {
        let cx = self.cx;
        let others = elements.iter().filter(|other| other.range() != element.range());
        let others = others.map(|other| cx.outer_range(other)).collect();
        self.delete_item(cx.outer_range(element), others, around);
    }

    fn delete_item(&mut self, item: TextRange, others: Vec<TextRange>, around: TextRange) {
        let cx = self.cx;
        let lines = TextRange::new(cx.source.line_start(item.start()), cx.source.line_end(item.end()));
        let after = cx.text(TextRange::new(item.end(), lines.end())).trim();
        if !others.is_empty() && cx.source.starts_line(item.start()) && matches!(after, "" | ",") {
            if cx.source.has_comment(lines) {
                self.withhold(COMMENT);
            }
            self.delete(lines);
            return;
        }
        let next = others.iter().map(|other| other.start()).filter(|start| *start >= item.end()).min();
        let before = others.iter().map(|other| other.end()).filter(|end| *end <= item.start()).max();
        let range = match (next, before) {
            (Some(next), _) => TextRange::new(item.start(), next),
            (None, Some(before)) => TextRange::new(before, item.end()),
            // The only one goes with all that is in the brackets.
            (None, None) => {
                let bracket = TextSize::from(1);
                TextRange::new(around.start() + bracket, around.end() - bracket)
            }
        };
        if cx.source.has_comment(range) {
            self.withhold(COMMENT);
            return;
        }
        self.delete(range);
    }
}
