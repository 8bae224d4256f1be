//! The command `hybridlab`.

fn main() {}
