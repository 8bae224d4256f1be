# What an administrator collects from the tenant; $Since is the beginning of the incident.
Get-InboundConnector | Export-Clixml C:\Evidence\Get-InboundConnector.clixml
Get-OutboundConnector | Export-Clixml C:\Evidence\Get-OutboundConnector.clixml
Get-AcceptedDomain | Export-Clixml C:\Evidence\Get-AcceptedDomain.clixml
$trace = Get-MessageTraceV2 -StartDate $Since -EndDate (Get-Date) -ResultSize 5000
$trace | Export-Csv C:\Evidence\MessageTrace.csv -NoTypeInformation
$trace | Get-MessageTraceDetailV2 | Export-Csv C:\Evidence\MessageTraceDetail.csv -NoTypeInformation
