//! How a value of the configuration is read, written and described.
//!
//! A section declares its keys once, with type, default and meaning; from that one declaration come the
//! struct, its defaults, the reader, the search for misspelled keys, and the reference page.

use super::problem::{Gravity, MAX_PROBLEMS, Problem, shown};
use super::reference::rows;
use super::tree::{Entry, Node, Place, Value};
use crate::nearest::nearest;

/// One line of the reference page: a key and what can be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) path: String,
    pub(super) expected: String,
    /// The default as it would be written; `None` where the key is required.
    pub(super) default: Option<String>,
    pub(super) meaning: String,
    /// Whether the key is a map whose own keys have rows of their own.
    pub(super) is_section: bool,
}

/// A value that a configuration can hold.
pub(super) trait Setting: Sized {
    /// Returns what a person should write, as a noun.
    fn expected() -> String;

    /// Reads the value; what is wrong with it is reported to `reader`.
    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self>;

    /// Returns the value as it would be written, on one line.
    fn to_yaml(&self) -> String;

    /// Adds the rows of the reference page for a key of this type.
    fn describe(row: Row, rows: &mut Vec<Row>) {
        rows.push(row);
    }
}

/// Reads values, and collects what is wrong with them.
pub(super) struct Reader<'a> {
    text: &'a str,
    errors: Vec<Problem>,
    warnings: Vec<Problem>,
    unlisted_errors: usize,
    unlisted_warnings: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, errors: Vec::new(), warnings: Vec::new(), unlisted_errors: 0, unlisted_warnings: 0 }
    }

    /// Returns the errors and the warnings, each in the order of the file.
    pub(super) fn finish(self) -> (Vec<Problem>, Vec<Problem>) {
        (in_order(self.errors, self.unlisted_errors), in_order(self.warnings, self.unlisted_warnings))
    }

    /// Says whether there are errors.
    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Says whether further errors are only counted.
    pub(super) fn is_full(&self) -> bool {
        self.errors.len() >= MAX_PROBLEMS
    }

    /// Reports an error.
    pub(super) fn error(&mut self, place: Place, path: &str, message: String, help: Option<String>) {
        if self.is_full() {
            self.unlisted_errors += 1;
            return;
        }
        let problem = Problem::new(Gravity::Error, self.text, place, path, message);
        self.errors.push(problem.with_help(help));
    }

    /// Reports that `node` is not what was `expected`.
    pub(super) fn wrong(&mut self, path: &str, node: &Node, expected: &str, help: Option<String>) {
        let found = match &node.value {
            Value::Scalar { text, is_plain: true } => format!("`{}`", shown(text)),
            Value::Scalar { text, is_plain: false } => format!("the text \"{}\"", shown(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        };
        self.error(node.place, path, format!("found {found}, expected {expected}"), help);
    }

    /// Reports that the required key `name` is not in the map `node`.
    pub(super) fn missing(&mut self, path: &str, node: &Node, name: &str) {
        self.error(node.place, path, format!("the key `{name}` is missing"), None);
    }

    /// Warns of a key that is none of `siblings`.
    pub(super) fn unknown(&mut self, parent: &str, entry: &Entry, siblings: &[&str]) {
        if self.warnings.len() == MAX_PROBLEMS {
            self.unlisted_warnings += 1;
            return;
        }
        let path = child(parent, &entry.key);
        let message = "this key is not known, and ignored".to_owned();
        let help = nearest_key(&entry.key, parent, siblings).map(|path| format!("did you mean `{path}`?"));
        let problem = Problem::new(Gravity::Warning, self.text, entry.place, &path, message);
        self.warnings.push(problem.with_help(help));
    }

    /// Returns the entries of a map that have a value.
    pub(super) fn entries<'n>(&mut self, path: &str, node: &'n Node, expected: &str) -> Option<Vec<&'n Entry>> {
        match &node.value {
            Value::Map(entries) => Some(entries.iter().filter(|entry| !entry.node.is_null()).collect()),
            Value::Scalar { .. } | Value::List(_) => {
                self.wrong(path, node, expected, None);
                None
            }
        }
    }
}

/// Returns the full name of the key that is nearest to `name`: among its `siblings`, else anywhere.
fn nearest_key(name: &str, parent: &str, siblings: &[&str]) -> Option<String> {
    if let Some(sibling) = nearest(name, siblings.iter().copied()) {
        return Some(child(parent, sibling));
    }
    let rows: Vec<_> = rows().into_iter().filter(|row| !row.path.is_empty()).collect();
    let last = |row: &Row| row.path.rsplit('.').next().unwrap_or_default().to_owned();
    let names: Vec<String> = rows.iter().map(last).collect();
    let nearest = nearest(name, names.iter().map(String::as_str))?;
    rows.iter().find(|row| last(row) == nearest).map(|row| row.path.clone())
}

