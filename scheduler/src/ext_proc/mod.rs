//! Envoy's external processing protocol: one gRPC stream for each HTTP exchange (`epp.md` §1).

mod messages;
mod modes;
mod session;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use futures::Stream;
use futures::stream::try_unfold;
use llmd_proto::ext_proc::external_processor_server::ExternalProcessor;
use llmd_proto::ext_proc::{ProcessingRequest, ProcessingResponse};
use tonic::{Code, Request, Response, Status, Streaming};

use crate::director::Director;
use crate::observability::OpenStream;
use session::{Flow, Session};

/// The picker as Envoy's external processor.
#[derive(Clone)]
pub struct ExtProc {
    director: Arc<Director>,
}

impl ExtProc {
    pub fn new(director: Arc<Director>) -> Self {
        Self { director }
    }
}

type Answers = Pin<Box<dyn Stream<Item = Result<ProcessingResponse, Status>> + Send>>;

#[tonic::async_trait]
impl ExternalProcessor for ExtProc {
    type ProcessStream = Answers;

    async fn process(
        &self,
        request: Request<Streaming<ProcessingRequest>>,
    ) -> Result<Response<Answers>, Status> {
        let metrics = Arc::clone(self.director.metrics());
        let exchange = Conversation {
            messages: request.into_inner(),
            session: Session::new(Arc::clone(&self.director)),
            answers: VecDeque::new(),
            flow: Flow::GoOn,
            stream: metrics.stream_opened(),
        };
        Ok(Response::new(Box::pin(try_unfold(exchange, |mut exchange| async move {
            Ok(exchange.next().await?.map(|answer| (answer, exchange)))
        }))))
    }
}

/// Both directions of one gRPC stream. Dropping it, as tonic does when the proxy goes away, ends the session.
struct Conversation {
    messages: Streaming<ProcessingRequest>,
    session: Session,
    answers: VecDeque<ProcessingResponse>,
    flow: Flow,
    stream: OpenStream,
}

impl Conversation {
    /// The next message to the proxy; none when the stream ends well.
    async fn next(&mut self) -> Result<Option<ProcessingResponse>, Status> {
        loop {
            if let Some(answer) = self.answers.pop_front() {
                return Ok(Some(answer));
            }
            let message = if self.flow == Flow::End { Ok(None) } else { self.messages.message().await };
            match message {
                Ok(Some(message)) => self.flow = self.session.handle(message, &mut self.answers).await,
                Ok(None) => {
                    self.stream.ends_with("OK");
                    return Ok(None);
                }
                Err(status) => return self.ended_by(&status),
            }
        }
    }

    /// A proxy that hangs up is no error. tonic calls a message over the limit out of range; the upstream picker's
    /// gRPC library calls it resource exhausted.
    fn ended_by(&mut self, status: &Status) -> Result<Option<ProcessingResponse>, Status> {
        let (code, error) = match status.code() {
            Code::Cancelled => return Ok(None),
            Code::OutOfRange => ("ResourceExhausted", Status::resource_exhausted(status.message())),
            _ => ("Unknown", Status::unknown(status.message())),
        };
        self.stream.ends_with(code);
        Err(error)
    }
}
