# The message trace. A detail does not tell its recipient: it is added.
$trace = Get-MessageTraceV2 -StartDate $Since -EndDate (Get-Date) -ResultSize 5000
$trace | Export-Csv C:\Evidence\MessageTrace.csv -NoTypeInformation
$details = foreach ($row in $trace) {
    $row | Get-MessageTraceDetailV2 | Select-Object *, @{ Name = 'RecipientAddress'; Expression = { $row.RecipientAddress } }
}
$details | Export-Csv C:\Evidence\MessageTraceDetail.csv -NoTypeInformation
