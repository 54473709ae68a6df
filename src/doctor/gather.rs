//! The facts, read from the API server: as many requests at once as there are questions, and none that changes anything.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use serde_json::{Value, json};

use super::check::Check;
use super::facts::{Fact, Facts};
use super::rights::{self, Right};
use super::workload::Workload;
use super::{Wanted, definitions, token};
use crate::cluster::object::{collection, list, text};
use crate::cluster::{Cluster, Error};

/// How many requests of one kind are under way at once.
const PARALLEL: usize = 16;

const REVIEWS: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
/// Pods that are over take nothing of a node.
const LIVE_PODS: &str = "/api/v1/pods?fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed";

/// Everything that these checks look at.
///
/// # Errors
/// When the API server does not answer, or does not take our credentials.
pub(super) async fn facts(cluster: &Cluster, wanted: &Wanted<'_>, checks: &[Check]) -> Result<Facts, Error> {
    let reader = Reader { cluster, wanted, checks };
    let (version, rights, gateway, nodes, namespace, neighbours, definitions) = futures::join!(
        cluster.read("/version"),
        Box::pin(reader.rights()),
        Box::pin(reader.gateway()),
        Box::pin(reader.nodes()),
        Box::pin(reader.namespace()),
        Box::pin(reader.neighbours()),
        Box::pin(reader.definitions()),
    );
    let version = match version {
        Err(error @ (Error::Unreachable { .. } | Error::Unauthorized { .. })) => return Err(error),
        version => known(version.map(Option::unwrap_or_default)),
    };
    let (denied, user, groups) = rights;
    let (classes, controllers, token) = gateway;
    let (nodes, pods, autoscaler, device_classes, resource_slices) = nodes;
    let (namespace, quotas, admission, claims, storage_classes) = namespace;
    let (pools, routes, deployments) = neighbours;
    Ok(Facts {
        version,
        clock: cluster.clock_difference(),
        groups,
        namespace,
        denied,
        user,
        definitions,
        classes,
        controllers,
        token,
        nodes,
        pods,
        autoscaler,
        device_classes,
        resource_slices,
        quotas,
        admission,
        claims,
        storage_classes,
        pools,
        routes,
        deployments,
    })
}

async fn when<T>(is_wanted: bool, read: impl Future<Output = Fact<T>>) -> Fact<T> {
    if is_wanted { read.await } else { Fact::default() }
}

fn known<T>(read: Result<T, Error>) -> Fact<T> {
    match read {
        Ok(value) => Fact::Known(value),
        Err(Error::Forbidden { doing, .. }) => Fact::Unknown(format!("may not {doing}")),
        Err(error) => Fact::Unknown(error.to_string()),
    }
}

type Items = Fact<Vec<Value>>;
type Object = Fact<Option<Value>>;
type Refusals = Fact<BTreeMap<String, Option<String>>>;

/// Reads what the checks look at, and nothing else.
struct Reader<'a> {
    cluster: &'a Cluster,
    wanted: &'a Wanted<'a>,
    checks: &'a [Check],
}

