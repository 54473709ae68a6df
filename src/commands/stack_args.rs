//! The flags that say which stack is meant, shared by the verbs.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::{Target, plugins_config};
use crate::env_vars;
use crate::environment::overrides::Overrides;
use crate::environment::{self, Environment, Request, names, simulate};
use crate::error::Failure;
use crate::render::{self, Part, Stack, budget};
use crate::ui::Printer;

/// Where and under which names: enough for verbs that read the cluster's records.
#[derive(Clone, Debug, Args)]
pub struct TargetArgs {
    /// Environment: a name from `llmd env list`, or the path of a file of your own
    #[arg(short, long, env = env_vars::LLMD_ENVIRONMENT, default_value = "istio", value_name = "ENV|FILE")]
    pub environment: String,
    /// Namespace [default: llm-d-inference-scheduler]
    #[arg(short, long, env = env_vars::NAMESPACE, value_name = "NS")]
    pub namespace: Option<String>,
    /// End of the release names, so that several stacks live side by side [default: inference-scheduling]
    #[arg(long, env = env_vars::RELEASE_NAME_POSTFIX, value_name = "POSTFIX")]
    pub postfix: Option<String>,
}

impl TargetArgs {
    /// The releases that the environment would be applied as.
    pub fn target(&self) -> Result<Target, Failure> {
        let releases = names::Releases::from_postfix(self.postfix()?);
        let parts = environment::catalog::find(&self.environment)?.parts;
        Ok(Target {
            namespace: self.namespace()?.to_owned(),
            releases: parts.into_iter().map(|part| releases.of(part).to_owned()).collect(),
        })
    }

    /// The namespace; an empty one counts as not given, as in the guide.
    pub fn namespace(&self) -> Result<&str, Failure> {
        namespace_or_default(self.namespace.as_deref())
    }

    /// These flags as another verb takes them, for hints; what is the default is left out.
    pub fn flags(&self) -> Result<String, Failure> {
        let mut flags = format!("-e {} -n {}", self.environment, self.namespace()?);
        let postfix = self.postfix()?;
        if postfix != names::DEFAULT_POSTFIX {
            flags.extend([" --postfix ", postfix]);
        }
        Ok(flags)
    }

    /// The postfix; an empty one counts as not given, as in the guide.
    pub fn postfix(&self) -> Result<&str, Failure> {
        let postfix = given(self.postfix.as_deref()).unwrap_or(names::DEFAULT_POSTFIX);
        names::check_postfix(postfix).map_err(Failure::usage)?;
        Ok(postfix)
    }
}

/// The namespace that was given, or the guide's.
pub(super) fn namespace_or_default(namespace: Option<&str>) -> Result<&str, Failure> {
    let namespace = given(namespace).unwrap_or(names::DEFAULT_NAMESPACE);
    names::check_namespace(namespace).map_err(Failure::usage)?;
    Ok(namespace)
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// Which stack, with which values.
#[derive(Clone, Debug, Args)]
pub struct StackArgs {
    #[command(flatten)]
    pub target: TargetArgs,
    /// Values keyed by part (infra, gaie, ms), or a chart's own file: `-f ms=values.yaml`; repeatable
    #[arg(short = 'f', long = "values", value_name = "FILE|PART=FILE", help_heading = "Values")]
    values: Vec<String>,
    /// Set a value: `--set ms.decode.replicas=4`; repeatable
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Values", allow_hyphen_values = true)]
    set: Vec<String>,
    /// Set a value that stays a text
    #[arg(long, value_name = "KEY=TEXT", help_heading = "Values")]
    set_string: Vec<String>,
    /// Set a value to the content of a file
    #[arg(long, value_name = "KEY=FILE", help_heading = "Values")]
    set_file: Vec<String>,
    /// Set a value written as JSON
    #[arg(long, value_name = "KEY=JSON", help_heading = "Values")]
    set_json: Vec<String>,
    /// Model to serve (modelArtifacts.name and .uri)
    #[arg(long, value_name = "ORG/MODEL", help_heading = "Values", value_parser = NonEmptyStringValueParser::new())]
    model: Option<String>,
    /// Model servers (ms.decode.replicas)
    #[arg(long, value_name = "N", help_heading = "Values")]
    replicas: Option<u32>,
    /// Accelerators of a model server (ms.decode.parallelism.tensor)
    #[arg(long, value_name = "N", help_heading = "Values", value_parser = clap::value_parser!(u32).range(1..))]
    tensor_parallel: Option<u32>,
    /// Image of the endpoint picker (gaie.inferenceExtension.image)
    #[arg(long, value_name = "IMAGE", help_heading = "Values")]
    scheduler_image: Option<String>,
    /// Simulators in the place of the model servers: no accelerator, no token, on any cluster
    #[arg(
        long,
        value_name = "IMAGE",
        help_heading = "Values",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = simulate::IMAGE,
        value_parser = NonEmptyStringValueParser::new()
    )]
    simulate: Option<String>,
    /// Render exactly what Helm renders for the guide: no fixes
    #[arg(long, conflicts_with = "no_fix")]
    as_upstream: bool,
    /// Turn one fix off (see `llmd fixes`); repeatable
    #[arg(long, value_name = "NAME")]
    no_fix: Vec<String>,
}

