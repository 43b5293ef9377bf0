# A project that others could have written, with all constructions that hide values from a plan in JSON: modules, count,
# for_each, dynamic blocks, local values, functions over values that are not known yet.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "region" {
  default = "eu-west-1"
}

variable "moderators" {
  description = "Whether there is a client whose scopes come from the resource server."
  default     = false
}

# No call leaves this machine: the credentials are not checked.
provider "aws" {
  region                      = var.region
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

locals {
  scopes = { "books.read" = "Read books", "books.write" = "Write books" }
}

module "auth" {
  source = "./modules/auth"

  name            = "library"
  scopes          = local.scopes
  moderators      = var.moderators
  password_policy = { minimum_length = 12 }
  clients = {
    web = {
      callback_urls = ["https://library.example.com/callback", "http://localhost:8080/callback"]
      scopes        = ["openid", "email", "library/books.read", "library/books.write"]
    }
    reports = {
      flows  = ["client_credentials"]
      scopes = ["library/books.read"]
      secret = true
    }
  }
}

module "api" {
  source = "./modules/api"

  name           = "library"
  user_pool_arns = [module.auth.user_pool_arn]
  handler        = aws_lambda_function.edit
  paths = {
    books  = { scopes = ["library/books.read"], body = jsonencode(["Dune"]) }
    health = { body = jsonencode({ status = "ok" }) }
  }
}

resource "aws_lambda_function" "edit" {
  function_name = "library-edit"
  role          = module.auth.function_role_arn
  filename      = "function.zip"
  handler       = "index.handler"
  runtime       = "nodejs22.x"

  environment {
    variables = {
      USER_POOL_ID = module.auth.user_pool_id
      TABLE        = aws_dynamodb_table.books.name
    }
  }
}

resource "aws_s3_bucket" "covers" {
  bucket = "library-covers"
}

resource "aws_dynamodb_table" "books" {
  name         = "books"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "isbn"

  attribute {
    name = "isbn"
    type = "S"
  }
}

output "user_pool_id" {
  value = module.auth.user_pool_id
}

output "region" {
  value = var.region
}

output "api_url" {
  value = module.api.url
}

output "web_client_id" {
  value = module.auth.client_ids["web"]
}

output "reports_client_secret" {
  value     = module.auth.client_secrets["reports"]
  sensitive = true
}
