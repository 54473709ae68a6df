use proptest::prelude::*;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{DecoderWrapper, NormalizerWrapper, PostProcessorWrapper, TokenizerBuilder};

use super::pieces::{LONGEST, VOCABULARY, pieces};
use super::*;

const PROSE: &str = "The scheduler sends a request to the model server that will answer it soonest. What it knows of \
    the servers are a few numbers that they publish, and what it has sent to them before. A prompt that begins like one \
    that was sent a minute ago is cheap where that one went, since its keys and values are still in the memory there.";

fn cut(text: &str) -> Vec<&str> {
    pieces(text).collect()
}

/// A byte-level tokenizer as models have them, trained on [`PROSE`].
fn from_file() -> Tokenizer {
    let bytes = || ByteLevel::default().add_prefix_space(false);
    let mut model = TokenizerBuilder::default()
        .with_model(BPE::default())
        .with_normalizer(None::<NormalizerWrapper>)
        .with_pre_tokenizer(Some(bytes()))
        .with_post_processor(None::<PostProcessorWrapper>)
        .with_decoder(None::<DecoderWrapper>)
        .build()
        .unwrap();
    let alphabet = ByteLevel::alphabet().into_iter().collect();
    let mut trainer =
        BpeTrainer::builder().vocab_size(600).show_progress(false).initial_alphabet(alphabet).build();
    model.train(&mut trainer, std::iter::repeat_n(PROSE, 3)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokenizer.json");
    model.save(&path, false).unwrap();
    Tokenizer::from_file(&path).unwrap()
}

#[test]
fn words_take_their_space_with_them() {
    assert_eq!(
        cut("Hello world,  it's\n\nfine"),
        ["Hello", " world", ",", " ", " it", "'", "s", "\n\n", "fine"]
    );
    assert_eq!(cut(" deterministic"), [" determi", "nistic"]);
    assert_eq!(cut("Überflüssig"), ["Überfl", "üssig"]);
    assert_eq!(cut("          x"), ["        ", " ", " x"]);
    assert_eq!(cut(""), [""; 0]);
}

#[test]
fn a_token_of_prose_has_about_four_characters() {
    let characters = PROSE.len() as f64 / cut(PROSE).len() as f64;
    assert!((3.5..5.0).contains(&characters), "{characters}");
}

/// They are written down in KV events and must not change from one version to the next.
#[test]
fn identifiers_stay() {
    assert_eq!(Tokenizer::default().encode("Hello world", true).unwrap(), [119_236, 135_977]);
}

#[test]
fn a_conversation_is_chatml() {
    let message = |role, content: &'static str| ChatMessage { role, content: content.into() };
    let turn = render_chat(None, [message("user", "Hi")], true);
    assert_eq!(turn, "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
    let longer = [message("user", "Hi"), message("assistant", "Hello"), message("user", "Bye")];
    assert!(render_chat(None, longer, true).starts_with(&format!("{turn}Hello")));
    assert!(render_chat(Some("[]"), [], false).starts_with("<|im_start|>system\n[]<|im_end|>\n"));
}

/// `answer` behind `prompt` encodes to the tokens of both.
fn assert_round_trip(tokenizer: &Tokenizer, prompt: &str, seed: u64) {
    let answer = tokenizer.answer(prompt, seed);
    let mut text = prompt.to_owned();
    let mut tokens = tokenizer.encode(prompt, false).unwrap();
    for (token, word) in (0..40).map(|index| answer.token(index)) {
        tokens.push(token);
        text.push_str(word);
    }
    assert_eq!(tokenizer.encode(&text, false).unwrap(), tokens, "{text:?}");
}

#[test]
fn answers_round_trip_through_a_file() {
    let tokenizer = from_file();
    for prompt in ["", "The server", "The server ", "a  ", "x\n", "x\n\n", "1,", "<|im_start|>assistant\n"] {
        assert_round_trip(&tokenizer, prompt, 7);
    }
}

#[test]
fn a_file_that_is_none_is_named() {
    let error = Tokenizer::from_file(Path::new("/nowhere/tokenizer.json")).err().unwrap();
    assert_eq!(error.to_string(), "read the tokenizer /nowhere/tokenizer.json");
}

#[test]
fn answers_follow_prompt_and_seed() {
    let tokenizer = Tokenizer::default();
    let text = |prompt: &str, seed| {
        let answer = tokenizer.answer(prompt, seed);
        (0..8).map(|index| answer.token(index).1.to_owned()).collect::<String>()
    };
    assert_eq!(text("a", 1), text("a", 1));
    assert_ne!(text("a", 1), text("a", 2));
    assert_ne!(text("a", 1), text("b", 1));
}

#[test]
fn block_hashes_cover_what_was_before() {
    let blocks = BlockHasher::new("0", 4);
    let tokens: Vec<TokenId> = (0..11).collect();
    let hashes = blocks.hashes("", &tokens);
    assert_eq!(hashes.len(), 2);
    assert_eq!(*blocks.hashes("", &tokens[..4]), hashes[..1]);
    let mut other = tokens.clone();
    other[0] = 99;
    assert_ne!(blocks.hashes("", &other)[1], hashes[1]);
    assert_ne!(blocks.hashes("adapter", &tokens), hashes);
    assert_ne!(BlockHasher::new("1", 4).hashes("", &tokens), hashes);
    assert_eq!(blocks.extended("", &hashes[..1], &tokens), hashes);
}

proptest! {
    #[test]
    fn pieces_are_the_text(text in "([a-z]{1,20}| {1,20}|\\PC|\\s|[äß漢🦀]{1,9}){0,30}") {
        prop_assert_eq!(cut(&text).concat(), text.clone());
        prop_assert!(pieces(&text).all(|piece| !piece.is_empty() && piece.len() <= LONGEST));
        let tokens = Tokenizer::default().encode(&text, false).unwrap();
        prop_assert!(tokens.iter().all(|&token| u64::from(token) < VOCABULARY));
    }

    #[test]
    fn a_prefix_that_ends_with_a_piece_has_its_tokens(text in "([a-z]{1,20}| {1,20}|\\PC|\\s){0,20}", cut_off in 0..40usize) {
        let whole = cut(&text);
        let kept = whole.len().saturating_sub(cut_off);
        let prefix = whole[..kept].concat();
        prop_assert_eq!(cut(&prefix), &whole[..kept]);
    }

    #[test]
    fn answers_round_trip(prompt in "([a-z]{1,20}| {1,20}|\\PC|\\s){0,20}", seed: u64) {
        assert_round_trip(&Tokenizer::default(), &prompt, seed);
    }
}
