//! What a person is told of a failure, by enhanced status code.
//!
//! Words marked "seen" are those of real NDRs of Exchange 2013 to 2019 and Exchange Online (2015 to 2026); `connecto` in one
//! of them is the product's own spelling. The others are from memory of the product, or say what Microsoft Learn
//! ("NDRs and SMTP errors in Exchange Server", "Email non-delivery reports in Exchange Online") gives as the meaning.
//!
//! Not modelled: the advice below the words ("Send the message again …"), which Exchange Online changes often; other
//! languages.

/// A code, and the paragraphs for it.
type Explanation = (&'static str, &'static [&'static str]);

/// Exchange on premises asks to call the helpdesk, Exchange Online the email admin.
const LOOP: &str = "A configuration error in the email system caused the message to bounce between two servers or to be forwarded between two recipients. Please contact your helpdesk.";
const TOO_LARGE: &str = "This message is too large to be sent. Please make the message smaller, for example by removing attachments, and try sending it again. If the problem continues, please contact your helpdesk.";
const RESTRICTED: &str =
    "Your message can't be delivered because delivery to this address is restricted.";
const NOT_FOUND: &str = "The email address wasn't found at the destination domain. It might be misspelled or it might not exist any longer. Try retyping the address and resending the message.";

/// By code; the last entry is for all others.
const EXPLANATIONS: [Explanation; 35] = [
    (
        "4.3.2",
        &[
            "Your message was deleted from its queue by an administrator. Please contact your helpdesk.",
        ],
    ),
    // Seen.
    (
        "4.4.7",
        &[
            "The server has tried to deliver this message, without success, and has stopped trying. Please try sending this message again. If the problem continues, contact your helpdesk.",
        ],
    ),
    (
        "5.0.350",
        &[
            "Your message couldn't be delivered because the recipient's email system refused it. Its answer is below; contact the recipient by some other means, or forward this message to your email admin.",
        ],
    ),
    // Seen.
    (
        "5.1.0",
        &[
            "Your message was rejected by the recipient email server. Please check the recipient's email address and try resending your message, or contact the recipient directly.",
        ],
    ),
    // Seen.
    (
        "5.1.1",
        &[
            "The email address you entered couldn't be found. Please check the recipient's email address and try to resend the message. If the problem continues, please contact your helpdesk.",
        ],
    ),
    // Seen.
    ("5.1.10", &[NOT_FOUND]),
    (
        "5.1.4",
        &[
            "The recipient's domain is reserved and doesn't take mail. Please check the recipient's email address and try to resend the message.",
        ],
    ),
    // Seen.
    (
        "5.1.8",
        &[
            "Your message couldn't be delivered because you weren't recognized as a valid sender. The most common reason for this is that your email address is suspected of sending spam and it's no longer allowed to send messages outside of your organization. Contact your email admin for assistance.",
        ],
    ),
    // Seen.
    (
        "5.1.351",
        &[
            "Your message couldn't be delivered. It appears that the email address you sent your message to wasn't found at the destination domain, or the recipient's mailbox is unavailable. The email address might be misspelled or it might not exist.",
        ],
    ),
    ("5.2.3", &[TOO_LARGE]),
    ("5.3.4", &[TOO_LARGE]),
    (
        "5.3.5",
        &[
            "There's a problem with the recipient's email server: it is configured to send mail to itself. Please contact your helpdesk.",
        ],
    ),
    (
        "5.4.1",
        &[
            "Your message couldn't be delivered to the recipient because the recipient's email system says that it doesn't know the address. Check the recipient's email address and try to resend the message.",
        ],
    ),
    (
        "5.4.4",
        &[
            "There's a problem with the recipient's domain: no mail server was found for it. Please check the recipient's email address and try to resend the message.",
        ],
    ),
    ("5.4.6", &[LOOP]),
    ("5.4.14", &[LOOP]),
    (
        "5.4.300",
        &[
            "The server has tried to deliver this message, without success, and has stopped trying. Please try sending this message again. If the problem continues, contact your helpdesk.",
        ],
    ),
    // Seen.
    (
        "5.4.312",
        &[
            "Your message couldn't be delivered. Despite repeated attempts to deliver your message, querying the Domain Name System (DNS) for the recipient's domain location information failed.",
        ],
    ),
    (
        "5.4.315",
        &[
            "Your message wasn't delivered. Despite repeated attempts to deliver your message, the recipient's email system didn't answer in time.",
        ],
    ),
    // Seen.
    (
        "5.4.316",
        &[
            "Your message wasn't delivered. Despite repeated attempts to deliver your message, the recipient's email system refused to accept a connection from your email system.",
            "Contact the recipient by some other means (by phone, for example) and ask them to tell their email admin that it appears that their email system is refusing connections from your email server. Give them the error details shown below. It's likely that the recipient's email admin is the only one who can fix this problem.",
        ],
    ),
    // Seen.
    (
        "5.4.317",
        &[
            "Your message wasn't delivered. Despite repeated attempts to deliver your message, a connection to the remote server couldn't be made.",
            "Contact the recipient by some other means (by phone, for example) and ask them to tell their email admin that it appears that your email system is unable to connecto their email system. Give them the error details shown below. It's likely that the recipient's email admin is the only one who can fix this problem.",
        ],
    ),
    (
        "5.4.318",
        &[
            "Your message wasn't delivered. Despite repeated attempts to deliver your message, the recipient's email system closed the connection.",
        ],
    ),
    (
        "5.6.11",
        &[
            "Your message couldn't be delivered because it contains lines that end in a bare line feed, which the recipient's email system doesn't take.",
        ],
    ),
    ("5.7.1", &[RESTRICTED]),
    (
        "5.7.3",
        &[
            "Your message couldn't be delivered because the recipient's email system asks for encryption that your email system didn't use.",
        ],
    ),
    (
        "5.7.51",
        &[
            "Your message couldn't be delivered because the recipient's organization takes mail from your domain only from certain addresses or with a certain certificate.",
        ],
    ),
    (
        "5.7.54",
        &[
            "Your message couldn't be delivered because the email system isn't allowed to pass mail on to the recipient's domain.",
        ],
    ),
    (
        "5.7.57",
        &[
            "Your message couldn't be delivered because the client wasn't authenticated to send mail.",
        ],
    ),
    (
        "5.7.64",
        &[
            "Your message couldn't be delivered because the email system isn't allowed to pass mail on to the recipient's domain.",
        ],
    ),
    (
        "5.7.68",
        &[
            "Your message couldn't be delivered because the recipient's organization doesn't take mail that only claims to come from it.",
        ],
    ),
    (
        "5.7.133",
        &[
            "Your message can't be delivered because the group you sent it to only accepts messages from people in its organization or on its allowed senders list, and your email address isn't on the list.",
        ],
    ),
    (
        "5.7.134",
        &[
            "Your message can't be delivered because the recipient only accepts messages from people in its organization or on its allowed senders list, and your email address isn't on the list.",
        ],
    ),
    (
        "5.7.136",
        &[
            "Your message can't be delivered because the recipient only accepts messages from people in its organization or on its allowed senders list, and your email address isn't on the list.",
        ],
    ),
    (
        "5.7.520",
        &[
            "Your message can't be delivered because your organization doesn't allow automatic forwarding to recipients outside it.",
        ],
    ),
    // Seen.
    (
        "",
        &[
            "A communication failure occurred during the delivery of this message. Please try to resend the message later. If the problem continues, contact your helpdesk.",
        ],
    ),
];

/// The paragraphs for an enhanced status code.
pub(super) fn paragraphs(status: &str) -> &'static [&'static str] {
    let found = EXPLANATIONS.iter().find(|(code, _)| *code == status || code.is_empty());
    found.map_or(&[], |(_, paragraphs)| paragraphs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp_status::SmtpStatus;

    #[test]
    fn every_failure_that_a_server_of_ours_reports_has_words_of_its_own() {
        let others = paragraphs("5.9.999");
        for text in exchange::status::REPORTED {
            let status = SmtpStatus::at_start(text).unwrap_or_else(|| panic!("{text}"));
            assert_ne!(paragraphs(&status.enhanced), others, "{text}");
        }
    }

    #[test]
    fn no_code_is_explained_twice() {
        for (index, (code, _)) in EXPLANATIONS.iter().enumerate() {
            assert!(EXPLANATIONS[..index].iter().all(|(other, _)| other != code), "{code}");
        }
    }
}
