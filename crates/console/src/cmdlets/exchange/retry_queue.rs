//! `Retry-Queue`: tries to reach the next hop of a queue at once, or with `-Resubmit` sends its messages
//! back to the categorizer.

use exchange::value::Value;

use super::queue_viewer::{self, SERVER};
use crate::filter::FILTER;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::IDENTITY;

/// The cmdlet.
pub static RETRY_QUEUE: Cmdlet = Cmdlet {
    name: "Retry-Queue",
    synopsis: "Tries a queue now, or resubmits its messages.",
    class: "",
    parameters: &[
        IDENTITY,
        FILTER,
        Parameter::new("Resubmit", Kind::Bool, "Whether its messages go back to the categorizer."),
        SERVER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let (transport, queues) = queue_viewer::chosen_queues(&invocation)?;
    let resubmit = invocation.switch("Resubmit");
    for queue in queues {
        if !invocation.should_process(&queue.identity) {
            continue;
        }
        if let Err(why) = transport.retry_queue(queue_viewer::key(&queue), resubmit) {
            let error = queue_viewer::refused(&invocation, why.to_string());
            invocation.error(error)?;
        }
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::{shown_in_turn, shown_on};

    const ZONE: &str = "Add-DnsServerPrimaryZone -Name contoso.com
         Add-DnsServerResourceRecordA -ZoneName contoso.com -Name mbx01 -IPv4Address 10.0.0.13";
    /// Mail for fabrikam.com waits for a smart host that is not there.
    const WAITING: &str =
        "New-SendConnector Relay -AddressSpaces fabrikam.com -SmartHosts 10.0.0.99 | Out-Null";
    const MAIL: &str = "New-AcceptedDomain contoso.com -DomainName contoso.com | Out-Null
         New-Mailbox raghu -PrimarySmtpAddress raghu@contoso.com | Out-Null
         Send-LabMail raghu@contoso.com anna@fabrikam.com 'Quarterly figures'
         Start-Sleep -Seconds 40";

    /// What the script shows after raghu wrote to Anna.
    fn shown_after_mail(before: &str, after: &str) -> String {
        shown_in_turn(&[("DC01", ZONE), ("MBX01", before), ("MBX01", MAIL), ("MBX01", after)])
    }

    #[test]
    fn a_queue_in_retry_is_shown() {
        insta::assert_snapshot!(shown_after_mail(
            WAITING,
            "Get-Queue
             Get-Queue 'MBX01\\[0-9]*' | Format-List",
        ), @r"

        Identity                 DeliveryType Status    MessageCount Velocity RiskLevel OutboundIPPool NextHopDomain
        --------                 ------------ ------    ------------ -------- --------- -------------- -------------
        MBX01\3                  SmartHost... Retry     1            0        Normal    0              [10.0.0.99]
        MBX01\Submission         Undefined    Ready     0            0        Normal    0              Submission




        RunspaceId                       : 52675c2a-877e-4582-af64-d0e2549d1e81
        DeliveryType                     : SmartHostConnectorDelivery
        NextHopDomain                    : [10.0.0.99]
        TlsDomain                        :
        NextHopConnector                 : 4f4cc809-7606-457d-ac21-b7f50e74404e
        Status                           : Retry
        MessageCount                     : 1
        LastError                        : [{LED=451 4.4.397 Error communicating with target host. -> 421 4.2.1 Unable to
                                           connect -> SocketTimedout: Socket error code
                                           10060};{MSG=};{FQDN=10.0.0.99};{IP=10.0.0.99};{LRT=5/1/2026 6:00:21 AM}]
        RetryCount                       : 1
        LastRetryTime                    : 5/1/2026 8:00:21 AM
        NextRetryTime                    : 5/1/2026 8:01:21 AM
        FirstRetryTime                   : 5/1/2026 8:00:21 AM
        DeferredMessageCount             : 0
        LockedMessageCount               : 0
        MessageCountsPerPriority         : {0, 0, 0, 0}
        DeferredMessageCountsPerPriority : {0, 0, 0, 0}
        RiskLevel                        : Normal
        OutboundIPPool                   : 0
        NextHopCategory                  : External
        IncomingRate                     : 0
        OutgoingRate                     : 0
        Velocity                         : 0
        OverrideSource                   :
        QueueIdentity                    : MBX01\3
        PriorityDescriptions             : {High, Normal, Low, None}
        Identity                         : MBX01\3
        IsValid                          : True
        ObjectState                      : New
        ");
    }

    #[test]
    fn a_queue_in_retry_is_tried_stopped_and_goes_on() {
        insta::assert_snapshot!(shown_after_mail(
            WAITING,
            "$number = (Get-Queue -Include External).Identity
             Retry-Queue -Filter {Status -eq 'Retry'}
             Start-Sleep -Seconds 1
             (Get-Queue $number).Status
             Suspend-Queue -Identity 'MBX01\\[10.0.0.99]'
             (Get-Queue -Filter \"MessageCount -gt 0\").Status
             Get-Queue -Include External | Resume-Queue
             (Get-Queue -Exclude Internal).Status",
        ), @"
        Connecting
        Suspended
        Ready
        ");
    }

    #[test]
    fn what_cannot_be_done_to_a_queue_is_told() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Retry-Queue MBX01\\Submission
             Suspend-Queue Submission
             Get-Queue MBX01\\99
             Get-Queue -Filter {Stat -eq 'Retry'}
             Retry-Queue",
        ), @r#"
        The queue 'MBX01\Submission' isn't in a state that allows it to be retried. Only queues with a status of Retry can be
        retried, unless -Resubmit $true is used.
            + CategoryInfo          : NotSpecified: (:) [Retry-Queue], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=4f4cc809-7606-457d-ac21-b7f50e74404e,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] 304C9FD7,Microsoft.Exchange.Management.QueueViewerTasks.RetryQueue
            + PSComputerName        : mbx01.contoso.com

        The queue 'MBX01\Submission' can't be suspended.
            + CategoryInfo          : NotSpecified: (:) [Suspend-Queue], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=c95cdddc-5e2e-49aa-904e-b32722f826d6,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] 0DC83636,Microsoft.Exchange.Management.QueueViewerTasks.SuspendQue
            ue
            + PSComputerName        : mbx01.contoso.com

        The queue 'MBX01\99' doesn't exist.
            + CategoryInfo          : NotSpecified: (:) [Get-Queue], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=9852bd5e-3c07-4a3f-88c0-7a4e1f0b9f0f,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] BB561460,Microsoft.Exchange.Management.QueueViewerTasks.GetQueue
            + PSComputerName        : mbx01.contoso.com

        Cannot process argument transformation on parameter 'Filter'. "Stat" is not a recognized filterable property. For a
        complete list of filterable properties see the command help.
            + CategoryInfo          : InvalidData: (:) [Get-Queue], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,Get-Queue
            + PSComputerName        : mbx01.contoso.com

        You must specify the Identity parameter or the Filter parameter.
            + CategoryInfo          : NotSpecified: (:) [Retry-Queue], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=50d230d4-7c3c-4d1f-abb8-0e5d4f0bebfc,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] 507E8B15,Microsoft.Exchange.Management.QueueViewerTasks.RetryQueue
            + PSComputerName        : mbx01.contoso.com
        "#);
    }

    #[test]
    fn messages_are_shown_suspended_resumed_and_removed() {
        insta::assert_snapshot!(shown_after_mail(
            WAITING,
            "Get-Message
             Get-Queue -Include External | Get-Message -IncludeRecipientInfo | Format-List
             Get-Message | Suspend-Message
             (Get-Message).Status
             Resume-Message -Filter \"FromAddress -like '*contoso.com'\"
             (Get-Message).Status
             Remove-Message -Queue MBX01\\3
             Remove-Message MBX01\\3\\1
             Remove-Message -Filter \"Subject -eq 'Quarterly figures'\" -WithNDR $false
             (Get-Message | Measure-Object).Count",
        ), @r"

        Identity                         FromAddress                   Status    Queue              Subject
        --------                         -----------                   ------    -----              -------
        MBX01\3\134127533686785          raghu@contoso.com             Ready     MBX01\3            Quarterly figures




        RunspaceId                      : 52675c2a-877e-4582-af64-d0e2549d1e81
        Subject                         : Quarterly figures
        InternetMessageId               : <2b7e711dc6c9488bbe91bfc73a261b31@MBX01.contoso.com>
        FromAddress                     : raghu@contoso.com
        Status                          : Ready
        Size                            : 1.072 KB (1,098 bytes)
        MessageSourceName               : SMTP:Default MBX01
        SourceIP                        : 10.0.0.13
        SCL                             : 0
        DateReceived                    : 5/1/2026 8:00:00 AM
        ExpirationTime                  : 5/3/2026 8:00:00 AM
        LastError                       : [{LED=451 4.4.397 Error communicating with target host. -> 421 4.2.1 Unable to
                                          connect -> SocketTimedout: Socket error code
                                          10060};{MSG=};{FQDN=10.0.0.99};{IP=10.0.0.99};{LRT=5/1/2026 6:00:21 AM}]
        RetryCount                      : 1
        Queue                           : MBX01\3
        Recipients                      : {anna@fabrikam.com;0;0;;0;MBX01\3;0}
        ComponentLatency                : {}
        MessageLatency                  : 00:00:39.5120000
        DeferReason                     : None
        LockReason                      :
        Priority                        : Normal
        ExternalDirectoryOrganizationId : 00000000-0000-0000-0000-000000000000
        Directionality                  : Originating
        OriginalFromAddress             : raghu@contoso.com
        AccountForest                   : contoso.com
        TrafficType                     : Email
        TrafficSubType                  :
        Identity                        : MBX01\3\134127533686785
        IsValid                         : True
        ObjectState                     : New



        Suspended
        Ready
        Remove-Message : A parameter cannot be found that matches parameter name 'Queue'.
        At line:7 char:29
        +              Remove-Message -Queue MBX01\3
        +                             ~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Remove-Message], ParameterBindingException
            + FullyQualifiedErrorId : NamedParameterNotFound,Remove-Message

        The message 'MBX01\3\1' doesn't exist.
            + CategoryInfo          : NotSpecified: (:) [Remove-Message], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=50d230d4-7c3c-4d1f-abb8-0e5d4f0bebfc,TimeStamp=5/1/2026 8:00:40 
            AM] [FailureCategory=Cmdlet-LocalizedException] 0C6B08BC,Microsoft.Exchange.Management.QueueViewerTasks.RemoveMess
            age
            + PSComputerName        : mbx01.contoso.com

        0
        ");
    }

    #[test]
    fn unreachable_messages_are_resubmitted() {
        insta::assert_snapshot!(shown_after_mail(
            "",
            "Get-Queue -Filter {MessageCount -gt 0}
             Get-Message -Queue Unreachable -IncludeRecipientInfo | Format-List LastError, Recipients
             Retry-Queue MBX01\\Unreachable
             Retry-Queue MBX01\\Unreachable -Resubmit $true
             (Get-Queue MBX01\\Submission).MessageCount",
        ), @r"

        Identity                 DeliveryType Status    MessageCount Velocity RiskLevel OutboundIPPool NextHopDomain
        --------                 ------------ ------    ------------ -------- --------- -------------- -------------
        MBX01\Unreachable        Unreachable  Ready     1            0        Normal    0              Unreachable Domain




        LastError  : A matching connector cannot be found to route the external recipient
        Recipients : {anna@fabrikam.com;2;2;A matching connector cannot be found to route the external recipient;16;<No
                     Matching Connector>;0}



        The Unreachable queue can't be retried. To send its messages back to the categorizer, use -Resubmit $true.
            + CategoryInfo          : NotSpecified: (:) [Retry-Queue], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=9852bd5e-3c07-4a3f-88c0-7a4e1f0b9f0f,TimeStamp=5/1/2026 8:00:40 
            AM] [FailureCategory=Cmdlet-LocalizedException] B3A569DE,Microsoft.Exchange.Management.QueueViewerTasks.RetryQueue
            + PSComputerName        : mbx01.contoso.com

        1
        ");
    }

    #[test]
    fn a_service_that_is_stopped_shows_no_queues() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Stop-Service MSExchangeTransport
             Get-Queue
             Get-Message -Server EDGE01",
        ), @r#"
        The Microsoft Exchange Transport service on computer "MBX01" can't be contacted. Verify that the service is started and
        that the computer can be reached by RPC.
            + CategoryInfo          : NotSpecified: (:) [Get-Queue], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=4f4cc809-7606-457d-ac21-b7f50e74404e,TimeStamp=5/1/2026 8:00:01 
            AM] [FailureCategory=Cmdlet-LocalizedException] 37B8136A,Microsoft.Exchange.Management.QueueViewerTasks.GetQueue
            + PSComputerName        : mbx01.contoso.com

        The Microsoft Exchange Transport service on computer "EDGE01" can't be contacted. Verify that the service is started
        and that the computer can be reached by RPC.
            + CategoryInfo          : NotSpecified: (:) [Get-Message], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=c95cdddc-5e2e-49aa-904e-b32722f826d6,TimeStamp=5/1/2026 8:00:01 
            AM] [FailureCategory=Cmdlet-LocalizedException] A4C4ED18,Microsoft.Exchange.Management.QueueViewerTasks.GetMessage
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
