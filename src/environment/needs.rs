//! What an environment needs of a cluster before it can be applied: the section `needs` of its files.

use indexmap::IndexMap;
use serde::Deserialize;

/// The needs of an environment, those of its bases included; none for processes on this machine.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Needs {
    /// The oldest Kubernetes, such as `1.29`.
    pub kubernetes: Option<String>,
    /// By API group: which releases of its definitions (CRDs) are known to work.
    pub groups: IndexMap<String, Group>,
    /// Who plays the Gateway.
    pub controller: Option<Controller>,
    /// The cloud that it is made for.
    pub platform: Option<Platform>,
    /// The major versions of NVIDIA's driver that the image of the model servers runs on.
    pub driver: Option<Range>,
}

/// The definitions of one API group, which are installed together.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    /// Whose they are, in words.
    pub title: String,
    /// The annotation of a definition that names the release it came with; where there is none, it is not known.
    pub annotation: Option<String>,
    #[serde(default)]
    pub versions: Range,
    /// The command that installs them.
    pub install: String,
    /// Definitions that no object of the stack is of and that its processes read: plural and version.
    #[serde(default)]
    pub definitions: IndexMap<String, String>,
}

/// Versions from `oldest` on, up to and without `below`; unbounded where one is not given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Range {
    pub oldest: Option<String>,
    pub below: Option<String>,
}

/// The controller of a `GatewayClass`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Controller {
    pub title: String,
    /// The `controllerName` of its classes.
    pub name: String,
    /// Where its Deployment runs, and the label that it has; none where the cloud runs it.
    pub namespace: Option<String>,
    pub label: Option<String>,
    /// The environment variable that makes it serve pools.
    pub variable: Option<String>,
    #[serde(default)]
    pub versions: Range,
    /// The command that installs it.
    pub install: String,
}

/// A cloud, known by a label of its nodes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Platform {
    pub title: String,
    /// A label that each of its nodes has.
    pub label: String,
}
