//! The driver of a run: it feeds the machine, writes down what follows, and has it carried out.
//!
//! Deciding is not here but in `pipemason-core`; what is done by git, agents and gates is in packages of their own.

pub mod cli;
pub mod day;
pub mod drive;
pub mod facts;
pub mod files;
pub mod folder;
pub mod hold;
pub mod journal;
pub mod mailbox;
pub mod ports;
pub mod project;
pub mod prompts;
pub mod settings;
pub mod ui;
pub mod view;
pub mod workshop;
