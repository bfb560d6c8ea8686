//! `OpenAPI` 3 and `AsyncAPI`: the members that make a description one.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Objections;
use super::document::Document;
use super::example::{MAX_SCHEMAS, Schemas, fault};
use super::schema;

const METHODS: [&str; 8] = ["delete", "get", "head", "options", "patch", "post", "put", "trace"];

/// Checks a description of `OpenAPI`.
pub(super) fn check(document: &Document<'_>, objections: &mut Objections<'_>) {
    let version = document.value.get("openapi").and_then(Value::as_str).unwrap_or_default();
    if !version.starts_with("3.") {
        let place = if document.has("swagger") { "swagger" } else { "openapi" };
        objections.at(
            "openapi",
            document,
            &[place],
            "write `openapi: 3.0.3` or `openapi: 3.1.0`; other versions are not read",
        );
        return;
    }
    check_info(document, objections);
    let paths = document.value.get("paths");
    let is_partial = ["components", "webhooks"].iter().any(|key| document.has(key));
    if paths.is_none() && !(version.starts_with("3.1") && is_partial) {
        objections.at("openapi", document, &[], "`paths` is missing");
    }
    let mut shapes: BTreeMap<String, &str> = BTreeMap::new();
    for (path, item) in
        paths.and_then(Value::as_object).into_iter().flatten().filter(|(path, _)| !path.starts_with("x-"))
    {
        if !path.starts_with('/') {
            objections.at("openapi", document, &["paths", path], format!("the path `{path}` does not start with `/`"));
        }
        if let Some(other) = shapes.insert(shape(path), path) {
            let words = format!("the paths `{other}` and `{path}` mean the same requests");
            objections.at("duplicate", document, &["paths", path], words);
        }
        check_path(document, path, item, objections);
    }
    let schemas = document.value.pointer("/components/schemas").and_then(Value::as_object);
    for name in schemas.into_iter().flat_map(Map::keys) {
        schema::check(document, &["components", "schemas", name], objections);
    }
    check_examples(document, objections);
}

/// Checks a description of `AsyncAPI`.
pub(super) fn check_asyncapi(document: &Document<'_>, objections: &mut Objections<'_>) {
    check_info(document, objections);
    if !["channels", "operations", "components"].iter().any(|key| document.has(key)) {
        objections.at("asyncapi", document, &[], "`channels` is missing");
    }
}

fn check_info(document: &Document<'_>, objections: &mut Objections<'_>) {
    for key in ["title", "version"] {
        let text = document.value.pointer(&format!("/info/{key}")).and_then(Value::as_str);
        if text.is_none_or(|text| text.trim().is_empty()) {
            objections.at("info", document, &["info"], format!("`info.{key}` is missing, or is no text"));
        }
    }
}

/// Returns a path without the names of its parameters.
fn shape(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn check_path(document: &Document<'_>, path: &str, item: &Value, objections: &mut Objections<'_>) {
    let Some(item) = item.as_object() else {
        objections.at("openapi", document, &["paths", path], "a path has its methods below it");
        return;
    };
    let operations = item.iter().filter(|(method, _)| METHODS.contains(&method.as_str()));
    for (method, operation) in operations {
        let place = ["paths", path, method.as_str()];
        let Some(operation) = operation.as_object() else {
            objections.at("openapi", document, &place, format!("`{method}` has no description"));
            continue;
        };
        check_responses(document, &place, operation, objections);
        check_parameters(document, &place, (item, operation), objections);
    }
}

fn check_responses(
    document: &Document<'_>,
    place: &[&str],
    operation: &Map<String, Value>,
    objections: &mut Objections<'_>,
) {
    let responses = operation.get("responses").and_then(Value::as_object).filter(|responses| !responses.is_empty());
    let Some(responses) = responses else {
        // Later versions want one only where there is something to say.
        let version = document.value.get("openapi").and_then(Value::as_str).unwrap_or_default();
        if version.starts_with("3.0") {
            objections.at("openapi", document, place, "`responses` is missing; an operation has at least one");
        }
        return;
    };
    for (status, response) in responses.iter().filter(|(status, _)| !status.starts_with("x-")) {
        let place: Vec<&str> = place.iter().copied().chain(["responses", status]).collect();
        let is_status = status == "default"
            || status.len() == 3
                && status.starts_with(['1', '2', '3', '4', '5'])
                && (status.ends_with("XX") || status.bytes().all(|byte| byte.is_ascii_digit()));
        if !is_status {
            objections.at(
                "openapi",
                document,
                &place,
                format!("`{status}` is no status like `200`, `4XX` or `default`"),
            );
        }
        let is_described = response.get("$ref").is_some() || response.get("description").is_some_and(Value::is_string);
        if !is_described {
            objections.at("openapi", document, &place, format!("the response `{status}` has no `description`"));
        }
    }
}

fn check_parameters(
    document: &Document<'_>,
    place: &[&str],
    (item, operation): (&Map<String, Value>, &Map<String, Value>),
    objections: &mut Objections<'_>,
) {
    let lists = [item, operation].into_iter().filter_map(|owner| owner.get("parameters")?.as_array());
    let mut declared = BTreeSet::new();
    for parameter in lists.flatten() {
        let reference = parameter.get("$ref").and_then(Value::as_str);
        let parameter = match reference {
            Some(reference) => reference.strip_prefix('#').and_then(|pointer| document.value.pointer(pointer)),
            None => Some(parameter),
        };
        // What is in another file was looked for there.
        let Some(parameter) = parameter else { return };
        let word = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, home) = (word("name"), word("in"));
        if name.is_empty() || !["path", "query", "header", "cookie"].contains(&home) {
            objections.at(
                "openapi",
                document,
                place,
                "a parameter has a `name`, and `in` is path, query, header or cookie",
            );
        }
        if parameter.get("schema").is_none() && parameter.get("content").is_none() {
            objections.at("openapi", document, place, format!("the parameter `{name}` has no `schema`"));
        }
        if home == "path" {
            declared.insert(name);
            if parameter.get("required") != Some(&Value::Bool(true)) {
                objections.at(
                    "openapi",
                    document,
                    place,
                    format!("the path parameter `{name}` needs `required: true`"),
                );
            }
        }
    }
    let [_, path, ..] = place else { return };
    let wanted: BTreeSet<&str> = path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    for name in wanted.difference(&declared) {
        objections.at("openapi", document, place, format!("the path parameter `{name}` is not declared"));
    }
    for name in declared.difference(&wanted) {
        objections.at("openapi", document, place, format!("the path has no parameter `{name}`"));
    }
}

