"""The SOAP face: envelopes, records and searches over the account's books."""
