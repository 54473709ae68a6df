//! Scenarios with a name.

use super::{Arrivals, Length, RequestOptions, Scenario, Shape, Spread, Stage, StageLoad, Workload};

/// A scenario that is always there.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    parts: fn() -> Parts,
}

/// What scenarios differ in.
struct Parts {
    workload: Workload,
    arrivals: Arrivals,
    /// Requests (or conversations) a second, and seconds.
    ladder: &'static [(f64, f64)],
}

/// All of them.
pub const BUILTIN: &[Builtin] = &[
    Builtin {
        name: "inference-scheduling",
        description: "The guide's ladder: 17 Poisson stages of 3 to 60 requests/s, 150 × 5 prompts of 6,000 + 1,200 tokens",
        parts: inference_scheduling,
    },
    Builtin {
        name: "shared-prefix-synthetic",
        description: "The guide's smaller ladder: 2 to 20 requests/s, 32 × 32 prompts of 2,048 + 256 tokens",
        parts: shared_prefix_synthetic,
    },
    Builtin {
        name: "chat",
        description: "Conversations of about 7 turns under one system prompt, 1 to 4 new ones a second",
        parts: chat,
    },
    Builtin {
        name: "random",
        description: "Prompts of about 2,500 tokens with nothing in common, 2 to 16 requests/s",
        parts: random,
    },
    Builtin {
        name: "demo",
        description: "Prompts that begin alike, for the servers of `-e local`: 10 to 30 requests/s, half a minute",
        parts: demo,
    },
    Builtin { name: "sanity", description: "Ten short requests: does it work at all?", parts: sanity },
];

/// The scenario of this name.
pub fn builtin(name: &str) -> Option<Scenario> {
    let builtin = BUILTIN.iter().find(|builtin| builtin.name == name)?;
    let Parts { workload, arrivals, ladder } = (builtin.parts)();
    let stage =
        |&(rate, seconds): &(f64, f64)| Stage { load: StageLoad::Rate { rate, seconds }, warm_up: false };
    Some(Scenario {
        name: builtin.name.to_owned(),
        workload,
        arrivals,
        stages: ladder.iter().map(stage).collect(),
        pause: super::default_pause(),
        drain_timeout: super::default_drain(),
        seed: 0,
        request: RequestOptions::default(),
        slo: None,
    })
}

/// `bench.md` §6.1. Its first stage is called a warm-up there, but the published figures count it.
fn inference_scheduling() -> Parts {
    Parts {
        workload: Workload::SharedPrefix {
            groups: 150,
            prompts_per_group: 5,
            system_prompt: Length::Fixed(6000),
            question: Length::Fixed(1200),
            output: Length::Fixed(1000),
            zipf_exponent: None,
        },
        arrivals: Arrivals::Poisson { exact_count: true },
        ladder: &[
            (15.0, 50.0),
            (3.0, 20.0),
            (10.0, 20.0),
            (15.0, 20.0),
            (20.0, 38.0),
            (22.0, 34.0),
            (25.0, 30.0),
            (30.0, 25.0),
            (35.0, 21.0),
            (40.0, 38.0),
            (43.0, 36.0),
            (46.0, 33.0),
            (49.0, 30.0),
            (52.0, 29.0),
            (55.0, 27.0),
            (57.0, 26.0),
            (60.0, 25.0),
        ],
    }
}

/// `bench.md` §3.4.
fn shared_prefix_synthetic() -> Parts {
    Parts {
        workload: Workload::SharedPrefix {
            groups: 32,
            prompts_per_group: 32,
            system_prompt: Length::Fixed(2048),
            question: Length::Fixed(256),
            output: Length::Fixed(256),
            zipf_exponent: None,
        },
        arrivals: Arrivals::Constant,
        ladder: &[
            (2.0, 50.0),
            (5.0, 50.0),
            (8.0, 50.0),
            (10.0, 50.0),
            (12.0, 50.0),
            (15.0, 50.0),
            (20.0, 50.0),
        ],
    }
}

/// After `schedsim.md` §3 (b): turns, questions, answers and pauses as there, under one system prompt of the middle length.
/// There are as many conversations as arrive, so that none is had twice.
fn chat() -> Parts {
    let spread =
        |mean, std_dev, min, max| Length::Spread(Spread { shape: Shape::Lognormal, mean, std_dev, min, max });
    Parts {
        workload: Workload::Chat {
            conversations: 420,
            turns: spread(7.0, 3.0, 1, 20),
            system_prompt: Length::Fixed(2000),
            question: spread(250.0, 150.0, 16, 2000),
            output: spread(320.0, 200.0, 16, 2000),
            think_time: 20.0,
        },
        arrivals: Arrivals::Poisson { exact_count: true },
        ladder: &[(1.0, 60.0), (2.0, 60.0), (4.0, 60.0)],
    }
}

/// After `schedsim.md` §3 (c): lognormal with σ 1 and 0.9 of the logarithms.
fn random() -> Parts {
    let spread =
        |mean, std_dev, max| Length::Spread(Spread { shape: Shape::Lognormal, mean, std_dev, min: 16, max });
    Parts {
        workload: Workload::Random {
            input: spread(2500.0, 3277.0, 16_000),
            output: spread(450.0, 502.0, 4000),
        },
        arrivals: Arrivals::Poisson { exact_count: true },
        ladder: &[(2.0, 30.0), (4.0, 30.0), (8.0, 30.0), (16.0, 30.0)],
    }
}

/// For the four servers of the environment `local`, whose KV caches hold 32,000 tokens each: the shared parts of all groups
/// are three times that, so they fit only where each group keeps to one server, as in the guide (`bench.md` §6.4).
fn demo() -> Parts {
    Parts {
        workload: Workload::SharedPrefix {
            groups: 40,
            prompts_per_group: 5,
            system_prompt: Length::Fixed(2400),
            question: Length::Fixed(100),
            output: Length::Fixed(32),
            zipf_exponent: None,
        },
        arrivals: Arrivals::Poisson { exact_count: true },
        ladder: &[(10.0, 3.0), (20.0, 4.0), (30.0, 5.0)],
    }
}

/// Short enough for a server on CPUs.
fn sanity() -> Parts {
    Parts {
        workload: Workload::SharedPrefix {
            groups: 2,
            prompts_per_group: 2,
            system_prompt: Length::Fixed(96),
            question: Length::Fixed(32),
            output: Length::Fixed(16),
            zipf_exponent: None,
        },
        arrivals: Arrivals::Constant,
        ladder: &[(2.0, 5.0)],
    }
}
