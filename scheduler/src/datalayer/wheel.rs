//! When which endpoint is scraped: one timer for all of them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

/// At most so many moments of an interval: endpoints that share one share a wake-up of the timer.
const MAX_SLOTS: u32 = 16;
/// The timer cannot tell moments apart that are closer.
const MIN_STEP: Duration = Duration::from_millis(1);

/// Turns once an interval. Its slots lie evenly on it and each wakes the endpoints that wait for it; an endpoint that
/// is still busy with the turn before is not waiting and misses one. Times are since its start.
#[derive(Debug)]
pub(super) struct Wheel {
    step: Duration,
    slots: Vec<Slot>,
    /// Steps taken since the start.
    steps: u128,
}

#[derive(Debug, Default)]
struct Slot {
    turn: Arc<Notify>,
    members: usize,
}

/// Where an endpoint sits on the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seat(usize);

impl Wheel {
    /// `interval` is taken to be at least a millisecond.
    pub(super) fn new(interval: Duration) -> Self {
        let interval = interval.max(MIN_STEP);
        let slots = u32::try_from(interval.as_millis()).unwrap_or(MAX_SLOTS).clamp(1, MAX_SLOTS);
        Self {
            step: interval / slots,
            slots: std::iter::repeat_with(Slot::default).take(slots as usize).collect(),
            steps: 0,
        }
    }

    /// Seats an endpoint where the fewest are; it is woken once an interval.
    pub(super) fn join(&mut self) -> (Seat, Arc<Notify>) {
        let emptiest = self.slots.iter_mut().enumerate().min_by_key(|(_, slot)| slot.members);
        let Some((seat, slot)) = emptiest else { return (Seat(0), Arc::default()) };
        slot.members += 1;
        (Seat(seat), Arc::clone(&slot.turn))
    }

    pub(super) fn leave(&mut self, seat: Seat) {
        if let Some(slot) = self.slots.get_mut(seat.0) {
            slot.members = slot.members.saturating_sub(1);
        }
    }

    /// When [`Wheel::turn`] has something to do; none while nobody is seated.
    pub(super) fn next(&self) -> Option<Duration> {
        let ahead = (1..=self.slots.len() as u128).find(|ahead| self.slot(self.steps + ahead).members > 0)?;
        let nanos = self.step.as_nanos().saturating_mul(self.steps + ahead);
        Some(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
    }

    /// Wakes all whose moment came since the last turn, each once however late it is.
    pub(super) fn turn(&mut self, now: Duration) {
        let due = (now.as_nanos() / self.step.as_nanos()).max(self.steps);
        let round = self.slots.len() as u128;
        for step in (self.steps + 1).max((due + 1).saturating_sub(round))..=due {
            let slot = self.slot(step);
            if slot.members > 0 {
                slot.turn.notify_waiters();
            }
        }
        self.steps = due;
    }

    fn slot(&self, step: u128) -> &Slot {
        &self.slots[(step % self.slots.len() as u128) as usize]
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    /// Which of the seats' turns came while the wheel turned to `now`.
    fn woken(wheel: &mut Wheel, turns: &[Arc<Notify>], now: Duration) -> Vec<usize> {
        let waiting: Vec<_> = turns.iter().map(|turn| turn.notified()).collect();
        wheel.turn(now);
        let woken = waiting.into_iter().enumerate();
        woken.filter_map(|(seat, turn)| turn.now_or_never().map(|()| seat)).collect()
    }

    #[test]
    fn each_is_woken_once_an_interval() {
        let mut wheel = Wheel::new(Duration::from_millis(50));
        let turns: Vec<_> = (0..40).map(|_| wheel.join().1).collect();
        let mut count = [0; 40];
        for _ in 0..48 {
            let next = wheel.next().unwrap();
            let woken = woken(&mut wheel, &turns, next);
            assert!((2..=3).contains(&woken.len()), "{woken:?} share a moment");
            for seat in woken {
                count[seat] += 1;
            }
        }
        assert_eq!(count, [3; 40]);
        assert!(wheel.next().unwrap() > Duration::from_millis(150));
    }

    #[test]
    fn being_late_wakes_each_once() {
        let mut wheel = Wheel::new(Duration::from_millis(50));
        let turns: Vec<_> = (0..20).map(|_| wheel.join().1).collect();
        assert_eq!(woken(&mut wheel, &turns, Duration::from_secs(60)).len(), 20);
        assert!(woken(&mut wheel, &turns, Duration::from_secs(60)).is_empty());
        assert!(woken(&mut wheel, &turns, Duration::from_secs(59)).is_empty(), "time does not go back");
        assert!(wheel.next().unwrap() > Duration::from_secs(60));
    }

    #[test]
    fn the_timer_sleeps_over_empty_slots() {
        let mut wheel = Wheel::new(Duration::from_millis(160));
        assert_eq!(wheel.next(), None);
        let (seat, turn) = wheel.join();
        let first = wheel.next().unwrap();
        assert_eq!(woken(&mut wheel, &[turn], first), [0]);
        assert_eq!(wheel.next(), Some(first + Duration::from_millis(160)));
        wheel.leave(seat);
        assert_eq!(wheel.next(), None);
    }

    #[test]
    fn a_free_seat_is_taken_first() {
        let mut wheel = Wheel::new(Duration::from_millis(4));
        let seats: Vec<_> = (0..4).map(|_| wheel.join().0).collect();
        wheel.leave(seats[2]);
        assert_eq!(wheel.join().0, seats[2]);
    }

    #[test]
    fn any_interval_works() {
        for interval in [Duration::ZERO, Duration::from_nanos(1), Duration::from_secs(1 << 40), Duration::MAX]
        {
            let mut wheel = Wheel::new(interval);
            wheel.join();
            wheel.turn(Duration::from_secs(1));
            assert!(wheel.next().unwrap() > Duration::ZERO, "{interval:?}");
        }
    }
}
