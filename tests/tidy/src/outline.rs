//! YAML as workflows are written, with the line of each value.
//!
//! Only block style is read, one value after its key. What could hide a value from the rules (flow mappings, anchors,
//! tags, merged keys) is reported as strange instead of being understood: a workflow needs none of it.

/// One key, or one item of a list, with the scalar behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counted from 1.
    pub line: usize,
    /// The keys from the root; items of a list are `[0]`, `[1]`, ….
    pub path: Vec<String>,
    /// Without quotes; empty where children follow.
    pub value: String,
    /// Behind the value, without the `#`.
    pub comment: String,
}

impl Entry {
    /// Returns the last key.
    pub fn key(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Says whether the path is exactly `path`.
    pub fn is_at(&self, path: &[&str]) -> bool {
        self.path == path
    }
}

/// A text, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    pub entries: Vec<Entry>,
    /// Lines (from 1) that could hide something, and why.
    pub strange: Vec<(usize, &'static str)>,
}

/// A key or an item that later lines may be below of.
struct Level {
    /// Twice the column; one more for an item, because the items of a list may stand right below its key.
    rank: usize,
    name: String,
    /// The number of the item.
    index: usize,
}

/// Reads `text`.
pub fn read(text: &str) -> Outline {
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        reader.line(index + 1, line);
    }
    reader.outline
}

#[derive(Default)]
struct Reader {
    outline: Outline,
    levels: Vec<Level>,
    /// While a block scalar goes on: the column that its lines are to the right of.
    block_from: Option<usize>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) {
        let content = line.trim_start_matches(' ');
        let column = line.len() - content.len();
        if let Some(from) = self.block_from {
            if content.trim().is_empty() || column > from {
                self.append(content);
                return;
            }
            self.block_from = None;
        }
        if content.trim().is_empty() || content.starts_with('#') || content == "---" {
            return;
        }
        self.value_line(number, column, content);
    }

    fn value_line(&mut self, number: usize, column: usize, content: &str) {
        let mut column = column;
        let mut content = content;
        let mut is_item = false;
        while content == "-" || content.starts_with("- ") {
            self.open_item(column);
            is_item = true;
            let rest = content.get(1..).unwrap_or_default();
            let trimmed = rest.trim_start_matches(' ');
            column += 1 + rest.len() - trimmed.len();
            content = trimmed;
        }
        if let Some(why) = strange_start(content) {
            self.outline.strange.push((number, why));
        }
        let (text, comment) = split_comment(content);
        match split_key(text) {
            Some((key, value)) => {
                if key.contains('\\') || key == "<<" {
                    self.outline.strange.push((number, "a key in disguise"));
                }
                self.open(2 * column, key.to_owned(), 0);
                self.push(number, column, value, comment);
            }
            // The lines of a block may stand right below its mark, which is to the right of the dash.
            None if is_item => self.push(number, column.saturating_sub(1), text, comment),
            None => self.append(text),
        }
    }

    fn open_item(&mut self, column: usize) {
        let rank = 2 * column + 1;
        let before = self.levels.iter().rev().find(|level| level.rank <= rank);
        let index = before.filter(|level| level.rank == rank).map_or(0, |level| level.index + 1);
        self.open(rank, format!("[{index}]"), index);
    }

    fn open(&mut self, rank: usize, name: String, index: usize) {
        while self.levels.last().is_some_and(|level| level.rank >= rank) {
            self.levels.pop();
        }
        self.levels.push(Level { rank, name, index });
    }

    fn push(&mut self, number: usize, column: usize, value: &str, comment: &str) {
        if let Some(why) = strange_value(value) {
            self.outline.strange.push((number, why));
        }
        let is_block = value.starts_with(['|', '>']);
        if is_block {
            self.block_from = Some(column);
        }
        self.outline.entries.push(Entry {
            line: number,
            path: self.levels.iter().map(|level| level.name.clone()).collect(),
            value: if is_block { String::new() } else { unquoted(value).to_owned() },
            comment: comment.to_owned(),
        });
    }

    fn append(&mut self, line: &str) {
        if let Some(entry) = self.outline.entries.last_mut() {
            entry.value.push('\n');
            entry.value.push_str(line);
        }
    }
}

fn strange_start(content: &str) -> Option<&'static str> {
    if content.contains('\t') {
        Some("a tab")
    } else if content.starts_with("? ") || content == "?" {
        Some("a key on a line of its own")
    } else if content.starts_with(['%', '{', '}', ']']) || content.starts_with("--- ") {
        Some("not in block style")
    } else {
        None
    }
}

fn strange_value(value: &str) -> Option<&'static str> {
    let is_list = value.starts_with('[') && value.ends_with(']') && !value.contains(['{', '&']);
    match value.chars().next()? {
        '{' if value == "{}" => None,
        '[' if is_list => None,
        '{' | '[' => Some("not in block style"),
        '&' | '*' => Some("an anchor"),
        '!' => Some("a tag"),
        quote @ ('"' | '\'') if value.len() < 2 || !value.ends_with(quote) => Some("a text over several lines"),
        _ => None,
    }
}

/// Splits a line at the `#` that starts a comment.
fn split_comment(content: &str) -> (&str, &str) {
    let mut quote = None;
    let mut before = ' ';
    for (at, character) in content.char_indices() {
        match (quote, character) {
            (None, '#') if before == ' ' => {
                let text = content.get(..at).unwrap_or_default().trim_end();
                let comment = content.get(at + 1..).unwrap_or_default().trim();
                return (text, comment);
            }
            // A quote inside a plain text is an apostrophe.
            (None, '"' | '\'') if " [,{:".contains(before) => quote = Some(character),
            (Some(open), _) if open == character && before != '\\' => quote = None,
            _ => {}
        }
        before = character;
    }
    (content.trim_end(), "")
}

