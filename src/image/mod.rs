//! Images without a container runtime: one static binary, packed as OCI has it, and sent to a registry.
//!
//! ```text
//!  binary ─► elf ─► layer ─┐                    ┌─► layout ─► a folder
//!            static?       ├─► assembly (Image) ├─► archive ─► a file for `docker load`
//!  Cargo.lock ───► sbom ───┘                    └─► registry ─► blobs, manifest
//! ```
//!
//! Nothing in an image depends on the machine or the hour that it was made in: the same binary gives the same digest.
//! There are no certificates of authorities in it: the scheduler, the simulator and `llmd` within a cluster speak TLS
//! to the API server alone, whose certificate comes with the service account. Who lets `llmd` speak to others mounts a
//! file of authorities and names it in `SSL_CERT_FILE`.

mod archive;
mod assembly;
mod binary;
mod blob;
mod cargo_lock;
mod elf;
mod layer;
mod layout;
mod pushed;
mod registry;
mod sbom;

pub use archive::save;
pub use assembly::{Image, Labels};
pub use binary::{Binary, find};
pub use blob::Blob;
pub use elf::Architecture;
pub use layout::{read, write};
pub use pushed::Pushed;
pub use registry::{PushReport, Sent, Target, Transfer, push};

use std::fmt;

use serde::Serialize;

/// What there are images of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, clap::ValueEnum, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Program {
    /// The endpoint picker
    #[default]
    Scheduler,
    /// The model server without a GPU
    Simulator,
    /// This program
    Llmd,
}

impl Program {
    const ALL: [Self; 3] = [Self::Scheduler, Self::Simulator, Self::Llmd];

    /// Name of the binary and of its crate.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scheduler => "scheduler",
            Self::Simulator => "simulator",
            Self::Llmd => "llmd",
        }
    }

    /// Name of the image, in whatever registry it is.
    pub fn image_name(self) -> &'static str {
        match self {
            Self::Scheduler => crate::environment::names::SCHEDULER_IMAGE,
            Self::Simulator => crate::environment::names::SIMULATOR_IMAGE,
            Self::Llmd => "llmd",
        }
    }

    /// The program that an image's name names: the last part of its path, such as `llmd-simulator`.
    pub fn of_image(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|program| program.image_name() == name)
    }

    /// What the image is called where nobody names it.
    pub fn default_reference(self) -> String {
        format!("ghcr.io/llmd/{}:v{}", self.image_name(), env!("CARGO_PKG_VERSION"))
    }

    /// What it is, in a line.
    fn description(self) -> &'static str {
        match self {
            Self::Scheduler => "Endpoint picker of llm-d's inference scheduling",
            Self::Simulator => "A model server that behaves like vLLM, without a GPU",
            Self::Llmd => "Deploys llm-d's inference scheduling on Kubernetes",
        }
    }

    /// The TCP ports that it listens on by default.
    fn ports(self) -> &'static [u16] {
        match self {
            Self::Scheduler => &[9002, 9003, 9090],
            Self::Simulator => &[8000],
            Self::Llmd => &[],
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
