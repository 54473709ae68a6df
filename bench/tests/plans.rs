//! Plans as whoever sends them sees them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use llmd_bench::plan::{Pacing, Plan};
use llmd_bench::scenario::{
    Api, Arrivals, BUILTIN, Length, RequestOptions, Scenario, Stage, StageLoad, TraceFormat, Workload,
    builtin,
};
use llmd_bench::workload::plan;
use simulator::tokenizer::Tokenizer;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{DecoderWrapper, NormalizerWrapper, PostProcessorWrapper, TokenizerBuilder};

const PROSE: &str = "A plan says what is asked of a server and when. It is made before anything is sent, so that the \
    same can be asked again of another server, or of the same one when its caches are empty. What two runs have in \
    common is then the load, and what they differ in is how it was borne: who waited, for what, and how long that took.";

fn count(tokenizer: &Tokenizer, text: &str) -> usize {
    tokenizer.encode(text, false).unwrap().len()
}

/// A byte-level tokenizer as models have them, trained on [`PROSE`].
fn trained() -> Tokenizer {
    let bytes = || ByteLevel::default().add_prefix_space(false);
    let mut model = TokenizerBuilder::default()
        .with_model(BPE::default())
        .with_normalizer(None::<NormalizerWrapper>)
        .with_pre_tokenizer(Some(bytes()))
        .with_post_processor(None::<PostProcessorWrapper>)
        .with_decoder(None::<DecoderWrapper>)
        .build()
        .unwrap();
    let alphabet = ByteLevel::alphabet().into_iter().collect();
    let mut trainer =
        BpeTrainer::builder().vocab_size(500).show_progress(false).initial_alphabet(alphabet).build();
    model.train(&mut trainer, std::iter::repeat_n(PROSE, 3)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokenizer.json");
    model.save(&path, false).unwrap();
    Tokenizer::from_file(&path).unwrap()
}

fn scenario(workload: Workload, arrivals: Arrivals, stages: &[StageLoad]) -> Scenario {
    let stages = stages.iter().map(|&load| Stage { load, warm_up: false }).collect();
    Scenario { workload, arrivals, stages, ..builtin("sanity").unwrap() }
}

fn made(scenario: &Scenario) -> Plan {
    plan(scenario, &Tokenizer::default()).unwrap()
}

/// A file of this text, and the folder that holds it.
fn file(text: &str) -> (PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, text).unwrap();
    (path, folder)
}

#[test]
fn lengths_are_exact_and_beginnings_stay_whole_with_any_tokenizer() {
    let workload = Workload::SharedPrefix {
        groups: 6,
        prompts_per_group: 3,
        system_prompt: Length::Fixed(300),
        question: Length::Fixed(60),
        output: Length::Fixed(1),
        zipf_exponent: None,
    };
    let scenario = scenario(workload, Arrivals::Constant, &[StageLoad::Rate { rate: 1.0, seconds: 1.0 }]);
    let mut hashes = HashSet::new();
    for tokenizer in [Tokenizer::default(), trained()] {
        let plan = plan(&scenario, &tokenizer).unwrap();
        assert_eq!(plan.prompts.len(), 18);
        for prompt in &plan.prompts {
            let whole = tokenizer.encode(&format!("{}{}", prompt.system, prompt.question), false).unwrap();
            assert_eq!(whole.len(), 360);
            assert_eq!(prompt.tokens, 360);
            let system = tokenizer.encode(&prompt.system, false).unwrap();
            assert_eq!(system.len(), 300);
            assert!(whole.starts_with(&system));
            assert_eq!(count(&tokenizer, &prompt.question), 60);
        }
        hashes.insert(plan.hash);
    }
    assert_eq!(hashes.len(), 2);
}

#[test]
fn the_guides_ladder_is_as_large_as_the_guide_says() {
    let tokenizer = Tokenizer::default();
    let plan = made(&builtin("inference-scheduling").unwrap());
    let outline = plan.describe(&tokenizer).unwrap();
    let requests: Vec<u64> = outline.stages.iter().map(|stage| stage.requests).collect();
    assert_eq!(
        requests,
        [750, 60, 200, 300, 760, 748, 750, 750, 735, 1520, 1548, 1518, 1470, 1508, 1485, 1482, 1500]
    );
    assert_eq!(plan.requests(), 17_084);
    assert_eq!((outline.prompts, outline.distinct_tokens), (750, 150 * 6000 + 750 * 1200));
    assert!(outline.stages.iter().all(|stage| stage.input_tokens == 7200 * stage.requests));
    assert!(outline.stages.iter().all(|stage| stage.output_tokens == 1000 * stage.requests));
    let seconds: f64 = outline.stages.iter().filter_map(|stage| stage.seconds).sum();
    assert!((seconds - 502.0).abs() < 1e-9, "{seconds}");
}

