//! Code that is meant to hold the event loop: a comment says so.

use ruff_python_ast::{AnyNodeRef, HasNodeIndex};
use ruff_text_size::Ranged;

use super::context::Context;

impl Context<'_> {
    /// Whether a comment on the line of a node, or above its statement or a loop that begins with it, says that the
    /// loop is to be blocked: `# block the loop`, `# blocks the loop on purpose`, `# we want to block until it is
    /// there`. One that only tells, `# blocks the loop`, or complains does not.
    pub(crate) fn is_meant_to_block(&self, node: &(impl HasNodeIndex + Ranged)) -> bool {
        if self.is_in_test_of_blocking(node) {
            return true;
        }
        let mut row = self.source.row(node.start());
        if let Some(statement) = self.statement(node) {
            row = row.min(self.source.row(statement.start()));
            // `while True:` whose first statement it is.
            let mut inner = statement;
            while let around @ AnyNodeRef::StmtWhile(each) = self.parent(&inner)
                && each.body.first().is_some_and(|first| first.start() == inner.start())
            {
                row = self.source.row(each.start());
                inner = around;
            }
        }
        let is_comment = |row: u32| {
            let line = self.source.line(self.source.row_start(row)).trim_start();
            line.is_empty() || line.starts_with('#')
        };
        while row > 1 && is_comment(row - 1) {
            row -= 1;
        }
        let comments = self.source.comments();
        let first = comments.partition_point(|comment| comment.start() < self.source.row_start(row));
        let end = self.source.line_end(node.end());
        let near = comments[first..].iter().take_while(|comment| comment.start() < end);
        let mut whole = String::new();
        for comment in near {
            let text = self.text(*comment).to_lowercase();
            if speaks_of_loop(&text) {
                return true;
            }
            whole.push_str(text.trim_start_matches('#'));
        }
        wants_it(&whole)
    }

    /// Whether a node is in a test whose name says what it tries: `test_times_out_with_busy_sleep`.
    fn is_in_test_of_blocking(&self, node: &impl HasNodeIndex) -> bool {
        if !self.source.is_test() {
            return false;
        }
        let around = self.semantic.id(node).into_iter().flat_map(|id| self.semantic.ancestors(id));
        let functions = around.filter_map(|around| match around.ast {
            AnyNodeRef::StmtFunctionDef(function) => Some(function),
            _ => None,
        });
        functions
            .last()
            .is_some_and(|test| test.name.starts_with("test") && tries_blocking(test.name.as_str()))
    }
}

/// Whether the name of a test says that something blocks in it on purpose.
fn tries_blocking(name: &str) -> bool {
    const PHRASES: &[&str] = &[
        "block_loop",
        "blocked_loop",
        "blocking_loop",
        "blocks_loop",
        "block_event_loop",
        "blocked_event_loop",
        "blocks_event_loop",
        "busy_loop",
        "busy_sleep",
        "starv",
        "sync_sleep",
        "unresponsive",
        "watchdog",
    ];
    PHRASES.iter().any(|phrase| name.contains(phrase))
}

/// Whether one line says that the loop is blocked and that this is meant: it tells to, or says what for.
fn speaks_of_loop(line: &str) -> bool {
    let has = |wanted: &[&str]| line.split(|c: char| !c.is_alphanumeric()).any(|word| wanted.contains(&word));
    let complains = has(&["bad", "bug", "don", "fixme", "not", "should", "xxx"]);
    let tells_to = line.trim_start_matches(['#', ' ']).starts_with("block ");
    let says_what_for = has(&[
        "deliberately",
        "intentional",
        "intentionally",
        "mimic",
        "mimics",
        "pretend",
        "purpose",
        "purposely",
        "simulate",
        "simulates",
        "simulating",
    ]);
    has(&["loop"])
        && has(&["block", "blocked", "blocking", "blocks"])
        && (tells_to || says_what_for)
        && !complains
}

/// Whether a comment of one or more lines says that somebody wants to block.
fn wants_it(text: &str) -> bool {
    const REACH: usize = 40;
    if ["blocking call to ", "here we block "].iter().any(|start| text.trim_start().starts_with(start)) {
        return true;
    }
    ["want to ", "on purpose", "deliberately ", "intentionally "].iter().any(|phrase| {
        text.match_indices(phrase).any(|(at, _)| {
            let before = text[..at].trim_end();
            let near: String = text[at + phrase.len()..].chars().take(REACH).collect();
            let is_denied = ["n't", "not", "never"].iter().any(|word| before.ends_with(word));
            !is_denied && (near.contains("block") || *phrase == "on purpose" && before.contains("block"))
        })
    })
}
