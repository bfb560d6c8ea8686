//! SQL, GraphQL and Protocol Buffers, by what all dialects have in common: texts end, brackets match, statements
//! begin with words that are known, and nothing is defined twice.

use std::collections::BTreeMap;

use super::Objections;

/// How a language is written.
struct Syntax {
    name: &'static str,
    line_comments: &'static [&'static str],
    block_comments: bool,
    /// What encloses a text; a doubled one stands for itself.
    quotes: &'static [char],
    /// Whether `"""` encloses a text of several lines, and `\` escapes.
    has_long_texts: bool,
    /// Whether `$tag$` encloses a text.
    has_dollar_texts: bool,
}

const SQL: Syntax = Syntax {
    name: "SQL",
    line_comments: &["--"],
    block_comments: true,
    quotes: &['\'', '"', '`'],
    has_long_texts: false,
    has_dollar_texts: true,
};
const GRAPHQL: Syntax = Syntax {
    name: "GraphQL",
    line_comments: &["#"],
    block_comments: false,
    quotes: &['"'],
    has_long_texts: true,
    has_dollar_texts: false,
};
const PROTO: Syntax = Syntax {
    name: "Protocol Buffers",
    line_comments: &["//"],
    block_comments: true,
    quotes: &['"', '\''],
    has_long_texts: true,
    has_dollar_texts: false,
};

/// First words of statements, of the common dialects.
const STATEMENTS: [&str; 34] = [
    "alter",
    "analyze",
    "attach",
    "begin",
    "call",
    "comment",
    "commit",
    "copy",
    "create",
    "declare",
    "delete",
    "delimiter",
    "do",
    "drop",
    "end",
    "exec",
    "explain",
    "go",
    "grant",
    "if",
    "insert",
    "lock",
    "merge",
    "pragma",
    "refresh",
    "reindex",
    "replace",
    "revoke",
    "rollback",
    "select",
    "set",
    "truncate",
    "update",
    "use",
];

/// Words that begin a definition of GraphQL.
const DEFINITIONS: [&str; 12] = [
    "directive",
    "enum",
    "extend",
    "fragment",
    "input",
    "interface",
    "mutation",
    "query",
    "scalar",
    "schema",
    "subscription",
    "type",
];

/// A piece that is not a comment or a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Text,
    Mark(char),
}

struct Lexer<'t> {
    syntax: &'t Syntax,
    rest: &'t str,
    line: u32,
}

/// Splits a text; an error is the line and what is wrong there.
fn tokens<'t>(syntax: &'t Syntax, text: &'t str) -> Result<Vec<(u32, Token<'t>)>, (u32, String)> {
    let mut lexer = Lexer { syntax, rest: text.trim_start_matches('\u{feff}'), line: 1 };
    let mut tokens = Vec::new();
    let mut open: Vec<(u32, char)> = Vec::new();
    while let Some((line, token)) = lexer.next()? {
        let closer = |opener: char| match opener {
            '(' => ')',
            '[' => ']',
            _ => '}',
        };
        match token {
            Token::Mark(mark @ ('(' | '[' | '{')) => open.push((line, mark)),
            Token::Mark(mark @ (')' | ']' | '}')) => {
                let is_match = open.pop().is_some_and(|(_, opener)| closer(opener) == mark);
                if !is_match {
                    return Err((line, format!("`{mark}` closes nothing")));
                }
            }
            Token::Mark(_) | Token::Word(_) | Token::Text => {}
        }
        tokens.push((line, token));
    }
    match open.pop() {
        Some((line, mark)) => Err((line, format!("`{mark}` is never closed"))),
        None => Ok(tokens),
    }
}

impl<'t> Lexer<'t> {
    fn next(&mut self) -> Result<Option<(u32, Token<'t>)>, (u32, String)> {
        loop {
            let Some(first) = self.rest.chars().next() else { return Ok(None) };
            let line = self.line;
            if first.is_whitespace() {
                self.take(first.len_utf8());
            } else if self.syntax.line_comments.iter().any(|start| self.rest.starts_with(start)) {
                self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.syntax.block_comments && self.rest.starts_with("/*") {
                self.take_until("/*", "*/").ok_or((line, "a comment never ends".to_owned()))?;
            } else if self.syntax.has_long_texts && self.rest.starts_with("\"\"\"") {
                self.take_until("\"\"\"", "\"\"\"").ok_or((line, "a text never ends".to_owned()))?;
                return Ok(Some((line, Token::Text)));
            } else if self.syntax.quotes.contains(&first) {
                self.take_text(first).ok_or((line, "a text never ends".to_owned()))?;
                return Ok(Some((line, Token::Text)));
            } else if let Some(tag) = self.dollar_tag() {
                self.take_until(tag, tag).ok_or((line, "a text never ends".to_owned()))?;
                return Ok(Some((line, Token::Text)));
            } else if is_letter(first) {
                let end = self.rest.find(|character| !is_letter(character)).unwrap_or(self.rest.len());
                return Ok(Some((line, Token::Word(self.take(end)))));
            } else {
                self.take(first.len_utf8());
                return Ok(Some((line, Token::Mark(first))));
            }
        }
    }

    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line = self.line.saturating_add(u32::try_from(taken.matches('\n').count()).unwrap_or(u32::MAX));
        self.rest = rest;
        taken
    }

    fn take_until(&mut self, start: &str, end: &str) -> Option<()> {
        let after = self.rest.get(start.len()..)?;
        let length = start.len() + after.find(end)? + end.len();
        self.take(length);
        Some(())
    }

