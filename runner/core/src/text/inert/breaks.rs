//! Where an invisible character takes the meaning from a text.
//!
//! The rules would rather break too much than too little: a break is not seen.

/// What is put in: a space without width, as the dependency bots on GitHub do it.
const BREAK: char = '\u{200b}';

/// Longest text that a rule looks ahead for a closing mark; keeps the time linear.
const LOOK_AHEAD_BYTES: usize = 64;

/// Longest run of backticks that stays; a fence must be longer than any run inside.
const MAX_BACKTICKS: usize = 16;

/// Breaks everything that GitHub or git would find in rendered Markdown.
pub(super) fn all(text: &str) -> String {
    let mut points = points(text, |previous, rest| {
        reference(previous, rest)
            .or_else(|| address(rest))
            .or_else(|| marker(rest))
            .or_else(|| directive(previous, rest))
            .or_else(|| shortcode(rest))
    });
    points.extend(commit_names(text));
    points.extend(trailers(text));
    broken(text, points)
}

/// Breaks what has a meaning even inside code, because a pull request's body may become a commit message.
pub(super) fn in_code(text: &str) -> String {
    let mut points = points(text, |previous, rest| {
        closing_word(previous, rest).or_else(|| own_marker(rest)).or_else(|| directive(previous, rest))
    });
    points.extend(long_runs_of_backticks(text));
    broken(text, points)
}

/// Breaks what has a meaning in a title or a commit message.
pub(super) fn in_message(text: &str) -> String {
    let mut points = points(text, |previous, rest| {
        reference(previous, rest)
            .or_else(|| address(rest))
            .or_else(|| marker(rest))
            .or_else(|| directive(previous, rest))
    });
    points.extend(commit_names(text));
    points.extend(trailers(text));
    points.extend(message_line_starts(text));
    broken(text, points)
}

/// Returns the places after which `rule`, asked at each character, wants a break.
fn points(text: &str, rule: impl Fn(Option<char>, &str) -> Option<usize>) -> Vec<usize> {
    let mut previous = None;
    let mut points = Vec::new();
    for (offset, character) in text.char_indices() {
        let rest = text.get(offset..).unwrap_or_default();
        points.extend(rule(previous, rest).map(|length| offset + length));
        previous = Some(character);
    }
    points
}

/// Puts a break at each of `points`.
fn broken(text: &str, mut points: Vec<usize>) -> String {
    points.sort_unstable();
    points.dedup();
    let mut broken = String::with_capacity(text.len() + points.len() * BREAK.len_utf8());
    let mut start = 0;
    for point in points {
        broken.push_str(text.get(start..point).unwrap_or_default());
        broken.push(BREAK);
        start = point;
    }
    broken.push_str(text.get(start..).unwrap_or_default());
    broken
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

fn is_letter_or_digit(character: Option<char>) -> bool {
    character.is_some_and(|character| character.is_ascii_alphanumeric())
}

/// `@user`, `@org/team`, `user@host`; `#12`, `owner/repo#2`; `GH-1`.
fn reference(previous: Option<char>, rest: &str) -> Option<usize> {
    if let Some(name) = rest.strip_prefix('@') {
        return name.starts_with(|next: char| !next.is_whitespace()).then_some(1);
    }
    if let Some(number) = rest.strip_prefix('#') {
        return number.starts_with(|next: char| next.is_ascii_digit()).then_some(1);
    }
    let is_numbered = || rest.get(3..).is_some_and(|number| number.starts_with(|next: char| next.is_ascii_digit()));
    (starts_with_ignoring_case(rest, "gh-") && !is_letter_or_digit(previous) && is_numbered()).then_some(3)
}

/// `https://…` and its kin, `www.…`. Mail addresses are broken as references.
fn address(rest: &str) -> Option<usize> {
    if rest.starts_with("://") {
        return Some(1);
    }
    starts_with_ignoring_case(rest, "www.").then_some(3)
}

/// Comments that hide, expressions of workflows, and commands to us.
fn marker(rest: &str) -> Option<usize> {
    let is_marker = rest.starts_with("<!") || rest.starts_with("${{") || starts_with_ignoring_case(rest, "/pipemason");
    is_marker.then_some(1)
}

/// Comments that look like ours, wherever they stand: whoever searches a raw text must not find one (SEC-27).
fn own_marker(rest: &str) -> Option<usize> {
    let name = rest.strip_prefix("<!--")?.trim_start();
    starts_with_ignoring_case(name, "pipemason").then_some(1)
}

/// `[skip ci]` and its kin, which switch off the checks of a push.
fn directive(previous: Option<char>, rest: &str) -> Option<usize> {
    if starts_with_ignoring_case(rest, "***no_ci***") {
        return Some(1);
    }
    let is_trailer = starts_with_ignoring_case(rest, "skip-checks") && !is_letter_or_digit(previous);
    if is_trailer {
        return Some(4);
    }
    let words = ahead(rest.strip_prefix('[')?).split_once(']')?.0.to_ascii_lowercase();
    let is_directive = words.contains("skip") || words.split_whitespace().eq(["no", "ci"]);
    is_directive.then_some(1)
}

/// `:tada:`, which becomes a picture.
fn shortcode(rest: &str) -> Option<usize> {
    let (name, _) = ahead(rest.strip_prefix(':')?).split_once(':')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte));
    is_name.then_some(1)
}

