"""What the plan's room does when it is asked."""
