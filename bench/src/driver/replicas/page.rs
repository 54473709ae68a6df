//! The few figures of a replica's `/metrics` that a run keeps.

use std::time::Duration;

use crate::run::GaugePoint;

/// Sums over the series of a name (engines of one server); of the cache's use the largest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Page {
    pub(super) running: f64,
    pub(super) waiting: f64,
    pub(super) kv_usage: f64,
    pub(super) prompt_tokens: f64,
    pub(super) cached_tokens: f64,
    pub(super) preemptions: f64,
}

impl Page {
    /// Reads Prometheus' text format. Lines that are not understood are skipped.
    pub(super) fn read(text: &str) -> Self {
        let mut page = Self::default();
        let (mut cached, mut hits) = (None, 0.0);
        for (name, value) in text.lines().filter_map(series) {
            match name {
                "vllm:num_requests_running" => page.running += value,
                "vllm:num_requests_waiting" => page.waiting += value,
                "vllm:kv_cache_usage_perc" | "vllm:gpu_cache_usage_perc" => {
                    page.kv_usage = page.kv_usage.max(value);
                }
                "vllm:prompt_tokens_total" => page.prompt_tokens += value,
                "vllm:prompt_tokens_cached_total" => *cached.get_or_insert(0.0) += value,
                "vllm:prefix_cache_hits_total" => hits += value,
                "vllm:num_preemptions_total" => page.preemptions += value,
                _ => {}
            }
        }
        page.cached_tokens = cached.unwrap_or(hits);
        page
    }

    pub(super) fn gauges(&self, at: Duration) -> GaugePoint {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "as casts of floats saturate"
        )]
        let (running, waiting, kv_usage) = (self.running as u32, self.waiting as u32, self.kv_usage as f32);
        GaugePoint { at, running, waiting, kv_usage }
    }
}

/// Name and value of a line.
fn series(line: &str) -> Option<(&str, f64)> {
    if !line.starts_with("vllm:") {
        return None;
    }
    let name = line.get(..line.find(['{', ' '])?)?;
    let end = line.rfind('}').map_or(name.len(), |end| end + 1);
    let rest = line.get(end..)?;
    Some((name, rest.split_ascii_whitespace().next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_of_a_name_add_up() {
        let page = Page::read(
            "# TYPE vllm:num_requests_running gauge\n\
             vllm:num_requests_running{engine=\"0\",model_name=\"a}b c\"} 2.0\n\
             vllm:num_requests_running{engine=\"1\"} 3 1700000000000\n\
             vllm:num_requests_waiting 1\n\
             vllm:num_requests_waiting_by_reason{reason=\"capacity\"} 9\n\
             vllm:kv_cache_usage_perc{engine=\"0\"} 0.25\n\
             vllm:kv_cache_usage_perc{engine=\"1\"} 0.5\n\
             vllm:prefix_cache_hits_total 70\n\
             vllm:prompt_tokens_total{engine=\"0\"} 100\n\
             vllm:broken{\n\
             vllm:num_preemptions_total NaN?\n\
             go_goroutines 5\n",
        );
        let expected = Page {
            running: 5.0,
            waiting: 1.0,
            kv_usage: 0.5,
            prompt_tokens: 100.0,
            cached_tokens: 70.0,
            preemptions: 0.0,
        };
        assert_eq!(page, expected);
        let newer = Page::read("vllm:prompt_tokens_cached_total 64\nvllm:prefix_cache_hits_total 70\n");
        assert_eq!(newer, Page { cached_tokens: 64.0, ..Page::default() });
    }
}
