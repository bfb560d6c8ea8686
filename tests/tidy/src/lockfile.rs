//! `Cargo.lock`: who reaches whom, through however many packages.

use std::collections::BTreeMap;

use toml::Table;

use crate::violation::{TextFile, Violation, numbered_lines};

/// The one place that packages come from; a mirror of it is a setting of a machine.
const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// One package at one version.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    name: String,
    version: String,
    /// `name`, `name version`, or `name version (source)`, as short as it is unambiguous.
    dependencies: Vec<String>,
}

/// A lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lockfile {
    entries: Vec<Entry>,
}

impl Lockfile {
    /// Reads a lock file.
    pub fn read(file: &TextFile) -> Result<Self, Violation> {
        let table: Table =
            file.text.parse().map_err(|error: toml::de::Error| file.violation("lockfile", 1, error.message()))?;
        let packages = table.get("package").and_then(toml::Value::as_array);
        let entries = packages.into_iter().flatten().filter_map(|package| {
            let text = |key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
            let dependencies = package.get("dependencies").and_then(toml::Value::as_array);
            Some(Entry {
                name: text("name")?,
                version: text("version")?,
                dependencies: dependencies
                    .into_iter()
                    .flatten()
                    .filter_map(|name| name.as_str().map(str::to_owned))
                    .collect(),
            })
        });
        Ok(Self { entries: entries.collect() })
    }

    /// Returns everything that `package` reaches, each with the way there: `a → b → c`.
    ///
    /// The first step goes only to packages that `is_first` accepts. For a member of the workspace the lock file holds
    /// its normal, build and dev dependencies alike, for all others what is really built.
    pub fn reached_from(&self, package: &str, is_first: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
        let mut ways = BTreeMap::new();
        let mut open = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.name == package) {
            let next = entry.dependencies.iter().flat_map(|name| self.named(name));
            open.extend(
                next.filter(|next| is_first(&next.name)).map(|next| (next, format!("{package} → {}", next.name))),
            );
        }
        let mut seen: Vec<&Entry> = Vec::new();
        while let Some((entry, way)) = open.pop() {
            if seen.contains(&entry) {
                continue;
            }
            seen.push(entry);
            for next in entry.dependencies.iter().flat_map(|name| self.named(name)) {
                open.push((next, format!("{way} → {}", next.name)));
            }
            ways.entry(entry.name.clone()).or_insert(way);
        }
        ways
    }

    fn named<'a>(&'a self, dependency: &'a str) -> impl Iterator<Item = &'a Entry> {
        let mut words = dependency.split(' ');
        let name = words.next().unwrap_or_default();
        let version = words.next();
        self.entries
            .iter()
            .filter(move |entry| entry.name == name && version.is_none_or(|version| entry.version == version))
    }
}

/// Checks where the packages of a lock file come from.
pub fn check(file: &TextFile) -> Vec<Violation> {
    numbered_lines(&file.text)
        .filter_map(|(number, line)| Some((number, line.strip_prefix("source = ")?.trim_matches('"'))))
        .filter(|(_, source)| *source != SOURCE)
        .map(|(number, source)| file.violation("lockfile", number, format!("a package from `{source}`")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::violation::expect;

    const LOCK: &str = "version = 4

[[package]]
name = \"a\"
version = \"1.0.0\"
source = \"registry+https://github.com/rust-lang/crates.io-index\"
dependencies = [
 \"b 1.0.0\",
 \"d\",
]

[[package]]
name = \"b\"
version = \"1.0.0\"
dependencies = [\"c\"]

[[package]]
name = \"b\"
version = \"2.0.0\"
dependencies = [\"e\"]

[[package]]
name = \"c\"
version = \"1.0.0\"
dependencies = [\"a\"]

[[package]]
name = \"d\"
version = \"1.0.0\"

[[package]]
name = \"e\"
version = \"1.0.0\"
";

    #[test]
    fn everything_reached_is_found_with_the_way_there() {
        let lock = Lockfile::read(&TextFile::new("Cargo.lock", LOCK)).unwrap();
        let ways = lock.reached_from("a", |_| true);
        assert_eq!(ways["c"], "a → b → c");
        assert_eq!(ways.keys().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        let from_d = lock.reached_from("a", |name| name == "d");
        assert_eq!(from_d.keys().collect::<Vec<_>>(), ["d"]);
        assert!(lock.reached_from("unknown", |_| true).is_empty());
    }

    #[test]
    fn the_version_decides_which_package_is_meant() {
        let text = LOCK.replace("\"b 1.0.0\"", "\"b 2.0.0 (registry+https://example.com)\"");
        let lock = Lockfile::read(&TextFile::new("Cargo.lock", &text)).unwrap();
        let ways = lock.reached_from("a", |_| true);
        assert_eq!(ways.keys().collect::<Vec<_>>(), ["b", "d", "e"]);
    }

    #[test]
    fn a_foreign_source_is_found() {
        let file = |text: &str| TextFile::new("Cargo.lock", text);
        expect::none(&check(&file(LOCK)));
        let mirrored = LOCK.replace("registry+https://github.com/rust-lang", "registry+https://mirror.example");
        expect::one(&check(&file(&mirrored)), "lockfile", 6);
        assert!(Lockfile::read(&file("[[package")).is_err());
    }
}
