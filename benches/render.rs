//! What rendering costs, as a function: `cargo bench --bench render`.
//!
//! As a whole process, beside helm: `benches/beside-helm`.

use criterion::{Criterion, criterion_group, criterion_main};
use llmd::environment::{Request, names};
use llmd::render::{output, render};

fn request(environment: &str) -> Request {
    Request {
        environment: environment.to_owned(),
        namespace: names::DEFAULT_NAMESPACE.to_owned(),
        postfix: names::DEFAULT_POSTFIX.to_owned(),
        ..Request::default()
    }
}

fn environments(criterion: &mut Criterion) {
    for name in ["istio", "gke", "standalone"] {
        criterion.bench_function(&format!("resolve {name}"), |bench| {
            bench
                .iter(|| llmd::environment::resolve(&request(name)).map(|environment| environment.namespace));
        });
        let Ok(environment) = llmd::environment::resolve(&request(name)) else { continue };
        criterion.bench_function(&format!("render {name}"), |bench| {
            bench.iter(|| render(&environment).map(|stack| stack.releases.len()));
        });
        let Ok(stack) = render(&environment) else { continue };
        criterion
            .bench_function(&format!("print {name}"), |bench| bench.iter(|| output::to_yaml(&stack).len()));
    }
}

criterion_group!(benches, environments);
criterion_main!(benches);
