//! How the proxy sends bodies.

use llmd_proto::ext_proc::ProtocolConfiguration;
use llmd_proto::ext_proc::processing_mode::BodySendMode;

/// Who has the bytes of a body, and when the picker may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyMode {
    /// Pieces come as they arrive; the picker answers when it likes and gives every byte back.
    Duplex,
    /// The proxy waits for the answer to the headers, then sends the whole body in one message.
    Buffered,
    /// The proxy waits for the answer to the headers and to every piece.
    Streamed,
    /// The picker never sees the body.
    None,
}

/// The modes of both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Modes {
    pub(super) request: BodyMode,
    pub(super) response: BodyMode,
}

impl Default for Modes {
    /// What the guide configures, and what a proxy means that does not say.
    fn default() -> Self {
        Self { request: BodyMode::Duplex, response: BodyMode::Duplex }
    }
}

impl From<ProtocolConfiguration> for Modes {
    fn from(configuration: ProtocolConfiguration) -> Self {
        Self {
            request: configuration.request_body_mode().into(),
            response: configuration.response_body_mode().into(),
        }
    }
}

impl From<BodySendMode> for BodyMode {
    fn from(mode: BodySendMode) -> Self {
        match mode {
            BodySendMode::FullDuplexStreamed => Self::Duplex,
            BodySendMode::Buffered => Self::Buffered,
            BodySendMode::Streamed | BodySendMode::BufferedPartial | BodySendMode::Grpc => Self::Streamed,
            BodySendMode::None => Self::None,
        }
    }
}
