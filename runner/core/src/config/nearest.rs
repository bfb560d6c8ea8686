//! The known word that somebody meant who wrote an unknown one.

use super::reference::rows;

/// Longest word that is compared; the longest key has 29 characters.
const MAX_COMPARED_CHARACTERS: usize = 40;

/// Returns the full name of the key that is nearest to `name`: among its `siblings`, else anywhere.
pub(super) fn nearest(name: &str, parent: &str, siblings: &[&str]) -> Option<String> {
    if let Some(sibling) = closest(name, siblings.iter().copied()) {
        return Some(super::setting::child(parent, sibling));
    }
    let rows: Vec<_> = rows().into_iter().filter(|row| !row.path.is_empty()).collect();
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let names: Vec<String> = rows.iter().map(|row| last(&row.path)).collect();
    let closest = closest(name, names.iter().map(String::as_str))?;
    rows.iter().find(|row| last(&row.path) == closest).map(|row| row.path.clone())
}

/// Returns the word nearest to `word`, if it is near enough to be what was meant.
pub(super) fn closest<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let length = word.chars().count();
    if length > MAX_COMPARED_CHARACTERS {
        return None;
    }
    // In a word of two letters every other word would be near.
    let allowed = if length < 3 { 0 } else { (length / 3).max(1) };
    words
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns how many letters have to be put in, taken out, exchanged or swapped with their neighbor; case and `-`
/// for `_` are free.
fn distance(left: &str, right: &str) -> usize {
    let letters = |text: &str| -> Vec<char> { text.to_lowercase().replace('-', "_").chars().collect() };
    let (left, right) = (letters(left), letters(right));
    // Rows of the usual table: the row for no letters of `left`, for one, for two, …
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (taken, letter) in left.iter().enumerate() {
        let mut row = vec![taken + 1];
        for (other_taken, other) in right.iter().enumerate() {
            let cell = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let exchanged = cell(&last, other_taken) + usize::from(letter != other);
            let added_or_removed = cell(&row, other_taken).min(cell(&last, other_taken + 1)) + 1;
            let previous =
                |letters: &[char], taken: usize| taken.checked_sub(1).and_then(|index| letters.get(index).copied());
            let is_swapped = previous(&left, taken) == Some(*other) && previous(&right, other_taken) == Some(*letter);
            let swapped = if is_swapped { cell(&before_last, other_taken.saturating_sub(1)) + 1 } else { usize::MAX };
            row.push(exchanged.min(added_or_removed).min(swapped));
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_letters() {
        for (left, right, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "abc", 0),
            ("abc", "abx", 1),
            ("abc", "ac", 1),
            ("ac", "abc", 1),
            ("kitten", "sitting", 3),
            ("Max-Usd", "max_usd", 0),
            ("€x", "x", 1),
            ("wbe", "web", 1),
            ("tset", "test", 1),
            ("abcd", "badc", 2),
            ("xab", "yba", 2),
            ("xy", "yx", 1),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn only_what_is_near_is_suggested() {
        let words = ["test", "lint", "typecheck"];
        let closest = |word| closest(word, words.into_iter());
        assert_eq!(closest("tset"), Some("test"));
        assert_eq!(closest("lnt"), Some("lint"));
        assert_eq!(closest("type_check"), Some("typecheck"));
        assert_eq!(closest("tes"), Some("test"));
        assert_eq!(closest("txxt"), None);
        assert_eq!(closest("tchck"), None);
        assert_eq!(closest("xy"), None);
        assert_eq!(closest(&"x".repeat(41)), None);
    }

    #[test]
    fn a_key_of_another_section_is_found_by_its_name() {
        let found = nearest("max_total_iteration", "", &["version", "limits"]);
        assert_eq!(found.as_deref(), Some("limits.max_total_iterations"));
        assert_eq!(nearest("tset", "commands.api", &["test"]).as_deref(), Some("commands.api.test"));
        assert_eq!(nearest("qqqqqqqqqq", "", &["version"]), None);
    }
}
