//! The contracts of a run: files in `.pipeline/contracts/` that parse, are complete, and fit together.
//!
//! No file is required: a ticket that changes no interface has no contract, and the check is skipped. What is there
//! is held to its own format: `OpenAPI` 3, `AsyncAPI`, JSON Schema, and any YAML or JSON; SQL, GraphQL and Protocol
//! Buffers by their structure only, because their dialects differ and a valid contract must not be refused.
//!
//! The judgment is a pure function over texts. Whether a contract says what the specification wants is not here.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use pipemason_core::domain::Unit;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, Severity};

use crate::error::{made, skipped};
use crate::files;

mod blocks;
mod document;
mod example;
mod leftovers;
mod openapi;
mod references;
mod schema;

use document::Document;

const NAME: &str = "contracts";

/// Where the files are, as findings name them.
const FOLDER: &str = ".pipeline/contracts/";

/// Larger than any contract that people read.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;
/// More files than any contract has.
const MAX_FILES: usize = 1_000;
/// More findings than anybody repairs at once.
const MAX_FINDINGS: usize = 100;

/// The files of a folder of contracts: by path, their text, or why they cannot be read.
pub type ContractFiles = BTreeMap<String, Result<String, String>>;

/// Reads the contracts in `folder`; one that does not exist has none.
pub fn read_contracts(folder: &Path) -> io::Result<ContractFiles> {
    if fs::symlink_metadata(folder).is_ok_and(|found| !found.is_dir()) {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "the contracts are not a folder"));
    }
    let text = |path: String| {
        let bytes = files::read(&folder.join(&path), MAX_FILE_BYTES).map_err(|error| error.to_string());
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not text in UTF-8".to_owned()));
        (path, text)
    };
    Ok(files::find(folder, "", |_| true)?.into_iter().map(text).collect())
}

/// Checks contracts.
pub fn contracts(files: &ContractFiles, unit: Option<&Unit>) -> Check {
    let has_interface = files.keys().any(|path| !is_prose(path));
    let mut objections = Objections { unit, findings: Vec::new() };
    if files.len() > MAX_FILES {
        objections.add("contracts", "", None, format!("there are more than {MAX_FILES} files"));
    }
    let mut documents = Vec::new();
    for (path, text) in files.iter().take(MAX_FILES) {
        match text {
            Ok(text) => check_text(path, text, &mut documents, &mut objections),
            Err(reason) => objections.add("readable", path, None, format!("the file cannot be read: {reason}")),
        }
    }
    references::check(files, &documents, &mut objections);
    openapi::check_together(&documents, &mut objections);
    let class = FailureClass::ContractViolation;
    let findings = objections.findings;
    let result = match (findings.is_empty(), has_interface) {
        (false, _) => CheckOutcome::Failed { class, findings },
        (true, true) => CheckOutcome::Passed,
        (true, false) => return skipped(NAME, unit, "there is no contract: the ticket changes no interface"),
    };
    made(NAME, unit, result)
}

/// Says whether a file holds words for people.
fn is_prose(path: &str) -> bool {
    matches!(extension(path), "md" | "markdown" | "txt" | "") && !path.ends_with("Dockerfile")
}

fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(stem, extension)| if stem.is_empty() { "" } else { extension })
}

fn check_text<'a>(path: &'a str, text: &'a str, documents: &mut Vec<Document<'a>>, objections: &mut Objections<'_>) {
    leftovers::check(path, text, objections);
    match extension(path) {
        "yaml" | "yml" | "json" => match Document::read(path, text) {
            Ok(document) => {
                check_document(&document, objections);
                documents.push(document);
            }
            Err((line, words)) => objections.add("syntax", path, line, words),
        },
        "sql" => blocks::check_sql(path, text, objections),
        "graphql" | "graphqls" | "gql" => blocks::check_graphql(path, text, objections),
        "proto" => blocks::check_proto(path, text, objections),
        _ => {}
    }
}

fn check_document(document: &Document<'_>, objections: &mut Objections<'_>) {
    if document.has("openapi") || document.has("swagger") {
        openapi::check(document, objections);
    } else if document.has("asyncapi") {
        openapi::check_asyncapi(document, objections);
    } else if document.has("$schema") || document.path.contains(".schema.") {
        schema::check(document, &[], objections);
    }
}

/// Collects what is wrong.
struct Objections<'a> {
    unit: Option<&'a Unit>,
    findings: Vec<Finding>,
}

impl Objections<'_> {
    fn add(&mut self, rule: &str, path: &str, line: Option<u32>, message: impl Into<String>) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding {
                class: FailureClass::ContractViolation,
                severity: Severity::Medium,
                rule: format!("contracts/{rule}"),
                message: message.into(),
                path: Some(format!("{FOLDER}{path}")),
                line,
                unit: self.unit.cloned(),
            });
        }
    }

    /// Objects to a part of a document, which `place` leads to.
    fn at(&mut self, rule: &str, document: &Document<'_>, place: &[&str], message: impl Into<String>) {
        // Looking for a line goes through the whole text.
        if self.findings.len() >= MAX_FINDINGS {
            return;
        }
        self.add(rule, document.path, document.line_of(place), message);
    }
}

#[cfg(test)]
mod tests;
