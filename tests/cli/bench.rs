//! `llmd bench` as far as it needs no servers: the virtual clock, saved reports, flags.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use llmd::commands::schema::Report;
use serde_json::Value;

use crate::harness::Sandbox;
use crate::schema::conforms;

fn json(sandbox: &Sandbox, line: &str) -> Value {
    serde_json::from_str(&sandbox.stdout(line)).unwrap()
}

/// A load for which a virtual second is enough.
const SMALL: &str = "bench --virtual --replicas 2 -c sanity";

#[test]
fn a_virtual_run_is_the_same_each_time_and_saved_in_every_format() {
    let sandbox = Sandbox::new();
    let report = json(&sandbox, &format!("{SMALL} --save out -o json"));
    assert_eq!(report["overall"]["requests"], 10);
    assert_eq!(report["overall"]["succeeded"], 10);
    assert!(report["overall"]["latency"]["ttft"]["p50"].as_f64().unwrap() > 0.0);
    assert_eq!(json(&sandbox, &format!("{SMALL} -o json"))["overall"], report["overall"]);
    let saved = |name: &str| std::fs::read_to_string(sandbox.path().join("out").join(name)).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&saved("report.json")).unwrap(), report);
    assert_eq!(saved("requests.jsonl").lines().count(), 10);
    let request = Report::named("bench-requests").unwrap();
    saved("requests.jsonl").lines().for_each(|line| conforms(request, line));
    assert_eq!(saved("stages.csv").lines().count(), 3, "a header, a stage, all");
    assert!(saved("benchmark_report,_stage_0_lifecycle_metrics.json.yaml").contains("version: \"0.1\""));
    assert!(saved("report.html").contains("llmd bench --virtual --replicas 2 -c sanity --save out -o json"));
    let shown = sandbox.stdout("bench report out");
    assert!(shown.contains("10 of 10 requests answered"), "{shown}");
}

/// The blocks of the help that make files run as they stand, here on the virtual clock.
#[test]
fn the_examples_of_a_trace_and_of_prompts_work() {
    let sandbox = Sandbox::new();
    let help = sandbox.stdout("bench --help");
    let blocks: Vec<&str> = help.split("\n\n").filter(|block| block.contains("\n  echo ")).collect();
    let workloads: Vec<Value> = blocks
        .iter()
        .map(|block| {
            let (_, script) = block.split_once('\n').unwrap();
            let (files, bench) = script.rsplit_once("\n  llmd ").unwrap();
            let made = Command::new("sh").args(["-c", files]).current_dir(sandbox.path()).status().unwrap();
            assert!(made.success(), "{files}");
            let report = json(&sandbox, &format!("{} -o json", bench.replace("-e local", "--virtual")));
            assert_eq!(report["overall"]["succeeded"], report["overall"]["requests"], "{block}");
            report["scenario"]["workload"]["type"].clone()
        })
        .collect();
    assert_eq!(workloads, ["trace", "prompts"]);
}

#[test]
fn two_policies_are_compared_and_two_saved_runs() {
    let sandbox = Sandbox::new();
    let compare =
        "bench compare --virtual --replicas 2 -c sanity --policy random --policy default -o json --save out";
    let comparison = json(&sandbox, compare);
    assert_eq!((&comparison["a"]["name"], &comparison["b"]["name"]), (&"random".into(), &"default".into()));
    assert_eq!((&comparison["a"]["requests"], &comparison["b"]["requests"]), (&20.into(), &20.into()));
    for folder in ["random-1", "random-2", "default-1", "default-2"] {
        assert!(sandbox.path().join("out").join(folder).join("report.json").exists(), "{folder}");
    }
    let same = sandbox.run("bench report out/random-1 out/default-2");
    assert!(same.starts_with("exit 0") && same.contains("TTFT"), "{same}");
    sandbox.stdout(&format!("{SMALL} --seed 7 --save other"));
    let different = sandbox.run("bench report out/random-1 other");
    assert!(different.starts_with("exit 2") && different.contains("hint: --different"), "{different}");
    sandbox.stdout("bench report out/random-1 other --different");
}

/// Runs `llmd LINE` and presses Ctrl-C when it says that it plays; how it ends, and what it says then.
fn interrupted(line: &str) -> (Option<i32>, String) {
    let sandbox = Sandbox::new();
    let mut bench = sandbox.command(line).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(bench.stderr.take().unwrap());
    let mut first = String::new();
    while !first.contains("plays ") {
        first.clear();
        assert_ne!(said.read_line(&mut first).unwrap(), 0, "it has ended");
    }
    assert!(Command::new("kill").args(["-INT", &bench.id().to_string()]).status().unwrap().success());
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    (bench.wait().unwrap().code(), rest)
}

#[test]
fn ctrl_c_on_the_virtual_clock_is_told() {
    // Hours of it.
    let line = "--virtual --replicas 2 -c sanity --stages 50x3600s";
    let (code, said) = interrupted(&format!("bench {line}"));
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("error: interrupted: ") && said.contains("nothing of it is kept"), "{said}");
    let (code, said) = interrupted(&format!("bench compare {line}"));
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("error: interrupted before the first run had ended"), "{said}");
}

#[test]
fn the_virtual_clock_plays_a_scaled_load() {
    let sandbox = Sandbox::new();
    let played = |flags: &str| json(&sandbox, &format!("{SMALL} -o json{flags}"))["overall"].clone();
    let (whole, half) = (played(""), played(" --scale 0.5"));
    for length in ["prompt_tokens", "output_tokens"] {
        let [whole, half] = [&whole, &half].map(|overall| overall[length]["mean"].as_f64().unwrap());
        assert!((half - whole / 2.0).abs() < 1e-9, "{length}: {whole}, {half}");
    }
    // Half of the tokens, each of which takes twice as long.
    let [whole, half] = [&whole, &half].map(|overall| overall["latency"]["e2e"]["mean"].as_f64().unwrap());
    assert!((half / whole - 1.0).abs() < 0.1, "{whole} s, {half} s");
    let said = sandbox.run("bench -c inference-scheduling --scale 0.1 --dry-run");
    assert!(said.contains("(for the guide's two H100 30,736 tokens, not 307,328)"), "{said}");
}

