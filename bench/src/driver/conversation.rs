//! One planned request and its follow-ups: turns that wait for one another.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use simulator::server::SIMULATED;
use tokio::time::sleep_until;

use super::Course;
use super::bodies::History;
use super::live::Ended;
use super::log::StageLog;
use crate::client::{Event, Request, Streamed, Url};
use crate::plan::PlannedRequest;
use crate::sample::{Failure, FailureKind, Sample, Times};

/// Sends the first turn now, and each further one its think time after the answer. Ends early when a turn fails or all is
/// cut.
pub(super) async fn converse(
    course: Arc<Course>,
    log: Arc<StageLog>,
    request: u32,
    planned: PlannedRequest,
    mut intended: Instant,
) {
    let Some(mut history) = course.bodies.begin(planned.prompt) else { return };
    let mut output_tokens = planned.output_tokens;
    let mut follow_ups = planned.follow_ups.into_iter();
    for turn in 0.. {
        if log.cut.is_cancelled() {
            return;
        }
        let follow_up = follow_ups.next();
        let place = Place { request, turn, prompt: planned.prompt, output_tokens, intended };
        let told = place.ask(&course, &log, &history, follow_up.is_some()).await;
        let (Some(follow_up), Some((answer, closed))) = (follow_up, told) else { return };
        course.bodies.reply(&mut history, answer, &follow_up.question);
        output_tokens = follow_up.output_tokens;
        intended = closed + follow_up.think_time;
        tokio::select! {
            biased;
            () = log.cut.cancelled() => {}
            () = sleep_until(intended.into()) => {}
        }
    }
}

/// Which turn of which request, and what is planned of it.
struct Place {
    request: u32,
    turn: u32,
    prompt: u32,
    output_tokens: u32,
    intended: Instant,
}

/// What is gathered while an answer comes.
struct Listener<'a> {
    course: &'a Course,
    url: &'a Url,
    replica: Option<Arc<str>>,
    /// The last event with text.
    last: Option<Instant>,
    /// Between events with text, in microseconds; of the stage only when the answer turns out good.
    gaps: Vec<u32>,
    /// As it is escaped; none when nobody needs it.
    answer: Option<String>,
}

impl Place {
    /// Sends it and records what comes. Gives the answer, if it is wanted and good, and when it had ended.
    async fn ask(
        &self,
        course: &Course,
        log: &StageLog,
        history: &History,
        is_wanted: bool,
    ) -> Option<(String, Instant)> {
        let url = course.next_url()?;
        let request = Request {
            url: url.clone(),
            headers: course.headers.clone(),
            body: course.bodies.ask(history, self.output_tokens),
            timeout: course.timeout,
        };
        let answer = is_wanted.then(String::new);
        let mut listener = Listener { course, url, replica: None, last: None, gaps: Vec::new(), answer };
        let now = Instant::now();
        log.sent(now);
        course.live.sent(now);
        let cut = log.cut.cancelled();
        let mut streamed = course.client.stream_until(&request, cut, |event| listener.take(&event)).await;
        if streamed.failure.is_none() && course.ignore_eos {
            streamed.failure = self.short(&streamed);
        }
        let Listener { replica, answer, gaps, .. } = listener;
        let (closed, is_good) = (streamed.moments.closed, streamed.failure.is_none());
        if is_good {
            log.take_gaps(&gaps);
        }
        course.live.ended(closed, replica.as_ref(), ended(&streamed));
        let sample = self.sample(course, log.stage, streamed, replica);
        if let Some(journal) = &course.journal {
            // Nobody listens any more where what is kept could not be written, which its keeper tells.
            journal.send(sample.clone()).ok();
        }
        log.end(sample);
        answer.filter(|_| is_good).map(|answer| (answer, closed))
    }

    /// What is wrong with an answer that ended too early.
    fn short(&self, streamed: &Streamed) -> Option<Failure> {
        let (told, asked) = (streamed.usage?.output_tokens, self.output_tokens);
        (told < asked).then(|| Failure {
            kind: FailureKind::ShortOutput,
            detail: format!("{told} of {asked} tokens, although the end was to be ignored"),
        })
    }

    fn sample(&self, course: &Course, stage: u32, streamed: Streamed, replica: Option<Arc<str>>) -> Sample {
        let moments = streamed.moments;
        let since = |moment: Option<Instant>| moment.map(|moment| course.since(moment));
        let usage = streamed.usage.unwrap_or_default();
        Sample {
            stage,
            request: self.request,
            turn: self.turn,
            prompt: self.prompt,
            times: Times {
                intended: course.since(self.intended),
                sent: course.since(moments.sent),
                first_event: since(moments.first_event),
                first_token: since(moments.first_token),
                last_token: since(moments.last_token),
                closed: course.since(moments.closed),
            },
            prompt_tokens: usage.prompt_tokens,
            output_tokens: usage.output_tokens,
            cached_tokens: usage.cached_tokens,
            events: streamed.events,
            replica,
            failure: streamed.failure,
        }
    }
}

impl Listener<'_> {
    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Head { replica, headers, .. } => {
                if headers.contains_key(&SIMULATED) {
                    self.course.is_simulated.store(true, Ordering::Relaxed);
                }
                self.replica = self.course.replica(*replica, self.url);
                if let Some(replica) = &self.replica {
                    self.course.live.began(replica);
                }
            }
            Event::Delta { at, delta } => {
                if !delta.has_text() {
                    return;
                }
                if let Some(last) = self.last.replace(*at) {
                    let gap = at.saturating_duration_since(last).as_micros();
                    self.gaps.push(u32::try_from(gap).unwrap_or(u32::MAX));
                }
                if let (Some(answer), Some(content)) = (&mut self.answer, delta.content) {
                    answer.push_str(content.escaped());
                }
            }
        }
    }
}

/// The same for who watches.
fn ended(streamed: &Streamed) -> Ended {
    match &streamed.failure {
        Some(Failure { kind: FailureKind::Cancelled, .. }) => return Ended::Cancelled,
        Some(_) => return Ended::Failed,
        None => {}
    }
    let moments = streamed.moments;
    let ttft = moments.first_token.map(|first| first.saturating_duration_since(moments.sent).as_secs_f64());
    let tokens = streamed.usage.map_or(0, |usage| usage.output_tokens);
    let tpot = match (moments.first_token, moments.last_token) {
        (Some(first), Some(last)) if tokens > 1 => {
            Some(last.saturating_duration_since(first).as_secs_f64() / f64::from(tokens - 1))
        }
        _ => None,
    };
    Ended::Answered { ttft, tpot }
}
