//! `Start-HistoricalSearch` and `Get-HistoricalSearch`: a report of the message trace for download.
//!
//! The report is made at once; its file is downloaded in the Exchange admin center, here with
//! `Save-LabHistoricalSearch`.
//!
//! Not modelled: the hours until it is made, other reports than those of the trace, the limit of 250 searches
//! a day. Of the properties, those are shown that Microsoft Learn and public scripts name.
//!
//! Source: Microsoft Learn, `Start-HistoricalSearch`.

use exchange::value::{Object, Value};
use services::exchange_online::historical_search::{HistoricalSearch, ReportType};

use super::message_trace::{Reach, admits, period};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::place::Place;

/// The cmdlet.
pub static START_HISTORICAL_SEARCH: Cmdlet = Cmdlet {
    name: "Start-HistoricalSearch",
    synopsis: "Starts a search in the message trace that ends in a report for download.",
    class: "",
    parameters: &[
        Parameter::new("EndDate", Kind::DateTime, "The end of the time, in UTC.").mandatory(),
        Parameter::new("ReportTitle", Kind::String, "What the report is called.").mandatory(),
        Parameter::new(
            "ReportType",
            Kind::Choice(&[ReportType::WORDS[0].0, ReportType::WORDS[1].0]),
            "MessageTrace for a row for each message, MessageTraceDetail for a row for each event.",
        )
        .mandatory(),
        Parameter::new("StartDate", Kind::DateTime, "The begin of the time, in UTC.").mandatory(),
        Parameter::new("MessageID", Kind::Strings, "The Message-ID, with its angle brackets."),
        Parameter::new("NotifyAddress", Kind::Strings, "Accepted, without effect."),
        Parameter::new("RecipientAddress", Kind::Strings, "The recipients; * stands for any text."),
        Parameter::new("SenderAddress", Kind::Strings, "The senders; * stands for any text."),
    ],
    run: |invocation| Box::pin(start(invocation)),
};

/// The cmdlet that looks at it.
pub static GET_HISTORICAL_SEARCH: Cmdlet = Cmdlet {
    name: "Get-HistoricalSearch",
    synopsis: "Views searches in the message trace, newest first.",
    class: "",
    parameters: &[Parameter::new("JobId", Kind::Guid, "Only this search.").at(0)],
    run: |invocation| Box::pin(async move { get(&invocation) }),
};

const TYPE_NAME: &str = "Microsoft.Exchange.Management.FfoReporting.HistoricalSearch";

/// How they are shown.
pub static VIEW: View = View::table(
    TYPE_NAME,
    &[
        ViewColumn::new("JobId", 36),
        ViewColumn::new("SubmitDate", 0),
        ViewColumn::new("ReportTitle", 0),
        ViewColumn::new("Status", 0),
        ViewColumn::new("Rows", 0),
    ],
);

async fn start(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let period = period(&invocation, &place, Reach::V2)?;
    let title = invocation.string("ReportTitle").unwrap_or_default();
    let word = invocation.string("ReportType").unwrap_or_default();
    let kind = ReportType::WORDS.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(&word));
    let kind = kind.map_or(ReportType::MessageTrace, |(_, kind)| kind);
    if !invocation.should_process(&title) {
        return Ok(Vec::new());
    }
    let online = &place.world.exchange_online;
    let mut traced = online.trace.all();
    traced.retain(|traced| {
        let row = &traced.row;
        let in_time = row.received.is_some_and(|at| (period.0..=period.1).contains(&at));
        in_time
            && admits(&invocation, "MessageID", &row.message_id)
            && admits(&invocation, "RecipientAddress", &row.recipient_address)
            && admits(&invocation, "SenderAddress", &row.sender_address)
    });
    Ok(vec![shown(&online.search((title, kind), period, &traced))])
}

fn get(invocation: &Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let mut searches = place.world.exchange_online.searches.all();
    let wanted = invocation.guid("JobId");
    searches.retain(|search| wanted.is_none_or(|id| search.job_id == id));
    Ok(searches.iter().rev().map(shown).collect())
}

