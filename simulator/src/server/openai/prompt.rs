//! The forms in which a prompt comes.

use serde_json::Value;

use super::fields::Fields;

/// One prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) enum Prompt {
    Text(String),
    Tokens(Vec<u32>),
}

/// The prompts of a completion: a string, a list of strings, a list of token ids, or a list of such lists.
pub(super) fn prompts(fields: &mut Fields<'_>) -> Vec<Prompt> {
    let missing = "Either prompt or prompt_embeds must be provided and non-empty.";
    match fields.value("prompt") {
        None => fields.complain_of_value("prompt", "None", missing),
        Some(Value::String(text)) if text.is_empty() => fields.complain_of_value("prompt", "", missing),
        Some(Value::String(text)) => return vec![Prompt::Text(text.clone())],
        Some(Value::Array(items)) if items.is_empty() => {
            fields.complain_of_value("prompt", "[]", "please provide at least one prompt");
        }
        Some(Value::Array(items)) => return list(fields, items),
        Some(other) => {
            fields.complain("string_type", "body.prompt", "Input should be a valid string", other);
            fields.complain("list_type", "body.prompt", "Input should be a valid list", other);
        }
    }
    Vec::new()
}

fn list(fields: &mut Fields<'_>, items: &[Value]) -> Vec<Prompt> {
    match items[0] {
        Value::Number(_) => tokens(fields, items, "body.prompt").into_iter().collect(),
        Value::String(_) => each(items, |(index, item)| match item {
            Value::String(text) => Some(Prompt::Text(text.clone())),
            other => {
                let place = format!("body.prompt.{index}");
                fields.complain("string_type", &place, "Input should be a valid string", other);
                None
            }
        }),
        _ => each(items, |(index, item)| {
            let place = format!("body.prompt.{index}");
            if let Value::Array(ids) = item {
                return tokens(fields, ids, &place);
            }
            fields.complain("list_type", &place, "Input should be a valid list", item);
            None
        }),
    }
}

/// All of them, or as many as came before the first wrong one: one complaint is enough.
fn each(items: &[Value], read: impl FnMut((usize, &Value)) -> Option<Prompt>) -> Vec<Prompt> {
    items.iter().enumerate().map_while(read).collect()
}

fn tokens(fields: &mut Fields<'_>, ids: &[Value], place: &str) -> Option<Prompt> {
    let read = |id: &Value| id.as_u64().and_then(|id| u32::try_from(id).ok());
    let tokens: Vec<u32> = ids.iter().map_while(read).collect();
    if let Some(wrong) = ids.get(tokens.len()) {
        let place = format!("{place}.{}", tokens.len());
        fields.complain("int_type", &place, "Input should be a valid integer", wrong);
        return None;
    }
    Some(Prompt::Tokens(tokens))
}
