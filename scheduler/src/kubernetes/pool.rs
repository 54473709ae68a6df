//! `InferencePool` of both API groups (`epp.md` §5.1, §5.2) as one type.

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::str::FromStr;

use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
use llmd_api::names::group;
use serde::Deserialize;

/// The API group that a pool belongs to: the values of `--pool-group`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PoolGroup {
    /// `inference.networking.k8s.io/v1`.
    #[default]
    V1,
    /// `inference.networking.x-k8s.io/v1alpha2`.
    V1Alpha2,
}

impl PoolGroup {
    pub fn name(self) -> &'static str {
        match self {
            Self::V1 => group::INFERENCE,
            Self::V1Alpha2 => group::INFERENCE_EXPERIMENTAL,
        }
    }

    pub(super) fn resource(self) -> ApiResource {
        let version = match self {
            Self::V1 => "v1",
            Self::V1Alpha2 => "v1alpha2",
        };
        let kind = GroupVersionKind::gvk(self.name(), version, "InferencePool");
        ApiResource::from_gvk_with_plural(&kind, "inferencepools")
    }
}

impl FromStr for PoolGroup {
    type Err = UnknownPoolGroup;

    fn from_str(name: &str) -> Result<Self, UnknownPoolGroup> {
        [Self::V1, Self::V1Alpha2].into_iter().find(|group| group.name() == name).ok_or(UnknownPoolGroup)
    }
}

/// A text that names no group of `InferencePool`s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the pool's group is inference.networking.k8s.io or inference.networking.x-k8s.io")]
pub struct UnknownPoolGroup;

/// What the picker takes from an `InferencePool`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pool {
    /// Labels that a pod of the pool has.
    pub(super) selector: BTreeMap<String, String>,
    /// Each is one endpoint of every pod; unique.
    pub(super) target_ports: Vec<u16>,
    /// What the endpoints speak: `http` where it is none.
    pub(super) app_protocol: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SpecV1 {
    selector: LabelSelector,
    target_ports: Vec<TargetPort>,
    app_protocol: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LabelSelector {
    match_labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct TargetPort {
    number: NonZeroU16,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SpecV1Alpha2 {
    selector: BTreeMap<String, String>,
    target_port_number: NonZeroU16,
}

impl Pool {
    /// Reads an object of the group's kind.
    ///
    /// # Errors
    /// Where the object has not the fields of its kind; the definition's schema keeps such from being stored.
    pub(super) fn read(group: PoolGroup, object: &DynamicObject) -> Result<Self, serde_json::Error> {
        let spec = &object.data["spec"];
        let (selector, ports, app_protocol) = match group {
            PoolGroup::V1 => {
                let spec = SpecV1::deserialize(spec)?;
                let ports = spec.target_ports.into_iter().map(|port| port.number).collect();
                (spec.selector.match_labels, ports, spec.app_protocol)
            }
            PoolGroup::V1Alpha2 => {
                let spec = SpecV1Alpha2::deserialize(spec)?;
                (spec.selector, vec![spec.target_port_number], None)
            }
        };
        let mut target_ports: Vec<u16> = Vec::with_capacity(ports.len());
        for port in ports.into_iter().map(NonZeroU16::get) {
            if !target_ports.contains(&port) {
                target_ports.push(port);
            }
        }
        Ok(Self { selector, target_ports, app_protocol })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(group: PoolGroup, spec: &Value) -> Result<Pool, serde_json::Error> {
        let object = json!({"metadata": {"name": "pool"}, "spec": spec});
        Pool::read(group, &serde_json::from_value(object).unwrap())
    }

    #[test]
    fn both_groups_make_the_same_pool() {
        let v1 = json!({
            "selector": {"matchLabels": {"app": "model"}},
            "targetPorts": [{"number": 8000}],
            "endpointPickerRef": {"name": "epp", "port": {"number": 9002}},
        });
        let v1alpha2 = json!({
            "selector": {"app": "model"},
            "targetPortNumber": 8000,
            "extensionRef": {"name": "epp"},
        });
        let pool = read(PoolGroup::V1, &v1).unwrap();
        assert_eq!(pool, read(PoolGroup::V1Alpha2, &v1alpha2).unwrap());
        assert_eq!(pool.selector, BTreeMap::from([("app".to_owned(), "model".to_owned())]));
        assert_eq!((pool.target_ports.as_slice(), pool.app_protocol), (&[8000][..], None));
    }

    #[test]
    fn ports_keep_their_order_and_stand_once() {
        let pool = json!({
            "selector": {"matchLabels": {}},
            "targetPorts": [{"number": 8001}, {"number": 8000}, {"number": 8001}],
            "appProtocol": "kubernetes.io/h2c",
        });
        let pool = read(PoolGroup::V1, &pool).unwrap();
        assert_eq!(pool.target_ports, [8001, 8000]);
        assert_eq!(pool.app_protocol.as_deref(), Some("kubernetes.io/h2c"));
    }

    #[test]
    fn what_is_no_pool_is_an_error() {
        for spec in [
            json!(null),
            json!({"targetPorts": [{"number": 8000}]}),
            json!({"selector": {"matchLabels": {}}, "targetPorts": [{"number": 0}]}),
            json!({"selector": {"matchLabels": {}}, "targetPorts": [{"number": 65536}]}),
        ] {
            assert!(read(PoolGroup::V1, &spec).is_err(), "{spec}");
        }
    }

    #[test]
    fn groups_have_names() {
        assert_eq!("inference.networking.x-k8s.io".parse(), Ok(PoolGroup::V1Alpha2));
        assert_eq!(PoolGroup::default().name().parse(), Ok(PoolGroup::V1));
        assert_eq!("llm-d.ai".parse::<PoolGroup>(), Err(UnknownPoolGroup));
    }
}
