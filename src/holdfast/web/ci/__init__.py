"""What continuous integration reads: findings as SARIF, annotations, JUnit and GitLab code quality."""
