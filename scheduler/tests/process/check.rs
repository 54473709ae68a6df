//! `scheduler check`.

use crate::place::{Place, Process};

/// Checks the place's configuration: exit code, standard output, standard error.
fn check(place: Place, file: &str) -> (Option<i32>, String, String) {
    let path = place.path(file).display().to_string();
    let mut process: Process = place.spawn(&["check".to_owned(), path.clone()]);
    let code = process.code();
    (code, process.stdout().replace(&path, file), process.stderr().replace(&path, file))
}

#[test]
fn a_good_one() {
    let (code, stdout, stderr) = check(Place::new(&[]), "config.yaml");
    assert_eq!((code, stdout.as_str()), (Some(0), "config.yaml: can be used; 0 errors, 0 warnings\n"));
    assert_eq!(stderr, "");
}

#[test]
fn one_with_warnings() {
    let place = Place::new(&[]);
    place.configure(
        "- type: queue-scorer
- type: kv-cache-utilization-scorer
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: queue-scorer",
    );
    let (code, stdout, stderr) = check(place, "config.yaml");
    assert_eq!((code, stdout.as_str()), (Some(0), "config.yaml: can be used; 0 errors, 1 warning\n"));
    assert!(stderr.starts_with("config.yaml:5:"), "{stderr}");
    assert!(stderr.contains("no profile uses `kv-cache-utilization-scorer`"), "{stderr}");
}

#[test]
fn one_with_errors() {
    let place = Place::new(&[]);
    place.configure(
        "- type: queue-scorer
- type: max-score-picker
  parameters: {maxNumOfEndpointz: 2}
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: queue-scorer",
    );
    let (code, stdout, stderr) = check(place, "config.yaml");
    assert_eq!(code, Some(2), "{stdout}{stderr}");
    assert_eq!(stdout, "config.yaml: cannot be used; 1 error, 0 warnings\n");
    assert!(stderr.contains("config.yaml:6:"), "{stderr}");
    assert!(stderr.contains("did you mean `maxNumOfEndpoints`?"), "{stderr}");
}

#[test]
fn one_that_is_not_there() {
    let (code, stdout, stderr) = check(Place::new(&[]), "other.yaml");
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains("failed to read other.yaml"), "{stderr}");
}
