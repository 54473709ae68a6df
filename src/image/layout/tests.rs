use std::collections::BTreeSet;

use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::image::{Architecture, Binary, Labels};

fn image(content: &[u8], labels: &Labels) -> Image {
    let binary =
        Binary { path: "scheduler".into(), architecture: Architecture::Arm64, content: content.to_vec() };
    Image::of(Program::Scheduler, &binary, labels).unwrap()
}

#[test]
fn the_same_binary_gives_the_same_digest() {
    let digest = |content: &[u8], labels: &Labels| image(content, labels).digest().to_owned();
    let plain = Labels::default();
    assert_eq!(digest(b"program", &plain), digest(b"program", &plain));
    let others = [
        digest(b"program", &plain),
        digest(b"another", &plain),
        digest(b"program", &Labels { revision: Some("abc".to_owned()), ..plain.clone() }),
        digest(b"program", &Labels { time: 1, ..plain }),
    ];
    assert_eq!(others.iter().collect::<BTreeSet<_>>().len(), 4, "what differs has another digest");
}

#[test]
fn the_configuration_is_that_of_the_dockerfile() {
    let labels = Labels { revision: Some("abc".to_owned()), time: 86400, ..Labels::default() };
    let image = image(b"program", &labels);
    let config: Value = serde_json::from_slice(&image.config.content).unwrap();
    assert_eq!(config["architecture"], "arm64");
    assert_eq!(config["os"], "linux");
    assert_eq!(config["created"], "1970-01-02T00:00:00Z");
    assert_eq!(config["config"]["User"], "65532:65532");
    assert_eq!(config["config"]["Entrypoint"], serde_json::json!(["/scheduler"]));
    let ports: Vec<&String> = config["config"]["ExposedPorts"].as_object().unwrap().keys().collect();
    assert_eq!(ports, ["9002/tcp", "9003/tcp", "9090/tcp"]);
    assert_eq!(config["config"]["Labels"]["org.opencontainers.image.revision"], "abc");
    let manifest: Value = serde_json::from_slice(&image.manifest.content).unwrap();
    assert_eq!(manifest["annotations"]["org.opencontainers.image.title"], "llmd-scheduler");
}

#[test]
fn a_layout_is_written_and_read_back() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("image");
    assert_eq!(read(&path).unwrap(), None);
    for content in [b"first", b"other"] {
        let image = image(content, &Labels::default());
        write(&image, Program::Scheduler, &path).unwrap();
        assert_eq!(read(&path).unwrap(), Some(image));
        let blobs = fs::read_dir(path.join("blobs/sha256")).unwrap().count();
        assert_eq!(blobs, 3, "nothing of an earlier image is left");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
}

#[test]
fn a_spoilt_layout_is_told() {
    let folder = TempDir::new().unwrap();
    let image = image(b"program", &Labels::default());
    write(&image, Program::Scheduler, folder.path()).unwrap();
    fs::write(folder.path().join(blob_path(&image.layers[0].digest)), "something").unwrap();
    let text = read(folder.path()).unwrap_err().to_string();
    assert!(text.contains("is spoilt: blobs/sha256/"), "{text}");
}

#[test]
fn another_folder_is_left_alone() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("thesis.tex"), "years").unwrap();
    let image = image(b"program", &Labels::default());
    let text = write(&image, Program::Scheduler, folder.path()).unwrap_err().to_string();
    assert!(text.contains("holds something that is no image"), "{text}");
    assert!(folder.path().join("thesis.tex").exists());
}
