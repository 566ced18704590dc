"""The name under which the package is published."""

DISTRIBUTION = "medusa-commerce"
