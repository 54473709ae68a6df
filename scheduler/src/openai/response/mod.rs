//! An answer on its way to the client: forwarded at once, read in passing.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use smallvec::SmallVec;

use super::{
    Usage,
    events::EventCounter,
    restore::{ModelRestorer, RestoreModel},
    usage::UsageFinder,
};

/// Reads one answer while it is forwarded.
///
/// Nothing is buffered but the few bytes at the end of a chunk that decide something only with the next one. A chunk in which
/// nothing changes and nothing is cut costs no allocation.
#[derive(Debug)]
pub struct ResponseReader {
    bytes: u64,
    usage: UsageFinder,
    /// Only for an answer of server-sent events.
    events: Option<EventCounter>,
    model: Option<ModelRestorer>,
}

impl ResponseReader {
    /// A reader for an answer: `streaming` when it is one of server-sent events, `restore` when the request was sent on under
    /// another model name than the client's.
    pub fn new(streaming: bool, restore: Option<RestoreModel>) -> Self {
        Self {
            bytes: 0,
            usage: UsageFinder::default(),
            events: streaming.then(EventCounter::default),
            model: restore.map(ModelRestorer::new),
        }
    }

    /// Takes the next bytes of the answer, and appends to `out` what to forward now: mostly these very bytes.
    pub fn chunk(&mut self, bytes: Bytes, out: &mut SmallVec<[Bytes; 3]>) {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        self.usage.read(&bytes);
        if let Some(events) = &mut self.events {
            events.read(&bytes);
        }
        match &mut self.model {
            Some(model) => model.chunk(bytes, out),
            None if bytes.is_empty() => {}
            None => out.push(bytes),
        }
    }

    /// Ends the answer, and appends to `out` what was held back.
    pub fn end(&mut self, out: &mut SmallVec<[Bytes; 3]>) {
        if let Some(events) = &mut self.events {
            events.finish();
        }
        if let Some(model) = &mut self.model {
            model.end(out);
        }
    }

    /// The token counts that the engine has stated so far; `None` where it has stated none.
    pub fn usage(&self) -> Option<Usage> {
        self.usage.usage()
    }

    /// Events with output so far, about as many as output tokens; 0 for an answer that is not streamed.
    pub fn events(&self) -> u32 {
        self.events.as_ref().map_or(0, EventCounter::count)
    }

    /// Bytes received so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}
