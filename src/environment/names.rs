//! Every name that the deployment derives: from the postfix, the releases and the charts' overrides (`charts.md` §3).
//!
//! Lengths are in bytes; so are the cuts, which may end inside a word, as the charts' own do.

use sha2::{Digest, Sha256};

use super::part::Part;

/// The postfix of the release names when the user gives none.
pub const DEFAULT_POSTFIX: &str = "inference-scheduling";
/// The guide's namespace.
pub const DEFAULT_NAMESPACE: &str = "llm-d-inference-scheduler";
/// Longest Helm release name.
pub const LONGEST_RELEASE: usize = 53;
/// Longest postfix: a release name less the longest prefix, `infra-`.
pub const LONGEST_POSTFIX: usize = LONGEST_RELEASE - "infra-".len();
/// Longest DNS label: namespaces, Services, host names, label values.
pub const LONGEST_LABEL: usize = 63;
/// The Secret with the metrics token, as the chart names it: the same in every install.
pub const METRICS_SECRET_AS_UPSTREAM: &str = "inference-gateway-sa-metrics-reader-secret";

/// Why a name cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("the {what} is empty")]
    Empty { what: &'static str },
    #[error(
        "the {what} `{name}` holds `{found}` at character {at}; it takes lower-case letters, digits and dashes{hint}"
    )]
    Character { what: &'static str, name: String, found: char, at: usize, hint: String },
    #[error("the {what} `{name}` {edge} with a dash; it begins and ends with a lower-case letter or digit")]
    Edge { what: &'static str, name: String, edge: &'static str },
    #[error("the {what} `{name}` has {length} characters; {limit} are allowed{why}")]
    Length { what: &'static str, name: String, length: usize, limit: usize, why: &'static str },
    #[error(
        "the ClusterRole `{name}` cannot be rendered: the chart cuts its quoted name at 84 characters, which takes \
         the closing quote; shorten the postfix or the namespace by {excess}, or leave out --as-upstream"
    )]
    QuoteCut { name: String, excess: usize },
}

/// A postfix is a DNS label short enough for every release name.
pub fn check_postfix(postfix: &str) -> Result<(), NameError> {
    let why = ": `infra-` comes before it, and a Helm release name ends at 53";
    check_dns_label("postfix", postfix, LONGEST_POSTFIX, why)
}

pub fn check_namespace(namespace: &str) -> Result<(), NameError> {
    check_dns_label("namespace", namespace, LONGEST_LABEL, "")
}

/// A Helm release name: a DNS subdomain of at most 53 characters.
pub fn check_release(release: &str) -> Result<(), NameError> {
    release.split('.').try_for_each(|label| {
        check_dns_label("release name", label, LONGEST_RELEASE, "").map_err(|error| match error {
            NameError::Empty { what } => {
                NameError::Edge { what, name: release.to_owned(), edge: "begins or ends" }
            }
            error => error,
        })
    })?;
    if release.len() > LONGEST_RELEASE {
        let (what, name) = ("release name", release.to_owned());
        return Err(NameError::Length { what, name, length: release.len(), limit: LONGEST_RELEASE, why: "" });
    }
    Ok(())
}

fn check_dns_label(what: &'static str, name: &str, limit: usize, why: &'static str) -> Result<(), NameError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() {
        return Err(NameError::Empty { what });
    }
    if let Some((index, found)) = name.chars().enumerate().find(|(_, c)| !allowed(*c)) {
        let mended: String = name.to_lowercase().chars().map(|c| if allowed(c) { c } else { '-' }).collect();
        let mended = mended.trim_matches('-');
        let hint = if mended.is_empty() { String::new() } else { format!(": `{mended}`, for example") };
        return Err(NameError::Character { what, name: name.to_owned(), found, at: index + 1, hint });
    }
    for (edge, bad) in [("begins", name.starts_with('-')), ("ends", name.ends_with('-'))] {
        if bad {
            return Err(NameError::Edge { what, name: name.to_owned(), edge });
        }
    }
    if name.len() > limit {
        return Err(NameError::Length { what, name: name.to_owned(), length: name.len(), limit, why });
    }
    Ok(())
}

/// The first bytes of a name, less than a whole character at the cut.
pub fn truncated(name: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(name.len())).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
    &name[..end]
}

/// Cut, then without one dash at the end (one only, as in the charts).
fn cut(name: &str, bytes: usize) -> String {
    let name = truncated(name, bytes);
    name.strip_suffix('-').unwrap_or(name).to_owned()
}

fn given(name: &str) -> Option<&str> {
    (!name.is_empty()).then_some(name)
}

/// The first hexadecimal digits of the text's SHA-256.
fn hash(text: &str, digits: usize) -> String {
    let nibbles = Sha256::digest(text).into_iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    nibbles.take(digits).filter_map(|nibble| char::from_digit(u32::from(nibble), 16)).collect()
}

/// The names of the Helm releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Releases {
    pub infra: String,
    pub gaie: String,
    pub ms: String,
}

