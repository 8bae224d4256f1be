//! How every mail ended, as only the lab can know it: from the mailboxes themselves.

use std::collections::BTreeMap;

use logs::ndr;
use smtp::Address;

use crate::lab::{Lab, SentMail};
use crate::scenario::Outcome;

/// How a mail ended for one recipient.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The mail, by its place among those that were sent.
    pub mail: usize,
    /// The recipient.
    pub recipient: Address,
    /// How it ended.
    pub outcome: Outcome,
}

impl Lab {
    /// How every mail sent so far has ended, or where it stands.
    pub fn endings(&self) -> Vec<Ending> {
        let mut delivered: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut returned: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        let mut endings = Vec::new();
        for (index, mail) in self.sent.iter().enumerate() {
            let reports =
                returned.entry(key(&mail.from)).or_insert_with(|| self.reports(&mail.from));
            for recipient in &mail.to {
                let ends = self.world.mailboxes_behind(recipient);
                let is_there = ends.iter().all(|end| {
                    let subjects = delivered.entry(key(end)).or_insert_with(|| self.subjects(end));
                    subjects.contains(&mail.subject)
                });
                let outcome = if is_there {
                    Outcome::Delivered
                } else if reports.iter().any(|report| is_about(report, mail, recipient)) {
                    Outcome::Returned
                } else {
                    Outcome::Waiting
                };
                endings.push(Ending { mail: index, recipient: recipient.clone(), outcome });
            }
        }
        endings
    }

    fn mails_of(&self, address: &Address) -> Vec<String> {
        let store = self.world.store_of(address);
        let mut mailboxes = store.map(|store| store.mailboxes()).unwrap_or_default();
        let mails = mailboxes.remove(&key(address)).unwrap_or_default();
        mails.iter().map(|mail| String::from_utf8_lossy(&mail.content).into_owned()).collect()
    }

    fn subjects(&self, address: &Address) -> Vec<String> {
        let mails = self.mails_of(address);
        let subject = |mail: &String| logs::mail::Headers::read(mail).0.subject();
        let ordinary = mails.iter().filter(|mail| ndr::read(mail).is_none());
        ordinary.filter_map(subject).map(|subject| self.unmarked(subject)).collect()
    }

    /// A subject without what transport rules put in front of it.
    fn unmarked(&self, mut subject: String) -> String {
        let marks: Vec<String> = self.world.organization.read(|organization| {
            let rules = organization.transport_rules.iter();
            rules.filter_map(|rule| rule.actions.prepend_subject.clone()).collect()
        });
        while let Some(rest) = marks.iter().find_map(|mark| subject.strip_prefix(mark.as_str())) {
            subject = String::from(rest);
        }
        subject
    }

    /// Subjects of mails that were given back, each with a recipient.
    fn reports(&self, address: &Address) -> Vec<(String, String)> {
        let mails = self.mails_of(address);
        let reports = mails.iter().filter_map(|mail| ndr::read(mail)).map(|(report, _)| report);
        reports
            .filter(|report| !report.is_delay())
            .flat_map(|report| {
                let subject = self.unmarked(report.original.subject().unwrap_or_default());
                let recipients = report.recipients.into_iter();
                recipients.map(move |one| (subject.clone(), one.address.to_ascii_lowercase()))
            })
            .collect()
    }
}

fn is_about(report: &(String, String), mail: &SentMail, recipient: &Address) -> bool {
    report.0 == mail.subject && report.1 == key(recipient)
}

fn key(address: &Address) -> String {
    address.to_string().to_ascii_lowercase()
}