/// Checks every example that stands beside its schema.
fn check_examples(document: &Document<'_>, objections: &mut Objections<'_>) {
    let all = [document];
    let budget = Cell::new(MAX_SCHEMAS);
    let schemas = Schemas { budget: &budget, documents: &all, home: document };
    let mut open: Vec<(Vec<&str>, &Value)> = vec![(Vec::new(), &document.value)];
    while let Some((place, value)) = open.pop() {
        let Value::Object(fields) = value else {
            if let Value::Array(items) = value {
                open.extend(items.iter().map(|item| (place.clone(), item)));
            }
            continue;
        };
        let schema = fields.get("schema");
        // In a schema an example is about the schema itself.
        let itself = (fields.contains_key("type") || fields.contains_key("properties")).then_some(value);
        let is_names = place.last() == Some(&"properties");
        if let Some(schema) = schema.or(itself).filter(|_| !is_names) {
            let named = fields.get("examples").and_then(Value::as_object).into_iter().flatten();
            let examples =
                fields.get("example").into_iter().chain(named.filter_map(|(_, example)| example.get("value")));
            for example in examples {
                if let Some(words) = fault(schemas, schema, example) {
                    let place: Vec<&str> = place.iter().copied().chain(["example"]).collect();
                    objections.at(
                        "example",
                        document,
                        &place,
                        format!("the example is not what its schema says: {words}"),
                    );
                }
            }
        }
        for (key, field) in
            fields.iter().filter(|(key, _)| !["example", "examples", "default"].contains(&key.as_str()) || is_names)
        {
            open.push((place.iter().copied().chain([key.as_str()]).collect(), field));
        }
    }
}

/// Checks that no two descriptions describe the same operation.
pub(super) fn check_together(documents: &[Document<'_>], objections: &mut Objections<'_>) {
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    let mut requests: BTreeMap<(String, &str), &str> = BTreeMap::new();
    for document in documents.iter().filter(|document| document.has("openapi")) {
        let paths = document.value.get("paths").and_then(Value::as_object).into_iter().flatten();
        let operations = paths.flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
        });
        for (path, method, operation) in operations.filter(|(_, method, _)| METHODS.contains(&method.as_str())) {
            let place = ["paths", path.as_str(), method.as_str()];
            if let Some(id) = operation.get("operationId").and_then(Value::as_str)
                && let Some(other) = ids.insert(id, document.path)
            {
                objections.at("duplicate", document, &place, format!("the operation `{id}` is also in `{other}`"));
            }
            let known = requests.insert((shape(path), method), document.path);
            if let Some(other) = known.filter(|other| *other != document.path) {
                let words = format!("`{method} {path}` is described in `{other}`, too");
                objections.at("duplicate", document, &place, words);
            }
        }
    }
}
