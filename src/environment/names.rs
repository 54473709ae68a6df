//! TEMPORARY
use serde_json::Value;
use super::part::Part;
pub const DEFAULT_NAMESPACE: &str = "llm-d-inference-scheduler";
pub const DEFAULT_POSTFIX: &str = "inference-scheduling";
pub const INSTANCE_LABEL: &str = "app.kubernetes.io/instance";
fn cut(s: &str, n: usize) -> String { let t: String = s.chars().take(n).collect(); t.strip_suffix('-').map(str::to_owned).unwrap_or(t) }
pub fn release(part: Part, postfix: &str) -> String { format!("{}-{postfix}", part.key()) }
pub fn gateway(release: &str, full: Option<&str>, name: Option<&str>) -> String {
    match full.filter(|f| !f.is_empty()) { Some(f) => cut(f, 63), None => cut(&format!("{release}-{}", name.filter(|n| !n.is_empty()).unwrap_or("inference-gateway")), 63) }
}
pub fn telemetry(g: &str) -> String { format!("{g}-telemetry") }
pub fn infra_label(o: Option<&str>) -> String { cut(o.filter(|o| !o.is_empty()).unwrap_or("llm-d-infra"), 63) }
pub fn chart_label(n: &str, v: &str) -> String { cut(&format!("{n}-{v}").replace('+', "_"), 63) }
pub fn istio_proxy(g: &str, c: &str) -> String { format!("{g}-{c}") }
pub fn epp(release: &str) -> String { format!("{}-epp", release.to_lowercase().trim().chars().take(40).collect::<String>()) }
pub fn epp_sidecar_config_map(e: &str) -> String { format!("{e}-sidecar") }
pub fn service_monitor(e: &str) -> String { format!("{e}-monitor") }
pub fn leader_election_role(e: &str) -> String { format!("{e}-leader-election") }
pub fn leader_election_role_binding(e: &str) -> String { format!("{e}-leader-election-binding") }
pub fn latency_training_config_map(e: &str) -> String { format!("{e}-latency-predictor-training") }
pub fn latency_prediction_config_map(e: &str) -> String { format!("{e}-latency-predictor-prediction") }
pub fn metrics_secret(e: &str) -> String { format!("{e}-metrics-reader-secret") }
pub fn service_host(s: &str, ns: &str) -> String { format!("{s}.{ns}.svc.cluster.local") }
pub fn cluster_role_upstream(r: &str, ns: &str) -> Result<String, String> { let c = |s: &str| s.chars().take(40).collect::<String>(); let n = format!("{}-{}-epp", c(r), c(ns)); if n.len() > 82 { Err("cut".into()) } else { Ok(n) } }
pub fn cluster_role(r: &str, ns: &str) -> String { format!("{r}-{ns}-epp") }
pub struct GkeMetrics { pub secret: String, pub service_account: String, pub cluster_role: String, pub cluster_role_binding: String, pub role: String, pub role_binding: String, pub collector_namespace: &'static str }
impl GkeMetrics { pub fn new(r: &str, ns: &str, a: bool) -> Self { let g = if a {"gke-gmp-system"} else {"gmp-system"}; Self { secret: format!("{r}-metrics-reader-secret"), service_account: format!("{r}-metrics-reader-sa"), cluster_role: format!("{ns}-{r}-metrics-reader"), cluster_role_binding: format!("{ns}-{r}-metrics-reader-role-binding"), role: format!("{r}-metrics-reader-secret-read"), role_binding: format!("{g}:collector:{ns}-{r}-metrics-reader-secret-read"), collector_namespace: g } } }
#[derive(PartialEq)]
pub struct Route { pub name: String, pub gateway: String, pub pool: String }
impl Route { pub fn upstream() -> Self { Self { name: "llm-d-inference-scheduling".into(), gateway: "infra-inference-scheduling-inference-gateway".into(), pool: "gaie-inference-scheduling".into() } } }
pub fn route(p: &str) -> String { format!("llm-d-{p}") }
pub fn helper(_p: Part, name: &str, r: &str, _v: &Value) -> Option<String> { match name { "gateway-api-inference-extension.name" => Some(epp(r)), "llm-d-modelservice.decodeName" => Some(format!("{r}-llm-d-modelservice-decode")), _ => None } }
pub fn helper_names(_p: Part) -> &'static [&'static str] { &[] }
pub fn check_namespace(_n: &str) -> Result<(), String> { Ok(()) }
pub fn check_postfix(_n: &str) -> Result<(), String> { Ok(()) }
pub fn check_release(n: &str) -> Result<(), String> { if n.len() > 53 || n.chars().any(|c| c.is_ascii_uppercase()) { Err("x".into()) } else { Ok(()) } }
