//! What a request says of the answer's length, number and form.

use std::ops::RangeInclusive;

use super::fields::Fields;
use super::refusal::Refusal;

/// Most choices of one prompt, vLLM's default.
const MOST_CHOICES: i64 = 16_384;

/// Numbers without an effect that vLLM refuses outside of their ranges.
const RANGES: [(&str, RangeInclusive<f64>, &str); 4] = [
    ("presence_penalty", -2.0..=2.0, "in [-2, 2]"),
    ("frequency_penalty", -2.0..=2.0, "in [-2, 2]"),
    ("repetition_penalty", f64::MIN_POSITIVE..=f64::INFINITY, "greater than zero"),
    ("min_p", 0.0..=1.0, "in [0, 1]"),
];

/// vLLM takes a lower temperature for 0.
const LOWEST_TEMPERATURE: f64 = 1e-5;

/// The parameters that mean something without a model; others are accepted and have no effect.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::server) struct Sampling {
    pub(in crate::server) max_tokens: Option<u32>,
    pub(in crate::server) min_tokens: u32,
    /// Answers to each prompt.
    pub(in crate::server) choices: u32,
    pub(in crate::server) ignore_eos: bool,
    pub(in crate::server) stop: Vec<String>,
    pub(in crate::server) include_stop: bool,
    pub(in crate::server) seed: Seed,
    pub(in crate::server) stream: bool,
    pub(in crate::server) usage: StreamUsage,
}

/// What an answer depends on beside its prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Seed {
    /// Nothing: the temperature is 0.
    Greedy,
    Given(i64),
    /// Chance.
    Free,
}

/// Which events of a stream tell the usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::server) enum StreamUsage {
    #[default]
    None,
    /// One event of its own, the last.
    Last,
    /// Every event, and the last.
    Every,
}

impl Sampling {
    /// Reads them; what is not of the right type is told by `fields`.
    ///
    /// # Errors
    /// When a value is out of its bounds.
    pub(super) fn read(fields: &mut Fields<'_>, max_tokens: &[&str]) -> Result<Self, Refusal> {
        let asked = max_tokens.iter().find_map(|name| Some((*name, fields.integer(name)?)));
        let n = fields.integer("n").unwrap_or(1);
        let min_tokens = fields.integer("min_tokens").unwrap_or(0);
        let temperature = fields.number("temperature");
        let top_p = fields.number("top_p");
        let top_k = fields.integer("top_k").unwrap_or(0);
        let strays = RANGES.map(|(name, bounds, range)| {
            (name, fields.number(name).filter(|number| !bounds.contains(number)), range)
        });
        let sampling = Self {
            max_tokens: asked.map(|(_, tokens)| bounded(tokens)),
            min_tokens: bounded(min_tokens),
            choices: bounded(n),
            ignore_eos: fields.boolean("ignore_eos"),
            stop: fields.strings("stop"),
            include_stop: fields.boolean("include_stop_str_in_output"),
            seed: match (temperature, fields.integer("seed")) {
                (Some(temperature), _) if temperature < LOWEST_TEMPERATURE => Seed::Greedy,
                (_, Some(seed)) => Seed::Given(seed),
                (_, None) => Seed::Free,
            },
            stream: fields.boolean("stream"),
            usage: stream_usage(fields),
        };
        if n < 1 {
            return Err(Refusal::value("n", n, format!("n must be at least 1, got {n}.")));
        }
        if n > MOST_CHOICES {
            return Err(Refusal::value("n", n, format!("n must be at most {MOST_CHOICES}, got {n}.")));
        }
        if let Some((name, tokens)) = asked.filter(|(_, tokens)| *tokens < 1) {
            let message = format!("max_tokens must be at least 1, got {tokens}.");
            return Err(Refusal::value(name, tokens, message));
        }
        if min_tokens < 0 {
            let message = format!("min_tokens must be greater than or equal to 0, got {min_tokens}.");
            return Err(Refusal::value("min_tokens", min_tokens, message));
        }
        if let Some((_, most)) = asked.filter(|(_, most)| min_tokens > *most) {
            let message =
                format!("min_tokens must be less than or equal to max_tokens={most}, got {min_tokens}.");
            return Err(Refusal::value("min_tokens", min_tokens, message));
        }
        if let Some(temperature) = temperature.filter(|temperature| *temperature < 0.0) {
            let temperature = format!("{temperature:?}");
            let message = format!("temperature must be non-negative, got {temperature}.");
            return Err(Refusal::value("temperature", temperature, message));
        }
        if let Some(top_p) = top_p.filter(|top_p| !(*top_p > 0.0 && *top_p <= 1.0)) {
            let top_p = format!("{top_p:?}");
            let message = format!("top_p must be in (0, 1], got {top_p}.");
            return Err(Refusal::value("top_p", top_p, message));
        }
        for (name, stray, range) in strays {
            if let Some(number) = stray {
                return Err(Refusal::bad_request(format!("{name} must be {range}, got {number:?}.")));
            }
        }
        if top_k < -1 {
            let message = format!("top_k must be 0 (disable), or at least 1, got {top_k}.");
            return Err(Refusal::bad_request(message));
        }
        if n > 1 && sampling.seed == Seed::Greedy {
            let message = format!("n must be 1 when using greedy sampling, got {n}.");
            return Err(Refusal::bad_request(message));
        }
        if sampling.stop.iter().any(String::is_empty) {
            return Err(Refusal::bad_request("stop cannot contain an empty string."));
        }
        Ok(sampling)
    }
}

fn stream_usage(fields: &mut Fields<'_>) -> StreamUsage {
    let Some(options) = fields.value("stream_options") else { return StreamUsage::None };
    if !fields.value("stream").is_some_and(|stream| stream.as_bool().unwrap_or(true)) {
        let message = "Stream options can only be defined when `stream=True`.";
        fields.complain_of_value("stream_options", &options.to_string(), message);
        return StreamUsage::None;
    }
    let Ok(mut options) = Fields::of(options) else {
        let message = "Input should be a valid dictionary";
        fields.complain("model_attributes_type", "body.stream_options", message, options);
        return StreamUsage::None;
    };
    // vLLM heeds the second only together with the first.
    match (options.boolean("include_usage"), options.boolean("continuous_usage_stats")) {
        (false, _) => StreamUsage::None,
        (true, false) => StreamUsage::Last,
        (true, true) => StreamUsage::Every,
    }
}

/// A count; what is out of bounds was refused or is capped by the model's length later.
fn bounded(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}
