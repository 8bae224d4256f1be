//! Bounces as Postfix writes them.
//!
//! Spec: RFC 3464. Wording of the notice: Postfix' default bounce template.

use smtp::Address;

use crate::internet_mta::InternetMta;
use crate::message::item::{MailItem, MailRecipient};
use crate::queue::Setback;

impl InternetMta {
    /// The bounce for these recipients, and whom it goes to; `None` for mail that itself is a report.
    pub(super) fn bounce(
        &self,
        item: &MailItem,
        failed: &[(MailRecipient, Setback)],
    ) -> Option<(Address, String)> {
        let sender = item.sender.address()?.clone();
        let host = &self.computer.fqdn;
        let now = self.computer.culture.mail_date(self.computer.clock.now());
        let arrival = self.computer.culture.mail_date(item.received);
        let id = format!("{:012X}", self.computer.random_bits() >> 80);
        let boundary = format!("{id}.{}/{host}", item.internal_id);
        let mut notice = String::new();
        let mut status = String::new();
        for (recipient, why) in failed {
            let (address, remote) = (&recipient.address, why.remote.as_deref().unwrap_or(host));
            let code = why.status.split(' ').nth(1).unwrap_or("5.0.0");
            let why = &why.status;
            notice.extend([format!("<{address}>: host {remote} said: {why}\r\n")]);
            status.extend([format!(
                "\r\nFinal-Recipient: rfc822; {address}\r\nOriginal-Recipient: rfc822;{address}\r\nAction: failed\r\nStatus: {code}\r\nRemote-MTA: dns; {remote}\r\nDiagnostic-Code: smtp; {why}\r\n"
            )]);
        }
        let header = String::from_utf8_lossy(&item.content.header()).into_owned();
        let mail = format!(
            "Date: {now}\r\nFrom: MAILER-DAEMON@{host} (Mail Delivery System)\r\nSubject: Undelivered Mail Returned to Sender\r\nTo: {sender}\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"{boundary}\"\r\nMessage-Id: <{id}@{host}>\r\n\r\nThis is a MIME-encapsulated message.\r\n\r\n--{boundary}\r\nContent-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nThis is the mail system at host {host}.\r\n\r\nI'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients. It's attached below.\r\n\r\nFor further assistance, please send mail to postmaster.\r\n\r\n                   The mail system\r\n\r\n{notice}\r\n--{boundary}\r\nContent-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {host}\r\nX-Postfix-Queue-ID: {id}\r\nX-Postfix-Sender: rfc822; {sender}\r\nArrival-Date: {arrival}\r\n{status}\r\n--{boundary}\r\nContent-Description: Undelivered Message Headers\r\nContent-Type: text/rfc822-headers\r\n\r\n{header}\r\n--{boundary}--\r\n"
        );
        Some((sender, mail))
    }
}
