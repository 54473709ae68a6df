use crate::report::BenchReport;
use crate::report::tests::{ms, plan, run};
use crate::run::Run;
use crate::sample::Sample;

fn notes(change: impl Fn(&mut Run)) -> Vec<String> {
    let mut run = run();
    change(&mut run);
    BenchReport::of(&plan(), &run).notes
}

fn each(run: &mut Run, change: impl Fn(&mut Sample)) {
    run.stages.iter_mut().flat_map(|stage| &mut stage.samples).for_each(change);
}

#[test]
fn failures_and_requests_that_were_given_up() {
    assert_eq!(
        notes(|_| ()),
        [
            "1 of 8 requests failed (1 http_503), for example: no room.",
            "1 request was given up before the answer had ended and is in no figure of time.",
        ]
    );
}

#[test]
fn what_a_whole_run_did_not_send_is_told() {
    let notes = notes(|run| run.stages[1].samples.truncate(4));
    assert!(notes[0].starts_with("2 of 8 planned requests were not sent, since"), "{notes:?}");
}

#[test]
fn a_clean_run_needs_no_note() {
    assert!(notes(|run| each(run, |sample| sample.failure = None)).is_empty());
}

#[test]
fn what_makes_figures_doubtful() {
    let clean = |change: &dyn Fn(&mut Run)| {
        notes(|run| {
            each(run, |sample| sample.failure = None);
            change(run);
        })
    };
    let late = clean(&|run| each(run, |sample| sample.times.sent += ms(11)));
    let said = "The load generator was late in stages 0, 1: by up to 11 ms at the 99th percentile.";
    assert!(late[0].starts_with(said), "{late:?}");
    // The last of six is sent 4 s after the start of the stage.
    let slow = clean(&|run| run.stages[1].samples[5].times.sent += ms(1500));
    let said = "Stage 1 was to send 2.0 requests/s and sent 1.5: what it shows is of the lower load.";
    assert!(slow.contains(&said.to_owned()), "{slow:?}");
    let miscounted = clean(&|run| each(run, |sample| sample.prompt_tokens = 105));
    assert!(
        miscounted[0].starts_with("The server counts 105 tokens a prompt where 100 were planned (+5.0 %)")
    );
    let uncounted = clean(&|run| each(run, |sample| sample.output_tokens = 0));
    assert!(uncounted[0].starts_with("The server does not say how many tokens there were"));
    let coalesced = clean(&|run| each(run, |sample| (sample.output_tokens, sample.events) = (11, 5)));
    assert!(coalesced[0].starts_with("An event carries 2.2 tokens on average"));
    let unknown = clean(&|run| each(run, |sample| sample.replica = None));
    assert!(unknown[0].starts_with("No answer says which replica it is from"));
    let warm = clean(&|run| run.target.is_cold = false);
    assert_eq!(warm, ["It is not known that the caches were empty at the start."]);
    let partial = clean(&|run| {
        run.is_partial = true;
        run.stages[1].samples.truncate(2);
    });
    assert_eq!(partial, ["The run was stopped before its end: 4 of 8 requests had been sent."]);
}
