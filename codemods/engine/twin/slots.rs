//! Arguments and the parameters they fill, of functions that an object is handed to.

use crate::engine::project::reduce::FunctionId;

/// An argument of a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    /// From 0, as it is written.
    Position(usize),
    Keyword(String),
}

/// A parameter of a function, by the ways to give it.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) function: FunctionId,
    /// `None` where only a keyword can.
    pub(super) position: Option<usize>,
    pub(super) name: String,
}

impl Filled {
    /// Whether it is this parameter of this function.
    pub(super) fn is(&self, function: FunctionId, name: &str) -> bool {
        self.function == function && self.name == name
    }

    /// Whether it is one of this function's.
    pub(super) fn is_of(&self, function: FunctionId) -> bool {
        self.function == function
    }
}

/// A call of a function that is handed an object by some call.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) function: FunctionId,
    pub(super) row: u32,
    /// Of each argument by position whether it is an object of the plan, or `None`.
    pub(super) positional: Vec<bool>,
    pub(super) keywords: Vec<(String, bool)>,
}

impl Seen {
    /// Whether the parameter gets an object of the plan, `None`, or nothing.
    pub(super) fn fills(&self, parameter: &Filled) -> bool {
        let by_keyword = self.keywords.iter().find(|(name, _)| *name == parameter.name);
        let by_position = parameter.position.and_then(|position| self.positional.get(position));
        self.function != parameter.function
            || by_position.or(by_keyword.map(|(_, is_filled)| is_filled)).is_none_or(|is_filled| *is_filled)
    }
}
