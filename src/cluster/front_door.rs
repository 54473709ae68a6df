//! Where a deployment takes requests, and who stands behind: by its records and what controllers made of them.

use serde_json::Value;

use super::object::{ObjectRef, collection, list, number, selector, text};
use super::port_forward::Destination;
use super::readiness::gateway_deployments;
use super::readiness::pod::is_serving;
use super::release::Record;
use super::status::latest;
use super::{Cluster, Error, secret};

/// The port of a picker's metrics, and of the proxy that stands beside it where there is no Gateway.
const METRICS: u16 = 9090;
const SIDECAR: u16 = 8081;
/// What model servers listen on where no pool says it.
const MODEL_SERVER: u16 = 8000;
const TOKEN: &str = "kubernetes.io/service-account-token";

/// How requests get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Pods, which the API server leads to.
    Forward(Destination),
    /// `http://HOST:PORT`, outside of the cluster's own network.
    Address(String),
}

/// The way into a deployment.
#[derive(Clone, Debug)]
pub struct FrontDoor {
    /// What takes the requests: `Gateway/NAME`, or `Service/NAME`.
    pub name: String,
    pub way: Way,
    /// The name that requests give, as the values have it.
    pub model: Option<String>,
    /// The picker's page of metrics.
    pub picker: Option<Destination>,
    /// The ready model pods by name.
    pub servers: Vec<(String, Destination)>,
    /// The Secret whose token opens the page of metrics.
    token: Option<ObjectRef>,
}

/// The front door of the named releases; none where none of them is recorded.
///
/// # Errors
/// When the API server cannot be asked, or a record cannot be read.
pub async fn front_door(
    cluster: &Cluster,
    namespace: &str,
    releases: &[String],
) -> Result<Option<FrontDoor>, Error> {
    let history = cluster.history(namespace, releases).await?;
    let latest = latest(&history, releases);
    if latest.is_empty() {
        return Ok(None);
    }
    let mut objects = Vec::new();
    for record in &latest {
        objects.extend(record.objects()?);
    }
    let of_kind = |kind: &str| objects.iter().find(|object| text(object, "/kind") == kind);
    let pool = of_kind("InferencePool");
    let picker = pool.map(|pool| text(pool, "/spec/endpointPickerRef/name").to_owned());
    let (name, way) = match (gateway(&objects), &picker) {
        (Some(gateway), _) => {
            (format!("Gateway/{gateway}"), behind_gateway(cluster, namespace, gateway).await?)
        }
        (None, Some(picker)) => {
            (format!("Service/{picker}"), Way::Forward(service(namespace, picker, SIDECAR)))
        }
        (None, None) => {
            let reason = "the releases have no Gateway and no InferencePool".to_owned();
            (reason.clone(), Way::Forward(Destination::Nowhere(reason)))
        }
    };
    let servers = match pool {
        Some(pool) => servers(cluster, namespace, pool).await?,
        None => Vec::new(),
    };
    let secrets = objects.iter().filter(|object| text(object, "/type") == TOKEN);
    let token = secrets.map(|secret| text(secret, "/metadata/name")).next();
    Ok(Some(FrontDoor {
        name,
        way,
        model: latest.iter().find_map(|record| model(record)),
        picker: picker.map(|picker| service(namespace, &picker, METRICS)),
        servers,
        token: token.map(|name| ObjectRef::namespaced("v1", "Secret", "secrets", namespace, name)),
    }))
}

impl FrontDoor {
    /// Its URL on the cluster's own network; none where nobody is there.
    pub fn inside(&self) -> Option<String> {
        match &self.way {
            Way::Address(url) => Some(url.clone()),
            Way::Forward(Destination::Service { namespace, name, port }) => {
                Some(format!("http://{name}.{namespace}.svc:{port}"))
            }
            Way::Forward(_) => None,
        }
    }

    /// The token that opens the picker's page of metrics; none where there is none, or it is not for us to read.
    pub async fn token(&self, cluster: &Cluster) -> Option<String> {
        let secret = cluster.get(self.token.as_ref()?).await.ok()??;
        String::from_utf8(secret::value(&secret, "token")?).ok()
    }
}

/// The Gateway that the releases have, or that their route names.
fn gateway(objects: &[Value]) -> Option<&str> {
    let of_kind = |kind: &'static str| objects.iter().filter(move |object| text(object, "/kind") == kind);
    let own = of_kind("Gateway").map(|gateway| text(gateway, "/metadata/name"));
    let named = of_kind("HTTPRoute").flat_map(|route| list(route, "/spec/parentRefs"));
    own.chain(named.map(|parent| text(parent, "/name"))).next()
}

