variable "public_subnets" {
  type = list(string)
}

variable "log_bucket" {
  type = string
}

variable "certificate" {
  description = "ARN of the certificate for shop.acme.example"
  type        = string
}
