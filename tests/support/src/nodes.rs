//! The made-up nodes: enough of every accelerator for each of the guide's environments, several times over.

use serde_json::{Map, Value, json};

/// The DRA driver whose devices the guide's Gaudi environment claims.
const GAUDI_DRIVER: &str = "gaudi.intel.com";
const GAUDI_DEVICES: usize = 64;

/// A node that kwok plays.
#[derive(Debug, Clone)]
pub struct Node {
    pub name: String,
    pub labels: Vec<(String, String)>,
    /// Resources beside cpu, memory and pods, such as `("nvidia.com/gpu", "64")`.
    pub resources: Vec<(String, String)>,
    /// Whether it offers Gaudi devices to resource claims.
    pub has_gaudi_devices: bool,
}

impl Node {
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), labels: Vec::new(), resources: Vec::new(), has_gaudi_devices: false }
    }

    #[must_use]
    pub fn label(mut self, key: &str, value: &str) -> Self {
        self.labels.push((key.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub fn resource(mut self, name: &str, quantity: &str) -> Self {
        self.resources.push((name.to_owned(), quantity.to_owned()));
        self
    }

    #[must_use]
    pub fn gaudi_devices(mut self) -> Self {
        self.has_gaudi_devices = true;
        self
    }

    /// The nodes of a control plane that asks for no others.
    pub fn standard() -> Vec<Self> {
        let nvidia = (0..8).map(|number| {
            Self::new(format!("gpu-{number}"))
                .label("nvidia.com/gpu.present", "true")
                .label("nvidia.com/gpu.product", "NVIDIA-H200")
                .resource("nvidia.com/gpu", "64")
                .resource("rdma/ib", "64")
        });
        let tpu = (0..2).map(|number| {
            Self::new(format!("tpu-{number}"))
                .label("cloud.google.com/gke-tpu-topology", "2x2x1")
                .label("cloud.google.com/gke-tpu-accelerator", "tpu7x")
                .resource("google.com/tpu", "64")
        });
        let intel = (0..2).map(|number| {
            Self::new(format!("intel-{number}"))
                .resource("gpu.intel.com/i915", "64")
                .resource("gpu.intel.com/xe", "64")
                .resource("habana.ai/gaudi", "64")
                .gaudi_devices()
        });
        let amd = [Self::new("amd-0").resource("amd.com/gpu", "64")];
        nvidia.chain(tpu).chain(intel).chain(amd).collect()
    }

    fn object(&self) -> Value {
        let mut labels = Map::new();
        for (key, value) in [
            ("type", "kwok"),
            ("kubernetes.io/hostname", self.name.as_str()),
            ("kubernetes.io/os", "linux"),
            ("kubernetes.io/arch", "amd64"),
        ] {
            labels.insert(key.to_owned(), value.into());
        }
        labels.extend(self.labels.iter().map(|(key, value)| (key.clone(), value.as_str().into())));
        let mut capacity = Map::new();
        for (name, quantity) in
            [("cpu", "8192"), ("memory", "128Ti"), ("ephemeral-storage", "1600Ti"), ("pods", "4000")]
        {
            capacity.insert(name.to_owned(), quantity.into());
        }
        capacity
            .extend(self.resources.iter().map(|(name, quantity)| (name.clone(), quantity.as_str().into())));
        json!({
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": self.name, "labels": labels},
            "status": {"capacity": capacity, "allocatable": capacity},
        })
    }

    fn resource_slice(&self) -> Value {
        let devices: Vec<Value> =
            (0..GAUDI_DEVICES).map(|number| json!({"name": format!("gaudi-{number}")})).collect();
        json!({
            "apiVersion": "resource.k8s.io/v1",
            "kind": "ResourceSlice",
            "metadata": {"name": format!("{}-{GAUDI_DRIVER}", self.name)},
            "spec": {
                "driver": GAUDI_DRIVER,
                "nodeName": self.name,
                "pool": {"name": self.name, "generation": 1, "resourceSliceCount": 1},
                "devices": devices,
            },
        })
    }
}

/// Everything to create for these nodes, as one list.
pub(crate) fn objects(nodes: &[Node]) -> Value {
    let slices = nodes.iter().filter(|node| node.has_gaudi_devices).map(Node::resource_slice);
    let items: Vec<Value> = nodes.iter().map(Node::object).chain(slices).collect();
    json!({"apiVersion": "v1", "kind": "List", "items": items})
}

/// The class by which claims ask for Gaudi devices; real ones come with Intel's driver.
pub(crate) fn gaudi_device_class() -> Value {
    json!({
        "apiVersion": "resource.k8s.io/v1",
        "kind": "DeviceClass",
        "metadata": {"name": GAUDI_DRIVER},
        "spec": {"selectors": [{"cel": {"expression": format!("device.driver == \"{GAUDI_DRIVER}\"")}}]},
    })
}
