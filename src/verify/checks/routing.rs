//! Where requests go: `deploytools.md` §3.5, V7 and V8.

use std::collections::BTreeMap;

use futures::future::try_join_all;

use super::metrics::{answered, until};
use super::{Stack, Trouble, Verdict, skip, wrong};
use crate::verify::prompts;

/// The header in which simulators and others say who answered.
const INFERENCE_POD: &str = "x-inference-pod";
/// Requests with one prefix, and with different ones.
const REQUESTS: u64 = 12;
/// Percent of them that must go to one model server.
const AFFINITY: u64 = 80;
/// Requests of a burst for each model server.
const BURST: u64 = 4;
/// A picker that goes by chance may leave a model server out of one burst, hardly out of all.
const BURSTS: u64 = 3;
const DECIDE: &str = "/debug/decide at the picker's metrics port shows the scores of each decision";

/// How many requests each model server answered.
type Served = BTreeMap<String, u64>;

pub(super) async fn same_prefix(stack: &Stack<'_>) -> Verdict {
    let prefix = prompts::long(stack.settings.seed, 0);
    let prompts: Vec<String> = (0..REQUESTS).map(|number| format!("{prefix}Question {number}?")).collect();
    let counting = Counting::begin(stack).await;
    let mut pods = Vec::with_capacity(prompts.len());
    for prompt in prompts {
        pods.push(pod_of(stack, prompt, 4).await?);
    }
    let served = counting.end(pods).await?;
    let most = served.values().max().copied().unwrap_or(0);
    if most * 100 >= REQUESTS * AFFINITY {
        return Ok(shown(&served));
    }
    let finding = wrong(format!("{}, of {REQUESTS} with one prefix", shown(&served)));
    Err(finding.cause("the picker does not go by the prefix").hint(DECIDE))
}

/// The control of [`same_prefix`]: a picker that always names the same one passes that for nothing. The prompts come at
/// once, as one that goes by load may well send all to the same when each finds everybody idle.
pub(super) async fn different_prefixes(stack: &Stack<'_>) -> Verdict {
    let replicas = stack.serving.replicas.len();
    if replicas == 1 {
        return Err(skip("there is one model server"));
    }
    let served = at_once(stack, 1..=REQUESTS).await?;
    if served.len() > 1 {
        return Ok(shown(&served));
    }
    if replicas == 0 {
        return Err(skip("one model server was seen; how many there are is not known here"));
    }
    let finding = wrong(format!("{}, of {REQUESTS} different prompts", shown(&served)));
    Err(finding.cause("the picker names the same one whatever comes").hint(DECIDE))
}

pub(super) async fn burst(stack: &Stack<'_>) -> Verdict {
    let replicas = &stack.serving.replicas;
    if replicas.is_empty() {
        return Err(skip("how many model servers there are is not known here"));
    }
    let mut served = Served::new();
    for burst in 1..=BURSTS {
        let first = burst * 10_000;
        for (name, count) in at_once(stack, first..first + BURST * replicas.len() as u64).await? {
            *served.entry(name).or_default() += count;
        }
        if replicas.iter().all(|replica| served.contains_key(&replica.name)) {
            return Ok(shown(&served));
        }
    }
    let names = replicas.iter().map(|replica| replica.name.as_str());
    let idle: Vec<&str> = names.filter(|name| !served.contains_key(*name)).collect();
    Err(wrong(format!("nothing went to {} ({})", idle.join(", "), shown(&served)))
        .cause("the picker does not know of it, or does not go by load")
        .hint(DECIDE))
}

/// Sends different long prompts at once: their prefills are a load that is worth spreading.
async fn at_once(stack: &Stack<'_>, numbers: impl Iterator<Item = u64>) -> Result<Served, Trouble> {
    let counting = Counting::begin(stack).await;
    let prompts = numbers.map(|number| prompts::long(stack.settings.seed, number));
    let pods = try_join_all(prompts.map(|prompt| pod_of(stack, prompt, 32))).await?;
    counting.end(pods).await
}

/// Who answered a completion, where the answer says it.
async fn pod_of(stack: &Stack<'_>, prompt: String, max_tokens: u32) -> Result<Option<String>, Trouble> {
    let answer = stack.post("/v1/completions", &stack.completion(&prompt, max_tokens)).await?;
    answer.of_status(200)?;
    Ok(answer.header(INFERENCE_POD).map(str::to_owned))
}

/// Who answers, by the answers' own words or else by the model servers' counters.
struct Counting<'a> {
    stack: &'a Stack<'a>,
    before: Option<Vec<f64>>,
}

impl<'a> Counting<'a> {
    async fn begin(stack: &'a Stack<'_>) -> Self {
        let before = if stack.serving.replicas.is_empty() { None } else { answered(stack).await.ok() };
        Self { stack, before }
    }

    async fn end(self, pods: Vec<Option<String>>) -> Result<Served, Trouble> {
        let sent = pods.len() as f64;
        if let Some(pods) = pods.into_iter().collect::<Option<Vec<String>>>() {
            let mut served = Served::new();
            for pod in pods {
                *served.entry(pod).or_default() += 1;
            }
            return Ok(served);
        }
        let Some(before) = self.before else {
            return Err(skip(format!(
                "nobody says who served: answers have no {INFERENCE_POD}, and counters cannot be read from here"
            )));
        };
        let is_whole = |now: &Vec<f64>| now.iter().sum::<f64>() - before.iter().sum::<f64>() >= sent;
        let now = until(is_whole, async || answered(self.stack).await).await?;
        let replicas = self.stack.serving.replicas.iter();
        let moved = replicas.zip(before.iter().zip(&now)).map(|(replica, (before, now))| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a counter's difference"
            )]
            let moved = (now - before).max(0.0) as u64;
            (replica.name.clone(), moved)
        });
        Ok(moved.filter(|(_, count)| *count > 0).collect())
    }
}

/// `server-0: 11, server-1: 1`
fn shown(served: &Served) -> String {
    let counts: Vec<String> = served.iter().map(|(name, count)| format!("{name}: {count}")).collect();
    counts.join(", ")
}
