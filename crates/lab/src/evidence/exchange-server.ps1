# What an administrator collects on an Exchange server, Mailbox or Edge. The folder
# TransportRoles\Logs is copied beside it.
Get-Queue -ResultSize Unlimited | Export-Clixml C:\Evidence\Get-Queue.clixml
Get-Message -ResultSize Unlimited -IncludeRecipientInfo | Export-Clixml C:\Evidence\Get-Message.clixml
Get-ReceiveConnector -Server $env:COMPUTERNAME | Export-Clixml C:\Evidence\Get-ReceiveConnector.clixml
Get-ExchangeCertificate -Server $env:COMPUTERNAME | Export-Clixml C:\Evidence\Get-ExchangeCertificate.clixml
Get-TransportService $env:COMPUTERNAME | Export-Clixml C:\Evidence\Get-TransportService.clixml
Get-Service MSExchange*, ADAM_MSExchange -ErrorAction SilentlyContinue | Export-Clixml C:\Evidence\Get-Service.clixml
