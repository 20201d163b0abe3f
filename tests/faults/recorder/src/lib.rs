//! Stands between a process and the C library, and writes down what is written and synced.
