//! Turns a page into a [`MetricsSample`].

use llmd_api::config::{EngineMetrics, MetricSpec};
use smallvec::SmallVec;

use super::prom_text::{Families, Labels, Sample, scan};
use crate::model::{Loras, MetricsSample};

/// Reads the pages of one engine.
#[derive(Debug)]
pub struct Extractor {
    families: Families,
    wanted: Vec<Wanted>,
    block_size_label: String,
    blocks_label: String,
}

/// What a page said.
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction<'a> {
    pub sample: MetricsSample,
    /// Metrics of the load that the page lacks. Those of the cache and of adapters are not missed: engines leave them
    /// out while they have nothing to say.
    pub missing: SmallVec<[&'a MetricSpec; 3]>,
}

#[derive(Debug)]
struct Wanted {
    family: usize,
    spec: MetricSpec,
    field: Field,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Waiting,
    Running,
    KvUsage,
    /// The same by its other name.
    KvUsageAlias,
    BlockSize,
    Blocks,
    CacheInfo,
    Lora,
}

/// One metric under two names: vLLM renamed it.
const KV_USAGE_NAMES: [&str; 2] = ["vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"];

/// Labels that tell the engines of one server apart: vLLM's and `SGLang`'s data-parallel ranks.
const RANK_LABELS: [&str; 2] = ["engine", "dp_rank"];

/// So many ranks of one server are told apart; a page with more is broken.
const MAX_RANKS: usize = 256;

impl Extractor {
    pub fn new(engine: &EngineMetrics) -> Self {
        let alias = engine.kv_usage.as_ref().and_then(|spec| {
            let other = match KV_USAGE_NAMES.iter().position(|name| *name == spec.name)? {
                0 => KV_USAGE_NAMES[1],
                _ => KV_USAGE_NAMES[0],
            };
            Some(MetricSpec { name: other.to_owned(), labels: spec.labels.clone() })
        });
        let fields = [
            (Field::Waiting, &engine.queued_requests),
            (Field::Running, &engine.running_requests),
            (Field::KvUsage, &engine.kv_usage),
            (Field::KvUsageAlias, &alias),
            (Field::BlockSize, &engine.cache_block_size),
            (Field::Blocks, &engine.cache_blocks),
            (Field::CacheInfo, &engine.cache_info),
            (Field::Lora, &engine.lora),
        ];
        let mut names: Vec<&str> = Vec::new();
        let mut wanted = Vec::new();
        for (field, spec) in fields.into_iter().filter_map(|(field, spec)| Some((field, spec.as_ref()?))) {
            let known = names.iter().position(|name| *name == spec.name);
            let family = known.unwrap_or_else(|| {
                names.push(&spec.name);
                names.len() - 1
            });
            wanted.push(Wanted { family, spec: spec.clone(), field });
        }
        let label = |own: &Option<String>, usual: &str| own.clone().unwrap_or_else(|| usual.to_owned());
        Self {
            families: Families::new(names),
            wanted,
            block_size_label: label(&engine.cache_block_size_label, "block_size"),
            blocks_label: label(&engine.cache_blocks_label, "num_gpu_blocks"),
        }
    }

    /// Reads a page. A server with several engines counts as one: requests and blocks are summed over them, KV usage
    /// is averaged.
    pub fn extract(&self, page: &[u8]) -> Extraction<'_> {
        let mut tally = Tally::default();
        scan(page, &self.families, |sample| {
            for wanted in self.wanted.iter().filter(|wanted| wanted.family == sample.family) {
                if sample.labels.have(&wanted.spec.labels) {
                    self.count(&mut tally, wanted.field, &sample);
                }
            }
        });
        let sample = tally.finish();
        let is_missing = |field| match field {
            Field::Waiting => sample.waiting.is_none(),
            Field::Running => sample.running.is_none(),
            Field::KvUsage => sample.kv_cache_usage.is_none(),
            _ => false,
        };
        let missing = self.wanted.iter().filter(|wanted| is_missing(wanted.field)).map(|wanted| &wanted.spec);
        let missing = missing.collect();
        Extraction { sample, missing }
    }

    fn count<'a>(&self, tally: &mut Tally<'a>, field: Field, sample: &Sample<'a>) {
        match field {
            Field::Waiting => tally.waiting.add(sample, sample.value),
            Field::Running => tally.running.add(sample, sample.value),
            Field::KvUsage => tally.kv_usage.add(sample, sample.value),
            Field::KvUsageAlias => tally.kv_usage_alias.add(sample, sample.value),
            Field::BlockSize => tally.block_size.add(sample, sample.value),
            Field::Blocks => tally.blocks.add(sample, sample.value),
            Field::CacheInfo => {
                let number = |label: &str| sample.labels.get(label)?.trim().parse().ok();
                if let Some(size) = number(&self.block_size_label) {
                    tally.block_size.add(sample, size);
                }
                if let Some(blocks) = number(&self.blocks_label) {
                    tally.blocks.add(sample, blocks);
                }
            }
            Field::Lora => tally.loras.add(sample),
        }
    }
}

