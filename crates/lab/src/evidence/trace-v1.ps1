# The message trace. A detail does not tell its recipient: it is added.
$trace = Get-MessageTrace -StartDate $Since -EndDate (Get-Date) -PageSize 5000
$trace | Export-Csv C:\Evidence\MessageTrace.csv -NoTypeInformation
$details = foreach ($row in $trace) {
    $row | Get-MessageTraceDetail | Select-Object *, @{ Name = 'RecipientAddress'; Expression = { $row.RecipientAddress } }
}
$details | Export-Csv C:\Evidence\MessageTraceDetail.csv -NoTypeInformation
