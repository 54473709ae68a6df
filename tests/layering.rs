//! The architecture, checked: arrows point down, files stay short, templates hold whole values.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read the sources fails")]

use std::path::{Path, PathBuf};

/// A crate whose modules stand in layers.
struct Crate {
    source: &'static str,
    /// The modules, lowest first; a module imports only from lines above its own.
    layers: &'static [&'static [&'static str]],
    /// Imports that a layer may not have although they point down: libraries do not print, pure code does not connect.
    forbidden: &'static [(&'static str, &'static str)],
}

const CRATES: [Crate; 4] = [
    Crate {
        source: "src",
        layers: &[
            &["draft", "error", "env_vars", "serving"],
            &["machine"],
            &["yaml"],
            &["environment"],
            &["go_template"],
            &["render"],
            &["cluster", "image", "local", "virtual_clock"],
            &["doctor", "verify"],
            &["ui"],
            &["commands"],
            &["cli"],
            &["lib", "main"],
        ],
        forbidden: &[
            ("cluster", "ui"),
            ("doctor", "ui"),
            ("image", "ui"),
            ("local", "ui"),
            ("verify", "ui"),
            ("virtual_clock", "ui"),
            ("render", "cluster"),
        ],
    },
    Crate {
        source: "bench/src",
        layers: &[
            &["scenario", "sample"],
            &["plan"],
            &["run", "workload"],
            &["client"],
            &["driver"],
            &["report"],
            &["lib"],
        ],
        forbidden: &[("report", "driver"), ("report", "client")],
    },
    Crate {
        source: "scheduler/src",
        layers: &[
            &["clock", "env_vars", "expected_latency", "listener", "openai", "rewriting", "supervisor"],
            &["model"],
            &["datastore"],
            &["observability"],
            &["scheduling"],
            &["plugins"],
            &["datalayer", "discovery", "kubernetes"],
            &["director"],
            &["authority", "tls"],
            &["admin", "ext_proc", "proxy"],
            &["picker"],
            &["args"],
            &["runtime"],
            &["command"],
            &["lib", "main"],
        ],
        forbidden: &[],
    },
    Crate {
        source: "simulator/src",
        layers: &[
            &["engine", "env_vars"],
            &["profile", "tokenizer"],
            &["kv_events", "virtual_clock"],
            &["server"],
            &["args"],
            &["command"],
            &["lib", "main"],
        ],
        forbidden: &[],
    },
];

const LONGEST_FILE: usize = 500;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target" && name != ".git") {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The modules that a text imports from its own crate: what follows `crate::`.
fn imports(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
        .collect()
}

#[test]
fn arrows_point_down() {
    let mut wrong = Vec::new();
    for Crate { source, layers, forbidden } in CRATES {
        let level = |module: &str| layers.iter().position(|layer| layer.contains(&module));
        let source = root().join(source);
        let mut arrows = 0;
        // What a file of tests imports is no arrow of the architecture.
        for path in files(&source, ".rs").into_iter().filter(|path| !path.ends_with("tests.rs")) {
            let below = path.strip_prefix(&source).unwrap();
            let first = below.components().next().unwrap().as_os_str().to_string_lossy();
            let module = first.trim_end_matches(".rs").to_owned();
            let Some(own) = level(&module) else {
                wrong.push(format!("{}: `{module}` has no place in CRATES", path.display()));
                continue;
            };
            let text = std::fs::read_to_string(&path).unwrap();
            for imported in imports(&text).into_iter().filter(|imported| *imported != module) {
                let Some(other) = level(imported) else { continue };
                arrows += 1;
                if other >= own || forbidden.contains(&(module.as_str(), imported)) {
                    wrong.push(format!("{}: imports `{imported}`", path.display()));
                }
            }
        }
        assert!(arrows > 20, "{}: only {arrows} imports: the test no longer sees them", source.display());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_source_file_is_long() {
    let long: Vec<String> = files(&root(), ".rs")
        .into_iter()
        .filter_map(|path| {
            let lines = std::fs::read_to_string(&path).unwrap().lines().count();
            (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// In a YAML template an expression is a whole value, so that it can be written as JSON.
#[test]
fn templates_hold_whole_values() {
    let folder = root().join("templates");
    let templates = files(&folder, ".yaml.j2");
    assert!(templates.len() > 20, "only {} templates were found", templates.len());
    let mut wrong = Vec::new();
    for path in templates {
        for (number, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let Some((before, rest)) = line.split_once("{{") else { continue };
            let in_list = before.trim_end().ends_with(['[', ',']);
            let is_value = before.ends_with(": ") || before.ends_with("- ") || in_list;
            let ends = in_list || rest.trim_end().ends_with("}}") || rest.trim_end().ends_with("}}]");
            if !is_value || !ends {
                wrong.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
