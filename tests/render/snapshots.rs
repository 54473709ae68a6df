//! Our own record of what every environment renders, with the fixes and without: it guards where no golden is.

use llmd::environment::Request;
use llmd::render::output;

use crate::shared::{ENVIRONMENTS, render, request};

#[test]
fn every_environment_renders_as_recorded() {
    for name in ENVIRONMENTS.into_iter().filter(|name| *name != "default") {
        let stack = render(&request(name)).unwrap_or_else(|failure| panic!("{name}: {failure}"));
        insta::assert_snapshot!(name, output::to_yaml(&stack));
        let upstream = render(&Request { as_upstream: true, ..request(name) }).unwrap();
        insta::assert_snapshot!(format!("{name}-as-upstream"), output::to_yaml(&upstream));
    }
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    for name in ENVIRONMENTS {
        let text = || output::to_yaml(&render(&request(name)).unwrap());
        assert_eq!(text(), text(), "{name}");
    }
}
