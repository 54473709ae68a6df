//! Pushes to a real registry.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::Registry;

use crate::harness::{GREETING, User, get, sha256, static_program, stderr, unpack};

#[test]
fn a_pushed_image_is_whole_and_runs_in_an_empty_root() {
    let Some(registry) = Registry::start(None) else { return };
    let (user, host) = (User::new(), registry.host());
    let built = user.build();
    let push = format!("push {host}/team/llmd-scheduler:v1");
    let pushed = user.report(&push);
    assert_eq!(pushed["digest"], built["digest"]);
    assert_eq!(states(&pushed), ["sent", "sent"]);

    let manifest = get(&host, "team/llmd-scheduler/manifests/v1");
    assert_eq!(sha256(&manifest), built["digest"].as_str().unwrap());
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let blob = |descriptor: &Value| {
        let digest = descriptor["digest"].as_str().unwrap();
        let content = get(&host, &format!("team/llmd-scheduler/blobs/{digest}"));
        assert_eq!(sha256(&content), digest);
        content
    };
    let config: Value = serde_json::from_slice(&blob(&manifest["config"])).unwrap();
    assert_eq!(config["config"]["User"], "65532:65532");
    let root = TempDir::new().unwrap();
    unpack(&blob(&manifest["layers"][0]), root.path());
    assert_eq!(
        std::fs::read(root.path().join("scheduler")).unwrap(),
        std::fs::read(static_program()).unwrap()
    );
    let sbom: Value =
        serde_json::from_slice(&std::fs::read(root.path().join("sbom.cdx.json")).unwrap()).unwrap();
    assert_eq!(sbom["metadata"]["component"]["name"], "scheduler");
    assert_eq!(run_in(root.path(), config["config"]["Entrypoint"][0].as_str().unwrap()), GREETING);

    // The same image again, and under another name: nothing is sent that is there.
    assert_eq!(states(&user.report(&push)), ["present", "present"]);
    user.report(&format!("push {host}/team/llmd-scheduler:v2"));
    let noted = std::fs::read(user.path().join(".local/state/llmd/images/pushed.json")).unwrap();
    let noted: Value = serde_json::from_slice(&noted).unwrap();
    assert_eq!(noted[format!("{host}/team/llmd-scheduler:v2")], built["digest"]);
}

/// What became of the blobs.
fn states(report: &Value) -> Vec<&str> {
    report["blobs"].as_array().unwrap().iter().map(|blob| blob["state"].as_str().unwrap()).collect()
}

/// Runs a program with a folder as its root; where the tests are not root's, in a namespace of its own.
fn run_in(root: &std::path::Path, entry: &str) -> String {
    let mut command = Command::new("unshare");
    let output = command.args(["--map-root-user", "chroot"]).arg(root).arg(entry).output().unwrap();
    if output.status.success() {
        return String::from_utf8(output.stdout).unwrap().trim().to_owned();
    }
    let output = Command::new("chroot").arg(root).arg(entry).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Of the password `wonderland`.
const PASSWORDS: &str = "alice:$2b$05$abcdefghijklmnopqrstuuA0vov2GDneHB3.8.cv9UF9g.RdvScIW\n";

#[test]
fn credentials_are_dockers_and_stay_secret() {
    let Some(registry) = Registry::start(Some(PASSWORDS)) else { return };
    let (user, host) = (User::new(), registry.host());
    user.build();
    let push = format!("push {host}/llmd-scheduler:v1");
    let refused = user.run(&push);
    assert_eq!(refused.status.code(), Some(7), "{}", stderr(&refused));
    assert!(stderr(&refused).contains(&format!("hint: log in: docker login {host}")), "{}", stderr(&refused));

    // base64 of alice:looking-glass, then of alice:wonderland.
    let configure =
        |auth: &str| user.write(".docker/config.json", json!({"auths": {&host: {"auth": auth}}}).to_string());
    configure("YWxpY2U6bG9va2luZy1nbGFzcw==");
    let refused = user.run(&push);
    assert_eq!(refused.status.code(), Some(7), "{}", stderr(&refused));
    assert!(!stderr(&refused).contains("looking-glass"), "{}", stderr(&refused));
    configure("YWxpY2U6d29uZGVybGFuZA==");
    let pushed = user.run(&push);
    assert!(pushed.status.success(), "{}", stderr(&pushed));
    assert!(!stderr(&pushed).contains("wonderland"), "{}", stderr(&pushed));

    let helper = user.write(
        "bin/docker-credential-rabbit",
        "#!/bin/sh\necho '{\"ServerURL\": \"\", \"Username\": \"alice\", \"Secret\": \"wonderland\"}'\n",
    );
    std::fs::set_permissions(&helper, std::fs::Permissions::from_mode(0o755)).unwrap();
    let other = user.write("other/config.json", json!({"credHelpers": {&host: "rabbit"}}).to_string());
    let pushed = user
        .command(&push)
        .env("DOCKER_CONFIG", other.parent().unwrap())
        .env("PATH", format!("{}:/usr/bin:/bin", helper.parent().unwrap().display()))
        .output()
        .unwrap();
    assert!(pushed.status.success(), "{}", stderr(&pushed));

    let broken = user.write("broken/config.json", "{");
    let output = user.command(&push).env("DOCKER_CONFIG", broken.parent().unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(7));
    assert!(stderr(&output).contains("broken/config.json cannot be read"), "{}", stderr(&output));
}
