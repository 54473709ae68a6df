//! What an image is made of, as `CycloneDX` 1.5 has it: every crate with its version, checksum and dependencies.

use serde_json::{Value, json};

use super::Program;
use super::cargo_lock::{Closure, Lock, Package};

/// The list of a program's crates. It holds no time and no serial number, so that it is always the same.
pub(super) fn cyclone_dx(program: Program) -> Value {
    let lock = Lock::own();
    let closure = lock.closure(program.name());
    let is_root = |package: &Package| package.name == program.name();
    let root = closure.values().find(|(package, _)| is_root(package)).map(|(package, _)| {
        let mut root = component(package);
        root["type"] = "application".into();
        root
    });
    let others = closure.values().filter(|(package, _)| !is_root(package));
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": root,
            "tools": {"components": [{"type": "application", "name": "llmd", "version": env!("CARGO_PKG_VERSION")}]},
        },
        "components": others.map(|(package, _)| component(package)).collect::<Vec<_>>(),
        "dependencies": dependencies(&closure),
    })
}

fn component(package: &Package) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(package),
        "name": package.name,
        "version": package.version,
    });
    // Only what a registry has can be named by a package URL that leads somewhere.
    if let Some(checksum) = &package.checksum {
        component["purl"] = reference(package).into();
        component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
    }
    component
}

fn dependencies(closure: &Closure<'_>) -> Vec<Value> {
    let name = |index: &usize| closure.get(index).map(|(package, _)| reference(package));
    let entry = |(package, needed): &(&Package, _)| {
        let needed: &std::collections::BTreeSet<usize> = needed;
        json!({"ref": reference(package), "dependsOn": needed.iter().filter_map(name).collect::<Vec<_>>()})
    };
    closure.values().map(entry).collect()
}

fn reference(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reference_leads_to_a_component() {
        let document = cyclone_dx(Program::Scheduler);
        assert_eq!(document["metadata"]["component"]["name"], "scheduler");
        let components = document["components"].as_array().unwrap().iter();
        let all: BTreeSet<&str> = components
            .chain([&document["metadata"]["component"]])
            .map(|component| component["bom-ref"].as_str().unwrap())
            .collect();
        let dependencies = document["dependencies"].as_array().unwrap();
        assert_eq!(dependencies.len(), all.len(), "references are unique");
        for entry in dependencies {
            let ends = entry["dependsOn"].as_array().unwrap().iter().chain([&entry["ref"]]);
            for end in ends {
                assert!(all.contains(end.as_str().unwrap()), "{end}");
            }
        }
    }
}