#[test]
fn every_scenario_with_a_name_has_a_plan() {
    for entry in BUILTIN {
        let scenario = builtin(entry.name).unwrap();
        assert_eq!(scenario.name, entry.name);
        assert!(!entry.description.is_empty() && !entry.description.contains('\n'));
        let text = serde_json::to_string(&scenario).unwrap();
        assert_eq!(serde_json::from_str::<Scenario>(&text).unwrap(), scenario, "{}", entry.name);
        let plan = made(&scenario.scaled(0.02).unwrap());
        assert!(plan.requests() >= 10, "{}", entry.name);
    }
    assert_eq!(made(&builtin("shared-prefix-synthetic").unwrap().scaled(0.02).unwrap()).requests(), 3600);
    assert!(builtin("sanitty").is_none());
}

const MOONCAKE: &str = r#"{"timestamp": 27000, "input_length": 1100, "output_length": 30, "hash_ids": [0, 1, 2]}
{"timestamp": 30500, "input_length": 1536, "output_length": 5, "hash_ids": [0, 1, 3]}
{"timestamp": 30000, "input_length": 700, "output_length": 52, "hash_ids": [9]}

{"timestamp": 90000, "input_length": 100, "output_length": 1, "hash_ids": [0]}
"#;

fn trace(path: &Path, format: TraceFormat, seconds: Option<f64>, length_factor: f64) -> Workload {
    Workload::Trace { path: path.to_owned(), format, seconds, length_factor }
}

fn text(plan: &Plan, request: usize) -> String {
    let prompt = &plan.prompts[plan.stages[0].requests[request].prompt as usize];
    format!("{}{}", prompt.system, prompt.question)
}

fn common(one: &str, other: &str) -> usize {
    let tokens = [one, other].map(|text| Tokenizer::default().encode(text, false).unwrap());
    tokens[0].iter().zip(&tokens[1]).take_while(|(one, other)| one == other).count()
}

#[test]
fn a_mooncake_trace_keeps_its_times_lengths_and_common_blocks() {
    let (path, _folder) = file(MOONCAKE);
    let replay = |seconds, factor, speed| {
        made(&scenario(trace(&path, TraceFormat::Mooncake, seconds, factor), Arrivals::Trace { speed }, &[]))
    };
    let plan = replay(None, 1.0, 2.0);
    let requests = &plan.stages[0].requests;
    let after: Vec<u128> = requests.iter().map(|request| request.after.as_millis()).collect();
    assert_eq!(after, [0, 1500, 1750, 31_500]);
    let outputs: Vec<u32> = requests.iter().map(|request| request.output_tokens).collect();
    assert_eq!(outputs, [30, 52, 5, 1]);
    let lengths: Vec<usize> = (0..4).map(|index| count(&Tokenizer::default(), &text(&plan, index))).collect();
    assert_eq!(lengths, [1100, 700, 1536, 100]);
    let groups: Vec<u32> = plan.prompts.iter().map(|prompt| prompt.group).collect();
    assert_eq!(groups, [0, 1, 0, 0]);
    assert_eq!(common(&text(&plan, 0), &text(&plan, 2)), 1024);
    assert_eq!(common(&text(&plan, 0), &text(&plan, 3)), 100);
    assert!(common(&text(&plan, 0), &text(&plan, 1)) < 5);
    assert!(Arc::ptr_eq(&plan.prompts[0].system, &plan.prompts[2].system));

    let half = replay(Some(10.0), 0.5, 1.0);
    let tokens: Vec<u32> = half.prompts.iter().map(|prompt| prompt.tokens).collect();
    assert_eq!(tokens, [550, 350, 768]);
    assert_eq!(common(&text(&half, 0), &text(&half, 2)), 512);
    assert_eq!(half.stages[0].pacing, Pacing::Open { rate: 3.0 / 3.5, window: Duration::from_millis(3500) });
}

#[test]
fn a_trace_may_be_asked_at_other_times() {
    let (path, _folder) = file(MOONCAKE);
    let stage = StageLoad::Rate { rate: 3.0, seconds: 2.0 };
    let plan =
        made(&scenario(trace(&path, TraceFormat::Mooncake, None, 1.0), Arrivals::Constant, &[stage, stage]));
    for stage in &plan.stages {
        assert!(stage.requests.iter().map(|request| request.prompt).eq([0, 1, 2, 3, 0, 1]));
    }
    let both =
        scenario(trace(&path, TraceFormat::Mooncake, None, 1.0), Arrivals::Trace { speed: 1.0 }, &[stage]);
    let problem = plan_problem(&both);
    assert_eq!(problem, "stages: arrivals of a trace have one stage, that of the trace");
}

fn plan_problem(scenario: &Scenario) -> String {
    plan(scenario, &Tokenizer::default()).unwrap_err().to_string()
}

