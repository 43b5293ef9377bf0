"""Goes through the flow with authlib in a Flask app, as Cognito's console shows it.

python-authlib.py ISSUER CLIENT_ID REDIRECT_URI SCOPE API_URL prints the URL of the sign-in, reads where the browser
ends, and prints what the test looks at.
"""

import json
import sys

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask
from joserfc.errors import InvalidClaimError

issuer, client_id, redirect_uri, scope, api_url = sys.argv[1:]
app = Flask(__name__)
app.secret_key = "of the cookies of this test"
cognito = OAuth(app).register(
    "cognito",
    client_id=client_id,
    server_metadata_url=f"{issuer}/.well-known/openid-configuration",
    client_kwargs={"scope": f"openid {scope}", "code_challenge_method": "S256"},
)


@app.get("/login")
def login():
    return cognito.authorize_redirect(redirect_uri)


@app.get("/dashboard")
def dashboard():
    return cognito.authorize_access_token()


def claim_rejected(tokens, nonce):
    try:
        cognito.parse_id_token(tokens, nonce)
    except InvalidClaimError as error:
        return error.claim


browser = app.test_client()
print(browser.get("/login").location, flush=True)
tokens = browser.get(input()).get_json()

metadata = cognito.load_server_metadata()
session = OAuth2Session(client_id, token=tokens)
api = session.get(api_url).json()
user_info = session.get(metadata["userinfo_endpoint"]).json()
refreshed = session.refresh_token(metadata["token_endpoint"])
session.revoke_token(metadata["revocation_endpoint"], tokens["refresh_token"], "refresh_token")
try:
    session.refresh_token(metadata["token_endpoint"], tokens["refresh_token"])
except OAuthError as error:
    after_revocation = error.error

print(
    json.dumps(
        {
            "email": tokens["userinfo"]["email"],
            "isSame": user_info["sub"] == tokens["userinfo"]["sub"],
            "rejected": [
                claim_rejected(tokens, "another"),
                claim_rejected({**tokens, "access_token": "another"}, tokens["userinfo"]["nonce"]),
            ],
            "api": api,
            "isNew": refreshed["access_token"] != tokens["access_token"],
            "afterRevocation": after_revocation,
        }
    )
)
