//! A fresh picker with the endpoints of a recording, behind gRPC on a loopback port.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use llmd_proto::ext_proc::external_processor_client::ExternalProcessorClient;
use llmd_proto::ext_proc::external_processor_server::ExternalProcessorServer;
use llmd_proto::ext_proc::{ProcessingRequest, ProcessingResponse, processing_response::Response};
use scheduler::datastore::{Datastore, RewriteRule, RewriteTarget};
use scheduler::ext_proc::ExtProc;
use scheduler::model::{EndpointSpec, MetricsSample};
use scheduler::picker::{Options, Picker};
use tokio::sync::mpsc;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tonic::{Code, Status, Streaming};

use crate::vector::Vector;

/// How long anything may take; far more than it does.
const PATIENCE: Duration = Duration::from_secs(30);

/// A picker and a connection to it.
pub struct Client {
    client: ExternalProcessorClient<tonic::transport::Channel>,
}

impl Client {
    pub async fn of(vector: &Vector) -> Self {
        let generation = if vector.name.starts_with("v04") { "v04" } else { "v10" };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recorded/configurations");
        let path = format!("{folder}/{generation}/{}", vector.configuration);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let loaded = llmd_api::load(&text, &path).unwrap_or_else(|findings| panic!("{path}: {findings:?}"));
        let emit_endpoint_scores = vector.flags.iter().any(|flag| flag == "--emit-endpoint-scores");
        let picker =
            Picker::new(&loaded.config, &Options { emit_endpoint_scores, ..Options::default() }).unwrap();
        fill(&picker.datastore, vector, picker.clock.now());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = ExternalProcessorServer::new(ExtProc::new(Arc::clone(&picker.director)));
        let server = tonic::transport::Server::builder().add_service(service);
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}")).unwrap();
        let channel = endpoint.connect().await.unwrap();
        Self { client: ExternalProcessorClient::new(channel).max_decoding_message_size(usize::MAX) }
    }

    /// Opens a stream.
    pub async fn stream(&mut self) -> Stream {
        let (sender, receiver) = mpsc::channel(1);
        let answers = self.client.process(ReceiverStream::new(receiver)).await.unwrap().into_inner();
        Stream { sender: Some(sender), answers }
    }

    /// Plays a whole stream and gives all that was answered, and how it ended.
    pub async fn play(&mut self, messages: &[ProcessingRequest]) -> (Vec<ProcessingResponse>, Code) {
        let mut stream = self.stream().await;
        for message in messages {
            stream.send(message).await;
        }
        stream.finish().await
    }
}

/// One gRPC stream.
pub struct Stream {
    sender: Option<mpsc::Sender<ProcessingRequest>>,
    answers: Streaming<ProcessingResponse>,
}

impl Stream {
    /// Sends a message; the picker may have ended the stream already.
    pub async fn send(&mut self, message: &ProcessingRequest) {
        if let Some(sender) = &self.sender {
            let _ = sender.send(message.clone()).await;
        }
    }

    /// The next answer; none when the stream ends.
    pub async fn next(&mut self) -> Result<Option<ProcessingResponse>, Status> {
        tokio::time::timeout(PATIENCE, self.answers.message()).await.expect("the picker answers")
    }

    /// Half-closes, and gives what still comes.
    pub async fn finish(mut self) -> (Vec<ProcessingResponse>, Code) {
        self.sender = None;
        let mut answers = Vec::new();
        loop {
            match self.next().await {
                Ok(Some(answer)) => {
                    assert!(answer.response.is_some(), "an answer says something");
                    answers.push(answer);
                }
                Ok(None) => return (answers, Code::Ok),
                Err(status) => return (answers, status.code()),
            }
        }
    }
}

/// Whether an answer ends the exchange for the proxy.
pub fn is_refusal(answer: &ProcessingResponse) -> bool {
    matches!(answer.response, Some(Response::ImmediateResponse(_)))
}

fn fill(datastore: &Datastore, vector: &Vector, now: Duration) {
    let pods: &[(&str, u32, u32, f32)] = match vector.pods.as_str() {
        pods if pods.starts_with("standard") => {
            &[("pod-a", 3, 4, 0.2), ("pod-b", 0, 2, 0.1), ("pod-c", 10, 8, 0.3), ("pod-d", 5, 6, 0.25)]
        }
        pods if pods.starts_with("saturated") => &[
            ("pod-a", 20, 20, 0.95),
            ("pod-b", 21, 20, 0.95),
            ("pod-c", 22, 20, 0.95),
            ("pod-d", 23, 20, 0.95),
        ],
        "none" => &[],
        other => panic!("pods {other:?}"),
    };
    let port = if vector.pods.starts_with("saturated") { 9302 } else { 9301 };
    let has_roles = vector.configuration.starts_with("prefill-decode");
    let spec = |index: usize, pod: &str| {
        let address: SocketAddr = format!("127.0.0.{}:{port}", index + 1).parse().unwrap();
        let role = if index < 2 { "decode" } else { "prefill" };
        EndpointSpec {
            namespace: vector.namespace.clone(),
            name: if vector.is_kubernetes { format!("{pod}-rank-0") } else { pod.to_owned() },
            pod: pod.to_owned(),
            address,
            metrics_address: address,
            labels: if has_roles {
                [("llm-d.ai/role".to_owned(), role.to_owned())].into()
            } else {
                BTreeMap::new()
            },
        }
    };
    datastore.set_endpoints(pods.iter().enumerate().map(|(index, (pod, ..))| spec(index, pod)).collect());
    for (endpoint, (_, waiting, running, usage)) in datastore.snapshot().endpoints.iter().zip(pods) {
        // v04 was left on a metric name that the pods do not have: it saw no use of the KV cache.
        let usage = if vector.name.starts_with("v04") { 0.0 } else { *usage };
        let sample = MetricsSample {
            waiting: Some(*waiting),
            running: Some(*running),
            kv_cache_usage: Some(usage),
            ..MetricsSample::default()
        };
        endpoint.update(sample, now);
    }
    if vector.is_kubernetes {
        datastore.set_objectives([("gold".into(), 10), ("sheddable".into(), -1)].into());
        let target = RewriteTarget { weight: 1, model: "food-review-v2".into() };
        let rule = RewriteRule {
            object: "canary".into(),
            models: vec!["canary-model".into()],
            targets: vec![target],
        };
        datastore.set_rewrites(vec![rule]);
    }
    datastore.set_synced(true);
}
