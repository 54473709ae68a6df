use super::*;

#[test]
fn the_default_postfix_gives_the_guides_names() {
    let releases = Releases::from_postfix(DEFAULT_POSTFIX);
    assert_eq!(releases.of(Part::Infra), "infra-inference-scheduling");
    let gateway = gateway(&releases.infra, "", "");
    assert_eq!(gateway, "infra-inference-scheduling-inference-gateway");
    assert_eq!(
        gateway_proxy(&gateway, "istio").unwrap(),
        "infra-inference-scheduling-inference-gateway-istio"
    );
    assert_eq!(gateway_proxy(&gateway, "agentgateway-v2").unwrap(), gateway);
    assert_eq!(gateway_proxy(&gateway, "gke-l7-regional-external-managed"), None);
    assert_eq!(ingress_backend(&gateway, "kgateway"), gateway);
    assert_eq!(telemetry("g"), "g-telemetry");
    assert_eq!(istio_pool_service(&releases.gaie), "gaie-inference-scheduling-ip-18c12339");

    let epp = Epp::new(&releases.gaie);
    assert_eq!(epp.name, "gaie-inference-scheduling-epp");
    assert_eq!(epp.service_monitor(), "gaie-inference-scheduling-epp-monitor");
    assert_eq!(epp.metrics_secret(), "gaie-inference-scheduling-epp-metrics-reader-secret");
    assert_eq!(epp.host("ns"), "gaie-inference-scheduling-epp.ns.svc.cluster.local");
    assert_eq!(epp_host_as_upstream(&releases.gaie, "ns"), epp.host("ns"));

    let models = ModelService::new(&releases.ms, "");
    assert_eq!(models.decode(), "ms-inference-scheduling-llm-d-modelservice-decode");
    assert_eq!(
        pod_monitor(&models.prefill()),
        "ms-inference-scheduling-llm-d-modelservice-prefill-podmonitor"
    );
    assert_eq!(models.service_account(""), models.name);
    assert_eq!(models.service_account("mine"), "mine");
    assert_eq!(claim_template("intel-gaudi"), "intel-gaudi-resource-claim-template");
    assert_eq!(claim("intel-gaudi"), "intel-gaudi-resource-claim");

    let route = Route::as_upstream();
    assert_eq!(
        (route.name.as_str(), route.gateway.as_str()),
        ("llm-d-inference-scheduling", gateway.as_str())
    );
    assert_eq!(Route::new("blue", "g", "p").name, "llm-d-blue");
    assert_eq!(helm_record(&releases.ms, 3), "sh.helm.release.v1.ms-inference-scheduling.v3");
    assert_eq!(chart_label(Part::Ms), "llm-d-modelservice-v0.3.17");
}

/// The goldens `infra-name-trunc63`, `infra-fullname-trunc63`, `pool-name-trunc40`, `ms-name-cut-in-word`.
#[test]
fn cuts_are_the_charts_own() {
    let release = "infra-aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeee";
    assert_eq!(gateway(release, "", "gggggggg-zz"), format!("{release}-gggggggg"));
    let fullname = "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgg-hhh";
    assert_eq!(gateway("infra-x", fullname, "never"), &fullname[..62]);
    assert_eq!(infra_label("my-infra"), "my-infra");
    assert_eq!(infra_label(""), "llm-d-infra");

    let release = "gaie-aaaaaaaaaabbbbbbbbbbccccccccccdddd-eeeeeeeeeefff";
    let epp = Epp::new(release);
    assert_eq!(epp.name, "gaie-aaaaaaaaaabbbbbbbbbbccccccccccdddd--epp");
    assert_eq!(epp.sidecar(), "gaie-aaaaaaaaaabbbbbbbbbbccccccccccdddd--epp-sidecar");
    assert_eq!(epp.leader_election_binding(), format!("{}-leader-election-binding", epp.name));
    assert_eq!(
        cluster_role_as_upstream(release, "llm-d").unwrap(),
        "gaie-aaaaaaaaaabbbbbbbbbbccccccccccdddd--llm-d-epp"
    );

    let cut = ModelService::new(&format!("ms-{}", "p".repeat(34)), "");
    assert!(cut.decode().ends_with("-llm-d-modelservic-decode"), "{}", cut.name);
    assert_eq!(ModelService::new("my-llm-d-modelservice-1", "").name, "my-llm-d-modelservice-1");
    assert_eq!(ModelService::new("ms-x", &format!("{}-b", "a".repeat(54))).name, "a".repeat(54));
}