#[test]
fn azures_traces_of_both_years_are_read() {
    let lines = [
        "2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n",
        "2024-05-10 00:00:00.009930+00:00,374,44\n2024-05-10 00:00:04.324509+00:00,396,109\n",
    ];
    for lines in lines {
        let (path, _folder) = file(&format!("TIMESTAMP,ContextTokens,GeneratedTokens\n{lines}"));
        let workload = trace(&path, TraceFormat::Azure, None, 1.0);
        let plan = made(&scenario(workload, Arrivals::Trace { speed: 1.0 }, &[]));
        let after = plan.stages[0].requests[1].after.as_secs_f64();
        assert!((after - 4.314_579).abs() < 1e-5, "{after}");
        let tokens: Vec<u32> = plan.prompts.iter().map(|prompt| prompt.tokens).collect();
        assert_eq!(tokens, [374, 396]);
        assert_eq!(count(&Tokenizer::default(), &text(&plan, 1)), 396);
        assert_eq!(plan.stages[0].requests[1].output_tokens, 109);
        assert!(common(&text(&plan, 0), &text(&plan, 1)) < 5);
    }
}

#[test]
fn a_line_of_a_trace_that_is_wrong_is_named() {
    let problem = |text: &str, format| {
        let (path, _folder) = file(text);
        let problem =
            plan_problem(&scenario(trace(&path, format, None, 1.0), Arrivals::Trace { speed: 1.0 }, &[]));
        problem.replace(&path.display().to_string(), "FILE")
    };
    let heading = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
    for (line, expected) in [
        ("2023-11-16 18:15:46.6,374", "FILE:2: 3 fields are needed, there are 2"),
        ("yesterday,1,1", "FILE:2: `yesterday` is no time"),
        ("2023-11-16 18:15:46.6,-1,1", "FILE:2: `-1` is no number of tokens"),
        ("2023-11-16 18:15:46.6,0,1", "FILE:2: the prompt is empty"),
        ("", "workload.path: the trace has no requests"),
    ] {
        assert_eq!(problem(&format!("{heading}{line}\n"), TraceFormat::Azure), expected);
    }
    let broken = format!("{MOONCAKE}{{\"timestamp\": 1}}\n");
    let error = problem(&broken, TraceFormat::Mooncake);
    assert!(error.starts_with("FILE:6: missing field `input_length`"), "{error}");
    let missing = trace(Path::new("/nowhere/trace"), TraceFormat::Azure, None, 1.0);
    assert_eq!(plan_problem(&scenario(missing, Arrivals::Constant, &[])), "read /nowhere/trace");
}

#[test]
fn prompts_of_a_file_are_asked_as_they_are() {
    let stage = StageLoad::Rate { rate: 1.0, seconds: 6.0 };
    let asked = |text: &str, api| {
        let (path, folder) = file(text);
        let workload = Workload::Prompts { path, output: Length::Fixed(20) };
        let scenario = scenario(workload, Arrivals::Constant, &[stage]);
        let scenario = Scenario { request: RequestOptions { api, ..scenario.request }, ..scenario };
        (plan(&scenario, &Tokenizer::default()).map_err(|error| error.to_string()), folder)
    };
    let plan = asked("Why is the sky blue?\n\nWhat is a token?\n", Api::Completions).0.unwrap();
    let texts: Vec<(&str, u32)> =
        plan.prompts.iter().map(|prompt| (&*prompt.question, prompt.tokens)).collect();
    assert_eq!(texts, [("Why is the sky blue?", 6), ("What is a token?", 5)]);
    assert!(plan.stages[0].requests.iter().all(|request| request.output_tokens == 20));

    let lines = r#"{"prompt": "Say hello", "output_tokens": 3, "id": 7}
        {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "Bye"}]}
        {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who?"}]}"#;
    let lines = lines.replace(",\n", ",");
    let plan = asked(&lines, Api::Chat).0.unwrap();
    let prompts: Vec<(&str, &str, u32)> =
        plan.prompts.iter().map(|prompt| (&*prompt.system, &*prompt.question, prompt.group)).collect();
    assert_eq!(prompts, [("", "Say hello", 0), ("Be brief.", "Hi", 1), ("Be brief.", "Who?", 1)]);
    for request in &plan.stages[0].requests {
        let later: Vec<&str> = request.follow_ups.iter().map(|follow_up| &*follow_up.question).collect();
        assert_eq!(later, if request.prompt == 1 { vec!["Bye"] } else { vec![] });
        assert_eq!(request.output_tokens, if request.prompt == 0 { 3 } else { 20 });
    }
    // One text for a completion: the parts stay apart.
    assert_eq!(&*asked(&lines, Api::Completions).0.unwrap().prompts[2].question, "\n\nWho?");

    for (line, expected) in [
        ("{}", "either a `prompt` or `messages` is needed"),
        (r#"{"prompt": ""}"#, "either a `prompt` or `messages` is needed"),
        (r#"{"messages": [{"role": "system", "content": "x"}]}"#, "no message is of the role `user`"),
        (r#"{"prompt": "x", "output_tokens": 0}"#, "`output_tokens` is 0, at least 1 is needed"),
    ] {
        let (problem, folder) = asked(&format!("{{\"prompt\": \"x\"}}\n{line}\n"), Api::Chat);
        let path = folder.path().join("file");
        assert_eq!(problem.unwrap_err(), format!("{}:2: {expected}", path.display()));
    }
    assert_eq!(asked("\n", Api::Chat).0.unwrap_err(), "workload.path: the file has no prompts");
}
