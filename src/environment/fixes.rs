//! Known defects of the guide, mended by default, each under a name (`decisions.md` 3).
//!
//! A fix is either a layer of values that stands in an environment file beside what it mends, or a place in the
//! code that asks [`Fixes::mends`]. Every fix that made a difference is reported.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::Serialize;

use crate::yaml::tree::Node;

/// A fix as `llmd fixes` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Fix {
    /// As `--no-fix` takes it.
    pub name: String,
    /// What is wrong upstream.
    pub reason: String,
    /// What is done instead.
    pub effect: String,
}

/// A fix that is a layer of values, from an environment file.
#[derive(Clone, Debug)]
pub struct LayerFix {
    pub fix: Fix,
    /// Sections of values laid over the environment's.
    pub values: Node,
}

impl LayerFix {
    /// Reads the `fixes` section of an environment file.
    pub fn read(section: &Node) -> Vec<Self> {
        let entries = section.map().into_iter().flatten();
        entries
            .map(|(name, entry)| {
                let mut values = entry.node.clone();
                let mut text = |key: &str| {
                    let taken = values.take(key).map(|entry| entry.node.to_value());
                    taken.as_ref().and_then(|value| value.as_str()).unwrap_or_default().to_owned()
                };
                let fix = Fix { name: name.clone(), reason: text("reason"), effect: text("effect") };
                Self { fix, values }
            })
            .collect()
    }
}

macro_rules! code_fixes {
    ($($constant:ident = $name:literal, $reason:literal, $effect:literal;)*) => {
        $(pub const $constant: &str = $name;)*
        /// The fixes that are places in the code: name, reason, effect.
        const IN_CODE: &[(&str, &str, &str)] = &[$(($name, $reason, $effect)),*];
    };
}

code_fixes! {
    ROUTE_NAME = "route/name",
        "the guide's HTTPRoute has fixed names, so it follows neither the postfix nor the namespace",
        "the route, its Gateway and its InferencePool are named after the postfix";
    POOL_SELECTOR = "pool/selector",
        "nothing in a model pod's labels names its release, so two installs in one namespace select each other's pods",
        "model pods and everything that selects them carry `app.kubernetes.io/instance: RELEASE`";
    METRICS_SECRET = "monitoring/secret-name",
        "all installs share one metrics Secret, so a second install in the namespace fails",
        "the Secret is named after the endpoint picker";
    CLUSTER_ROLE_NAME = "rbac/cluster-role-name",
        "a long ClusterRole name is cut inside its quotes, which breaks the YAML",
        "a long name is cut to fit and ends in a hash";
    LEADER_ELECTION_SUBJECT = "rbac/leader-election-subject",
        "with more than one replica the leader election RoleBinding names its service account without a namespace, \
         which the API server refuses",
        "the subject names its namespace";
    CLAIM_TEMPLATE_NAME = "dra/claim-template-name",
        "the ResourceClaimTemplate is named after the accelerator alone, so two installs share it",
        "it is named after the release";
    DESTINATION_RULE_HOST = "destination-rule/host",
        "the DestinationRule names the endpoint picker's Service uncut, so they part when the name is cut",
        "the host is the Service's real name";
    XPU_FS_GROUP = "xpu/fs-group",
        "a container's securityContext holds fsGroup and supplementalGroups, which only a pod's may",
        "they are moved to the pod's securityContext";
    SCHEDULER_CONFIG = "scheduler/config",
        "the chart's default configuration weighs three scorers against each other, which has cliffs on both sides",
        "this project's scheduler goes by expected latency (`scheduler/README.md`)";
    SCHEDULER_ROLLOUT = "scheduler/rollout",
        "the endpoint picker's Deployment ends the old pod before it starts the new one, and the gateway answers 500 between",
        "the new pod is ready before the old one, which drains, is told to end";
    NAMESPACE = "manifests/namespace",
        "some objects leave their namespace to the release, so a plain `kubectl apply` puts them elsewhere",
        "every namespaced object names its namespace";
}

/// Every fix there is: those in code, then those of the built-in environments.
pub fn all(of_environments: Vec<Fix>) -> Vec<Fix> {
    let in_code = IN_CODE.iter().map(|(name, reason, effect)| Fix {
        name: (*name).to_owned(),
        reason: (*reason).to_owned(),
        effect: (*effect).to_owned(),
    });
    let mut fixes: Vec<Fix> = in_code.chain(of_environments).collect();
    fixes.sort_by(|a, b| a.name.cmp(&b.name));
    fixes.dedup();
    fixes
}

/// Which fixes are on, and which of them made a difference so far.
#[derive(Debug, Default)]
pub struct Fixes {
    /// None when all are off (`--as-upstream`).
    off: Option<BTreeSet<String>>,
    applied: RefCell<BTreeSet<String>>,
}

impl Fixes {
    /// All on but those named.
    pub fn without(off: impl IntoIterator<Item = String>) -> Self {
        Self { off: Some(off.into_iter().collect()), applied: RefCell::default() }
    }

    /// All off: what Helm renders.
    pub fn none() -> Self {
        Self::default()
    }

    pub fn is_upstream(&self) -> bool {
        self.off.is_none()
    }

    /// Whether to mend here; call it only where the answer makes a difference, as it is reported as applied.
    pub fn mends(&self, name: &str) -> bool {
        let on = self.off.as_ref().is_some_and(|off| !off.contains(name));
        if on {
            self.applied.borrow_mut().insert(name.to_owned());
        }
        on
    }

    /// Names of the fixes that made a difference, sorted.
    pub fn applied(&self) -> Vec<String> {
        self.applied.borrow().iter().cloned().collect()
    }
}
