//! A model server that answers as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

#[derive(Debug, Clone)]
pub(super) enum Behaviour {
    Page(String),
    Chunked(String),
    /// Answers and closes the connection without saying so.
    CloseAfter(String),
    Status(u16),
    /// Takes the request and never answers.
    Hang,
}

/// So many requests wait, one more run.
pub(super) fn page(waiting: u32) -> Behaviour {
    let running = waiting + 1;
    Behaviour::Page(format!(
        "# HELP vllm:num_requests_waiting x\nvllm:num_requests_waiting{{engine=\"0\"}} {waiting}\n\
         vllm:num_requests_running{{engine=\"0\"}} {running}\nvllm:kv_cache_usage_perc{{engine=\"0\"}} 0.5\n"
    ))
}

impl Behaviour {
    pub(super) fn text(self) -> String {
        match self {
            Self::Page(text) | Self::Chunked(text) | Self::CloseAfter(text) => text,
            Self::Status(_) | Self::Hang => String::new(),
        }
    }

    fn answer(&self) -> Option<String> {
        match self {
            Self::Page(text) | Self::CloseAfter(text) => {
                Some(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}", text.len()))
            }
            Self::Chunked(text) => {
                let (one, two) = text.split_at(text.len() / 2);
                let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
                let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                Some(format!("{head}{}{}0\r\n\r\n", chunk(one), chunk(two)))
            }
            Self::Status(status) => Some(format!("HTTP/1.1 {status} Other\r\nContent-Length: 0\r\n\r\n")),
            Self::Hang => None,
        }
    }
}

/// What the server has seen so far.
#[derive(Debug, Default, Clone)]
pub(super) struct Counts {
    pub(super) connections: usize,
    pub(super) closed: usize,
    pub(super) requests: usize,
    /// Answers other than a page.
    pub(super) failures: usize,
    last_request: String,
}

#[derive(Clone)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    behaviour: Arc<Mutex<Behaviour>>,
    counts: watch::Sender<Counts>,
}

impl Server {
    pub(super) async fn start(behaviour: Behaviour) -> Self {
        Self::serve(behaviour, None).await
    }

    /// Over TLS, with the certificate that it says of itself.
    pub(super) async fn start_tls(behaviour: Behaviour) -> (Self, String) {
        let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config =
            config.with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key).unwrap();
        (Self::serve(behaviour, Some(TlsAcceptor::from(Arc::new(config)))).await, own.cert.pem())
    }

    async fn serve(behaviour: Behaviour, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server =
            Self { address, behaviour: Arc::new(Mutex::new(behaviour)), counts: watch::Sender::default() };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (server, tls) = (accepting.clone(), tls.clone());
                server.counts.send_modify(|counts| counts.connections += 1);
                tokio::spawn(async move {
                    match tls {
                        None => server.answer(stream).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                server.answer(stream).await;
                            }
                        }
                    }
                    server.counts.send_modify(|counts| counts.closed += 1);
                });
            }
        });
        server
    }

    /// Until the client closes the connection.
    async fn answer(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut request = Vec::new();
        while stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {
            if !request.ends_with(b"\r\n\r\n") {
                continue;
            }
            let behaviour = self.behaviour.lock().unwrap().clone();
            let answer = behaviour.answer();
            self.counts.send_modify(|counts| {
                counts.requests += 1;
                counts.failures += usize::from(matches!(behaviour, Behaviour::Status(_) | Behaviour::Hang));
                counts.last_request = String::from_utf8(std::mem::take(&mut request)).unwrap();
            });
            if let Some(answer) = answer {
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            if matches!(behaviour, Behaviour::CloseAfter(_)) {
                return;
            }
        }
    }

    pub(super) fn set(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }

    pub(super) async fn wait(&self, enough: impl FnMut(&Counts) -> bool) {
        self.counts.subscribe().wait_for(enough).await.unwrap();
    }

    pub(super) fn requests(&self) -> usize {
        self.counts.borrow().requests
    }

    pub(super) fn connections(&self) -> usize {
        self.counts.borrow().connections
    }

    pub(super) fn last_request(&self) -> String {
        self.counts.borrow().last_request.clone()
    }
}
