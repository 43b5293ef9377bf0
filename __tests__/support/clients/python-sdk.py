"""Does what a back end does with the AWS SDK for Python: python-sdk.py URL USER_POOL_ID CLIENT_ID"""

import json
import sys

import boto3
from botocore.exceptions import ClientError

url, user_pool_id, client_id = sys.argv[1:]
client = boto3.client(
    "cognito-idp", endpoint_url=url, region_name="us-east-1", aws_access_key_id="any", aws_secret_access_key="any"
)
username, password = "employee@example.com", "Correct-horse-1"

created = client.admin_create_user(UserPoolId=user_pool_id, Username=username)["User"]
client.admin_set_user_password(UserPoolId=user_pool_id, Username=username, Password=password, Permanent=True)
parameters = {"USERNAME": username, "PASSWORD": password}
tokens = client.initiate_auth(ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
me = client.get_user(AccessToken=tokens["AuthenticationResult"]["AccessToken"])
pages = client.get_paginator("list_users").paginate(UserPoolId=user_pool_id, PaginationConfig={"PageSize": 1})
try:
    client.admin_get_user(UserPoolId=user_pool_id, Username="nobody@example.com")
except client.exceptions.UserNotFoundException as error:
    rejection = [error.response["Error"]["Message"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
try:
    client.get_csv_header(UserPoolId=user_pool_id)
except ClientError as error:
    unserved = error.response["Error"]["Code"]

print(
    json.dumps(
        {
            "status": created["UserStatus"],
            "year": created["UserCreateDate"].year,
            "isMe": me["Username"] == created["Username"],
            "users": [len(page["Users"]) for page in pages],
            "rejection": rejection,
            "unserved": unserved,
        }
    )
)
