//! Kubeconfig files.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::pki::Pki;

/// Writes a kubeconfig (JSON, which is YAML too) for a user with a client certificate of their own.
pub(crate) fn write(folder: &Path, pki: &Pki, server: &str, user: &str, group: &str) -> PathBuf {
    let client = pki.client(user, group);
    let login = json!({"client-certificate": client.certificate, "client-key": client.key});
    write_with(folder, pki, server, user, &login)
}

/// The same for who logs in by something else: the `user` of a kubeconfig.
pub(crate) fn write_with(folder: &Path, pki: &Pki, server: &str, user: &str, login: &Value) -> PathBuf {
    let file = folder.join(format!("{}.kubeconfig", user.replace(':', "-")));
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "testbed", "cluster": {"server": server, "certificate-authority": pki.ca()}}],
        "users": [{"name": user, "user": login}],
        "contexts": [{"name": "testbed", "context": {"cluster": "testbed", "user": user, "namespace": "default"}}],
        "current-context": "testbed",
    });
    fs::write(&file, config.to_string()).expect("a kubeconfig can be written");
    file
}