#[derive(Default)]
struct Tally<'a> {
    waiting: Ranks<'a>,
    running: Ranks<'a>,
    kv_usage: Ranks<'a>,
    kv_usage_alias: Ranks<'a>,
    block_size: Ranks<'a>,
    blocks: Ranks<'a>,
    loras: NewestLoras<'a>,
}

impl Tally<'_> {
    fn finish(self) -> MetricsSample {
        let kv_usage = self.kv_usage.mean().or_else(|| self.kv_usage_alias.mean());
        MetricsSample {
            waiting: self.waiting.sum().map(count),
            running: self.running.sum().map(count),
            kv_cache_usage: kv_usage.map(share),
            block_size: self.block_size.values().next().map(count).filter(|size| *size > 0),
            blocks: self.blocks.sum().map(count).filter(|blocks| *blocks > 0),
            loras: self.loras.finish(),
        }
    }
}

/// The value of each engine of one server. An engine with several samples counts with that of the greatest timestamp,
/// without timestamps with the first (as upstream takes one of all).
#[derive(Default)]
struct Ranks<'a>(SmallVec<[Rank<'a>; 4]>);

struct Rank<'a> {
    name: &'a [u8],
    value: f64,
    timestamp: Option<f64>,
}

impl<'a> Ranks<'a> {
    fn add(&mut self, sample: &Sample<'a>, value: f64) {
        if !value.is_finite() {
            return;
        }
        let name = RANK_LABELS.iter().find_map(|label| sample.labels.raw(label)).unwrap_or_default();
        let rank = Rank { name, value, timestamp: sample.timestamp };
        if let Some(known) = self.0.iter_mut().find(|known| known.name == name) {
            if rank.timestamp > known.timestamp {
                *known = rank;
            }
        } else if self.0.len() < MAX_RANKS {
            self.0.push(rank);
        }
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        self.0.iter().map(|rank| rank.value)
    }

    fn sum(&self) -> Option<f64> {
        (!self.0.is_empty()).then(|| self.values().sum())
    }

    fn mean(&self) -> Option<f64> {
        Some(self.sum()? / self.0.len() as f64)
    }
}

/// The sample of the `LoRA` metric with the greatest value, which is the time it was set.
#[derive(Default)]
struct NewestLoras<'a>(Option<(f64, Labels<'a>)>);

impl<'a> NewestLoras<'a> {
    fn add(&mut self, sample: &Sample<'a>) {
        if self.0.is_none_or(|(newest, _)| sample.value > newest) && !sample.value.is_nan() {
            self.0 = Some((sample.value, sample.labels));
        }
    }

    fn finish(self) -> Option<Loras> {
        let (_, labels) = self.0?;
        let names = |label| {
            let list = labels.get(label).unwrap_or_default();
            list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Box::from).collect()
        };
        Some(Loras {
            active: names("running_lora_adapters"),
            waiting: names("waiting_lora_adapters"),
            max: labels.get("max_lora").and_then(|max| max.trim().parse().ok()).unwrap_or(0),
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is wanted"
)]
fn count(value: f64) -> u32 {
    value.round() as u32
}

#[expect(clippy::cast_possible_truncation, reason = "a share needs no more digits")]
fn share(value: f64) -> f32 {
    value.clamp(0.0, 1.0) as f32
}

#[cfg(test)]
mod tests;
