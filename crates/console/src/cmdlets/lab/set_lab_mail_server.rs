//! `Set-LabMailServer`: what the administrator of a mail server of the Internet chose to refuse, in which words, and with
//! which manners.
//!
//! Words hold places: `{recipient}`, `{sender}`, `{domain}` and `{client}`. An empty text undoes a choice.

use std::time::Duration;

use exchange::value::Value;
use services::world::Installed;

use super::get_lab_computer::named;
use super::refusal::refused;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;

/// The cmdlet.
pub static SET_LAB_MAIL_SERVER: Cmdlet = Cmdlet {
    name: "Set-LabMailServer",
    synopsis: "Says what a mail server of the Internet refuses, in which words, and with which manners.",
    class: "",
    parameters: &[
        Parameter::new("Name", Kind::String, "The computer.").at(0).mandatory().by_property_name(),
        Parameter::new(
            "UnknownRecipientReply",
            Kind::String,
            "The answer to a recipient that nobody is: '550 <{recipient}>: User unknown'.",
        ),
        Parameter::new(
            "SpfFailReply",
            Kind::String,
            "The answer to a client that the sender's domain does not let send; without it, nobody looks.",
        ),
        Parameter::new(
            "BlockedSenders",
            Kind::Strings,
            "Addresses and domains whose mail is not taken.",
        ),
        Parameter::new("BlockedSenderReply", Kind::String, "The answer to them."),
        Parameter::new(
            "BannerDelay",
            Kind::TimeSpan,
            "How long a client waits for the banner, as behind a filter whose server is busy: 00:15:00.",
        ),
        Parameter::new("AnswersQuit", Kind::Bool, "$false closes at QUIT without a word."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let world = invocation.world::<Place>()?.world.clone();
    let machine = named(&world, &invocation.string("Name").unwrap_or_default())?;
    let Installed::InternetMta(server) = &machine.installed else {
        let name = &machine.computer.name;
        return Err(refused(format!("'{name}' is no mail server of the Internet.")));
    };
    if !invocation.should_process(&machine.computer.name) {
        return Ok(Vec::new());
    }
    let delay = invocation.time_span("BannerDelay").map(Duration::try_from).transpose();
    let delay = delay.map_err(|_| refused("Nobody is greeted before he calls.".to_owned()))?;
    let mut manners = server.manners();
    manners.banner_delay = delay.unwrap_or(manners.banner_delay);
    let answers_quit = invocation.bool("AnswersQuit").unwrap_or(!manners.hangs_up_on_quit);
    manners.hangs_up_on_quit = !answers_quit;
    let chosen =
        |name| invocation.string(name).map(|words| Some(words).filter(|it| !it.is_empty()));
    let mut refusals = server.refusals();
    if let Some(words) = chosen("UnknownRecipientReply") {
        refusals.unknown_recipient = words;
    }
    if let Some(words) = chosen("SpfFailReply") {
        refusals.spf_failure = words;
    }
    if let Some(words) = chosen("BlockedSenderReply") {
        refusals.blocked_sender = words;
    }
    if let Some(senders) = invocation.strings("BlockedSenders") {
        refusals.blocked_senders = senders;
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn only_a_mail_server_of_the_internet_has_such_an_administrator() {
        insta::assert_snapshot!(transcript(
            "MBX01> Set-LabMailServer MBX01 -UnknownRecipientReply '550 No'
             MBX01> Set-LabMailServer MX1 -UnknownRecipientReply '550 No' -WhatIf
             MBX01> Set-LabMailServer MX1 -UnknownRecipientReply '550 <{recipient}>: User unknown'",
        ), @r#"
        MBX01> Set-LabMailServer MBX01 -UnknownRecipientReply '550 No'
        Set-LabMailServer : 'MBX01' is no mail server of the Internet.
        At line:1 char:1
        + Set-LabMailServer MBX01 -UnknownRecipientReply '550 No'
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Set-LabMailServer], RuntimeException
            + FullyQualifiedErrorId : Refused,Set-LabMailServer

        MBX01> Set-LabMailServer MX1 -UnknownRecipientReply '550 No' -WhatIf
        What if: Performing the operation "Set-LabMailServer" on target "MX1".
        MBX01> Set-LabMailServer MX1 -UnknownRecipientReply '550 <{recipient}>: User unknown'
        "#);
    }
}