fn shown(search: &HistoricalSearch) -> Value {
    let word = ReportType::WORDS.iter().find(|(_, own)| *own == search.report_type);
    let object = Object::new(TYPE_NAME)
        .with("JobId", Value::Guid(search.job_id))
        .with("SubmitDate", Value::DateTime(search.submitted))
        .with("ReportTitle", search.report_title.as_str())
        .with("ReportType", word.map_or("", |(word, _)| *word))
        .with("Status", "Done")
        .with("Rows", Value::I32(i32::try_from(search.rows).unwrap_or(i32::MAX)))
        .with("StartDate", Value::DateTime(search.period.0))
        .with("EndDate", Value::DateTime(search.period.1))
        .with("ReportStatusDescription", "Complete - Ready for download");
    Value::from(Object { text: TYPE_NAME.to_owned(), ..object })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::{TRACED_MAIL, shown_in_turn};

    #[test]
    fn a_search_ends_in_a_report_that_can_be_read() {
        insta::assert_snapshot!(shown_in_turn(&[
            ("ExchangeOnline", TRACED_MAIL),
            (
                "ExchangeOnline",
                "$job = Start-HistoricalSearch -ReportTitle Figures -ReportType MessageTrace -StartDate 4/30/2026 -EndDate 5/2/2026 -SenderAddress ramki*
                 Save-LabHistoricalSearch $job.JobId C:\\Figures.csv
                 Get-Content C:\\Figures.csv
                 $job = Start-HistoricalSearch -ReportTitle More -ReportType MessageTraceDetail -StartDate 4/30/2026 -EndDate 5/2/2026 -SenderAddress ramki*
                 $job | Save-LabHistoricalSearch -Path C:\\More.csv
                 Get-Content C:\\More.csv
                 Get-HistoricalSearch
                 Save-LabHistoricalSearch 00000000-0000-0000-0000-000000000001 C:\\x.csv",
            ),
        ]), @r#"
        origin_timestamp_utc,sender_address,recipient_status,message_subject,total_bytes,message_id,network_message_id,original_client_ip,directionality,connector_id,delivery_priority
        2026-05-01T06:00:00.3030000Z,ramki@contoso.onmicrosoft.com,"asha@contoso.onmicrosoft.com##Receive, Deliver;nobody@contoso.com##Receive, Fail",The figures,3983,<AM3PR01MB54325226C66211508E8DDF9320F73@AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM>,91429e6fbb2e45c4a85f08dea746e152,,Originating,,Normal
        date_time_utc,client_ip,client_hostname,server_ip,server_hostname,source_context,connector_id,source,event_id,internal_message_id,message_id,network_message_id,recipient_address,recipient_status,total_bytes,recipient_count,related_recipient_address,reference,message_subject,sender_address,return_path,message_info,directionality,tenant_id,original_client_ip,original_server_ip,custom_data
        2026-05-01T06:00:00.3030000Z,,AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM,,AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM,,,STOREDRIVER,RECEIVE,1,<AM3PR01MB54325226C66211508E8DDF9320F73@AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM>,91429e6f-bb2e-45c4-a85f-08dea746e152,asha@contoso.onmicrosoft.com;nobody@contoso.com,,3983,2,,,The figures,ramki@contoso.onmicrosoft.com,ramki@contoso.onmicrosoft.com,,Originating,00000000-0000-4000-8000-000000000002,,,
        2026-05-01T06:00:00.4400000Z,,AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM,,AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM,,,STOREDRIVER,DELIVER,1,<AM3PR01MB54325226C66211508E8DDF9320F73@AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM>,91429e6f-bb2e-45c4-a85f-08dea746e152,asha@contoso.onmicrosoft.com,,3983,1,,,The figures,ramki@contoso.onmicrosoft.com,ramki@contoso.onmicrosoft.com,,Originating,00000000-0000-4000-8000-000000000002,,,
        2026-05-01T06:00:00.4400000Z,,,,,,,ROUTING,FAIL,1,<AM3PR01MB54325226C66211508E8DDF9320F73@AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM>,91429e6f-bb2e-45c4-a85f-08dea746e152,nobody@contoso.com,[{LED=550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup};{MSG=};{FQDN=};{IP=};{LRT=}],3983,1,,,The figures,ramki@contoso.onmicrosoft.com,ramki@contoso.onmicrosoft.com,,Originating,00000000-0000-4000-8000-000000000002,,,

        JobId                                SubmitDate           ReportTitle          Status               Rows
        -----                                ----------           -----------          ------               ----
        a617e7b5-c044-45b4-980e-84dc36a66424 5/1/2026 7:00:00 AM  More                 Done                 3
        876c0c8d-3695-4fff-92e0-6f36fbfed545 5/1/2026 7:00:00 AM  Figures              Done                 1


        Save-LabHistoricalSearch : Cannot bind parameter 'JobId'. There is no search 00000000-0000-0000-0000-000000000001.
        At line:8 char:18
        + ...             Save-LabHistoricalSearch 00000000-0000-0000-0000-00000000 ...
        +                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Save-LabHistoricalSearch], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,Save-LabHistoricalSearch
        "#);
    }
}
