"""Subdomains of the MIT AI Risk Repository that failure modes name, by our own ids: `MIT:2.2`.

Only subdomains whose names were read in a stored file (the AI Incident Database's MIT classifications) are
here; names known from memory only are left out.
"""

from __future__ import annotations

SUBDOMAINS: dict[str, str] = {
    "MIT:1.1": "Unfair discrimination and misrepresentation",
    "MIT:1.2": "Exposure to toxic content",
    "MIT:1.3": "Unequal performance across groups",
    "MIT:2.1": "Compromise of privacy by obtaining, leaking or correctly inferring sensitive information",
    "MIT:2.2": "AI system security vulnerabilities and attacks",
    "MIT:3.1": "False or misleading information",
    "MIT:4.1": "Disinformation, surveillance, and influence at scale",
    "MIT:4.2": "Cyberattacks, weapon development or use, and mass harm",
    "MIT:4.3": "Fraud, scams, and targeted manipulation",
    "MIT:5.1": "Overreliance and unsafe use",
    "MIT:7.3": "Lack of capability or robustness",
    "MIT:7.4": "Lack of transparency or interpretability",
}
"""Id -> name."""
