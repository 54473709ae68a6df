use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::plan::{FollowUp, Pacing, PlannedRequest, PlannedStage, Prompt};
use crate::scenario::{Arrivals, Length, RequestOptions, Scenario, Workload};

fn plan(api: Api, request: RequestOptions) -> Plan {
    let prompt = |question: &str| Prompt {
        group: 0,
        system: "You \"are\"\n".into(),
        question: question.into(),
        tokens: 2,
    };
    let follow_up = FollowUp { question: "Why?\t".into(), output_tokens: 9, think_time: Duration::ZERO };
    let planned = |prompt| PlannedRequest {
        after: Duration::ZERO,
        prompt,
        output_tokens: 5,
        follow_ups: vec![follow_up.clone()],
    };
    Plan {
        scenario: Scenario {
            name: "test".into(),
            workload: Workload::Random { input: Length::Fixed(1), output: Length::Fixed(5) },
            arrivals: Arrivals::Constant,
            stages: Vec::new(),
            pause: 0.0,
            drain_timeout: 1.0,
            seed: 0,
            request: RequestOptions { api, ..request },
            slo: None,
        },
        prompts: vec![prompt("here, \\ é"), prompt("there")],
        stages: vec![PlannedStage {
            pacing: Pacing::Closed { concurrency: 1 },
            warm_up: false,
            requests: vec![planned(0), planned(1)],
        }],
        hash: String::new(),
    }
}

fn json_of(body: &Body) -> Value {
    let bytes = body.to_bytes();
    assert_eq!(bytes.len() as u64, body.len());
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn completions_say_all_in_one_prompt() {
    let bodies = Bodies::new(&plan(Api::Completions, RequestOptions::default()), "a/\"b\"");
    let mut history = bodies.begin(0).unwrap();
    let mut expected = json!({
        "model": "a/\"b\"",
        "prompt": "You \"are\"\nhere, \\ é",
        "max_tokens": 5,
        "ignore_eos": true,
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    assert_eq!(json_of(&bodies.ask(&history, 5)), expected);
    bodies.reply(&mut history, r#" So \"it\" is."#.to_owned(), "Why?\t");
    expected["prompt"] = "You \"are\"\nhere, \\ é So \"it\" is.Why?\t".into();
    expected["max_tokens"] = 9.into();
    assert_eq!(json_of(&bodies.ask(&history, 9)), expected);
    assert!(bodies.begin(2).is_none());
}

#[test]
fn chats_say_all_in_messages() {
    let options = RequestOptions { streaming: false, ignore_eos: false, ..RequestOptions::default() };
    let bodies = Bodies::new(&plan(Api::Chat, options), "m");
    let mut history = bodies.begin(1).unwrap();
    bodies.reply(&mut history, "Because.".to_owned(), "Why?\t");
    let expected = json!({
        "model": "m",
        "messages": [
            {"role": "system", "content": "You \"are\"\n"},
            {"role": "user", "content": "there"},
            {"role": "assistant", "content": "Because."},
            {"role": "user", "content": "Why?\t"},
        ],
        "max_completion_tokens": 9,
    });
    assert_eq!(json_of(&bodies.ask(&history, 9)), expected);
}

#[test]
fn a_group_has_its_system_prompt_in_memory_once() {
    let mut plan = plan(Api::Completions, RequestOptions::default());
    // As another allocation with the same text.
    plan.prompts[1].system = Arc::from(plan.prompts[0].system.to_string());
    let bodies = Bodies::new(&plan, "m");
    assert_eq!(bodies.prompts[0].0.as_ptr(), bodies.prompts[1].0.as_ptr());
}
