//! The crates that this program and its siblings were built from: `Cargo.lock`, as it was at build time.

use std::collections::{BTreeMap, BTreeSet};

const LOCK: &str = include_str!("../../Cargo.lock");

/// Our own crates, whose manifests say what only tests need.
const MANIFESTS: [(&str, &str); 7] = [
    ("llmd", include_str!("../../Cargo.toml")),
    ("llmd-bench", include_str!("../../bench/Cargo.toml")),
    ("scheduler", include_str!("../../scheduler/Cargo.toml")),
    ("llmd-api", include_str!("../../scheduler/api/Cargo.toml")),
    ("llmd-proto", include_str!("../../scheduler/proto/Cargo.toml")),
    ("prefix-index", include_str!("../../scheduler/prefix-index/Cargo.toml")),
    ("simulator", include_str!("../../simulator/Cargo.toml")),
];

/// A crate of one version.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// Of the crate's archive; none for our own.
    pub(super) checksum: Option<String>,
    /// `NAME`, `NAME VERSION` or `NAME VERSION (SOURCE)`.
    dependencies: Vec<String>,
}

/// Packages by their place in the lock file, and what each depends on.
pub(super) type Closure<'a> = BTreeMap<usize, (&'a Package, BTreeSet<usize>)>;

/// A lock file, read.
pub(super) struct Lock(Vec<Package>);

impl Lock {
    /// The one that this program was built with.
    pub(super) fn own() -> Self {
        Self::read(LOCK)
    }

    /// Reads what cargo writes: tables of one-line keys, and one list of one text a line.
    fn read(text: &str) -> Self {
        let packages = text.split("[[package]]").skip(1).map(|table| {
            let mut package = Package::default();
            for line in table.lines() {
                match line.split_once(" = ") {
                    Some(("name", value)) => package.name = unquoted(value),
                    Some(("version", value)) => package.version = unquoted(value),
                    Some(("checksum", value)) => package.checksum = Some(unquoted(value)),
                    None if line.starts_with(" \"") => {
                        package.dependencies.push(unquoted(line.trim().trim_end_matches(',')));
                    }
                    _ => {}
                }
            }
            package
        });
        Self(packages.collect())
    }

    /// Everything that goes into a crate, itself included, without what only the tests of ours need. What only some
    /// systems or features need is in it: a lock file does not tell.
    pub(super) fn closure(&self, root: &str) -> Closure<'_> {
        let mut found = Closure::new();
        let mut open: Vec<usize> = self.find(root).into_iter().collect();
        while let Some(index) = open.pop() {
            let Some(package) = self.0.get(index).filter(|_| !found.contains_key(&index)) else { continue };
            let for_tests = for_tests(&package.name);
            let needed: BTreeSet<usize> = package
                .dependencies
                .iter()
                .filter(|dependency| {
                    let name = dependency.split(' ').next().unwrap_or_default();
                    !for_tests.contains(name)
                })
                .filter_map(|dependency| self.find(dependency))
                .collect();
            open.extend(&needed);
            found.insert(index, (package, needed));
        }
        found
    }

    fn find(&self, wanted: &str) -> Option<usize> {
        let mut words = wanted.split(' ');
        let (name, version) = (words.next()?, words.next());
        self.0.iter().position(|package| {
            package.name == name && version.is_none_or(|version| package.version == version)
        })
    }
}

/// The crates that stand in a manifest of ours for tests and benches alone.
fn for_tests(package: &str) -> BTreeSet<&'static str> {
    let manifest = MANIFESTS.iter().find(|(name, _)| *name == package).map_or("", |(_, text)| text);
    let (mut needed, mut tested) = (BTreeSet::new(), BTreeSet::new());
    let mut section = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if let Some((key, _)) = line.split_once(['=', '.']).filter(|_| !line.starts_with('#')) {
            match section {
                "dev-dependencies" => tested.insert(key.trim()),
                "dependencies" | "build-dependencies" => needed.insert(key.trim()),
                _ => false,
            };
        }
    }
    tested.difference(&needed).copied().collect()
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'a>(closure: &'a Closure<'_>) -> BTreeSet<&'a str> {
        closure.values().map(|(package, _)| package.name.as_str()).collect()
    }

    #[test]
    fn every_dependency_of_the_lock_file_is_found() {
        let lock = Lock::own();
        assert!(lock.0.len() > 300, "{}", lock.0.len());
        for package in &lock.0 {
            assert!(!package.name.is_empty() && !package.version.is_empty(), "{package:?}");
            for dependency in &package.dependencies {
                assert!(lock.find(dependency).is_some(), "{dependency}");
            }
        }
    }

    #[test]
    fn a_closure_holds_what_is_needed_and_not_what_tests_need() {
        let lock = Lock::own();
        let closure = lock.closure("scheduler");
        let names = names(&closure);
        for needed in ["scheduler", "llmd-api", "prefix-index", "tokio", "kube"] {
            assert!(names.contains(needed), "{needed} is missing");
        }
        for other in ["criterion", "proptest", "simulator", "llmd"] {
            assert!(!names.contains(other), "{other} is not in the scheduler");
        }
    }

    #[test]
    fn the_manifests_are_those_of_all_own_crates() {
        let lock = Lock::own();
        let closure = lock.closure("llmd");
        let own = closure.values().filter(|(package, _)| package.checksum.is_none());
        let own: BTreeSet<&str> = own.map(|(package, _)| package.name.as_str()).collect();
        assert_eq!(own, MANIFESTS.iter().map(|(name, _)| *name).collect());
    }
}
