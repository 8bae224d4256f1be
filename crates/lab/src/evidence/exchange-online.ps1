# What an administrator collects from the tenant; $Since is the beginning of the incident.
Get-InboundConnector | Export-Clixml C:\Evidence\Get-InboundConnector.clixml
Get-OutboundConnector | Export-Clixml C:\Evidence\Get-OutboundConnector.clixml
Get-AcceptedDomain | Export-Clixml C:\Evidence\Get-AcceptedDomain.clixml
Get-TransportRule | Export-Clixml C:\Evidence\Get-TransportRule.clixml
