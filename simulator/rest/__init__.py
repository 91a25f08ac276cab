"""NetSuite's REST web services: records, SuiteQL and OAuth 2.0."""
