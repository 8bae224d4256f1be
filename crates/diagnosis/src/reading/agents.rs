//! What transport agents wrote into the tracking log, or into the extended report of Exchange Online: AGENTINFO rows with the
//! rules that refused a message. Details of a message trace name rules too.
//!
//! `S:TRA=ETR|ruleId=…|st=…|action=RejectMessage|sev=1|mode=Enforce`; rules that only did something else to a message, or
//! were tried out, are left aside.

use exchange::guid::Guid;
use logs::message_trace::TraceDetailRow;
use logs::message_tracking::TrackingRow;
use logs::tracking_words::TrackingEventId;

use crate::evidence::Place;
use crate::facts::{RuleRefusal, Teller};

use super::names::{addresses, message_id};

/// What a rule does when mail does not go on.
const REFUSALS: [&str; 2] = ["|action=RejectMessage", "|action=DeleteMessage"];

/// Whether the cells of a row can tell of a refusal: its event, and its custom data.
pub(super) fn can_refuse(event: &[u8], custom_data: &[u8]) -> bool {
    let has = |sign: &str| custom_data.windows(sign.len()).any(|text| text == sign.as_bytes());
    event == b"AGENTINFO" && REFUSALS.iter().any(|sign| has(sign))
}

/// The rules that refused the message of a row.
pub(super) fn refusals(at: &Place, teller: Teller, row: &TrackingRow<'_>) -> Vec<RuleRefusal> {
    if row.event_id != TrackingEventId::AgentInfo {
        return Vec::new();
    }
    let told = row.custom().0;
    let rules = told.iter().filter(|(key, _)| key == "TRA").filter_map(|(_, rule)| refuser(rule));
    let refusal = |rule| RuleRefusal {
        at: at.clone(),
        time: row.date_time,
        message_id: message_id(&row.message_id),
        recipients: addresses(row.recipients()),
        teller,
        is_certain: true,
        rule,
    };
    rules.map(refusal).collect()
}

/// The rule that a detail of a message trace names: `Transport rule: '…', ID: ('…'), DLP policy: '', ID: (0000…).` What it did
/// is not told.
pub(super) fn traced(
    at: &Place,
    row: &TraceDetailRow,
    recipients: Vec<String>,
) -> Option<RuleRefusal> {
    if !row.event.trim().eq_ignore_ascii_case("Transport rule") {
        return None;
    }
    // A rule's name may hold anything; its id comes before that of the policy.
    let (before, _) = row.detail.rsplit_once("DLP policy:").unwrap_or((&row.detail, ""));
    let (_, id) = before.rsplit_once("ID:")?;
    let rule = id.trim_matches(|letter: char| !letter.is_ascii_alphanumeric()).parse().ok()?;
    Some(RuleRefusal {
        at: at.clone(),
        time: row.date?,
        message_id: message_id(&row.message_id),
        recipients,
        teller: Teller::Trace,
        is_certain: false,
        rule,
    })
}

/// The id in `ETR|ruleId=…|…`, when the rule refuses and is enforced.
fn refuser(rule: &str) -> Option<Guid> {
    let mut parts = rule.split('|');
    let is_rule = parts.next() == Some("ETR");
    let is_enforced = parts.clone().any(|part| part.eq_ignore_ascii_case("mode=Enforce"));
    let refuses = REFUSALS.iter().any(|sign| rule.contains(sign));
    let id = parts.find_map(|part| part.strip_prefix("ruleId="))?.parse().ok()?;
    (is_rule && is_enforced && refuses).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::super::tests::facts_of;

    const FIELDS: &str = "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data";

    fn log(rules: &[&str]) -> String {
        let data: String = rules.iter().map(|rule| ["S:TRA=", rule, ";"].concat()).collect();
        format!(
            "#Software: Microsoft Exchange Server\r\n#Version: 15.02.1544.004\r\n#Log-type: Message Tracking Log\r\n#Date: 2026-05-01T06:00:00.000Z\r\n#Fields: {FIELDS}\r\n2026-05-01T06:06:57.000Z,,MBX01,,,,,AGENT,AGENTINFO,1,<a@contoso.com>,,B@fabrikam.com,,10,1,,,Hi,raghu@contoso.com,raghu@contoso.com,,Originating,,,,{data}S:CompCost=|ETR=0\r\n"
        )
    }

    #[test]
    fn rules_that_refuse_are_told_by_their_ids() {
        let id = "a1f76b00-9f40-4176-b088-901df455093b";
        let other = "8b9657cb-632c-40d5-a26c-4e23d4b45c1d";
        let log = log(&[
            &format!(
                "ETR|ruleId={other}|st=9/14/2026 9:00:00 AM|action=PrependSubject|sev=1|mode=Enforce"
            ),
            &format!(
                "ETR|ruleId={id}|st=9/14/2026 9:00:00 AM|action=RejectMessage|sev=1|mode=Enforce"
            ),
            &format!(
                "ETR|ruleId={other}|st=9/14/2026 9:00:00 AM|action=RejectMessage|sev=1|mode=Audit"
            ),
        ]);
        let facts = facts_of(&[("MSGTRK2026050106-1.LOG", &log)]);
        let [refusal] = facts.rule_refusals.as_slice() else { panic!("{:?}", facts.rule_refusals) };
        assert_eq!(refusal.rule, id.parse().unwrap());
        assert_eq!(refusal.message_id.as_deref(), Some("<a@contoso.com>"));
        assert_eq!(refusal.recipients, ["b@fabrikam.com"]);
        assert_eq!(refusal.at.line, 6);
    }

    #[test]
    fn a_detail_of_a_trace_names_the_rule_and_not_what_it_did() {
        let details = "\"Date\",\"Event\",\"Action\",\"Detail\",\"Data\",\"MessageId\",\"MessageTraceId\"\r\n\"5/1/2026 6:06:58 AM\",\"Transport rule\",,\"Transport rule: 'Old, ID: (''x'')', ID: ('a1f76b00-9f40-4176-b088-901df455093b'), DLP policy: '', ID: (00000000-0000-0000-0000-000000000000).\",,\"<a@cloudfield.com>\",\"11111111-0000-0000-0000-000000000000\"\r\n";
        let facts = facts_of(&[("Details.csv", details)]);
        let [told] = facts.rule_refusals.as_slice() else { panic!("{:?}", facts.rule_refusals) };
        assert_eq!(told.rule, "a1f76b00-9f40-4176-b088-901df455093b".parse().unwrap());
        assert!(!told.is_certain);
        assert_eq!(told.message_id.as_deref(), Some("<a@cloudfield.com>"));
    }

    #[test]
    fn a_listed_event_tells_the_same() {
        let text = "Timestamp       : 5/1/2026 6:06:57 AM\r\nSource          : AGENT\r\nEventId         : AGENTINFO\r\nMessageId       : <a@contoso.com>\r\nRecipients      : {b@fabrikam.com}\r\nEventData       : {[AMA, SUM|v=0|action=|error=|atch=0], [TRA, ETR|ruleId=a1f76b00-9f40-4176-b088-901df455093b|st=9/14/2026 9:00:00 AM|action=DeleteMessage|sev=1|mode=Enforce], [CompCost, |ETR=0]}\r\n";
        let facts = facts_of(&[("tracking.txt", text)]);
        assert_eq!(facts.rule_refusals.len(), 1, "{:?}", facts.files);
    }
}
