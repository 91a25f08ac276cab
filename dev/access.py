"""How the demonstration talks to NetSuite: API=soap or rest, AUTH=tba or oauth2."""

import os
from dataclasses import dataclass

from .report import Stop

NAMES = {
    "soap": "SOAP",
    "rest": "REST and SuiteQL",
    "tba": "access tokens",
    "oauth2": "OAuth 2.0",
}


@dataclass(frozen=True)
class Access:
    """The services and the way to log in."""

    api: str
    authentication: str

    @classmethod
    def chosen(cls):
        """What the environment says; OAuth 2.0 alone means REST, which alone takes it."""
        authentication = (os.environ.get("AUTH") or "tba").lower()
        api = (os.environ.get("API") or ("rest" if authentication == "oauth2" else "soap")).lower()
        if api not in ("soap", "rest") or authentication not in ("tba", "oauth2"):
            raise Stop("API is soap or rest, AUTH is tba or oauth2.")
        if (api, authentication) == ("soap", "oauth2"):
            raise Stop("SOAP takes no OAuth 2.0: AUTH=oauth2 goes with API=rest.")
        return cls(api, authentication)

    def values(self):
        """The backend's values; the key of OAuth 2.0 is made later, by a button."""
        from simulator import demo

        chosen = {
            "account_id": demo.ACCOUNT_ID,
            "api": self.api,
            "authentication": self.authentication,
        }
        if self.authentication == "oauth2":
            return {**chosen, "consumer_key": demo.OAUTH2_CLIENT_ID}
        soap = self.api == "soap"
        return {
            **chosen,
            "consumer_key": demo.CONSUMER_KEY,
            "consumer_secret": demo.CONSUMER_SECRET,
            "token_id": demo.TOKEN_ID if soap else demo.REST_TOKEN_ID,
            "token_secret": demo.TOKEN_SECRET if soap else demo.REST_TOKEN_SECRET,
        }

    def __str__(self):
        return f"{NAMES[self.api]}, {NAMES[self.authentication]}"
