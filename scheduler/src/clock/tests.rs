use futures::FutureExt as _;
use futures::task::noop_waker;

use super::*;

#[test]
fn simulated_time_stands_until_it_is_set_and_never_goes_back() {
    let clock = Clock::simulated();
    assert_eq!(clock.now(), Duration::ZERO);
    clock.set(Duration::from_millis(1500));
    clock.set(Duration::from_millis(1400));
    assert_eq!(clock.now(), Duration::from_millis(1500));
}

#[test]
fn sleepers_are_woken_when_their_time_has_come() {
    let clock = Clock::simulated();
    let naps = [3, 1, 2].map(|seconds| {
        let clock = clock.clone();
        async move {
            clock.sleep(Duration::from_secs(seconds)).await;
            (seconds, clock.now().as_secs())
        }
    });
    let mut naps: futures::stream::FuturesUnordered<_> = naps.into_iter().collect();
    let mut woken = Vec::new();
    for now in 0..=3 {
        clock.set(Duration::from_secs(now));
        // A stream of futures polls only those that were woken.
        while let Some(Some(nap)) = futures::StreamExt::next(&mut naps).now_or_never() {
            woken.push(nap);
        }
    }
    assert_eq!(woken, [(1, 1), (2, 2), (3, 3)]);
}

#[test]
fn a_sleeper_that_is_polled_again_takes_no_second_place() {
    let clock = Clock::simulated();
    let mut nap = std::pin::pin!(clock.sleep(Duration::from_secs(1)));
    let waker = noop_waker();
    let mut context = std::task::Context::from_waker(&waker);
    for _ in 0..5 {
        assert!(nap.poll_unpin(&mut context).is_pending());
    }
    assert_eq!(clock.simulated.as_ref().unwrap().sleepers().wakers.len(), 1);
    clock.set(Duration::from_secs(1));
    assert!(nap.poll_unpin(&mut context).is_ready());
}
