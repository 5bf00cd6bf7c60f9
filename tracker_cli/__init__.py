"""The tracker for a terminal or a service manager (`prosa-tracker`)."""
