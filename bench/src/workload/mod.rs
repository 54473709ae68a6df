//! Makes a plan of a scenario: prompts, lengths, arrivals.
