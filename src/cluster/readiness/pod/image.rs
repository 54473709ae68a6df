//! Images that cannot be had, by cause.

use std::time::Duration;

use serde_json::Value;

use super::{Cause, Evidence, Trouble, seconds};
use crate::cluster::events;
use crate::cluster::object::text;

/// The words of a class of failure in what the kubelet and the container runtime say, in lower case.
struct Class {
    words: &'static [&'static str],
    summary: &'static str,
    grace: Duration,
    hint: &'static str,
}

/// The first class with a word in the message counts: a registry that cannot be reached says nothing about the image.
const CLASSES: [Class; 5] = [
    Class {
        words: &["429", "toomanyrequests", "too many requests"],
        summary: "the registry limits its rate",
        grace: Duration::from_secs(120),
        hint: "the registry limits how often it is asked: log in with an image pull secret, or use a mirror",
    },
    Class {
        words: &[
            "timeout",
            "deadline exceeded",
            "no such host",
            "x509",
            "certificate",
            "connection refused",
            "connection reset",
            "no route to host",
            "server misbehaving",
            "unexpected eof",
            "502 bad gateway",
            "503 service unavailable",
            "http response to https client",
        ],
        summary: "the registry is out of reach",
        grace: Duration::from_secs(120),
        hint: "the registry cannot be reached from the node: check its network, name and certificate",
    },
    Class {
        words: &["no match for platform", "no matching manifest", "exec format error"],
        summary: "not for this platform",
        grace: Duration::ZERO,
        hint: "the image has no variant for the nodes' architecture: build one, or choose nodes that fit",
    },
    Class {
        words: &["unauthorized", "denied", "forbidden", "authentication required", "authorization failed"],
        summary: "the registry refuses",
        grace: Duration::ZERO,
        hint: "the registry refuses: add an image pull secret to the ServiceAccount, or check its rights; \
               some registries say this too of an image that is not there",
    },
    Class {
        words: &["not found", "manifest unknown", "does not exist", "not present with pull policy"],
        summary: "not found",
        grace: Duration::ZERO,
        hint: "no such image: correct its name and tag in the values, or push it",
    },
];

/// An image that cannot be pulled. `message` is the container's; while the kubelet backs off, only an event says why.
pub(super) fn trouble(pod: &str, image: &str, message: &str, evidence: &Evidence<'_>) -> Trouble {
    let of_event = || {
        let mut failed = events::about(evidence.events, pod, &["Failed"])
            .map(|event| text(event, "/message"))
            .filter(|message| message.contains("Failed to pull"));
        failed.next()
    };
    let says_nothing = class(message).is_none();
    let why = if says_nothing { of_event().unwrap_or(message) } else { message };
    let (summary, grace, hint) = match class(why) {
        Some(class) => (class.summary, class.grace, class.hint),
        None => (
            "back-off",
            seconds(10),
            "check the image's name and tag, and that the nodes can reach its registry",
        ),
    };
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    Trouble {
        summary: format!("image pull: {summary}"),
        cause: Cause {
            code: "ImagePull",
            message: format!("Pod/{pod}: image {image} cannot be pulled{why}"),
            hint: hint.to_owned(),
            grace,
            ..Cause::default()
        },
        crashed: None,
    }
}

fn class(message: &str) -> Option<&'static Class> {
    let message = message.to_lowercase();
    CLASSES.iter().find(|class| class.words.iter().any(|word| message.contains(word)))
}

/// A name that no image can have.
pub(super) fn invalid_name(pod: &Value, image: &str) -> Trouble {
    Trouble {
        summary: "invalid image name".to_owned(),
        cause: Cause {
            code: "InvalidImageName",
            message: format!("Pod/{}: '{image}' is not the name of an image", text(pod, "/metadata/name")),
            hint: "correct the image in the values".to_owned(),
            ..Cause::default()
        },
        crashed: None,
    }
}
