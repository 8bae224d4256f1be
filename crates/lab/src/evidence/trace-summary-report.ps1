# The enhanced summary report: a row for each message. In life the file is downloaded in the Exchange admin center when it is ready.
$search = Start-HistoricalSearch -ReportTitle Incident -ReportType MessageTrace -StartDate $Since -EndDate (Get-Date) -SenderAddress *
$search | Save-LabHistoricalSearch -Path C:\Evidence\MessageTraceReport.csv