impl Releases {
    pub fn from_postfix(postfix: &str) -> Self {
        let name = |part: Part| format!("{}-{postfix}", part.key());
        Self { infra: name(Part::Infra), gaie: name(Part::Gaie), ms: name(Part::Ms) }
    }

    pub fn of(&self, part: Part) -> &str {
        match part {
            Part::Infra => &self.infra,
            Part::Gaie => &self.gaie,
            Part::Ms => &self.ms,
        }
    }
}

/// The Secret in which Helm records a revision of a release.
pub fn helm_record(release: &str, revision: u64) -> String {
    format!("sh.helm.release.v1.{release}.v{revision}")
}

/// Name of this project's image of the endpoint picker, in whatever registry it is.
pub const SCHEDULER_IMAGE: &str = "llmd-scheduler";
/// Name of this project's image of the model server without a GPU.
pub const SIMULATOR_IMAGE: &str = "llmd-simulator";

/// The label by which model pods and what selects them name their release (Kubernetes' recommended labels).
pub const INSTANCE_LABEL: &str = "app.kubernetes.io/instance";

/// bitnami's `common.names.fullname`: the release, with the chart's name when that is not in it.
pub fn chart_fullname(release: &str, part: Part, fullname_override: &str, name_override: &str) -> String {
    if let Some(fullname) = given(fullname_override) {
        return cut(fullname, LONGEST_LABEL);
    }
    let name = given(name_override).unwrap_or_else(|| part.chart().name);
    if release.contains(name) {
        return cut(release, LONGEST_LABEL);
    }
    cut(&format!("{release}-{name}"), LONGEST_LABEL)
}

/// The Gateway and every other object of the infra chart. Overrides are empty when not given.
pub fn gateway(release: &str, fullname_override: &str, name_override: &str) -> String {
    given(fullname_override).map_or_else(
        || {
            let name = given(name_override).unwrap_or("inference-gateway");
            cut(&format!("{release}-{name}"), LONGEST_LABEL)
        },
        |fullname| cut(fullname, LONGEST_LABEL),
    )
}

/// The label `app.kubernetes.io/name` of the infra chart's objects.
pub fn infra_label(name_override: &str) -> String {
    cut(given(name_override).unwrap_or_else(|| Part::Infra.chart().name), LONGEST_LABEL)
}

/// The label `helm.sh/chart`.
pub fn chart_label(part: Part) -> String {
    let chart = part.chart();
    cut(&format!("{}-{}", chart.name, chart.version).replace('+', "_"), LONGEST_LABEL)
}

pub fn telemetry(gateway: &str) -> String {
    format!("{gateway}-telemetry")
}

/// The Service that the infra chart's Ingress points at.
pub fn ingress_backend(gateway: &str, class: &str) -> String {
    if class == "istio" { istio_proxy(gateway, class) } else { gateway.to_owned() }
}

/// `NAME.NAMESPACE.svc.cluster.local`.
pub fn service_host(service: &str, namespace: &str) -> String {
    format!("{service}.{namespace}.svc.cluster.local")
}

/// The endpoint picker's Deployment, Service, `ServiceAccount`, ConfigMap, Role, `RoleBinding` and pod label, and the
/// names made from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epp {
    pub name: String,
}

impl Epp {
    /// The release's name cut at 40, where no dash is removed: `…dddd--epp` does happen.
    pub fn new(release: &str) -> Self {
        Self { name: format!("{}-epp", truncated(release.to_lowercase().trim(), 40)) }
    }

    fn with(&self, ending: &str) -> String {
        format!("{}-{ending}", self.name)
    }

    pub fn service_monitor(&self) -> String {
        self.with("monitor")
    }

    /// The ConfigMap of the sidecar.
    pub fn sidecar(&self) -> String {
        self.with("sidecar")
    }

    pub fn leader_election_role(&self) -> String {
        self.with("leader-election")
    }

    pub fn leader_election_binding(&self) -> String {
        self.with("leader-election-binding")
    }

    pub fn predictor_training(&self) -> String {
        self.with("latency-predictor-training")
    }

    pub fn predictor_prediction(&self) -> String {
        self.with("latency-predictor-prediction")
    }

    /// A metrics Secret of this install's own, so that two installs fit in one namespace.
    pub fn metrics_secret(&self) -> String {
        self.with("metrics-reader-secret")
    }

    /// The host of the DestinationRule: the Service as it is really called.
    pub fn host(&self, namespace: &str) -> String {
        service_host(&self.name, namespace)
    }
}

/// The host that the guide gives the DestinationRule, which is not the Service's from 41 bytes of release name on.
pub fn epp_host_as_upstream(release: &str, namespace: &str) -> String {
    service_host(&format!("{release}-epp"), namespace)
}

