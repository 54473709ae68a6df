//! ext_proc streams, counted on request (`--enable-grpc-stream-metrics`).

use std::time::Instant;

use prometheus::{Gauge, Histogram};

use super::buckets;
use super::families::{Counters, Maker};

pub(super) struct StreamFamilies {
    open: Option<Gauge>,
    duration: Option<Histogram>,
    ended: Counters,
}

/// A stream that is open until this is dropped.
#[derive(Default)]
pub struct OpenStream(Option<Counted>);

struct Counted {
    since: Instant,
    open: Option<Gauge>,
    duration: Option<Histogram>,
    ended: Counters,
    code: &'static str,
}

impl StreamFamilies {
    pub(super) fn new(maker: &Maker<'_>) -> Self {
        let open = maker.gauges("llm_d_epp_extproc_streams_inflight", "ext_proc streams that are open.", &[]);
        let duration = maker.histograms(
            "llm_d_epp_extproc_stream_duration_seconds",
            "Seconds that ext_proc streams were open.",
            &[],
            buckets::DURATION,
        );
        let ended =
            maker.counters("llm_d_epp_extproc_streams_total", "ext_proc streams that ended.", &["code"]);
        Self { open: open.get(&[]), duration: duration.get(&[]), ended }
    }

    pub(super) fn open(&self) -> OpenStream {
        self.open.iter().for_each(Gauge::inc);
        OpenStream(Some(Counted {
            since: Instant::now(),
            open: self.open.clone(),
            duration: self.duration.clone(),
            ended: self.ended.clone(),
            code: "Canceled",
        }))
    }
}

impl OpenStream {
    /// A stream that nobody counts.
    pub(super) fn uncounted() -> Self {
        Self(None)
    }

    /// The gRPC code with which it ends, as Go writes it; `Canceled` unless told.
    pub fn ends_with(&mut self, code: &'static str) {
        if let Some(counted) = &mut self.0 {
            counted.code = code;
        }
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let Some(counted) = &self.0 else { return };
        counted.open.iter().for_each(Gauge::dec);
        counted.ended.add(&[counted.code], 1.0);
        counted.duration.iter().for_each(|family| family.observe(counted.since.elapsed().as_secs_f64()));
    }
}
