//! Whether an example is what its schema says, as far as both say it plainly.
//!
//! What is not understood here (formats, patterns, conditions) allows everything: an example is refused only where
//! it is surely wrong.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::document::Document;
use super::references::target;

/// Schemas may refer to themselves; examples are not that deep.
const MAX_DEPTH: usize = 30;
/// Choices within choices multiply; the examples of a large description need some thousands.
pub(super) const MAX_SCHEMAS: u32 = 100_000;

/// Where schemas are looked up.
#[derive(Clone, Copy)]
pub(super) struct Schemas<'a> {
    /// How many schemas are still looked at.
    pub(super) budget: &'a Cell<u32>,
    pub(super) documents: &'a [&'a Document<'a>],
    pub(super) home: &'a Document<'a>,
}

/// Returns why `example` is not what `schema` says.
pub(super) fn fault(schemas: Schemas<'_>, schema: &Value, example: &Value) -> Option<String> {
    fault_at(schemas, schema, example, 0)
}

fn fault_at(schemas: Schemas<'_>, schema: &Value, example: &Value, depth: usize) -> Option<String> {
    let Value::Object(fields) = schema else { return None };
    let budget = schemas.budget.get();
    if depth > MAX_DEPTH || budget == 0 {
        return None;
    }
    schemas.budget.set(budget - 1);
    if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
        // References to other files would change where further ones are looked up.
        let target = reference.starts_with('#').then(|| target(schemas.documents, schemas.home, reference)).flatten();
        return target.and_then(|schema| fault_at(schemas, schema, example, depth + 1));
    }
    if example.is_null() && fields.get("nullable") == Some(&Value::Bool(true)) {
        return None;
    }
    let of_itself = type_fault(fields, example).or_else(|| value_fault(fields, example));
    of_itself
        .or_else(|| parts_fault(schemas, fields, example, depth))
        .or_else(|| choice_fault(schemas, fields, example, depth))
}

fn type_fault(schema: &Map<String, Value>, example: &Value) -> Option<String> {
    let is = |word: &str| match word {
        "array" => example.is_array(),
        "boolean" => example.is_boolean(),
        "integer" => {
            example.is_i64() || example.is_u64() || example.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        "null" => example.is_null(),
        "number" => example.is_number(),
        "object" => example.is_object(),
        "string" => example.is_string(),
        _ => true,
    };
    let (fits, words) = match schema.get("type")? {
        Value::String(word) => (is(word), word.clone()),
        Value::Array(words) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            (words.iter().any(|word| is(word)), words.join(" or "))
        }
        _ => return None,
    };
    (!fits).then(|| format!("`{}` is not of type {words}", shown(example)))
}

fn value_fault(schema: &Map<String, Value>, example: &Value) -> Option<String> {
    let is_listed = schema.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(example));
    let is_same = schema.get("const").is_none_or(|value| value == example);
    if !is_listed || !is_same {
        return Some(format!("`{}` is not one of the values that are allowed", shown(example)));
    }
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let is_below = example.as_f64().zip(bound("minimum")).is_some_and(|(number, least)| number < least);
    let is_above = example.as_f64().zip(bound("maximum")).is_some_and(|(number, most)| number > most);
    let length = |key: &str| schema.get(key).and_then(Value::as_u64);
    let characters = example.as_str().map(|text| text.chars().count() as u64);
    let is_short = characters.zip(length("minLength")).is_some_and(|(count, least)| count < least);
    let is_long = characters.zip(length("maxLength")).is_some_and(|(count, most)| count > most);
    (is_below || is_above || is_short || is_long).then(|| format!("`{}` is out of bounds", shown(example)))
}

fn parts_fault(schemas: Schemas<'_>, schema: &Map<String, Value>, example: &Value, depth: usize) -> Option<String> {
    match example {
        Value::Array(items) => {
            let schema = schema.get("items")?;
            items.iter().find_map(|item| fault_at(schemas, schema, item, depth + 1))
        }
        Value::Object(fields) => {
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            let missing = required.filter_map(Value::as_str).find(|name| !fields.contains_key(*name));
            if let Some(name) = missing {
                return Some(format!("`{name}` is required and missing"));
            }
            let properties = schema.get("properties").and_then(Value::as_object);
            let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false))
                && !schema.contains_key("patternProperties");
            fields.iter().find_map(|(name, field)| match properties.and_then(|known| known.get(name)) {
                Some(schema) => fault_at(schemas, schema, field, depth + 1).map(|words| format!("{name}: {words}")),
                None => is_closed.then(|| format!("`{name}` is not allowed")),
            })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn choice_fault(schemas: Schemas<'_>, schema: &Map<String, Value>, example: &Value, depth: usize) -> Option<String> {
    let list = |key: &str| schema.get(key).and_then(Value::as_array);
    let fault = |schema: &Value| fault_at(schemas, schema, example, depth + 1);
    if let Some(words) = list("allOf").into_iter().flatten().find_map(fault) {
        return Some(words);
    }
    let fits_none = |choices: &Vec<Value>| choices.iter().all(|choice| fault(choice).is_some());
    let is_wrong = ["anyOf", "oneOf"].into_iter().filter_map(list).any(fits_none);
    is_wrong.then(|| format!("`{}` fits none of the choices", shown(example)))
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    text.chars().take(60).collect()
}
