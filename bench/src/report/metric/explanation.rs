//! Every metric in words, for people who compare tools.

use super::{Explanation, Metric};

/// In the order in which tables show them.
pub const EXPLANATIONS: [Explanation; 17] = [
    Explanation {
        metric: Metric::RequestRate,
        name: "request_rate",
        label: "Requests",
        meaning: "Requests answered a second.",
        formula: "successful requests / (first sending to the end of the last successful one, pauses between stages included)",
        elsewhere: "inference-perf divides likewise, drains and pauses included, so a short stage seems slow; a stage's \
                    steady window leaves them out.",
    },
    Explanation {
        metric: Metric::InputTokenRate,
        name: "input_token_rate",
        label: "Input tokens",
        meaning: "Prompt tokens of answered requests a second, cached ones included.",
        formula: "Σ usage.prompt_tokens / the same window as requests",
        elsewhere: "inference-perf counts with a tokenizer of its own where the server does not say.",
    },
    Explanation {
        metric: Metric::OutputTokenRate,
        name: "output_token_rate",
        label: "Output tokens",
        meaning: "Tokens generated a second, over all requests.",
        formula: "Σ usage.completion_tokens / the same window as requests",
        elsewhere: "inference-perf tokenizes the text anew by default and finds up to a tenth fewer.",
    },
    Explanation {
        metric: Metric::TotalTokenRate,
        name: "total_token_rate",
        label: "Total tokens",
        meaning: "Input and output tokens a second.",
        formula: "(Σ prompt_tokens + Σ completion_tokens) / the same window as requests",
        elsewhere: "the same everywhere, but for how tokens are counted.",
    },
    Explanation {
        metric: Metric::GenerationSpeed,
        name: "generation_speed",
        label: "Generation speed",
        meaning: "How fast one request's tokens come once they come.",
        formula: "1 / TPOT of each request",
        elsewhere: "often printed as 1 / (mean TPOT), which is neither the mean nor the median speed.",
    },
    Explanation {
        metric: Metric::E2e,
        name: "e2e",
        label: "E2E",
        meaning: "How long a whole answer takes.",
        formula: "last event with content − sent",
        elsewhere: "inference-perf (request_latency) adds the end of the stream and its own tokenizing, about 30 ms a \
                    thousand tokens.",
    },
    Explanation {
        metric: Metric::E2eIntended,
        name: "e2e_intended",
        label: "E2E*",
        meaning: "The same from when the request was to be sent, so that a late load generator hides nothing.",
        formula: "last event with content − intended",
        elsewhere: "most tools leave it out; vllm bench with a bound on concurrency hides the wait for it.",
    },
    Explanation {
        metric: Metric::Ttft,
        name: "ttft",
        label: "TTFT",
        meaning: "Time to first token.",
        formula: "first event with content, reasoning or a tool call − sent",
        elsewhere: "vllm bench and older inference-perf take the first event of any kind, which of a chat is the empty \
                    role (here: TTFE).",
    },
    Explanation {
        metric: Metric::TtftIntended,
        name: "ttft_intended",
        label: "TTFT*",
        meaning: "The same from when the request was to be sent.",
        formula: "first event with content, reasoning or a tool call − intended",
        elsewhere: "most tools leave it out.",
    },
    Explanation {
        metric: Metric::Ttfe,
        name: "ttfe",
        label: "TTFE",
        meaning: "Time to first event, whatever it carries.",
        formula: "first event of the stream − sent",
        elsewhere: "called TTFT by vllm bench.",
    },
    Explanation {
        metric: Metric::Tpot,
        name: "tpot",
        label: "TPOT",
        meaning: "Time per output token of a request, the first left out.",
        formula: "(last − first event with content) / (usage.completion_tokens − 1)",
        elsewhere: "guidellm's TPOT includes the time to first token, and its ITL is this; older inference-perf divides \
                    by events.",
    },
    Explanation {
        metric: Metric::Itl,
        name: "itl",
        label: "ITL",
        meaning: "Inter-token latency: gaps between events with content, all requests' gaps together.",
        formula: "differences of arrival times within a request, pooled",
        elsewhere: "guidellm and aiperf mean one average a request; events that arrive in one read make gaps of \
                    microseconds in every tool.",
    },
    Explanation {
        metric: Metric::Ntpot,
        name: "ntpot",
        label: "NTPOT",
        meaning: "Time per output token of a request, the first included.",
        formula: "E2E / usage.completion_tokens",
        elsewhere: "called TPOT by guidellm.",
    },
    Explanation {
        metric: Metric::Lag,
        name: "lag",
        label: "Lag",
        meaning: "How late the load generator sent, over all requests, failed ones too.",
        formula: "sent − intended",
        elsewhere: "inference-perf: schedule_delay.",
    },
    Explanation {
        metric: Metric::HitShare,
        name: "hit_share",
        label: "Hit share",
        meaning: "Share of prompt tokens that were in a cache.",
        formula: "Σ usage.prompt_tokens_details.cached_tokens / Σ usage.prompt_tokens, else from replicas' counters",
        elsewhere: "engines report the share of blocks looked up, since their start.",
    },
    Explanation {
        metric: Metric::Goodput,
        name: "goodput",
        label: "Goodput",
        meaning: "Share of requests that met every bound of the SLO, counted from when they were to be sent.",
        formula: "good requests / (sent − given up by Ctrl-C); a failure is a miss, and so is what the drain timeout cut",
        elsewhere: "inference-perf leaves failures out, which flatters.",
    },
    Explanation {
        metric: Metric::Failures,
        name: "failures",
        label: "Failures",
        meaning: "Share of requests that were not answered as asked.",
        formula: "failed / (sent − given up by the client)",
        elsewhere: "inference-perf counts errors within a stream, missing ends and short answers as successes.",
    },
];
