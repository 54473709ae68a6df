//! Files that hold a load: the own form, inference-perf's, the guide's.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use llmd_bench::scenario::{
    Arrivals, Imported, Length, Scenario, Shape, Spread, StageLoad, TraceFormat, Workload, builtin, read,
};

fn variables() -> BTreeMap<String, String> {
    [("NAMESPACE", "llm-d"), ("GATEWAY_SVC", "infra-gateway")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// What a file `load.yaml` of this text gives; an error without its folder.
fn imported(text: &str, variables: &BTreeMap<String, String>) -> Result<Vec<Imported>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("load.yaml");
    fs::write(&path, text).unwrap();
    let prefix = format!("{}/", folder.path().display());
    read(&path, variables).map_err(|error| error.to_string().replace(&prefix, ""))
}

fn refused(text: &str) -> String {
    imported(text, &variables()).unwrap_err()
}

/// As the guide's templates are made: anchors, variables, several workloads.
const CONFIG: &str = "\
endpoint:
  stack_name: &stack inference-scheduling-Qwen3-32B
  model: &model Qwen/Qwen3-32B
  namespace: &namespace $NAMESPACE
  base_url: &url http://${GATEWAY_SVC}.${NAMESPACE}.svc.cluster.local:80 # of ${THE_GUIDE}
  hf_token_secret: llm-d-hf-token
control:
  work_dir: $HOME/llm-d-bench
  kubectl: kubectl
harness:
  name: &harness inference-perf
  results_pvc: $BENCHMARK_PVC
  namespace: *namespace
  parallelism: 1
  wait_timeout: 6000
  image: ghcr.io/llm-d/llm-d-benchmark:v0.4.0
env:
  - {name: RAYON_NUM_THREADS, value: '4'}
workload:
  Shared_prefix: &shared
    load: &load
      type: poisson
      stages: [{rate: 15, duration: 50}]
    api: {type: completion, streaming: true}
    server: {type: vllm, model_name: *model, base_url: *url, ignore_eos: true}
    data:
      type: shared_prefix
      shared_prefix: {num_groups: 150, num_prompts_per_group: 5, system_prompt_len: 6000, question_len: 1200, output_len: 1000}
  another:
    <<: *shared
    server: {}
    data: {type: random}
";

#[test]
fn the_guides_config_gives_its_workloads_in_order() {
    let workloads = imported(CONFIG, &variables()).unwrap();
    let names: Vec<&str> = workloads.iter().map(|workload| workload.scenario.name.as_str()).collect();
    assert_eq!(names, ["Shared_prefix", "another"]);
    for Imported { target, scenario, warnings } in &workloads {
        let url = "http://infra-gateway.llm-d.svc.cluster.local:80";
        assert_eq!(target.base_url.as_deref(), Some(url));
        assert_eq!(target.model.as_deref(), Some("Qwen/Qwen3-32B"));
        assert_eq!(scenario.stages[0].load, StageLoad::Rate { rate: 15.0, seconds: 50.0 });
        let [ignored] = warnings.as_slice() else { panic!("{warnings:?}") };
        let ignored = ignored.to_string();
        let keys = "load.yaml: ignored, as it means nothing here: `endpoint.namespace` (line 4), \
            `endpoint.hf_token_secret` (line 6), `control` (line 8), `harness.results_pvc` (line 12), \
            `harness.namespace` (line 13), `harness.parallelism` (line 14), `harness.wait_timeout` (line 15), \
            `harness.image` (line 16), `env` (line 18)";
        assert!(ignored.ends_with(keys), "{ignored}");
    }
    let guide = builtin("inference-scheduling").unwrap();
    assert_eq!(workloads[0].scenario.workload, guide.workload);
    assert_eq!(workloads[0].scenario.arrivals, guide.arrivals);
    assert_eq!(workloads[0].scenario.request, guide.request);
    assert!(matches!(workloads[1].scenario.workload, Workload::Random { .. }));
}

#[test]
fn a_variable_that_is_needed_and_has_no_value_is_named() {
    let mut few = variables();
    few.remove("GATEWAY_SVC");
    assert_eq!(
        imported(CONFIG, &few).unwrap_err(),
        "load.yaml:5:18: the variable `GATEWAY_SVC` has no value"
    );
}

#[test]
fn what_is_wrong_in_a_config_is_placed() {
    let wrong = |from: &str, to: &str| refused(&CONFIG.replace(from, to));
    assert_eq!(
        wrong("name: &harness inference-perf", "name: guidellm"),
        "load.yaml:11:9: workloads of the harness `guidellm` are not read, only those of inference-perf"
    );
    assert_eq!(
        wrong("  base_url: &url", "  base_ulr: &url"),
        "load.yaml:5:3: unknown key `base_ulr`; did you mean `base_url`?"
    );
    assert_eq!(
        wrong("num_groups: 150", "num_group: 150"),
        "load.yaml:28:23: unknown key `num_group`; did you mean `num_groups`?"
    );
    assert_eq!(
        wrong("workload:", "workloads:"),
        "load.yaml:19:1: unknown key `workloads`; did you mean `workload`?"
    );
}

const OWN: &str = "\
name: mine
workload:
  type: shared_prefix
  groups: 4
  prompts_per_group: 0
  system_prompt: 500
  question: {type: lognormal, mean: 50, std_dev: 20, min: 10, max: 200}
  output: 20
  zipf_exponent: 1
arrivals: {type: gamma, shape: 0.5}
stages:
- load: {from: 1, to: 5, seconds: 20}
  warm_up: true
- load: {concurrency: 8, requests: 100}
slo: {ttft: 2}
";

#[test]
fn the_own_form_is_read_as_yaml_and_as_json() {
    let scenario = imported(OWN, &variables()).unwrap().remove(0).scenario;
    let Workload::SharedPrefix { question, zipf_exponent, .. } = scenario.workload else { unreachable!() };
    let spread = Spread { shape: Shape::Lognormal, mean: 50.0, std_dev: 20.0, min: 10, max: 200 };
    assert_eq!((question, zipf_exponent), (Length::Spread(spread), Some(1.0)));
    assert_eq!(scenario.arrivals, Arrivals::Gamma { shape: 0.5 });
    assert!(scenario.stages[0].warm_up && !scenario.stages[1].warm_up);
    assert_eq!(scenario.stages[1].load, StageLoad::Concurrency { concurrency: 8, requests: 100 });
    let json = serde_json::to_string_pretty(&scenario).unwrap();
    assert_eq!(imported(&json, &variables()).unwrap()[0].scenario, scenario);
}

#[test]
fn files_are_named_from_the_scenario_that_names_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("replay.yaml");
    let text = "name: replay\nworkload: {type: trace, path: trace.jsonl, format: mooncake}\narrivals: {type: trace, speed: 1}\n";
    fs::write(&path, text).unwrap();
    let scenario: Scenario = read(&path, &BTreeMap::new()).unwrap().remove(0).scenario;
    let expected = Workload::Trace {
        path: folder.path().join("trace.jsonl"),
        format: TraceFormat::Mooncake,
        seconds: None,
        length_factor: 1.0,
    };
    assert_eq!((scenario.workload, scenario.stages), (expected, vec![]));
}

