//! Ports of this machine that lead to ports of pods, through the API server: no helper pod, no way into the cluster's
//! network.
//!
//! ```text
//!  client ─► 127.0.0.1:PORT ─► a WebSocket for each connection ─► API server ─► kubelet ─► pod
//! ```

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::{Api, Client};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::object::{ObjectRef, collection, list, number, ready_endpoints, text};
use super::{Cluster, Error};

/// After a connection that could not be taken.
const PAUSE: Duration = Duration::from_millis(100);

/// Where connections are carried to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Any ready pod behind a port of a Service.
    Service { namespace: String, name: String, port: u16 },
    /// This pod alone.
    Pod { namespace: String, name: String, port: u16 },
    /// Nobody, for this reason.
    Nowhere(String),
}

/// `Service/NAME:PORT`
impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service { name, port, .. } => write!(formatter, "Service/{name}:{port}"),
            Self::Pod { name, port, .. } => write!(formatter, "Pod/{name}:{port}"),
            Self::Nowhere(reason) => formatter.write_str(reason),
        }
    }
}

/// Why a connection is not carried.
#[derive(Debug, thiserror::Error)]
pub enum ForwardError {
    #[error("no pod behind {0} is ready")]
    NoPod(Destination),
    #[error("{0} is not there")]
    NoService(Destination),
    #[error("{0}")]
    Nowhere(String),
    #[error("port-forward to Pod/{pod}, port {port}: {reason}")]
    Refused { pod: String, port: u16, reason: String },
    #[error(transparent)]
    Api(#[from] Box<Error>),
}

/// A port of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    pod: String,
    port: u16,
}

/// A port on 127.0.0.1 whose connections are carried to pods for as long as this value is kept.
pub struct PortForward {
    address: SocketAddr,
    route: Arc<Route>,
    task: JoinHandle<()>,
}

/// What all connections of a port share.
struct Route {
    cluster: Cluster,
    client: Client,
    to: Destination,
    /// The pod of the last connection: as long as it is ready, it stays the same.
    last: Mutex<Option<String>>,
    /// Why the last connection that failed did.
    trouble: Mutex<Option<String>>,
}