/// Sorts by place, and says how many problems were not listed.
fn in_order(mut problems: Vec<Problem>, unlisted: usize) -> Vec<Problem> {
    problems.sort_by_key(|problem| (problem.line, problem.column));
    if let Some(last) = problems.last_mut().filter(|_| unlisted > 0) {
        last.help = Some(format!("there are {unlisted} more like these"));
    }
    problems
}

/// Returns the full name of the key `name` below `parent`.
pub(super) fn child(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// Returns the default, or `None` for a required key.
macro_rules! default_of {
    () => {
        None
    };
    ($default:expr) => {
        Some($default)
    };
}

/// Declares a map with known keys, some of them required.
macro_rules! record {
    (
        $(#[$about:meta])*
        $vis:vis struct $name:ident {
            $($(#[doc = $meaning:literal])+ $field:ident: $type:ty $(= $default:expr)?,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        $vis struct $name {
            $($(#[doc = $meaning])+ pub $field: $type,)+
        }

        impl Setting for $name {
            fn expected() -> String {
                "a map".to_owned()
            }

            fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
                let names = [$(stringify!($field)),+];
                let entries = reader.entries(path, node, &$crate::config::setting::map_of(&names))?;
                $(let mut $field: Option<$type> = default_of!($($default)?);)+
                for entry in &entries {
                    let path_of_key = child(path, &entry.key);
                    match entry.key.as_str() {
                        $(stringify!($field) => {
                            $field = <$type>::read(reader, &path_of_key, &entry.node).or($field);
                        })+
                        _ => reader.unknown(path, entry, &names),
                    }
                }
                let values = [$($field.is_some()),+];
                for (name, has_value) in names.into_iter().zip(values) {
                    // A value that is there and wrong was reported as wrong.
                    if !has_value && !entries.iter().any(|entry| entry.key == name) {
                        reader.missing(path, node, name);
                    }
                }
                Some(Self { $($field: $field?,)+ })
            }

            fn to_yaml(&self) -> String {
                let fields = [$(format!("{}: {}", stringify!($field), self.$field.to_yaml())),+];
                format!("{{{}}}", fields.join(", "))
            }

            fn describe(row: Row, rows: &mut Vec<Row>) {
                rows.push(Row { is_section: true, ..row.clone() });
                $(
                    let default: Option<$type> = default_of!($($default)?);
                    let row_of_field = Row {
                        path: child(&row.path, stringify!($field)),
                        expected: <$type>::expected(),
                        default: default.map(|default| default.to_yaml()),
                        meaning: [$($meaning),+].map(str::trim).join(" "),
                        is_section: false,
                    };
                    <$type>::describe(row_of_field, rows);
                )+
            }
        }
    };
}

/// Declares a map with known keys that all have defaults.
macro_rules! section {
    (
        $(#[$about:meta])*
        $vis:vis struct $name:ident {
            $($(#[doc = $meaning:literal])+ $field:ident: $type:ty = $default:expr,)+
        }
    ) => {
        record! {
            $(#[$about])*
            $vis struct $name {
                $($(#[doc = $meaning])+ $field: $type = $default,)+
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }
    };
}

/// Declares a choice of words.
macro_rules! choice {
    (
        $(#[$about:meta])*
        pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Returns the word that the configuration has for it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Returns what the word stands for.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl $crate::config::setting::Setting for $name {
            fn expected() -> String {
                $crate::config::setting::one_of(&[$($word),+])
            }

            fn read(
                reader: &mut $crate::config::setting::Reader<'_>,
                path: &str,
                node: &$crate::config::tree::Node,
            ) -> Option<Self> {
                $crate::config::setting::word(reader, path, node, &[$($word),+]).and_then(Self::from_name)
            }

            fn to_yaml(&self) -> String {
                self.name().to_owned()
            }
        }
    };
}
pub(super) use {choice, default_of, record, section};

/// Returns a map with these keys as a noun; very many keys are not listed.
pub(super) fn map_of(names: &[&str]) -> String {
    const MAX_LISTED: usize = 10;
    if names.len() > MAX_LISTED { "a map".to_owned() } else { format!("a map with {}", names.join(", ")) }
}

/// Returns the choice as a noun: `` `a`, `b` or `c` ``.
pub(super) fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", first.join(", "))
        }
    }
}

/// Reads one of `words`.
pub(super) fn word<'w>(reader: &mut Reader<'_>, path: &str, node: &Node, words: &[&'w str]) -> Option<&'w str> {
    let found = match &node.value {
        Value::Scalar { text, .. } => text.as_str(),
        Value::List(_) | Value::Map(_) => "",
    };
    let word = words.iter().find(|word| **word == found);
    if word.is_none() {
        let help = nearest(found, words.iter().copied()).map(|word| format!("did you mean `{word}`?"));
        reader.wrong(path, node, &one_of(words), help);
    }
    word.copied()
}
