resource "aws_cloudwatch_log_group" "api" {
  name              = "/shop/api"
  retention_in_days = 365
}

resource "aws_cloudwatch_log_group" "price_import" {
  name = "/shop/price-import"
}
