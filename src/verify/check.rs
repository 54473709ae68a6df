//! What is checked, in order.

use std::fmt;

use serde::Serialize;

/// One check; its id is its name in kebab case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    Processes,
    Releases,
    Objects,
    Topology,
    Servers,
    Models,
    Completion,
    Chat,
    Streaming,
    PickerHeader,
    PickerCounts,
    SamePrefix,
    DifferentPrefixes,
    Burst,
    ServerMetrics,
    ReadyEndpoints,
    UnknownModel,
    WrongPath,
    BadBody,
    FirstToken,
}

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    Processes,
    Deployment,
    Models,
    Answers,
    Picker,
    Routing,
    Metrics,
    Refusals,
    Timing,
}

impl Check {
    /// Every check, in the order in which they run.
    pub fn all() -> &'static [Self] {
        clap::ValueEnum::value_variants()
    }

    pub fn category(self) -> Category {
        self.about().0
    }

    /// What holds when it passes.
    pub fn title(self) -> &'static str {
        self.about().1
    }

    const fn about(self) -> (Category, &'static str) {
        match self {
            Self::Processes => (Category::Processes, "every process of the stack is up"),
            Self::Releases => {
                (Category::Deployment, "the releases are deployed, and nobody has changed their objects")
            }
            Self::Objects => (Category::Deployment, "every object is ready"),
            Self::Topology => {
                (Category::Deployment, "each object leads to the next, from the Gateway to the model pods")
            }
            Self::Servers => (Category::Models, "each model server is healthy and serves the model"),
            Self::Models => (Category::Models, "the front door lists the model"),
            Self::Completion => (Category::Answers, "a completion is answered"),
            Self::Chat => (Category::Answers, "a chat is answered"),
            Self::Streaming => (Category::Answers, "an answer is streamed as it is made"),
            Self::PickerHeader => (Category::Picker, "answers come by way of the picker"),
            Self::PickerCounts => (Category::Picker, "the picker counts each request once"),
            Self::SamePrefix => (Category::Routing, "requests with one prefix go to one model server"),
            Self::DifferentPrefixes => (Category::Routing, "different prompts go to several model servers"),
            Self::Burst => (Category::Routing, "a burst reaches every model server"),
            Self::ServerMetrics => (Category::Metrics, "the model servers count what they answer"),
            Self::ReadyEndpoints => (Category::Metrics, "the picker knows every model server"),
            Self::UnknownModel => (Category::Refusals, "a model that is not there is refused"),
            Self::WrongPath => (Category::Refusals, "a path that is not there is refused"),
            Self::BadBody => (Category::Refusals, "a body that is no JSON is refused"),
            Self::FirstToken => (Category::Timing, "the first token comes in time"),
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = clap::ValueEnum::to_possible_value(self);
        formatter.pad(value.as_ref().map_or("", |value| value.get_name()))
    }
}

impl fmt::Display for Category {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Processes => "processes",
            Self::Deployment => "deployment",
            Self::Models => "models",
            Self::Answers => "answers",
            Self::Picker => "picker",
            Self::Routing => "routing",
            Self::Metrics => "metrics",
            Self::Refusals => "refusals",
            Self::Timing => "timing",
        })
    }
}
