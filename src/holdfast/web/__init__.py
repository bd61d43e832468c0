"""The page kit: template environment, style tokens and charts."""
