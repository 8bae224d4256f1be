//! One `Received:` header, as Exchange writes it and as others do.
//!
//! Exchange: `from <name> (<ip>) by <name> (<ip>) with Microsoft SMTP Server (version=TLS1_2, cipher=…)
//! id 15.2.1544.4 via Frontend Transport; <date>`, folded after at most 78 columns. Without TLS the
//! bracket is missing; `with mapi` hops have their addresses in square brackets.
//!
//! Not modelled: comments inside comments, several addresses in one comment (the first is taken).
//!
//! Source: RFC 5321 section 4.4; real mails of Exchange 2007 to 2019, Exchange Online, Postfix,
//! sendmail, Exim.

use std::net::IpAddr;

use exchange::culture::Culture;
use jiff::Timestamp;

use crate::log_time::read_mail_date;

/// One hop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceivedHop {
    /// The name the sender gave.
    pub from: String,
    /// Its address.
    pub from_ip: String,
    /// The server that received it.
    pub by: String,
    /// Its address.
    pub by_ip: String,
    /// `Microsoft SMTP Server`, `mapi`, `HTTPS`, `ESMTP`, …
    pub with: String,
    /// What the bracket after it says: `version=TLS1_2, cipher=…`, in 2013 `TLS`; empty without TLS.
    pub tls: String,
    /// Exchange: the build of the server. Others: the queue id.
    pub id: String,
    /// `Frontend Transport`, `Mailbox Transport`; empty for the Transport service.
    pub via: String,
    /// The recipient, with its angle brackets.
    pub for_: String,
    /// When.
    pub date: Option<Timestamp>,
}

/// Words that begin a part.
const WORDS: [&str; 6] = ["from", "by", "with", "id", "via", "for"];

impl ReceivedHop {
    /// Reads the value of a header that was put on one line.
    pub fn parse(text: &str) -> Self {
        let (text, date) = match text.rsplit_once(';') {
            Some((text, date)) => (text, read_mail_date(date)),
            None => (text, None),
        };
        let mut parts: [(Vec<&str>, Vec<&str>); 6] = Default::default();
        let mut current = None;
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('(') {
                let (comment, after) = inner.split_once(')').unwrap_or((inner, ""));
                if let Some((_, comments)) = current.and_then(|at: usize| parts.get_mut(at)) {
                    comments.push(comment);
                }
                rest = after.trim_start();
                continue;
            }
            let end = rest.find([' ', '\t', '(']).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            match WORDS.iter().position(|known| *known == word) {
                // A host may be named like a keyword only right behind one.
                Some(at) if parts.get(at).is_some_and(|(words, _)| words.is_empty()) => {
                    current = Some(at);
                }
                _ => {
                    if let Some((words, _)) = current.and_then(|at: usize| parts.get_mut(at)) {
                        words.push(word);
                    }
                }
            }
            rest = after.trim_start();
        }
        let [from, by, with, id, via, for_] = parts;
        Self {
            from: from.0.join(" "),
            from_ip: address(&from.1),
            by: by.0.join(" "),
            by_ip: address(&by.1),
            with: with.0.join(" "),
            tls: with.1.first().copied().unwrap_or_default().to_owned(),
            id: id.0.join(" "),
            via: via.0.join(" "),
            for_: for_.0.join(" "),
            date,
        }
    }

    /// The header as Exchange writes it on a server of that culture, folded, without line end.
    pub fn header(&self, culture: &Culture) -> String {
        let brackets = |address: &str| {
            if self.with.starts_with("mapi") {
                format!("([{address}])")
            } else {
                format!("({address})")
            }
        };
        let mut words = vec!["Received:".to_owned()];
        if !self.from.is_empty() {
            words.extend(["from".to_owned(), self.from.clone(), brackets(&self.from_ip)]);
        }
        words.extend(["by".to_owned(), self.by.clone()]);
        if !self.by_ip.is_empty() {
            words.push(brackets(&self.by_ip));
        }
        words.push("with".to_owned());
        words.extend(self.with.split(' ').map(str::to_owned));
        if !self.tls.is_empty() {
            words.extend(format!("({})", self.tls).split(' ').map(str::to_owned));
        }
        if !self.id.is_empty() {
            words.extend(["id".to_owned(), self.id.clone()]);
        }
        if !self.via.is_empty() {
            words.push("via".to_owned());
            words.extend(self.via.split(' ').map(str::to_owned));
        }
        if let Some(last) = words.last_mut() {
            last.push(';');
        }
        if let Some(date) = self.date {
            words.extend(culture.mail_date(date).split(' ').map(str::to_owned));
        }
        fold(&words)
    }
}

