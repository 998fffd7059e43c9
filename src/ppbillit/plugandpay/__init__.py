"""The shop: what Plug&Pay says (`models`) and how it is asked (`client`)."""
