//! The section `load`.

use serde_saphyr::Spanned;

use super::file::Stage as StageSection;
use super::{ScenarioError, Source, Unread, refuse, unknown};
use crate::scenario::{Arrivals, Stage, StageLoad};

/// What decides when requests are sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Constant,
    Poisson,
    Concurrent,
    Trace,
}

impl Kind {
    pub(super) fn arrivals(self) -> Arrivals {
        match self {
            Self::Constant | Self::Concurrent => Arrivals::Constant,
            // It always sends rate × duration requests (`bench.md` §1.3).
            Self::Poisson => Arrivals::Poisson { exact_count: true },
            Self::Trace => Arrivals::Trace { speed: 1.0 },
        }
    }
}

pub(super) fn kind(kind: Option<Spanned<String>>, source: &mut Source) -> Result<Kind, ScenarioError> {
    const KNOWN: &[&str] = &["constant", "poisson", "concurrent", "trace_replay"];
    let Some(kind) = kind else { return Ok(Kind::Constant) };
    match kind.value.as_str() {
        "constant" => {
            let message =
                "`constant` has equal gaps here; those of inference-perf are random (use `poisson`)";
            source.warn(kind.referenced, message);
            Ok(Kind::Constant)
        }
        "poisson" => Ok(Kind::Poisson),
        "concurrent" => Ok(Kind::Concurrent),
        "trace_replay" => Ok(Kind::Trace),
        "trace_session_replay" => {
            let problem = "there is no `trace_session_replay` here: use a scenario with the workload `chat`";
            Err(source.error(kind.referenced, problem))
        }
        other => Err(source.error(kind.referenced, unknown("value", other, KNOWN))),
    }
}

pub(super) fn stages(
    stages: Vec<Spanned<StageSection>>,
    kind: Kind,
    [sweep, adapters]: [Unread; 2],
    source: &Source,
) -> Result<Vec<Stage>, ScenarioError> {
    refuse(
        source,
        sweep,
        "there is no `sweep` here: `llmd bench --find rate` searches, or write the stages",
    )?;
    refuse(source, adapters, "there is no `lora_traffic_split` here: one model is asked")?;
    if kind == Kind::Trace {
        return Ok(Vec::new());
    }
    stages.into_iter().map(|stage| Ok(Stage { load: load(&stage, kind, source)?, warm_up: false })).collect()
}

fn load(stage: &Spanned<StageSection>, kind: Kind, source: &Source) -> Result<StageLoad, ScenarioError> {
    let StageSection { rate, duration, num_requests, concurrency_level } = stage.value;
    match (kind, rate, duration, num_requests, concurrency_level) {
        (Kind::Concurrent, None, None, Some(requests), Some(concurrency)) => {
            Ok(StageLoad::Concurrency { concurrency, requests })
        }
        (Kind::Constant | Kind::Poisson, Some(rate), Some(seconds), None, None) => {
            Ok(StageLoad::Rate { rate, seconds })
        }
        (Kind::Concurrent, ..) => {
            Err(source.error(stage.referenced, "a stage needs `num_requests` and `concurrency_level`"))
        }
        _ => Err(source.error(stage.referenced, "a stage needs `rate` and `duration`")),
    }
}
