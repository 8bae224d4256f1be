//! What the lab's own cmdlets answer when they refuse: what is wrong, and what there is instead.

use services::world::NoMailbox;

use crate::language::errors::{Category, ErrorRecord};

/// Something of that name is not there; what is.
pub(super) fn not_there(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = String>,
) -> ErrorRecord {
    let known: Vec<String> = known.into_iter().map(|name| format!("'{name}'")).collect();
    let there = match known.as_slice() {
        [] => "There are none at all.".to_owned(),
        known => format!("There are: {}.", known.join(", ")),
    };
    let message = format!("There is no {what} '{name}'. {there}");
    ErrorRecord::new(Category::ObjectNotFound, "NotThere", message).about(name, "String")
}

/// Something of that name is there already.
pub(super) fn taken(what: &str, name: &str) -> ErrorRecord {
    let message = format!("There is a {what} '{name}' already.");
    ErrorRecord::new(Category::ResourceExists, "NameTaken", message).about(name, "String")
}

/// An argument that means nothing to the lab.
pub(super) fn unfit(parameter: &str, why: impl std::fmt::Display) -> ErrorRecord {
    let message = format!("Cannot bind parameter '{parameter}'. {why}");
    ErrorRecord::new(Category::InvalidArgument, "CannotBind", message)
        .exception("ParameterBindingException")
}

/// Anything else that cannot be done.
pub(super) fn refused(message: impl Into<String>) -> ErrorRecord {
    ErrorRecord::new(Category::InvalidOperation, "Refused", message)
}

/// Nobody has that address.
pub(super) fn no_mailbox(error: &NoMailbox) -> ErrorRecord {
    let mut message = error.to_string() + ".";
    if let Some(first) = message.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    ErrorRecord::new(Category::ObjectNotFound, "NoMailbox", message)
        .about(error.0.to_string(), "String")
}