impl StackArgs {
    pub fn request(&self) -> Result<Request, Failure> {
        let Self { target, values, set, set_string, set_file, set_json, .. } = self;
        Ok(Request {
            environment: target.environment.clone(),
            namespace: target.namespace()?.to_owned(),
            postfix: target.postfix()?.to_owned(),
            only: None,
            release_name: None,
            as_upstream: self.as_upstream,
            no_fix: self.no_fix.clone(),
            overrides: Overrides {
                files: values.clone(),
                model: self.model.clone(),
                replicas: self.replicas,
                tensor_parallel: self.tensor_parallel,
                scheduler_image: self.scheduler_image.clone(),
                simulate: self.simulate.clone(),
                set_json: set_json.clone(),
                set: set.clone(),
                set_string: set_string.clone(),
                set_file: set_file.clone(),
            },
        })
    }

    /// Resolves and renders the stack, checks its names, and tells of fixes and of names that will be cut.
    pub fn render(
        &self,
        only: Option<Part>,
        release_name: Option<&str>,
        ui: &Printer,
    ) -> Result<Stack, Failure> {
        if let Some(name) = release_name {
            names::check_release(name).map_err(Failure::usage)?;
        }
        let release_name = release_name.map(str::to_owned);
        let request = Request { only, release_name, ..self.request()? };
        render_checked(&request, ui)
    }
}

/// Renders what is asked for; anything wrong with it is said before anything is touched.
fn render_checked(request: &Request, ui: &Printer) -> Result<Stack, Failure> {
    let environment = environment::resolve(request)?;
    plugins_config::report(&environment, request, ui)?;
    let stack = render::render(&environment)?;
    report_names(&budget::check(&stack), request, ui)?;
    report_fixes(&environment, ui);
    Ok(stack)
}

/// Refuses names that the cluster would refuse (with `--as-upstream` only warns); warns of those that it will cut.
pub(super) fn report_names(rows: &[budget::Row], request: &Request, ui: &Printer) -> Result<(), Failure> {
    if request.as_upstream {
        // Helm does not look at names, and what Helm renders is what was asked for.
        rows.iter().filter(|row| row.is_error()).for_each(|row| ui.warn(&row.to_string()));
    } else if rows.iter().any(budget::Row::is_error) {
        let longest = budget::longest_postfix(|postfix| rows_for(request, postfix), &request.postfix);
        let mut lines = budget::errors(rows, longest.as_deref());
        let hint = lines.pop();
        let failure = Failure::usage("names of this stack do not fit").problems(lines);
        return Err(hint.into_iter().fold(failure, Failure::hint).hint("`llmd names` shows every name"));
    }
    if let Some(warning) = budget::warning(rows) {
        ui.warn(&warning);
    }
    Ok(())
}

/// The names that another postfix would give; an error row where it does not even render.
fn rows_for(request: &Request, postfix: &str) -> Vec<budget::Row> {
    let request = Request { postfix: postfix.to_owned(), ..request.clone() };
    let rendered = environment::resolve(&request).and_then(|environment| render::render(&environment));
    rendered.map_or_else(|_| vec![budget::Row::not_rendered(postfix)], |stack| budget::check(&stack))
}

fn report_fixes(environment: &Environment, ui: &Printer) {
    for name in environment.fixes.applied() {
        if let Some(fix) = environment.known_fixes.iter().find(|fix| fix.name == name) {
            ui.note(&format!("fix: {name}: {}", fix.effect));
        }
    }
}
