//! The endpoint picker's own configuration among the values, through the binary.

use crate::harness::Sandbox;

const KEY: &str = "gaie.inferenceExtension.pluginsCustomConfig";

/// A sandbox with values that name `mine.yaml` as the picker's file.
fn sandbox(mine: &str, other: &str) -> Sandbox {
    let indented =
        |text: &str| text.lines().map(|line| format!("        {line}\n")).collect::<Vec<_>>().concat();
    let sandbox = Sandbox::new();
    sandbox.file(
        "values.yaml",
        format!(
            "gaie:\n  inferenceExtension:\n    pluginsConfigFile: mine.yaml\n    pluginsCustomConfig:\n      mine.yaml: |\n{}      other.yaml: |\n{}",
            indented(mine),
            indented(other)
        ),
    );
    sandbox
}

fn config(body: &str) -> String {
    format!("apiVersion: inference.networking.x-k8s.io/v1alpha1\nkind: EndpointPickerConfig\n{body}")
}

/// Exit code and standard error of a quiet render.
fn render(sandbox: &Sandbox, flags: &str) -> (String, String) {
    let shown = sandbox.run(&format!("render -q -f values.yaml --only gaie {flags}"));
    let (code, rest) = shown.split_once('\n').unwrap();
    (code.to_owned(), rest.split_once("--- stderr\n").unwrap().1.to_owned())
}

#[test]
fn what_never_acts_is_a_warning() {
    let mine = config(
        "plugins:\n- type: queue-scorer\n  parameters: {hashBlockSize: 5}\n- type: load-aware-scorer\nschedulingProfiles:\n- name: default\n  plugins:\n  - pluginRef: queue-scorer\n",
    );
    let expected = format!(
        "warning: {KEY}.mine.yaml:5:16: plugins[0].parameters.hashBlockSize: queue-scorer does not read it: ignored; it \
         belongs to the prefix cache\nwarning: {KEY}.mine.yaml:6:3: plugins[1]: no profile uses `load-aware-scorer`"
    );
    assert_eq!(render(&sandbox(&mine, "notes"), ""), ("exit 0".to_owned(), expected.clone()));
    assert_eq!(render(&sandbox(&mine, "notes"), "--as-upstream"), ("exit 0".to_owned(), expected));
}

#[test]
fn a_picker_that_could_not_start_is_refused_unless_upstream_is_asked_for() {
    let sandbox = sandbox(&config("plugins:\n- type: queue-scorr\n"), &config("plugin: []\n"));
    let mine = format!(
        "{KEY}.mine.yaml:4:9: plugins[0].type: unknown plugin type `queue-scorr`; did you mean `queue-scorer`?"
    );
    let other = format!(
        "warning: {KEY}.other.yaml:3:1: plugin: unknown key of EndpointPickerConfig; did you mean `plugins`?"
    );
    assert_eq!(
        render(&sandbox, ""),
        (
            "exit 2".to_owned(),
            format!("{other}\nerror: the endpoint picker cannot start with its configuration\n  {mine}")
        )
    );
    assert_eq!(render(&sandbox, "--as-upstream"), ("exit 0".to_owned(), format!("{other}\nwarning: {mine}")));
    let applied = sandbox.run("apply -f values.yaml --yes");
    assert!(applied.starts_with("exit 2\n") && applied.contains(&mine), "{applied}");
}

#[test]
fn a_file_that_is_not_there_is_refused() {
    let sandbox = sandbox(&config(""), "notes");
    let (code, said) = render(&sandbox, "--set gaie.inferenceExtension.pluginsConfigFile=mime.yaml");
    assert_eq!(code, "exit 2");
    assert!(
        said.ends_with(
            "gaie.inferenceExtension.pluginsConfigFile: pluginsCustomConfig has no file `mime.yaml`; did you mean \
             `mine.yaml`?"
        ),
        "{said}"
    );
}

#[test]
fn what_only_our_picker_does_not_do_is_no_matter_upstream() {
    let sandbox = sandbox(
        &config(
            "plugins:\n- type: predicted-latency-scorer\nschedulingProfiles:\n- name: default\n  plugins:\n  - pluginRef: predicted-latency-scorer\n",
        ),
        "notes",
    );
    let (code, said) = render(&sandbox, "");
    assert_eq!(code, "exit 0");
    assert!(said.contains("predicted-latency-scorer has no effect yet"), "{said}");
    assert_eq!(render(&sandbox, "--as-upstream"), ("exit 0".to_owned(), String::new()));
}
