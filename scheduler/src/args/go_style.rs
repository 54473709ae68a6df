//! Go's way of writing flags, as clap wants them.

use std::any::TypeId;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::Flags;

/// Flags for which an empty value says what leaving them out says; the charts write one for a null.
const EMPTY_IS_UNSET: [&str; 17] = [
    "cert-path",
    "config-file",
    "endpoint-selector",
    "endpoint-target-ports",
    "grpc-max-recv-msg-size",
    "grpc-max-send-msg-size",
    "kubeconfig",
    "metrics-cert-dir",
    "metrics-client-ca-file",
    "model-server-metrics-port",
    "pool-namespace",
    "tls-cipher-suites",
    "tls-min-version",
    "zap-encoder",
    "zap-log-level",
    "zap-stacktrace-level",
    "zap-time-encoding",
];

/// The command line as clap is to read it: every boolean is a switch.
pub(super) fn command() -> Command {
    Flags::command().mut_args(switch)
}

/// Makes `--flag`, `--flag=false` and `--flag false` of a boolean; the last is how the charts write it.
fn switch(flag: Arg) -> Arg {
    if flag.get_value_parser().type_id() != TypeId::of::<bool>() {
        return flag;
    }
    let is_off = matches!(flag.get_action(), ArgAction::SetTrue) && flag.get_default_values().is_empty();
    let flag = if is_off { flag.default_value("false").hide_default_value(true) } else { flag };
    flag.action(ArgAction::Set)
        .num_args(0..=1)
        .default_missing_value("true")
        .value_parser(boolean)
        .value_name("BOOL")
}

/// A boolean in any of Go's spellings. Empty is what the charts write for a null: the flag is there, so it is on.
fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "" | "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("it is `true` or `false`".to_owned()),
    }
}

/// Makes two dashes of one before a long name, and leaves out what is set to nothing. What follows `--` stays.
pub(super) fn normalize(arguments: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut arguments = arguments.into_iter().peekable();
    let mut normalized = Vec::new();
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            normalized.push(argument);
            normalized.extend(arguments);
            break;
        }
        let argument = if !normalized.is_empty() && is_long_after_one_dash(&argument) {
            format!("-{argument}")
        } else {
            argument
        };
        let flag = argument.strip_prefix("--").unwrap_or_default();
        let (name, value) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
        if EMPTY_IS_UNSET.contains(&name)
            && (value == Some("") || value.is_none() && arguments.next_if(String::is_empty).is_some())
        {
            continue;
        }
        normalized.push(argument);
    }
    normalized
}

/// `-grpc-port`, but neither `-v`, `-v=4` nor `-v4`.
fn is_long_after_one_dash(argument: &str) -> bool {
    let mut name = argument.strip_prefix('-').unwrap_or_default().chars();
    name.next().is_some_and(|first| first.is_ascii_alphabetic())
        && name.next().is_some_and(|second| second != '=' && !second.is_ascii_digit())
}
