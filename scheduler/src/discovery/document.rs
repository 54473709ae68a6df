//! The document that lists endpoints (`epp.md` §2.7).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, SocketAddr};

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, Visitor};
use serde_saphyr::{Location, Spanned};

use crate::model::EndpointSpec;

/// Something wrong at one place of the document; lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub line: u64,
    pub column: u64,
    pub reason: String,
}

impl Problem {
    fn new(location: Location, reason: String) -> Self {
        Self { line: location.line(), column: location.column(), reason }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    endpoints: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Spanned<String>,
    namespace: Option<String>,
    address: Spanned<String>,
    port: Spanned<Port>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

/// A port, written as a number or as a string.
struct Port(u16);

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PortVisitor;
        impl Visitor<'_> for PortVisitor {
            type Value = Port;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a port from 1 to 65535")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Port, E> {
                let port = text.parse().ok().filter(|&port| port > 0);
                port.map(Port).ok_or_else(|| E::custom(format!("{text:?} is no port from 1 to 65535")))
            }
        }
        deserializer.deserialize_str(PortVisitor).map_err(D::Error::custom)
    }
}

/// Reads a YAML or JSON document `endpoints: [{name, namespace, address, port, labels}]`.
///
/// # Errors
/// What is no such document, names that stand twice in a namespace, and addresses that are none; all but the first
/// of these together.
pub(super) fn read(text: &str) -> Result<Vec<EndpointSpec>, Vec<Problem>> {
    let document: Document = serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        let location = error.location().unwrap_or(Location::UNKNOWN);
        vec![Problem::new(location, reason(error))]
    })?;
    let mut problems = Vec::new();
    let mut names = BTreeSet::new();
    let mut endpoints = Vec::with_capacity(document.endpoints.len());
    for entry in document.endpoints {
        let namespace = entry.namespace.unwrap_or_else(|| "default".to_owned());
        let name = entry.name.value;
        if name.is_empty() {
            problems.push(Problem::new(entry.name.referenced, "an endpoint needs a name".to_owned()));
        } else if !names.insert((namespace.clone(), name.clone())) {
            let reason = format!("the endpoint {namespace}/{name} stands twice");
            problems.push(Problem::new(entry.name.referenced, reason));
        }
        let Ok(ip) = entry.address.value.parse::<IpAddr>() else {
            let reason = format!("{:?} is no IP address", entry.address.value);
            problems.push(Problem::new(entry.address.referenced, reason));
            continue;
        };
        let address = SocketAddr::new(ip, entry.port.value.0);
        let pod = name.clone();
        endpoints.push(EndpointSpec {
            namespace,
            name,
            pod,
            address,
            metrics_address: address,
            labels: entry.labels,
        });
    }
    if problems.is_empty() { Ok(endpoints) } else { Err(problems) }
}

/// The parser's words without the place that it appends.
fn reason(error: &serde_saphyr::Error) -> String {
    if let serde_saphyr::Error::DuplicateMappingKey { key, .. } = error {
        return format!("the key {} stands twice", key.as_deref().unwrap_or_default());
    }
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(text: &str) -> Vec<String> {
        let endpoints = read(text).unwrap();
        endpoints.iter().map(|one| format!("{}/{} {}", one.namespace, one.name, one.address)).collect()
    }

    fn problems(text: &str) -> Vec<String> {
        let problems = read(text).unwrap_err();
        problems.into_iter().map(|one| format!("{}:{} {}", one.line, one.column, one.reason)).collect()
    }

    #[test]
    fn yaml_and_json_are_read() {
        let yaml = "
endpoints:
- {name: a, address: 10.0.0.1, port: 8000, labels: {llm-d.ai/role: decode}}
- name: a
  namespace: other
  address: fd00::1
  port: '8001'
";
        assert_eq!(ids(yaml), ["default/a 10.0.0.1:8000", "other/a [fd00::1]:8001"]);
        assert_eq!(read(yaml).unwrap()[0].labels["llm-d.ai/role"], "decode");
        let json = r#"{"endpoints": [{"name": "a", "address": "10.0.0.1", "port": "8000"}]}"#;
        assert_eq!(ids(json), ["default/a 10.0.0.1:8000"]);
        assert_eq!(ids("endpoints: []"), Vec::<String>::new());
    }

    #[test]
    fn all_bad_entries_are_told_with_their_places() {
        let text = "
endpoints:
- {name: a, address: 10.0.0.1, port: 8000}
- {name: a, address: model.example, port: 8000}
- {name: '', address: 10.0.0.1, port: 8000}
";
        let expected = [
            "4:10 the endpoint default/a stands twice",
            r#"4:22 "model.example" is no IP address"#,
            "5:10 an endpoint needs a name",
        ];
        assert_eq!(problems(text), expected);
    }

    #[test]
    fn what_is_no_such_document_is_told_with_its_place() {
        for (text, line, word) in [
            ("endpoints:\n- {name: a, address: 10.0.0.1, port: 65536}", 2, "no port"),
            ("endpoints:\n- {name: a, address: 10.0.0.1, port: 0}", 2, "no port"),
            ("endpoints:\n- {name: a, address: 10.0.0.1}", 2, "port"),
            ("endpoints:\n- {name: a, adress: 10.0.0.1, port: 1}", 2, "adress"),
            ("endpoints:\n- {name: a, name: b, address: 10.0.0.1, port: 1}", 2, "the key name stands twice"),
            ("endpoints: [", 1, "unclosed bracket"),
            ("", 1, ""),
        ] {
            let problems = read(text).unwrap_err();
            assert_eq!(problems.len(), 1, "{text}");
            let Problem { line: found, reason, .. } = &problems[0];
            assert!(*found == line && reason.contains(word) && !reason.contains("line"), "{text}: {reason}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(endpoints:)?[ -~\n]{0,80}") {
            let _ = read(&text);
        }
    }
}
