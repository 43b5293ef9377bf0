"""Serves moto's AWS API on a free port of the loopback interface, until its standard input ends.

Its parent holds the other end of the input, so it ends with the parent, however that one dies.

Two operations that the stacks need and moto lacks are added. Without them the AWS provider repeats the call for minutes.
The account of a domain is the same in every answer, the settings of methods can be removed, and a user pool keeps what
an update cannot change, as at AWS.
"""

import os
import sys
import threading

# moto reads it when it is imported.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto.apigateway.models import Authorizer, Stage
from moto.cognitoidp.models import CognitoIdpUserPool, CognitoIdpUserPoolDomain
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import EmptyResult
from moto.server import main


def delete_resource_server(self):
    pool = self.backend.describe_user_pool(self._get_param("UserPoolId"))
    identifier = self._get_param("Identifier")
    self.backend.describe_resource_server(pool.id, identifier)
    del pool.resource_servers[identifier]
    return EmptyResult()


CognitoIdpResponse.delete_resource_server = delete_resource_server


def apply_operations(self, patch_operations, apply_others=Authorizer.apply_operations):
    for operation in patch_operations:
        if operation["path"] != "/providerARNs":
            apply_others(self, [operation])
        elif operation["op"] == "add":
            self.provider_arns = [*self.provider_arns, operation["value"]]
        else:
            self.provider_arns = [arn for arn in self.provider_arns if arn != operation["value"]]
    return self


Authorizer.apply_operations = apply_operations


def apply_stage_operations(self, patch_operations, apply_others=Stage.apply_operations):
    for operation in patch_operations:
        if operation["op"] == "remove":
            self.method_settings.pop(operation["path"][1:], None)
    return apply_others(self, patch_operations)


Stage.apply_operations = apply_stage_operations


def describe_domain(self, extended=True, describe=CognitoIdpUserPoolDomain.to_json):
    description = describe(self, extended)
    return {**description, "AWSAccountId": DEFAULT_ACCOUNT_ID} if extended else description


CognitoIdpUserPoolDomain.to_json = describe_domain


def update_user_pool(self, extended_config, update=CognitoIdpUserPool.update_extended_config):
    before = getattr(self, "extended_config", {})
    kept = ["AliasAttributes", "UsernameAttributes", "UsernameConfiguration"]
    update(self, {**{name: before[name] for name in kept if name in before}, **extended_config})


CognitoIdpUserPool.update_extended_config = update_user_pool


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
main(["-H", "127.0.0.1", "-p", "0"])
