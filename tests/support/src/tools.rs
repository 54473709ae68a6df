//! Where the programs are that tests start, and which suites must be left out without them.
//!
//! `tests/run` installs all of them and sets two variables: `LLMD_TEST_TOOLS`, the folder that holds them, and
//! `LLMD_TEST_REQUIRE`, which turns leaving out into failing. Plain `cargo test` takes what an earlier `tests/run`
//! left in the user's cache and leaves out the suites whose tools are not there.

use std::env;
use std::path::{Path, PathBuf};

/// A program, or a folder of files, that `tests/tools/install` provides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// etcd, kube-apiserver, kube-controller-manager and kube-scheduler in one file.
    Kubebed,
    Kwok,
    Kubectl,
    Helm,
    Istiod,
    /// The Helm chart of istiod.
    IstiodChart,
    Envoy,
    /// `CustomResourceDefinitions`, one to a file.
    Crds,
    /// Python packages that talk to a model server: openai, guidellm, pyzmq.
    PythonClients,
    /// Without a window.
    Chromium,
    DockerRegistry,
    CoreDns,
    /// containerd, runc, the plugins of its network, iptables: programs of Debian and their libraries.
    Node,
    /// What the guide runs, as a registry keeps it.
    Images,
    /// The inference extension's own suite.
    Conformance,
}

/// Tests that need the same tools.
#[derive(Debug)]
pub struct Suite {
    pub name: &'static str,
    pub needs: &'static [Tool],
}

pub const CONTROL_PLANE: Suite = Suite {
    name: "control_plane",
    needs: &[Tool::Kubebed, Tool::Kwok, Tool::Kubectl, Tool::Helm, Tool::Crds],
};

pub const ISTIO: Suite = Suite {
    name: "istio",
    needs: &[
        Tool::Kubebed,
        Tool::Kwok,
        Tool::Kubectl,
        Tool::Helm,
        Tool::Crds,
        Tool::Istiod,
        Tool::IstiodChart,
    ],
};

/// The picker's tests, on the same control plane.
pub const API_SERVER: Suite = Suite { name: "api_server", needs: CONTROL_PLANE.needs };

pub const ENVOY: Suite = Suite { name: "envoy", needs: &[Tool::Envoy] };

/// The simulator's clients.
pub const PYTHON_CLIENTS: Suite = Suite { name: "python_clients", needs: &[Tool::PythonClients] };

/// The pages of `llmd bench`.
pub const BROWSER: Suite = Suite { name: "browser", needs: &[Tool::Chromium] };

/// What `llmd image` pushes to.
pub const REGISTRY: Suite = Suite { name: "registry", needs: &[Tool::DockerRegistry] };

/// The guide on a real node, where the machine lets the tests make one: see [`crate::namespaces::lack`].
pub const GUIDE: Suite = Suite {
    name: "guide",
    needs: &[
        Tool::Kubebed,
        Tool::Kwok,
        Tool::Kubectl,
        Tool::Helm,
        Tool::Crds,
        Tool::IstiodChart,
        Tool::DockerRegistry,
        Tool::CoreDns,
        Tool::Node,
        Tool::Images,
        Tool::Conformance,
    ],
};

/// The suites of `tests/run`; [`GUIDE`] has a script of its own.
pub const SUITES: &[Suite] = &[CONTROL_PLANE, ISTIO, API_SERVER, ENVOY, PYTHON_CLIENTS, BROWSER, REGISTRY];

/// The folder that holds the tools.
#[derive(Debug, Clone)]
pub struct Tools {
    folder: PathBuf,
}

impl Tools {
    /// The folder `tests/run` names, else the one it used last.
    pub fn find() -> Self {
        let named = env::var_os("LLMD_TEST_TOOLS").map(PathBuf::from);
        let folder = named.unwrap_or_else(|| {
            let cache = env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
            let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache");
            cache.unwrap_or_else(home).join("llmd-tests/current")
        });
        Self { folder }
    }

    /// The tools, if all that the suite needs are there. If not: none, or failure where nothing may be left out.
    pub fn for_suite(suite: &Suite) -> Option<Self> {
        let tools = Self::find();
        let missing = tools.missing(suite);
        if missing.is_empty() {
            return Some(tools);
        }
        assert!(
            env::var_os("LLMD_TEST_REQUIRE").is_none(),
            "the suite {:?} needs {missing:?} in {}, and LLMD_TEST_REQUIRE forbids leaving it out",
            suite.name,
            tools.folder.display(),
        );
        None
    }

    /// What the suite needs and the folder does not hold.
    pub fn missing(&self, suite: &Suite) -> Vec<Tool> {
        suite.needs.iter().copied().filter(|&tool| !self.path(tool).exists()).collect()
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn path(&self, tool: Tool) -> PathBuf {
        let named = match tool {
            Tool::Envoy => env::var_os("ENVOY_BIN"),
            Tool::Chromium => env::var_os("CHROMIUM_BIN"),
            _ => None,
        };
        if let Some(named) = named {
            return PathBuf::from(named);
        }
        self.folder.join(match tool {
            Tool::Kubebed => "bin/kubebed",
            Tool::Kwok => "bin/kwok",
            Tool::Kubectl => "bin/kubectl",
            Tool::Helm => "bin/helm",
            Tool::Istiod => "bin/pilot-discovery",
            Tool::IstiodChart => "charts/istiod",
            Tool::Envoy => "bin/envoy",
            Tool::Crds => "crds",
            Tool::PythonClients => "python",
            Tool::Chromium => "bin/chromium",
            Tool::DockerRegistry => "bin/docker-registry",
            Tool::CoreDns => "bin/coredns",
            Tool::Node => "node",
            Tool::Images => "registry",
            Tool::Conformance => "bin/conformance.test",
        })
    }
}
