# What an administrator collects once for the organization, on any Mailbox server.
Get-SendConnector | Export-Clixml C:\Evidence\Get-SendConnector.clixml
Get-AcceptedDomain | Export-Clixml C:\Evidence\Get-AcceptedDomain.clixml
Get-TransportRule | Export-Clixml C:\Evidence\Get-TransportRule.clixml
Get-RemoteDomain | Export-Clixml C:\Evidence\Get-RemoteDomain.clixml
Get-ExchangeServer | Export-Clixml C:\Evidence\Get-ExchangeServer.clixml
