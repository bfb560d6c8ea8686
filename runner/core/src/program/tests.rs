mod names;
mod people;
mod phases;
mod restack;
mod script;
mod stories;
