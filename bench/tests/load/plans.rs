//! Plans, as a test wants them.

use std::time::Duration;

use llmd_bench::client;
use llmd_bench::driver::{self, Live, Settings};
use llmd_bench::plan::{FollowUp, Pacing, Plan, PlannedRequest, PlannedStage, Prompt};
use llmd_bench::run::Run;
use llmd_bench::scenario::{Api, Arrivals, Length, RequestOptions, Scenario, Workload};
use tokio_util::sync::CancellationToken;

pub const OUTPUT: u32 = 3;

/// A plan of 2 groups of 2 prompts.
pub fn plan(stages: Vec<PlannedStage>) -> Plan {
    let prompt = |group: u32, question: &str| Prompt {
        group,
        system: format!("group {group} says ").repeat(40).into(),
        question: question.into(),
        tokens: 0,
    };
    Plan {
        scenario: Scenario {
            name: "test".to_owned(),
            workload: Workload::Random { input: Length::Fixed(1), output: Length::Fixed(OUTPUT) },
            arrivals: Arrivals::Constant,
            stages: Vec::new(),
            pause: 0.0,
            drain_timeout: 60.0,
            seed: 0,
            request: RequestOptions { api: Api::Completions, ..RequestOptions::default() },
            slo: None,
        },
        prompts: vec![prompt(0, "one"), prompt(0, "two"), prompt(1, "three"), prompt(1, "four")],
        stages,
        hash: "hash".to_owned(),
    }
}

pub fn request(after: Duration, prompt: u32) -> PlannedRequest {
    PlannedRequest { after, prompt, output_tokens: OUTPUT, follow_ups: Vec::new() }
}

pub fn follow_up(question: &str, think_time: Duration) -> FollowUp {
    FollowUp { question: question.into(), output_tokens: OUTPUT + 1, think_time }
}

/// Each request at its time.
pub fn open(requests: Vec<PlannedRequest>) -> PlannedStage {
    let window = requests.last().map(|request| request.after).unwrap_or_default();
    PlannedStage { pacing: Pacing::Open { rate: 1.0, window }, warm_up: false, requests }
}

/// So many requests at the same moment, round the prompts.
pub fn burst(count: u32) -> PlannedStage {
    open((0..count).map(|number| request(Duration::ZERO, number % 4)).collect())
}

pub fn closed(concurrency: u32, count: u32) -> PlannedStage {
    PlannedStage { pacing: Pacing::Closed { concurrency }, ..burst(count) }
}

pub fn settings(urls: &[&client::Url]) -> Settings {
    Settings {
        urls: urls.iter().map(|&url| url.clone()).collect(),
        model: "base".to_owned(),
        arm: "test".to_owned(),
        headers: Vec::new(),
        replicas: Vec::new(),
        reset_caches: false,
        client: client::Options::default(),
        journal: None,
    }
}

pub async fn run(plan: &Plan, settings: &Settings) -> Run {
    driver::run(plan, settings, &Live::default(), CancellationToken::new()).await.unwrap()
}
