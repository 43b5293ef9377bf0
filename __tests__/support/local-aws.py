"""Serves moto's AWS API on a free port of the loopback interface, until its standard input ends.

Its parent holds the other end of the input, so it ends with the parent, however that one dies.

Operations that the stacks need and moto lacks are added. Without them the AWS provider repeats the call for minutes.
API Gateway's deployments are snapshots, and it rejects what the real one rejects when parts of an API take each other's place.
The account of a domain is the same in every response, which also has its certificate, the settings of methods can be removed, and a user pool keeps what
an update does not change, as at AWS. An identity provider has the details that Cognito adds and none that it does not return,
there is one of each name, and an app client names no other.
"""

import json
import os
import sys
import threading

# moto reads these when it is imported.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
os.environ["MOTO_ACM_VALIDATION_WAIT"] = "0"

from moto.apigateway.exceptions import BadRequestException, ConflictException
from moto.apigateway.models import APIGatewayBackend, Authorizer, Integration, RestAPI, Stage
from moto.apigateway.responses import APIGatewayResponse
from moto.cognitoidp.exceptions import InvalidParameterException
from moto.cognitoidp.models import (
    CognitoIdpBackend,
    CognitoIdpIdentityProvider,
    CognitoIdpUserPool,
    CognitoIdpUserPoolDomain,
)
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
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


def apply_api_operations(self, patch_operations, apply_others=RestAPI.apply_patch_operations):
    for operation in patch_operations:
        path, value = operation["path"], operation.get("value")
        if path == "/endpointConfiguration/ipAddressType":
            self.endpoint_configuration["ipAddressType"] = value
        elif path == "/disableExecuteApiEndpoint":
            self.disableExecuteApiEndpoint = value == "true"
        else:
            apply_others(self, [operation])


RestAPI.apply_patch_operations = apply_api_operations


def apply_stage_operations(self, patch_operations, apply_others=Stage.apply_operations):
    for operation in patch_operations:
        if operation["op"] == "remove":
            self.method_settings.pop(operation["path"][1:], None)
    return apply_others(self, patch_operations)


Stage.apply_operations = apply_stage_operations


def describe_domain(self, extended=True, describe=CognitoIdpUserPoolDomain.to_json):
    description = describe(self, extended)
    own = {"AWSAccountId": DEFAULT_ACCOUNT_ID, "CustomDomainConfig": self.custom_domain_config or None}
    return {**description, **own} if extended else description


CognitoIdpUserPoolDomain.to_json = describe_domain


def update_user_pool(self, extended_config, update=CognitoIdpUserPool.update_extended_config):
    before = getattr(self, "extended_config", {})
    kept = ["AliasAttributes", "UserPoolTags", "UsernameAttributes", "UsernameConfiguration"]
    update(self, {**{name: before[name] for name in kept if name in before}, **extended_config})


CognitoIdpUserPool.update_extended_config = update_user_pool


# https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html
added_details = {
    "OIDC": {"attributes_url_add_attributes": "false"},
    "SAML": {
        "ActiveEncryptionCertificate": "MIIC",
        "SLORedirectBindingURI": "https://idp.example.com/slo",
        "SSORedirectBindingURI": "https://idp.example.com/sso",
    },
    "SignInWithApple": {
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://appleid.apple.com/auth/authorize",
        "oidc_issuer": "https://appleid.apple.com",
        "token_request_method": "POST",
        "token_url": "https://appleid.apple.com/auth/token",
    },
}


def describe_identity_provider(self, extended=False, describe=CognitoIdpIdentityProvider.to_json):
    description = describe(self, extended)
    if not extended:
        return description
    details = {**added_details.get(description["ProviderType"], {}), **description["ProviderDetails"]}
    details.pop("private_key", None)
    return {**description, "ProviderDetails": details}


def create_identity_provider(self, user_pool_id, name, config, create=CognitoIdpBackend.create_identity_provider):
    if name in self.describe_user_pool(user_pool_id).identity_providers:
        raise JsonRESTError("DuplicateProviderException", f"Provider {name} already exists.")
    return create(self, user_pool_id, name, config)


def assert_providers(self, user_pool_id, config):
    known = ["COGNITO", *self.describe_user_pool(user_pool_id).identity_providers]
    for name in config.get("SupportedIdentityProviders", []):
        if name not in known:
            raise InvalidParameterException(f"The provider {name} does not exist for User Pool {user_pool_id}.")


def create_client(self, user_pool_id, secret, config, create=CognitoIdpBackend.create_user_pool_client):
    assert_providers(self, user_pool_id, config)
    return create(self, user_pool_id, secret, config)


def update_client(self, user_pool_id, client_id, config, update=CognitoIdpBackend.update_user_pool_client):
    assert_providers(self, user_pool_id, config)
    return update(self, user_pool_id, client_id, config)


CognitoIdpIdentityProvider.to_json = describe_identity_provider
CognitoIdpBackend.create_identity_provider = create_identity_provider
CognitoIdpBackend.create_user_pool_client = create_client
CognitoIdpBackend.update_user_pool_client = update_client


