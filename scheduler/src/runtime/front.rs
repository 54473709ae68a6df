//! What proxies and clients talk to.

use std::sync::Arc;

use anyhow::Context as _;
use futures::TryStreamExt as _;
use llmd_proto::ext_proc::external_processor_server::ExternalProcessorServer;
use llmd_proto::health::health_server::HealthServer;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;

use super::bind;
use super::tasks::Tasks;
use crate::admin::{Health, HealthState};
use crate::args::Flags;
use crate::authority::Readable;
use crate::director::Director;
use crate::ext_proc::ExtProc;
use crate::proxy::Proxy;
use crate::{listener, tls};

/// Windows that let a whole prompt come without waiting for the picker to say go on.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;

const EXT_PROC: &str = "the ext_proc server";

/// Opens the ports and serves.
pub(super) async fn listen(flags: &Flags, director: &Arc<Director>, tasks: &Tasks) -> anyhow::Result<()> {
    let service = ExternalProcessorServer::new(ExtProc::new(Arc::clone(director)))
        .max_decoding_message_size(flags.grpc_max_recv_msg_size.0)
        .max_encoding_message_size(usize::MAX);
    let health = flags.health_checking.then(|| HealthServer::new(Health::always_serving()));
    let server = Server::builder()
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .add_service(service)
        .add_optional_service(health);
    let listener = bind(flags, flags.grpc_port, "--grpc-port").await?;
    if flags.secure_serving {
        let certificates = match &flags.cert_path {
            Some(folder) => tls::Certificates::from_folder(folder).context("--cert-path")?,
            None => tls::Certificates::self_signed()?,
        };
        let config = tls::server_config(&certificates, &[b"h2"], flags.tls_min_version, None)?;
        if flags.enable_cert_reload {
            tasks.spawn("following the certificate", |end| certificates.follow(end));
        }
        let incoming = tls::accept(listener, config).map_ok(Readable::new);
        tasks.spawn(EXT_PROC, |end| {
            told(server.serve_with_incoming_shutdown(incoming, end.cancelled_owned()))
        });
    } else {
        let incoming = listener::incoming(listener).map_ok(Readable::new);
        tasks.spawn(EXT_PROC, |end| {
            told(server.serve_with_incoming_shutdown(incoming, end.cancelled_owned()))
        });
    }
    if let Some(port) = flags.proxy_port {
        let listener = bind(flags, port, "--proxy-port").await?;
        let proxy = Proxy::new(Arc::clone(director));
        tasks.spawn("the proxy", |end| proxy.serve(listener, end));
    }
    Ok(())
}

/// Serves gRPC health until `end`.
pub(super) async fn serve_health(listener: TcpListener, health: Arc<HealthState>, end: CancellationToken) {
    let server = Server::builder().add_service(HealthServer::new(Health::new(health)));
    told(server.serve_with_incoming_shutdown(listener::incoming(listener), end.cancelled())).await;
}

/// Says why a server failed.
async fn told(server: impl Future<Output = Result<(), tonic::transport::Error>>) {
    if let Err(error) = server.await {
        tracing::error!(error = &error as &dyn std::error::Error, "a server failed");
    }
}
