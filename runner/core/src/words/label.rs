//! The labels: one that starts a run, one that starts a program, and those that show how a run is doing.

use crate::status::RunStatus;

/// A label as it is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    pub name: &'static str,
    /// Six hexadecimal digits, as GitHub takes them.
    pub color: &'static str,
    /// At most 100 characters, which is what GitHub takes.
    pub description: &'static str,
}

/// Starts a run; the configuration may name another one (`github.label`).
pub const START: Label =
    Label { name: "pipemason", color: "5319e7", description: "Add it to have Pipemason work on this issue" };

/// Starts a program.
pub const START_PROGRAM: Label = Label {
    name: "pipemason:program",
    color: "8a5cf5",
    description: "Add it to have Pipemason plan this as a program of several stories",
};

/// A run is at work.
pub const RUNNING: Label =
    Label { name: "pipemason:running", color: "1d76db", description: "Pipemason is working on this" };

/// A run waits for a person.
pub const ESCALATED: Label =
    Label { name: "pipemason:escalated", color: "d93f0b", description: "Pipemason waits for a person here" };

/// A run is complete.
pub const DONE: Label = Label { name: "pipemason:done", color: "0e8a16", description: "Pipemason has finished this" };

/// A run failed.
pub const FAILED: Label =
    Label { name: "pipemason:failed", color: "b60205", description: "Pipemason could not go on with this" };

/// All labels, as they are created on installation.
pub const ALL: [Label; 6] = [START, START_PROGRAM, RUNNING, ESCALATED, DONE, FAILED];

/// Returns the label that shows `status`; a run that has not started or was cancelled has none.
pub fn label_of(status: RunStatus) -> Option<Label> {
    match status {
        RunStatus::Running => Some(RUNNING),
        RunStatus::Escalated => Some(ESCALATED),
        RunStatus::Complete => Some(DONE),
        RunStatus::Failed => Some(FAILED),
        RunStatus::Pending | RunStatus::Cancelled => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_what_github_accepts_and_no_two_look_alike() {
        for label in ALL {
            assert!(label.description.len() <= 100, "{}", label.name);
            assert!(label.color.len() == 6 && label.color.bytes().all(|digit| digit.is_ascii_hexdigit()));
            let same = ALL.iter().filter(|other| other.name == label.name || other.color == label.color).count();
            assert_eq!(same, 1, "{}", label.name);
        }
    }

    #[test]
    fn each_status_that_goes_on_or_ended_by_itself_has_its_label() {
        let names = RunStatus::ALL.map(|status| label_of(status).map(|label| label.name));
        assert_eq!(
            names,
            [
                None,
                Some("pipemason:running"),
                Some("pipemason:done"),
                Some("pipemason:failed"),
                Some("pipemason:escalated"),
                None
            ]
        );
    }
}
