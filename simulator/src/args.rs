//! The command line: flags of vLLM and of llm-d-inference-sim, and a few of our own.

mod config;
mod ignored;
mod kv_events;
mod settings;

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, CommandFactory as _, FromArgMatches as _, Parser};

use crate::env_vars;
use crate::kv_events::Settings as KvEventSettings;
use crate::profile::{PROFILES, Profile};
use crate::server::{Faults, LoraModule};
use ignored::IGNORED;
use kv_events::KvEventsConfig;

const EXAMPLE: &str = "\
Examples:
  simulator --model Qwen/Qwen3-32B --profile h100-tp2-qwen3-32b
  simulator --model random --port 8001 --max-model-len 4096 --kv-cache-size 2048 --time-scale 0.1
  simulator --model base --lora-modules food-review=/adapters/food-review --kv-events-port 5557

Exit codes: 0 ended by a signal, 1 failed, 2 wrong usage, 130 ended by a second signal.";

/// A model server that behaves like vLLM, without a GPU
#[derive(Debug, Clone, Parser)]
#[command(name = "simulator", version, after_help = EXAMPLE, args_override_self = true)]
pub struct Flags {
    /// Model, as it would be loaded
    #[arg(long, env = env_vars::MODEL, value_name = "NAME", help_heading = "Model")]
    pub model: String,
    /// Names that requests use; the first stands in answers and metrics [default: the model]
    #[arg(long, num_args = 1.., value_name = "NAME", help_heading = "Model")]
    pub served_model_name: Vec<String>,
    /// LoRA adapters: NAME=PATH, or a JSON object with name and path
    #[arg(long, num_args = 1.., value_name = "ADAPTER", help_heading = "Model")]
    pub lora_modules: Vec<LoraModule>,
    /// Adapters at once, as metrics tell it; limits nothing
    #[arg(long, default_value_t = 1, value_name = "COUNT", help_heading = "Model")]
    pub max_loras: u32,
    /// Most tokens of prompt and answer [default: 40960, or what the KV cache holds]
    #[arg(long, value_name = "TOKENS", help_heading = "Model")]
    pub max_model_len: Option<u32>,
    /// Hugging Face tokenizer.json [default: pieces of about four characters]
    #[arg(long, value_name = "FILE", help_heading = "Model")]
    pub tokenizer: Option<PathBuf>,

    /// Hardware
    #[arg(long, default_value = PROFILES[0].name, value_parser = profiles(), value_name = "NAME", help_heading = "Engine")]
    pub profile: Profile,
    /// Times as fast as the profile: 0.5 takes twice as long
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", help_heading = "Engine")]
    pub speed: f64,
    /// Blocks of the KV cache [default: the profile's]
    #[arg(long, visible_alias = "num-gpu-blocks-override", value_name = "BLOCKS", help_heading = "Engine")]
    pub kv_cache_size: Option<u32>,
    /// Tokens of a block [default: the profile's]
    #[arg(long, value_name = "TOKENS", help_heading = "Engine")]
    pub block_size: Option<u32>,
    /// Requests in a batch [default: the profile's]
    #[arg(long, value_name = "COUNT", help_heading = "Engine")]
    pub max_num_seqs: Option<u32>,
    /// Tokens in a step [default: the profile's]
    #[arg(long, value_name = "TOKENS", help_heading = "Engine")]
    pub max_num_batched_tokens: Option<u32>,
    /// Wall-clock seconds of a simulated second: 0.1 runs ten times as fast
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", help_heading = "Engine")]
    pub time_scale: f64,
    /// Of answers and injected failures
    #[arg(long, default_value_t = 0, value_name = "NUMBER", help_heading = "Engine")]
    pub seed: u64,
    /// Number of this engine among its replicas
    #[arg(long, default_value_t = 0, value_name = "NUMBER", help_heading = "Engine")]
    pub data_parallel_rank: u32,

    /// YAML file of flags; those of the command line win
    #[arg(long, value_name = "FILE", help_heading = "Serving")]
    pub config: Option<PathBuf>,
    /// Address to listen on
    #[arg(long, default_value = "0.0.0.0", help_heading = "Serving")]
    pub host: IpAddr,
    /// Port to listen on
    #[arg(long, default_value_t = 8000, help_heading = "Serving")]
    pub port: u16,
    /// Seconds that requests under way may take after a signal to stop
    #[arg(long, default_value_t = 30, value_name = "SECONDS", help_heading = "Serving")]
    pub shutdown_timeout: u64,

    /// Let subscribers of KV events come to this port
    #[arg(long, value_name = "PORT", help_heading = "KV events")]
    pub kv_events_port: Option<u16>,
    /// Go to the subscriber at tcp://HOST:PORT, or wait at tcp://*:PORT
    #[arg(long, value_name = "ENDPOINT", help_heading = "KV events")]
    pub zmq_endpoint: Option<String>,
    /// Send events again to who asks here
    #[arg(long, value_name = "ENDPOINT", help_heading = "KV events")]
    pub kv_events_replay_endpoint: Option<String>,
    /// Events in a message at most
    #[arg(long, default_value_t = KvEventSettings::BATCH_SIZE, value_name = "COUNT", help_heading = "KV events")]
    pub event_batch_size: usize,
    /// All of these in vLLM's way, as JSON
    #[arg(long, value_name = "JSON", help_heading = "KV events")]
    pub kv_events_config: Option<KvEventsConfig>,
    /// Seed of the block hashes in KV events
    #[arg(long, env = env_vars::PYTHONHASHSEED, default_value = "", hide_default_value = true, help_heading = "KV events")]
    pub hash_seed: String,

    #[command(flatten)]
    pub faults: Faults,
}

fn profiles() -> impl TypedValueParser<Value = Profile> {
    let names = PossibleValuesParser::new(PROFILES.map(|profile| profile.name));
    names.try_map(|name| Profile::named(&name).ok_or("no such profile"))
}

/// What a command line asks for.
#[derive(Debug)]
pub struct Asked {
    pub flags: Flags,
    /// Flags without an effect that were set.
    pub ignored: Vec<&'static str>,
}

/// Reads a command line, the program's name first.
///
/// # Errors
/// When it is wrong; help and version too, as clap has it.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Asked, clap::Error> {
    let ignored =
        |name: &'static str| Arg::new(name).long(name).hide(true).num_args(0..).action(ArgAction::Append);
    let mut command = Flags::command().args(IGNORED.map(ignored));
    let mut arguments: Vec<String> = arguments.into_iter().map(dashed).collect();
    if let Some(path) = config::path(&arguments) {
        let before_others = 1.min(arguments.len());
        let configured = config::arguments(&mut command, &arguments, Path::new(path))?;
        arguments.splice(before_others..before_others, configured);
    }
    let matches = command.try_get_matches_from(arguments)?;
    let is_set = |name: &&'static str| matches.value_source(name) == Some(ValueSource::CommandLine);
    let ignored = IGNORED.into_iter().filter(is_set).collect();
    Ok(Asked { flags: Flags::from_arg_matches(&matches)?, ignored })
}

/// `--max_model_len` is `--max-model-len`, as to vLLM.
fn dashed(argument: String) -> String {
    if !argument.starts_with("--") {
        return argument;
    }
    let (name, value) = argument.split_at(argument.find('=').unwrap_or(argument.len()));
    name.replace('_', "-") + value
}
