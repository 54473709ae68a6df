//! What talks to the process, and the model server behind it.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use llmd_proto::ext_proc::external_processor_client::ExternalProcessorClient;
use llmd_proto::ext_proc::{
    HeaderMap, HeaderValue, HttpHeaders, ProcessingRequest, processing_request,
    processing_response::Response as Answer,
};
use llmd_proto::health::HealthCheckRequest;
use llmd_proto::health::health_check_response::ServingStatus;
use llmd_proto::health::health_client::HealthClient;
use tokio::net::TcpListener;
use tonic::transport::{Channel, Endpoint};

use crate::patience::{until, within};
use crate::place::Process;

/// Answers everything with what `reply` makes.
pub(crate) async fn model_server<R>(reply: impl Fn() -> R + Clone + Send + Sync + 'static) -> SocketAddr
where
    R: IntoResponse + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(async move |_: Request<Body>| reply());
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

async fn channel(port: u16) -> Result<Channel, tonic::transport::Error> {
    Endpoint::from_shared(format!("http://127.0.0.1:{port}")).unwrap().connect().await
}

/// What gRPC health says at this port; none when nobody answers.
pub(crate) async fn health(port: u16, service: &str) -> Option<ServingStatus> {
    let request = HealthCheckRequest { service: service.to_owned() };
    let answer = HealthClient::new(channel(port).await.ok()?).check(request).await.ok()?;
    Some(answer.into_inner().status())
}

impl Process {
    /// Waits until health says this.
    pub(crate) async fn until_health(&self, wanted: ServingStatus) {
        let port = self.place.health;
        until("health", async || health(port, "").await == Some(wanted)).await;
    }

    /// Waits until all ports are open, which is after health has become good.
    pub(crate) async fn until_serving(self) -> Self {
        self.until_health(ServingStatus::Serving).await;
        let proxy = ("127.0.0.1", self.place.proxy);
        until("the proxy's port", async || tokio::net::TcpStream::connect(proxy).await.is_ok()).await;
        self
    }

    /// Sends a completion request through the proxy and gives the head of its answer.
    pub(crate) async fn complete(&self, headers: &[(&str, &str)]) -> Response<Incoming> {
        let mut request = Request::post(format!("http://127.0.0.1:{}/v1/completions", self.place.proxy));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(r#"{"model":"m","prompt":"Hello"}"#))).unwrap();
        within("an answer", Client::builder(TokioExecutor::new()).build_http().request(request))
            .await
            .unwrap()
    }

    /// A page of the metrics port: its status and text.
    pub(crate) async fn page(&self, path: &str) -> (u16, String) {
        self.page_as(path, None).await
    }

    /// The same for the owner of a token.
    pub(crate) async fn page_as(&self, path: &str, token: Option<&str>) -> (u16, String) {
        let mut request = Request::get(format!("http://127.0.0.1:{}{path}", self.place.metrics));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Full::<Bytes>::default()).unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http();
        let answer = within(path, client.request(request)).await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// Where ext_proc without TLS sends a request without a body.
    pub(crate) async fn destination(&self) -> String {
        destination(channel(self.place.grpc).await.unwrap()).await
    }
}

/// Where the picker behind this channel sends a request without a body.
pub(crate) async fn destination(channel: Channel) -> String {
    let pair = |key: &str, value: &'static str| HeaderValue {
        key: key.to_owned(),
        raw_value: Bytes::from(value),
        ..HeaderValue::default()
    };
    let headers = HeaderMap { headers: vec![pair(":method", "GET"), pair(":path", "/v1/models")] };
    let headers = HttpHeaders { headers: Some(headers), end_of_stream: true };
    let request = processing_request::Request::RequestHeaders(headers);
    let message = ProcessingRequest { request: Some(request), ..ProcessingRequest::default() };
    let mut client = ExternalProcessorClient::new(channel);
    let mut answers = client.process(tokio_stream::iter([message])).await.unwrap().into_inner();
    let answer = within("an answer", answers.message()).await.unwrap().unwrap();
    let Some(Answer::RequestHeaders(change)) = answer.response else { panic!("{answer:?}") };
    let mutation = change.response.unwrap().header_mutation.unwrap();
    let mut set = mutation.set_headers.into_iter().filter_map(|set| set.header);
    let header = set.find(|header| header.key == "x-gateway-destination-endpoint").unwrap();
    String::from_utf8(header.raw_value.to_vec()).unwrap()
}
