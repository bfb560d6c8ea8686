//! The reference page of the configuration, made from the same declarations as the reader.

use super::MAX_CONFIG_BYTES;
use super::original::{RENAMED, UNUSED};
use super::overrides::VARIABLES;
use super::sections::Config;
use super::setting::{Row, Setting as _};

/// Returns all keys, those of sections before what is in them.
pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let root =
        Row { path: String::new(), expected: String::new(), default: None, meaning: String::new(), is_section: false };
    Config::describe(root, &mut rows);
    rows
}

const TABLE_HEAD: &str = "| key | what it is | default | meaning |\n|---|---|---|---|\n";

/// Returns the text of `docs/reference/config.md`.
pub fn reference_page() -> String {
    let mut page = format!(
        "<!-- Generated: cargo run -p pipemason-core --example config_reference > docs/reference/config.md -->\n\
         # `.pipeline/config.yml`\n\n\
         All keys are optional, and so is the file. It is read from the base branch, never from the branch of a run; \
         at most {} KB are read. Unknown keys are warnings; wrong values, doubled keys, aliases and tags are errors, \
         and nothing starts. A key without a value (`null`) is the same as no key.\n\n\
         Defaults give way to this file, this file to the environment, the environment to flags. Of two limits that \
         somebody asked for, the stricter wins.\n",
        MAX_CONFIG_BYTES / 1024
    );
    let mut section = String::new();
    for row in rows().into_iter().filter(|row| !row.path.is_empty()) {
        let first = row.path.split('.').next().unwrap_or_default().trim_end_matches("[]");
        if first != section {
            first.clone_into(&mut section);
            let about = if row.is_section { format!("{}\n\n", row.meaning) } else { String::new() };
            page = page + "\n## " + &code(&section) + "\n\n" + &about + TABLE_HEAD;
        }
        if row.is_section {
            continue;
        }
        let default = match row.default.as_deref() {
            None => "required".to_owned(),
            Some("null") => "none".to_owned(),
            Some(default) => code(default),
        };
        let cells = [code(&row.path), cell(&row.expected), default, cell(&row.meaning)];
        page.push_str(&table_row(&cells));
    }
    page.push_str(&environment());
    page.push_str(&original());
    page
}

fn environment() -> String {
    let mut text = "\n## Environment\n\n| variable | key | what it is |\n|---|---|---|\n".to_owned();
    for variable in VARIABLES {
        text.push_str(&table_row(&[code(variable.name), code(variable.key), cell(variable.expected)]));
    }
    text
}

fn original() -> String {
    let mut text = "\n## Keys of the original product\n\nThese have another name here and are read all the same:\n\n\
        | key | here |\n|---|---|\n"
        .to_owned();
    for (old, new) in RENAMED {
        text.push_str(&table_row(&[code(old), code(new)]));
    }
    let unused = UNUSED.map(code).join(", ");
    text + &format!("\nThese are not used; `init` names them once: {unused}.\n")
}

fn table_row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}
