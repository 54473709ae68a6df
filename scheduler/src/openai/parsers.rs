//! Which API a path belongs to.

use llmd_api::config::Parser;

use super::Api;

const OPENAI: &[(&str, Api)] = &[
    ("chat/completions", Api::ChatCompletions),
    ("chat/completions/render", Api::ChatCompletions),
    ("completions", Api::Completions),
    ("completions/render", Api::Completions),
    ("embeddings", Api::Embeddings),
    ("responses", Api::Responses),
    ("conversations", Api::Conversations),
    ("images/generations", Api::Images),
];
const ANTHROPIC: &[(&str, Api)] =
    &[("v1/messages", Api::Messages), ("v1/messages/count_tokens", Api::Messages)];
const VLLM_HTTP: &[(&str, Api)] = &[("inference/v1/generate", Api::Generate)];

/// The paths that a parser of the configuration's list claims (`epp.md` §1.7).
fn claims(parser: Parser) -> impl Iterator<Item = (&'static str, Api)> {
    let (own, more): (_, &[_]) = match parser {
        Parser::OpenAi => (OPENAI, &[]),
        Parser::Anthropic => (ANTHROPIC, &[]),
        // vLLM's own paths, and all that `openai-parser` claims.
        Parser::VllmHttp => (VLLM_HTTP, OPENAI),
        // It takes what no other parser claims.
        Parser::Passthrough => (&[] as &[_], &[]),
    };
    own.iter().chain(more).copied()
}

/// The parsers of a configuration, as one list of path suffixes.
#[derive(Debug, Clone)]
pub struct Parsers {
    /// Longest suffix first.
    claims: Box<[(&'static str, Api)]>,
    takes_all: bool,
}

impl Parsers {
    /// The parsers in the order of the configuration. What comes after a parser without claims is never asked.
    pub fn new(parsers: impl IntoIterator<Item = Parser>) -> Self {
        let mut claims = Vec::new();
        let mut takes_all = false;
        for parser in parsers {
            claims.extend(self::claims(parser));
            if parser == Parser::Passthrough {
                takes_all = true;
                break;
            }
        }
        claims.sort_by_key(|(suffix, _)| std::cmp::Reverse(suffix.len()));
        Self { claims: claims.into(), takes_all }
    }

    /// The API of a request path without its query; `None` where no parser claims it.
    pub fn api(&self, path: &str) -> Option<Api> {
        let path = path.trim_end_matches('/');
        let claim = self.claims.iter().find(|(suffix, _)| path.ends_with(suffix));
        claim.map(|(_, api)| *api).or_else(|| self.takes_all.then_some(Api::Opaque))
    }
}

impl Default for Parsers {
    /// Those of a configuration that names none.
    fn default() -> Self {
        Self::new(Parser::DEFAULT)
    }
}
