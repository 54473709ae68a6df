//! Every recorded answer of the upstream pickers, compared by effect with ours.
//!
//! `../shared/golden/extproc/README.md` tells what the files are and how to compare. Where ours differs on purpose,
//! `differences.rs` names the file, the field and the reason, and `scheduler/README.md` has the row.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "modules of a test are not a library"
)]

mod differences;
mod effect;
mod picker;
mod vector;

use std::fmt::Write as _;

use effect::Effect;
use picker::Client;
use vector::Vector;

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_answer() {
    let Some(folder) = vector::folder() else { return };
    let vectors = vector::all(&folder);
    assert!(vectors.len() >= 126, "only {} recordings", vectors.len());
    let mut report = String::new();
    let mut seen = Vec::new();
    for vector in &vectors {
        let (ours, theirs) = effects(vector).await;
        for (field, ours, theirs) in compare(vector, &ours, &theirs) {
            match differences::reason(&vector.name, field) {
                Some(row) => seen.push((row, field)),
                None => {
                    writeln!(report, "{} {field}:\n  ours   {ours}\n  theirs {theirs}", vector.name).unwrap();
                }
            }
        }
    }
    assert!(report.is_empty(), "{report}");
    let all = differences::ROWS.iter().enumerate();
    let all = all.flat_map(|(row, (name, fields, _))| fields.iter().map(move |field| (row, *name, *field)));
    let stale: Vec<_> = all.filter(|(row, _, field)| !seen.contains(&(*row, *field))).collect();
    assert!(stale.is_empty(), "differences that are none: {stale:?}");
}

/// A piece of a streamed answer is passed on before the next one comes.
#[tokio::test(flavor = "multi_thread")]
async fn streamed_answers_pass_piece_by_piece() {
    let Some(folder) = vector::folder() else { return };
    let vectors = vector::all(&folder);
    for name in ["v10-stream-with-usage", "v10-rewrite-header-stream", "v04-stream-with-usage"] {
        let vector = vectors.iter().find(|vector| vector.name == name).unwrap();
        let mut client = Client::of(vector).await;
        let mut stream = client.stream().await;
        let mut ours = Effect::before(&vector.request);
        let mut theirs = ours.clone();
        for (index, message) in vector.request.iter().enumerate() {
            stream.send(message).await;
            for (_, answer) in vector.response.iter().filter(|(after, _)| *after == index) {
                theirs.apply(answer);
            }
            while ours.response_body.len() < theirs.response_body.len() || ours.answered != theirs.answered {
                ours.apply(&stream.next().await.unwrap().expect("an answer to every piece"));
            }
            assert_eq!(ours.response_body, theirs.response_body, "{name}, after message {index}");
        }
    }
}

async fn effects(vector: &Vector) -> (Effect, Effect) {
    let mut client = Client::of(vector).await;
    for stream in &vector.before {
        let (answers, _) = client.play(stream).await;
        assert!(!answers.is_empty() && !answers.iter().any(picker::is_refusal), "{}: before", vector.name);
    }
    let (answers, code) = client.play(&vector.request).await;
    let mut ours = Effect::before(&vector.request);
    let mut theirs = ours.clone();
    for answer in &answers {
        ours.apply(answer);
    }
    for (_, answer) in &vector.response {
        theirs.apply(answer);
    }
    assert_eq!(
        format!("{code:?}").to_lowercase(),
        vector.status.to_lowercase(),
        "{}: end of stream",
        vector.name
    );
    if vector.is_abridged {
        theirs.request_body = sent_body(vector);
        let length = theirs.request_body.len().to_string();
        assert_eq!(ours.request_headers.get("content-length"), Some(&length), "{}", vector.name);
    }
    if vector.unstable {
        settle(&mut ours, &mut theirs, vector);
    }
    (ours, theirs)
}

/// The body that the client sent.
fn sent_body(vector: &Vector) -> Vec<u8> {
    use llmd_proto::ext_proc::processing_request::Request;
    let pieces = vector.request.iter().filter_map(|message| match &message.request {
        Some(Request::RequestBody(piece)) => Some(piece.body.as_ref()),
        _ => None,
    });
    pieces.collect::<Vec<_>>().concat()
}

/// Takes out what is random, after a look at its form.
fn settle(ours: &mut Effect, theirs: &mut Effect, vector: &Vector) {
    if vector.name.ends_with("no-request-id") {
        let id =
            ours.request_headers.insert("x-request-id".into(), "random".into()).expect("an id is made up");
        assert_eq!(uuid::Uuid::parse_str(&id).unwrap().get_version_num(), 4);
        theirs.request_headers.insert("x-request-id".into(), "random".into());
    }
    if vector.name.contains("get-models") {
        for effect in [ours, theirs] {
            let destination =
                effect.request_headers.insert("x-gateway-destination-endpoint".into(), "any".into());
            let destination = destination.expect("a destination");
            assert!((1..=4).any(|host| destination == format!("127.0.0.{host}:9301")), "{destination}");
            assert!(effect.metadata.take().is_some_and(|metadata| metadata.contains(&destination)));
        }
    }
}

/// The fields that differ, with both sides.
fn compare(vector: &Vector, ours: &Effect, theirs: &Effect) -> Vec<(&'static str, String, String)> {
    let mut found = Vec::new();
    let mut check = |field, ours: String, theirs: String| {
        if ours != theirs {
            found.push((field, ours, theirs));
        }
    };
    let is_old = vector.name.starts_with("v04");
    // v04 encodes every body anew: equal as JSON is equal, and its length is its own.
    let body = |bytes: &[u8]| match serde_json::from_slice::<serde_json::Value>(bytes) {
        Ok(value) if is_old => {
            let mut value = value;
            value.sort_all_objects();
            value.to_string()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    let headers = |headers: &std::collections::BTreeMap<String, String>| {
        let mut headers = headers.clone();
        if is_old {
            headers.remove("content-length");
        }
        format!("{headers:?}")
    };
    check("routed", format!("{:?}", ours.routed), format!("{:?}", theirs.routed));
    check("route cache", ours.route_cache_cleared.to_string(), theirs.route_cache_cleared.to_string());
    check("refusal", format!("{:?}", ours.refused), format!("{:?}", theirs.refused));
    check("metadata", format!("{:?}", ours.metadata), format!("{:?}", theirs.metadata));
    check("request headers", headers(&ours.request_headers), headers(&theirs.request_headers));
    check("request body", body(&ours.request_body), body(&theirs.request_body));
    check("request end", ours.request_body_ended.to_string(), theirs.request_body_ended.to_string());
    check(
        "request trailers",
        ours.request_trailers_passed.to_string(),
        theirs.request_trailers_passed.to_string(),
    );
    check("answered", ours.answered.to_string(), theirs.answered.to_string());
    check("response headers", headers(&ours.response_headers), headers(&theirs.response_headers));
    check("response body", body(&ours.response_body), body(&theirs.response_body));
    check("response end", ours.response_body_ended.to_string(), theirs.response_body_ended.to_string());
    check(
        "response trailers",
        ours.response_trailers_passed.to_string(),
        theirs.response_trailers_passed.to_string(),
    );
    found
}
