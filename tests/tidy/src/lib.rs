//! Rules about the repository; everything is in the tests.
