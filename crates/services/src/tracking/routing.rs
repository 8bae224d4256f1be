//! Rows of the categorizer: what became of recipients before a message went anywhere.
//!
//! RESOLVE as in a real row of Exchange 2019, EXPAND and TRANSFER as in `Get-MessageTrackingLog | Format-List`
//! of Exchange 2016. REDIRECT is written like RESOLVE: no row of it was found. What TRANSFER has in its
//! source-context names what made the copy, as `ContentConversion` does in a listing of Exchange 2013.

use exchange::ids::InternalMessageId;
use logs::last_error::{LastError, LastErrorForm};
use logs::tracking_words::{TrackingEventId as Event, TrackingSource as Source};

use super::TrackingLog;
use crate::message::item::{MailItem, MailRecipient};

impl TrackingLog {
    /// An address was rewritten: the recipient's mailbox is elsewhere.
    pub(crate) fn resolved(
        &self,
        item: &MailItem,
        legacy_dn: &str,
        from: &str,
        to: &MailRecipient,
    ) {
        self.readdressed(Event::Resolve, item, (legacy_dn, from), std::slice::from_ref(to));
    }

    /// A mailbox forwards: these recipients take its place, or stand beside it.
    pub(crate) fn redirected(
        &self,
        item: &MailItem,
        legacy_dn: &str,
        from: &str,
        to: &MailRecipient,
    ) {
        self.readdressed(Event::Redirect, item, (legacy_dn, from), std::slice::from_ref(to));
    }

    /// A group's members took its place.
    pub(crate) fn expanded(&self, item: &MailItem, group: &str, members: &[MailRecipient]) {
        let mut row = self.row(Source::Routing, Event::Expand, item, members);
        row.recipient_status = exchange::status::GROUP_EXPANDED.into();
        row.related_recipient_address = group.to_owned().into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }

    /// A group that had been expanded before is a member of another one.
    pub(crate) fn expanded_before(&self, item: &MailItem, group: &MailRecipient) {
        let mut row =
            self.row(Source::Routing, Event::DuplicateExpand, item, std::slice::from_ref(group));
        row.custom_data = self.custom([]);
        self.write(&row);
    }

    /// Recipients moved to a copy of the message of their own; `original` is the number it was copied from, `by` the part
    /// of the categorizer, or the agent, that made the copy.
    pub(crate) fn transferred(&self, copy: &MailItem, original: InternalMessageId, by: &str) {
        let mut row = self.row(Source::Routing, Event::Transfer, copy, &copy.recipients);
        row.source_context = by.to_owned().into();
        row.recipient_status = ";".repeat(copy.recipients.len().saturating_sub(1)).into();
        row.reference = original.to_string().into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }

    fn readdressed(
        &self,
        event: Event,
        item: &MailItem,
        (legacy_dn, from): (&str, &str),
        to: &[MailRecipient],
    ) {
        let mut row = self.row(Source::Routing, event, item, to);
        row.source_context = legacy_dn.to_owned().into();
        row.related_recipient_address = from.to_owned().into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }
}

/// `[{LED=…};{MSG=};{FQDN=};{IP=};{LRT=}]`
pub(super) fn braced(status: &str) -> String {
    let error =
        LastError { form: LastErrorForm::Braces, led: status.to_owned(), ..LastError::default() };
    error.to_string()
}
