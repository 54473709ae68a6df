//! Configuration files of inference-perf.
//!
//! Read strictly. What this load generator does in another way is a [`Warning`], and so are all keys together that decide
//! nothing here; what it does not do at all is refused by name, with what there is instead.

mod data;
mod file;
mod load;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use serde_saphyr::Spanned;

pub(super) use self::file::File;
use self::file::{Api as ApiSection, Server};
use super::error::{ScenarioError, Warning};
use super::yaml::{Source, Unread, unknown};
use super::{Api, RequestOptions, Scenario, Slo, Target};

/// The scenario of a configuration file, who is asked, and what is not as one might think.
///
/// # Errors
/// Names the place: no YAML, a key that inference-perf does not have, or something that there is not here.
pub fn read(text: &str, path: &Path) -> Result<(Scenario, Target, Vec<Warning>), ScenarioError> {
    let mut source = Source::new(path);
    let file = source.parse(text)?;
    let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let (scenario, target) = scenario(file, name, &mut source)?;
    Ok((scenario, target, source.into_warnings()))
}

/// What a parsed file asks for.
pub(super) fn scenario(
    file: File,
    name: String,
    source: &mut Source,
) -> Result<(Scenario, Target), ScenarioError> {
    let File { api, data, load, server, report, tokenizer, metrics, storage, circuit_breakers } = file;
    let not_used = [
        (metrics, "`metrics` is not used: figures are the client's, and the servers' own where they tell"),
        (storage, "`storage` is not used: where reports go is said on the command line"),
        (circuit_breakers, "`circuit_breakers` is not used: a run goes on to its end"),
        (load.circuit_breakers, "`circuit_breakers` is not used: a run goes on to its end"),
    ];
    for (section, message) in not_used {
        if let Some(section) = section {
            source.warn(section.referenced, message);
        }
    }
    let (report, tokenizer) = (report.unwrap_or_default(), tokenizer.unwrap_or_default());
    for (key, section) in [
        ("load.num_workers", &load.num_workers),
        ("load.worker_max_concurrency", &load.worker_max_concurrency),
        ("load.worker_max_tcp_connections", &load.worker_max_tcp_connections),
        ("report.request_lifecycle", &report.request_lifecycle),
        ("report.session_lifecycle", &report.session_lifecycle),
        ("report.prometheus", &report.prometheus),
        ("tokenizer.trust_remote_code", &tokenizer.trust_remote_code),
        ("tokenizer.token", &tokenizer.token),
    ] {
        source.ignore(key, section);
    }
    let constraints = report.goodput.and_then(|goodput| goodput.constraints).unwrap_or_default();
    for (constraint, name) in [(constraints.itl, "itl"), (constraints.ntpot, "ntpot")] {
        refuse(
            source,
            constraint,
            &format!("`{name}` is no bound of goodput here: there are ttft, tpot, request_latency"),
        )?;
    }
    let mut slo = Slo { ttft: constraints.ttft, tpot: constraints.tpot, e2e: constraints.request_latency };
    let load_kind = load::kind(load.kind, source)?;
    let own_seed = data.shared_prefix.as_ref().and_then(|shared| shared.seed);
    let seed = own_seed.or(load.base_seed).unwrap_or_default();
    let server = server.unwrap_or_default();
    let scenario = Scenario {
        name,
        workload: data::workload(data, load.trace, load_kind, source)?,
        arrivals: load_kind.arrivals(),
        stages: load::stages(
            load.stages.unwrap_or_default(),
            load_kind,
            [load.sweep, load.lora_traffic_split],
            source,
        )?,
        pause: load.interval.unwrap_or(1.0),
        drain_timeout: super::default_drain(),
        seed,
        request: request(api.unwrap_or_default(), server.ignore_eos, load.request_timeout, &mut slo, source)?,
        slo: (slo != Slo::default()).then_some(slo),
    };
    let mut target = target(server, source)?;
    if let Some(name) = tokenizer.pretrained_model_name_or_path {
        source.warn(
            name.referenced,
            "this tokenizer is not loaded: give its `tokenizer.json` with --tokenizer for exact lengths",
        );
        target.tokenizer = Some(source.text(name)?);
    }
    Ok((scenario, target))
}

fn request(
    api: ApiSection,
    ignore_eos: Option<bool>,
    timeout: Option<f64>,
    slo: &mut Slo,
    source: &mut Source,
) -> Result<RequestOptions, ScenarioError> {
    for (section, name) in [
        (api.response_format, "response_format"),
        (api.session_id_header_key, "session_id_header_key"),
        (api.session_token_header_key, "session_token_header_key"),
    ] {
        refuse(source, section, &format!("there is no `{name}` here"))?;
    }
    let kind = match api.kind {
        None => Api::Completions,
        Some(kind) => match kind.value.as_str() {
            "completion" => Api::Completions,
            "chat" => Api::Chat,
            "anthropic_messages" => {
                return Err(
                    source.error(kind.referenced, "there is no `anthropic_messages` here: use `chat`")
                );
            }
            other => {
                return Err(source.error(kind.referenced, unknown("value", other, &["completion", "chat"])));
            }
        },
    };
    let (unit, seconds) = match &api.slo_unit {
        None => ("ms", 1e-3),
        Some(unit) => match unit.value.as_str() {
            "s" => ("s", 1.0),
            "ms" => ("ms", 1e-3),
            "us" => ("us", 1e-6),
            other => return Err(source.error(unit.referenced, unknown("value", other, &["s", "ms", "us"]))),
        },
    };
    let headers = api.headers.into_iter().flatten();
    let headers: BTreeMap<_, _> = headers.filter_map(|(name, value)| Some((name, value?))).collect();
    // Bounds that the server is told are those that the answer is judged by.
    for (header, name, bound) in
        [(api.slo_ttft_header, "ttft", &mut slo.ttft), (api.slo_tpot_header, "tpot", &mut slo.tpot)]
    {
        let header = header.unwrap_or_else(|| format!("x-slo-{name}-{unit}"));
        if let (None, Some(value)) = (&bound, headers.get(&header)) {
            let number = value.value.parse::<f64>();
            let number = number.map_err(|_| source.error(value.referenced, "a number is needed"))?;
            *bound = Some(number * seconds);
        }
    }
    let headers = headers.into_iter().map(|(name, value)| Ok((name, source.text(value)?)));
    Ok(RequestOptions {
        api: kind,
        streaming: api.streaming.unwrap_or_default(),
        ignore_eos: ignore_eos.unwrap_or(true),
        headers: headers.collect::<Result<_, _>>()?,
        timeout,
    })
}

fn target(server: Server, source: &Source) -> Result<Target, ScenarioError> {
    let Server { _kind, model_name, base_url, ignore_eos: _, api_key, cert_path, key_path } = server;
    for path in [cert_path, key_path] {
        refuse(source, path, "client certificates are not sent")?;
    }
    let text = |text: Option<Spanned<String>>| text.map(|text| source.text(text)).transpose();
    Ok(Target {
        base_url: text(base_url)?,
        model: text(model_name)?,
        api_key: text(api_key)?,
        tokenizer: None,
    })
}

/// An error where something is written that there is not here.
fn refuse(source: &Source, section: Unread, problem: &str) -> Result<(), ScenarioError> {
    section.map_or(Ok(()), |section| Err(source.error(section.referenced, problem)))
}
