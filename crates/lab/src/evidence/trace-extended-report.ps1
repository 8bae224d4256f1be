# The extended report: a row for each event. In life the file is downloaded in the Exchange admin center when it is ready.
$search = Start-HistoricalSearch -ReportTitle Incident -ReportType MessageTraceDetail -StartDate $Since -EndDate (Get-Date) -SenderAddress *
$search | Save-LabHistoricalSearch -Path C:\Evidence\MessageTraceDetailReport.csv
