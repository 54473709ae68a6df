//! Who serves which model.

use futures::future::join_all;
use serde_json::Value;

use super::{Stack, Verdict, skip, wrong};
use crate::serving::Replica;

/// Each model server by itself, without the front door: tells a broken server from broken routing.
pub(super) async fn servers(stack: &Stack<'_>) -> Verdict {
    let replicas = &stack.serving.replicas;
    if replicas.is_empty() {
        return Err(skip("the model servers cannot be reached from here"));
    }
    let looks = join_all(replicas.iter().map(|replica| server(stack, replica))).await;
    let sick: Vec<String> = looks
        .into_iter()
        .zip(replicas)
        .filter_map(|(look, replica)| Some(format!("{}: {}", replica.name, look.err()?)))
        .collect();
    if sick.is_empty() {
        return Ok(format!("{} model servers", replicas.len()));
    }
    Err(wrong(sick.join("; ")).hint("this is no matter of routing: look at the log of that model server"))
}

async fn server(stack: &Stack<'_>, replica: &Replica) -> Result<String, String> {
    stack.page(&format!("{}/health", replica.url)).await?;
    let models = stack.page(&format!("{}/v1/models", replica.url)).await?;
    lists(&models, &stack.serving.model)
}

pub(super) async fn front_door(stack: &Stack<'_>) -> Verdict {
    let answer = stack.get("/v1/models").await?;
    answer.of_status(200)?;
    lists(answer.body(), &stack.serving.model)
        .map_err(|what| wrong(what).hint("--model says which model requests are to name"))
}

/// The models that a page of `/v1/models` names, if the one is among them.
fn lists(page: &[u8], model: &str) -> Result<String, String> {
    let page: Value =
        serde_json::from_slice(page).map_err(|error| format!("/v1/models is no JSON: {error}"))?;
    let models = page["data"].as_array().map_or(&[][..], Vec::as_slice);
    let ids: Vec<&str> = models.iter().filter_map(|listed| listed["id"].as_str()).collect();
    if ids.contains(&model) {
        return Ok(ids.join(", "));
    }
    let listed = if ids.is_empty() { "no model".to_owned() } else { ids.join(", ") };
    Err(format!("/v1/models lists {listed}, not {model}"))
}
