CREATE TABLE products (
  sku text PRIMARY KEY,
  name text NOT NULL,
  cents integer NOT NULL CHECK (cents >= 0),
  category text NOT NULL
);

CREATE TABLE orders (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL,
  placed_at timestamptz NOT NULL
);

CREATE TABLE order_lines (
  order_id uuid NOT NULL REFERENCES orders (id),
  sku text NOT NULL REFERENCES products (sku),
  quantity integer NOT NULL CHECK (quantity > 0),
  cents integer NOT NULL,
  PRIMARY KEY (order_id, sku)
);
