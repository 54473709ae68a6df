//! The token for Hugging Face: where pods look for it, and whether a text can be one.

use crate::cluster::object::{list, text};
use crate::render::{Part, Stack};

use super::workload::Workload;

/// Where the guide has it.
const SECRET: &str = "llm-d-hf-token";
const KEY: &str = "HF_TOKEN";

/// Makers of models that are given out only to who accepted their terms.
const GATED: [&str; 3] = ["meta-llama/", "google/gemma", "mistralai/"];

/// A Secret and the key in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPlace {
    pub secret: String,
    pub key: String,
}

impl Default for TokenPlace {
    fn default() -> Self {
        Self { secret: SECRET.to_owned(), key: KEY.to_owned() }
    }
}

/// Where the pods of a stack look for the token; none where none of them does.
pub fn place(stack: &Stack) -> Option<TokenPlace> {
    const VARIABLES: [&str; 2] = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"];
    let workloads = Workload::all(stack);
    let mut variables =
        workloads.iter().flat_map(Workload::containers).flat_map(|container| list(container, "/env"));
    variables.find_map(|variable| {
        let reference = variable.pointer("/valueFrom/secretKeyRef")?;
        VARIABLES.contains(&text(variable, "/name")).then(|| TokenPlace {
            secret: text(reference, "/name").to_owned(),
            key: text(reference, "/key").to_owned(),
        })
    })
}

/// The model, when only those who accepted its terms may load it.
pub(super) fn gated_model(stack: &Stack) -> Option<&str> {
    let ms = stack.releases.iter().find(|release| release.part == Part::Ms)?;
    let model = text(&ms.config, "/modelArtifacts/name");
    GATED.iter().any(|maker| model.starts_with(maker)).then_some(model)
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("it is empty")]
    Empty,
    #[error("it holds blanks or line breaks, which are no part of a token")]
    Blanks,
}

/// Looks at a token as it is stored: not even a line break at its end is taken off.
///
/// # Errors
/// What is wrong with it. Nothing of the token is in the text.
pub fn check(token: &[u8]) -> Result<(), Fault> {
    if token.is_empty() {
        Err(Fault::Empty)
    } else if token.iter().any(|byte| !byte.is_ascii_graphic()) {
        Err(Fault::Blanks)
    } else {
        Ok(())
    }
}

/// Whether a token looks like one of today.
pub fn is_usual(token: &[u8]) -> bool {
    token.starts_with(b"hf_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_word() {
        assert_eq!(check(b"hf_abc"), Ok(()));
        assert_eq!(check(b""), Err(Fault::Empty));
        for token in [&b"hf_abc\n"[..], b" hf_abc", b"hf abc", b"hf_abc\r\n", b"\xff"] {
            assert_eq!(check(token), Err(Fault::Blanks));
        }
        assert!(is_usual(b"hf_abc") && !is_usual(b"api_abc"));
    }
}
