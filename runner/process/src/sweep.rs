//! Everything that a program started, found and killed.
//!
//! A process can leave its group (`setsid`) and its parent (a double fork). On Linux three things find it all the same:
//! the chain of its parents, a mark in its environment, and that this process adopts whoever loses their parent. A
//! process that took off the mark and lost its parent is an orphan that nobody here started, and goes, too.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::process::Child;

/// The variable that marks what belongs to a program.
pub(crate) const MARK: &str = "PIPEMASON_PROGRAM";

/// Rounds of killing before whatever is left is left: each round finds what was started during the one before.
const ROUNDS: u32 = 100;

/// Time between two rounds.
const BETWEEN_ROUNDS: Duration = Duration::from_millis(5);

/// Processes that were started here and not yet waited for; all other children of this process are orphans.
static STARTED: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Whether orphans come here. Where they do not, a child that was not started here is somebody else's.
static ADOPTING: AtomicBool = AtomicBool::new(false);

static MARKS: AtomicU64 = AtomicU64::new(0);

fn started() -> MutexGuard<'static, BTreeSet<u32>> {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes this process the parent of every descendant that loses its own, so that none can hide.
///
/// Returns whether the system can do that. Elsewhere only the process groups are killed.
pub fn adopt_orphans() -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{getpid, set_child_subreaper};
        let adopts = set_child_subreaper(Some(getpid())).is_ok();
        ADOPTING.store(adopts, Ordering::Relaxed);
        adopts
    }
    #[cfg(not(target_os = "linux"))]
    {
        false
    }
}

/// Keeps other processes of the same user from reading the memory and the environment of this one, where the system can
/// do that (SEC-40). Whoever may read everything still may.
pub fn hide_memory() -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
    }
    #[cfg(not(target_os = "linux"))]
    {
        false
    }
}

/// A program and what it started.
#[derive(Debug)]
pub(crate) struct Family {
    head: Option<u32>,
    mark: String,
}

impl Family {
    /// Starts the head of a family by `start`, which gets the mark.
    pub(crate) fn start(start: impl FnOnce(&str) -> io::Result<Child>) -> io::Result<(Child, Self)> {
        let mark = format!("{}-{}", std::process::id(), MARKS.fetch_add(1, Ordering::Relaxed));
        // As long as this is locked, nobody takes the new process for an orphan.
        let mut started = started();
        let child = start(&mark)?;
        let head = child.id();
        started.extend(head);
        Ok((child, Self { head, mark }))
    }

    /// Asks the group to end.
    pub(crate) fn ask(&self) {
        signal_group(self.head, true);
    }

    /// Kills the group.
    pub(crate) fn kill(&self) {
        // What left the group is found by its parents as long as those live.
        for process in self.members() {
            kill_process(process);
        }
        signal_group(self.head, false);
    }

    /// Kills what is left after the head has ended.
    pub(crate) async fn sweep(&self) {
        for _ in 0..ROUNDS {
            let members = self.members();
            if members.is_empty() {
                break;
            }
            for process in members {
                kill_process(process);
            }
            tokio::time::sleep(BETWEEN_ROUNDS).await;
            reap();
        }
    }

    /// Returns all processes of the family but its head.
    fn members(&self) -> BTreeSet<u32> {
        let here = std::process::id();
        let processes = processes();
        // After the list, so that whatever was started before it is known.
        let started = started().clone();
        let adopting = ADOPTING.load(Ordering::Relaxed);
        let mut members = BTreeSet::new();
        for (process, found) in processes.iter().filter(|(_, found)| !found.has_ended) {
            let is_below_head = self.head.is_some_and(|head| is_below(*process, head, &processes));
            let is_orphan = adopting && found.parent == here && !started.contains(process);
            let mark = if is_below_head { None } else { mark_of(*process) };
            let is_marked = mark.as_deref() == Some(self.mark.as_str());
            // An orphan that still carries another mark belongs to a program that is under way.
            if is_below_head || is_marked || (is_orphan && mark.is_none()) {
                members.insert(*process);
            }
        }
        members.retain(|process| Some(*process) != self.head && *process != here);
        members
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        if let Some(head) = self.head {
            started().remove(&head);
        }
    }
}

/// What the system says of a process.
#[derive(Clone, Copy, Debug)]
struct Found {
    parent: u32,
    /// Whether it has ended and only waits to be noticed.
    has_ended: bool,
}

fn is_below(process: u32, head: u32, processes: &BTreeMap<u32, Found>) -> bool {
    let mut above = process;
    // Processes may end and numbers be used again while this looks, so a ring is possible.
    for _ in 0..processes.len() {
        match processes.get(&above) {
            Some(found) if found.parent == head => return true,
            Some(found) => above = found.parent,
            None => return false,
        }
    }
    false
}

#[cfg(target_os = "linux")]
fn processes() -> BTreeMap<u32, Found> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return BTreeMap::new() };
    let of_entry = |name: &str| {
        let process: u32 = name.parse().ok()?;
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name of the program is in parentheses and may hold anything.
        let (_, behind) = stat.rsplit_once(") ")?;
        let mut fields = behind.split(' ');
        let has_ended = fields.next()? == "Z";
        let parent = fields.next()?.parse().ok()?;
        Some((process, Found { parent, has_ended }))
    };
    entries.flatten().filter_map(|entry| of_entry(entry.file_name().to_str()?)).collect()
}

#[cfg(target_os = "linux")]
fn mark_of(process: u32) -> Option<String> {
    let environment = std::fs::read(format!("/proc/{process}/environ")).ok()?;
    let prefix = format!("{MARK}=");
    environment
        .split(|byte| *byte == 0)
        .find_map(|variable| variable.strip_prefix(prefix.as_bytes()))
        .map(|mark| String::from_utf8_lossy(mark).into_owned())
}

#[cfg(not(target_os = "linux"))]
fn processes() -> BTreeMap<u32, Found> {
    BTreeMap::new()
}

#[cfg(not(target_os = "linux"))]
fn mark_of(_process: u32) -> Option<String> {
    None
}

#[cfg(unix)]
fn pid(process: u32) -> Option<rustix::process::Pid> {
    i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw)
}

#[cfg(unix)]
fn signal_group(head: Option<u32>, politely: bool) {
    use rustix::process::{Signal, kill_process_group};

    let signal = if politely { Signal::TERM } else { Signal::KILL };
    if let Some(group) = head.and_then(pid) {
        // A group that has ended already is what was wanted.
        let _gone = kill_process_group(group, signal);
    }
}

#[cfg(unix)]
fn kill_process(process: u32) {
    if let Some(process) = pid(process) {
        let _gone = rustix::process::kill_process(process, rustix::process::Signal::KILL);
    }
}

/// Takes note of orphans that have ended, so that they leave the list of processes.
#[cfg(target_os = "linux")]
fn reap() {
    use rustix::process::{WaitOptions, waitpid};

    if !ADOPTING.load(Ordering::Relaxed) {
        return;
    }
    let here = std::process::id();
    let processes = processes();
    let started = started().clone();
    for (process, found) in processes {
        if found.parent == here && found.has_ended && !started.contains(&process) {
            let _gone = waitpid(pid(process), WaitOptions::NOHANG);
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn reap() {}

#[cfg(not(unix))]
fn signal_group(_head: Option<u32>, _politely: bool) {}

#[cfg(not(unix))]
fn kill_process(_process: u32) {}
