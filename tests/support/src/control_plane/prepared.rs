//! An etcd directory that holds the definitions already. To create them takes an API server longer than to start:
//! it is done once, and every control plane begins with a copy.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::path::Path;
use std::process;

use serde_json::Value;

use super::LIMIT;
use super::components::Components;
use crate::api::{Api, has_condition};
use crate::command::Finished;
use crate::crds::{self, Definitions};
use crate::kubeconfig;
use crate::patience::eventually;
use crate::pki::Pki;
use crate::processes::ProcessGroup;
use crate::tools::{Tool, Tools};

/// Puts a copy of the prepared directory at `target`; it is prepared now if it was not before.
pub(super) fn copy_to(target: &Path, tools: &Tools) {
    let definitions = crds::definitions(tools);
    let prepared = tools.folder().join(format!("prepared-{:016x}", key(tools, &definitions)));
    if !prepared.exists() {
        prepare(&prepared, tools, &definitions);
    }
    copy_folder(&prepared, target);
}

/// Another version of the tools or of a definition makes another directory.
fn key(tools: &Tools, definitions: &Definitions) -> u64 {
    let mut hasher = DefaultHasher::new();
    tools.path(Tool::Kubebed).canonicalize().expect("the suite needs kubebed").hash(&mut hasher);
    for file in &definitions.files {
        fs::read(file).expect("a definition can be read").hash(&mut hasher);
    }
    definitions.objects.to_string().hash(&mut hasher);
    hasher.finish()
}

fn prepare(prepared: &Path, tools: &Tools, definitions: &Definitions) {
    let processes = ProcessGroup::new("prepare");
    let folder = processes.folder().to_owned();
    let pki = Pki::new(folder.join("pki"));
    let components = Components::new(tools, &folder, &pki, None);
    let kubeconfig = kubeconfig::write(&folder, &pki, &components.server_url(), "testbed", "system:masters");
    let api = Api::new(&kubeconfig);
    processes.start("etcd", &mut components.etcd());
    processes.start("kube-apiserver", &mut components.api_server());
    let wait_for = |what: &str, path: &str, is_wanted: fn(&str) -> bool| {
        eventually(what, LIMIT, || {
            processes.assert_alive();
            api.text(path).filter(|text| is_wanted(text))
        })
    };
    wait_for("kube-apiserver to be ready", "/readyz", |_| true);
    let mut command = components.command(Tool::Kubectl);
    command.args(["create", "--validate=false", "--kubeconfig"]).arg(&kubeconfig);
    for file in &definitions.files {
        command.arg("-f").arg(file);
    }
    command.args(["-f", "-"]);
    Finished::run(&mut command, &definitions.objects.to_string()).success();
    let all = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    wait_for("the definitions to be established", all, |text| {
        let list: Value = serde_json::from_str(text).unwrap_or_default();
        let items = list["items"].as_array();
        items.is_some_and(|items| items.iter().all(|item| has_condition(item, "Established")))
    });
    processes.stop();

    // Complete or not at all; whoever was quicker has made the same.
    let draft = prepared.with_extension(format!("draft-{}", process::id()));
    copy_folder(&components.etcd_folder(), &draft);
    if fs::rename(&draft, prepared).is_err() {
        fs::remove_dir_all(&draft).expect("the draft can be removed");
        assert!(prepared.exists(), "{} cannot be made", prepared.display());
    }
}

pub(crate) fn copy_folder(source: &Path, target: &Path) {
    let copied = || -> io::Result<()> {
        fs::create_dir_all(target)?;
        for entry in fs::read_dir(source)? {
            let entry = entry?;
            let copy = target.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                copy_folder(&entry.path(), &copy);
            } else {
                fs::copy(entry.path(), copy)?;
            }
        }
        Ok(())
    };
    copied().unwrap_or_else(|error| {
        panic!("failed to copy {} to {}: {error}", source.display(), target.display())
    });
}
