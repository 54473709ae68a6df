//! Texts to tokens and blocks.

use std::collections::HashMap;
use std::sync::Arc;

use llmd_bench::plan::{Plan, PlannedRequest};
use simulator::engine::BlockHash;
use simulator::tokenizer::{BlockHasher, TokenId, Tokenizer};

use super::{Turn, body};
use crate::virtual_clock::VirtualError;

/// Tokens of a KV block, as every profile has it.
const BLOCK_SIZE: u32 = 16;

/// Reads the requests of a plan.
pub(super) struct Reader<'a> {
    plan: &'a Plan,
    tokenizer: &'a Tokenizer,
    hasher: BlockHasher,
    /// By prompt.
    prompts: HashMap<u32, (u32, Arc<[BlockHash]>)>,
    none: Arc<[Arc<str>]>,
    /// So that no answer is given twice.
    answers: u64,
}

impl<'a> Reader<'a> {
    pub(super) fn new(plan: &'a Plan, tokenizer: &'a Tokenizer) -> Self {
        Self {
            plan,
            tokenizer,
            hasher: BlockHasher::new("", BLOCK_SIZE),
            prompts: HashMap::new(),
            none: Arc::default(),
            answers: 0,
        }
    }

    /// Appends the turns of a request: one, or those of a conversation.
    pub(super) fn read(
        &mut self,
        planned: &PlannedRequest,
        request: u32,
        turns: &mut Vec<Turn>,
    ) -> Result<(), VirtualError> {
        if planned.prompt as usize >= self.plan.prompts.len() {
            return Err(VirtualError::NoPrompt { prompt: planned.prompt });
        }
        if planned.follow_ups.is_empty() {
            let (prompt_tokens, blocks) = self.prompt(planned.prompt)?;
            turns.push(Turn {
                request,
                number: 0,
                prompt: planned.prompt,
                prompt_tokens,
                output_tokens: planned.output_tokens,
                blocks,
                said: Arc::clone(&self.none),
            });
            return Ok(());
        }
        let lengths = planned.follow_ups.iter().map(|follow_up| follow_up.output_tokens);
        let lengths = std::iter::once(planned.output_tokens).chain(lengths);
        let mut said: Vec<Arc<str>> = Vec::new();
        for (turn, output_tokens) in (0..).zip(lengths) {
            if let Some(question) = planned.follow_ups.get((turn as usize).wrapping_sub(1)) {
                said.push(Arc::clone(&question.question));
            }
            let text = body::text(self.plan, planned.prompt, &said);
            let mut tokens = self.tokenizer.encode(&text, true)?;
            let prompt_tokens = count(&tokens);
            let answer = self.answer(&text, output_tokens, &mut tokens);
            turns.push(Turn {
                request,
                number: turn,
                prompt: planned.prompt,
                prompt_tokens,
                output_tokens,
                blocks: self.hasher.hashes("", &tokens),
                said: said.as_slice().into(),
            });
            said.push(answer);
        }
        Ok(())
    }

    /// Answers of single requests are never asked again, so their blocks need no names.
    fn prompt(&mut self, prompt: u32) -> Result<(u32, Arc<[BlockHash]>), VirtualError> {
        if let Some((count, blocks)) = self.prompts.get(&prompt) {
            return Ok((*count, Arc::clone(blocks)));
        }
        let tokens = self.tokenizer.encode(&body::text(self.plan, prompt, &[]), true)?;
        let read = (count(&tokens), self.hasher.hashes("", &tokens));
        self.prompts.insert(prompt, (read.0, Arc::clone(&read.1)));
        Ok(read)
    }

    /// An answer to `text`, whose tokens are appended to those of the text.
    fn answer(&mut self, text: &str, length: u32, tokens: &mut Vec<TokenId>) -> Arc<str> {
        self.answers += 1;
        let words = self.tokenizer.answer(text, self.answers);
        let mut answer = String::new();
        for index in 0..length {
            let (token, word) = words.token(index);
            tokens.push(token);
            answer.push_str(word);
        }
        answer.into()
    }
}

fn count(tokens: &[TokenId]) -> u32 {
    u32::try_from(tokens.len()).unwrap_or(u32::MAX)
}
