//! The environment variables that the picker reads, beside kube's KUBECONFIG.

/// Default of `--pool-namespace`, set by the chart.
pub(crate) const NAMESPACE: &str = "NAMESPACE";
/// The pod's own name: identity in the election, and the name of the pool in selector mode.
pub(crate) const POD_NAME: &str = "POD_NAME";

/// The pod's name, or the machine's.
#[expect(clippy::disallowed_methods, reason = "this file is where variables are read")]
pub(crate) fn pod_name() -> String {
    let named = std::env::var(POD_NAME).ok().filter(|name| !name.is_empty());
    let host = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    named.or_else(host).map_or_else(|| "scheduler".to_owned(), |name| name.trim().to_owned())
}

/// False when NO_COLOR is set to anything.
pub(crate) fn wants_colours() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
