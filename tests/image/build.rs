//! What is built, refused and saved.

use std::collections::BTreeMap;
use std::io::Read as _;

use serde_json::{Value, json};

use crate::harness::{User, sha256, static_program, stderr};

#[test]
fn the_same_binary_gives_the_same_digest_in_another_hour_and_place() {
    let (one, other) = (User::new(), User::new());
    let first = one.build();
    let again = other.report(&format!("build scheduler -d here --binary {}", static_program().display()));
    assert_eq!(first["digest"], again["digest"]);
    assert!(other.path().join("here/oci-layout").exists());
    let binary = other.write("program", std::fs::read(static_program()).unwrap());
    let late = other
        .command(&format!("build scheduler --binary {}", binary.display()))
        .env("SOURCE_DATE_EPOCH", "86400")
        .output()
        .unwrap();
    assert!(late.status.success(), "{}", stderr(&late));
    let late = String::from_utf8(late.stdout).unwrap();
    assert_ne!(late.trim(), first["digest"], "a time that is asked for is in the image");
}

#[test]
fn a_binary_that_could_not_run_is_refused_with_the_next_step() {
    let user = User::new();
    // The one beside the tests' own llmd is linked dynamically, as is llmd itself.
    let output = user.run(&format!("build llmd --binary {}", env!("CARGO_BIN_EXE_llmd")));
    assert_eq!(output.status.code(), Some(7));
    let text = stderr(&output);
    assert!(text.contains("linked dynamically") && text.contains("+crt-static"), "{text}");
    let other = if cfg!(target_arch = "x86_64") { "arm64" } else { "amd64" };
    let output =
        user.run(&format!("build scheduler --architecture {other} --binary {}", static_program().display()));
    assert_eq!(output.status.code(), Some(7));
    assert!(stderr(&output).contains(&format!("the image is for {other}")), "{}", stderr(&output));
    let script = user.write("script", "#!/bin/sh\n");
    let output = user.run(&format!("build scheduler --binary {}", script.display()));
    assert_eq!(output.status.code(), Some(7));
    assert!(stderr(&output).contains("it is no ELF file"), "{}", stderr(&output));
    assert!(!user.path().join(".local").exists(), "nothing is left of what was refused");
}

#[test]
fn what_was_not_built_cannot_be_pushed_or_saved() {
    let user = User::new();
    for words in ["push 127.0.0.1:1/llmd-simulator:v1", "save image.tar simulator"] {
        let output = user.run(words);
        assert_eq!(output.status.code(), Some(7), "{words}");
        let text = stderr(&output);
        assert!(text.contains("hint: build it: llmd image build simulator"), "{text}");
    }
    let output = user.run("push 127.0.0.1:1/UPPER");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_saved_image_names_every_blob_by_its_digest() {
    let user = User::new();
    let built = user.build();
    let report = user.report("save image.tar");
    assert_eq!(report["digest"], built["digest"]);
    let mut files = BTreeMap::new();
    let mut archive = tar::Archive::new(std::fs::File::open(user.path().join("image.tar")).unwrap());
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_str().unwrap().to_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        files.insert(path, content);
    }
    for (path, content) in &files {
        if let Some(digest) = path.strip_prefix("blobs/sha256/") {
            assert_eq!(sha256(content), format!("sha256:{digest}"));
        }
    }
    let document = |path: &str| -> Value { serde_json::from_slice(&files[path]).unwrap() };
    let blob =
        |digest: &Value| files[&format!("blobs/{}", digest.as_str().unwrap().replace(':', "/"))].clone();
    assert_eq!(document("oci-layout"), json!({"imageLayoutVersion": "1.0.0"}));
    let entry = &document("index.json")["manifests"][0];
    assert_eq!(entry["digest"], built["digest"]);
    assert_eq!(entry["annotations"]["io.containerd.image.name"], report["reference"]);
    let manifest: Value = serde_json::from_slice(&blob(&entry["digest"])).unwrap();
    for descriptor in [entry, &manifest["config"], &manifest["layers"][0]] {
        assert_eq!(descriptor["size"], blob(&descriptor["digest"]).len());
    }
    let docker = &document("manifest.json")[0];
    assert!(files.contains_key(docker["Config"].as_str().unwrap()));
    assert!(files.contains_key(docker["Layers"][0].as_str().unwrap()));
    assert_eq!(docker["RepoTags"], json!([report["reference"]]));
}
