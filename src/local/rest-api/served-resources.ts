import { members, type ServedResources, unless } from '../terraform/unserved';

const place = { region: 'served', rest_api_id: 'served', resource_id: 'served', http_method: 'served' } as const;

/** What the REST API does with the arguments of its resources. */
export const servedByRestApi: ServedResources = {
  aws_api_gateway_rest_api: {
    name: 'served',
    description: 'served',
    region: 'served',
    tags: 'served',
    endpoint_configuration: members({
      // The headers that CloudFront adds to an edge-optimised API's answers are missing here.
      types: (value) =>
        unless('refused', 'EDGE')(value) === 'served' ? 'ignored' : unless('refused', 'REGIONAL')(value),
      ip_address_type: 'served',
    }),
    // Only a method that asks for a key looks at it, and such a method is refused.
    api_key_source: 'served',
    // Without another URL, which is checked where the stages are read, it would leave none on AWS.
    disable_execute_api_endpoint: 'served',
    minimum_compression_size: 'ignored',
    binary_media_types: 'served',
  },
  aws_api_gateway_resource: { region: 'served', rest_api_id: 'served', parent_id: 'served', path_part: 'served' },
  aws_api_gateway_authorizer: {
    region: 'served',
    rest_api_id: 'served',
    name: 'served',
    type: unless('refused', 'COGNITO_USER_POOLS'),
    provider_arns: 'served',
    identity_source: 'served',
    identity_validation_expression: 'served',
    authorizer_result_ttl_in_seconds: 'served',
  },
  aws_api_gateway_method: {
    ...place,
    authorization: unless('refused', 'NONE', 'COGNITO_USER_POOLS'),
    authorizer_id: 'served',
    authorization_scopes: 'served',
    api_key_required: unless('refused', false),
    operation_name: 'served',
    // Without a validator, which is refused, API Gateway only takes note of these two.
    request_models: 'served',
    request_parameters: 'served',
  },
  aws_api_gateway_method_response: {
    ...place,
    status_code: 'served',
    response_parameters: 'served',
    response_models: 'served',
  },
  aws_api_gateway_integration: {
    ...place,
    type: unless('refused', 'MOCK', 'AWS_PROXY', 'HTTP_PROXY'),
    uri: 'served',
    integration_http_method: 'served',
    connection_type: unless('refused', 'INTERNET'),
    request_templates: 'served',
    passthrough_behavior: 'served',
    request_parameters: 'served',
    timeout_milliseconds: 'served',
    cache_key_parameters: 'ignored',
    cache_namespace: 'ignored',
  },
  aws_api_gateway_integration_response: {
    ...place,
    status_code: 'served',
    selection_pattern: 'served',
    response_parameters: 'served',
    response_templates: 'served',
    content_handling: 'ignored',
  },
  aws_api_gateway_gateway_response: {
    region: 'served',
    rest_api_id: 'served',
    response_type: 'served',
    status_code: 'served',
    response_parameters: 'served',
    response_templates: 'served',
  },
  aws_api_gateway_deployment: {
    region: 'served',
    rest_api_id: 'served',
    description: 'served',
    triggers: 'served',
    variables: 'refused',
  },
  aws_api_gateway_stage: {
    region: 'served',
    rest_api_id: 'served',
    deployment_id: 'served',
    stage_name: 'served',
    description: 'served',
    tags: 'served',
    variables: 'served',
    access_log_settings: 'ignored',
    xray_tracing_enabled: 'ignored',
    cache_cluster_enabled: 'ignored',
    cache_cluster_size: 'ignored',
    documentation_version: 'ignored',
  },
  aws_lambda_permission: 'served',
  // A role's rights are rights at AWS, which nothing here calls; what a function logs is in the terminal.
  aws_iam_role: 'served',
  aws_iam_role_policy: 'served',
  aws_iam_role_policy_attachment: 'served',
  aws_cloudwatch_log_group: 'served',
  // Those that a method calls are served.
  aws_lambda_function: 'ignored',
  // Caching, metrics and logs: no question of who may call.
  aws_api_gateway_method_settings: {
    region: 'served',
    rest_api_id: 'served',
    stage_name: 'served',
    method_path: 'served',
    settings: members({
      throttling_rate_limit: 'served',
      throttling_burst_limit: 'served',
      logging_level: unless('ignored', 'OFF'),
      metrics_enabled: unless('ignored', false),
      data_trace_enabled: unless('ignored', false),
      caching_enabled: unless('ignored', false),
      cache_ttl_in_seconds: 'ignored',
      cache_data_encrypted: 'ignored',
      require_authorization_for_cache_control: 'ignored',
      unauthorized_cache_control_header_strategy: 'ignored',
    }),
  },
  // Its host name leads to AWS: here, the URLs in the outputs are on this machine.
  aws_api_gateway_domain_name: {
    region: 'served',
    domain_name: 'served',
    certificate_arn: 'served',
    regional_certificate_arn: 'served',
    security_policy: 'served',
    endpoint_configuration: 'served',
    tags: 'served',
  },
  aws_api_gateway_base_path_mapping: {
    region: 'served',
    domain_name: 'served',
    api_id: 'served',
    stage_name: 'served',
    base_path: 'served',
  },
  // A firewall refuses requests by what they look like. Who may call is up to the tokens.
  aws_wafv2_web_acl_association: 'ignored',
  // The right to write logs, of which none are written here.
  aws_api_gateway_account: { region: 'served', cloudwatch_role_arn: 'served', reset_on_delete: 'served' },
  aws_api_gateway_model: {
    region: 'served',
    rest_api_id: 'served',
    name: 'served',
    description: 'served',
    content_type: 'served',
    schema: 'served',
  },
};