fn service(namespace: &str, name: &str, port: u16) -> Destination {
    Destination::Service { namespace: namespace.to_owned(), name: name.to_owned(), port }
}

/// The Service that was made for a Gateway, else the address that its status has.
async fn behind_gateway(cluster: &Cluster, namespace: &str, name: &str) -> Result<Way, Error> {
    let gateway =
        ObjectRef::namespaced("gateway.networking.k8s.io/v1", "Gateway", "gateways", namespace, name);
    let live = cluster.get(&gateway).await?.unwrap_or_default();
    let port = list(&live, "/spec/listeners").iter().find_map(|listener| number(listener, "/port"));
    let port = port.and_then(|port| u16::try_from(port).ok()).unwrap_or(80);
    let services = collection("v1", "services", Some(namespace));
    let services = cluster.list(&services, &gateway_deployments(name)).await?;
    // A cloud's load balancer may have a Service without pods.
    let made = services.iter().find(|made| made.pointer("/spec/selector").is_some());
    if let Some(made) = made {
        return Ok(Way::Forward(service(namespace, text(made, "/metadata/name"), port)));
    }
    Ok(match list(&live, "/status/addresses").first() {
        Some(address) => behind_address(text(address, "/value"), port),
        None => Way::Forward(Destination::Nowhere(format!(
            "Gateway/{name} has no Service and no address: no controller has taken it up"
        ))),
    })
}

/// `NAME.NAMESPACE.svc…` is a Service; everything else can be reached from here, or not at all.
fn behind_address(address: &str, port: u16) -> Way {
    let mut parts = address.split('.');
    if let (Some(name), Some(namespace), Some("svc")) = (parts.next(), parts.next(), parts.next()) {
        return Way::Forward(service(namespace, name, port));
    }
    let host = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
    Way::Address(format!("http://{host}:{port}"))
}

/// The ready pods of a pool, in the order of their names.
async fn servers(
    cluster: &Cluster,
    namespace: &str,
    pool: &Value,
) -> Result<Vec<(String, Destination)>, Error> {
    let Some(labels) = selector(pool.pointer("/spec/selector/matchLabels")) else { return Ok(Vec::new()) };
    let port = list(pool, "/spec/targetPorts").first().and_then(|port| number(port, "/number"));
    let port = port.and_then(|port| u16::try_from(port).ok()).unwrap_or(MODEL_SERVER);
    let pods = cluster.list(&collection("v1", "pods", Some(namespace)), &labels).await?;
    let mut names: Vec<&str> =
        pods.iter().filter(|pod| is_serving(pod)).map(|pod| text(pod, "/metadata/name")).collect();
    names.sort_unstable();
    let pod = |name: &str| Destination::Pod { namespace: namespace.to_owned(), name: name.to_owned(), port };
    Ok(names.into_iter().map(|name| (name.to_owned(), pod(name))).collect())
}

/// The model that a release's values name.
fn model(record: &Record) -> Option<String> {
    const NAME: &str = "/modelArtifacts/name";
    [record.config(), record.defaults()]
        .into_iter()
        .map(|values| text(values, NAME))
        .find(|name| !name.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_gateway_is_the_stacks_own_or_the_one_that_its_route_names() {
        let own = json!({"kind": "Gateway", "metadata": {"name": "own"}});
        let route = json!({"kind": "HTTPRoute", "spec": {"parentRefs": [{"name": "shared"}]}});
        assert_eq!(gateway(&[route.clone(), own]), Some("own"));
        assert_eq!(gateway(&[route]), Some("shared"));
        assert_eq!(gateway(&[json!({"kind": "Service"})]), None);
    }

    #[test]
    fn an_address_within_the_cluster_is_a_service() {
        assert_eq!(
            behind_address("gateway-istio.demo.svc.cluster.local", 80),
            Way::Forward(service("demo", "gateway-istio", 80))
        );
        assert_eq!(behind_address("203.0.113.10", 80), Way::Address("http://203.0.113.10:80".to_owned()));
        assert_eq!(behind_address("2001:db8::1", 81), Way::Address("http://[2001:db8::1]:81".to_owned()));
        assert_eq!(
            behind_address("svc.example.com", 80),
            Way::Address("http://svc.example.com:80".to_owned())
        );
    }
}
