"""Signs in with SRP, and checks the tokens: python-pycognito.py URL USER_POOL_ID CLIENT_ID USERNAME PASSWORD"""

import json
import sys

from pycognito import Cognito
from pycognito.exceptions import TokenVerificationException

url, user_pool_id, client_id, username, password = sys.argv[1:]
user = Cognito(user_pool_id, client_id, username=username, boto3_client_kwargs={"endpoint_url": url})
# Checks the signature and the issuer of the tokens.
user.authenticate(password)
user.renew_access_token()
header, payload, _ = user.access_token.split(".")
other_signature = user.id_token.split(".")[2]
try:
    user.verify_token(f"{header}.{payload}.{other_signature}", "access_token", "access")
except TokenVerificationException:
    rejected = "access_token"

print(json.dumps({"emails": [user.get_user().email, user.id_claims["email"]], "rejected": rejected}))
