//! The three parts of a deployment and the charts whose objects they render.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the three parts of a deployment, each recorded as a Helm release of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The Gateway (chart llm-d-infra).
    Infra,
    /// The InferencePool and its endpoint picker (chart inferencepool), and the HTTPRoute.
    Gaie,
    /// The model servers (chart llm-d-modelservice).
    Ms,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Infra, Self::Gaie, Self::Ms];

    /// The key of this part in values files and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Infra => "infra",
            Self::Gaie => "gaie",
            Self::Ms => "ms",
        }
    }

    /// The upstream chart whose objects this part renders.
    pub fn chart(self) -> Chart {
        match self {
            Self::Infra => Chart {
                name: "llm-d-infra",
                version: "v1.3.6",
                app_version: "v0.3.0",
                kube_version: ">= 1.28.0-0",
                description: "Gateway infrastructure for llm-d",
            },
            Self::Gaie => Chart {
                name: "inferencepool",
                version: "v1.3.0",
                app_version: "v1.3.0",
                kube_version: "",
                description: "An InferencePool and its endpoint picker",
            },
            Self::Ms => Chart {
                name: "llm-d-modelservice",
                version: "v0.3.17",
                app_version: "v0.3.0",
                kube_version: "",
                description: "Model servers of llm-d",
            },
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// The chart metadata that labels, templates (`.Chart`) and release records show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chart {
    pub name: &'static str,
    pub version: &'static str,
    pub app_version: &'static str,
    /// Constraint on the cluster's version; empty for none.
    pub kube_version: &'static str,
    pub description: &'static str,
}
