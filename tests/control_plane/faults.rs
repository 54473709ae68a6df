//! What llmd says when the way to the API server breaks, or the server will not: each fault has its message.
//!
//! `refusals.rs` has the others: no server, missing definitions, a user without rights, a namespace that is being deleted,
//! objects and fields that belong to somebody else.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use test_support::{Call, ControlPlane, Fate, Options, Proxy, Webhook};

use crate::harness::{Run, Site, assert_said, cluster};

const STACK: &str =
    "-e standalone --replicas 1 --set gaie.inferenceExtension.monitoring.prometheus.enabled=false";

/// A site whose calls go through a proxy.
fn behind<'a>(
    cluster: &'a ControlPlane,
    prefix: &str,
    decide: impl Fn(&Call) -> Fate + Send + Sync + 'static,
) -> (Site<'a>, Proxy) {
    let proxy = Proxy::start(cluster, decide);
    (Site::new(cluster, prefix).with_kubeconfig(proxy.kubeconfig()), proxy)
}

fn is_of(call: &Call, plural: &str, method: &str) -> bool {
    let is_dry = call.path.contains("dryRun=All");
    call.method == method && !is_dry && call.path.contains(&format!("/{plural}/"))
}

/// Registers a webhook for calls about objects of this kind in the site's namespace. It goes with the guard.
pub(crate) fn register<'a>(
    site: &'a Site<'_>,
    plural: &str,
    verbs: &[&str],
    client: &Value,
) -> Registration<'a> {
    let groups = if plural == "deployments" { ["apps"] } else { [""] };
    let configuration = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": site.namespace},
        "webhooks": [{
            "name": format!("{}.example.com", site.namespace), "clientConfig": client,
            "failurePolicy": "Fail", "timeoutSeconds": 1, "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": site.namespace}},
            "rules": [{"apiGroups": groups, "apiVersions": ["v1"], "operations": verbs, "resources": [plural]}],
        }],
    });
    site.cluster.kubectl_with_input(&["create", "-f", "-"], &configuration.to_string()).success();
    Registration(site)
}

/// A registered webhook.
pub(crate) struct Registration<'a>(&'a Site<'a>);

impl Drop for Registration<'_> {
    fn drop(&mut self) {
        self.0.cluster.kubectl(&["delete", "validatingwebhookconfiguration", &self.0.namespace]);
    }
}

/// Waits until the API server asks the webhook: it takes up registrations after a moment.
pub(crate) fn is_asked(site: &Site<'_>, probe: &[&str]) {
    let probe = [probe, &["--dry-run=server", "-n", &site.namespace]].concat();
    site.eventually("the webhook to be asked", || {
        (site.cluster.kubectl(&probe).code != Some(0)).then_some(())
    });
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let Some(cluster) = cluster() else { return };
    let turned_away = AtomicUsize::new(0);
    let (site, _proxy) = behind(cluster, "busy", move |call| {
        let is_one_of_three = call.write > 0 && turned_away.fetch_add(1, Ordering::SeqCst) < 3;
        if is_one_of_three { busy() } else { Fate::Pass }
    });
    site.apply(STACK);
    site.destroy("-e standalone");
}

fn busy() -> Fate {
    let message = "the server has received too many requests and has asked us to try again later";
    Fate::Refuse { status: 429, reason: "TooManyRequests", message, retry_after: Some(1) }
}

#[test]
fn a_server_that_stays_busy() {
    let Some(cluster) = cluster() else { return };
    let (site, _proxy) = behind(cluster, "overloaded", |call| {
        if is_of(call, "secrets", "GET") || call.path.contains("/secrets?") { busy() } else { Fate::Pass }
    });
    let run = site.llmd("status -e standalone").exits(7);
    assert_said!(site, run.complaint());
}

