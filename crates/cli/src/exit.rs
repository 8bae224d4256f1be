//! Exit codes: the same for every command and format.

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exit(pub(crate) u8);

impl Exit {
    /// Nothing is wrong.
    pub(crate) const FINE: Self = Self(0);
    /// Something was found, or something expected did not come.
    pub(crate) const FOUND: Self = Self(1);
    /// Bad usage or input.
    pub(crate) const INPUT: Self = Self(2);
    /// The evidence that would decide is missing.
    pub(crate) const UNDECIDED: Self = Self(3);
    /// The lab itself failed.
    pub(crate) const BROKEN: Self = Self(4);
}