/// The `ClusterRole` and its binding, unique in the cluster: as upstream while nothing is cut, else with a hash of the
/// release and namespace.
pub fn cluster_role(release: &str, namespace: &str) -> String {
    /// What the chart keeps between its quotes.
    const LONGEST: usize = 82;
    let whole = format!("{release}-{namespace}-epp");
    if release.len() <= 40 && namespace.len() <= 40 && whole.len() <= LONGEST {
        return whole;
    }
    let ending = format!("-{}-epp", hash(&format!("{namespace}/{release}"), 8));
    let start = format!("{}-{}", truncated(release, 40), truncated(namespace, 40));
    cut(&start, LONGEST - ending.len()) + &ending
}

/// The `ClusterRole`'s name by the chart's template, which cuts the quoted text at 84 and so may lose the quote.
pub fn cluster_role_as_upstream(release: &str, namespace: &str) -> Result<String, NameError> {
    let name = format!("{}-{}-epp", truncated(release, 40), truncated(namespace, 40));
    match (name.len() + 2).saturating_sub(84) {
        0 => Ok(name),
        excess => Err(NameError::QuoteCut { name, excess }),
    }
}

/// The objects with which GKE reads the endpoint picker's metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GkeMetrics {
    pub service_account: String,
    pub secret: String,
    pub cluster_role: String,
    pub cluster_role_binding: String,
    pub role: String,
    pub role_binding: String,
    /// The collector's namespace.
    pub collector_namespace: &'static str,
}

impl GkeMetrics {
    pub fn new(release: &str, namespace: &str, autopilot: bool) -> Self {
        let collector_namespace = if autopilot { "gke-gmp-system" } else { "gmp-system" };
        let cluster_role = format!("{namespace}-{release}-metrics-reader");
        Self {
            service_account: format!("{release}-metrics-reader-sa"),
            secret: format!("{release}-metrics-reader-secret"),
            cluster_role_binding: format!("{cluster_role}-role-binding"),
            role: format!("{release}-metrics-reader-secret-read"),
            role_binding: format!("{collector_namespace}:collector:{cluster_role}-secret-read"),
            cluster_role,
            collector_namespace,
        }
    }
}

/// The model servers' full name and the names made from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelService {
    pub name: String,
}

impl ModelService {
    /// At most 55 bytes, so that the workloads' names are labels. The override is empty when not given.
    pub fn new(release: &str, fullname_override: &str) -> Self {
        const LONGEST: usize = 55;
        let chart = Part::Ms.chart().name;
        let name = match given(fullname_override) {
            Some(fullname) => cut(fullname, LONGEST),
            None if release.contains(chart) => cut(release, LONGEST),
            None => cut(&format!("{release}-{chart}"), LONGEST),
        };
        Self { name }
    }

    /// The `ServiceAccount` of the model pods, which the chart makes only when there is no override.
    pub fn service_account<'a>(&'a self, override_name: &'a str) -> &'a str {
        given(override_name).unwrap_or(&self.name)
    }

    pub fn decode(&self) -> String {
        format!("{}-decode", self.name)
    }

    pub fn prefill(&self) -> String {
        format!("{}-prefill", self.name)
    }
}

pub fn pod_monitor(workload: &str) -> String {
    format!("{workload}-podmonitor")
}

/// The `ResourceClaimTemplate` of a DRA type, the same for every release.
pub fn claim_template(dra_type: &str) -> String {
    format!("{dra_type}-resource-claim-template")
}

/// The claim by which a pod's containers refer to it.
pub fn claim(dra_type: &str) -> String {
    format!("{dra_type}-resource-claim")
}

/// The HTTPRoute and what it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub name: String,
    pub gateway: String,
    pub pool: String,
}

impl Route {
    /// Named after the postfix; the default one gives the guide's own names.
    pub fn new(postfix: &str, gateway: &str, pool: &str) -> Self {
        Self { name: route(postfix), gateway: gateway.to_owned(), pool: pool.to_owned() }
    }

    /// The guide's file, whose names are fixed.
    pub fn as_upstream() -> Self {
        let releases = Releases::from_postfix(DEFAULT_POSTFIX);
        Self::new(DEFAULT_POSTFIX, &gateway(&releases.infra, "", ""), &releases.gaie)
    }
}

pub fn route(postfix: &str) -> String {
    format!("llm-d-{postfix}")
}

/// istio's proxy for a Gateway: Deployment, Service and `ServiceAccount`.
pub fn istio_proxy(gateway: &str, class: &str) -> String {
    format!("{gateway}-{class}")
}

/// istio's own headless Service for an InferencePool; always a label.
pub fn istio_pool_service(pool: &str) -> String {
    let ending = format!("-ip-{}", hash(pool, 8));
    truncated(pool, LONGEST_LABEL - ending.len()).to_owned() + &ending
}

/// The Deployment and Service that a controller makes for a Gateway of the class; none where the proxy is outside
/// the cluster (gke) or the class is unknown.
pub fn gateway_proxy(gateway: &str, class: &str) -> Option<String> {
    match class {
        "istio" => Some(istio_proxy(gateway, class)),
        "kgateway" => Some(gateway.to_owned()),
        _ if class.starts_with("agentgateway") => Some(gateway.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
