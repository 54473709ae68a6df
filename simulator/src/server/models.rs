//! The names that requests may use.

use std::sync::Arc;

use serde_json::{Value, json};

use super::openai::Refusal;

/// A LoRA adapter, `{"name": …, "path": …, "base_model_name": …}` or `name=path` on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoraModule {
    pub name: Arc<str>,
    pub path: String,
    /// None: the first model.
    pub base: Option<String>,
}

impl std::str::FromStr for LoraModule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let module = if text.trim_start().starts_with('{') {
            let object: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
            let member = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
            let name = member("name").unwrap_or_default();
            Self {
                name: name.into(),
                path: member("path").unwrap_or_default(),
                base: member("base_model_name"),
            }
        } else {
            let (name, path) = text.split_once('=').unwrap_or((text, ""));
            Self { name: name.into(), path: path.to_owned(), base: None }
        };
        if module.name.is_empty() {
            return Err("an adapter is `NAME=PATH` or `{\"name\": …, \"path\": …}`".to_owned());
        }
        Ok(module)
    }
}

/// The base model under all its names, and its adapters.
pub(super) struct Models {
    /// At least one; the first stands in answers.
    pub(super) names: Vec<String>,
    /// Where the model would be loaded from.
    pub(super) root: String,
    pub(super) loras: Vec<LoraModule>,
    pub(super) max_model_len: u32,
    /// Unix time.
    pub(super) created: u64,
}

impl Models {
    /// The base model's first name.
    pub(super) fn first(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// What a request means by `name`: the name for the answer, and the adapter if it is one.
    ///
    /// # Errors
    /// When nothing has that name.
    pub(super) fn find(&self, name: Option<&str>) -> Result<(String, Option<Arc<str>>), Refusal> {
        let name = match name {
            None | Some("") => return Ok((self.first().to_owned(), None)),
            Some(name) => name,
        };
        if self.names.iter().any(|other| other == name) {
            return Ok((self.first().to_owned(), None));
        }
        let lora = self.loras.iter().find(|lora| *lora.name == *name);
        let lora = lora.ok_or_else(|| Refusal::unknown_model(name))?;
        Ok((lora.name.to_string(), Some(Arc::clone(&lora.name))))
    }

    /// The answer of `/v1/models`.
    pub(super) fn list(&self) -> Value {
        let card = |id: &str, root: &str, parent: Option<&str>, max_model_len: Option<u32>| {
            json!({
                "id": id,
                "object": "model",
                "created": self.created,
                "owned_by": "vllm",
                "root": root,
                "parent": parent,
                "max_model_len": max_model_len,
                "permission": [{
                    "id": format!("modelperm-{id}"),
                    "object": "model_permission",
                    "created": self.created,
                    "allow_create_engine": false,
                    "allow_sampling": true,
                    "allow_logprobs": true,
                    "allow_search_indices": false,
                    "allow_view": true,
                    "allow_fine_tuning": false,
                    "organization": "*",
                    "group": null,
                    "is_blocking": false,
                }],
            })
        };
        let models = self.names.iter().map(|name| card(name, &self.root, None, Some(self.max_model_len)));
        let parent = |lora: &LoraModule| lora.base.clone().unwrap_or_else(|| self.first().to_owned());
        let loras = self.loras.iter().map(|lora| card(&lora.name, &lora.path, Some(&parent(lora)), None));
        json!({"object": "list", "data": models.chain(loras).collect::<Vec<_>>()})
    }
}