#[test]
fn cluster_roles_stay_valid_and_unique() {
    assert_eq!(cluster_role("gaie-x", "llm-d"), "gaie-x-llm-d-epp");
    assert_eq!(cluster_role_as_upstream("gaie-x", "llm-d").unwrap(), "gaie-x-llm-d-epp");
    let release = format!("gaie-{}", "p".repeat(36));
    let (left, right) =
        (cluster_role(&(release.clone() + "a"), "llm-d"), cluster_role(&(release + "b"), "llm-d"));
    assert_ne!(left, right);
    // 40 + 37 is the most that leaves the quote in place.
    let release = "r".repeat(40);
    assert_eq!(cluster_role_as_upstream(&release, &"n".repeat(37)).unwrap().len(), 82);
    let error = cluster_role_as_upstream(&release, &"n".repeat(38)).unwrap_err().to_string();
    assert!(error.contains("shorten the postfix or the namespace by 1"), "{error}");
    let mended = cluster_role(&release, &"n".repeat(38));
    assert_eq!(mended.len(), 82);
    assert!(mended.ends_with("-epp"));
}

#[test]
fn gke_metrics() {
    let names = GkeMetrics::new("gaie-x", "ns", true);
    assert_eq!(names.role_binding, "gke-gmp-system:collector:ns-gaie-x-metrics-reader-secret-read");
    assert_eq!(names.cluster_role_binding, "ns-gaie-x-metrics-reader-role-binding");
    assert_eq!(GkeMetrics::new("gaie-x", "ns", false).collector_namespace, "gmp-system");
}

#[test]
fn controllers_cut_and_hash() {
    let pool = format!("gaie-{}", "p".repeat(47));
    let service = istio_pool_service(&pool);
    assert_eq!(service.len(), 63);
    assert!(service.starts_with(&format!("{}-ip-", &pool[..51])));
}

#[test]
fn postfixes_and_namespaces_are_checked() {
    assert_eq!(check_postfix("inference-scheduling"), Ok(()));
    assert_eq!(check_postfix(&"p".repeat(47)), Ok(()));
    let postfix = |text: &str| check_postfix(text).unwrap_err().to_string();
    assert_eq!(
        postfix("Team.Blue"),
        "the postfix `Team.Blue` holds `T` at character 1; it takes lower-case letters, digits and dashes: \
         `team-blue`, for example"
    );
    assert_eq!(
        postfix("a.b"),
        "the postfix `a.b` holds `.` at character 2; it takes lower-case letters, digits and dashes: `a-b`, for example"
    );
    let long = "p".repeat(70);
    assert_eq!(
        postfix(&long),
        format!(
            "the postfix `{long}` has 70 characters; 47 are allowed: `infra-` comes before it, and a Helm release \
             name ends at 53"
        )
    );
    assert_eq!(postfix(""), "the postfix is empty");
    assert_eq!(
        postfix("blue-"),
        "the postfix `blue-` ends with a dash; it begins and ends with a lower-case letter or digit"
    );
    assert_eq!(check_namespace(DEFAULT_NAMESPACE), Ok(()));
    assert_eq!(
        check_namespace("My_ns").unwrap_err().to_string(),
        "the namespace `My_ns` holds `M` at character 1; it takes lower-case letters, digits and dashes: `my-ns`, \
         for example"
    );
    assert_eq!(
        check_namespace(&"n".repeat(64)).unwrap_err().to_string(),
        format!("the namespace `{}` has 64 characters; 63 are allowed", "n".repeat(64))
    );
}
