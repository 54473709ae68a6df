//! Open-loop load for model servers: what is sent, when, what came back, and what that says.
//!
//! ```text
//!  scenario ─► plan ─┬─► driver ─► client ─► front door      (real time)
//!  what load    what  │                                        ─► samples ─► report ─► text, JSON, HTML …
//!  is asked    exactly└─► `llmd`'s virtual clock
//! ```
//!
//! | module | what it knows |
//! |---|---|
//! | [`scenario`] | the load that is asked for: workload, arrivals, stages; files of other tools |
//! | [`plan`] | every request of it: when, which prompt, how long an answer; the same for the same seed |
//! | [`client`] | one streamed request over HTTP, and when each part of its answer came |
//! | [`driver`] | sends a plan on time and gathers the samples |
//! | [`sample`], [`run`] | what came of one request; of all of them |
//! | [`report`] | the figures, each with its unit and statistic, and the formats they are written in |
//!
//! Definitions of the metrics: `bench.md` §7.2, and [`report::metric`].

pub mod client;
pub mod driver;
pub mod plan;
pub mod report;
pub mod run;
pub mod sample;
pub mod scenario;
pub mod workload;
