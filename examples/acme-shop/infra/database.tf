resource "aws_db_instance" "orders" {
  identifier              = "shop-orders"
  engine                  = "postgres"
  engine_version          = "18"
  instance_class          = "db.t4g.small"
  allocated_storage       = 50
  storage_encrypted       = true
  kms_key_id              = aws_kms_key.shop.arn
  backup_retention_period = 14
  publicly_accessible     = false
  vpc_security_group_ids  = [aws_security_group.database.id]
}

# A copy for the analysts' desktop tools.
resource "aws_db_instance" "reporting" {
  identifier              = "shop-reporting"
  engine                  = "postgres"
  engine_version          = "18"
  instance_class          = "db.t4g.micro"
  allocated_storage       = 50
  storage_encrypted       = false
  backup_retention_period = 0
  publicly_accessible     = true
}

resource "aws_kms_key" "shop" {
  description         = "Data of the shop"
  enable_key_rotation = true
}
