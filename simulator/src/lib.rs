//! A vLLM-like model server: all of llmd runs, is tested and is measured on it without a GPU.

pub mod tokenizer;