def patch(target, operations, attributes):
    for operation in operations:
        name, *key = [part.replace("~1", "/") for part in operation["path"][1:].split("/")]
        attribute = attributes[name]
        before = getattr(target, attribute)
        if key:
            others = {other: value for other, value in (before or {}).items() if other != key[0]}
            value = others if operation["op"] == "remove" else {**others, key[0]: operation.get("value")}
        elif attribute == "authorization_scopes":
            others = [scope for scope in before or [] if scope != operation["value"]]
            value = others if operation["op"] == "remove" else [*others, operation["value"]]
        else:
            value = operation.get("value")
        setattr(target, attribute, value)


def part_of_api(response):
    _, _, api, _, resource, _, method, *_ = response.path.split("/")
    return api, resource, method


def update_method(self):
    method = self.backend.get_method(*part_of_api(self))
    patch(
        method,
        self._get_param("patchOperations"),
        {
            "authorizationType": "authorization_type",
            "authorizerId": "authorizer_id",
            "authorizationScopes": "authorization_scopes",
            "requestModels": "request_models",
            "requestParameters": "request_parameters",
            "requestValidatorId": "request_validator_id",
        },
    )
    if method.authorization_type == "NONE":
        method.authorizer_id, method.authorization_scopes = None, None
    return json.dumps(method.to_json())


def update_integration(self):
    integration = self.backend.get_integration(*part_of_api(self))
    patch(
        integration,
        self._get_param("patchOperations"),
        {
            "uri": "uri",
            "timeoutInMillis": "timeout_in_millis",
            "requestParameters": "request_parameters",
            "requestTemplates": "request_templates",
        },
    )
    return json.dumps(integration.to_json())


def update_method_response(self):
    response = self.backend.get_method_response(*part_of_api(self), self.path.split("/")[-1])
    patch(response, self._get_param("patchOperations"), {"responseParameters": "response_parameters"})
    response.response_parameters = {name: value in (True, "true") for name, value in response.response_parameters.items()}
    return json.dumps(response.to_json())


APIGatewayResponse.update_method = update_method
APIGatewayResponse.update_method_response = update_method_response
APIGatewayResponse.update_integration = update_integration


def create_resource(self, api_id, parent_id, path_part, create=APIGatewayBackend.create_resource):
    for sibling in self.get_resources(api_id):
        if sibling.parent_id == parent_id and sibling.path_part[0] == path_part[0] == "{":
            raise BadRequestException(
                f"A sibling ({sibling.path_part}) of this resource already has a variable path part -- only one is allowed"
            )
    return create(self, api_id, parent_id, path_part)


def create_integration_response(self, status_code, pattern, *others, create=Integration.create_integration_response):
    for other in (self.integration_responses or {}).values():
        if other.status_code != status_code and not other.selection_pattern and not pattern:
            raise ConflictException("Integration response with selection pattern default already exists")
    return create(self, status_code, pattern, *others)


def create_deployment(self, api_id, *others, create=APIGatewayBackend.create_deployment, **named):
    resources = self.get_resources(api_id)
    if any(method.method_integration is None for each in resources for method in each.resource_methods.values()):
        raise BadRequestException("No integration defined for method")
    deployment = create(self, api_id, *others, **named)
    deployment.api_summary = {
        resource.get_path(): {
            verb: {"authorizationType": method.authorization_type, "apiKeyRequired": method.api_key_required}
            for verb, method in resource.resource_methods.items()
        }
        for resource in resources
        if resource.resource_methods
    }
    return deployment


def delete_authorizer(self, api_id, authorizer_id, delete=APIGatewayBackend.delete_authorizer):
    if any(method.authorizer_id == authorizer_id for method in methods_of(self, api_id)):
        raise ConflictException(f"Cannot delete authorizer '{authorizer_id}', is referenced in method")
    delete(self, api_id, authorizer_id)


def methods_of(backend, api_id):
    return [method for each in backend.get_resources(api_id) for method in each.resource_methods.values()]


def delete_model(self, api_id, name, delete=APIGatewayBackend.delete_model):
    if any(name in (method.request_models or {}).values() for method in methods_of(self, api_id)):
        raise ConflictException(f"Cannot delete model '{name}', is referenced in method request")
    delete(self, api_id, name)


def delete_request_validator(self, api_id, validator_id, delete=APIGatewayBackend.delete_request_validator):
    if any(method.request_validator_id == validator_id for method in methods_of(self, api_id)):
        raise ConflictException(f"Cannot delete request validator '{validator_id}', is referenced in method")
    delete(self, api_id, validator_id)


def update_model(self):
    _, _, api_id, _, name = self.path.split("/")
    model = self.backend.get_model(api_id, name)
    patch(model, self._get_param("patchOperations"), {"schema": "schema", "description": "description"})
    return json.dumps(model.to_json())


def get_deployment(self, get=APIGatewayResponse.get_deployment):
    if self.querystring.get("embed") != ["apisummary"]:
        return get(self)
    _, _, api_id, _, deployment_id = self.path.split("/")
    deployment = self.backend.get_deployment(api_id, deployment_id)
    return json.dumps({**deployment.to_json(), "apiSummary": deployment.api_summary})


APIGatewayBackend.create_resource = create_resource
APIGatewayBackend.create_deployment = create_deployment
APIGatewayBackend.delete_authorizer = delete_authorizer
APIGatewayBackend.delete_model = delete_model
APIGatewayBackend.delete_request_validator = delete_request_validator
APIGatewayResponse.update_model = update_model
APIGatewayResponse.get_deployment = get_deployment
Integration.create_integration_response = create_integration_response


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
main(["-H", "127.0.0.1", "-p", "0"])
