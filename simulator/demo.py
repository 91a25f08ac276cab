"""The credentials of the simulated account: fixed, so that they can be typed and written down."""

ACCOUNT_ID = "1234567_SB1"
CONSUMER_KEY = "c1d5a94e8b7f2036" * 4
CONSUMER_SECRET = "5e2f90b3c7a8146d" * 4
TOKEN_ID = "7a6b1c8d9e0f2345" * 4
TOKEN_SECRET = "90f1e2d3c4b5a687" * 4
