//! Whether the pages of metrics tell what happens: `deploytools.md` §3.5, V9.

use std::time::Duration;

use scheduler::datalayer::prom_text::{Families, scan};
use tokio::time::Instant;

use super::{Stack, Trouble, Verdict, skip, wrong};
use crate::serving::Replica;

/// Requests that the model servers must have counted.
const REQUESTS: u32 = 4;
/// Requests that a model server answered.
const ANSWERED: &str = "vllm:request_success_total";
/// What pickers score by, under its names with different versions of vLLM.
const GAUGES: [&[&str]; 2] =
    [&["vllm:num_requests_waiting"], &["vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"]];
/// The endpoints that the picker has, under the old and the new name.
const READY: [&str; 2] = ["inference_pool_ready_pods", "llm_d_epp_ready_endpoints"];
/// How long a page may lag behind: pickers refresh their gauges every 5 s.
const LAG: Duration = Duration::from_secs(7);
const PAUSE: Duration = Duration::from_millis(100);

pub(super) async fn servers(stack: &Stack<'_>) -> Verdict {
    if stack.serving.replicas.is_empty() {
        return Err(skip("the model servers cannot be reached from here"));
    }
    let before: f64 = answered(stack).await?.iter().sum();
    for number in 0..REQUESTS {
        let request = stack.completion(&format!("Answer {number} is counted."), 1);
        stack.post("/v1/completions", &request).await?.of_status(200)?;
    }
    let enough = |counts: &Vec<f64>| counts.iter().sum::<f64>() - before >= f64::from(REQUESTS);
    let counts = until(enough, async || answered(stack).await).await?;
    let moved = counts.iter().sum::<f64>() - before;
    let seen = format!("{ANSWERED} moved by {moved} with {REQUESTS} requests");
    if enough(&counts) {
        return gauges(stack).await.map(|()| seen);
    }
    Err(wrong(seen).cause("requests go to model servers that are not the stack's, or are not counted"))
}

/// Whether each model server's page has what pickers score by.
async fn gauges(stack: &Stack<'_>) -> Result<(), Trouble> {
    for replica in &stack.serving.replicas {
        let page = stack.page(&format!("{}/metrics", replica.url)).await;
        let page = page.map_err(|what| wrong(format!("{}: {what}", replica.name)))?;
        if let Some(names) = GAUGES.into_iter().find(|names| sum(&page, names).is_none()) {
            return Err(wrong(format!("{} has no {}", replica.name, names.join(" or ")))
                .hint("the picker scores by it: it needs the metrics of vLLM"));
        }
    }
    Ok(())
}

/// What each model server says that it answered, in their order.
pub(super) async fn answered(stack: &Stack<'_>) -> Result<Vec<f64>, Trouble> {
    let page = async |replica: &Replica| -> Result<f64, Trouble> {
        let page = stack.page(&format!("{}/metrics", replica.url)).await;
        let page = page.map_err(|what| wrong(format!("{}: {what}", replica.name)))?;
        sum(&page, &[ANSWERED]).ok_or_else(|| {
            wrong(format!("{} has no {ANSWERED}", replica.name))
                .hint("the picker is as blind as this check: it needs the metrics of vLLM")
        })
    };
    futures::future::try_join_all(stack.serving.replicas.iter().map(page)).await
}

pub(super) async fn ready_endpoints(stack: &Stack<'_>) -> Verdict {
    let replicas = stack.serving.replicas.len();
    if replicas == 0 {
        return Err(skip("how many model servers there are is not known here"));
    }
    let is_right = |ready: &Option<f64>| ready.is_some_and(|ready| (ready - replicas as f64).abs() < 0.5);
    let ready = until(is_right, async || picker_metric(stack, &READY).await).await?;
    match ready {
        Some(ready) if is_right(&Some(ready)) => Ok(format!("{} is {ready}", READY[0])),
        Some(ready) => Err(wrong(format!("{} is {ready}, of {replicas} model servers", READY[0]))
            .hint("/debug/endpoints at the picker's metrics port tells which it knows")),
        None => Err(wrong(format!("the picker's page has no {}", READY[0]))),
    }
}

/// Reads until it is as it should be, or the lag of a page is over.
pub(super) async fn until<T>(
    is_right: impl Fn(&T) -> bool,
    mut read: impl AsyncFnMut() -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let end = Instant::now() + LAG;
    loop {
        let value = read().await?;
        if is_right(&value) || Instant::now() >= end {
            return Ok(value);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The sum of a family's series on the picker's page, under the first name that has any.
pub(super) async fn picker_metric(stack: &Stack<'_>, names: &[&str]) -> Result<Option<f64>, Trouble> {
    let Some(url) = &stack.serving.picker_metrics else {
        return Err(skip("the picker's metrics cannot be reached from here"));
    };
    let page = stack.picker_page(url).await.map_err(|what| wrong(format!("the picker: {what}")))?;
    Ok(sum(&page, names))
}

/// The sum of a family's series, under the first name that has any.
pub(super) fn sum(page: &[u8], names: &[&str]) -> Option<f64> {
    names.iter().find_map(|name| {
        let mut sum = None;
        scan(page, &Families::new([*name]), |sample| *sum.get_or_insert(0.0) += sample.value);
        sum
    })
}
