//! The recorded goldens beside the project, and the requests that ask for them.

use std::path::PathBuf;

use llmd::environment::{Request, names};
use serde_json::Value;

pub(crate) const ENVIRONMENTS: [&str; 11] = [
    "agentgateway",
    "cpu",
    "default",
    "digitalocean",
    "gaudi",
    "gke",
    "gke_tpu",
    "istio",
    "kgateway",
    "standalone",
    "xpu",
];

/// The folder of goldens; none on a machine that has only the project.
pub(crate) fn golden() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/golden");
    let is_there = folder.is_dir();
    if !is_there {
        eprintln!("left out: no recorded goldens at {}", folder.display());
    }
    is_there.then_some(folder)
}

/// The documents of a YAML file.
pub(crate) fn documents(text: &str) -> Vec<Value> {
    text.split("\n---\n")
        .map(|document| document.trim_start_matches("---\n"))
        .filter(|document| !document.trim().is_empty())
        .map(|document| llmd::yaml::read(document).expect("a golden is YAML"))
        .collect()
}

pub(crate) fn request(environment: &str) -> Request {
    Request {
        environment: environment.to_owned(),
        namespace: names::DEFAULT_NAMESPACE.to_owned(),
        postfix: names::DEFAULT_POSTFIX.to_owned(),
        ..Request::default()
    }
}

pub(crate) fn render(request: &Request) -> Result<llmd::render::Stack, llmd::Failure> {
    llmd::environment::resolve(request).and_then(|environment| llmd::render::render(&environment))
}
