//! What a server says when it has taken a message: `250 2.6.0 <id> [InternalId=1, Hostname=h] 3454 bytes …`.

/// The parts that other files repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken<'t> {
    /// `Message-ID:`, with angle brackets.
    pub message_id: &'t str,
    /// Number of the message on the server that took it; Mailbox Transport Delivery gives none.
    pub internal_id: Option<&'t str>,
    /// The server that took it.
    pub hostname: &'t str,
    /// Size in bytes as it was taken.
    pub bytes: Option<u64>,
}

impl<'t> Taken<'t> {
    /// Finds the reply in a text, which may have more before and behind it.
    pub(super) fn find(text: &'t str) -> Option<Self> {
        let start = ["250 2.6.0 <", "250 2.0.0 OK <"].iter().find_map(|words| text.find(words))?;
        let reply = text.get(start..)?;
        let open = reply.find('<')?;
        let message_id = reply.get(open..=reply.find("> [")?)?;
        let (inside, behind) = reply.get(reply.find("> [")? + 3..)?.split_once(']')?;
        let value = |key: &str| {
            let mut parts = inside.split(", ");
            parts.find_map(|part| part.strip_prefix(key)?.strip_prefix('='))
        };
        let bytes = behind.trim_start().split_once(" bytes").and_then(|(it, _)| it.parse().ok());
        Some(Self {
            message_id,
            internal_id: value("InternalId"),
            hostname: value("Hostname").unwrap_or_default(),
            bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_found_in_a_source_context() {
        let text = ";250 2.6.0 <1@a.example> [InternalId=7, Hostname=b.example] 12 bytes in 0.1, 9.9 KB/sec Queued mail for delivery;ClientSubmitTime:";
        let taken = Taken::find(text).unwrap_or_default();
        assert_eq!((taken.message_id, taken.internal_id), ("<1@a.example>", Some("7")));
        assert_eq!((taken.hostname, taken.bytes), ("b.example", Some(12)));
        assert_eq!(Taken::find("250 2.1.5 Recipient OK"), None);
    }
}
