"""How bad an incident is: the checklist, the written rules, what each severity starts."""