#[test]
fn an_object_that_others_write_at_the_same_moment() {
    let Some(cluster) = cluster() else { return };
    let (site, _proxy) = {
        let races = AtomicUsize::new(0);
        behind(cluster, "raced", move |call| {
            let is_raced = is_of(call, "services", "PATCH") && races.fetch_add(1, Ordering::SeqCst) < 2;
            if is_raced { raced() } else { Fate::Pass }
        })
    };
    site.apply(STACK);
    let (site, _proxy) =
        behind(
            cluster,
            "raced-ever",
            |call| {
                if is_of(call, "services", "PATCH") { raced() } else { Fate::Pass }
            },
        );
    let run = site.llmd(&format!("apply --yes {STACK}")).exits(6);
    assert_said!(site, run.complaint());
    assert_eq!(site.helm_status("gaie-inference-scheduling")["info"]["status"], "failed");
}

fn raced() -> Fate {
    let message = "Operation cannot be fulfilled on services \"x\": the object has been modified; please apply \
                   your changes to the latest version and try again";
    Fate::Refuse { status: 409, reason: "Conflict", message, retry_after: None }
}

#[test]
fn a_webhook_says_no() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "denied");
    let webhook = Webhook::refusing(cluster, "no Deployments on Fridays");
    let _registration = register(&site, "deployments", &["CREATE"], &webhook.client_config());
    is_asked(&site, &["create", "deployment", "probe", "--image=a"]);
    let mark = cluster.audit_mark();
    let run = site.llmd(&format!("apply --yes --no-wait {STACK}"));
    assert_said!(site, run.exits(1).complaint());
    // The plan has tried it: nothing is half done.
    assert!(site.writes_since(mark).is_empty());
}

#[test]
fn a_webhook_does_not_answer() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "slow");
    // It takes connections, and says nothing.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let _registration = register(&site, "configmaps", &["CREATE"], &json!({"url": url}));
    is_asked(&site, &["create", "configmap", "probe"]);
    let run = site.llmd(&format!("apply --yes {STACK}")).exits(1);
    assert_said!(site, run.complaint());
}

#[test]
fn a_webhook_whose_service_is_gone() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "orphaned");
    let service = json!({"service": {"namespace": site.namespace, "name": "guard"}});
    let _registration = register(&site, "configmaps", &["CREATE"], &service);
    is_asked(&site, &["create", "configmap", "probe"]);
    let run = site.llmd(&format!("apply --yes {STACK}")).exits(1);
    assert_said!(site, run.complaint());
}

#[test]
fn a_token_that_has_expired() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "expired-token");
    let (begun, hour) = (Timestamp::now() - SignedDuration::from_hours(2), SignedDuration::from_hours(1));
    let login = |until: Timestamp| json!({"token": cluster.token(&site.namespace, begun, until)});
    let (expired, valid) = (login(begun + hour), login(begun + hour * 3));
    let account = format!("system:serviceaccount:{}:default", site.namespace);
    let status = |login: &Value| {
        let kubeconfig = cluster.kubeconfig_with("dated", login);
        let mut command = site.command("status -e standalone");
        Run::of(command.env("KUBECONFIG", kubeconfig)).exits(7)
    };
    // But for its end it is one that the server takes.
    let said = status(&valid).complaint();
    assert!(said.contains(&format!("User \"{account}\" cannot list")), "{said}");
    assert_said!(site, without_age(&status(&expired).complaint()));
}

#[test]
fn a_client_certificate_that_has_expired() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "expired").with_kubeconfig(&cluster.kubeconfig_until(2024, "grace"));
    let run = site.llmd("status -e standalone").exits(7);
    assert_said!(site, without_age(&run.complaint()));
}

