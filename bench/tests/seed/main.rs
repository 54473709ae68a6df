//! The published figures of llm-d's inference scheduling guide, through our types (`bench.md` §6).

mod figures;
mod report_v0_1;
mod table;
