//! One request through the proxy.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::{HeaderMap, Request, Response, StatusCode, Uri, Version};
use http_body_util::BodyExt as _;
use hyper::body::Incoming as IncomingBody;
use llmd_api::names::header;

use super::answer::{Answer, Outgoing, Served};
use super::{BODY_TIMEOUT, Proxy, headers, whole};
use crate::director::{Body, Exchange, Incoming};
use crate::model::{HeaderChange, Reject};
use crate::scheduling::ServedBy;

impl Proxy {
    /// Answers one request, whatever happens.
    pub(super) async fn handle(&self, request: Request<IncomingBody>) -> Response<Answer> {
        let (head, body) = request.into_parts();
        let routed = match self.receive(&head.headers, body).await {
            Ok(body) => self.route(&head, body).await,
            Err(reject) => Err(reject),
        };
        match routed {
            Ok(exchange) => self.forward(head, exchange).await,
            Err(reject) => self.refusal(&reject),
        }
    }

    /// Reads the client's body to its end.
    async fn receive(&self, headers: &HeaderMap, mut incoming: IncomingBody) -> Result<Body, Reject> {
        let limit = self.director.max_body_bytes();
        let refuse = |text: String| self.director.refuse(Reject::bad_request(text));
        let announced =
            headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(self.director.too_large());
        }
        let mut body = Body::default();
        loop {
            let frame = tokio::time::timeout(BODY_TIMEOUT, incoming.frame()).await;
            let frame = frame.map_err(|_| refuse("the request's body did not come in time".to_owned()))?;
            let Some(frame) = frame else { return Ok(body) };
            let frame = frame.map_err(|error| refuse(format!("the request's body broke off: {error}")))?;
            if let Ok(piece) = frame.into_data() {
                body.push(piece);
            }
            if body.len() > limit {
                return Err(self.director.too_large());
            }
        }
    }

    async fn route(&self, head: &http::request::Parts, body: Body) -> Result<Exchange, Reject> {
        if body.is_empty() {
            return self.director.route_without_body();
        }
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let read = headers::read(&head.headers, (":path", path));
        self.director.route(Incoming { headers: read, body, subset: None, wants_spares: true }).await
    }

    /// Sends the request to the first endpoint of the list that takes the connection.
    async fn forward(&self, mut head: http::request::Parts, mut exchange: Exchange) -> Response<Answer> {
        headers::strip(&mut head.headers);
        head.headers.remove(CONTENT_LENGTH); // hyper writes the length of the body that is sent
        if let Some(id) = exchange.made_up_id() {
            headers::set(&mut head.headers, header::REQUEST_ID, id);
        }
        for change in exchange.header_changes() {
            match change {
                HeaderChange::Set(name, value) => headers::set(&mut head.headers, name, value),
                HeaderChange::Remove(name) => drop(head.headers.remove(*name)),
            }
        }
        headers::set(&mut head.headers, header::DESTINATION_ENDPOINT, exchange.destination());
        let body = Outgoing::new(exchange.take_body());
        let addresses = exchange.addresses();
        let mut failure = String::from("no endpoint");
        for address in addresses {
            let Some(request) = outgoing(&head, &address, body.clone()) else {
                return self
                    .refusal(&self.director.refuse(Reject::bad_request("the request's target is no path")));
            };
            match self.client.request(request).await {
                Ok(answer) => return answered(answer, exchange, &address),
                Err(error) => {
                    let cause = chain(&error);
                    exchange.failed_at(&address, &cause);
                    failure = format!("{address}: {cause}");
                    if !error.is_connect() {
                        break;
                    }
                }
            }
        }
        self.refusal(&exchange.unreachable(failure))
    }

    fn refusal(&self, reject: &Reject) -> Response<Answer> {
        let status = StatusCode::from_u16(reject.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = own(status, self.director.refusal_text(reject));
        if let Some(reason) = reject.reason {
            headers::set(response.headers_mut(), header::DROPPED_REASON, reason.as_str());
        }
        response
    }
}

/// The request for one endpoint; none when the target is no path.
fn outgoing(head: &http::request::Parts, address: &str, body: Outgoing) -> Option<Request<Outgoing>> {
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let uri: Uri = Uri::builder().scheme("http").authority(address).path_and_query(path).build().ok()?;
    let mut request = Request::new(body);
    *request.method_mut() = head.method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = head.headers.clone();
    if !head.headers.contains_key(HOST) {
        request.headers_mut().insert(HOST, address.parse().ok()?);
    }
    Some(request)
}

/// Passes a model server's answer on.
fn answered(answer: Response<IncomingBody>, mut exchange: Exchange, address: &str) -> Response<Answer> {
    let (mut head, body) = answer.into_parts();
    let read = headers::read(&head.headers, (":status", head.status.as_str()));
    headers::strip(&mut head.headers);
    head.version = Version::HTTP_11; // the client's connection is not the model server's
    let keeps_length = !exchange.changes_length();
    for (name, value) in exchange.response_headers(&read, ServedBy::Endpoint(address)) {
        headers::set(&mut head.headers, name, &value);
    }
    headers::set(&mut head.headers, header::DESTINATION_ENDPOINT_SERVED, address);
    headers::set(&mut head.headers, header::WENT_INTO_RESPONSE, "true");
    if let Some(id) = exchange.made_up_id() {
        headers::set(&mut head.headers, header::REQUEST_ID, id);
    }
    if !keeps_length {
        head.headers.remove(CONTENT_LENGTH);
    }
    Response::from_parts(head, Answer::Served(Box::new(Served::new(body, exchange, keeps_length))))
}

fn own(status: StatusCode, text: String) -> Response<Answer> {
    let mut response = Response::new(Answer::Own(whole(Bytes::from(text))));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
