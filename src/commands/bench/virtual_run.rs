//! The flags of the virtual clock.

use clap::builder::PossibleValuesParser;
use simulator::profile::{PROFILES, Profile};

use super::load::Load;
use crate::ui::{Mark, Printer, ProgressView};
use crate::virtual_clock::{self, Fleet, Policy};
use crate::{Exit, Failure};
use llmd_bench::plan::Plan;
use llmd_bench::run::Run;

/// How many servers there are, and what they run on, where nothing is said.
const REPLICAS: u32 = 8;
const PROFILE: &str = "h100-tp2-qwen3-32b";

/// What serves on the virtual clock, and who decides.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Virtual clock")]
pub(super) struct VirtualArgs {
    /// Play it on a virtual clock: simulated servers, the scheduler's own code, no requests
    #[arg(long = "virtual", conflicts_with_all = ["url", "model", "warm"])]
    pub(super) is_virtual: bool,
    /// Model servers [default: 8]
    #[arg(long, value_name = "N", requires = "is_virtual", value_parser = clap::value_parser!(u32).range(1..=4096))]
    replicas: Option<u32>,
    /// What each runs on [default: h100-tp2-qwen3-32b]
    #[arg(
        long,
        value_name = "PROFILE",
        requires = "is_virtual",
        value_parser = PossibleValuesParser::new(PROFILES.map(|profile| profile.name))
    )]
    profile: Option<String>,
    /// Tokens that each server's KV cache holds [default: as its profile]
    #[arg(long, value_name = "TOKENS", requires = "is_virtual")]
    kv_tokens: Option<u32>,
    /// Make the first server so many times slower, 0.01 to 1000
    #[arg(long, value_name = "FACTOR", requires = "is_virtual")]
    slow: Option<f64>,
    /// Who decides: default, upstream-default, round-robin, random, least-request, or an EndpointPickerConfig file;
    /// twice to compare two
    #[arg(long = "policy", value_name = "NAME|FILE", requires = "is_virtual")]
    policies: Vec<String>,
}

impl VirtualArgs {
    pub(super) fn fleet(&self) -> Result<Fleet, Failure> {
        let profile = Profile::named(self.profile.as_deref().unwrap_or(PROFILE));
        let profile = profile.ok_or_else(|| Failure::usage("no such profile"))?;
        let replicas = self.replicas.unwrap_or(REPLICAS);
        let fleet = Fleet { profile, kv_tokens: self.kv_tokens, ..Fleet::of(replicas) };
        match self.slow {
            Some(factor) if (0.01..=1000.0).contains(&factor) => Ok(fleet.with_slow_replica(factor)),
            Some(_) => Err(Failure::usage("--slow takes a number from 0.01 to 1000, such as 1.3")),
            None => Ok(fleet),
        }
    }

    /// The policies that were named, `otherwise` where none was.
    pub(super) fn policies(&self, otherwise: &[&str]) -> Result<Vec<Policy>, Failure> {
        let given: Vec<&str> = self.policies.iter().map(String::as_str).collect();
        let names = if given.is_empty() { otherwise } else { &given };
        names.iter().map(|name| Policy::named(name).map_err(refused)).collect()
    }
}

fn refused(error: virtual_clock::PolicyError) -> Failure {
    let findings = match &error {
        virtual_clock::PolicyError::Wrong { findings, .. } => {
            findings.iter().map(ToString::to_string).collect()
        }
        _ => Vec::new(),
    };
    Failure::new(Exit::Usage, error).problems(findings)
}

/// Plays the plan under a policy. What chance decides beside the plan follows from the seed.
pub(super) fn play(
    load: &Load,
    plan: &Plan,
    fleet: &Fleet,
    policy: &Policy,
    seed: u64,
    ui: &Printer,
) -> Result<Run, Failure> {
    let mut view = ProgressView::new(ui);
    let what = format!("{} requests on {} replicas", plan.requests(), fleet.replicas);
    view.state(policy.name(), &format!("plays {what}"), Mark::Busy);
    let run = virtual_clock::Load::new(plan, load.tokenizer())
        .and_then(|load| load.play(fleet, policy, seed))
        .map_err(|error| Failure::new(Exit::Failed, error))?;
    view.state(policy.name(), &format!("played {what}"), Mark::Good);
    view.finish();
    Ok(run)
}
