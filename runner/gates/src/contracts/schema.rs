//! JSON Schema: what is written means something.

use serde_json::{Map, Value};

use super::Objections;
use super::document::Document;

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// Keys whose value is one schema.
const ONE: [&str; 10] = [
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keys whose value is a list of schemas.
const LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keys whose value has a schema for each name.
const NAMED: [&str; 5] = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];
/// Keys whose value is a number of things.
const COUNTS: [&str; 6] = ["maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties"];

/// Checks the schema that `place` leads to, and all schemas in it.
pub(super) fn check(document: &Document<'_>, place: &[&str], objections: &mut Objections<'_>) {
    let value = place.iter().try_fold(&document.value, |value, key| value.get(key));
    if let Some(value) = value {
        check_value(document, place, value, objections);
    }
}

fn check_value(document: &Document<'_>, place: &[&str], value: &Value, objections: &mut Objections<'_>) {
    let schema = match value {
        Value::Object(schema) => schema,
        // Anything goes, or nothing does.
        Value::Bool(_) => return,
        _ => {
            objections.at("schema", document, place, "a schema is a map");
            return;
        }
    };
    check_keys(document, place, schema, objections);
    let below = |key: &'_ str, objections: &mut Objections<'_>, part: &Value, name: Option<&str>| {
        let deeper: Vec<&str> = place.iter().copied().chain([key]).chain(name).collect();
        check_value(document, &deeper, part, objections);
    };
    for key in ONE {
        match schema.get(key) {
            // The older way to describe the first items one by one.
            Some(Value::Array(parts)) if key == "items" => {
                for part in parts {
                    below(key, objections, part, None);
                }
            }
            Some(part) => below(key, objections, part, None),
            None => {}
        }
    }
    for key in LIST {
        match schema.get(key) {
            Some(Value::Array(parts)) if !parts.is_empty() => {
                for part in parts {
                    below(key, objections, part, None);
                }
            }
            Some(_) => objections.at("schema", document, place, format!("`{key}` is a list of schemas, and not empty")),
            None => {}
        }
    }
    for key in NAMED {
        match schema.get(key) {
            Some(Value::Object(parts)) => {
                for (name, part) in parts {
                    below(key, objections, part, Some(name));
                }
            }
            Some(_) => objections.at("schema", document, place, format!("`{key}` has a schema for each name")),
            None => {}
        }
    }
}

fn check_keys(document: &Document<'_>, place: &[&str], schema: &Map<String, Value>, objections: &mut Objections<'_>) {
    let mut object = |words: String| objections.at("schema", document, place, words);
    match schema.get("type") {
        None => {}
        Some(Value::String(word)) if TYPES.contains(&word.as_str()) => {}
        Some(Value::Array(words))
            if words.iter().all(|word| word.as_str().is_some_and(|word| TYPES.contains(&word))) => {}
        Some(other) => object(format!("`{other}` is no type; there are {}", TYPES.join(", "))),
    }
    match schema.get("required") {
        None => {}
        // In version 2 and in parameters it says yes or no.
        Some(Value::Bool(_)) => object("`required` is a list of names, beside `properties`".to_owned()),
        Some(Value::Array(names)) => {
            let properties = schema.get("properties").and_then(Value::as_object);
            let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
            for name in names {
                match (name.as_str(), properties) {
                    (None, _) => object("`required` is a list of names".to_owned()),
                    (Some(name), Some(known)) if is_closed && !known.contains_key(name) => {
                        object(format!("`{name}` is required and not allowed"));
                    }
                    (Some(_), _) => {}
                }
            }
        }
        Some(_) => object("`required` is a list of names".to_owned()),
    }
    if let Some(values) = schema.get("enum") {
        let is_list = values.as_array().is_some_and(|values| !values.is_empty());
        if !is_list {
            object("`enum` is a list of values, and not empty".to_owned());
        }
    }
    for key in COUNTS {
        if schema.get(key).is_some_and(|count| count.as_u64().is_none()) {
            object(format!("`{key}` is a number from 0 up"));
        }
    }
    for (least, most) in [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")] {
        let number = |key: &str| schema.get(key).and_then(Value::as_f64);
        if let (Some(low), Some(high)) = (number(least), number(most))
            && low > high
        {
            object(format!("`{least}` is larger than `{most}`"));
        }
    }
}
