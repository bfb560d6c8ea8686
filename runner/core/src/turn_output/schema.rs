//! Carries out the part of JSON Schema that our own schema uses: `type`, `enum`, `required`, `properties`,
//! `additionalProperties: false`, `items`, and the bounds of texts, lists and numbers.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::TurnOutputError;
use crate::text::bound::{Limit, shortened};

/// Keywords that describe and do not decide.
#[cfg(test)]
const ANNOTATIONS: [&str; 3] = ["$schema", "title", "description"];

/// Checks `value` against the schema in `text`; returns at most `limit` errors.
pub(super) fn check(value: &Value, text: &str, limit: usize) -> Vec<TurnOutputError> {
    let schema: Value = serde_json::from_str(text).unwrap_or_default();
    let mut checker = Checker { errors: Vec::new(), limit };
    checker.check("", value, &schema);
    checker.errors
}

struct Checker {
    errors: Vec<TurnOutputError>,
    limit: usize,
}

impl Checker {
    fn check(&mut self, field: &str, value: &Value, schema: &Value) {
        if self.errors.len() >= self.limit {
            return;
        }
        if let Some(names) = schema.get("enum").and_then(Value::as_array) {
            if !names.contains(value) {
                self.object(field, list_of(names), shown(value));
            }
            return;
        }
        let types = types_of(schema);
        if !types.iter().any(|name| has_type(value, name)) {
            let expected: Vec<&str> = types.iter().map(|name| type_in_words(name)).collect();
            return self.object(field, expected.join(" or "), shown(value));
        }
        match value {
            Value::String(text) => {
                self.check_size(field, text.chars().count(), schema, ["minLength", "maxLength"], "characters");
            }
            Value::Array(items) => {
                self.check_size(field, items.len(), schema, ["minItems", "maxItems"], "items");
                for (item, index) in items.iter().zip(0_usize..) {
                    self.check(&format!("{field}[{index}]"), item, schema.get("items").unwrap_or(&Value::Null));
                }
            }
            Value::Object(fields) => self.check_fields(field, fields, schema),
            Value::Number(number) => self.check_number(field, number, schema),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn check_fields(&mut self, field: &str, fields: &Map<String, Value>, schema: &Value) {
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let path = |name: &str| {
            if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") }
        };
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        for name in required.filter(|name| !fields.contains_key(*name)) {
            self.object(&path(name), "a value".to_owned(), "nothing".to_owned());
        }
        // Other packages can make `serde_json` keep the order of the file.
        let sorted: BTreeMap<_, _> = fields.iter().collect();
        for (name, value) in sorted {
            match properties.get(name) {
                Some(schema) => self.check(&path(name), value, schema),
                None => {
                    let mut names: Vec<&str> = properties.keys().map(String::as_str).collect();
                    names.sort_unstable();
                    let name = shortened(name, MAX_SHOWN);
                    self.object(field, format!("only the fields {}", names.join(", ")), format!("`{name}`"));
                }
            }
        }
    }

    fn check_size(&mut self, field: &str, size: usize, schema: &Value, [least, most]: [&str; 2], unit: &str) {
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok());
        if let Some(least) = bound(least).filter(|least| size < *least) {
            self.object(field, format!("at least {least} {unit}"), size.to_string());
        }
        if let Some(most) = bound(most).filter(|most| size > *most) {
            self.object(field, format!("at most {most} {unit}"), size.to_string());
        }
    }

    fn check_number(&mut self, field: &str, number: &serde_json::Number, schema: &Value) {
        let bound = |name: &str| schema.get(name).and_then(Value::as_i64);
        // A whole number above `i64` is above every bound.
        let value = number.as_i64().unwrap_or(i64::MAX);
        if let Some(least) = bound("minimum").filter(|least| value < *least) {
            self.object(field, format!("a number from {least} up"), number.to_string());
        }
        if let Some(most) = bound("maximum").filter(|most| value > *most) {
            self.object(field, format!("a number up to {most}"), number.to_string());
        }
    }

    fn object(&mut self, field: &str, expected: String, found: String) {
        if self.errors.len() < self.limit {
            self.errors.push(TurnOutputError { field: field.to_owned(), expected, found });
        }
    }
}

/// Returns the names of the allowed types; a schema without any allows nothing.
fn types_of(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn has_type(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => name == "integer" && (number.is_i64() || number.is_u64()),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}

fn type_in_words(name: &str) -> &'static str {
    match name {
        "integer" => "a whole number",
        "string" => "a text",
        "array" => "a list",
        "object" => "an object",
        _ => "null",
    }
}

fn list_of(names: &[Value]) -> String {
    let names: Vec<String> = names.iter().filter_map(Value::as_str).map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Longest part of a value that is shown; the agent knows what it wrote.
const MAX_SHOWN: Limit = Limit::Characters(60);

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{:?}", shortened(text, MAX_SHOWN)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every keyword of the schema is one that is carried out here.
    #[test]
    fn the_schema_says_nothing_that_is_not_checked() {
        const CHECKED: [&str; 11] = [
            "type",
            "enum",
            "required",
            "properties",
            "additionalProperties",
            "items",
            "minLength",
            "maxLength",
            "maxItems",
            "minimum",
            "maximum",
        ];
        fn walk(schema: &Value) {
            for (keyword, value) in schema.as_object().unwrap() {
                assert!(CHECKED.contains(&keyword.as_str()) || ANNOTATIONS.contains(&keyword.as_str()), "{keyword}");
                match keyword.as_str() {
                    "properties" => value.as_object().unwrap().values().for_each(walk),
                    "items" => walk(value),
                    "additionalProperties" => assert_eq!(value, false),
                    _ => {}
                }
            }
            assert!(schema.get("type").is_some() || schema.get("enum").is_some());
            assert_eq!(schema.get("properties").is_some(), schema.get("additionalProperties").is_some());
        }
        walk(&serde_json::from_str(super::super::SCHEMA).unwrap());
    }
}
