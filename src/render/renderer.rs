//! What rendering one part needs at hand: its values, the templates, the names, the fixes.

use serde::Serialize;
use serde_json::Value;

use super::engine::{Engine, EngineError, tidy};
use super::{Manifest, Part, helpers};
use crate::environment::problem::Problem;
use crate::environment::{Environment, Section};
use crate::go_template;
use crate::yaml;

/// Why a part does not render.
#[derive(Debug)]
pub(super) enum Reject {
    /// A value that the chart's templates refuse.
    Value(Box<Problem>),
    /// A defect in our templates.
    Engine(EngineError),
}

impl From<EngineError> for Reject {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

/// One part being rendered.
pub(super) struct Renderer<'a, T> {
    engine: &'a Engine,
    pub(super) environment: &'a Environment,
    part: Part,
    section: &'a Section<T>,
}

impl<'a, T> Renderer<'a, T> {
    pub(super) fn new(
        engine: &'a Engine,
        environment: &'a Environment,
        part: Part,
        section: &'a Section<T>,
    ) -> Self {
        Self { engine, environment, part, section }
    }

    pub(super) fn values(&self) -> &'a T {
        &self.section.values
    }

    /// The values as plain data, nulls included.
    pub(super) fn raw(&self) -> &'a Value {
        &self.section.raw
    }

    pub(super) fn release(&self) -> &'a str {
        &self.section.release
    }

    pub(super) fn namespace(&self) -> &'a str {
        &self.environment.namespace
    }

    /// Whether to mend a defect here; call it only where the answer makes a difference.
    pub(super) fn mends(&self, fix: &str) -> bool {
        self.environment.fixes.mends(fix)
    }

    pub(super) fn is_upstream(&self) -> bool {
        self.environment.fixes.is_upstream()
    }

    pub(super) fn manifest(&self, template: &'static str, view: &impl Serialize) -> Result<Manifest, Reject> {
        Ok(self.engine.manifest(template, view)?)
    }

    pub(super) fn value(&self, template: &'static str, view: &impl Serialize) -> Result<Value, Reject> {
        Ok(self.engine.value(template, view)?)
    }

    pub(super) fn text(&self, template: &'static str, view: &impl Serialize) -> Result<String, Reject> {
        Ok(self.engine.text(template, view)?)
    }

    /// A fault at a key of this part; `path` leaves out the part's own key.
    pub(super) fn reject(&self, path: &str, message: impl Into<String>) -> Reject {
        Reject::Value(Box::new(self.section.problem(self.part, path, message)))
    }

    /// The value of a key that the chart templates: Go template text in it is evaluated.
    pub(super) fn templated(&self, path: &str, value: &Value) -> Result<Value, Reject> {
        self.with_context(|context| go_template::render_value(value, context))
            .map_err(|error| self.reject(path, error.to_string()))
    }

    /// The same for a single text, which stays a text.
    pub(super) fn templated_text(&self, path: &str, text: &str) -> Result<String, Reject> {
        self.with_context(|context| go_template::render(text, context))
            .map_err(|error| self.reject(path, error.to_string()))
    }

    /// An object of the user's own: a mapping, or a text that is one after templating.
    pub(super) fn extra_object(&self, path: &str, object: &Value) -> Result<Manifest, Reject> {
        let object = match object {
            Value::String(text) => {
                let text = self.templated_text(path, text)?;
                yaml::read(&text).map_err(|error| self.reject(path, error.to_string()))?
            }
            other => self.templated(path, other)?,
        };
        let manifest = Manifest { template: "extra".into(), object: tidy(object) };
        if manifest.kind().is_empty() || manifest.api_version().is_empty() || manifest.name().is_empty() {
            return Err(self.reject(path, "an object needs apiVersion, kind and metadata.name"));
        }
        Ok(manifest)
    }

    fn with_context<R>(&self, evaluate: impl FnOnce(&go_template::Context) -> R) -> R {
        let helpers = |name: &str| helpers::include(self.part, name, self.release(), &self.section.raw);
        evaluate(&go_template::Context {
            release_name: self.release(),
            namespace: self.namespace(),
            chart: self.part.chart(),
            values: &self.section.raw,
            helpers: &helpers,
            helper_names: helpers::known(self.part),
        })
    }
}
