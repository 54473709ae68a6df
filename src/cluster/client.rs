//! The clients that carry requests to the API server.

use std::time::Duration;

use hyper_rustls::{FixedServerNameResolver, HttpsConnectorBuilder};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kube::client::{Body, ConfigExt};
use kube::{Client, Config};
use tower::ServiceBuilder;

use super::Error;

/// When a silent connection is asked whether it lives, and how long it has to answer. Both together are well below the time
/// for which a request is sent again: until a dead connection is given up, it is sent to that.
const PING_AFTER: Duration = Duration::from_secs(5);
const PING_PATIENCE: Duration = Duration::from_secs(5);

/// A client whose requests share one connection where the server speaks HTTP/2: a handshake takes both sides longer than
/// most requests do. kube's own speaks HTTP/1.1 only, with a connection for each request that is under way.
pub(super) fn shared(config: Config) -> Result<Client, Error> {
    if config.proxy_url.is_some() {
        return separate(config);
    }
    let failed = |source: kube::Error| Error::NoCluster { reason: source.to_string() };
    let tls = config.rustls_client_config().map_err(failed)?;
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    // Frames of one request do not wait for the acknowledgement of those of another.
    tcp.set_nodelay(true);
    let mut connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
    if let Some(name) = config.tls_server_name.clone() {
        let name = name
            .try_into()
            .map_err(|_| Error::NoCluster { reason: "tls-server-name is no name".to_owned() })?;
        connector = connector.with_server_name_resolver(FixedServerNameResolver::new(name));
    }
    let mut connector = TimeoutConnector::new(connector.enable_http1().enable_http2().wrap_connector(tcp));
    connector.set_connect_timeout(config.connect_timeout);
    let client: legacy::Client<_, Body> = legacy::Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .http2_keep_alive_interval(PING_AFTER)
        .http2_keep_alive_timeout(PING_PATIENCE)
        .build(connector);
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer().map_err(failed)?)
        .layer(config.extra_headers_layer().map_err(failed)?)
        .map_err(tower::BoxError::from)
        .service(client);
    Ok(Client::new(service, config.default_namespace))
}

/// A client with a connection for each request, which may become anything (port-forward) and be silent for long.
pub(super) fn separate(config: Config) -> Result<Client, Error> {
    Client::try_from(config).map_err(|source| Error::NoCluster { reason: source.to_string() })
}