/// Splits `key: value`; the key without quotes.
fn split_key(text: &str) -> Option<(&str, &str)> {
    let (key, value) = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let (key, rest) = text.strip_prefix(quote)?.split_once(quote)?;
            (key, rest.trim_start().strip_prefix(':')?)
        }
        _ => match text.split_once(": ") {
            Some(split) => split,
            None => (text.strip_suffix(':')?, ""),
        },
    };
    Some((key.trim(), value.trim()))
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(usize, String, String)> {
        let outline = read(text);
        assert_eq!(outline.strange, [], "{text}");
        outline.entries.into_iter().map(|entry| (entry.line, entry.path.join("."), entry.value)).collect()
    }

    fn expect_values(text: &str, expected: &[(usize, &str, &str)]) {
        let found = values(text);
        let found: Vec<_> = found.iter().map(|(line, path, value)| (*line, path.as_str(), value.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn keys_and_items_have_paths_and_lines() {
        let text = "# intro\nname: A b\non:\n  push:\n    branches: [main]\n\njobs:\n  one:\n    steps:\n      - uses: a # v1\n        with:\n          b: \"c # d\"\n      - run: e\n    needs:\n    - x\n    - y: z\n";
        expect_values(
            text,
            &[
                (2, "name", "A b"),
                (3, "on", ""),
                (4, "on.push", ""),
                (5, "on.push.branches", "[main]"),
                (7, "jobs", ""),
                (8, "jobs.one", ""),
                (9, "jobs.one.steps", ""),
                (10, "jobs.one.steps.[0].uses", "a"),
                (11, "jobs.one.steps.[0].with", ""),
                (12, "jobs.one.steps.[0].with.b", "c # d"),
                (13, "jobs.one.steps.[1].run", "e"),
                (14, "jobs.one.needs", ""),
                (15, "jobs.one.needs.[0]", "x"),
                (16, "jobs.one.needs.[1].y", "z"),
            ],
        );
        assert_eq!(read("a: b # v1.2\n").entries[0].comment, "v1.2");
    }

    #[test]
    fn a_block_of_text_belongs_to_its_key() {
        let text = "a:\n  - run: |\n      b: c\n\n      # d\n    shell: e\n  - >-\n    f\n  - g\nh: i\n  j\n";
        expect_values(
            text,
            &[
                (1, "a", ""),
                (2, "a.[0].run", "\nb: c\n\n# d"),
                (6, "a.[0].shell", "e"),
                (7, "a.[1]", "\nf"),
                (9, "a.[2]", "g"),
                (10, "h", "i\nj"),
            ],
        );
    }

    #[test]
    fn an_item_may_stand_in_any_column() {
        for column in [0, 1, 3, 6] {
            let indentation = " ".repeat(column);
            let text = format!(
                "a:\n{indentation}- b: |\n{indentation}    c: d\n{indentation}  e: f\n{indentation}- - g\n{indentation}  - h\n"
            );
            expect_values(
                &text,
                &[
                    (1, "a", ""),
                    (2, "a.[0].b", "\nc: d"),
                    (4, "a.[0].e", "f"),
                    (5, "a.[1].[0]", "g"),
                    (6, "a.[1].[1]", "h"),
                ],
            );
        }
    }

    #[test]
    fn comments_belong_to_no_value() {
        expect_values("a: b\n# c\n  # d: e\n---\n\nf: g\n", &[(1, "a", "b"), (6, "f", "g")]);
        for (text, value, comment) in [
            ("a: b#c", "b#c", ""),
            ("a: \"b\" # c", "b", "c"),
            ("a: \"b \\\" # c\" # d", "b \\\" # c", "d"),
            ("a: 'b # c'", "b # c", ""),
            ("a: \"\" # b", "", "b"),
        ] {
            let outline = read(text);
            assert_eq!(outline.strange, [], "{text}");
            let [entry] = &outline.entries[..] else { panic!("one entry: {text}") };
            assert_eq!((entry.value.as_str(), entry.comment.as_str()), (value, comment), "{text}");
        }
    }

    #[test]
    fn quoted_keys_are_keys() {
        expect_values("\"a\": 'b'\n'c' : d\n", &[(1, "a", "b"), (2, "c", "d")]);
        expect_values("a: it's # 'b'\n", &[(1, "a", "it's")]);
    }

    #[test]
    fn what_could_hide_a_value_is_strange() {
        for line in [
            "steps: [{uses: a@b}]",
            "steps: {uses: a@b}",
            "{steps: a}",
            "a: &b c",
            "a: *b",
            "<<: *b",
            "\"\\x75ses\": a",
            "? uses",
            "a:\tb",
            "a: !!str b",
            "a: \"b",
            "a: \"",
            "a: [b,",
        ] {
            let outline = read(&format!("x: y\n{line}\n"));
            assert_eq!(outline.strange.first().map(|(line, _)| *line), Some(2), "{line}");
        }
    }

    #[test]
    fn any_text_is_read_somehow() {
        for text in ["-", "- - -", ":", "'", "é: \"€", "a: |", "  - b\n c", "\u{feff}a: b", "- a: |\n"] {
            read(text);
        }
    }
}
