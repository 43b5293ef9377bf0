variable "name" {}

variable "user_pool_arns" {
  type = list(string)
}

variable "handler" {
  type = object({ function_name = string, invoke_arn = string })
}

variable "paths" {
  type = map(object({
    scopes = optional(list(string), [])
    body   = string
  }))
}

resource "aws_api_gateway_rest_api" "this" {
  name = var.name

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_authorizer" "cognito" {
  name          = "cognito"
  rest_api_id   = aws_api_gateway_rest_api.this.id
  type          = "COGNITO_USER_POOLS"
  provider_arns = var.user_pool_arns
}

resource "aws_api_gateway_resource" "path" {
  for_each = var.paths

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = each.key
}

module "get" {
  source   = "../mock"
  for_each = var.paths

  rest_api_id   = aws_api_gateway_rest_api.this.id
  resource_id   = aws_api_gateway_resource.path[each.key].id
  authorizer_id = aws_api_gateway_authorizer.cognito.id
  scopes        = each.value.scopes
  body          = each.value.body
}

resource "aws_api_gateway_resource" "book" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_resource.path["books"].id
  path_part   = "{isbn}"
}

resource "aws_api_gateway_request_validator" "book" {
  name                        = "parameters"
  rest_api_id                 = aws_api_gateway_rest_api.this.id
  validate_request_parameters = true
}

resource "aws_api_gateway_method" "book" {
  rest_api_id          = aws_api_gateway_rest_api.this.id
  resource_id          = aws_api_gateway_resource.book.id
  http_method          = "PUT"
  authorization        = "COGNITO_USER_POOLS"
  authorizer_id        = aws_api_gateway_authorizer.cognito.id
  authorization_scopes = ["library/books.write"]
  request_validator_id = aws_api_gateway_request_validator.book.id
  request_parameters   = { "method.request.querystring.edition" = true }
}

resource "aws_api_gateway_integration" "book" {
  rest_api_id             = aws_api_gateway_method.book.rest_api_id
  resource_id             = aws_api_gateway_method.book.resource_id
  http_method             = aws_api_gateway_method.book.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = var.handler.invoke_arn
}

resource "aws_lambda_permission" "book" {
  action        = "lambda:InvokeFunction"
  function_name = var.handler.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/*/PUT/books/*"
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  triggers = {
    redeployment = sha1(jsonencode([aws_api_gateway_resource.path, aws_api_gateway_integration.book, var.paths]))
  }

  depends_on = [module.get, aws_api_gateway_integration.book]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  deployment_id = aws_api_gateway_deployment.this.id
  rest_api_id   = aws_api_gateway_rest_api.this.id
  stage_name    = "v1"
}

output "url" {
  value = "${aws_api_gateway_stage.this.invoke_url}/books"
}