#[test]
fn a_goal_decides_the_exit_code() {
    let sandbox = Sandbox::new();
    let met = sandbox.run(&format!("{SMALL} --slo ttft=10s,share=95%"));
    assert!(met.starts_with("exit 0"), "{met}");
    let missed = sandbox.run(&format!("{SMALL} --slo ttft=1ms,share=95%"));
    assert!(missed.starts_with("exit 5"), "{missed}");
    assert!(
        missed.contains("the goal is missed: 0.0 % of the requests met the bounds, 95.0 % were to"),
        "{missed}"
    );
}

#[test]
fn flags_change_the_scenario() {
    let sandbox = Sandbox::new();
    let line = format!(
        "{SMALL} --stages 2x1s,c2x6 --arrivals constant --set workload.output=3 --set request.api=chat"
    );
    let report = json(&sandbox, &format!("{line} -o json"));
    assert_eq!(report["overall"]["requests"], 8);
    assert_eq!(report["stages"][1]["concurrency"], 2);
    assert!((report["overall"]["output_tokens"]["max"].as_f64().unwrap() - 3.0).abs() < 1e-9);
    assert_eq!(report["scenario"]["request"]["api"], "chat");
    let outline = json(&sandbox, &format!("{line} --dry-run -o json"));
    assert_eq!(outline["stages"][0]["requests"], 2);
}

#[test]
fn how_much_load_so_many_replicas_bear() {
    let sandbox = Sandbox::new();
    // Long prompts, short answers and a cache that holds one prompt: little to simulate for each second of a server.
    let find = "bench --virtual -c sanity --set workload.question=1500 --set workload.output=4 --kv-tokens 2000 \
                --profile cpu --slo ttft=5s,tpot=200ms -o json";
    let rate = json(&sandbox, &format!("{find} --replicas 1 --find rate"));
    let (answer, beyond) = (&rate[0]["answer"], &rate[0]["beyond"]);
    assert_eq!(rate[0]["arriving"], "requests");
    assert!(answer["rate"].as_f64().unwrap() < beyond["rate"].as_f64().unwrap());
    let wanted = 3.0 * answer["rate"].as_f64().unwrap();
    let replicas = json(&sandbox, &format!("{find} --find replicas --rate {wanted}"));
    let found = replicas[0]["answer"]["replicas"].as_u64().unwrap();
    assert!((2..=6).contains(&found), "three times what one bears needs {found}");
}

#[test]
fn what_is_wrong_is_said_before_anything_is_sent() {
    let sandbox = Sandbox::new();
    sandbox.file("wrong.yaml", "workload: {type: random, input: 5, output: 5}\narrivals: {type: poissn}\n");
    for (line, said) in [
        ("bench -c nothing", "there is no scenario and no file `nothing`"),
        ("bench -c nothing.yaml", "nothing.yaml"),
        ("bench -c wrong.yaml", "wrong.yaml:2"),
        ("bench --stages 10", "'10' is no stage: write 10x30s"),
        ("bench --slo 5", "'5' is no bound"),
        ("bench --set workload.group=3 -c sanity --virtual", "group"),
        ("bench --set nowhere.at.all=3 -c sanity --virtual", "nowhere"),
        ("bench -c sanity --virtual --policy defualt", "did you mean `default`?"),
        ("bench -c sanity --virtual --find rate", "--slo"),
        ("bench -c sanity --virtual --find replicas --slo ttft=1s", "--rate 20"),
        ("bench --find rate --slo ttft=1s", "--virtual"),
        ("bench compare --virtual -c sanity --policy random", "give --policy twice"),
        ("bench -c sanity --policy default", "--virtual"),
        ("bench compare -c sanity --replicas 2", "--virtual"),
        ("bench -c sanity --virtual --url http://127.0.0.1:9", "cannot be used with"),
        ("bench compare -c sanity --virtual --arm a=http://127.0.0.1:9", "cannot be used with"),
        ("bench -c sanity --virtual --find rate --slo ttft=1s --dry-run", "cannot be used with"),
        ("bench -c sanity --virtual --scale 0", "the factor 0 is no number above 0"),
        ("bench -c sanity --virtual --slow 0", "from 0.01 to 1000"),
        ("bench compare --url http://127.0.0.1:9 --model m -c sanity", "name both arms"),
        ("bench report nothing", "nothing"),
        ("bench explain speed", "there is no metric `speed`"),
        ("bench policies --case nothing", "there are ladder"),
    ] {
        let shown = sandbox.run(line);
        assert!(shown.starts_with("exit 2") && shown.contains(said), "llmd {line}: {shown}");
    }
}

#[test]
fn a_stack_in_a_cluster_is_looked_for_there() {
    let shown = Sandbox::new().run("bench -c sanity");
    assert!(
        shown.starts_with("exit 7") && shown.contains("kubeconfig") && shown.contains("-e local"),
        "{shown}"
    );
}

#[test]
fn nobody_there_is_no_report_of_success() {
    let shown = Sandbox::new().run("bench -c sanity --url http://127.0.0.1:9 --model m");
    assert!(shown.starts_with("exit 1") && shown.contains("none of 10 requests"), "{shown}");
    assert!(shown.contains("connect: 10") && shown.contains("llmd verify"), "{shown}");
}
