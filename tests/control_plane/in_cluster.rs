//! `bench --in-cluster`: the Job as the API server takes it, what its pods log, and nothing that stays.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::front_door::{Stack, pods};
use crate::harness::{Run, Site, cluster};

const SELECTOR: &str = "app.kubernetes.io/name=llmd-bench";
const LINE: &str = "bench -e istio -c demo --stages c4x24,20x2s --set workload.groups=4 --in-cluster=3";

/// The Job of a site, once it is there.
fn job(site: &Site<'_>) -> Value {
    site.eventually("a Job", || {
        let list = ["get", "jobs", "-n", &site.namespace, "-l", SELECTOR, "-o", "json"];
        site.cluster.kubectl(&list).json()["items"].get(0).cloned()
    })
}

/// What remains of a load.
fn left(site: &Site<'_>) -> (usize, bool) {
    let list = ["get", "jobs,pods", "-n", &site.namespace, "-l", SELECTOR, "-o", "json"];
    let maps = ["get", "configmaps", "-n", &site.namespace, "-o", "name"];
    let jobs = site.cluster.kubectl(&list).json()["items"].as_array().unwrap().len();
    (jobs, site.cluster.kubectl(&maps).success().contains("llmd-bench"))
}

/// Runs what a pod of the Job would, against the stack of this process, and logs it as that pod.
fn play(site: &Site<'_>, job: &Value, stack: &Stack, pod: &str) {
    let path = format!("/api/v1/namespaces/{}/pods/{pod}", site.namespace);
    let pod_object = site.cluster.object(&path).unwrap();
    let index =
        pod_object["metadata"]["annotations"]["batch.kubernetes.io/job-completion-index"].as_str().unwrap();
    let map = site.object("api/v1/configmaps", job["metadata"]["name"].as_str().unwrap()).unwrap();
    let file = format!("scenario-{index}.json");
    site.file(&file, map["data"]["scenario.json"].as_str().unwrap());
    let arguments = job["spec"]["template"]["spec"]["containers"][0]["args"].as_array().unwrap().iter();
    let arguments = arguments.map(|argument| {
        let argument = argument.as_str().unwrap();
        match argument.split_once('=').map_or(argument, |(flag, _)| flag) {
            "--scenario" => format!("--scenario={file}"),
            "--url" => format!("--url=http://{}", stack.proxy),
            _ => argument.to_owned(),
        }
    });
    let mut command = site.command("");
    let run = Run::of(command.args(arguments).env("JOB_COMPLETION_INDEX", index)).success();
    site.cluster.log(&site.namespace, pod, &run.stdout);
}

#[test]
fn pods_of_a_job_send_the_load_and_one_report_comes_of_it() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "in-cluster");
    site.apply("-e istio --replicas 2");
    let Some(stack) = Stack::start(&site) else { return };
    let child = site
        .command(&format!("{LINE} --start-in 15s -o json"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let job = job(&site);
    let spec = &job["spec"];
    assert_eq!(
        (&spec["completionMode"], &spec["completions"], &spec["parallelism"]),
        (&"Indexed".into(), &3.into(), &3.into())
    );
    let arguments = spec["template"]["spec"]["containers"][0]["args"].to_string();
    let service =
        format!("--url=http://infra-inference-scheduling-inference-gateway-istio.{}.svc:80", site.namespace);
    assert!(arguments.contains(&service), "{arguments}");
    let pods = site.eventually("three pods", || {
        let pods: BTreeSet<String> = pods(&site, SELECTOR).into_iter().collect();
        (pods.len() == 3).then_some(pods)
    });
    std::thread::scope(|scope| {
        for pod in &pods {
            let (site, job, stack) = (&site, &job, &stack);
            scope.spawn(move || play(site, job, stack, pod));
        }
    });
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let overall = &report["overall"];
    assert_eq!((&overall["requests"], &overall["succeeded"]), (&64.into(), &64.into()), "{overall:#}");
    assert_eq!(
        (&report["stages"][0]["concurrency"], report["stages"].as_array().unwrap().len()),
        (&4.into(), 2)
    );
    site.eventually("nothing to be left", || (left(&site) == (0, false)).then_some(()));
}

#[test]
fn an_interrupted_load_leaves_nothing_and_a_failed_one_says_why() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "in-cluster-int");
    site.apply("-e istio --replicas 1");
    let child = site.command(LINE).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    job(&site);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    site.eventually("nothing to be left", || (left(&site) == (0, false)).then_some(()));

    let local = site.llmd("bench -e local --in-cluster").exits(2);
    assert!(local.stderr.contains("there is no cluster to send from"), "{}", local.stderr);
    site.file("prompts.txt", "one\ntwo\n");
    let keyed = site.llmd(&format!("{LINE} --set request.headers.x-key=secret")).exits(2);
    assert!(keyed.stderr.contains("headers and keys"), "{}", keyed.stderr);
}
