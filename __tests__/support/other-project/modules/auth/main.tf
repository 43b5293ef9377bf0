variable "name" {}

variable "scopes" {
  type = map(string)
}

variable "moderators" {
  type = bool
}

variable "password_policy" {
  type    = object({ minimum_length = number })
  default = null
}

variable "clients" {
  type = map(object({
    callback_urls = optional(list(string), [])
    flows         = optional(list(string), ["code"])
    scopes        = list(string)
    secret        = optional(bool)
    validity      = optional(number)
  }))
}

locals {
  pool_id = aws_cognito_user_pool.main[0].id
}

resource "aws_cognito_user_pool" "main" {
  count = 1

  name                     = var.name
  username_attributes      = ["email"]
  auto_verified_attributes = ["email"]

  dynamic "password_policy" {
    for_each = var.password_policy == null ? [] : [var.password_policy]

    content {
      minimum_length    = password_policy.value.minimum_length
      require_lowercase = true
      require_numbers   = true
    }
  }

  lambda_config {
    pre_sign_up = aws_lambda_function.sign_up.arn
  }
}

resource "aws_cognito_user_pool_domain" "main" {
  domain       = "${var.name}-login"
  user_pool_id = local.pool_id
}

resource "aws_cognito_resource_server" "main" {
  identifier   = var.name
  name         = var.name
  user_pool_id = local.pool_id

  dynamic "scope" {
    for_each = var.scopes

    content {
      scope_name        = scope.key
      scope_description = scope.value
    }
  }
}

resource "aws_cognito_user_pool_client" "this" {
  for_each = var.clients

  name                                 = each.key
  user_pool_id                         = aws_cognito_user_pool.main[0].id
  generate_secret                      = each.value.secret
  allowed_oauth_flows                  = each.value.flows
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_scopes                 = each.value.scopes
  callback_urls                        = each.value.callback_urls
  access_token_validity                = each.value.validity
  supported_identity_providers         = ["COGNITO"]

  depends_on = [aws_cognito_resource_server.main]
}

resource "aws_cognito_user_pool_client" "moderators" {
  count = var.moderators ? 1 : 0

  name                                 = "moderators"
  user_pool_id                         = one(aws_cognito_user_pool.main[*].id)
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_scopes                 = concat(["openid"], aws_cognito_resource_server.main.scope_identifiers)
  callback_urls                        = ["https://${aws_cognito_user_pool_domain.main.cloudfront_distribution}/callback"]
  supported_identity_providers         = ["COGNITO"]
}

resource "aws_cognito_user_group" "librarians" {
  name         = "librarians"
  user_pool_id = local.pool_id
}

resource "aws_iam_role" "sign_up" {
  name = "${var.name}-sign-up"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "sign_up" {
  function_name = "${var.name}-sign-up"
  role          = aws_iam_role.sign_up.arn
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "nodejs22.x"
}

resource "aws_lambda_permission" "sign_up" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.sign_up.function_name
  principal     = "cognito-idp.amazonaws.com"
  source_arn    = aws_cognito_user_pool.main[0].arn
}

output "user_pool_id" {
  value = local.pool_id
}

output "user_pool_arn" {
  value = aws_cognito_user_pool.main[0].arn
}

output "client_ids" {
  value = { for name, client in aws_cognito_user_pool_client.this : name => client.id }
}

output "client_secrets" {
  value     = { for name, client in aws_cognito_user_pool_client.this : name => client.client_secret }
  sensitive = true
}

output "function_role_arn" {
  value = aws_iam_role.sign_up.arn
}
