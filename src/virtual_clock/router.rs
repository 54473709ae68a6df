//! Who is asked where a request goes.

mod picker;

use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use simulator::virtual_clock::{Dispatch, Event, RequestId};

use super::policy::{Kind, Policy};
use super::{Fleet, Load, VirtualError};
use picker::PickerRouter;

/// A policy at work.
pub(super) struct Router<'a> {
    replicas: usize,
    rule: Rule<'a>,
}

enum Rule<'a> {
    RoundRobin { next: usize },
    Random(SmallRng),
    LeastRequest { in_flight: Vec<u32>, random: SmallRng },
    Picker(Box<PickerRouter<'a>>),
}

impl<'a> Router<'a> {
    pub(super) fn new(
        policy: &Policy,
        fleet: &Fleet,
        load: &'a Load<'a>,
        seed: u64,
    ) -> Result<Self, VirtualError> {
        let replicas = fleet.replicas as usize;
        if replicas == 0 {
            return Err(VirtualError::NoReplicas);
        }
        let random = SmallRng::seed_from_u64(seed);
        let rule = match &policy.kind {
            Kind::RoundRobin => Rule::RoundRobin { next: 0 },
            Kind::Random => Rule::Random(random),
            Kind::LeastRequest => Rule::LeastRequest { in_flight: vec![0; replicas], random },
            Kind::Picker(config) => Rule::Picker(Box::new(PickerRouter::new(config, fleet, load, seed)?)),
        };
        Ok(Self { replicas, rule })
    }

    pub(super) fn on(&mut self, now: Duration, event: Event<'_>, dispatches: &mut Vec<Dispatch>) {
        match (&mut self.rule, event) {
            (Rule::Picker(picker), event) => picker.on(now, event, dispatches),
            (Rule::RoundRobin { next }, Event::Arrived(request, _)) => {
                dispatches.push(Dispatch { request, replica: *next });
                *next = (*next + 1) % self.replicas;
            }
            (Rule::Random(random), Event::Arrived(request, _)) => {
                dispatches.push(Dispatch { request, replica: random.random_range(0..self.replicas) });
            }
            (Rule::LeastRequest { in_flight, random }, Event::Arrived(request, _)) => {
                dispatches.push(least(request, in_flight, random));
            }
            (Rule::LeastRequest { in_flight, .. }, Event::Tokens { replica, tokens }) => {
                let ended = tokens.iter().filter(|token| token.is_last).count();
                in_flight[replica] -= u32::try_from(ended).unwrap_or(u32::MAX);
            }
            _ => {}
        }
    }

    /// Why a request was refused, if one was; nothing is dispatched from then on.
    pub(super) fn refusal(self) -> Option<VirtualError> {
        match self.rule {
            Rule::Picker(picker) => picker.refusal,
            _ => None,
        }
    }
}

/// Equals share by lot, so that none is always the first.
fn least(request: RequestId, in_flight: &mut [u32], random: &mut SmallRng) -> Dispatch {
    let fewest = in_flight.iter().min().copied().unwrap_or_default();
    let equals = || in_flight.iter().enumerate().filter(|(_, count)| **count == fewest);
    let lot = random.random_range(0..equals().count().max(1));
    let replica = equals().nth(lot).map_or(0, |(replica, _)| replica);
    in_flight[replica] += 1;
    Dispatch { request, replica }
}
