//! What proxies and clients talk to.

use std::sync::Arc;
use std::time::Duration;

use llmd_proto::ext_proc::external_processor_server::ExternalProcessorServer;
use llmd_proto::health::health_server::HealthServer;
use tokio::net::TcpListener;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::transport::Server;

use super::bind;
use crate::admin::{Health, HealthState};
use crate::args::Flags;
use crate::director::Director;
use crate::ext_proc::ExtProc;
use crate::proxy::Proxy;
use crate::tls;

/// Windows that let a whole prompt come without waiting for the picker to say go on.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;

/// Servers that answer.
pub(super) struct Serving {
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Opens the ports and serves.
pub(super) async fn listen(flags: &Flags, director: &Arc<Director>) -> anyhow::Result<Serving> {
    let serving = Serving { tasks: TaskTracker::new(), stop: CancellationToken::new() };
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
    let stopped = serving.stop.clone().cancelled_owned();
    if flags.secure_serving {
        let certificates = match &flags.cert_path {
            Some(folder) => tls::Certificates::from_folder(folder)?,
            None => tls::Certificates::self_signed()?,
        };
        let minimum = tls::parse_min_version(&flags.tls_min_version)?;
        let config = tls::server_config(&certificates, &[b"h2"], minimum, None)?;
        if flags.enable_cert_reload {
            serving.tasks.spawn(certificates.follow(serving.stop.clone()));
        }
        serving.spawn(server.serve_with_incoming_shutdown(tls::accept(listener, config), stopped));
    } else {
        let incoming = TcpListenerStream::new(listener).map(|accepted| {
            accepted.inspect(|stream| {
                // A refusal costs latency, nothing else.
                let _ = stream.set_nodelay(true);
            })
        });
        serving.spawn(server.serve_with_incoming_shutdown(incoming, stopped));
    }
    if let Some(port) = flags.proxy_port {
        let listener = bind(flags, port, "--proxy-port").await?;
        serving.tasks.spawn(Proxy::new(Arc::clone(director)).serve(listener, serving.stop.clone()));
    }
    Ok(serving)
}

impl Serving {
    fn spawn(&self, server: impl Future<Output = Result<(), tonic::transport::Error>> + Send + 'static) {
        self.tasks.spawn(async {
            if let Err(error) = server.await {
                tracing::error!(%error, "the ext_proc server ended");
            }
        });
    }

    /// Takes no more, and waits for what is under way. False when `limit` passed before all of it had ended.
    pub(super) async fn finish(self, limit: Duration) -> bool {
        self.stop.cancel();
        self.tasks.close();
        tokio::time::timeout(limit, self.tasks.wait()).await.is_ok()
    }
}

/// Serves gRPC health until `end`.
pub(super) async fn serve_health(listener: TcpListener, health: Arc<HealthState>, end: CancellationToken) {
    let server = Server::builder().add_service(HealthServer::new(Health::new(health)));
    let ended = server.serve_with_incoming_shutdown(TcpListenerStream::new(listener), end.cancelled()).await;
    if let Err(error) = ended {
        tracing::error!(%error, "the health server ended");
    }
}
