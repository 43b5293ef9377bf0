variable "rest_api_id" {}

variable "resource_id" {}

variable "authorizer_id" {}

variable "scopes" {
  type = list(string)
}

variable "body" {}

resource "aws_api_gateway_method" "this" {
  rest_api_id          = var.rest_api_id
  resource_id          = var.resource_id
  http_method          = "GET"
  authorization        = length(var.scopes) == 0 ? "NONE" : "COGNITO_USER_POOLS"
  authorizer_id        = length(var.scopes) == 0 ? null : var.authorizer_id
  authorization_scopes = var.scopes
}

resource "aws_api_gateway_integration" "this" {
  rest_api_id       = var.rest_api_id
  resource_id       = var.resource_id
  http_method       = aws_api_gateway_method.this.http_method
  type              = "MOCK"
  request_templates = { "application/json" = "{\"statusCode\": 200}" }
}

resource "aws_api_gateway_method_response" "this" {
  rest_api_id = var.rest_api_id
  resource_id = var.resource_id
  http_method = aws_api_gateway_method.this.http_method
  status_code = "200"
}

resource "aws_api_gateway_integration_response" "this" {
  rest_api_id        = var.rest_api_id
  resource_id        = var.resource_id
  http_method        = aws_api_gateway_method.this.http_method
  status_code        = aws_api_gateway_method_response.this.status_code
  response_templates = { "application/json" = var.body }

  depends_on = [aws_api_gateway_integration.this]
}