/// The server's clock is hours away from this machine's: it counts, and people are told.
#[test]
fn clocks_that_are_far_apart() {
    let Some(cluster) = cluster() else { return };
    let (site, _proxy) = behind(cluster, "late", |_| Fate::Later(SignedDuration::from_hours(2)));
    let run = site.llmd(&format!("apply --yes {STACK}")).success();
    let warning = run.stderr.lines().find(|line| line.contains("clock")).unwrap_or_default();
    assert_said!(site, warning);
    let run = site.llmd("status -e standalone").success();
    let warning = run.stderr.lines().find(|line| line.contains("clock")).unwrap_or_default();
    assert_said!(site, warning);
    // What was made a moment ago is as old as the server's time says, which is some seconds old where answers are slow.
    assert!(["  2h", "  1h59m"].iter().any(|age| run.stdout.contains(age)), "{}", run.stdout);

    // A lock that has just been taken lives, and the times that are told of it are the server's.
    let (site, _proxy) = behind(cluster, "early", |_| Fate::Later(SignedDuration::from_hours(-2)));
    crate::lease::foreign_lock(&site, 0);
    let said = site.llmd(&format!("apply --yes {STACK}")).exits(6).complaint();
    let told = "(this machine's clock is 2h ahead of the API server's, by which these times count)";
    assert!(said.contains("is at work on this deployment") && said.contains(told), "{said}");
}

/// How long ago something was grows with the time.
fn without_age(text: &str) -> String {
    let (head, rest) = text.split_once("Z, ").unwrap();
    format!("{head}Z, AGE{}", &rest[rest.find(" ago").unwrap()..])
}

#[test]
fn a_clock_that_is_behind() {
    let Some(cluster) = cluster() else { return };
    // To a clock that is behind, all certificates are of the future.
    let site = Site::new(cluster, "future").with_kubeconfig(&cluster.kubeconfig_from(2999, "ada"));
    let run = site.llmd("status -e standalone").exits(7);
    assert_said!(site, run.complaint());
    let proxy = Proxy::from_year(cluster, 2999);
    let site = Site::new(cluster, "future-server").with_kubeconfig(proxy.kubeconfig());
    let run = site.llmd("status -e standalone").exits(7);
    assert_said!(site, run.complaint());
}

#[test]
fn connections_that_are_cut_half_way() {
    let Some(cluster) = cluster() else { return };
    let (site, _proxy) = behind(cluster, "cut", |call| if call.write > 5 { Fate::Cut } else { Fate::Pass });
    let run = site.llmd(&format!("apply --yes {STACK}")).exits(7);
    // How many were under way when the connection that they share was cut is chance.
    let complaint = run.complaint();
    let count = complaint.split(' ').find(|word| word.parse::<u8>().is_ok()).unwrap();
    assert_said!(site, complaint.replacen(count, "SOME", 1));
    // Once the way is whole again, the next run goes on.
    let site = site.with_kubeconfig(cluster.kubeconfig());
    site.apply(STACK);
    site.destroy("-e standalone");
}

#[test]
fn a_server_that_never_answers() {
    let Some(cluster) = cluster() else { return };
    let (site, _proxy) = behind(cluster, "silent", |_| Fate::Hang);
    let run = site.llmd("status -e standalone --request-timeout 1").exits(7);
    assert_said!(site, run.complaint());
    // Nor does one that takes connections and then says nothing.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let kubeconfig = std::fs::read_to_string(cluster.kubeconfig()).unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    site.file("mute.kubeconfig", &kubeconfig.replace(cluster.server_url(), &url));
    let run = site.llmd("status -e standalone --request-timeout 1 --kubeconfig mute.kubeconfig").exits(7);
    assert_said!(site, run.complaint());
}

#[test]
fn a_server_that_starts_again_half_way() {
    let Some(cluster) = ControlPlane::start(&Options::default()) else { return };
    let site = Site::new(&cluster, "restarted");
    let slow = "--set-json ms.decode.podAnnotations={\"testbed.llmd/ready-after\":\"8s\"}";
    let child = std::thread::scope(|scope| {
        let run = scope.spawn(|| site.llmd(&format!("apply --yes -o json {STACK} {slow}")));
        let pods = site.object_path("api/v1/pods", "");
        cluster.wait_for("a pod that runs", &pods, |list| {
            let pods = list["items"].as_array().into_iter().flatten();
            pods.into_iter()
                .any(|pod| pod["status"]["phase"] == "Running" || pod["status"]["phase"] == "Pending")
        });
        cluster.restart_api_server();
        run.join().unwrap()
    });
    assert_eq!(child.json()["verdict"], "ready");
    site.assert_ready("-e standalone");
}
