//! Reading a request's body field by field, as leniently and with the same complaints as vLLM's pydantic models.

use serde_json::{Map, Value};

use super::refusal::{Problem, Refusal};

/// The fields of a body, and what was wrong with those read so far. A field that is null counts as absent.
pub(super) struct Fields<'a> {
    body: &'a Value,
    members: &'a Map<String, Value>,
    problems: Vec<Problem>,
}

impl<'a> Fields<'a> {
    /// # Errors
    /// When the body is not an object.
    pub(super) fn of(body: &'a Value) -> Result<Self, Refusal> {
        match body {
            Value::Object(members) => Ok(Self { body, members, problems: Vec::new() }),
            other => Err(Refusal::malformed(&[Problem::new(
                "model_attributes_type",
                "body",
                "Input should be a valid dictionary or object to extract fields from",
                other,
            )])),
        }
    }

    pub(super) fn value(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn required(&mut self, name: &str) -> Option<&'a Value> {
        let value = self.value(name);
        if value.is_none() {
            self.complain("missing", &format!("body.{name}"), "Field required", self.body);
        }
        value
    }

    pub(super) fn complain(&mut self, kind: &'static str, location: &str, message: &str, input: &Value) {
        self.problems.push(Problem::new(kind, location, message, input));
    }

    /// A complaint of vLLM's own, about a combination of fields.
    pub(super) fn complain_of_value(&mut self, param: &str, value: &str, message: &str) {
        self.problems.push(Problem::of_value(param, value, message, self.body));
    }

    pub(super) fn integer(&mut self, name: &str) -> Option<i64> {
        let value = self.value(name)?;
        let number = as_integer(value);
        if let Err((kind, message)) = number {
            self.complain(kind, &format!("body.{name}"), message, value);
        }
        number.ok()
    }

    pub(super) fn number(&mut self, name: &str) -> Option<f64> {
        let value = self.value(name)?;
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            let message = "Input should be a valid number";
            self.complain("float_type", &format!("body.{name}"), message, value);
        }
        number
    }

    pub(super) fn boolean(&mut self, name: &str) -> bool {
        let Some(value) = self.value(name) else { return false };
        let boolean = as_boolean(value);
        if boolean.is_none() {
            let message = "Input should be a valid boolean";
            self.complain("bool_type", &format!("body.{name}"), message, value);
        }
        boolean.unwrap_or_default()
    }

    pub(super) fn string(&mut self, name: &str) -> Option<&'a str> {
        let value = self.value(name)?;
        if !value.is_string() {
            let message = "Input should be a valid string";
            self.complain("string_type", &format!("body.{name}"), message, value);
        }
        value.as_str()
    }

    /// A string, or a list of strings.
    pub(super) fn strings(&mut self, name: &str) -> Vec<String> {
        let items = match self.value(name) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let wrong = items.iter().position(|item| !item.is_string());
        if let Some(index) = wrong {
            let message = "Input should be a valid string";
            self.complain("string_type", &format!("body.{name}.{index}"), message, &items[index]);
        }
        items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// # Errors
    /// When anything was wrong.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        if self.problems.is_empty() { Ok(()) } else { Err(Refusal::malformed(&self.problems)) }
    }
}

/// An integer in any of the forms pydantic takes, or its complaint.
fn as_integer(value: &Value) -> Result<i64, (&'static str, &'static str)> {
    match value {
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Ok(integer),
            #[expect(clippy::cast_possible_truncation, reason = "it is whole and in range")]
            (None, Some(real)) if real.fract() == 0.0 && real.abs() < 9e15 => Ok(real as i64),
            _ => Err((
                "int_from_float",
                "Input should be a valid integer, got a number with a fractional part",
            )),
        },
        Value::String(text) => text.trim().parse().map_err(|_| {
            ("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
        }),
        Value::Bool(boolean) => Ok(i64::from(*boolean)),
        _ => Err(("int_type", "Input should be a valid integer")),
    }
}

fn as_boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(boolean) => Some(*boolean),
        Value::Number(number) => match number.as_i64()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "y" | "on" | "t" => Some(true),
            "false" | "0" | "no" | "n" | "off" | "f" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
