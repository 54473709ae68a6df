//! What is checked, in order.

use std::fmt;

use serde::Serialize;

/// One check; its id is its name in kebab case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    ApiServer,
    Namespace,
    Permissions,
    Definitions,
    Monitoring,
    GatewayClass,
    Controller,
    ModelToken,
    Accelerators,
    NodeDisks,
    Devices,
    Drivers,
    Quota,
    Admission,
    Storage,
    Names,
    Neighbours,
    Platform,
    OpenShift,
}

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    Cluster,
    Definitions,
    Gateway,
    Model,
    Nodes,
    Namespace,
}

impl Check {
    /// What `apply` cannot heal, is cheap to see and certain: looked at before each.
    pub const SHORT: [Self; 4] = [Self::ApiServer, Self::Permissions, Self::GatewayClass, Self::ModelToken];

    /// Every check, in the order of the report.
    pub fn all() -> &'static [Self] {
        clap::ValueEnum::value_variants()
    }

    pub fn category(self) -> Category {
        self.about().0
    }

    /// What holds when it passes.
    pub fn title(self) -> &'static str {
        self.about().1
    }

    const fn about(self) -> (Category, &'static str) {
        match self {
            Self::ApiServer => (Category::Cluster, "the API server answers and is new enough"),
            Self::Namespace => (Category::Namespace, "the namespace can take objects"),
            Self::Permissions => (Category::Cluster, "we may do what apply, status and destroy do"),
            Self::Definitions => {
                (Category::Definitions, "the CRDs are there, in versions that are known to work")
            }
            Self::Monitoring => (Category::Definitions, "the monitors' kinds are there"),
            Self::GatewayClass => (Category::Gateway, "the Gateway's class is there and accepted"),
            Self::Controller => {
                (Category::Gateway, "the Gateway's controller runs and serves InferencePools")
            }
            Self::ModelToken => (Category::Model, "the token for Hugging Face is there and whole"),
            Self::Accelerators => (Category::Nodes, "there are nodes with room for every pod"),
            Self::NodeDisks => (Category::Nodes, "the nodes' disks hold the models"),
            Self::Devices => (Category::Nodes, "resource claims find their devices"),
            Self::Drivers => (Category::Nodes, "the nodes' drivers run the image"),
            Self::Quota => (Category::Namespace, "the namespace's quota holds the stack"),
            Self::Admission => (Category::Namespace, "a pod of each workload is admitted"),
            Self::Storage => (Category::Namespace, "the claims that pods mount are there"),
            Self::Names => (Category::Namespace, "every name fits, those that controllers make included"),
            Self::Neighbours => (Category::Namespace, "no other pool or picker shares the model servers"),
            Self::Platform => (Category::Cluster, "the cluster is the environment's platform"),
            Self::OpenShift => (Category::Cluster, "nothing of OpenShift stands in the way"),
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = clap::ValueEnum::to_possible_value(self);
        formatter.pad(value.as_ref().map_or("", |value| value.get_name()))
    }
}

impl fmt::Display for Category {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Cluster => "cluster",
            Self::Definitions => "definitions",
            Self::Gateway => "gateway",
            Self::Model => "model",
            Self::Nodes => "nodes",
            Self::Namespace => "namespace",
        })
    }
}
