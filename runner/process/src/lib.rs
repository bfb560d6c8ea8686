//! The only place that starts programs, and the one that ends them.
//!
//! A program gets exactly the environment, the folder and the input that are written down for it; nothing is inherited.
//! It has bounds for its time, its silence and how much of its output is kept. When it ends, for whatever reason,
//! everything that it started ends with it: its process group, and on Linux also what left the group, because
//! [`adopt_orphans`] makes this process the parent of whatever loses its own.
//!
//! What is *not* here: what programs are for, shells, and sandboxes.

mod capture;
mod find;
mod program;
mod run;
mod running;
mod sweep;

pub use capture::{Capture, Captured};
pub use find::find_program;
pub use program::Program;
pub use run::{Bounds, Ended, Stream, run};
pub use running::{Ending, Patience, Running, StartError, start};
pub use sweep::{adopt_orphans, hide_memory};
