"""What commands print: the screen, tables, and how orders and payments are named."""
