"""The credentials of the simulated account: fixed, so that they can be typed and written down."""

ACCOUNT_ID = "1234567_SB1"
CONSUMER_KEY = "c1d5a94e8b7f2036" * 4
CONSUMER_SECRET = "5e2f90b3c7a8146d" * 4
TOKEN_ID = "7a6b1c8d9e0f2345" * 4
TOKEN_SECRET = "90f1e2d3c4b5a687" * 4

# The same integration's token for a role that may use REST and SuiteQL [9].
REST_TOKEN_ID = "3b8e2f70d4c1a956" * 4
REST_TOKEN_SECRET = "a4d69c01f87e23b5" * 4
# An integration for OAuth 2.0 client credentials; its certificate is registered later [2.3].
OAUTH2_CLIENT_ID = "d7e04b92a36f18c5" * 4
