//! Why a plan could not be played.

use llmd_bench::workload::PlanError;
use scheduler::plugins::BuildError;
use simulator::tokenizer::TokenizerError;
use simulator::virtual_clock::RunError;
use thiserror::Error;

use super::PolicyError;

/// Why a plan could not be played.
#[derive(Debug, Error)]
pub enum VirtualError {
    #[error("stopped before the end")]
    Stopped,
    #[error("a fleet has at least one replica")]
    NoReplicas,
    #[error("a request asks for prompt {prompt}, which the plan has not")]
    NoPrompt { prompt: u32 },
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error("a prompt could not be read")]
    Tokenizer(#[from] TokenizerError),
    #[error("the policy cannot be made of its configuration")]
    Build(#[from] BuildError),
    #[error("the policy refused request {request}: {reason}")]
    Refused { request: u32, reason: String },
    #[error(transparent)]
    Run(#[from] RunError),
}
