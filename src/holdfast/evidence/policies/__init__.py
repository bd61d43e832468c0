"""What the evidence room does when something happened."""