    fn take_text(&mut self, quote: char) -> Option<()> {
        let mut is_escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, character)| {
            let is_end = *character == quote && !is_escaped;
            is_escaped = self.syntax.has_long_texts && *character == '\\' && !is_escaped;
            is_end
        });
        self.take(end?.0 + quote.len_utf8());
        Some(())
    }

    /// Returns `$$` or `$tag$`, if it comes next.
    fn dollar_tag(&self) -> Option<&'t str> {
        let after = self.rest.strip_prefix('$').filter(|_| self.syntax.has_dollar_texts)?;
        let end = after.find('$').filter(|end| after.get(..*end).is_some_and(|tag| tag.chars().all(is_letter)))?;
        self.rest.get(..end + 2)
    }
}

fn is_letter(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.')
}

fn read<'t>(syntax: &'t Syntax, path: &str, text: &'t str, objections: &mut Objections<'_>) -> Vec<(u32, Token<'t>)> {
    tokens(syntax, text).unwrap_or_else(|(line, words)| {
        objections.add("syntax", path, Some(line), format!("the file is not valid {}: {words}", syntax.name));
        Vec::new()
    })
}

/// Checks statements of SQL.
pub(super) fn check_sql(path: &str, text: &str, objections: &mut Objections<'_>) {
    let tokens = read(&SQL, path, text, objections);
    let mut tables: BTreeMap<String, u32> = BTreeMap::new();
    // What has a body of statements (functions, triggers) is not looked into.
    let has_bodies = tokens.iter().any(|(_, token)| is_word(*token, &["begin", "declare", "delimiter", "go"]));
    for statement in tokens.split(|(_, token)| *token == Token::Mark(';')).filter(|statement| !statement.is_empty()) {
        let Some((line, first)) = statement.first().copied() else { continue };
        let is_known = match first {
            Token::Word(word) => {
                STATEMENTS.contains(&word.to_ascii_lowercase().as_str()) || is_word(first, &["with", "table", "vacuum"])
            }
            Token::Text => false,
            Token::Mark(mark) => mark == '\\' || mark == '(',
        };
        if !is_known && !has_bodies {
            objections.add("syntax", path, Some(line), "no statement of SQL begins like this");
        }
        for pair in statement.windows(2) {
            if let [(line, Token::Mark(',')), (_, Token::Mark(')'))] = pair {
                objections.add("syntax", path, Some(*line), "a comma stands before `)`");
            }
        }
        if let Some(name) = created_table(statement)
            && let Some(earlier) = tables.insert(name.to_ascii_lowercase(), line)
        {
            objections.add(
                "duplicate",
                path,
                Some(line),
                format!("the table `{name}` is created in line {earlier}, too"),
            );
        }
    }
}

fn is_word(token: Token<'_>, words: &[&str]) -> bool {
    matches!(token, Token::Word(word) if words.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Returns the table in `create table name`; one that is only created where it does not exist may be there twice.
fn created_table<'t>(statement: &[(u32, Token<'t>)]) -> Option<&'t str> {
    let mut words = statement.iter().map(|(_, token)| *token);
    words.next().filter(|token| is_word(*token, &["create"]))?;
    words.next().filter(|token| is_word(*token, &["table"]))?;
    match words.next()? {
        Token::Word(name) if !name.eq_ignore_ascii_case("if") => Some(name),
        Token::Word(_) | Token::Text | Token::Mark(_) => None,
    }
}

/// Checks definitions of GraphQL.
pub(super) fn check_graphql(path: &str, text: &str, objections: &mut Objections<'_>) {
    let tokens = read(&GRAPHQL, path, text, objections);
    let mut types: BTreeMap<&str, u32> = BTreeMap::new();
    let mut depth = 0_usize;
    let mut is_extended = false;
    let mut after_block = true;
    for (index, (line, token)) in tokens.iter().enumerate() {
        match token {
            Token::Mark('{' | '(' | '[') => depth += 1,
            Token::Mark('}' | ')' | ']') => {
                depth = depth.saturating_sub(1);
                after_block = depth == 0;
            }
            Token::Word(word) if depth == 0 => {
                let is_definition = DEFINITIONS.contains(word) || *word == "union";
                if after_block && !is_definition && index == 0 {
                    objections.add(
                        "syntax",
                        path,
                        Some(*line),
                        format!("no definition of GraphQL begins with `{word}`"),
                    );
                }
                let name = tokens.get(index + 1).map(|(_, token)| *token);
                if let (true, Some(Token::Word(name))) =
                    (["type", "enum", "input", "interface", "scalar", "union"].contains(word), name)
                    && !is_extended
                    && let Some(earlier) = types.insert(name, *line)
                {
                    let words = format!("`{name}` is defined in line {earlier}, too");
                    objections.add("duplicate", path, Some(*line), words);
                }
                is_extended = *word == "extend";
                after_block = false;
            }
            Token::Word(_) | Token::Text | Token::Mark(_) => {}
        }
    }
}

/// Checks the structure of Protocol Buffers.
pub(super) fn check_proto(path: &str, text: &str, objections: &mut Objections<'_>) {
    let tokens = read(&PROTO, path, text, objections);
    let is_declared = matches!(tokens.first(), Some((_, Token::Word("syntax" | "edition"))));
    if !tokens.is_empty() && !is_declared {
        objections.add("syntax", path, Some(1), "the file does not begin with `syntax = \"proto3\";`");
    }
}
