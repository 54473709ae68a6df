//! Plans played on the simulator's virtual clock, with the real scheduling code in the loop: an hour of a cluster in
//! seconds, the same every time.
//!
//! ```text
//!  Plan ─► Load ─arrivals─► simulator::virtual_clock ──► Recorder ─► Run
//!                             │  ▲ engines of the Fleet
//!                      events ▼  │ dispatches
//!                            Router: a plain one, or the picker's Director
//! ```
//!
//! - [`Policy`] says who decides, [`Fleet`] what serves; [`Load::play`] gives the run that every report is made of.
//! - [`find::find`] searches the load that a fleet bears, or the fleet that a load needs.
//! - [`gates::gates`] measures this project's policy against others, as the README's table has it.

mod error;
pub mod find;
mod fleet;
pub mod gates;
mod load;
mod measured;
mod policy;
mod recorder;
mod router;
mod stop;
#[cfg(test)]
mod tests;

pub use error::VirtualError;
pub use fleet::Fleet;
pub use load::Load;
pub use measured::Measured;
pub use policy::{Policy, PolicyError};
pub use stop::Stop;

use std::time::Duration;

use llmd_bench::run::Run;
use simulator::virtual_clock::{Delays, Event, run};

use recorder::Recorder;
use router::Router;

impl Load<'_> {
    /// Plays the plan: its requests, on these engines, sent where the policy says. The same seed gives the same run.
    ///
    /// # Errors
    /// When the plan has what a virtual clock cannot play, a request finds no place, or a [`Stop`] was asked for.
    pub fn play(&self, fleet: &Fleet, policy: &Policy, seed: u64) -> Result<Run, VirtualError> {
        let pause = Duration::try_from_secs_f64(self.plan().scenario.pause).unwrap_or_default();
        let delays = Delays { between_stages: pause, ..Delays::default() };
        let mut router = Router::new(policy, fleet, self, seed)?;
        let mut recorder = Recorder::new(self, fleet.replicas);
        let outcomes = run(fleet.engines(), self.stages(), &delays, |now, event, dispatches| {
            match event {
                Event::Arrived(..) => recorder.arrived(),
                Event::Tokens { tokens, .. } => recorder.tokens(now + delays.to_client, tokens),
                Event::Gauges(stats) => recorder.gauges(now, stats),
            }
            // What goes nowhere ends the run as soon as the engines are idle.
            if !self.stop().is_asked() {
                router.on(now, event, dispatches);
            }
        });
        if self.stop().is_asked() {
            return Err(VirtualError::Stopped);
        }
        match router.refusal() {
            Some(refusal) => Err(refusal),
            None => Ok(recorder.finish(policy.name(), &outcomes?)),
        }
    }
}
