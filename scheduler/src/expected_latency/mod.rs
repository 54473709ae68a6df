//! The policy behind `expected-latency-scorer`: a request goes where it adds the fewest seconds to its own latency
//! and to that of everyone already there.
//!
//! ```text
//!            Work, hits                      Flight: tokens, end
//!                │                                   │
//!     Policy::quote ─► Quote::cost ◄── EndpointBooks ◄┤ what is in flight here
//!                        │      ▲                     │
//!       score ◄──────────┘      └───── Learner ◄──────┘ step times, prefill rate, lengths
//!       HoldQueue: what no endpoint would start now
//! ```
//!
//! `schedsim.md` derives the policy and measures it against others. Everything here is plain code over plain data:
//! time is a [`Duration`] since any fixed moment, nothing waits, and whoever dispatches also drives it, be it a
//! server or a virtual clock.

mod atomic_f32;
mod books;
mod cost;
mod flight;
mod footprint;
mod hold;
mod learner;
mod least_squares;
mod parameters;
mod score;
mod work;

use std::sync::Arc;
use std::time::Duration;

pub use books::{EndpointBooks, Load};
pub use cost::Quote;
pub use flight::Flight;
pub use hold::{Hits, HoldQueue, Ticket};
use learner::Learner;
pub use parameters::{Constants, Parameters};
pub use score::{TIE, score};
pub use work::{Prefix, Usage, Work};

/// The policy of one pool.
#[derive(Debug)]
pub struct Policy {
    parameters: Parameters,
    learner: Arc<Learner>,
}

impl Policy {
    pub fn new(parameters: Parameters) -> Self {
        Self { learner: Arc::new(Learner::new(&parameters)), parameters }
    }

    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The engine's constants as they are known now.
    pub fn constants(&self) -> Constants {
        self.learner.constants()
    }

    /// The tokens of a prompt of that many bytes, by the ratio that past responses have shown.
    pub fn prompt_tokens(&self, bytes: usize) -> u32 {
        books::whole((bytes as f32 / self.learner.bytes_per_token()).ceil())
    }

    /// The tokens of a block of that many bytes: the nearest number, as the error of each block counts.
    pub fn block_tokens(&self, bytes: usize) -> u32 {
        books::whole((bytes as f32 / self.learner.bytes_per_token()).round()).max(1)
    }

    /// The output tokens to expect of a request with that limit of its own.
    pub fn output_tokens(&self, max_tokens: Option<u32>) -> u32 {
        self.learner.output_tokens(max_tokens)
    }

    /// Makes ready to price a request at each endpoint.
    pub fn quote(&self, now: Duration, work: &Work) -> Quote {
        Quote::new(now, &self.parameters, self.constants(), work, self.output_tokens(work.max_tokens))
    }

    /// Whether the request should be held, where `books` are those of the endpoint with the lowest cost.
    pub fn should_hold(&self, quote: &Quote, books: &EndpointBooks, prefix: Prefix<'_>) -> bool {
        self.parameters.late_binding && !quote.is_admitted(books, prefix)
    }

    /// Books a request that is sent to an endpoint.
    pub fn dispatch(
        &self,
        now: Duration,
        books: &Arc<EndpointBooks>,
        work: &Work,
        prefix: Prefix<'_>,
    ) -> Flight {
        Flight::new(now, books, &self.learner, work, prefix)
    }
}

#[cfg(test)]
mod tests;
