//! Whether a command failed because a program is not there: that is no objection (RULES R7.2).

/// What shells, package managers and build tools say of a program that they do not find.
const WORDS: [&str; 8] = [
    ": command not found",
    ": not found",
    ": Command not found",
    "error: no such command: `",
    "is not installed for the toolchain",
    "error: Failed to spawn: `",
    "npx canceled due to missing packages",
    "npm error could not determine executable to run",
];

/// Where such words stand: a tool that is there says other things after so many lines.
const LINES_SEARCHED: usize = 50;

/// Returns the line that says that the command `line`, which ended with `status` and said `text`, was not able to run.
///
/// Judged narrowly: what is not recognized counts as an objection of the tool.
pub(crate) fn missing_program(line: &str, status: i32, text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let of_module = module(line).map(|module| format!("No module named {module}"));
    let says_so = |line: &str| {
        let is_of_module = of_module.as_deref().is_some_and(|words| line.ends_with(words));
        WORDS.iter().any(|words| line.contains(words)) || is_of_module
    };
    let found = lines.iter().rev().take(LINES_SEARCHED).find(|line| says_so(line));
    let is_of_shell = matches!(status, 126 | 127);
    match found {
        // The words alone may be what a test printed; a shell or `make` adds its status.
        Some(words) if is_of_shell || status != 0 && lines.len() <= LINES_SEARCHED => Some((*words).to_owned()),
        _ if is_of_shell => {
            Some(lines.last().map_or_else(|| format!("exit status {status}"), |last| (*last).to_owned()))
        }
        _ => None,
    }
}

/// Returns the module in `python -m pytest`.
fn module(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().skip_while(|word| *word != "-m");
    words.next();
    words.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_told_from_what_objects() {
        for (line, status, text) in [
            ("eslint .", 127, "sh: 1: eslint: not found"),
            ("npm run lint", 127, "> lint\n> eslint .\n\nsh: 1: eslint: not found\n"),
            ("./lint", 126, "sh: 1: ./lint: Permission denied"),
            (
                "make lint",
                2,
                "golangci-lint run\nmake: golangci-lint: No such file\nsh: golangci-lint: command not found",
            ),
            ("cargo clippy", 101, "error: no such command: `clippy`"),
            ("python -m mypy .", 1, "/usr/bin/python: No module named mypy"),
            ("lint", 127, ""),
        ] {
            assert!(missing_program(line, status, text).is_some(), "{line}: {text}");
        }
        for (line, status, text) in [
            ("python -m pytest", 1, "E   ModuleNotFoundError: No module named 'shop'"),
            ("eslint .", 1, "1:1 error no-undef"),
            ("eslint .", 0, "warning: x: not found"),
            ("lint", 2, ""),
        ] {
            assert_eq!(missing_program(line, status, text), None, "{line}: {text}");
        }
    }
}
