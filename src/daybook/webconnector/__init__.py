"""The SOAP service that Intuit's Web Connector polls."""
