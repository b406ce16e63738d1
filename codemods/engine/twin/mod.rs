//! Objects whose class has an asynchronous twin: all of their uses become the twin's, or none.

mod across;
mod attributes;
mod check;
mod edits;
mod flow;
mod handing;
mod holders;
mod plan;
mod spelling;
mod table;

pub(crate) use across::{Look, Share, Shared, SharedPart, SharedPlan, Sharing, shares};
pub(crate) use holders::Holder;
pub(crate) use plan::{DATA, Plan, plans};
pub(crate) use table::{Class, How, Library, Maker, Members, Taker, describe};