/// Joins words by blanks, and by a line end and a blank where the line would grow beyond 78 columns.
fn fold(words: &[String]) -> String {
    let mut out = String::new();
    let mut width = 0;
    for word in words {
        if width > 0 && width + 1 + word.len() > 78 {
            out.push_str("\r\n");
            width = 0;
        }
        if !out.is_empty() {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += word.len();
    }
    out
}

/// The first address in comments such as `192.0.2.1`, `[fe80::1%14]`, `mx.example [192.0.2.1]`.
fn address(comments: &[&str]) -> String {
    let words = comments.iter().flat_map(|comment| comment.split([' ', '[', ']']));
    let is_address = |word: &&str| {
        let word = word.strip_prefix("IPv6:").unwrap_or(word);
        let bare = word.split_once('%').map_or(word, |(address, _)| address);
        bare.parse::<IpAddr>().is_ok()
    };
    words.into_iter().find(is_address).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::Offset;
    use proptest::prelude::*;

    fn hop() -> ReceivedHop {
        ReceivedHop {
            from: "EUR05-AM6-obe.outbound.protection.outlook.example".into(),
            from_ip: "203.0.113.25".into(),
            by: "MBX01.contoso.example".into(),
            by_ip: "192.168.1.4".into(),
            with: "Microsoft SMTP Server".into(),
            tls: "version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384".into(),
            id: "15.2.1544.4".into(),
            via: "Frontend Transport".into(),
            for_: String::new(),
            date: "2026-05-01T06:06:57Z".parse().ok(),
        }
    }

    #[test]
    fn a_hop_has_the_form_of_exchange() {
        let culture = Culture::at(Offset::from_seconds(19_800).unwrap());
        insta::assert_snapshot!(hop().header(&culture).replace("\r\n", "\n"), @r"
        Received: from EUR05-AM6-obe.outbound.protection.outlook.example
         (203.0.113.25) by MBX01.contoso.example (192.168.1.4) with Microsoft SMTP
         Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id
         15.2.1544.4 via Frontend Transport; Fri, 1 May 2026 11:36:57 +0530
        ");
    }

    #[test]
    fn the_forms_of_other_servers_are_read() {
        let postfix = ReceivedHop::parse(
            "from mx.fabrikam.example (mx.fabrikam.example [203.0.113.66]) by mail.contoso.example (Postfix) with ESMTPS id 53E341043E83 for <bo@contoso.example>; Sat,  3 Sep 2016 22:06:03 +0200 (CEST)",
        );
        assert_eq!(postfix.from, "mx.fabrikam.example");
        assert_eq!(
            (postfix.from_ip.as_str(), postfix.id.as_str()),
            ("203.0.113.66", "53E341043E83")
        );
        assert_eq!(
            (postfix.with.as_str(), postfix.for_.as_str()),
            ("ESMTPS", "<bo@contoso.example>")
        );
        assert_eq!(postfix.date.unwrap().to_string(), "2016-09-03T20:06:03Z");
        let mapi = ReceivedHop::parse(
            "from MBX01.contoso.example ([fe80::557e:c62b:f461:d803]) by MBX01.contoso.example ([fe80::557e:c62b:f461:d803%2]) with mapi id 15.02.1544.004; Fri, 1 May 2026 06:06:57 +0000",
        );
        assert_eq!(
            (mapi.with.as_str(), mapi.by_ip.as_str()),
            ("mapi", "fe80::557e:c62b:f461:d803%2")
        );
        let local = ReceivedHop::parse(
            "(from root@localhost) by mail.fabrikam.example (8.15.2/8.15.2/Submit) id t3BB0AAA23232; Thu, 29 Apr 2015 20:00:00 +0900",
        );
        assert_eq!((local.from.as_str(), local.by.as_str()), ("", "mail.fabrikam.example"));
    }

    proptest! {
        #[test]
        fn hops_are_read_as_written(
            from in "[a-z0-9.-]{1,40}\\.example",
            from_ip in any::<IpAddr>(),
            by_ip in any::<IpAddr>(),
            by in "[A-Z0-9]{1,8}\\.example",
            is_mapi: bool,
            tls in "(version=TLS1_[23], cipher=[A-Z0-9_]{1,40})?",
            via in prop_oneof![Just(""), Just("Frontend Transport"), Just("Mailbox Transport")],
            seconds in 0_i64..4_102_444_800,
        ) {
            let hop = ReceivedHop {
                from,
                from_ip: from_ip.to_string(),
                by,
                by_ip: by_ip.to_string(),
                with: if is_mapi { "mapi" } else { "Microsoft SMTP Server" }.to_owned(),
                tls: if is_mapi { String::new() } else { tls },
                id: "15.2.1544.4".to_owned(),
                via: via.to_owned(),
                for_: String::new(),
                date: Timestamp::from_second(seconds).ok(),
            };
            let header = hop.header(&Culture::default());
            prop_assert!(header.lines().all(|line| line.len() <= 78 || !line.trim().contains(' ')));
            let (headers, _) = crate::mail::Headers::read(&header);
            prop_assert_eq!(headers.received(), vec![hop]);
        }

        #[test]
        fn any_text_is_read(text in "(from|by|with|id| |\\(|\\)|\\[|;|[ -~é])*") {
            let _hop = ReceivedHop::parse(&text);
        }
    }
}
