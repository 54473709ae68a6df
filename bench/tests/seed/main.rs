//! The published figures of llm-d's inference scheduling guide, through our types (`bench.md` §6).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod figures;
mod report_v0_1;
mod table;
