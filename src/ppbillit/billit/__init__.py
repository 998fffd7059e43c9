"""Billit: what it takes and says (`models`) and how it is asked (`client`)."""
