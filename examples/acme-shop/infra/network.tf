resource "aws_security_group" "api" {
  name   = "shop-api"
  vpc_id = aws_vpc.shop.id

  ingress {
    description = "HTTPS from the internet"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "database" {
  name   = "shop-database"
  vpc_id = aws_vpc.shop.id

  ingress {
    description     = "PostgreSQL from the service"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.api.id]
  }
}

# Opened while the office had no fixed address.
resource "aws_security_group" "bastion" {
  name   = "shop-bastion"
  vpc_id = aws_vpc.shop.id

  ingress {
    description = "SSH"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_vpc" "shop" {
  cidr_block = "10.20.0.0/16"
}
