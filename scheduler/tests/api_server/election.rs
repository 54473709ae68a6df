//! Electors that stand for one Lease.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use llmd_api::{Dialect, names};
use scheduler::kubernetes::election::{Elector, Times};
use tempfile::TempDir;
use test_support::{ControlPlane, eventually};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::harness::{LIMIT, Site, client, runtime};

/// Quick, and yet with room for a busy machine.
const TIMES: Times =
    Times { lease: Duration::from_secs(6), renew: Duration::from_secs(4), retry: Duration::from_millis(200) };

/// One that stands for the Lease.
struct Candidate {
    is_leader: watch::Receiver<bool>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Candidate {
    fn start(runtime: &Runtime, site: &Site<'_>, kubeconfig: &Path, pod: &str) -> Self {
        let client = runtime.block_on(client(kubeconfig));
        let name = names::lease(Dialect::Router, &site.namespace, "pool");
        let elector = Elector::new(client, &site.namespace, name, pod, TIMES);
        let (sender, is_leader) = watch::channel(false);
        let stop = CancellationToken::new();
        let task = runtime.spawn(elector.run(sender, stop.clone()));
        Self { is_leader, stop, task }
    }

    fn leads(&self) -> bool {
        *self.is_leader.borrow()
    }

    /// Waits until this one leads, in spite of the other.
    #[track_caller]
    fn wait_to_lead(&self, other: &Self) {
        eventually("a new leader", LIMIT, || {
            assert!(!(self.leads() && other.leads()), "there are two leaders");
            self.leads().then_some(())
        });
    }

    fn stop(&self) {
        self.stop.cancel();
    }
}

fn holder(site: &Site<'_>) -> Option<String> {
    let name = names::lease(Dialect::Router, &site.namespace, "pool");
    let path = format!("/apis/coordination.k8s.io/v1/namespaces/{}/leases/{name}", site.namespace);
    Some(site.cluster.object(&path)?["spec"]["holderIdentity"].as_str()?.to_owned())
}

#[test]
fn one_of_two_leads_and_the_other_follows_it() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let site = Site::new(cluster, "election");
    let runtime = runtime();
    let start = |pod: &str| Candidate::start(&runtime, &site, cluster.kubeconfig(), pod);
    let first = start("epp-1");
    eventually("a leader", LIMIT, || first.leads().then_some(()));
    assert!(holder(&site).unwrap().starts_with("epp-1_"));
    let second = start("epp-2");

    // Released on a graceful stop: taken over long before it would expire.
    let began = Instant::now();
    first.stop();
    second.wait_to_lead(&first);
    assert!(began.elapsed() < TIMES.lease, "it waited for {:?}", began.elapsed());
    runtime.block_on(first.task).unwrap();
    assert!(holder(&site).unwrap().starts_with("epp-2_"));

    // Killed without a word: taken over when it has expired, and not at once.
    let third = start("epp-3");
    let killed = Instant::now();
    second.task.abort();
    eventually("a new leader", LIMIT, || third.leads().then_some(()));
    let waited = killed.elapsed();
    assert!(waited > TIMES.lease / 2, "it waited only for {waited:?}");

    // Both stop: nobody holds it, and nobody leads.
    third.stop();
    runtime.block_on(third.task).unwrap();
    assert!(!*third.is_leader.borrow());
    assert_eq!(holder(&site).as_deref(), Some(""));
}

/// A way to the API server that can be cut.
struct Line {
    kubeconfig: PathBuf,
    cut: CancellationToken,
    _folder: TempDir,
}

impl Line {
    fn new(runtime: &Runtime, cluster: &ControlPlane) -> Self {
        let server: SocketAddr = cluster.server_url().strip_prefix("https://").unwrap().parse().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let folder = TempDir::new().unwrap();
        let kubeconfig = folder.path().join("kubeconfig");
        let text = fs::read_to_string(cluster.kubeconfig()).unwrap();
        fs::write(&kubeconfig, text.replace(&server.to_string(), &address.to_string())).unwrap();
        let cut = CancellationToken::new();
        let forwarding = async move {
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                connections.spawn(async move {
                    let mut far = TcpStream::connect(server).await?;
                    tokio::io::copy_bidirectional(&mut near, &mut far).await
                });
            }
        };
        runtime.spawn(cut.clone().run_until_cancelled_owned(forwarding));
        Self { kubeconfig, cut, _folder: folder }
    }
}

#[test]
fn a_leader_that_is_cut_off_steps_down_before_another_leads() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let site = Site::new(cluster, "cut-off");
    let runtime = runtime();
    let line = Line::new(&runtime, cluster);
    let first = Candidate::start(&runtime, &site, &line.kubeconfig, "epp-1");
    eventually("a leader", LIMIT, || first.leads().then_some(()));
    let second = Candidate::start(&runtime, &site, cluster.kubeconfig(), "epp-2");
    line.cut.cancel();
    second.wait_to_lead(&first);
    assert!(!first.leads());
    assert!(holder(&site).unwrap().starts_with("epp-2_"));
    // Stops although nobody answers.
    first.stop();
    runtime.block_on(first.task).unwrap();
    second.stop();
    runtime.block_on(second.task).unwrap();
}
