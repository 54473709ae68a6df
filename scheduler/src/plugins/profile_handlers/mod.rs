//! Profile handlers (`epp.md` §4.7).

mod data_parallel;
mod disagg;
mod header;
mod single;

pub(super) use data_parallel::DataParallelHandler;
pub(super) use disagg::DisaggHandler;
pub(super) use header::HeaderHandler;
pub(super) use single::SingleHandler;
