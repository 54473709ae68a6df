//! Whom the load is sent to.

use llmd_bench::client::{self, Url};
use llmd_bench::driver::Settings;

use super::super::front_door::{FrontDoorArgs, Reached};
use super::super::unless_interrupted;
use super::load::Load;
use crate::serving::Serving;
use crate::{Exit, Failure};

/// The stack that is asked: the one that the flags name, else whom the scenario's file asks.
pub(super) async fn reach(front_door: &FrontDoorArgs, load: &Load) -> Result<Reached, Failure> {
    let target = &load.target;
    let front_door = front_door.or(target.base_url.as_deref(), target.model.as_deref());
    unless_interrupted(front_door.reach()).await
}

/// An arm: a name and the URLs that it asks in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arm {
    pub(super) name: String,
    pub(super) urls: Vec<String>,
}

/// `name=URL` or `name=URL,URL`.
impl std::str::FromStr for Arm {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write NAME=URL, or NAME=URL,URL to ask several in turn".to_owned();
        let (name, urls) = text.split_once('=').ok_or_else(wrong)?;
        let urls: Vec<String> = urls.split(',').map(|url| url.trim().to_owned()).collect();
        if name.is_empty() || urls.iter().any(String::is_empty) {
            return Err(wrong());
        }
        Ok(Self { name: name.to_owned(), urls })
    }
}

impl Arm {
    /// The stack's front door; whether a scheduler is behind it is known of a stack whose parts are.
    pub(super) fn front_door(serving: &Serving) -> Self {
        let name = if serving.replicas.is_empty() { "front door" } else { "scheduler" };
        Self { name: name.to_owned(), urls: vec![serving.front_door.clone()] }
    }

    /// The stack's servers in turn, past its scheduler.
    pub(super) fn round_robin(serving: &Serving) -> Self {
        let urls = serving.replicas.iter().map(|replica| replica.url.clone()).collect();
        Self { name: "round robin".to_owned(), urls }
    }

    /// How it is asked, with the key that the scenario's file gives. `is_cold` empties the caches of the servers before.
    pub(super) fn settings(
        &self,
        serving: &Serving,
        load: &Load,
        is_cold: bool,
    ) -> Result<Settings, Failure> {
        let replicas =
            serving.replicas.iter().map(|replica| Ok((replica.name.clone(), parsed(&replica.url)?)));
        let key = load.target.api_key.iter().map(|key| ("authorization".to_owned(), format!("Bearer {key}")));
        Ok(Settings {
            headers: key.collect(),
            urls: self.urls.iter().map(|url| parsed(url)).collect::<Result<_, Failure>>()?,
            model: serving.model.clone(),
            arm: self.name.clone(),
            replicas: replicas.collect::<Result<_, Failure>>()?,
            reset_caches: is_cold && !serving.replicas.is_empty(),
            client: client::Options::default(),
            journal: None,
        })
    }
}

fn parsed(url: &str) -> Result<Url, Failure> {
    url.trim_end_matches('/').parse().map_err(|error| Failure::new(Exit::Usage, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arm_has_a_name_and_urls() {
        let arm: Arm = "plain=http://a:1, http://b:2".parse().unwrap();
        assert_eq!(arm, Arm { name: "plain".into(), urls: vec!["http://a:1".into(), "http://b:2".into()] });
        for wrong in ["", "plain", "=http://a", "plain=", "plain=http://a,"] {
            assert!(wrong.parse::<Arm>().is_err(), "{wrong}");
        }
    }
}
