//! Code that is meant to hold the event loop: a comment or the name of the function says so.

use ruff_python_ast::{self as ast, AnyNodeRef, HasNodeIndex};
use ruff_text_size::Ranged;

use super::context::Context;

impl Context<'_> {
    /// Whether the loop is to be blocked here: the name of the test says so, or a comment on the line of the node, or
    /// above its statement or a loop that begins with it: `# block the loop`, `# blocks the loop on purpose`, `# we
    /// want to block until it is there`. One that only tells, `# blocks the loop`, or complains does not.
    pub(crate) fn is_meant_to_block(&self, node: &(impl HasNodeIndex + Ranged)) -> bool {
        self.is_named_for_blocking(node) || self.is_in_test_of_blocking(node) || self.is_said_to_block(node)
    }

    /// In a file of tests: `test_blocking_handler`, `block_event_loop`.
    fn is_named_for_blocking(&self, node: &impl HasNodeIndex) -> bool {
        let says = |function: &ast::StmtFunctionDef| {
            let mut words = function.name.split('_');
            match function.name.starts_with("test") {
                true => words.any(|word| matches!(word, "blocked" | "blocking")),
                false => {
                    words.clone().any(|word| word == "loop") && words.any(|word| word.starts_with("block"))
                }
            }
        };
        self.source.is_test() && self.enclosing_function(node).is_some_and(says)
    }

    /// Whether a node is only looked at where a check has failed already: in the message of an `assert` or of
    /// `pytest.fail`.
    pub(crate) fn is_for_a_failure(&self, node: &(impl HasNodeIndex + Ranged)) -> bool {
        self.ancestors(node).take_while(|around| !around.is_stmt_function_def()).any(|around| match around {
            AnyNodeRef::StmtAssert(check) => {
                check.msg.as_ref().is_some_and(|message| message.range().contains_range(node.range()))
            }
            AnyNodeRef::ExprCall(call) => {
                call.arguments.range().contains_range(node.range())
                    && self.symbol(&call.func).as_deref() == Some("pytest.fail")
            }
            _ => false,
        })
    }

    /// Whether a comment says so.
    fn is_said_to_block(&self, node: &(impl HasNodeIndex + Ranged)) -> bool {
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
        wants_it(&whole) || self.is_said_before(node)
    }

    /// Whether a line of comment above one of the last statements before it in the same suite says so.
    fn is_said_before(&self, node: &(impl HasNodeIndex + Ranged)) -> bool {
        const STATEMENTS: usize = 3;
        let suite = self.suite(node);
        let Some(at) = suite.iter().position(|each| each.range().contains_range(node.range())) else {
            return false;
        };
        let outer = || self.enclosing_function(node).map(|function| function.name.end());
        let from = at.checked_sub(STATEMENTS + 1).map(|last| suite[last].end()).or_else(outer);
        let comments = self.source.comments();
        let first = comments.partition_point(|comment| Some(comment.start()) < from);
        let mut before = comments[first..].iter().take_while(|comment| comment.start() < suite[at].start());
        before.any(|comment| {
            self.source.starts_line(comment.start()) && speaks_of_loop(&self.text(*comment).to_lowercase())
        })
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
    let start = line.trim_start_matches(['#', ' ']);
    let tells_to = ["block ", "hold "]
        .iter()
        .any(|verb| start.starts_with(verb) || line.contains(&format!(" then {verb}")));
    let says_what_for = has(&[
        "deliberately",
        "intentional",
        "intentionally",
        "mimic",
        "mimics",
        "pretend",
        "purpose",
        "purposefully",
        "purposely",
        "simulate",
        "simulates",
        "simulating",
    ]);
    has(&["loop"])
        && has(&["block", "blocked", "blocking", "blocks", "hold", "holding", "holds"])
        && (tells_to || says_what_for)
        && !complains
}

/// Whether a comment of one or more lines says that somebody wants to block: `want to block`, `block on purpose`.
fn wants_it(text: &str) -> bool {
    const REACH: usize = 40;
    ["want to ", "deliberately", "intentionally", "on purpose", "purposefully", "purposely"].iter().any(
        |phrase| {
            text.match_indices(phrase).any(|(at, _)| {
                let before = text[..at].trim_end();
                let near: String = text[at + phrase.len()..].chars().take(REACH).collect();
                let is_denied = ["n't", "not", "never"].iter().any(|word| before.ends_with(word));
                let is_said_before = *phrase != "want to " && before.contains("block");
                !is_denied && (near.contains("block") || is_said_before)
            })
        },
    )
}
