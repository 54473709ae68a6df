//! Filters (`epp.md` §4.6).

mod by_label;
mod header_test;
mod label_selector;
mod role;

pub(super) use header_test::HeaderTestFilter;
pub(super) use role::RoleFilter;
