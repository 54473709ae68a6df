//! Every kind of wrong input, with its exact words.

use crate::harness::{Sandbox, shown};

macro_rules! refused {
    ($name:ident, $sandbox:expr, $line:expr) => {
        #[test]
        fn $name() {
            let sandbox = $sandbox;
            let shown = sandbox.run($line);
            assert!(shown.starts_with("exit 2\n--- stdout\n\n"), "{shown}");
            insta::assert_snapshot!(shown);
        }
    };
}

fn with_file(content: impl AsRef<[u8]>) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("mine.yaml", content);
    sandbox
}

refused!(unknown_environment, Sandbox::new(), "render -e isto");
refused!(unknown_environment_far_from_all, Sandbox::new(), "render -e openshift");
refused!(unknown_key, with_file("ms:\n  decode:\n    replica: 3\n"), "render -f mine.yaml");
refused!(unknown_section, with_file("decode:\n  replicas: 3\n"), "render -f mine.yaml");
refused!(
    wrong_type,
    with_file("ms:\n  decode:\n    replicas: \"3\"\n    create: 1\n"),
    "render -f mine.yaml"
);
refused!(
    old_boolean,
    with_file("ms:\n  decode:\n    podAnnotations:\n      inject: on\n"),
    "render -f mine.yaml"
);
refused!(boolean_for_text, with_file("ms:\n  modelArtifacts:\n    name: true\n"), "render -f mine.yaml");
refused!(duplicate_key, with_file("ms:\n  multinode: true\n  multinode: false\n"), "render -f mine.yaml");
refused!(empty_values, with_file(""), "render -f mine.yaml");
refused!(empty_environment, with_file("# nothing\n"), "render -e ./mine.yaml");
refused!(binary_values, with_file([0x7f, 0x45, 0x4c, 0x46, 0, 1, 0xff]), "render -f mine.yaml");
refused!(broken_yaml, with_file("ms: {decode: [1\n"), "render -f mine.yaml");
refused!(a_list_of_values, with_file("- ms\n"), "render -f ms=mine.yaml");
refused!(missing_values, Sandbox::new(), "render -f ./nowhere.yaml");
refused!(missing_environment, Sandbox::new(), "render -e ./nowhere.yaml");
refused!(postfix_with_capitals, Sandbox::new(), "render --postfix Team-Blue");
refused!(postfix_with_dots, Sandbox::new(), "render --postfix team.blue");
refused!(
    postfix_of_70,
    Sandbox::new(),
    "render --postfix aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg"
);
refused!(postfix_over_a_limit, Sandbox::new(), "render --postfix aaaaaaaaaabbbbbbbbbbccccccccccdddddd");
refused!(bad_namespace, Sandbox::new(), "render -n Team_A");
refused!(set_without_value, Sandbox::new(), "render --set ms.decode.replicas");
refused!(set_into_a_scalar, Sandbox::new(), "render --set ms.decode.replicas.count=3");
refused!(set_with_wrong_type, Sandbox::new(), "render --set ms.decode.replicas=many");
refused!(set_file_missing, Sandbox::new(), "render --set-file ms.modelArtifacts.name=nowhere");
refused!(
    template_text_that_does_not_work,
    with_file("ms:\n  modelArtifacts:\n    uri: 'hf://{{ if .Values.multinode }}a{{ end }}'\n"),
    "render -f mine.yaml"
);
refused!(
    template_path_that_is_not_there,
    with_file("gaie:\n  inferenceExtension:\n    sidecar:\n      volumes: [{name: '{{ .Release.Nam }}'}]\n"),
    "render -f mine.yaml"
);
refused!(unknown_fix, Sandbox::new(), "render --no-fix route/names");
refused!(unknown_output, Sandbox::new(), "render -o toml");
refused!(
    environment_that_extends_itself,
    with_file("extends: ./mine.yaml\ndescription: a circle\n"),
    "render -e ./mine.yaml"
);
refused!(environment_with_unknown_base, with_file("extends: isto\n"), "render -e ./mine.yaml");
refused!(
    environment_with_unknown_key,
    with_file("extend: istio\nparts: [infra, model]\n"),
    "render -e ./mine.yaml"
);
refused!(no_model_server_labels, Sandbox::new(), "render -e bare --only gaie");
refused!(explain_unknown_key, Sandbox::new(), "values explain ms.decode.replica");
refused!(scheduler_image_without_tag, Sandbox::new(), "render --scheduler-image epp");

#[test]
fn unreadable_file() {
    // Root reads everything, so a folder stands for what cannot be read.
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path().join("mine.yaml")).unwrap();
    let shown = shown(&mut sandbox.command("render -f mine.yaml"));
    assert!(shown.starts_with("exit 2\n"), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn a_folder_with_other_files_is_left_alone() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path().join("out")).unwrap();
    sandbox.file("out/notes.yaml", "mine");
    let shown = sandbox.run("render -o dir=out");
    assert!(shown.starts_with("exit 2\n"), "{shown}");
    assert_eq!(std::fs::read_dir(sandbox.path().join("out")).unwrap().count(), 1, "something was written");
    insta::assert_snapshot!(shown);
}
refused!(
    an_index_behind_the_end_of_a_list,
    Sandbox::new(),
    "render --set ms.decode.containers[7].image=other"
);
refused!(more_replicas_than_kubernetes_counts, Sandbox::new(), "render --replicas 3000000000");
refused!(no_accelerators, Sandbox::new(), "render --tensor-parallel 0");
refused!(set_file_without_a_file, Sandbox::new(), "render --set-file gaie.x");