impl Reader<'_> {
    /// Whether one of these checks is wanted.
    fn asks(&self, any: &[Check]) -> bool {
        any.iter().any(|check| self.checks.contains(check))
    }

    /// A collection in the stack's namespace.
    fn here(&self, api_version: &str, plural: &str) -> String {
        collection(api_version, plural, Some(&self.wanted.stack.namespace))
    }

    async fn rights(&self) -> (Fact<Vec<Right>>, Fact<String>, Fact<Vec<String>>) {
        let rights = async {
            let denied = when(self.asks(&[Check::Permissions]), self.denied()).await;
            let is_denied = denied.get().is_some_and(|denied| !denied.is_empty());
            let user = when(is_denied, self.user()).await;
            (denied, user)
        };
        let ((denied, user), groups) =
            futures::join!(rights, when(self.asks(&[Check::OpenShift]), self.groups()));
        (denied, user, groups)
    }

    async fn gateway(&self) -> (Items, Items, Object) {
        let classes = collection("gateway.networking.k8s.io/v1", "gatewayclasses", None);
        futures::join!(
            when(self.asks(&[Check::GatewayClass, Check::Controller]), self.items(classes)),
            when(self.asks(&[Check::Controller]), self.controllers()),
            when(self.asks(&[Check::ModelToken]), self.token()),
        )
    }

    async fn nodes(&self) -> (Items, Items, Object, Items, Items) {
        const AUTOSCALER: &str = "/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status";
        let of_nodes = [Check::Accelerators, Check::NodeDisks, Check::Drivers, Check::Platform];
        let of_pods = [Check::Accelerators, Check::NodeDisks, Check::Quota];
        let mut manifests = self.wanted.stack.manifests();
        let has_claims = manifests.any(|manifest| manifest.kind() == "ResourceClaimTemplate");
        let devices = has_claims && self.asks(&[Check::Devices]);
        let of_devices = |plural: &str| self.items(collection("resource.k8s.io/v1", plural, None));
        futures::join!(
            when(self.asks(&of_nodes), self.items("/api/v1/nodes".to_owned())),
            when(self.asks(&of_pods), self.items(LIVE_PODS.to_owned())),
            when(self.asks(&[Check::Accelerators]), self.object(AUTOSCALER.to_owned())),
            when(devices, of_devices("deviceclasses")),
            when(devices, of_devices("resourceslices")),
        )
    }

    async fn namespace(&self) -> (Object, Items, Refusals, Items, Items) {
        let namespace = format!("/api/v1/namespaces/{}", self.wanted.stack.namespace);
        let classes = collection("storage.k8s.io/v1", "storageclasses", None);
        let storage = self.asks(&[Check::Storage]);
        let admission = async {
            let of_namespace = [Check::Namespace, Check::Permissions, Check::Admission];
            let namespace = when(self.asks(&of_namespace), self.object(namespace)).await;
            let admission = when(self.asks(&[Check::Admission]), self.admission(&namespace)).await;
            (namespace, admission)
        };
        let ((namespace, admission), quotas, claims, classes) = futures::join!(
            admission,
            when(self.asks(&[Check::Quota]), self.items(self.here("v1", "resourcequotas"))),
            when(storage, self.items(self.here("v1", "persistentvolumeclaims"))),
            when(storage, self.items(classes)),
        );
        (namespace, quotas, admission, claims, classes)
    }

    async fn neighbours(&self) -> (Items, Items, Items) {
        let is_wanted = self.asks(&[Check::Neighbours]);
        futures::join!(
            when(is_wanted, self.pools()),
            when(is_wanted, self.items(self.here("gateway.networking.k8s.io/v1", "httproutes"))),
            when(is_wanted, self.items(self.here("apps/v1", "deployments"))),
        )
    }

    /// An object, if it is there.
    async fn object(&self, path: String) -> Object {
        known(self.cluster.read(&path).await)
    }

    /// The items of a collection, of a kind that the cluster has.
    async fn items(&self, path: String) -> Items {
        match self.cluster.read(&path).await {
            Ok(None) => {
                let plural = path.split('?').next().unwrap_or(&path).rsplit('/').next().unwrap_or_default();
                Fact::Unknown(format!("the cluster has no {plural}"))
            }
            read => known(read.map(|answer| list(&answer.unwrap_or_default(), "/items").to_vec())),
        }
    }

    async fn groups(&self) -> Fact<Vec<String>> {
        let names = |answer: Option<Value>| {
            let answer = answer.unwrap_or_default();
            list(&answer, "/groups").iter().map(|group| text(group, "/name").to_owned()).collect()
        };
        known(self.cluster.read("/apis").await.map(names))
    }

    async fn controllers(&self) -> Items {
        let place = self
            .wanted
            .needs
            .controller
            .as_ref()
            .and_then(|known| Some((known.namespace.as_ref()?, known.label.as_ref()?)));
        let Some((namespace, label)) = place else { return Fact::default() };
        let path = collection("apps/v1", "deployments", Some(namespace));
        self.items(format!("{path}?labelSelector={label}")).await
    }

    async fn token(&self) -> Object {
        let wanted = self.wanted;
        let Some(place) = token::place(wanted.stack).filter(|_| !wanted.is_simulated) else {
            return Fact::default();
        };
        let secrets = collection("v1", "secrets", Some(&wanted.stack.namespace));
        self.object(format!("{secrets}/{}", place.secret)).await
    }

    /// The pools of today and those of before.
    async fn pools(&self) -> Items {
        let stable = self.here("inference.networking.k8s.io/v1", "inferencepools");
        let early = self.here("inference.networking.x-k8s.io/v1alpha2", "inferencepools");
        let read = futures::try_join!(self.cluster.read(&stable), self.cluster.read(&early));
        known(read.map(|(stable, early)| {
            let items = |answer: Option<Value>| list(&answer.unwrap_or_default(), "/items").to_vec();
            items(stable).into_iter().chain(items(early)).collect()
        }))
    }

    async fn definitions(&self) -> BTreeMap<String, Object> {
        let wanted = self.wanted;
        if !self.asks(&[Check::Definitions, Check::Monitoring, Check::OpenShift]) {
            return BTreeMap::new();
        }
        let needed = definitions::needed(wanted.stack, wanted.needs);
        let reads = definitions::names(&needed).map(|name| {
            let version = needed.iter().find(|one| one.name == name).map(|one| one.version.as_str());
            async move { (name.to_owned(), self.definition(name, version).await) }
        });
        let reads: Vec<_> = reads.collect();
        futures::stream::iter(reads).buffered(PARALLEL).collect().await
    }

    /// A definition; who may not read it asks which kinds are served, as everybody may.
    async fn definition(&self, name: &str, version: Option<&str>) -> Fact<Option<Value>> {
        let all = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        let read = self.cluster.read(&format!("{all}/{name}")).await;
        let (Err(Error::Forbidden { .. }), Some(version), Some((plural, group))) =
            (&read, version, name.split_once('.'))
        else {
            return known(read);
        };
        let served = self.cluster.read(&format!("/apis/{group}/{version}")).await;
        known(served.map(|answer| {
            let answer = answer?;
            let is_served = list(&answer, "/resources").iter().any(|kind| text(kind, "/name") == plural);
            is_served.then(|| json!({"spec": {"versions": [{"name": version, "served": true}]}}))
        }))
    }

    /// What we may not do. The widest question comes first, so that who may do everything is asked once.
    async fn denied(&self) -> Fact<Vec<Right>> {
        let everything =
            Right { group: "*".to_owned(), plural: "*".to_owned(), namespace: None, verbs: Vec::new() };
        match self.allows(&everything, "*").await {
            Ok(true) => return Fact::Known(Vec::new()),
            Ok(false) => {}
            Err(error) => return known(Err(error)),
        }
        let rights = rights::wanted(self.wanted.stack);
        let each = futures::stream::iter(rights.into_iter().map(|right| self.lacks(right)));
        let denied: Vec<Result<Option<Right>, Error>> = each.buffered(PARALLEL).collect().await;
        known(denied.into_iter().filter_map(Result::transpose).collect())
    }

    /// The verbs of a right that we may not.
    async fn lacks(&self, right: Right) -> Result<Option<Right>, Error> {
        if self.allows(&right, "*").await? {
            return Ok(None);
        }
        let answers =
            futures::future::try_join_all(right.verbs.iter().map(|verb| self.allows(&right, verb))).await?;
        let verbs: Vec<&str> =
            right.verbs.iter().zip(answers).filter(|(_, allowed)| !allowed).map(|(verb, _)| *verb).collect();
        Ok((!verbs.is_empty()).then_some(Right { verbs, ..right }))
    }

    async fn allows(&self, right: &Right, verb: &str) -> Result<bool, Error> {
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {
                "namespace": right.namespace.as_deref().unwrap_or_default(),
                "group": right.group, "resource": right.plural, "verb": verb,
            }},
        });
        let answer = self.cluster.ask(REVIEWS, &review, false).await?;
        Ok(answer.pointer("/status/allowed") == Some(&Value::Bool(true)))
    }

    async fn user(&self) -> Fact<String> {
        let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
        let answer =
            self.cluster.ask("/apis/authentication.k8s.io/v1/selfsubjectreviews", &review, false).await;
        known(answer.map(|answer| text(&answer, "/status/userInfo/username").to_owned()))
    }

    async fn admission(&self, live: &Object) -> Refusals {
        let wanted = self.wanted;
        let namespace = &wanted.stack.namespace;
        if matches!(live, Fact::Known(None)) {
            return Fact::Unknown(format!("namespace {namespace} is not there yet"));
        }
        let tried = wanted.workloads.iter().map(|workload| self.admits(workload, namespace));
        let tried: Vec<_> = tried.collect();
        let tried: Vec<Result<_, String>> = futures::stream::iter(tried).buffered(PARALLEL).collect().await;
        tried.into_iter().collect::<Result<_, _>>().into()
    }

    /// Why a pod of a workload is refused, if it is. What its service account may do plays no part.
    async fn admits(&self, workload: &Workload, namespace: &str) -> Result<(String, Option<String>), String> {
        let mut pod = workload.template.clone();
        pod["apiVersion"] = "v1".into();
        pod["kind"] = "Pod".into();
        pod["metadata"]["generateName"] = "llmd-doctor-".into();
        if let Some(spec) = pod["spec"].as_object_mut() {
            spec.shift_remove("serviceAccountName");
            spec.insert("automountServiceAccountToken".to_owned(), false.into());
        }
        let refusal = match self.cluster.ask(&collection("v1", "pods", Some(namespace)), &pod, true).await {
            Ok(_) => None,
            Err(Error::Forbidden { doing, reason }) if reason.contains("cannot create resource") => {
                return Err(format!("may not {doing}"));
            }
            // Quotas are told with what is left of them; the account comes a moment after its namespace.
            Err(
                Error::Forbidden { reason, .. }
                | Error::Rejected { reason, .. }
                | Error::Denied { reason, .. },
            ) if reason.contains("exceeded quota") || reason.contains("error looking up service account") => {
                None
            }
            Err(Error::Denied { gate, reason, .. }) => Some(format!("{gate}: {reason}")),
            Err(Error::Forbidden { reason, .. } | Error::Rejected { reason, .. }) => Some(reason),
            Err(error) => return Err(error.to_string()),
        };
        Ok((workload.object.clone(), refusal))
    }
}
