//! A client for the servers of this machine.

/// A client that goes through no proxy.
///
/// In builds of the whole workspace reqwest has TLS without a provider, as the registry client of `llmd image` asks for it;
/// then no client is made before the process has named one.
pub fn http_client() -> reqwest::Client {
    // Whoever was first has named the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("a client without settings")
}
