//! What clients send, and what must come back.

use futures::StreamExt as _;
use futures::future::join_all;
use serde_json::{Value, json};
use test_support::eventually;

use crate::model_server::{ModelServer, digest};
use crate::stack::{Options, PATIENCE, Stack};

/// The events of a streamed answer, without `[DONE]`, which must be there.
fn events(text: &str) -> Vec<Value> {
    let lines: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    assert_eq!(lines.last(), Some(&"[DONE]"), "the answer ends in the middle:\n{text}");
    lines[..lines.len() - 1].iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn three() -> Option<Stack> {
    Stack::start(&Options { servers: 3, ..Options::default() })
}

#[test]
fn every_kind_and_size_of_request_comes_and_goes_whole() {
    let Some(stack) = three() else { return };
    stack.runtime.block_on(async {
        for size in [1, 100, 10_000, 61_990, 62_010, 65_536, 200_000, 1 << 20] {
            for (path, is_chat) in [("/v1/completions", false), ("/v1/chat/completions", true)] {
                for is_stream in [false, true] {
                    let prompt = "é<\"\n".chars().cycle().take(size).collect::<String>();
                    let mut body = json!({"model": "m", "max_tokens": 7, "stream": is_stream});
                    if is_chat {
                        body["messages"] = json!([{"role": "user", "content": prompt}]);
                    } else {
                        body["prompt"] = prompt.into();
                    }
                    let body = body.to_string();
                    let response = stack.post_bytes(path, body.clone()).await;
                    assert_eq!(response.status(), 200, "{path} {size} {is_stream}");
                    let text = response.text().await.unwrap();
                    let echo = if is_stream {
                        let events = events(&text);
                        assert_eq!(events.len(), 8, "{path} {size}");
                        events[0]["echo"].clone()
                    } else {
                        serde_json::from_str(&text).unwrap()
                    };
                    assert_eq!(echo["body"], digest(body.as_bytes()), "{path} {size} {is_stream}");
                    assert_eq!(echo["path"], path);
                }
            }
        }
        let models = stack.client.get(format!("{}/v1/models", stack.url)).send().await.unwrap();
        assert_eq!(models.json::<Value>().await.unwrap()["data"][0]["id"], "m");
    });
    stack.await_idle();
    assert_eq!(stack.sum_of("inference_objective_request_total"), Some(32.0));
    assert_eq!(stack.sum_of("inference_objective_output_tokens_count"), Some(32.0), "usage of every answer");
}

#[test]
fn two_hundred_streams_at_once() {
    let Some(stack) = three() else { return };
    stack.runtime.block_on(async {
        let requests = (0..200).map(|index| {
            let stack = &stack;
            async move {
                let prompt = format!("group-{} and request {index}", index % 10);
                let body =
                    json!({"model": "m", "prompt": prompt, "stream": true, "max_tokens": 50, "pause_ms": 2});
                let response = stack.post("/v1/completions", &body).await;
                assert_eq!(response.status(), 200);
                let events = events(&response.text().await.unwrap());
                let texts: Vec<&str> =
                    events.iter().filter_map(|event| event["choices"][0]["text"].as_str()).collect();
                let wanted: Vec<String> = (0..50).map(|token| format!(" t{token}")).collect();
                assert_eq!(texts, wanted);
                assert_eq!(events[0]["echo"]["body"], digest(body.to_string().as_bytes()));
            }
        });
        join_all(requests).await;
    });
    stack.await_idle();
    assert_eq!(stack.servers.iter().map(ModelServer::requests).sum::<usize>(), 200);
    assert!(stack.servers.iter().all(|server| server.requests() > 20), "the load is spread");
}

#[test]
fn a_client_that_goes_away_leaves_nothing_behind() {
    let Some(stack) = three() else { return };
    stack.runtime.block_on(async {
        for _ in 0..10 {
            let body =
                json!({"model": "m", "prompt": "long", "stream": true, "max_tokens": 100_000, "pause_ms": 5});
            let mut stream = stack.post("/v1/completions", &body).await.bytes_stream();
            stream.next().await.unwrap().unwrap();
        }
    });
    stack.await_idle();
    let body = json!({"model": "m", "prompt": "after"});
    let response = stack.runtime.block_on(stack.post("/v1/completions", &body));
    assert_eq!(response.status(), 200);
}

#[test]
fn an_endpoint_that_dies_is_left_alone() {
    let Some(stack) = three() else { return };
    let killed = &stack.servers[1];
    let ask = |prompt: String| {
        stack
            .runtime
            .block_on(stack.post("/v1/completions", &json!({"model": "m", "prompt": prompt})))
            .status()
    };
    for index in 0..30 {
        assert_eq!(ask(format!("before {index}")), 200);
    }
    killed.kill();
    // Its metrics grow old; from then on nothing is sent there.
    let mut number = 0;
    eventually("only answers of those alive", PATIENCE, || {
        let all_well = (0..40).all(|_| {
            number += 1;
            ask(format!("{number} after")) == 200
        });
        all_well.then_some(())
    });
    stack.await_idle();
}

#[test]
fn an_empty_pool_is_503_and_a_bad_body_400() {
    let Some(stack) = Stack::start(&Options::default()) else { return };
    let ask = |body: &str| {
        stack.runtime.block_on(async {
            let response = stack.post_bytes("/v1/completions", body.to_owned()).await;
            (response.status().as_u16(), response.text().await.unwrap())
        })
    };
    let (status, text) = ask(r#"{"model": "m", "prompt": "x"}"#);
    assert_eq!(
        (status, text.as_str()),
        (
            503,
            "inference error: ServiceUnavailable - failed to find endpoint candidates for serving the request"
        )
    );
    let (status, text) = ask("{");
    assert_eq!(status, 400);
    assert!(text.starts_with("inference error: BadRequest - error unmarshaling request bodyMap"), "{text}");
    let server = ModelServer::start(stack.runtime.handle(), 7);
    stack.set_endpoints(std::slice::from_ref(&server));
    assert_eq!(ask(r#"{"model": "m", "prompt": "x"}"#).0, 200);
    stack.await_idle();
}

/// The address of the subset hint; model servers listen elsewhere on loopback as well.
fn with_subset(yaml: &str) -> String {
    let filter = "                  - name: envoy.filters.http.set_metadata
                    typed_config:
                      \"@type\": type.googleapis.com/envoy.extensions.filters.http.set_metadata.v3.Config
                      metadata:
                        - metadata_namespace: envoy.lb.subset_hint
                          value: {x-gateway-destination-endpoint-subset: [\"127.0.0.9:8000\"]}
";
    let forwarded = "                      metadata_options:
                        forwarding_namespaces: {untyped: [envoy.lb.subset_hint]}
";
    let ext_proc = "                  - name: envoy.filters.http.ext_proc\n";
    let mode = "                      processing_mode:\n";
    assert!(yaml.contains(ext_proc) && yaml.contains(mode), "{yaml}");
    yaml.replace(ext_proc, &format!("{filter}{ext_proc}")).replace(mode, &format!("{forwarded}{mode}"))
}

#[test]
fn a_subset_that_names_no_endpoint_is_503() {
    let options = Options { servers: 3, patch: Some(|yaml| with_subset(&yaml)) };
    let Some(stack) = Stack::start(&options) else { return };
    let status = |body: &Value| stack.runtime.block_on(stack.post("/v1/completions", body)).status();
    assert_eq!(status(&json!({"model": "m", "prompt": "x"})), 503);
}

#[test]
fn a_subset_that_names_the_endpoints_is_heeded() {
    let options = Options {
        servers: 3,
        patch: Some(|yaml| with_subset(&yaml).replace("127.0.0.9:8000", "127.0.0.1:1")),
    };
    let Some(stack) = Stack::start(&options) else { return };
    let status = |body: &Value| stack.runtime.block_on(stack.post("/v1/completions", body)).status();
    assert_eq!(status(&json!({"model": "m", "prompt": "x"})), 200);
}

#[test]
fn requests_with_one_prefix_land_on_one_endpoint() {
    let Some(stack) = three() else { return };
    let groups: Vec<String> = (0..6).map(|group| format!("group-{group}")).collect();
    stack.runtime.block_on(async {
        for round in 0..5 {
            for group in &groups {
                let prompt =
                    format!("{group} {} question {round}", "all of this is known already. ".repeat(200));
                let body = json!({"model": "m", "prompt": prompt, "max_tokens": 2});
                assert_eq!(stack.post("/v1/completions", &body).await.status(), 200);
            }
        }
    });
    for group in &groups {
        let served: Vec<usize> = stack.servers.iter().map(|server| server.requests_of(group)).collect();
        assert!(served.contains(&5), "{group} was spread over {served:?}");
    }
    assert!(
        stack.servers.iter().filter(|server| server.requests() > 0).count() > 1,
        "all groups on one endpoint"
    );
}

/// As Istio's gateways speak to a picker that no rule names: by what is no name of a host, in TLS and in HTTP.
fn as_istio(yaml: &str, version: &str) -> String {
    const NAME: &str = "outbound|9002||epp.llm-d.svc.cluster.local";
    let by = "envoy_grpc: {cluster_name: scheduler";
    let context = yaml.lines().find(|line| line.trim_start() == "common_tls_context:").unwrap();
    let indent = " ".repeat(context.len() - context.trim_start().len());
    let versions = format!(
        "tls_params: {{tls_minimum_protocol_version: {version}, tls_maximum_protocol_version: {version}}}"
    );
    let named = yaml.replace(by, &format!("{by}, authority: \"{NAME}\""));
    assert_ne!(named, yaml);
    named.replace(context, &format!("{indent}sni: \"{NAME}\"\n{context}\n{indent}  {versions}"))
}

#[test]
fn a_gateway_that_names_no_host_is_served() {
    let patches: [fn(String) -> String; 2] =
        [|yaml| as_istio(&yaml, "TLSv1_3"), |yaml| as_istio(&yaml, "TLSv1_2")];
    for patch in patches {
        let Some(stack) = Stack::start(&Options { servers: 1, patch: Some(patch) }) else { return };
        let body = json!({"model": "m", "prompt": "x"});
        assert_eq!(stack.runtime.block_on(stack.post("/v1/completions", &body)).status(), 200);
    }
}
