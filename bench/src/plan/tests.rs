use std::sync::Arc;
use std::time::Duration;

use simulator::tokenizer::Tokenizer;

use super::*;
use crate::scenario::builtin;

/// Two prompts of a group, 3 + 1 tokens each, of which the first begins a conversation.
fn plan() -> Plan {
    let system: Arc<str> = "the of and".into();
    let prompt = |question: &str| Prompt {
        group: 0,
        system: Arc::clone(&system),
        question: question.into(),
        tokens: 4,
    };
    let follow_up =
        FollowUp { question: " you were".into(), output_tokens: 5, think_time: Duration::from_secs(1) };
    let request =
        |prompt, follow_ups| PlannedRequest { after: Duration::ZERO, prompt, output_tokens: 10, follow_ups };
    let requests = vec![request(0, vec![follow_up]), request(1, Vec::new())];
    let stage = PlannedStage { pacing: Pacing::Closed { concurrency: 2 }, warm_up: false, requests };
    Plan::new(builtin("sanity").unwrap(), vec![prompt(" he"), prompt(" she")], vec![stage])
}

#[test]
fn an_outline_counts_what_is_sent_and_what_there_is() {
    let plan = plan();
    assert_eq!(plan.requests(), 3);
    let outline = plan.describe(&Tokenizer::default()).unwrap();
    assert_eq!((outline.prompts, outline.distinct_tokens), (2, 5));
    let stage = &outline.stages[0];
    // The follow-up sends prompt, answer and question: 4 + 10 + 2.
    assert_eq!((stage.requests, stage.input_tokens, stage.output_tokens), (3, 4 + 16 + 4, 10 + 5 + 10));
    assert_eq!((stage.rate, stage.seconds, stage.concurrency), (None, None, Some(2)));
}

#[test]
fn the_hash_follows_what_is_asked_and_not_when() {
    let changed = |change: fn(&mut Plan)| {
        let mut plan = plan();
        change(&mut plan);
        Plan::new(plan.scenario, plan.prompts, plan.stages).hash
    };
    let hash = plan().hash;
    assert_eq!(hash.len(), 64);
    assert!(hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(hash, changed(|plan| plan.stages[0].requests[0].after = Duration::from_secs(1)));
    let others: [fn(&mut Plan); 6] = [
        |plan| plan.prompts[0].question = " her".into(),
        |plan| plan.prompts[0].system = "the of".into(),
        |plan| plan.prompts.swap(0, 1),
        |plan| plan.stages[0].requests[1].output_tokens = 11,
        |plan| plan.stages[0].requests[0].follow_ups[0].question = " you".into(),
        |plan| plan.stages[0].requests.swap(0, 1),
    ];
    for (index, change) in others.into_iter().enumerate() {
        assert_ne!(hash, changed(change), "{index}");
    }
}
