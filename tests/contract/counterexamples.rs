//! What is printed fails as it was found.
