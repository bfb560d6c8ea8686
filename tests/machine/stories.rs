//! Stories: a scripted world, and what was told of it.

mod happy;
