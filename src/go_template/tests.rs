use serde_json::{Value, json};

use super::*;
use crate::environment::part::Part;

fn with<T>(values: &Value, work: impl FnOnce(&Context) -> T) -> T {
    let helpers = |name: &str| (name == "h.name").then(|| "helped-infra-x".to_owned());
    work(&Context {
        release_name: "infra-x",
        namespace: "llm-d",
        chart: Part::Infra.chart(),
        values,
        helpers: &helpers,
        helper_names: &["h.name"],
    })
}

/// Go reads every number of a values file as a float.
fn as_floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(as_floats).collect(),
        Value::Object(map) => map.iter().map(|(key, item)| (key.clone(), as_floats(item))).collect(),
        other => other.clone(),
    }
}

/// 250 templates and values put through the engine of Helm 4.1.4 with bitnami's `tplvalues.render`; `error` where it
/// refuses. Where we refuse and Helm does not, [`STRICTER`] names the template.
#[test]
fn gives_what_helm_gives() {
    const STRICTER: [&str; 5] = ["if .Values.a", ".Chart.Foo", "'a'", "$x := 1", "Name | }}"];
    let mut wrong = Vec::new();
    for line in include_str!("helm.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let values = as_floats(&case["values"]);
        let ours = with(&values, |context| match case["text"].as_str() {
            Some(text) => render(text, context).map(Value::String),
            None => render_value(&values["v"], context),
        });
        let text = case["text"].as_str().unwrap_or_default();
        let stricter = STRICTER.iter().any(|part| text.contains(part));
        let same = match (&ours, case.get("out")) {
            (Ok(ours), Some(theirs)) => as_floats(ours) == as_floats(theirs),
            (Err(_), None) => true,
            (Err(_), Some(_)) => stricter,
            (Ok(_), None) => false,
        };
        if !same {
            wrong.push(format!("{line}\n   ours: {ours:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn error(text: &str) -> String {
    with(&json!({"text": "t"}), |context| render(text, context)).unwrap_err().to_string()
}

#[test]
fn errors_name_what_was_found_and_where() {
    assert_eq!(
        error("a\n é {{ if .Values.text }}b{{ end }}"),
        "`{{ if .Values.text }}` at line 2, column 7: the action `if` does not work in a value; what works: paths \
         below .Release, .Values and .Chart, literals, pipelines and the functions default, include, lower, quote, \
         toYaml, trunc, upper"
    );
    assert!(error("{{ randAlpha 5 }}").contains("the function `randAlpha` does not work in a value"));
    assert!(error("{{ .Values.a.b }}").ends_with("column 4: .Values.a is missing, so it has no b"));
    assert!(error("{{ .Values.text.b.c }}").ends_with(".Values.text is a text, so it has no b"));
    assert!(error("{{ .Values.a-b }}").ends_with("a key with a dash in it cannot be reached by a path"));
    assert!(error("{{ .Capabilities.KubeVersion }}").contains(".Capabilities does not work"));
    assert!(error("{{ include \"nope\" . }}").ends_with("no helper `nope` for a value; known: h.name"));
    assert!(error("{{ include \"h.name\" .Values }}").contains("a helper works on the root only"));
    assert!(error("{{ .Values.text").ends_with("column 1: the action is not closed with `}}`"));
    assert!(error("{{ $x }}").contains("variables do not work"));
}

/// The shapes of the goldens `infra-gateway-off-extra-deploy`, `ms-container-fields`, `ms-nothing-created`,
/// `pool-sidecar-full`.
#[test]
fn whole_values_are_evaluated_as_yaml() {
    let values = json!({"routing": {"servicePort": 8000.0}, "gateway": {"gatewayClassName": "istio"}});
    with(&values, |context| {
        let given = json!({"preStop": {"exec": {"command": ["sleep", "{{ .Values.routing.servicePort }}"]}}});
        let expected = json!({"preStop": {"exec": {"command": ["sleep", "8000"]}}});
        assert_eq!(render_value(&given, context), Ok(expected));

        let text = json!(
            "metadata:\n  name: {{ .Release.Name }}-x\ndata: {class: {{ .Values.gateway.gatewayClassName | quote }}}\n"
        );
        let expected = json!({"metadata": {"name": "infra-x-x"}, "data": {"class": "istio"}});
        assert_eq!(render_value(&text, context), Ok(expected));

        let helped = json!({"name": "{{ include \"h.name\" . }}"});
        assert_eq!(render_value(&helped, context), Ok(json!({"name": "helped-infra-x"})));

        let plain = json!({"kept": 1.5, "list": ["yes", null]});
        assert_eq!(render_value(&plain, context), Ok(plain.clone()));

        let broken = render_value(&json!("a: b: {{ .Release.Name }}"), context).unwrap_err();
        assert!(broken.to_string().starts_with("with its templates filled in, the value is no YAML"));
    });
}

/// Random texts made of the pieces that matter, and random bytes: an answer or an error, never a panic.
#[test]
fn nothing_panics() {
    const PIECES: [&str; 40] = [
        "{{",
        "}}",
        "{{-",
        "-}}",
        " ",
        "\n",
        "(",
        ")",
        "|",
        ".",
        "$",
        "Values",
        ".Values",
        ".a",
        "\"",
        "\\",
        "`",
        "'",
        "quote",
        "default",
        "trunc",
        "include",
        "toYaml",
        "-3",
        "0x",
        "1e9",
        "é",
        "😀",
        "/*",
        "*/",
        "\"h.name\"",
        "-",
        ":=",
        "true",
        "nil",
        "upper",
        "99999999999999999999",
        "1.",
        ".5",
        "\t",
    ];
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).unwrap()
    };
    let values = json!({"a": {"b": ["é\n", 1.5e300, null, {" ": -0.0}]}});
    with(&values, |context| {
        for round in 0..40_000 {
            let length = random(14);
            let text: String = if round % 8 == 0 {
                (0..length).filter_map(|_| char::from_u32(u32::try_from(random(0x1_0000)).unwrap())).collect()
            } else {
                (0..length).map(|_| PIECES[random(PIECES.len())]).collect()
            };
            let _ = render(&text, context);
            let _ = render(&format!("{{{{ {text} }}}}"), context);
            let _ = render_value(&json!({"k": [text, {"é": text}]}), context);
        }
    });
    assert!(with(&values, |context| render(&format!("{{{{ {}", "(".repeat(100_000)), context)).is_err());
}

#[test]
fn what_to_yaml_writes_reads_as_the_same() {
    // Texts that our YAML reader takes for numbers where go-yaml does not.
    const READER_DIFFERS: [&str; 4] = ["+.nan", "yEs", "nO", "1e400"];
    let mut wrong = Vec::new();
    for line in include_str!("helm.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = to_yaml(&case["values"]) + "\n";
        let options = serde_saphyr::options! { legacy_octal_numbers: true };
        let back = serde_saphyr::from_str_with_options::<Value>(&text, options);
        let same = back.is_ok_and(|back| as_floats(&back) == as_floats(&case["values"]));
        if !same && !READER_DIFFERS.iter().any(|differs| text.contains(differs)) {
            wrong.push(text);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