impl PortForward {
    /// Listens on a port of 127.0.0.1; 0 takes a free one. Must be called within a runtime.
    ///
    /// # Errors
    /// When the port is taken, or the client cannot be made. That nobody is there to be reached is told by
    /// [`Self::reach`] and [`Self::trouble`]: pods come and go.
    pub async fn open(cluster: &Cluster, to: Destination, port: u16) -> io::Result<Self> {
        let client = cluster.patient_client().map_err(io::Error::other)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (last, trouble) = (Mutex::default(), Mutex::default());
        let route = Arc::new(Route { cluster: cluster.clone(), client, to, last, trouble });
        let task = tokio::spawn(serve(listener, Arc::clone(&route)));
        Ok(Self { address, route, task })
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether there is a ready pod to carry connections to.
    ///
    /// # Errors
    /// When there is none, or the API server cannot be asked.
    pub async fn reach(&self) -> Result<(), ForwardError> {
        self.route.places().await.map(drop)
    }

    /// Why the last connection that failed did; the pod and port are named.
    pub fn trouble(&self) -> Option<String> {
        self.route.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for PortForward {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, route: Arc<Route>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => drop(connections.spawn(carry(client, Arc::clone(&route)))),
                // A connection that went at once, or no file is free for it: neither is a reason to end.
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn carry(mut client: TcpStream, route: Arc<Route>) {
    if let Err(error) = route.carry(&mut client).await {
        *route.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
    }
}

impl Route {
    /// Carries a connection until both ends have closed it. A pod that went away meanwhile is passed over for the next.
    async fn carry(&self, client: &mut TcpStream) -> Result<(), ForwardError> {
        // Without the delay small chunks of a stream would come together; with it they come all the same.
        let _ = client.set_nodelay(true);
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), self.namespace());
        let mut failed = None;
        for Place { pod, port } in self.places().await? {
            let refused = |reason: String| ForwardError::Refused { pod: pod.clone(), port, reason };
            let mut forwarder = match pods.portforward(&pod, &[port]).await {
                Ok(forwarder) => forwarder,
                Err(error) => {
                    failed = Some(refused(error.to_string()));
                    continue;
                }
            };
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(pod.clone());
            let (Some(mut stream), Some(error)) = (forwarder.take_stream(port), forwarder.take_error(port))
            else {
                return Err(refused("the API server gave no stream".to_owned()));
            };
            let told = async {
                match error.await {
                    Some(reason) => reason,
                    None => std::future::pending().await,
                }
            };
            let ended = tokio::select! {
                biased;
                reason = told => Err(refused(reason.trim().to_owned())),
                // Either end may break off a connection; that is between the two of them.
                _ = tokio::io::copy_bidirectional(client, &mut stream) => Ok(()),
            };
            forwarder.abort();
            return ended;
        }
        Err(failed.unwrap_or_else(|| ForwardError::NoPod(self.to.clone())))
    }

    fn namespace(&self) -> &str {
        match &self.to {
            Destination::Service { namespace, .. } | Destination::Pod { namespace, .. } => namespace,
            Destination::Nowhere(_) => "",
        }
    }

    /// The ready pods in the order in which they are tried; at least one.
    async fn places(&self) -> Result<Vec<Place>, ForwardError> {
        let mut places = match &self.to {
            Destination::Nowhere(reason) => return Err(ForwardError::Nowhere(reason.clone())),
            Destination::Pod { name, port, .. } => vec![Place { pod: name.clone(), port: *port }],
            Destination::Service { namespace, name, port } => {
                let service = ObjectRef::namespaced("v1", "Service", "services", namespace, name);
                let live = self.cluster.get(&service).await.map_err(Box::new)?;
                let live = live.ok_or_else(|| ForwardError::NoService(self.to.clone()))?;
                let path = collection("discovery.k8s.io/v1", "endpointslices", Some(namespace));
                let selector = format!("kubernetes.io/service-name={name}");
                let slices = self.cluster.list(&path, &selector).await.map_err(Box::new)?;
                behind(&live, *port, &slices)
            }
        };
        if places.is_empty() {
            return Err(ForwardError::NoPod(self.to.clone()));
        }
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        places.sort_by(|a, b| a.pod.cmp(&b.pod));
        places.sort_by_key(|place| Some(&place.pod) != last.as_ref());
        Ok(places)
    }
}

/// The ready pods behind a port of a Service, each with the port that it has there: slices have the names of target ports
/// resolved, for each pod its own.
fn behind(service: &Value, port: u16, slices: &[Value]) -> Vec<Place> {
    let ports = list(service, "/spec/ports");
    let Some(entry) = ports.iter().find(|entry| number(entry, "/port") == Some(i64::from(port))) else {
        return Vec::new();
    };
    let name = text(entry, "/name");
    let mut places = Vec::new();
    for slice in slices {
        let port = list(slice, "/ports").iter().find(|port| text(port, "/name") == name);
        let Some(port) = port.and_then(|port| u16::try_from(number(port, "/port")?).ok()) else { continue };
        let pods = ready_endpoints(slice).filter(|endpoint| text(endpoint, "/targetRef/kind") == "Pod");
        places.extend(pods.map(|pod| Place { pod: text(pod, "/targetRef/name").to_owned(), port }));
    }
    places
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_service_leads_to_its_ready_pods_and_their_own_ports() {
        let service = json!({"spec": {"ports": [
            {"name": "grpc", "port": 9002}, {"name": "metrics", "port": 9090, "targetPort": "page"},
        ]}});
        let endpoint = |pod: &str, ready: Value| json!({"conditions": {"ready": ready}, "targetRef": {"kind": "Pod", "name": pod}});
        let slices = [
            json!({"ports": [{"name": "grpc", "port": 9002}, {"name": "metrics", "port": 19090}],
                   "endpoints": [endpoint("a", true.into()), endpoint("b", false.into()), endpoint("c", Value::Null)]}),
            json!({"ports": [{"name": "metrics", "port": 29090}],
                   "endpoints": [endpoint("d", true.into()), {"addresses": ["10.0.0.1"]}]}),
        ];
        let place = |pod: &str, port: u16| Place { pod: pod.to_owned(), port };
        assert_eq!(
            behind(&service, 9090, &slices),
            [place("a", 19090), place("c", 19090), place("d", 29090)]
        );
        assert_eq!(behind(&service, 9002, &slices), [place("a", 9002), place("c", 9002)]);
        assert_eq!(behind(&service, 80, &slices), []);
    }

    #[test]
    fn a_port_without_a_name_is_the_only_one() {
        let service = json!({"spec": {"ports": [{"port": 80}]}});
        let slices = [json!({"ports": [{"name": "", "port": 8080}],
                             "endpoints": [{"targetRef": {"kind": "Pod", "name": "a"}}]})];
        assert_eq!(behind(&service, 80, &slices), [Place { pod: "a".to_owned(), port: 8080 }]);
    }
}
