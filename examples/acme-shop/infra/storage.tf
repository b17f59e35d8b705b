resource "aws_s3_bucket" "product_images" {
  bucket = "acme-shop-product-images"
}

resource "aws_s3_bucket_public_access_block" "product_images" {
  bucket                  = aws_s3_bucket.product_images.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "product_images" {
  bucket = aws_s3_bucket.product_images.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket" "partner_exports" {
  bucket = "acme-shop-partner-exports"
}

resource "aws_s3_bucket_acl" "partner_exports" {
  bucket = aws_s3_bucket.partner_exports.id
  acl    = "public-read"
}
