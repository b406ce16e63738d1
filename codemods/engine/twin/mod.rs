//! Objects whose class has an asynchronous twin: all of their uses become the twin's, or none.

mod across;
mod attributes;
mod check;
mod edits;
mod flow;
mod handing;
mod holders;
mod plan;
mod slots;
mod spelling;

pub(crate) use across::{Change, Look, OwnPlan, Place, Shared};
pub(crate) use plan::{DATA, Plan, plans};