#[test]
fn what_is_wrong_in_the_own_form_is_said() {
    let wrong = |from: &str, to: &str| refused(&OWN.replace(from, to));
    assert_eq!(wrong("warm_up", "warmup"), "load.yaml:13:3: unknown key `warmup`; did you mean `warm_up`?");
    assert_eq!(
        wrong("type: gamma", "type: gama"),
        "load.yaml:10:12: unknown value `gama`; did you mean `gamma`?"
    );
    assert_eq!(
        wrong("type: shared", "type: share"),
        "load.yaml:3:3: unknown value `share_prefix`; did you mean `shared_prefix`?"
    );
    assert_eq!(wrong("groups: 4", "group: 4"), "load.yaml:2:1: unknown key `group`; did you mean `groups`?");
    let length =
        "load.yaml:3:3: a length is a number, or `mean`, `min`, `max` and maybe `type` and `std_dev`";
    assert_eq!(wrong("output: 20", "output: many"), length);
    assert_eq!(wrong("mean: 50", "median: 50"), length);
    assert_eq!(
        wrong("from: 1", "start: 1"),
        "load.yaml:12:9: a load is `rate` and `seconds`, or `from`, `to` and `seconds`, or `concurrency` and `requests`"
    );
}

#[test]
fn a_file_of_neither_kind_is_refused() {
    assert_eq!(
        refused("stages: []\n"),
        "load.yaml: this is no scenario (`workload`, `arrivals`, `stages`), no configuration of inference-perf \
        (`data`, `load`) and no `config.yaml` of the guide (`endpoint`, `workload`)"
    );
    assert_eq!(refused("load: [\n").split(": ").next(), Some("load.yaml:1:7"));
    let error = read(Path::new("/nowhere/load.yaml"), &BTreeMap::new()).unwrap_err();
    assert_eq!(error.to_string(), "read /nowhere/load.yaml");
}