/// The words after which a reference closes an issue.
const CLOSING_WORDS: [&str; 9] =
    ["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"];

/// `fixes #1`, `Closes: owner/repo#2`, `resolved https://…/issues/3`.
fn closing_word(previous: Option<char>, rest: &str) -> Option<usize> {
    if is_letter_or_digit(previous) || !rest.starts_with(['c', 'C', 'f', 'F', 'r', 'R']) {
        return None;
    }
    let word_bytes = rest.bytes().take_while(u8::is_ascii_alphabetic).take(LOOK_AHEAD_BYTES).count();
    let word = rest.get(..word_bytes)?.to_ascii_lowercase();
    if !CLOSING_WORDS.contains(&word.as_str()) {
        return None;
    }
    let after = ahead(rest.get(word_bytes..)?);
    let target = after.trim_start_matches(|mark: char| mark == ':' || mark.is_whitespace());
    let is_parted = target.len() < after.len();
    let target = target.split_whitespace().next()?;
    let is_issue = target.contains('#') || target.contains("://") || starts_with_ignoring_case(target, "gh-");
    (is_parted && is_issue).then_some(1)
}

/// Returns the next bytes of `rest`, as far as rules look.
fn ahead(rest: &str) -> &str {
    rest.get(..rest.floor_char_boundary(LOOK_AHEAD_BYTES)).unwrap_or_default()
}

/// Names of commits: from seven hexadecimal digits with a letter among them. Broken after each sixth digit, so
/// that no part is a name either.
fn commit_names(text: &str) -> Vec<usize> {
    let mut points = Vec::new();
    let mut offset = 0;
    for word in text.split_inclusive(|character: char| !character.is_ascii_hexdigit()) {
        let digits = word.bytes().take_while(u8::is_ascii_hexdigit).count();
        let has_letter = word.bytes().take(digits).any(|byte| byte.is_ascii_alphabetic());
        if digits >= 7 && has_letter {
            points.extend((6..digits).step_by(6).map(|digit| offset + digit));
        }
        offset += word.len();
    }
    points
}

/// Returns the places before the colon of lines like `Signed-off-by: …`: a name with a dash, then a colon.
fn trailers(text: &str) -> Vec<usize> {
    let colon_of = |line: &str| {
        let key = line.trim_start();
        let colon = key.find(|character: char| !character.is_ascii_alphanumeric() && character != '-')?;
        let name = key.get(..colon)?;
        let after = key.get(colon..)?;
        let is_trailer = name.contains('-') && after.trim_start_matches([' ', '\t']).starts_with(':');
        is_trailer.then_some(line.len() - after.len())
    };
    line_points(text, colon_of)
}

/// Starts of lines that git takes for something else than text: comments, patches, the end of a message, mail,
/// and first lines that `rebase --autosquash` obeys.
const MESSAGE_LINE_STARTS: [&str; 9] =
    ["#", "---", "diff -", "Index: ", "From ", ">From ", "fixup!", "squash!", "amend!"];

fn message_line_starts(text: &str) -> Vec<usize> {
    line_points(text, |line| MESSAGE_LINE_STARTS.iter().any(|start| line.starts_with(start)).then_some(0))
}

/// Returns the places that `rule`, asked at each line, names within the line.
fn line_points(text: &str, rule: impl Fn(&str) -> Option<usize>) -> Vec<usize> {
    let mut offset = 0;
    let mut points = Vec::new();
    for line in text.split_inclusive('\n') {
        points.extend(rule(line).map(|point| offset + point));
        offset += line.len();
    }
    points
}

fn long_runs_of_backticks(text: &str) -> Vec<usize> {
    let mut run = 0;
    let mut points = Vec::new();
    for (offset, byte) in text.bytes().enumerate() {
        if byte != b'`' {
            run = 0;
        } else if run == MAX_BACKTICKS {
            points.push(offset);
            run = 1;
        } else {
            run += 1;
        }
    }
    points
}
