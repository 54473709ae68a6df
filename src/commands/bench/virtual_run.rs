//! The flags of the virtual clock.

use std::io;
use std::thread;

use clap::builder::PossibleValuesParser;
use simulator::profile::{H100_TP2_QWEN3_32B, PROFILES, Profile};

use super::load::Load;
use crate::commands::interrupted;
use crate::ui::{Mark, Printer, ProgressView};
use crate::virtual_clock::{self, Fleet, Policy, Stop, VirtualError};
use crate::{Exit, Failure};
use llmd_bench::plan::Plan;
use llmd_bench::run::Run;

/// How many servers there are, and what they run on, where nothing is said.
const REPLICAS: u32 = 8;
const PROFILE: Profile = H100_TP2_QWEN3_32B;

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
    /// Tokens that each server's KV cache holds [default: as its profile, times --scale]
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
    /// The servers that suit a load of that scale.
    pub(super) fn fleet(&self, load: &Load) -> Result<Fleet, Failure> {
        let profile = self.profile.as_deref().map_or(Some(PROFILE), Profile::named);
        let profile = profile.ok_or_else(|| Failure::usage("no such profile"))?.at_length(load.scale);
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

/// Asked when the user or the system asks us to stop: whoever computes waits for nothing in which a signal could be heard.
pub(super) fn stop_when_asked() -> Stop {
    let stop = Stop::default();
    let asked = stop.clone();
    let listen = move || -> io::Result<()> {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(interrupted());
        asked.ask();
        Ok(())
    };
    // Without this thread a signal ends the process at once.
    let _ = thread::Builder::new().name("interrupts".to_owned()).spawn(listen);
    stop
}

/// Why nothing was played to its end.
pub(super) fn failed(error: VirtualError) -> Failure {
    match error {
        VirtualError::Stopped => Failure::message(
            Exit::Interrupted,
            "interrupted: what was being played on the virtual clock had not ended, and nothing of it is kept",
        ),
        error => Failure::new(Exit::Failed, error),
    }
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
        .and_then(|played| played.until(&load.stop).play(fleet, policy, seed))
        .map_err(failed)?;
    view.state(policy.name(), &format!("played {what}"), Mark::Good);
    view.finish();
    Ok(run)
}
