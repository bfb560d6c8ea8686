//! Lists, and maps whose keys people choose.

use super::FromText;
use super::texts::{Name, ServiceName};
use crate::config::setting::{Reader, Row, Setting, child};
use crate::config::tree::{Node, Value};
use crate::domain::Domain;

impl<T: Setting> Setting for Vec<T> {
    fn expected() -> String {
        format!("a list; each item is {}", T::expected())
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        let Value::List(items) = &node.value else {
            let help = matches!(node.value, Value::Scalar { .. }).then(|| "write `[` and `]` around it".to_owned());
            reader.wrong(path, node, "a list", help);
            return None;
        };
        let mut values = Self::new();
        for (index, item) in items.iter().enumerate() {
            values.extend(T::read(reader, &format!("{path}[{index}]"), item));
        }
        Some(values)
    }

    fn to_yaml(&self) -> String {
        let items: Vec<String> = self.iter().map(Setting::to_yaml).collect();
        format!("[{}]", items.join(", "))
    }

    fn describe(row: Row, rows: &mut Vec<Row>) {
        let item = Row { path: format!("{}[]", row.path), ..row.clone() };
        let path = item.path.clone();
        rows.push(row);
        let mut parts = Vec::new();
        T::describe(item, &mut parts);
        // An item that is not made of parts has nothing to say beyond the list.
        rows.extend(parts.into_iter().filter(|part| part.path != path));
    }
}

/// Things with names, in the order in which they were written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Named<K, V>(Vec<(K, V)>);

impl<K, V> Default for Named<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq, V> Named<K, V> {
    /// Returns what has this name.
    pub fn get(&self, name: &K) -> Option<&V> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Returns the names and what has them, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

/// A name that people choose.
pub(in crate::config) trait KeyName: FromText {
    /// Stands for the name in the reference page.
    const PLACEHOLDER: &'static str;
}

impl KeyName for Domain {
    const PLACEHOLDER: &'static str = "<domain>";
}

impl KeyName for ServiceName {
    const PLACEHOLDER: &'static str = "<service>";
}

impl KeyName for Name {
    const PLACEHOLDER: &'static str = "<name>";
}

impl<K: KeyName, V: Setting> Setting for Named<K, V> {
    fn expected() -> String {
        "a map".to_owned()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        let mut named = Vec::new();
        for entry in reader.entries(path, node, &Self::expected())? {
            let words = K::words();
            let path_of_key = child(path, &entry.key);
            match entry.key.parse::<K>() {
                Ok(name) => {
                    named.extend(V::read(reader, &path_of_key, &entry.node).map(|value| (name, value)));
                }
                Err(_) if words.is_empty() => {
                    let message = format!("this key should be {}", K::noun());
                    reader.error(entry.place, &path_of_key, message, None);
                }
                Err(_) => reader.unknown(path, entry, &words),
            }
        }
        Some(Self(named))
    }

    fn to_yaml(&self) -> String {
        let write = |(name, value): &(K, V)| format!("{}: {}", name.to_string().to_yaml(), value.to_yaml());
        let fields: Vec<String> = self.0.iter().map(write).collect();
        format!("{{{}}}", fields.join(", "))
    }

    fn describe(row: Row, rows: &mut Vec<Row>) {
        let part = Row {
            path: format!("{}.{}", row.path, K::PLACEHOLDER),
            expected: V::expected(),
            default: Some("null".to_owned()),
            meaning: row.meaning,
            is_section: false,
        };
        V::describe(part, rows);
    }
}
